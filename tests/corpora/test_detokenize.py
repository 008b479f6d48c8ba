"""Tokens to natural text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stance.corpora.detokenize import detokenize

TOKENS = ["Ann", "'s", "n't", "'", '"', "-", ",", ".", "(", ")", "“", "”", "–", "12", "of", "readers"]


def one(tokens: str) -> str:
    return detokenize([tokens.split()])[0]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("Washington , D.C. ( its seat ) .", "Washington, D.C. (its seat)."),
        ("They ca n't and wo n’t , so I 'm gon na go .", "They can't and won’t, so I'm gonna go."),
        ("the three - year - old well / pump", "the three-year-old well/pump"),
        ("a pause - no dash , — or two", "a pause-no dash, — or two"),
        ('He said " no " and " yes " .', 'He said "no" and "yes".'),
        ('" No , " he said .', '"No," he said.'),
        ("the readers ' letters and ' so ' on", "the readers' letters and 'so' on"),
        ("“ Never ” , a £ 5 fine of 10 % , 1894 – 96", "“Never”, a £5 fine of 10%, 1894–96"),
    ],
)
def test_spaces_stand_where_english_print_has_them(tokens: str, text: str) -> None:
    assert one(tokens) == text


def test_a_mark_that_ends_a_sentence_alone_closes_what_an_earlier_one_opened() -> None:
    assert detokenize([['"', "Go", "."], ["Now", "!", '"']])[0] == '"Go. Now!"'


def test_a_heading_is_followed_by_a_line_break_and_a_sentence_by_a_space() -> None:
    assert detokenize([["The", "gate"], ["It", "shut", "."], ["Why", "?"]])[0] == "The gate\nIt shut. Why?"


@given(some.lists(some.lists(some.sampled_from(TOKENS), min_size=1)))
def test_every_token_stands_at_its_place_in_order(sentences: list[list[str]]) -> None:
    text, places = detokenize(sentences)
    words = [word for sentence in sentences for word in sentence]
    assert [text[place.start : place.end] for place in places] == words
    assert all(before.end <= after.start for before, after in pairwise(places))
    assert "".join(text.split()) == "".join(words)

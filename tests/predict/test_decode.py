"""Decoded layers obey the rules: words stay whole, voices tile the text, contents point to one source and cue."""

import re
from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.document import Attribution, Span
from stance.labels import VOICES, bio_tags
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.predict.attributing import attribution_layer, quotation_kind
from stance.predict.cues import constructions
from stance.predict.decode import (
    Pointer,
    ScoredSpan,
    best_path,
    best_spans,
    voice_tiles,
    within_sentences,
    word_starts,
)
from stance.text.sentences import sentence_spans

TEXTS = st.text(
    st.sampled_from("ab Z9.,!? \n\u200b\u00ad\u0301\x00\ufeff김é👩\u200d🫠’“”'-_") | st.characters(), max_size=60
)


@given(text=TEXTS, seed=st.integers(0, 99))
def test_voices_tile_every_visible_character_once_each_within_a_sentence(
    tiny_checkpoint: Checkpoint, text: str, seed: int
) -> None:
    spans = sentence_spans(text)
    offsets = encode_text(tiny_checkpoint.tokenizer, text, sentences=spans).offsets
    probabilities = np.random.default_rng(seed).dirichlet([0.3] * 3, size=len(offsets))
    tiles = voice_tiles(text, offsets, probabilities=probabilities, sentences=spans, switch_cost=0.1)
    covered = [place for tile in tiles for place in range(tile.start, tile.end)]
    assert covered == sorted(set(covered))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(covered)
    for tile in tiles:
        assert not text[tile.start].isspace() and not text[tile.end - 1].isspace()
        assert sum(start <= tile.start and tile.end <= end for start, end in spans) == 1
        assert tile.label in VOICES and 0 <= tile.score <= 1


@given(
    text=st.text(st.sampled_from("ab. "), min_size=1, max_size=30),
    spans=st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9)), max_size=5),
)
def test_voices_tile_the_text_even_where_given_sentences_overlap_or_leave_gaps(
    tiny_checkpoint: Checkpoint, text: str, spans: list[tuple[int, int]]
) -> None:
    sentences = sorted({(start, min(len(text), start + size)) for start, size in spans if start < len(text)})
    offsets = encode_text(tiny_checkpoint.tokenizer, text, sentences=sentences).offsets
    probabilities = np.random.default_rng(0).dirichlet([0.3] * 3, size=len(offsets))
    tiles = voice_tiles(text, offsets, probabilities=probabilities, sentences=sentences)
    covered = [place for tile in tiles for place in range(tile.start, tile.end)]
    assert covered == sorted(set(covered))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= set(covered)


def test_characters_that_the_tokenizer_drops_stay_with_their_own_sentence() -> None:
    text = "One.\u200b Two."
    offsets = np.array([[0, 3], [3, 4], [6, 9], [9, 10]])
    tiles = voice_tiles(text, offsets, probabilities=np.eye(3)[[0, 0, 2, 2]], sentences=[(0, 5), (6, 10)])
    assert [(tile.start, tile.end, tile.label) for tile in tiles] == [(0, 5, "fact"), (6, 10, "opinion")]


def test_a_sentence_without_a_token_is_a_guess() -> None:
    tiles = voice_tiles("\u200b One", np.array([[2, 5]]), probabilities=np.eye(3)[[2]], sentences=[(0, 1), (2, 5)])
    assert [(tile.start, tile.end, round(tile.score, 2)) for tile in tiles] == [(0, 1, 0.33), (2, 5, 1.0)]


@given(st.lists(st.tuples(*[st.integers(-8, 8)] * 3), min_size=1, max_size=6), st.integers(0, 6))
def test_the_best_path_scores_as_high_as_any(rows: list[tuple[int, int, int]], cost: int) -> None:
    def worth(path: tuple[int, ...]) -> float:
        changes = sum(one != other for one, other in pairwise(path))
        return sum(row[label] for row, label in zip(rows, path, strict=True)) - cost * changes

    path = best_path(np.array(rows, dtype=float), switch_cost=cost)
    assert worth(tuple(path)) == max(map(worth, product(range(3), repeat=len(rows))))


def test_no_rows_have_no_path() -> None:
    assert best_path(np.zeros((0, 3)), switch_cost=1.0) == []


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 99))
def test_spans_begin_and_end_at_word_borders(flags: list[bool], seed: int) -> None:
    starts = np.array([True, *flags[1:]])
    probabilities = np.random.default_rng(seed).dirichlet([0.3] * 5, size=len(starts))
    for span in best_spans(probabilities, starts):
        assert starts[span.first]
        assert span.end == len(starts) or starts[span.end]
        assert 0 <= span.score <= 1 + 1e-9


def test_a_word_takes_the_tag_of_its_first_token_and_goes_on_with_inside() -> None:
    tags = bio_tags(["source"])
    probabilities = np.eye(3)[[tags.index(tag) for tag in ["B-source", "B-source", "O", "O", "B-source"]]]
    spans = best_spans(probabilities, np.array([True, False, False, True, False]))
    assert [(span.first, span.end) for span in spans] == [(0, 3)]


@pytest.mark.parametrize(
    ("text", "offsets", "starts"),
    [
        ("cooperate", [[0, 4], [4, 9]], [True, False]),
        ("co-op", [[0, 2], [2, 3], [3, 5]], [True, True, True]),
        ("coop\u00aderate", [[0, 4], [5, 10]], [True, False]),
        ("foo bar", [[0, 3], [4, 7]], [True, True]),
        ("한", [[0, 1], [0, 1], [0, 1]], [True, False, False]),
        ("👩", [[0, 1], [0, 1]], [True, False]),
        ("e\u0301s", [[0, 1], [2, 3]], [True, False]),
        ("", [], []),
    ],
)
def test_word_starts_see_through_marks_that_were_dropped(
    text: str, offsets: list[list[int]], starts: list[bool]
) -> None:
    assert word_starts(text, np.array(offsets, dtype=np.int64).reshape(-1, 2)).tolist() == starts


def _pointer(length: int, *, source: int, cue: int) -> Pointer:
    return Pointer(0, np.eye(length + 1)[source], np.eye(length + 1)[cue])


def test_a_content_takes_the_source_and_cue_that_it_points_to_and_joins_its_other_half() -> None:
    text = "Ann said yes and no; Bob said so"
    offsets = np.array([[0, 3], [4, 8], [9, 12], [13, 16], [17, 19], [19, 20], [21, 24], [25, 29], [30, 32]])
    parts = {
        "source": [ScoredSpan(0, 1, 0, 1.0), ScoredSpan(6, 7, 0, 1.0)],
        "cue": [ScoredSpan(1, 2, 0, 1.0), ScoredSpan(7, 8, 0, 1.0)],
        "content": [ScoredSpan(2, 3, 0, 0.8), ScoredSpan(4, 5, 0, 0.6), ScoredSpan(8, 9, 0, 1.0)],
    }
    pointers = {2: _pointer(9, source=1, cue=2), 4: _pointer(9, source=1, cue=2), 8: _pointer(9, source=0, cue=8)}
    first, second = attribution_layer(text, offsets, parts=parts, pointers=pointers)
    assert (first.content, first.source, first.cue) == ((Span(9, 12), Span(17, 19)), Span(0, 3), Span(4, 8))
    assert first.score == pytest.approx(0.7)
    assert (second.content, second.cue) == ((Span(30, 32),), Span(25, 29))
    assert second.source == Span(21, 24), "it points to none, but one stands right before its cue"
    assert attribution_layer(text, offsets, parts=parts | {"source": []}, pointers=pointers)[-1].source is None


def test_what_follows_the_end_of_a_clause_counts_little_for_a_content_that_is_not_quoted() -> None:
    text = "Ann said yes; Bob said so"
    offsets = np.array([[0, 3], [4, 8], [9, 12], [12, 13], [14, 17], [18, 22], [23, 25]])
    parts = {
        "source": [ScoredSpan(0, 1, 0, 1.0), ScoredSpan(4, 5, 0, 1.0)],
        "cue": [ScoredSpan(1, 2, 0, 1.0), ScoredSpan(5, 6, 0, 1.0)],
        "content": [ScoredSpan(2, 3, 0, 0.8)],
    }
    mass = np.array([0.0, 0.3, 0.0, 0.0, 0.0, 0.7, 0.0, 0.0])
    cue = np.array([0.0, 0.0, 0.3, 0.0, 0.0, 0.0, 0.7, 0.0])
    for words, source in ((text, Span(0, 3)), (text.replace(";", ","), Span(14, 17))):
        (found,) = attribution_layer(words, offsets, parts=parts, pointers={2: Pointer(0, mass, cue)})
        assert found.source == source


ACCORDING = "According to the mayor, the governor said that it fell"


def according(*, sources: Sequence[str], content: str = "that it fell", pointed: Sequence[str]) -> Attribution:
    """Return the attribution of a content by a construction, where the heads found these sources and point to these words."""
    text = ACCORDING
    offsets = np.array([match.span() for match in re.finditer(r"\w+|,", text)])

    def tokens(words: str) -> ScoredSpan:
        start = text.index(words)
        first, last = np.searchsorted(offsets[:, 0], start), np.searchsorted(offsets[:, 1], start + len(words))
        return ScoredSpan(int(first), int(last) + 1, 0, 1.0)

    cues = [tokens(words) for words in ("According to", "said")]
    parts = {"source": [tokens(words) for words in sources], "cue": cues, "content": [tokens(content)]}
    source, cue = (tokens(words).first + 1 for words in pointed)
    pointers = {tokens(content).first: _pointer(len(offsets), source=source, cue=cue)}
    marked = list(constructions(text, [(0, len(text))]))
    (found,) = attribution_layer(text, offsets, parts=parts, pointers=pointers, marked=marked)
    return found


def words_of(span: Span | None) -> str | None:
    return None if span is None else ACCORDING[slice(*span)]


def test_what_is_said_inside_a_construction_keeps_its_own_speaker() -> None:
    for sources in (["the mayor", "the governor"], ["the governor"]):
        found = according(sources=sources, pointed=["the governor", "said"])
        assert (words_of(found.source), words_of(found.cue)) == ("the governor", "said")


def test_a_construction_gives_its_parts_where_they_were_found_and_takes_none() -> None:
    whole = "the governor said that it fell"
    found = according(sources=["the mayor"], content=whole, pointed=["the mayor", "said"])
    assert (words_of(found.source), words_of(found.cue)) == ("the mayor", "According to")
    found = according(sources=["According"], content=whole, pointed=["According", "said"])
    assert (words_of(found.source), words_of(found.cue)) == ("According", "According to"), "the mayor was not found"


def test_parts_of_one_quotation_are_one_content() -> None:
    text = "“A king said no”"
    offsets = np.array([[0, 1], [1, 2], [3, 7], [8, 12], [13, 15], [15, 16]])
    contents = [ScoredSpan(0, 3, 0, 0.8), ScoredSpan(4, 6, 0, 0.6)]
    (found,) = attribution_layer(text, offsets, parts={"source": [], "cue": [], "content": contents}, pointers={})
    assert (found.content, found.kind, found.score) == ((Span(0, 16),), "direct", pytest.approx(0.6))


def test_a_span_outside_the_window_of_a_content_is_never_pointed_to() -> None:
    text, offsets = "a b c d e", np.array([[place, place + 1] for place in range(0, 9, 2)])
    parts = {
        "source": [ScoredSpan(0, 1, 0, 1.0), ScoredSpan(4, 5, 0, 1.0)],
        "cue": [],
        "content": [ScoredSpan(2, 3, 0, 1.0)],
    }
    pointers = {2: Pointer(1, np.array([0.1, 0.4, 0.3, 0.2]), np.array([1.0, 0, 0, 0]))}
    assert attribution_layer(text, offsets, parts=parts, pointers=pointers)[0].source is None


@pytest.mark.parametrize(
    ("before", "content", "after", "kind"),
    [
        ("He said ", "“peace now.”", "", "direct"),
        ("He said “", "peace now", ".”", "direct"),
        ("He said ", '"peace now"', "", "direct"),
        ("He said ", '"peace now",', " she wrote", "direct"),
        ("He said ", "‘it’s peace’", ".", "direct"),
        ("He said ", '"peace" and "bread"', "", "mixed"),
        ("He wants ", "“peace” soon", "", "mixed"),
        ('He said "', "peace is near", "", "indirect"),
        ("He said ", "peace is near", "", "indirect"),
        ("", "the workers' rights matter", "", "indirect"),
        ("", "“", "", "mixed"),
    ],
)
def test_quotation_marks_tell_the_kind(before: str, content: str, after: str, kind: str) -> None:
    span = Span(len(before), len(before) + len(content))
    assert quotation_kind(before + content + after, [span]) == kind


def test_no_span_goes_on_over_the_border_of_a_sentence() -> None:
    tags = np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.1, 0.1, 0.8]])
    starts = np.ones(3, dtype=bool)
    assert [(span.first, span.end) for span in best_spans(tags, starts)] == [(0, 3)]
    bound = within_sentences(tags, np.array([0, 2]))
    assert [(span.first, span.end) for span in best_spans(bound, starts)] == [(0, 2), (2, 3)]


def test_a_content_points_to_the_near_source_when_one_of_another_paragraph_is_likelier() -> None:
    text = "Ann spoke.\n\nBo said yes"
    offsets = np.array([[0, 3], [4, 9], [9, 10], [12, 14], [15, 19], [20, 23]])
    parts = {
        "source": [ScoredSpan(0, 1, 0, 1.0), ScoredSpan(3, 4, 0, 1.0)],
        "cue": [],
        "content": [ScoredSpan(5, 6, 0, 1.0)],
    }
    mass = np.array([0.0, 0.8, 0.0, 0.0, 0.2, 0.0, 0.0])
    layer = attribution_layer(text, offsets, parts=parts, pointers={5: Pointer(0, mass, mass)})
    assert [item.source for item in layer] == [Span(12, 14)]


@pytest.mark.parametrize(("end", "source"), [("and", 0), ("and.", 1)])
def test_a_line_break_of_hard_wrapped_text_parts_no_source_from_its_content(end: str, source: int) -> None:
    text = f"Ann of the old fishing harbour rose {end}\nsaid at last to Bo that all of them must go."
    if source:
        text = text.replace("\nsaid", "\n\nSaid")
    words = [match.span() for match in re.finditer(r"\w+", text)]
    offsets = np.array(words)
    at = {text[start:stop]: place for place, (start, stop) in enumerate(words)}
    parts = {
        "source": [ScoredSpan(at[name], at[name] + 1, 0, 1.0) for name in ("Ann", "Bo")],
        "cue": [],
        "content": [ScoredSpan(at["all"], len(words), 0, 1.0)],
    }
    mass = np.zeros(1 + len(words))
    mass[1 + at["Ann"]], mass[1 + at["Bo"]] = 0.8, 0.2
    (found,) = attribution_layer(text, offsets, parts=parts, pointers={at["all"]: Pointer(0, mass, mass)})
    assert found.source == Span(*words[at[("Ann", "Bo")[source]]])


def test_an_authorial_comment_is_opinion_where_the_head_is_unsure() -> None:
    text = "The report, wisely, says so."
    offsets = np.array([[0, 3], [4, 10], [10, 11], [12, 18], [18, 19], [20, 24], [25, 27], [27, 28]])
    unsure = np.tile([0.1, 0.7, 0.2], (len(offsets), 1))
    tiles = voice_tiles(text, offsets, probabilities=unsure, sentences=[(0, len(text))])
    assert [text[tile.start : tile.end] for tile in tiles if tile.label == "opinion"] == ["wisely,"]

"""Sentence borders: what is promised of any text, and a table of hard cases (`sentence_cases.json`).

A case marks each border inside its text with `|`; a case with `fails` is a known failure and says of what sort.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.text.sentences import paragraph_spans, sentence_spans

CASES = json.loads((Path(__file__).parent / "sentence_cases.json").read_text(encoding="utf-8"))
PARAGRAPH = (
    "The minister said that he would leave. Nobody in town believed it, since he had broken every promise before. "
)

SIGNS = ["“", "”", '"', "(", ")", ". ", "? ", "! ", "…", "\n", "\n\n", "\r\n", "\u2028", "\x85", "\u00a0"]
WORDS = ["Mr. ", "U.S. ", "me. ", "He said ", "1. ", "- ", "İ", "🙂"]
texts = st.text() | st.lists(st.sampled_from(SIGNS + WORDS) | st.text(max_size=5)).map("".join)


def strings(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{case['kind']}: {case['text']}",
            marks=[pytest.mark.xfail(strict=True, reason=case["fails"])] if "fails" in case else [],
        )
        for case in CASES
    ],
)
def test_a_hard_case_is_cut_where_a_reader_would_cut_it(case: dict[str, str]) -> None:
    assert strings(case["text"].replace("|", "")) == [sentence.strip() for sentence in case["text"].split("|")]


@pytest.mark.parametrize("spans_of", [sentence_spans, paragraph_spans])
@given(text=texts)
def test_spans_are_in_order_and_cover_everything_but_white_space(
    spans_of: Callable[[str], list[tuple[int, int]]], text: str
) -> None:
    spans = spans_of(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert not any(text[start].isspace() or text[end - 1].isspace() for start, end in spans)
    borders = [0, *(place for span in spans for place in span), len(text)]
    assert not any(text[end:start].strip() for end, start in zip(borders[::2], borders[1::2], strict=True))


@given(texts)
def test_no_sentence_crosses_a_paragraph_border(text: str) -> None:
    paragraphs = paragraph_spans(text)
    assert all(any(left <= start and end <= right for left, right in paragraphs) for start, end in sentence_spans(text))


@given(texts, texts)
def test_no_sentence_crosses_a_blank_line(before: str, after: str) -> None:
    border = len(before) + 1
    assert not any(start < border < end for start, end in sentence_spans(f"{before}\n\n{after}"))


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\n", "\u2003"])
def test_a_blank_text_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


def test_a_lone_surrogate_keeps_its_place() -> None:
    assert strings("A \ud83d sign. Another.") == ["A \ud83d sign.", "Another."]


def test_offsets_are_code_points_beyond_the_basic_plane() -> None:
    assert strings("🙂 is a face. 🙂🙂 are two. They smile.") == ["🙂 is a face.", "🙂🙂 are two.", "They smile."]


def test_one_paragraph_a_line_ends_a_sentence_at_every_newline() -> None:
    lines = ["Why The Minister Must Leave", "Jane Miller", *[PARAGRAPH * 3 + "and more"] * 4]
    text = "\n".join(lines)
    assert [text[start:end] for start, end in paragraph_spans(text)] == lines
    assert all("\n" not in sentence for sentence in strings(text))


@pytest.mark.parametrize("width", [40, 60, 72, 100])
def test_hard_wrapped_text_has_the_borders_of_the_same_text_unwrapped(width: int) -> None:
    words, lines = (PARAGRAPH * 5).split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    wrapped = "\n".join(["A Heading", *lines])
    assert [sentence.replace("\n", " ") for sentence in strings(wrapped)] == ["A Heading", *strings(" ".join(words))]


def test_a_sentence_longer_than_any_piece_stays_whole() -> None:
    long = "He saw " + "the long road and " * 3_000 + "the end."
    assert strings(f"It began. {long} Then it ended.") == ["It began.", long, "Then it ended."]


@pytest.mark.parametrize("unit", [PARAGRAPH, '"Why me? I did it. So what." That was all he said to us. '])
def test_reading_in_pieces_finds_the_borders_of_a_short_text_again_and_again(unit: str) -> None:
    assert strings(unit * 800) == strings(unit) * 800


@pytest.mark.parametrize("unit", [PARAGRAPH, "“Why not? ", "A. (A! ", "me. Me! "])
def test_time_grows_with_length_and_not_with_its_square(unit: str) -> None:
    def seconds(character_count: int) -> float:
        text = (unit * (character_count // len(unit) + 1))[:character_count]
        started = time.process_time()
        sentence_spans(text)
        return time.process_time() - started

    # eight times the length: linear time is 8-fold, quadratic 64-fold; the best of three drops what a busy machine adds
    short, long = min(seconds(125_000) for _ in range(3)), seconds(1_000_000)
    assert long < 24 * short + 0.5

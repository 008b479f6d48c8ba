"""The summary of a document for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from stance.document import Actor, Attribution, Document, Meta, Span, Stance
from stance.show.terminal import summary


def test_the_summary_of_a_prediction(predicted: Document, same_as_golden: Callable[[str, str], None]) -> None:
    same_as_golden("predicted-80.txt", summary(predicted, width=80, color=False))


def test_the_summary_of_a_prediction_in_color(predicted: Document, same_as_golden: Callable[[str, str], None]) -> None:
    same_as_golden("predicted-80-color.txt", summary(predicted, width=80, color=True))


def test_the_summary_of_gold_in_a_narrow_window(gold: Document, same_as_golden: Callable[[str, str], None]) -> None:
    same_as_golden("gold-44.txt", summary(gold, width=44, color=False))


@pytest.mark.parametrize("width", [44, 57, 80, 132])
def test_color_says_nothing_that_the_plain_text_does_not(predicted: Document, width: int) -> None:
    colored = summary(predicted, width=width, color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == summary(predicted, width=width, color=False)


@pytest.mark.parametrize("width", [0, 44, 57, 80, 132])
def test_no_line_is_wider_than_the_window(predicted: Document, width: int) -> None:
    assert max(len(line) for line in summary(predicted, width=width, color=False).splitlines()) <= max(width, 44)


def test_control_characters_cannot_command_the_terminal() -> None:
    text = "Ann\x1b[2J said\x07 no\u202e."
    document = Document(
        "evil",
        text,
        Meta("A \x1b]0;title\x07 b", outlet="\x9b31m"),
        attributions=(Attribution((Span(0, len(text)),), Span(0, 7)),),
        actors=(Actor("a", "Ann\x1b[2J", "person"),),
        stances=(Stance("author", "a", "favor", 0, len(text)), Stance("x\x1b[0m", "a", "against", 0, 7)),
    )
    shown = summary(document, width=80, color=False)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown) == []
    assert "Ann�[2J" in shown


def test_long_evidence_and_quotations_end_in_an_ellipsis_in_brackets() -> None:
    text = "word " * 100
    document = Document(
        "long",
        text,
        attributions=(Attribution((Span(0, 499),)),),
        actors=(Actor("a", "Ann", "person"),),
        stances=(Stance("author", "a", "favor", 0, 499),),
    )
    lines = summary(document, width=60, color=False).splitlines()
    assert sum(line.endswith("[…]") for line in lines) == 2
    assert max(map(len, lines)) <= 60


def test_the_authors_evidence_comes_before_a_stronger_one_of_a_source() -> None:
    actors = (Actor("a", "Ann", "person"), Actor("b", "Bob", "person"))
    stances = (Stance("b", "a", "against", 0, 3, 0.99), Stance("author", "a", "against", 4, 7, 0.6))
    shown = summary(Document("a", "bad sad", actors=actors, stances=stances), width=60, color=False)
    assert "▼ author (1 of 2): “sad”" in shown
    assert "bad" not in shown

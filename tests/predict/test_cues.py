"""Constructions are found by closed classes of words, and raise what the model says without deciding it."""

from __future__ import annotations

import numpy as np
import pytest

from stance.document import Span
from stance.predict.cues import constructions, raised


@pytest.mark.parametrize(
    "marked",
    [
        "<According to> [the guild], {bread is dear}.",
        "{Bread}, <according to> [the guild], {is dear}.",
        "{Bread is dear}, <according to> [the guild].",
        "In [Mr. Dahl’s] <opinion>, {bread is dear}.",
        "As [Ann] <puts it>, {bread is dear}.",
        "It <has been claimed> by [Ann] {that bread is dear}.",
        "It <is thought> {that bread is dear}.",
        "{The baker} <was accused> by [Ann] {of fraud}.",
        "{The baker} <is believed> {to be ill}.",
        "{The baker} <reportedly> {fled}.",
        "<There is growing fear> {that bread will be dear}.",
        "{Bread is dear}, <said> [Ann Li].",
        "{Bread}, [Ann] <argued>, {is dear}.",
        "[Mayor Li]<:> {Bread is dear}",
        "<According\nto> [the\nguild], {bread\nis dear}.",
        "{Bread\nis dear},\n<according to> [the guild].",
    ],
)
def test_a_construction_has_its_parts(marked: str) -> None:
    text = marked.translate({ord(mark): None for mark in "<>[]{}"})
    (found,) = constructions(text, [(0, len(text))])
    shown = {**dict.fromkeys(found.content, "{}"), found.cue: "<>", found.source: "[]"}
    for span in sorted((span for span in shown if span), reverse=True):
        text = f"{text[: span.start]}{shown[span][0]}{text[span.start : span.end]}{shown[span][1]}{text[span.end :]}"
    assert text == marked


@pytest.mark.parametrize(
    "text",
    [
        "They were paid according to rank.",
        "In my view, bread is dear.",
        "In our opinion, bread is dear.",
        "The bread was baked by the monks.",
        "There is bread that nobody wants.",
        "The news: bread is dear.",
        "Ann said that bread is dear.",
    ],
)
def test_like_words_are_no_construction(text: str) -> None:
    assert not list(constructions(text, [(0, len(text))]))


def test_a_bonus_raises_the_tags_of_a_part_and_decides_nothing_alone() -> None:
    offsets = np.array([[0, 2], [3, 5], [6, 8]])
    before = np.array([[0.8, 0.1, 0.1], [0.99, 0.0001, 0.0099], [0.4, 0.3, 0.3]])
    after = raised(before, offsets, spans=[Span(0, 5)], bonus=3.0)
    assert after.sum(axis=1) == pytest.approx(1.0)
    assert after[0].argmax() == 1, "unsure: the construction wins"
    assert after[1].argmax() == 0, "sure: the model wins"
    assert np.array_equal(after[2], before[2])
    assert raised(before, offsets, spans=[]) is before

"""Predictions go to gold by id, and their pronouns count only where gold lists pronouns."""

from __future__ import annotations

from stance.document import Actor, Document, Span
from stance.measure.evaluation import evaluate
from stance.measure.pairing import paired

TEXT = "Ann Li came. She left. Bob went; he is gone."


def document(*mentions: tuple[int, int]) -> Document:
    return Document(
        "a", TEXT, actors=(Actor("a0", "Ann Li", "person", mentions=tuple(Span(*one) for one in mentions)),)
    )


def test_pronouns_are_left_out_of_a_prediction_where_gold_has_none() -> None:
    ((_, predicted),) = paired([document((0, 6))], [document((0, 6), (13, 16))])
    assert predicted == document((0, 6))
    assert evaluate([document((0, 6))], [document((0, 6), (13, 16))]).metrics()["mention_f1"] == 1.0


def test_pronouns_stay_where_gold_has_some() -> None:
    gold, predicted = document((0, 6), (13, 16)), document((0, 6), (13, 16), (33, 35))
    assert paired([gold], [predicted]) == [(gold, predicted)]


def test_an_actor_of_pronouns_alone_keeps_them() -> None:
    assert paired([document((0, 6))], [document((13, 16))])[0][1] == document((13, 16))

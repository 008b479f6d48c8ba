"""Scores of single labels: agreement with scikit-learn, abstentions, and the majority floor."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from stance.measure.classes import majority_floor, mean_f1, report, report_counts

LABELS = ("against", "neutral", "favor")

cases = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=30)


@settings(max_examples=20, deadline=None)
@given(cases)
def test_scores_are_those_of_scikit_learn(some: list[tuple[str, str]]) -> None:
    pairs = [*some, *((label, label) for label in LABELS)]
    gold, predicted = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    scores = report(gold, predicted, labels=LABELS)
    assert scores.macro_f1 == pytest.approx(f1_score(gold, predicted, average="macro"))
    assert scores.accuracy == pytest.approx(accuracy_score(gold, predicted))
    for label in LABELS:
        only = {"labels": [label], "average": None}
        one = scores.classes[label]
        assert one.f1 == pytest.approx(f1_score(gold, predicted, **only)[0])
        assert one.precision == pytest.approx(precision_score(gold, predicted, **only)[0])
        assert one.recall == pytest.approx(recall_score(gold, predicted, **only)[0])
        assert one.support == gold.count(label)


def test_an_abstention_costs_recall_but_is_no_class_of_its_own() -> None:
    scores = report(["favor", "favor", "against"], ["favor", "none", "against"], labels=LABELS)
    assert scores.classes["favor"].recall == 0.5
    assert scores.classes["favor"].precision == 1
    assert set(scores.classes) == set(LABELS)
    assert scores.macro_f1 == pytest.approx((2 / 3 + 1) / 2)  # over favor and against, which gold has


def test_a_gold_label_that_was_not_asked_for_is_left_out() -> None:
    scores = report_counts(Counter({("favor", "favor"): 3, ("mixed", "favor"): 2}), labels=LABELS)
    assert (scores.count, scores.accuracy, scores.macro_f1) == (3, 1, 1)


def test_without_gold_the_scores_are_unknown() -> None:
    scores = report([], [], labels=LABELS)
    assert math.isnan(scores.macro_f1) and math.isnan(scores.accuracy) and scores.count == 0


def test_the_majority_floor_always_says_the_most_frequent_label() -> None:
    floor = majority_floor(["neutral"] * 3 + ["favor"], labels=LABELS)
    assert floor.accuracy == 0.75
    assert floor.macro_f1 == pytest.approx((6 / 7 + 0) / 2)
    assert mean_f1(floor, labels=["against", "favor"]) == 0

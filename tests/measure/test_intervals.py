"""Intervals and comparisons: coverage by simulation, exact permutations, and what they say when they can say nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from stance.document import Arguments, Document, Unit
from stance.measure.evaluation import Evaluation, evaluate_each
from stance.measure.formulas import Formula, f1, macro_f1, majority, precision, recall
from stance.measure.intervals import Interval, compare, intervals, score_interval
from stance.measure.spans import Counts

Array = NDArray[np.float64]


def evaluations(counts: Sequence[tuple[int, int, int]]) -> list[Evaluation]:
    """Return evaluations of documents in which so many units match, are gold's, were predicted."""
    gold, guessed = [], []
    for name, (matched, in_gold, predicted) in enumerate(counts):
        units = [Unit(3 * place, 3 * place + 2, "claim") for place in range(in_gold + predicted)]
        arguments = Arguments(tuple(units[:in_gold])), Arguments(tuple(units[in_gold - matched :][:predicted]))
        for side, layer in zip((gold, guessed), arguments, strict=True):
            side.append(Document(str(name), "ab " * 60, arguments=layer))
    return evaluate_each(gold, guessed)


MIXED = [(3, 4, 5), (1, 6, 2), (5, 5, 6), (0, 3, 1), (4, 8, 8), (2, 2, 4), (6, 9, 7), (1, 4, 4)]


def test_an_interval_holds_the_score_and_is_the_same_for_the_same_seed() -> None:
    parts = evaluations(MIXED)
    found = intervals(parts, draws=500, seed=3)
    bounds = found["unit_exact_f1"]
    assert (
        bounds is not None
        and 0 <= bounds.low < sum((p.arguments.spans.exact for p in parts), Counts()).f1 < bounds.high
    )  # type: ignore[union-attr]
    assert found == intervals(parts, draws=500, seed=3) != intervals(parts, draws=500, seed=4)
    assert {"unit_exact_precision", "unit_exact_recall", "unit_overlap_f1", "unit_macro_exact_f1"} <= set(found)


def test_intervals_of_one_score_are_those_of_the_whole() -> None:
    parts = evaluations(MIXED)
    alone = score_interval(np.array([[row] for row in MIXED], dtype=float), f1, draws=500, seed=3)
    assert alone == intervals(parts, draws=500, seed=3)["unit_exact_f1"]


def test_four_documents_get_a_warning_and_no_interval(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert set(intervals(evaluations(MIXED[:4])).values()) == {None}
        [one, *_] = compare(evaluations(MIXED[:4]), evaluations(MIXED[:4]))
    assert (one.interval, one.p) == (None, None)
    assert caplog.text.count("4 documents are too few") == 2


def test_documents_that_hold_none_of_the_items_do_not_count_among_the_five() -> None:
    some = np.array([[row] for row in MIXED[:4]], dtype=float)
    empty = np.zeros((20, 1, 3))
    assert score_interval(np.concatenate([some, empty]), f1) is None
    assert score_interval(np.concatenate([some, some, empty]), f1) is not None


def test_a_perfect_score_gets_no_interval_because_no_document_tells_how_sure_it_is() -> None:
    assert intervals(evaluations([(4, 4, 4)] * 30))["unit_exact_f1"] is None


def test_the_order_of_documents_changes_bounds_no_more_than_chance() -> None:
    one, other = (intervals(evaluations(rows), draws=4000)["unit_exact_f1"] for rows in (MIXED * 3, (MIXED * 3)[::-1]))
    assert one is not None and other is not None
    assert one.low == pytest.approx(other.low, abs=0.02) and one.high == pytest.approx(other.high, abs=0.02)


def test_few_documents_are_permuted_in_all_ways() -> None:
    worse = [(matched // 2, gold, predicted) for matched, gold, predicted in MIXED]
    found = {one.name: one for one in compare(evaluations(MIXED), evaluations(worse))}["unit_exact_f1"]
    # by hand: every one of the 2^8 ways to swap, those that differ as much at least; matched counts alone decide
    gains = np.array([row[0] - row[0] // 2 for row in MIXED])
    signs = 1 - 2 * ((np.arange(256)[:, None] >> np.arange(8)) & 1)
    assert found.p == np.mean(np.abs(signs @ gains) >= gains.sum())
    assert found.difference == pytest.approx(found.one - found.other)
    assert found.interval is not None and found.interval.low > 0


def test_a_system_does_not_differ_from_itself() -> None:
    for rows in (MIXED, MIXED * 3):
        assert {(one.difference, one.interval, one.p) for one in compare(evaluations(rows), evaluations(rows))} == {
            (0.0, None, 1.0)
        }


def test_swapping_the_systems_turns_the_difference_around() -> None:
    worse = evaluations([(max(matched - 1, 0), gold, predicted) for matched, gold, predicted in MIXED * 3])
    one, other = compare(evaluations(MIXED * 3), worse)[0], compare(worse, evaluations(MIXED * 3))[0]
    assert (one.difference, one.p) == (-other.difference, other.p)
    assert one.interval is not None and other.interval is not None
    assert (one.interval.low, one.interval.high) == pytest.approx((-other.interval.high, -other.interval.low))
    assert one.p is not None and one.p < 0.01


def test_paired_documents_make_a_difference_surer_than_two_intervals_let_expect() -> None:
    better = evaluations(MIXED * 3)
    worse = evaluations([(max(matched - 1, 0), gold, predicted) for matched, gold, predicted in MIXED * 3])
    first, second = (intervals(side)["unit_exact_f1"] for side in (better, worse))
    assert first is not None and second is not None and first.low < second.high
    bounds = compare(better, worse)[0].interval
    assert bounds is not None and bounds.low > 0


def test_systems_on_different_documents_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="8 evaluations cannot be paired with 7"):
        compare(evaluations(MIXED), evaluations(MIXED[:7]))


def test_formulas_are_those_of_single_counts() -> None:
    for row in [*MIXED, (0, 3, 0), (0, 0, 2), (2, 2, 2)]:
        counts, cells = Counts(*row), np.array([row], dtype=float)
        assert [float(formula(cells)) for formula in (precision, recall, f1)] == pytest.approx(
            [counts.precision, counts.recall, counts.f1]
        )
    assert all(np.isnan(formula(np.zeros((1, 3)))) for formula in (precision, recall, f1, macro_f1))


def test_the_majority_says_the_most_frequent_label_of_each_resample() -> None:
    counts = np.array([[[1, 3, 2], [4, 5, 6]], [[2, 4, 3], [0, 1, 2]]], dtype=float)
    assert majority(counts).tolist() == [[[0, 3, 0], [5, 5, 8]], [[4, 4, 5], [0, 1, 0]]]


def simulated(documents: int, *, classes: int, random: np.random.Generator) -> Array:
    """Return counts (documents, sentences, classes, 3): documents have their own length, mixture of classes and difficulty.

    With one class items are found or missed, and others made up; with several, each item gets a class, right or wrong.
    """
    sentences = 15
    rate = random.lognormal(0, 0.5, documents) * (1 if classes == 1 else 2)
    mixture = (
        random.dirichlet(np.array([2.0, 1.2, 0.6][:classes]), documents) if classes > 1 else np.ones((documents, 1))
    )
    gold = random.poisson(rate[:, None, None] * mixture[:, None], (documents, sentences, classes))
    found = random.beta(4, 3, (documents, 1, classes))
    matched = random.binomial(gold, found)
    missed = gold - matched
    if classes == 1:
        made_up = random.poisson((rate * random.beta(2, 4, documents))[:, None, None], gold.shape)
        return np.stack([matched, gold, matched + made_up], axis=-1).astype(float)
    left = random.binomial(missed, 0.5)  # of each class, half go to the class before, half to the class after
    said = matched + np.roll(left, -1, axis=-1) + np.roll(missed - left, 1, axis=-1)
    return np.stack([matched, gold, said], axis=-1).astype(float)


def covers(bounds: Interval | None, truth: float) -> bool:
    return bounds is not None and bounds.low <= truth <= bounds.high


@pytest.mark.slow
@pytest.mark.parametrize("documents", [24, 60])
@pytest.mark.parametrize(("formula", "classes"), [(f1, 1), (macro_f1, 3)])
def test_intervals_cover_the_truth_as_often_as_they_say_and_those_of_sentences_far_less(
    formula: Formula, classes: int, documents: int
) -> None:
    random = np.random.default_rng(20)
    truth = float(formula(simulated(200_000, classes=classes, random=random).sum(axis=(0, 1))))
    by_document = by_sentence = 0
    runs, fewer = 4000, 200
    for run in range(runs):
        counts = simulated(documents, classes=classes, random=random)
        by_document += covers(score_interval(counts.sum(axis=1), formula, draws=500, seed=run), truth)
        if run < fewer:
            single = counts.reshape(-1, classes, 3)
            by_sentence += covers(score_interval(single, formula, draws=500, seed=run), truth)
    print(
        f"{formula.__name__}, {documents}: {by_document / runs:.3f} by document, {by_sentence / fewer:.3f} by sentence"
    )
    assert 0.93 <= by_document / runs <= 0.97
    assert by_sentence / fewer < 0.85

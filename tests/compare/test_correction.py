"""Corrected means: the published formulas, other implementations, and what a draw and its articles must mean."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from stance.compare.correction import Correction, Estimate, correct
from stance.compare.pairing import Floats, Pairs
from stance.compare.rectifier import add_up, cross_fitted, rectified_means
from stance.errors import ConfigError, DataError

REFERENCE = json.loads((Path(__file__).parent / "ppi_python_reference.json").read_text(encoding="utf-8"))["cases"]


def reference_pairs(case: dict[str, Any], *, weighted: bool = False) -> Pairs:
    coded, others = len(case["gold"]), len(case["others"])
    probability = case["probability"] if weighted else [coded / (coded + others)] * coded
    return Pairs(
        document=np.array([f"article {number}" for number in range(coded + others)]),
        group=np.full(coded + others, "Daily"),
        gold=np.array([*case["gold"], *[np.nan] * others]),
        predicted=np.array([*case["predicted"], *case["others"]]),
        coded=np.arange(coded + others) < coded,
        probability=np.array([*probability, *[np.nan] * others]),
    )


def made_pairs(*, groups: int = 3, size: int = 80, coded: int = 20, seed: int = 0) -> Pairs:
    draw = np.random.default_rng(seed)
    count = groups * size
    truth = draw.choice([-1.0, 0.0, 1.0], count)
    chosen = np.concatenate([draw.permutation(size) < coded for _ in range(groups)])
    return Pairs(
        document=np.array([f"article {number}" for number in range(count)]),
        group=np.repeat([f"outlet {number}" for number in range(groups)], size),
        gold=np.where(chosen, truth, np.nan),
        predicted=np.where(draw.random(count) < 0.85, truth, np.minimum(truth + 1, 1.0)),
        coded=chosen,
        probability=np.full(count, coded / size),
    )


def chosen_rows(pairs: Pairs, rows: Any) -> Pairs:
    return Pairs(
        **{name: getattr(pairs, name)[rows] for name in Pairs.__slots__ if name not in ("bounds", "weight")},
        bounds=pairs.bounds,
    )


def estimate(found: Correction, method: str, *, group: str = "Daily") -> Estimate:
    return next(each for each in found.means if (each.method, each.group) == (method, group))


@pytest.mark.parametrize("case", REFERENCE)
def test_value_and_lambda_of_a_single_group_are_those_of_ppi_python(case: dict[str, Any]) -> None:
    found = correct(reference_pairs(case))
    assert estimate(found, "ppi").value == pytest.approx(case["value"], abs=1e-12)
    assert found.lambdas["Daily"] == pytest.approx(case["lambda"], abs=1e-9)


@pytest.mark.parametrize("case", REFERENCE)
def test_the_interval_is_that_of_ppi_python_widened_for_few_coded_articles(case: dict[str, Any]) -> None:
    found = estimate(correct(reference_pairs(case)), "ppi")
    ratio = (found.high - found.low) / (case["high"] - case["low"])
    assert 1 < ratio < 1 + 6 / len(case["gold"])


@pytest.mark.parametrize("case", REFERENCE)
@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0])
def test_values_with_unequal_probabilities_are_those_of_ppi_python(case: dict[str, Any], factor: float) -> None:
    pairs = reference_pairs(case, weighted=True)
    articles = add_up(pairs)
    ours = rectified_means(articles, proxy=articles.predicted, factor=np.array([factor]), spent=np.zeros(1)).value[0]
    # ppi-python means the predictions of articles that were not coded, we those of all
    moved = factor * (pairs.predicted.mean() - np.mean(case["others"]))
    key = "weighted_" + {0.0: "0", 0.5: "0.5", 1.0: "1"}[factor]
    assert ours - moved == pytest.approx(case[key], abs=1e-12)


def test_the_hand_coded_estimate_of_a_simple_random_sample_is_its_mean() -> None:
    pairs = made_pairs(groups=1)
    found = estimate(correct(pairs), "hand", group="outlet 0")
    values = pairs.gold[pairs.coded]
    assert found.value == pytest.approx(values.mean())
    assert found.error == pytest.approx(np.sqrt(values.var(ddof=1) / len(values)), rel=0.05)


def test_dsl_is_the_mean_of_doubly_robust_pseudo_outcomes() -> None:
    pairs = made_pairs()
    articles = add_up(pairs)
    expected = cross_fitted(articles)[:, 0]
    outcomes = expected + np.where(articles.coded, (articles.gold[:, 0] - expected) / (20 / 80), 0.0)
    for number in range(3):
        found = estimate(correct(pairs), "dsl", group=f"outlet {number}")
        assert found.value == pytest.approx(outcomes[articles.group == number].mean())


def test_an_article_is_expected_by_a_model_that_has_not_seen_it() -> None:
    pairs = made_pairs()
    at = np.flatnonzero(pairs.coded)[7]
    other = pairs.gold.copy()
    other[at] = -5.0
    before, after = (cross_fitted(add_up(each)) for each in (pairs, replace(pairs, gold=other)))
    row = np.flatnonzero(add_up(pairs).gold[:, 0] != add_up(replace(pairs, gold=other)).gold[:, 0])
    assert before[row] == pytest.approx(after[row])
    assert np.abs(before - after).max() > 0.01


def test_where_all_articles_are_coded_all_methods_but_the_naive_give_the_gold_mean() -> None:
    pairs = made_pairs(coded=80)
    found = correct(pairs)
    for method in ("hand", "ppi", "dsl"):
        value = estimate(found, method, group="outlet 1").value
        assert value == pytest.approx(pairs.gold[pairs.group == "outlet 1"].mean())


def test_the_order_of_rows_changes_nothing() -> None:
    pairs = made_pairs()
    order = np.random.default_rng(1).permutation(len(pairs.document))
    one, other = correct(pairs), correct(chosen_rows(pairs, order))
    for method in ("naive", "hand", "ppi"):
        assert estimate(one, method, group="outlet 2").low == pytest.approx(
            estimate(other, method, group="outlet 2").low
        )


def test_rows_said_twice_of_each_article_narrow_no_interval() -> None:
    pairs = made_pairs()
    twice = chosen_rows(pairs, np.tile(np.arange(len(pairs.document)), 2))
    for one, other in zip(correct(pairs).means, correct(twice).means, strict=True):
        if one.method != "dsl":  # whose model of the sums is another one
            assert (other.value, other.articles, other.coded) == (pytest.approx(one.value), one.articles, one.coded)
            assert other.high - other.low >= 0.93 * (one.high - one.low)


def test_predictions_that_say_nothing_get_no_weight() -> None:
    pairs = made_pairs()
    noise = np.random.default_rng(3).choice([-1.0, 1.0], len(pairs.document))
    found = correct(replace(pairs, predicted=noise))
    assert max(found.lambdas.values()) < 0.3
    ppi, hand = (estimate(found, method, group="outlet 0") for method in ("ppi", "hand"))
    assert ppi.high - ppi.low < 1.1 * (hand.high - hand.low)


def test_actors_that_are_not_there_and_actors_that_the_model_misses_are_corrected_for() -> None:
    draw = np.random.default_rng(5)
    count = 20_000
    there = draw.random(count) < 0.5
    truth = np.where(there, draw.choice([-1.0, 1.0], count, p=[0.3, 0.7]), np.nan)
    found = np.where(there, draw.random(count) < np.where(truth > 0, 0.95, 0.6), draw.random(count) < 0.2)
    predicted = np.where(found, np.where(there, truth, -1.0), np.nan)  # sees enemies who are not there
    coded = draw.random(count) < 0.2
    pairs = Pairs(
        np.arange(count).astype(str), np.full(count, "Daily"), np.where(coded, truth, np.nan), predicted, coded,
        np.full(count, 0.2),
    )  # fmt: skip
    estimates = correct(pairs)
    assert estimate(estimates, "naive").value < 0.3
    for method in ("hand", "ppi", "dsl"):
        assert estimate(estimates, method).value == pytest.approx(np.nanmean(truth), abs=0.04)


def test_a_group_without_coded_articles_borrows_the_average_correction_and_says_so() -> None:
    pairs = made_pairs(groups=5)
    coded = pairs.coded & (pairs.group != "outlet 4")
    found = correct(replace(pairs, coded=coded))
    last, first = (estimate(found, "ppi", group=group) for group in ("outlet 4", "outlet 0"))
    shifts = [
        estimate(found, "ppi", group=f"outlet {number}").value
        - estimate(found, "naive", group=f"outlet {number}").value
        for number in range(4)
    ]
    naive = estimate(found, "naive", group="outlet 4").value
    assert (last.borrowed, last.coded, first.borrowed) == (True, 0, False)
    assert last.value == pytest.approx(naive + np.mean(shifts))
    assert last.error > np.std(shifts, ddof=1)
    assert np.isnan(estimate(found, "hand", group="outlet 4").value)


def test_a_group_where_coders_found_nothing_leaves_the_others_alone() -> None:
    pairs = made_pairs()
    empty = replace(pairs, gold=np.where(pairs.group == "outlet 2", np.nan, pairs.gold))
    found = correct(empty)
    assert np.isnan(estimate(found, "hand", group="outlet 2").value)
    for method in ("hand", "ppi", "dsl"):
        one, other = estimate(found, method, group="outlet 0"), estimate(correct(pairs), method, group="outlet 0")
        assert one.error == pytest.approx(other.error, rel=0.15)


def test_coded_articles_without_the_actor_give_no_degrees_of_freedom() -> None:
    pairs = made_pairs(groups=1, coded=60)
    at = np.arange(80) % 6 == 0
    rare = replace(pairs, gold=np.where(at, pairs.gold, np.nan), predicted=np.where(at, pairs.predicted, np.nan))
    found = estimate(correct(rare), "hand", group="outlet 0")
    telling = int((pairs.coded & at).sum())
    assert (found.high - found.low) / found.error / 2 == pytest.approx(t.ppf(0.975, telling - 1))


def with_certain(certain: int, *, coded: int, size: int = 100) -> Pairs:
    """Return pairs of one group in which some articles are certain, and of the others some were drawn."""
    pairs = made_pairs(groups=1, size=size, coded=size)
    place = np.arange(size)
    there = (place < certain) | (place >= size - coded)
    probability = np.where(place < certain, 1.0, coded / max(size - certain, 1))
    gold = np.where(there, pairs.gold, np.nan)
    return replace(pairs, coded=there, gold=gold, probability=probability, bounds=(-9.0, 9.0))


def reach(found: Estimate) -> float:
    """Return half of the interval in standard errors."""
    return (found.high - found.low) / 2 / found.error


def test_certain_articles_give_no_degrees_of_freedom_for_those_that_were_not_coded() -> None:
    few = [estimate(correct(with_certain(certain, coded=8)), "hand", group="outlet 0") for certain in (0, 30, 60)]
    assert reach(few[0]) == pytest.approx(t.ppf(0.975, 7))
    assert reach(few[1]) > 0.97 * t.ppf(0.975, 7)
    assert few[0].error > few[1].error > few[2].error
    three = estimate(correct(with_certain(30, coded=3)), "hand", group="outlet 0")
    assert t.ppf(0.975, 2) * 0.8 < reach(three) < t.ppf(0.975, 2)


def test_a_census_has_the_degrees_of_freedom_of_its_articles_and_needs_no_residuals() -> None:
    for method in ("hand", "dsl"):
        found = estimate(correct(with_certain(50, coded=0, size=50)), method, group="outlet 0")
        assert reach(found) == pytest.approx(t.ppf(0.975, 49))
    nearly = estimate(correct(with_certain(97, coded=2)), "ppi", group="outlet 0")
    assert reach(nearly) < 2.1


def test_stances_that_are_alike_count_by_their_weights() -> None:
    pairs = with_certain(30, coded=3)
    alike = replace(pairs, gold=np.where(pairs.coded, 1.0, np.nan), bounds=(-1.0, 1.0))
    found = estimate(correct(alike), "hand", group="outlet 0")
    effective = 100**2 / (30 + 3 * (70 / 3) ** 2)
    assert found.low <= 1 - 2 * (1 - 0.025 ** (1 / effective))


def test_differences_are_of_all_pairs_of_groups_and_within_what_can_be() -> None:
    found = correct(replace(made_pairs(coded=2), bounds=(-0.1, 0.1)))
    pairs = [(each.group, each.minus) for each in found.differences if each.method == "dsl"]
    assert pairs == [("outlet 0", "outlet 1"), ("outlet 0", "outlet 2"), ("outlet 1", "outlet 2")]
    assert max(each.high for each in found.differences) == pytest.approx(0.2)
    assert min(each.low for each in found.means) == -0.1


def test_the_bootstrap_agrees_with_the_normal_interval_and_with_itself() -> None:
    pairs = made_pairs(size=300, coded=60)
    normal, one, other = (correct(pairs, interval=kind, seed=4) for kind in ("normal", "bootstrap", "bootstrap"))
    assert one == other
    for plain, drawn in zip(normal.differences, one.differences, strict=True):
        assert drawn.value == plain.value
        assert (drawn.high - drawn.low) / (plain.high - plain.low) == pytest.approx(1, abs=0.12)


def test_ten_right_answers_give_no_interval_of_no_width() -> None:
    pairs = made_pairs(groups=1, coded=10)
    right: Floats = np.where(pairs.coded, pairs.gold, pairs.predicted)
    found = estimate(correct(replace(pairs, predicted=right)), "ppi", group="outlet 0")
    assert found.high - found.low > 0.3


def test_coded_stances_that_are_all_alike_give_no_certainty_even_where_all_are_coded() -> None:
    drawn = made_pairs(groups=2, size=12, coded=12)
    agreed = np.where(drawn.group == "outlet 0", 1.0, drawn.gold)
    found = correct(replace(drawn, gold=agreed, predicted=agreed))
    for method in ("naive", "hand", "ppi", "dsl"):
        mean = estimate(found, method, group="outlet 0")
        assert (mean.value, mean.high) == (pytest.approx(1), 1)
        assert mean.low == pytest.approx(
            1 - 2 * (1 - 0.025 ** (1 / 12))
        )  # Clopper and Pearson's share, times the range
        (difference,) = (each for each in found.differences if each.method == method)
        assert difference.low <= mean.low - 1 + difference.value
    in_part = made_pairs(groups=2, size=40, coded=10)
    agreed = np.where((in_part.group == "outlet 1") & in_part.coded, -1.0, in_part.gold)
    mean = estimate(correct(replace(in_part, gold=agreed), level=0.99), "hand", group="outlet 1")
    assert mean.low == -1 and mean.high >= -1 + 2 * (1 - 0.005 ** (1 / 10)) - 1e-9


def test_articles_count_by_their_weights_and_only_by_how_these_compare() -> None:
    pairs = made_pairs()
    weight = np.random.default_rng(2).lognormal(0, 0.8, len(pairs.document))
    census = replace(pairs, coded=np.ones(240, dtype=bool), gold=np.arange(240) % 3 - 1.0, probability=np.ones(240))
    one, scaled, plain = (correct(replace(census, weight=each)) for each in (weight, 50 * weight, None))
    own = pairs.group == "outlet 1"
    for method in ("hand", "ppi", "dsl"):
        found, same, equal = (estimate(each, method, group="outlet 1") for each in (one, scaled, plain))
        assert found.value == pytest.approx(np.average(census.gold[own], weights=weight[own]))
        assert (found.low, found.high) == (pytest.approx(same.low), pytest.approx(same.high))
        assert found.error > 1.1 * equal.error
    naive = estimate(correct(replace(pairs, weight=weight)), "naive", group="outlet 1")
    assert naive.value == pytest.approx(np.average(pairs.predicted[own], weights=weight[own]))
    with pytest.raises(DataError, match="its weight is no number of 0 or more"):
        correct(replace(pairs, weight=-weight))


def test_weights_cover_as_all_that_is_estimated_does() -> None:
    generator, hits = np.random.default_rng(8), []
    for _ in range(150):
        pairs = made_pairs(groups=1, size=120, coded=30, seed=int(generator.integers(1 << 30)))
        weight = np.where(np.arange(120) % 4 == 0, 4.0, 1.0)
        found = estimate(correct(replace(pairs, weight=weight)), "ppi", group="outlet 0")
        hits.append(found.low <= 0 <= found.high)
    assert 0.9 <= np.mean(hits) <= 0.99


def test_contradictions_are_named_all_at_once() -> None:
    pairs = made_pairs()
    pairs.document[1], pairs.probability[pairs.coded] = pairs.document[170], 1.5
    with pytest.raises(DataError) as caught:
        correct(pairs)
    message = str(caught.value)
    assert "'article 170': it stands in two groups" in message
    assert message.count("its probability of being drawn is not above 0 and at most 1") >= 59
    with pytest.raises(DataError, match="pairs.gold: 3 values"):
        correct(replace(pairs, gold=np.zeros(3)))
    with pytest.raises(ConfigError, match=r"(?s)level: 95.*interval: 'bootstrp'.*did you mean 'bootstrap'"):
        correct(made_pairs(), level=95, interval="bootstrp")

"""Coverage of corrected intervals where the model errs otherwise in each outlet; `make slow` has the table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from stance.compare.correction import METHODS, correct
from stance.compare.pairing import Floats, Pairs
from stance.compare.sampling import inclusion_probabilities, systematic

STANCES = np.array([-1.0, 0.0, 1.0])

OUTLETS: dict[str, tuple[tuple[float, ...], float, float]] = {
    "leans up": ((0.5, 0.3, 0.2), 0.85, 0.8),
    "leans down": ((0.3, 0.4, 0.3), 0.80, -0.8),
    "fair": ((0.25, 0.5, 0.25), 0.90, 0.0),
    "leans down a little": ((0.2, 0.3, 0.5), 0.85, -0.5),
}
"""For each outlet the shares of against, neutral and favor, the accuracy, and by how much errors lean toward favor, -1 to 1."""

SIZE = 200
"""Articles of an outlet."""


def confusion(accuracy: float, lean: float) -> Floats:
    """Return (3, 3): probabilities of the predicted stance by the true one; where errors lean up, against errs more often."""
    errors = (1 - accuracy) * (1 + 0.6 * lean * np.array([1.0, 0.0, -1.0]))
    kinds = np.array([[0.0, 0.7, 0.3], [(1 - lean) / 2, 0.0, (1 + lean) / 2], [0.3, 0.7, 0.0]])
    return np.diag(1 - errors) + errors[:, None] * kinds


def simulated(
    coded: int, *, generator: np.random.Generator, doubtful: bool, certain: int = 0
) -> tuple[Floats, Floats, Pairs]:
    """Return true and predicted stances of all articles, and the pairs of a draw of `coded` an outlet.

    The first `certain` of each outlet are coded besides, with probability 1, and the model has learned from them.
    """
    columns = []
    for shares, accuracy, lean in OUTLETS.values():
        truth = generator.choice(3, size=SIZE, p=shares)
        bounds = confusion(accuracy, lean).cumsum(axis=1)[truth]
        guess = (generator.random((SIZE, 1)) > bounds).sum(axis=1)
        guess[:certain] = np.where(generator.random(certain) < 0.6, truth[:certain], guess[:certain])
        measure = np.where(guess != truth, 1.5, 0.7) * (0.6 + generator.random(SIZE)) if doubtful else np.ones(SIZE)
        probability = np.concatenate([np.ones(certain), inclusion_probabilities(measure[certain:], size=coded)])
        columns.append((STANCES[truth], STANCES[guess], probability, systematic(probability, generator=generator)))
    truth, guess, probability, drawn = (np.concatenate(column) for column in zip(*columns, strict=True))
    ids = np.arange(len(truth)).astype(str)
    group = np.repeat(list(OUTLETS), SIZE)
    return truth, guess, Pairs(ids, group, np.where(drawn, truth, np.nan), guess, drawn, probability)


def coverage(
    coded: int,
    *,
    draws: int,
    share_of: float | None = None,
    doubtful: bool = False,
    certain: int = 0,
    interval: str = "normal",
) -> dict[str, Floats]:
    """Return for each method: coverage and mean width of means, then of differences, then the least of a difference."""
    value: Callable[[Floats], Floats] = (
        (lambda x: x) if share_of is None else (lambda x: np.where(x == share_of, 1.0, 0.0))
    )
    truths = {name: float(np.dot(shares, value(STANCES))) for name, (shares, _, _) in OUTLETS.items()}
    hits: dict[str, list[list[list[float]]]] = {method: [[], []] for method in METHODS}
    generator = np.random.default_rng(20)
    for draw in range(draws):
        truth, guess, pairs = simulated(coded, generator=generator, doubtful=doubtful, certain=certain)
        gold = np.where(pairs.coded, value(truth), np.nan)
        bounds = (-1.0, 1.0) if share_of is None else (0.0, 1.0)
        whole = Pairs(pairs.document, pairs.group, gold, value(guess), pairs.coded, pairs.probability, bounds)
        found = correct(whole, interval=interval, seed=draw)
        for place, estimates in enumerate((found.means, found.differences)):
            for method, lists in hits.items():
                those = [each for each in estimates if each.method == method]
                right = [truths[each.group] - truths.get(each.minus or "", 0.0) for each in those]
                covered = [each.low <= true <= each.high for each, true in zip(those, right, strict=True)]
                lists[place].append([*map(float, covered), *(each.high - each.low for each in those)])
    table = {}
    for method, (means, differences) in hits.items():
        mean, difference = np.mean(means, axis=0), np.mean(differences, axis=0)
        halves = (mean[:4], mean[4:], difference[:6], difference[6:])
        table[method] = np.array([*(half.mean() for half in halves), difference[:6].min()])
    return table


def check(table: dict[str, Floats], *, low: float, high: float) -> None:
    for method in ("ppi", "dsl"):
        means, width, differences, difference_width, least = table[method]
        assert low <= means <= high, (method, table)
        assert low <= differences <= high, (method, table)
        assert least > low - 0.03, (method, table)
        assert width < table["hand"][1]
        assert difference_width < table["hand"][3]


def test_corrected_intervals_cover_and_are_narrower_than_hand_coding_while_the_naive_ones_fail() -> None:
    table = coverage(20, draws=200)
    check(table, low=0.93, high=0.98)
    assert table["naive"][2] < 0.6
    assert table["naive"][4] < 0.1
    assert table["ppi"][1] < 0.75 * table["hand"][1]


@pytest.mark.slow
@pytest.mark.parametrize("coded", [10, 20, 50])
def test_coverage_of_mean_stance(coded: int) -> None:
    table = coverage(coded, draws=2000)
    print(coded, {method: row.round(3).tolist() for method, row in table.items()})
    check(table, low=0.93, high=0.975)
    assert table["naive"][2] < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("share_of", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("coded", [10, 20])
def test_coverage_of_shares(share_of: float, coded: int) -> None:
    table = coverage(coded, draws=1000, share_of=share_of)
    print(coded, share_of, {method: row.round(3).tolist() for method, row in table.items()})
    check(
        table, low=0.93, high=0.985 if coded > 10 else 0.995
    )  # of ten, all are often alike: the rule of three is careful


@pytest.mark.slow
def test_coverage_where_doubtful_articles_are_coded_more_often_and_widths_are_less() -> None:
    table, even = coverage(20, draws=1000, doubtful=True), coverage(20, draws=1000)
    print({method: row.round(3).tolist() for method, row in table.items()})
    check(table, low=0.93, high=0.975)
    assert table["ppi"][1] < even["ppi"][1]


@pytest.mark.slow
@pytest.mark.parametrize("coded", [3, 6])
def test_coverage_where_the_model_learned_from_most_coded_articles_and_few_were_drawn(coded: int) -> None:
    table = coverage(coded, draws=500, certain=60)
    print(coded, {method: row.round(3).tolist() for method, row in table.items()})
    for method in ("hand", "ppi", "dsl"):
        assert min(table[method][[0, 2]]) >= 0.93, (method, table)  # corrected ones are careful here: up to 99 %


@pytest.mark.slow
def test_coverage_of_the_bootstrap() -> None:
    table = coverage(20, draws=200, interval="bootstrap")
    print({method: row.round(3).tolist() for method, row in table.items()})
    check(table, low=0.925, high=0.975)

"""Group means, shares and differences set right by hand-coded articles, beside the naive and the hand-coded estimate.

A model that is right nine times in ten is not wrong at random: where its errors lean one way in one outlet and another way in the
next, the difference between outlets is partly the model's. A few hand-coded articles of each outlet, drawn by chance, tell by how
much, and the estimates here take it away, with intervals that know how few they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from scipy.special import ndtr, stdtrit

from stance.compare.pairing import Floats, Pairs
from stance.compare.rectifier import (
    LEAST,
    Articles,
    Integers,
    Means,
    add_up,
    cross_fitted,
    dsl_means,
    hand_means,
    naive_means,
    ppi_means,
    sizes,
)
from stance.compare.redrawing import redrawn_means
from stance.errors import ConfigError, Problem, nearest

METHODS: Final = {
    "naive": "the mean of the predictions; its interval leaves the model's errors out",
    "hand": "the hand-coded articles alone, weighted by their inclusion probabilities (Hajek)",
    "ppi": "prediction-powered, with tuned lambda (PPI++: Angelopoulos, Duchi and Zrnic 2023)",
    "dsl": "design-based supervised learning, cross-fitted (Egami, Hinck, Stewart and Wei 2023)",
}

INTERVALS: Final = ("normal", "bootstrap")

DRAWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number with its interval.

    Attributes:
        method: one of `METHODS`.
        group: whose mean, or share.
        minus: None, or the group whose mean is taken off: the number is a difference.
        value: the estimate; NaN, as are its bounds, where a group has too few coded articles.
        error: its standard error.
        low: the interval's lower end.
        high: its upper end.
        articles: those of the group, or of both groups.
        coded: how many of them were coded by hand.
        borrowed: whether a group had too few coded articles, so that the correction is the other groups' average.
    """

    method: str
    group: str
    minus: str | None
    value: float
    error: float
    low: float
    high: float
    articles: int
    coded: int
    borrowed: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """All estimates, in the order of methods and then groups, and lambda of PPI++ by group (0: predictions tell nothing)."""

    means: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]
    lambdas: dict[str, float]


def correct(
    pairs: Pairs, *, level: float = 0.95, interval: str = "normal", seed: int = 0, minimum: int = LEAST
) -> Correction:
    """Return each group's mean and each pair of groups' difference, by all of `METHODS`.

    The groups' articles stand for what the outlet writes, not only for themselves. Articles are the draws: rows of one
    article rise and fall together. Each group is a stratum with its own rectifier and its own lambda; lambdas and the
    variances of residuals lean toward those of all groups when coded articles are few (`rectifier.LAMBDA_LABELS`,
    `rectifier.VARIANCE_LABELS`), the rectifiers never do, but where a group has fewer than two coded articles and three others
    have `minimum` with a stance (`Estimate.borrowed`). Intervals use Student's t, with degrees of freedom by coded articles, and
    Satterthwaite's for differences; neither a mean nor an interval is ever beyond what `pairs.bounds` allow. Where all stances
    that stand behind a group's number are alike (the coded ones, for `naive` the predicted), its interval is at least that of the
    rule of three (`resampling.alike_interval`): five articles that agree do not make an outlet of one voice.

    What it does not do: it does not know of coders' errors, holds no correction for looking at many differences, and
    is only as good as the draw: coded articles that somebody chose may differ from the rest.

    Args:
        pairs: gold beside predicted, as `pairing.pair_gold` gives them.
        level: of the intervals, within 0..1.
        interval: `normal`, or `bootstrap` for percentiles of `DRAWS` bootstrap samples of articles within groups, coded and others
            apart, with lambda tuned anew each time (the model behind DSL is not fitted anew), one article fewer than there are
            (Rao and Wu 1988), and percentiles widened as Student's t is (Hesterberg 2015). Below 20 coded articles a group
            the normal interval covers better.
        seed: of the bootstrap; the same seed gives the same interval.
        minimum: hand-coded articles with a stance that a group must have for others to borrow its correction.

    Raises:
        DataError: `pairs` that contradict themselves.
        ConfigError: an interval that there is not, or a level outside of 0..1.

    >>> draw = np.random.default_rng(0)
    >>> truth = draw.choice([-1.0, 0.0, 1.0], 400)
    >>> guess = np.where(draw.random(400) < 0.2, 1.0, truth)  # errs toward favor
    >>> coded = np.arange(400) % 8 == 0
    >>> ids = np.array([f"article {number}" for number in range(400)])
    >>> pairs = Pairs(ids, np.full(400, "Daily"), np.where(coded, truth, np.nan), guess, coded, np.full(400, 1 / 8))
    >>> [(each.method, round(each.value, 2), round(each.high - each.low, 2)) for each in correct(pairs).means]
    [('naive', 0.27, 0.16), ('hand', 0.16, 0.47), ('ppi', 0.1, 0.34), ('dsl', 0.09, 0.35)]
    """
    _check(level, interval)
    articles = add_up(pairs)
    ppi, tuned = ppi_means(articles, minimum=minimum)
    dsl = dsl_means(articles, minimum=minimum)
    found_means = {"naive": naive_means(articles), "hand": hand_means(articles), "ppi": ppi, "dsl": dsl}
    estimates = {
        method: replace(found, value=np.clip(found.value, *pairs.bounds)) for method, found in found_means.items()
    }
    if interval == "bootstrap":
        generator = np.random.default_rng(seed)
        draws = redrawn_means(articles, proxy=cross_fitted(articles), draws=DRAWS, generator=generator)
    else:
        draws = {}
    count = len(articles.names)
    span = pairs.bounds[1] - pairs.bounds[0]
    pairings = list(combinations(range(count), 2))
    contrasts = (
        (_Contrasts(np.arange(count), None), pairs.bounds),
        (_Contrasts(*np.array(pairings, np.int64).reshape(-1, 2).T), (-span, span)),
    )
    alike = {
        method: _alike_reach(articles, predicted=method == "naive", bounds=pairs.bounds, level=level)
        for method in estimates
    }
    means, differences = (
        tuple(
            each
            for method, found in estimates.items()
            for each in _estimates(
                articles,
                found,
                method=method,
                contrasts=contrast,
                bounds=_widened(
                    _bounds(found, draws.get(method), contrasts=contrast, level=level, allowed=allowed),
                    contrast.of(found.value),
                    reach=alike[method],
                    contrasts=contrast,
                    allowed=allowed,
                ),
            )
        )
        for contrast, allowed in contrasts
    )
    return Correction(means, differences, dict(zip(articles.names, map(float, tuned), strict=True)))


@dataclass(frozen=True, slots=True)
class _Contrasts:
    """The groups whose means are estimated (M,), and those whose means are taken off, if any."""

    one: Integers
    other: Integers | None

    def of(self, values: Floats) -> Floats:
        """Return (..., M): differences of group values (..., G)."""
        return values[..., self.one] - (0.0 if self.other is None else values[..., self.other])

    def sums(self, values: Floats) -> Floats:
        """Return (M,): sums of group values (G,)."""
        return np.asarray(values[self.one] + (0.0 if self.other is None else values[self.other]))


def _bounds(
    means: Means, draws: Floats | None, *, contrasts: _Contrasts, level: float, allowed: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return the ends (M,) of the intervals of means, or of differences of two, cut to what is allowed."""
    variance = contrasts.sums(means.variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = variance**2 / contrasts.sums(means.variance**2 / means.freedom)
    freedom = np.where(variance > 0, freedom, contrasts.sums(means.freedom))
    reach = stdtrit(freedom, (1 + level) / 2)
    half = reach * np.sqrt(variance)
    value = contrasts.of(means.value)
    low, high = value - half, value + half
    if draws is not None:
        known = np.isfinite(low)
        for place, sampled in enumerate(contrasts.of(draws).T):
            finite = sampled[np.isfinite(sampled)]
            if known[place] and len(finite):
                low[place], high[place] = np.quantile(finite, [ndtr(-reach[place]), ndtr(reach[place])])
    return np.clip(low, *allowed), np.clip(high, *allowed)


def _alike_reach(
    articles: Articles, *, predicted: bool, bounds: tuple[float, float], level: float
) -> tuple[Floats, Floats]:
    """Return how far below and above its mean each group's interval reaches at least, (G,): 0 where stances differ."""
    sums = articles.predicted if predicted else articles.gold
    down, up = np.zeros(len(articles.names)), np.zeros(len(articles.names))
    for group in range(len(articles.names)):
        there = (articles.group == group) & (sums[:, 1] > 0)
        held = sums[there]
        weight = articles.counts_for[there] * (1.0 if predicted else articles.weight[there])
        if not len(held) or np.ptp(held[:, 0] / held[:, 1]) > _ALIKE:
            continue
        mean, share = float(held[0, 0] / held[0, 1]), 1 - ((1 - level) / 2) ** ((weight @ weight) / weight.sum() ** 2)
        down[group], up[group] = share * (mean - bounds[0]), share * (bounds[1] - mean)
    return down, up


_ALIKE: Final = 1e-9


def _widened(
    ends: tuple[Floats, Floats],
    value: Floats,
    *,
    reach: tuple[Floats, Floats],
    contrasts: _Contrasts,
    allowed: tuple[float, float],
) -> tuple[Floats, Floats]:
    """Return the ends (M,), moved outward to what groups whose stances are all alike leave open (MOVER for a difference)."""
    below, above = (side[contrasts.one] for side in reach)
    if contrasts.other is not None:
        below, above = np.hypot(below, reach[1][contrasts.other]), np.hypot(above, reach[0][contrasts.other])
    low = np.where(below > 0, np.minimum(ends[0], value - below), ends[0])
    high = np.where(above > 0, np.maximum(ends[1], value + above), ends[1])
    return np.clip(low, *allowed), np.clip(high, *allowed)


def _estimates(
    articles: Articles, means: Means, *, method: str, contrasts: _Contrasts, bounds: tuple[Floats, Floats]
) -> list[Estimate]:
    total, coded = sizes(articles)
    columns = (
        [articles.names[place] for place in contrasts.one],
        [None] * len(contrasts.one)
        if contrasts.other is None
        else [articles.names[place] for place in contrasts.other],
        contrasts.of(means.value).tolist(),
        np.sqrt(contrasts.sums(means.variance)).tolist(),
        *(bound.tolist() for bound in bounds),
        contrasts.sums(total).astype(int).tolist(),
        contrasts.sums(coded).astype(int).tolist(),
        (contrasts.sums(means.borrowed.astype(np.float64)) > 0).tolist(),
    )
    return [Estimate(method, *row) for row in zip(*columns, strict=True)]


def _check(level: float, interval: str) -> None:
    problems = []
    if not 0 < level < 1:
        problems.append(Problem("level", repr(level), wish="a number between 0 and 1", cure="write 0.95 for 95 %"))
    if interval not in INTERVALS:
        wish = f"one of {', '.join(INTERVALS)}{nearest(interval, INTERVALS)}"
        problems.append(Problem("interval", repr(interval), wish=wish, cure="name one of these"))
    if problems:
        raise ConfigError(problems)

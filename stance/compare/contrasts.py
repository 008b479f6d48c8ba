"""Two sets of articles against each other: difference, interval, permutation test, effect sizes, detectable difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import vstack

from stance.compare.choosing import Options
from stance.compare.estimands import Values, of_actors
from stance.compare.resampling import (
    Moments,
    alike_interval,
    bootstrap_sums,
    by_stratum,
    divided,
    generator,
    interval,
    moments,
    standard_error,
)

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

POWER: Final = 0.8
"""The power at which a difference counts as detectable."""

_CELLS: Final = 4_000_000
_BLOCK: Final = 16
"""Actors whose permutation sums are taken at once."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The articles of two sides by their places, the names that their chance comes from, and each article's stratum.

    `strata` is (N,) over all articles: a number from 0 on, or -1 for an article that takes no part; None for one stratum.
    """

    left: Places
    right: Places
    left_name: str
    right_name: str
    strata: Places | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """What is known of left minus right for K actors, each (K,).

    left, right: moments of the two sides. difference, low, high, error: in the estimand's unit; with strata, the mean of the
    differences within strata. p: of the permutation test, two-sided. cohens_d: difference of the means of the articles' own
    ratios, in pooled standard deviations; cliffs_delta: the chance that an article of the left is higher than one of
    the right, less the chance that it is lower. detectable: see `contrast`.
    """

    left: Moments
    right: Moments
    difference: Floats
    low: Floats
    high: Floats
    error: Floats
    p: Floats
    cohens_d: Floats
    cliffs_delta: Floats
    detectable: Floats


def contrast(values: Values, sides: Sides, *, seed: int, options: Options) -> Contrast:
    """Return what is known of left minus right, for every actor that has `options.minimum` articles on both sides.

    Of the others only the moments are known, and nothing is drawn for them: where groups are many, most pairs are such.

    The difference is that of the two ratios. With strata it is the mean of the differences within strata, weighted with
    l x r / (l + r) of the two denominators there (Cochran 1954, Mantel and Haenszel 1959), so that a stratum that only one
    side has adds nothing. The interval is from articles resampled within each side; where the articles of one side are
    all alike, it is put together from the two sides' intervals (MOVER, Zou and Donner 2008), but not with strata.

    The permutation test deals the articles of the estimand's population out to the sides anew, within strata, with
    the number of each side kept. Its statistic is the difference over its standard error, so that it holds where the two
    sides vary differently (Chung and Romano 2013); p = (1 + as extreme) / (1 + permutations) (Phipson and Smyth 2010).

    detectable: the least true difference that a two-sided test at 1 - `options.level` finds with a chance of 80 %, at this
    number of articles and this spread: (t of the level + t of the power) x standard error (Bloom 1995). It is that of a
    single test: one whose p is adjusted for others finds it less often.
    """
    if sides.strata is not None:
        left, right = (rows[sides.strata[rows] >= 0] for rows in (sides.left, sides.right))
        sides = replace(sides, left=left, right=right)
    sums = [moments(values, rows) for rows in (sides.left, sides.right)]
    places = np.flatnonzero((sums[0].count >= options.minimum) & (sums[1].count >= options.minimum))
    numbers = np.full((_NUMBERS, len(sums[0].count)), np.nan)
    if len(places):
        numbers[:, places] = _numbers(of_actors(values, places), sides, seed=seed, options=options)
    return Contrast(sums[0], sums[1], *numbers)


_NUMBERS: Final = 8
"""Arrays of a contrast beside its moments."""


def _numbers(values: Values, sides: Sides, *, seed: int, options: Options) -> tuple[Floats, ...]:
    """Return the arrays of a contrast beside its moments, in their order, for actors with articles enough on both sides."""
    strata = np.zeros(values.numerator.shape[0], np.int64) if sides.strata is None else sides.strata
    left, right = sides.left, sides.right
    count = int(strata.max(initial=0)) + 1
    observed = [_stratified(values, rows, strata=strata, count=count) for rows in (left, right)]
    difference, error, freedom = _compared(observed[0], observed[1])
    drawn = _drawn(values, replace(sides, strata=strata), count=count, seed=seed, draws=options.draws)
    low, high = interval(drawn, error=error, freedom=freedom, level=options.level)
    if sides.strata is None:
        sums = [moments(values, rows) for rows in (left, right)]
        low, high = _with_alike(values, sums, difference=difference, low=low, high=high, level=options.level)
    p = np.full(len(difference), np.nan)
    chance = generator(seed, "permutation", sides.left_name, sides.right_name)
    statistic = _studentized(difference, error)
    places = np.flatnonzero(~np.isnan(statistic))
    pool = _Pool(values, left=left, right=right, strata=strata, count=count)
    p[places] = pool.test(places, statistic=statistic[places], permutations=options.permutations, random=chance)
    cohens_d, cliffs_delta = _effects(values, left=left, right=right)
    factor = stats.t.ppf((1 + options.level) / 2, freedom) + stats.t.ppf(POWER, freedom)
    return difference, low, high, error, p, cohens_d, cliffs_delta, factor * error


def _stratified(values: Values, rows: Places, *, strata: Places, count: int) -> Moments:
    """Return the sums of one side within each stratum, each (K, S)."""
    parts = [moments(values, rows[strata[rows] == stratum]) for stratum in range(count)]
    return Moments(*(np.stack([getattr(part, name) for part in parts], axis=-1) for name in Moments.__slots__))


def _compared(left: Moments, right: Moments) -> tuple[Floats, Floats, Floats]:
    """Return (difference, standard error, degrees of freedom) from sums by strata, (..., S) to (...).

    Each side's variance is pooled over its strata; the degrees of freedom are Welch's (1947).
    """
    weight = np.nan_to_num(divided(left.b * right.b, left.b + right.b))
    total = weight.sum(axis=-1)
    gaps = np.where(weight > 0, np.nan_to_num(left.ratio) - np.nan_to_num(right.ratio), 0.0)
    difference = divided((weight * gaps).sum(axis=-1), total)
    variances, freedoms = [], []
    for side in (left, right):
        used = weight > 0
        freedom = (side.count * used).sum(axis=-1) - used.sum(axis=-1)
        spread = divided((side.residual * used).sum(axis=-1), freedom)
        parts = np.where(used, weight**2 * divided(side.count, side.b**2), 0.0).sum(axis=-1)
        variances.append(divided(spread * parts, total**2))
        freedoms.append(freedom)
    whole = variances[0] + variances[1]
    freedom = divided(whole**2, divided(variances[0] ** 2, freedoms[0]) + divided(variances[1] ** 2, freedoms[1]))
    return difference, np.sqrt(whole), freedom


def _studentized(difference: Floats, error: Floats) -> Floats:
    """Return |difference| / error: infinite where two sides that do not vary differ, 0 where they do not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.abs(difference) / error
    return np.where((error == 0) & (np.abs(difference) < 1e-12), 0.0, statistic)


def _drawn(values: Values, sides: Sides, *, count: int, seed: int, draws: int) -> Floats:
    """Return (K, draws) differences over articles resampled within each side; `sides` with its strata, `count` of them."""
    actors = values.numerator.shape[1]
    out = np.full((actors, draws), np.nan)
    width = max(1, _CELLS // (draws * count))
    assert sides.strata is not None
    for first in range(0, actors, width):
        part = of_actors(values, slice(first, first + width))
        sums = []
        for rows, name in ((sides.left, sides.left_name), (sides.right, sides.right_name)):
            a = by_stratum(part.numerator[rows], sides.strata[rows], count=count)
            b = by_stratum(part.denominator[rows], sides.strata[rows], count=count)
            # the same chance for every block, and for the estimates of the group alone
            random = generator(seed, "bootstrap", name)
            both = bootstrap_sums(vstack([a, b], format="csr"), draws=draws, random=random)
            sums += [both[: a.shape[0]].reshape(-1, count, draws), both[a.shape[0] :].reshape(-1, count, draws)]
        la, lb, ra, rb = sums
        weight = np.nan_to_num(divided(lb * rb, lb + rb))
        gaps = np.where(weight > 0, np.nan_to_num(divided(la, lb)) - np.nan_to_num(divided(ra, rb)), 0.0)
        total = np.broadcast_to(weight, gaps.shape).sum(axis=1)
        out[first : first + width] = divided((weight * gaps).sum(axis=1), total)
    return out


def _with_alike(
    values: Values, sums: list[Moments], *, difference: Floats, low: Floats, high: Floats, level: float
) -> tuple[Floats, Floats]:
    """Return the intervals, those of actors on whose one side all articles are alike put together from both sides (MOVER)."""
    errors = [standard_error(side) for side in sums]
    alike = (errors[0] == 0) | (errors[1] == 0)
    reach = []
    for side, error in zip(sums, errors, strict=True):
        least, greatest = alike_interval(values, side, level=level)
        wide = stats.t.ppf((1 + level) / 2, np.maximum(side.count - 1, 1)) * error
        down, up = np.where(error == 0, side.ratio - least, wide), np.where(error == 0, greatest - side.ratio, wide)
        reach.append((down, up))
    (left_down, left_up), (right_down, right_up) = reach
    low = np.where(alike, difference - np.hypot(left_down, right_up), low)
    return low, np.where(alike, difference + np.hypot(left_up, right_down), high)


@dataclass(frozen=True, slots=True)
class _Pool:
    """The articles of both sides, from which permutations are dealt."""

    values: Values
    left: Places
    right: Places
    strata: Places
    count: int

    def test(self, places: Places, *, statistic: Floats, permutations: int, random: np.random.Generator) -> Floats:
        """Return the p-values of some actors, whose observed statistics are given."""
        rows = np.concatenate([self.left, self.right])
        rows = rows[np.argsort(self.strata[rows], kind="stable")]
        is_left = np.isin(rows, self.left)
        shared = self.values.denominator.shape[1] != self.values.numerator.shape[1]
        if shared:
            keep = self.values.denominator[rows].toarray()[:, 0] > 0
            return self._test(
                rows[keep], is_left[keep], places=places, statistic=statistic, options=(permutations, random)
            )
        denominators = self.values.denominator[rows].tocsc()
        out = np.empty(len(places))
        for rank, place in enumerate(places):
            keep = denominators[:, [place]].toarray()[:, 0] > 0
            one = slice(rank, rank + 1)
            out[one] = self._test(
                rows[keep], is_left[keep], places=places[one], statistic=statistic[one], options=(permutations, random)
            )
        return out

    def _test(
        self,
        rows: Places,
        is_left: NDArray[np.bool_],
        *,
        places: Places,
        statistic: Floats,
        options: tuple[int, np.random.Generator],
    ) -> Floats:
        permutations, random = options
        extreme = np.zeros(len(places))
        step = max(1, _CELLS // max(1, len(rows)))
        strata = self.strata[rows]
        blocks = [places[first : first + _BLOCK] for first in range(0, len(places), _BLOCK)]
        for first in range(0, permutations, step):
            width = min(step, permutations - first)
            chosen = _deal(is_left, strata=strata, width=width, random=random)
            for number, block in enumerate(blocks):
                difference, error = self._dealt(chosen, rows=rows, block=block)
                observed = statistic[number * _BLOCK : number * _BLOCK + len(block)]
                least = observed - 1e-9 * np.maximum(1.0, np.where(np.isfinite(observed), observed, 1.0))
                extreme[number * _BLOCK : number * _BLOCK + len(block)] += (
                    _studentized(difference, error) >= least
                ).sum(axis=0)
        return (1 + extreme) / (1 + permutations)

    def _dealt(self, chosen: Floats, *, rows: Places, block: Places) -> tuple[Floats, Floats]:
        """Return the differences and standard errors, (P, K), of (P, n) deals."""
        a = self.values.numerator[rows][:, block].toarray()
        b = self.values.denominator[rows]
        b = (b[:, block] if b.shape[1] == self.values.numerator.shape[1] else b).toarray()
        products = (a, b, a * a, a * b, b * b, (b > 0) * 1.0)
        member = np.equal(self.strata[rows][:, None], np.arange(self.count)) * 1.0  # (n, S)
        sides: tuple[list[Floats], list[Floats]] = ([], [])
        for product in products:
            spread = (product[:, :, None] * member[:, None, :]).reshape(len(rows), -1)  # (n, K S)
            left = chosen @ spread
            right = spread.sum(axis=0) - left
            for side, sums in zip(sides, (left, right), strict=True):
                side.append(sums.reshape(len(chosen), -1, self.count))
        difference, error, _ = _compared(Moments(*sides[0]), Moments(*sides[1]))
        return difference, error


def _deal(is_left: NDArray[np.bool_], *, strata: Places, width: int, random: np.random.Generator) -> Floats:
    """Return (width, n) deals, 1 for the left side, each as likely as any other that keeps the left's number in each stratum.

    Articles are dealt one after the other, each to the left with the chance that the places left there give (selection
    sampling, Knuth 1969, algorithm 3.4.2 S), for all deals at once: faster than a shuffle for each deal.
    """
    dealt = np.empty((len(is_left), width))
    for stratum in np.unique(strata):
        first, end = np.searchsorted(strata, [stratum, stratum + 1])
        vacant = np.full(width, float(is_left[first:end].sum()))
        for place in range(first, end):
            dealt[place] = random.random(width) * (end - place) < vacant
            vacant -= dealt[place]
    return dealt.T


def _effects(values: Values, *, left: Places, right: Places) -> tuple[Floats, Floats]:
    """Return Cohen's d (1988) and Cliff's delta (1993) of the articles' own ratios, each (K,)."""
    actors = values.numerator.shape[1]
    cohens_d, cliffs_delta = np.full(actors, np.nan), np.full(actors, np.nan)
    shared = values.denominator.shape[1] != actors
    sides = [(values.numerator[rows].tocsc(), values.denominator[rows].tocsc()) for rows in (left, right)]
    for place in range(actors):
        ratios = []
        for numerator, denominator in sides:
            b = denominator[:, [0 if shared else place]].toarray()[:, 0]
            ratios.append(numerator[:, [place]].toarray()[b > 0, 0] / b[b > 0])
        one, other = ratios
        squares = one.var() * len(one) + other.var() * len(other)
        spread = np.sqrt(squares / (len(one) + len(other) - 2))
        cohens_d[place] = (one.mean() - other.mean()) / spread if spread > 1e-12 else np.nan
        ranks = stats.rankdata(np.concatenate([one, other]))[: len(one)].sum()
        above = ranks - len(one) * (len(one) + 1) / 2
        cliffs_delta[place] = 2 * above / (len(one) * len(other)) - 1
    return cohens_d, cliffs_delta

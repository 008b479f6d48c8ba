"""Bootstrap of whole articles: sums over resampled articles for many actors at once, and intervals out of their spread."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stance.compare.estimands import Values

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_CELLS: Final = 4_000_000
"""The largest array of resampling counts held at once: 32 MB."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the articles of one group for K actors, in strata where there are any: each (K,) or (..., K, S).

    a, b: numerator and denominator; aa, ab, bb: of their products; count: articles whose denominator is over 0.
    """

    a: Floats
    b: Floats
    aa: Floats
    ab: Floats
    bb: Floats
    count: Floats

    @property
    def ratio(self) -> Floats:
        """a / b; NaN where b is 0."""
        return divided(self.a, self.b)

    @property
    def residual(self) -> Floats:
        """The sum of squared residuals of a around ratio x b; 0 where all articles are alike."""
        ratio = np.nan_to_num(self.ratio)
        squares = self.aa - 2 * ratio * self.ab + ratio**2 * self.bb
        scale = np.abs(self.aa) + ratio**2 * self.bb
        return np.where(squares > 1e-10 * scale, squares, 0.0)


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return the source of chance for a purpose, such as the bootstrap of one outlet, whatever other outlets there are."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def moments(values: Values, rows: Places) -> Moments:
    """Return the sums over some articles, each (K,)."""
    a, b = values.numerator[rows], values.denominator[rows]
    count = (b > 0).sum(axis=0)
    sums = (a.sum(axis=0), b.sum(axis=0), a.multiply(a).sum(axis=0), _product(a, b), b.multiply(b).sum(axis=0), count)
    shape = (values.numerator.shape[1],)
    return Moments(*(np.broadcast_to(np.asarray(each, np.float64), shape) for each in sums))


def standard_error(sums: Moments) -> Floats:
    """Return the standard error of the ratio by linearization, (K,); NaN for fewer than two articles.

    sqrt(n / (n - 1) x sum of squared residuals) / b (Cochran 1977, chapter 6), for a mean that of the mean.
    """
    correction = divided(sums.count, sums.count - 1)
    error = divided(np.sqrt(correction * sums.residual), sums.b)
    return np.where(sums.count > 1, error, np.nan)


def bootstrap_sums(parts: csr_array, *, draws: int, random: np.random.Generator) -> Floats:
    """Return (R, draws) sums over n articles drawn with replacement, of R quantities at once (Efron 1979).

    Args:
        parts: (R, n) what each article adds to each quantity. Each draw gives the articles multinomial weights, the same
            for all quantities, so that ratios and differences of them keep their dependence.
    """
    count = parts.shape[1]
    sums = np.empty((parts.shape[0], draws))
    step = max(1, min(draws, _CELLS // max(1, count)))
    for first in range(0, draws, step):
        width = min(step, draws - first)
        drawn = random.integers(0, count, size=(width, count)) * width + np.arange(width)[:, None]
        times = np.bincount(drawn.ravel(), minlength=count * width).reshape(count, width)
        sums[:, first : first + width] = parts @ times.astype(np.float64)
    return sums


def by_stratum(matrix: csr_array, strata: Places, *, count: int) -> csr_array:
    """Return (K x S, n) out of (n, K): what each of n articles adds to each actor in its own stratum, of `count`."""
    from scipy.sparse import coo_array

    entries = matrix.tocoo()
    article, actor = entries.coords
    shape = (matrix.shape[1] * count, matrix.shape[0])
    return coo_array((entries.data, (actor * count + strata[article], article)), shape=shape).tocsr()


def ratio_draws(values: Values, rows: Places, *, draws: int, random: np.random.Generator) -> Floats:
    """Return (K, draws) ratios over resampled articles; NaN where a draw has no article of an actor."""
    from scipy.sparse import vstack

    actors = values.numerator.shape[1]
    parts = vstack([values.numerator[rows].T, values.denominator[rows].T], format="csr")
    sums = bootstrap_sums(parts, draws=draws, random=random)
    return divided(sums[:actors], sums[actors:])


def interval(drawn: Floats, *, error: Floats, freedom: Floats, level: float) -> tuple[Floats, Floats]:
    """Return (low, high), each (K,): percentiles of the draws, moved outward as few articles need.

    The percentiles are those of Hesterberg's expanded percentile interval (2015, The American Statistician 69:371): the normal
    probability of t x (standard error / spread of the draws), t being Student's. Percentile and BCa intervals are too
    narrow below some 15 articles, and percentile-t goes astray where values are few, as in shares.

    Args:
        drawn: (K, D) draws of the estimates; NaN ones are left out.
        error: (K,) standard errors; freedom: (K,) degrees of freedom of them. Where one is missing or 0 there is no interval.
    """
    low, high = np.full(len(drawn), np.nan), np.full(len(drawn), np.nan)
    for place, row in enumerate(drawn):
        usable = row[np.isfinite(row)]
        if not (len(usable) > 1 and error[place] > 0 and freedom[place] > 0):
            continue
        spread = max(float(usable.std()), 1e-300)
        beyond = -stats.t.ppf((1 + level) / 2, freedom[place]) * max(1.0, error[place] / spread)
        tail = float(stats.norm.cdf(beyond))
        low[place], high[place] = np.quantile(usable, [tail, 1 - tail])
    return low, high


def alike_interval(values: Values, sums: Moments, *, level: float) -> tuple[Floats, Floats]:
    """Return (low, high), each (K,), for ratios over articles that are all alike, where a bootstrap has no spread.

    With n articles alike, at most the share 1 - (alpha / 2)^(1/n) of all articles may differ (the rule of three, Hanley and
    Lippman-Hand 1983; for a share it is the Clopper-Pearson interval), and those could lie at the end of the range. An
    end that the range does not have is NaN.
    """
    share = 1 - ((1 - level) / 2) ** divided(np.ones_like(sums.count), sums.count)
    ends = []
    for end in (values.estimand.low, values.estimand.high):
        moved = sums.ratio + share * (end - sums.ratio)
        ends.append(np.where(np.isfinite(moved), moved, np.nan))
    return ends[0], ends[1]


def divided(numerator: Floats, denominator: Floats) -> Floats:
    """Return the quotient, NaN where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator != 0, numerator / denominator, np.nan)


def _product(a: csr_array, b: csr_array) -> Floats:
    """Return the (K,) sums of a x b; b has K columns or one."""
    if b.shape[1] == a.shape[1]:
        return np.asarray(a.multiply(b).sum(axis=0), np.float64)
    return np.asarray(a.T @ b.toarray()[:, 0], np.float64)

"""Bootstrap samples of articles within groups, coded and others apart, and the corrected group means of each sample."""

from __future__ import annotations

import numpy as np

from stance.compare.pairing import Floats
from stance.compare.rectifier import LAMBDA_LABELS, Articles, sizes


def redrawn_means(
    articles: Articles, *, proxy: Floats, draws: int, generator: np.random.Generator
) -> dict[str, Floats]:
    """Return (draws, G) means of each method of `correction.METHODS`; NaN for groups with fewer than two coded articles.

    One article fewer than there are is drawn, of the coded and of the others of each group, so that the spread is that of
    the estimate and not too small by n / (n - 1) (Rao and Wu 1988). Lambda is tuned on each sample as on the data.

    Args:
        articles: A articles of G groups.
        proxy: (A, 2) the cross-fitted expectations of DSL, taken as they are.
        draws: how many samples.
        generator: of chance.
    """
    groups = len(articles.names)
    coded_sums = np.empty((draws, groups, 10))
    all_sums = np.empty((draws, groups, 6))
    total, count = sizes(articles)
    center = articles.predicted[:, 0].sum() / max(articles.predicted[:, 1].sum(), 1.0)
    gold, guess = (pair[:, 0] - center * pair[:, 1] for pair in (articles.gold, articles.predicted))
    parts = [np.ones(len(gold)), articles.gold, articles.predicted, proxy, gold, guess, gold * guess]
    paired = np.column_stack(parts)  # (A, 10): places 0, 1:3, 3:5, 5:7, 7, 8, 9
    whole = np.column_stack([articles.predicted, proxy, guess, guess**2])  # (A, 6): places 0:2, 2:4, 4, 5
    for group in range(groups):
        members = np.flatnonzero(articles.group == group)
        coded, other = members[articles.coded[members]], members[~articles.coded[members]]
        drawn = [(rows, _times(len(rows), draws=draws, generator=generator)) for rows in (coded, other)]
        weights = drawn[0][1] * articles.weight[coded]  # (draws, n)
        with np.errstate(divide="ignore", invalid="ignore"):
            weights = weights * total[group] / weights.sum(axis=1, keepdims=True)
        coded_sums[:, group] = weights @ paired[coded]
        all_sums[:, group] = sum(times @ whole[rows] for rows, times in drawn)
    factor = _factors(coded_sums, all_sums, total=total, count=count)
    gold_pair = coded_sums[..., 1:3]
    solved = {
        "naive": all_sums[..., :2],
        "hand": gold_pair,
        "ppi": gold_pair + factor[..., None] * (all_sums[..., :2] - coded_sums[..., 3:5]),
        "dsl": gold_pair + all_sums[..., 2:4] - coded_sums[..., 5:7],
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        means = {name: pair[..., 0] / pair[..., 1] for name, pair in solved.items()}
    for name in ("hand", "ppi", "dsl"):
        means[name][:, count < 2] = np.nan
    return means


def _times(size: int, *, draws: int, generator: np.random.Generator) -> Floats:
    """Return (draws, size): how often each of the articles is drawn, scaled so that a row sums to `size`."""
    if size < 2:
        return np.ones((draws, size))
    times = generator.multinomial(size - 1, np.full(size, 1 / size), size=draws)
    return times.astype(np.float64) * (size / (size - 1))


def _factors(coded_sums: Floats, all_sums: Floats, *, total: Floats, count: Floats) -> Floats:
    """Return (draws, G) weights of the predictions, as `rectifier.tune` finds them on the data."""
    usable = count >= 2
    gold, guess, product = (coded_sums[..., column] / total for column in (7, 8, 9))
    covariance = np.where(usable, product - gold * guess, 0.0)
    spread = np.where(usable, all_sums[..., 5] / total - (all_sums[..., 4] / total) ** 2, 0.0)
    pooled = (covariance @ count) / np.maximum(spread @ count, 1e-12)
    varies = spread > 0
    own = np.where(varies, covariance / np.where(varies, spread, 1.0), pooled[:, None])
    trust = np.ones(len(total)) if len(total) == 1 else count / (count + LAMBDA_LABELS)
    left = 1 - count / total
    best = trust * own + (1 - trust) * pooled[:, None]
    return np.where(left > 0, np.clip(best * left, 0.0, 1.0) / np.where(left > 0, left, 1.0), 0.0)

"""Group means from many predictions and few hand-coded articles: the rectified estimate, its variance, and its proxies.

All four estimators are one: with a proxy P for the gold values G, a factor b for each group, and normalised inverse
probabilities w of the coded articles, the mean solves b * sum(P) + sum over coded of w * (G - b * P) = 0. Naive: P predicted, no
coded articles. Hand-coded only: b = 0 (Hajek's estimator). PPI++: P predicted, b tuned (Angelopoulos, Duchi and Zrnic 2023).
DSL: P a cross-fitted model of gold given the prediction, b = 1 (Egami, Hinck, Stewart and Wei 2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.pairing import Bools, Floats, Pairs
from stance.errors import DataError, Problem

Integers = NDArray[np.int64]

LAMBDA_LABELS: Final = 50.0
"""A group's own lambda weighs as much as all groups' together when it has so many coded articles."""

VARIANCE_LABELS: Final = 4.0
"""The variance of the residuals of all groups together counts like so many coded articles in each group's (as Smyth 2004),
less by as much as it is the group's own: by a quarter where there are four groups, wholly where there is one."""

SURPRISE: Final = 0.5
"""Squared residuals, in steps such as neutral to favor, that the groups share between them beyond those seen: ten right
answers do not rule an error out. Half of what Agresti and Min (2005) add to the difference of paired proportions."""

LEAST: Final = 2
"""Coded articles with a stance that a group must have for others to borrow its correction, where no more are asked for."""

FOLDS: Final = 10
RIDGE: Final = (1e-6, 5.0, 10.0)
"""Penalties of the model behind DSL: common terms, a group's own intercept, its own slope; in coded articles."""


@dataclass(frozen=True, slots=True)
class Articles:
    """Rows added up by article (A,), in the order of groups. A pair is the sum of values and the count of rows with a value."""

    names: tuple[str, ...]
    group: Integers  # (A,)
    coded: Bools  # (A,)
    probability: Floats  # (A,), 1 where not coded
    weight: Floats  # (A,): 1 / probability, normalised to the number of articles of the group; 0 where not coded
    counts_for: Floats  # (A,): weight of the article itself, 1 on average; `gold` and `predicted` are multiplied by it
    gold: Floats  # (A, 2), 0 where not coded
    predicted: Floats  # (A, 2)


@dataclass(frozen=True, slots=True)
class Means:
    """Estimates of the G group means with their variances and degrees of freedom; NaN where they cannot be had."""

    value: Floats  # (G,)
    variance: Floats  # (G,)
    freedom: Floats  # (G,)
    borrowed: Bools  # (G,) whether the correction is the other groups' average


def add_up(pairs: Pairs) -> Articles:
    """Return the rows added up by article.

    Raises:
        DataError: arrays of differing lengths, an article in two groups, coded in part, or with a probability outside of
            0..1 or that differs between its rows.
    """
    _check_lengths(pairs)
    documents, first, inverse = np.unique(pairs.document, return_index=True, return_inverse=True)
    _check_articles(pairs, documents=documents, same_as=first[inverse])
    order = np.lexsort((first, pairs.group[first]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    article = place[inverse]
    names, group = np.unique(pairs.group[first][order], return_inverse=True)
    coded = pairs.coded[first][order]
    probability = np.where(coded, pairs.probability[first][order], 1.0)
    weight = np.where(coded, 1.0 / probability, 0.0)
    totals = np.bincount(group, weights=weight)
    scale = np.divide(np.bincount(group), totals, out=np.zeros(len(names)), where=totals > 0)
    given = np.ones(len(pairs.document)) if pairs.weight is None else pairs.weight
    counts_for = given / max(given[first].mean(), 1e-300)
    sums = [
        np.stack(
            [
                np.bincount(article, weights=np.where(there, values, 0.0) * counts_for),
                np.bincount(article, weights=there * counts_for),
            ],
            axis=1,
        ).astype(np.float64)  # (A, 2)
        for values in (np.where(pairs.coded, pairs.gold, np.nan), pairs.predicted)
        for there in [~np.isnan(values)]
    ]
    drawn = (coded, probability, weight * scale[group])
    return Articles(tuple(map(str, names)), group.astype(np.int64), *drawn, counts_for[first][order], sums[0], sums[1])


def sizes(articles: Articles) -> tuple[Floats, Floats]:
    """Return how many articles each group has (G,), and how many of them were coded (G,)."""
    coded = np.bincount(articles.group, weights=articles.coded)
    return np.bincount(articles.group).astype(np.float64), coded.astype(np.float64)


def naive_means(articles: Articles) -> Means:
    """Return the means of the predictions alone, clustered by article: biased by what the model gets wrong in each group."""
    count = np.bincount(articles.group)
    sums = _by_group(articles, articles.predicted)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = sums[:, 0] / sums[:, 1]
        residual = articles.predicted[:, 0] - value[articles.group] * articles.predicted[:, 1]
        variance = _by_group(articles, residual**2) * count / (count - 1) / sums[:, 1] ** 2
    return Means(value, variance, (count - 1).astype(np.float64), np.zeros(len(count), dtype=bool))


def rectified_means(articles: Articles, *, proxy: Floats, factor: Floats, spent: Floats) -> Means:
    """Return the means of `proxy` set right by the coded articles.

    The variance has two parts: between the articles of a group (they stand for the outlet, not only for themselves), and
    from coding only some (Hajek's variance for unequal probabilities without replacement). The residuals' variance of
    a group leans toward that of all groups by `VARIANCE_LABELS`: ten labels may all be right by luck, and an interval of
    no width be the answer.

    Articles with probability 1 say nothing of the residuals of those that were not coded. So each part has the degrees of freedom
    of an effective number of articles, (sum of weights)^2 / sum of squared weights (Kish 1965): of all for the first, for
    the second by what each adds to it, where certain articles have no weight. They are the number of coded articles where all are
    as likely. The errors of the two parts are taken to go together.

    Args:
        articles: A articles of G groups.
        proxy: (A, 2) what stands for gold where it was not coded.
        factor: (G,) the weight of the proxy.
        spent: (G,) degrees of freedom that estimating `factor` has used up.
    """
    group = articles.group
    total, _ = sizes(articles)
    value, whole = _solve(articles, proxy=proxy, factor=factor)
    gold_residual = articles.gold[:, 0] - value[group] * articles.gold[:, 1]
    residual = gold_residual - factor[group] * (proxy[:, 0] - value[group] * proxy[:, 1])
    weight = articles.weight
    left = weight**2 * (1 - articles.probability)
    there = (articles.gold[:, 1] > 0) | ((articles.predicted[:, 1] > 0) & (factor[group] > 0))
    importance, left_importance = weight * articles.counts_for, left * articles.counts_for**2
    many, sampled = _effective(articles, importance), _effective(articles, left_importance)
    spent_left = spent * _by_group(articles, weight * (left > 0)) / total  # where factor stands on certain ones in part
    of_all = _effective(articles, importance * there) - 1 - spent
    of_left = _effective(articles, left_importance * there) - 1 - spent_left
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = residual - (_by_group(articles, weight * residual) / total)[group]
        between = _by_group(articles, weight * gold_residual**2) * many / (many - 1) / total  # of one article
        share = _by_group(articles, left) / total**2  # (1 - n/N) / n where all are as likely
        squares = sampled * _by_group(articles, left * residual**2) / _by_group(articles, left)
    known = (of_all > 0) & ((of_left > 0) | (share == 0)) & (whole > 0)
    chanced = known & (share > 0)  # the others' stances are all known
    squares, freedom = np.where(chanced, squares, 0.0), np.where(chanced, sampled - 1 - spent_left, 0.0)
    prior, chanced_prior = (VARIANCE_LABELS * (1 - 1 / max(groups.sum(), 1)) for groups in (known, chanced))
    surprise = SURPRISE / max(chanced.sum(), 1)
    pooled = squares.sum() / max(float(freedom.sum()), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        residual_variance = (squares + surprise + chanced_prior * pooled) / (freedom + chanced_prior)
        drawn = np.where(share > 0, share * residual_variance, 0.0)
        variance = (between / total + drawn) * (total / whole) ** 2
        spread = between / total / np.sqrt(of_all + prior)
        spread += np.where(share > 0, drawn / np.sqrt(of_left + chanced_prior), 0.0)
        freedom = ((between / total + drawn) / spread) ** 2
    freedom = np.where(spread > 0, freedom, of_all + prior)
    value, variance, freedom = (np.where(known, part, np.nan) for part in (value, variance, freedom))
    return Means(value, variance, freedom, np.zeros(len(known), dtype=bool))


def tune(articles: Articles) -> tuple[Floats, Floats]:
    """Return lambda (G,) of PPI++ within 0..1, and the degrees of freedom (G,) that it takes.

    The optimum of a group, cov(gold, predicted) / ((1 + n/N) var(predicted)), with N articles not coded, is averaged with
    that of all groups together, by `LAMBDA_LABELS`; a group alone keeps its own, as in the paper.
    """
    total, count = sizes(articles)
    start, _ = _solve(articles, proxy=articles.predicted, factor=np.ones(len(total)))
    start = np.nan_to_num(start)[articles.group]
    gold, guess = (pair[:, 0] - start * pair[:, 1] for pair in (articles.gold, articles.predicted))
    moments = {"gold": gold, "guess": guess, "product": gold * guess}
    weighted = {name: _by_group(articles, articles.weight * part) / total for name, part in moments.items()}
    covariance = weighted["product"] - weighted["gold"] * weighted["guess"]
    mean = _by_group(articles, guess) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (_by_group(articles, guess**2) - total * mean**2) / (total - 1)
    usable = (count >= 2) & (spread > 0)
    covariance, spread = np.where(usable, covariance, 0.0), np.where(usable, spread, 0.0)
    pooled = float(count @ covariance) / max(float(count @ spread), 1e-12)
    own = np.divide(covariance, spread, out=np.full(len(total), pooled), where=usable)
    trust = np.ones(len(total)) if len(total) == 1 else count / (count + LAMBDA_LABELS)
    best = trust * own + (1 - trust) * pooled
    left = 1 - count / total  # the share not coded: 1 / (1 + n/N) of the paper
    spent = trust + (1 - trust) * count / max(count.sum(), 1.0)
    return np.clip(best * left, 0.0, 1.0), spent


def ppi_means(articles: Articles, *, minimum: int = LEAST) -> tuple[Means, Floats]:
    """Return PPI++ means, each group with its own rectifier and lambda, and the lambdas (G,).

    A group without the coded articles for that borrows from those with stances in at least `minimum` coded ones.
    """
    total, count = sizes(articles)
    tuned, spent = tune(articles)
    factor = _factor(tuned, total=total, count=count)
    means = rectified_means(articles, proxy=articles.predicted, factor=factor, spent=spent)
    return _filled(means, articles=articles, minimum=minimum), tuned


def dsl_means(articles: Articles, *, minimum: int = LEAST) -> Means:
    """Return the means of DSL's doubly robust pseudo-outcomes; groups borrow as in `ppi_means`."""
    ones, zeros = np.ones(len(articles.names)), np.zeros(len(articles.names))
    means = rectified_means(articles, proxy=cross_fitted(articles), factor=ones, spent=zeros)
    return _filled(means, articles=articles, minimum=minimum)


def hand_means(articles: Articles) -> Means:
    """Return the means of the coded articles alone (Hajek), which know nothing of the predictions."""
    zeros = np.zeros(len(articles.names))
    return rectified_means(articles, proxy=articles.predicted, factor=zeros, spent=zeros)


def cross_fitted(articles: Articles) -> Floats:
    """Return (A, 2): gold sums as a ridge regression on the predicted ones expects them, for all articles.

    Each group has an intercept and slope of its own, drawn toward the common ones by `RIDGE`. A coded article is
    expected by a model that has not seen its fold; the others by the average of the folds' models, so that no part of
    the difference between the two comes from how much a model has seen.
    """
    group, coded, groups = articles.group, articles.coded, len(articles.names)
    own = np.eye(groups)[group]  # (A, G)
    columns = [articles.predicted[:, 1:], articles.predicted[:, :1], own * articles.predicted[:, 1:]]
    penalties = [RIDGE[0], RIDGE[0], *[RIDGE[1]] * groups, *[RIDGE[2]] * groups]
    columns.append(own * articles.predicted[:, :1])
    if np.ptp(articles.predicted[:, 1]) > 0:  # else the count of rows is the intercept
        columns.append(np.ones((len(group), 1)))
        penalties.append(1.0)
    features = np.concatenate(columns, axis=1)  # (A, F)
    rank = np.cumsum(coded) - 1
    fold = np.where(coded, rank - rank[np.searchsorted(group, group)] + coded[np.searchsorted(group, group)], 0) % FOLDS
    seen, target, part = features[coded], articles.gold[coded], fold[coded]
    kept = (part != np.arange(FOLDS)[:, None]).astype(np.float64)  # (K, n)
    transposed = seen.T * kept[:, None, :]  # (K, F, n)
    models = np.linalg.solve(transposed @ seen + np.diag(penalties), transposed @ target)  # (K, F, 2)
    held = np.zeros((groups, FOLDS))
    np.add.at(held, (group[coded], part), articles.weight[coded])
    held /= np.maximum(held.sum(axis=1, keepdims=True), 1e-12)
    averaged = np.einsum("gk,kfc->gfc", held, models)  # (G, F, 2)
    out: Floats = np.einsum("af,afc->ac", features, averaged[group])
    out[coded] = np.einsum("af,afc->ac", seen, models[part])
    return out


def _solve(articles: Articles, *, proxy: Floats, factor: Floats) -> tuple[Floats, Floats]:
    """Return the means (G,) and their denominators, the numbers of rows with a stance as estimated (G,)."""
    own = factor[articles.group, None]
    sums = _by_group(articles, own * proxy + articles.weight[:, None] * (articles.gold - own * proxy))
    whole = np.where(sums[:, 1] > 1e-9 * sizes(articles)[0], sums[:, 1], np.nan)  # nothing there, but for rounding
    return sums[:, 0] / whole, whole


def _factor(tuned: Floats, *, total: Floats, count: Floats) -> Floats:
    """Return what the paper's lambda, which weighs articles that were not coded, is as a weight of all articles."""
    return np.divide(tuned * total, total - count, out=np.zeros_like(tuned), where=total > count)


def _filled(means: Means, *, articles: Articles, minimum: int) -> Means:
    """Return the means with groups that have too few coded articles corrected as the other groups are on average.

    The rectifier then has the spread between groups as its uncertainty, as if the group were drawn from among such. Three
    groups at least must have stances in `minimum` coded articles, and lend; one that has fewer knows too little itself.
    """
    naive = naive_means(articles)
    known = np.isfinite(means.variance)
    stances = _effective(articles, articles.weight * (articles.gold[:, 1] > 0))
    lending = known & (stances > minimum - 1e-9)
    if known.all() or lending.sum() < 3:
        return means
    shift = (means.value - naive.value)[lending]
    variance = naive.variance + shift.var(ddof=1) * (1 + 1 / len(shift))
    filled = (naive.value + shift.mean(), variance, np.full(len(known), len(shift) - 1.0))
    old = (means.value, means.variance, means.freedom)
    value, variance, freedom = (np.where(known, before, after) for before, after in zip(old, filled, strict=True))
    return Means(value, variance, freedom, ~known)


def _effective(articles: Articles, weights: Floats) -> Floats:
    """Return how many articles of one weight tell as much as each group's with these weights (A,): (G,), 0 where all are 0."""
    squares = _by_group(articles, weights**2)
    effective: Floats = np.divide(
        _by_group(articles, weights) ** 2, squares, out=np.zeros_like(squares), where=squares > 0
    )
    return effective


def _by_group(articles: Articles, values: Floats) -> Floats:
    """Return values (A,) or (A, 2) summed by group, (G,) or (G, 2)."""
    sums: Floats = np.add.reduceat(values, np.searchsorted(articles.group, np.arange(len(articles.names))), axis=0)
    return sums


def _check_lengths(pairs: Pairs) -> None:
    columns = ("group", "gold", "predicted", "coded", "probability", *(("weight",) if pairs.weight is not None else ()))
    count = len(pairs.document)
    problems = [
        Problem(f"pairs.{name}", f"{len(getattr(pairs, name))} values", wish=f"{count}, one a row", cure="fill it up")
        for name in columns
        if len(getattr(pairs, name)) != count
    ]
    if not count:
        problems.append(Problem("pairs", "no rows", wish="rows to estimate from", cure="look at the actor's name"))
    if problems:
        raise DataError(problems)


def _check_articles(pairs: Pairs, *, documents: NDArray[np.str_], same_as: Integers) -> None:
    probability = np.where(pairs.coded, pairs.probability, 1.0)
    weight = np.ones(len(pairs.document)) if pairs.weight is None else pairs.weight
    wrong = {
        "it stands in two groups": (
            pairs.group != pairs.group[same_as],
            "one group an article",
            "compare by its outlet",
        ),
        "only some of its rows were coded": (
            pairs.coded != pairs.coded[same_as],
            "articles coded whole",
            "code the rest, or leave the other rows out",
        ),
        "its probability of being drawn is not above 0 and at most 1, or differs between its rows": (
            ~((probability > 0) & (probability <= 1)) | (probability != probability[same_as]),
            "a probability, the same in all its rows",
            "take those of the sample that was drawn",
        ),
        "its weight is no number of 0 or more, or differs between its rows": (
            ~((weight >= 0) & (weight < np.inf)) | (weight != weight[same_as]),
            "a weight, the same in all its rows",
            "correct it, or leave weights out",
        ),
    }
    problems = [
        Problem(f"pairs, article {str(id)!r}", value, wish=wish, cure=cure)
        for value, (rows, wish, cure) in wrong.items()
        for id in np.unique(pairs.document[rows])
    ]
    if problems:
        raise DataError(problems)

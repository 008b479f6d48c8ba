"""Whether stance follows an outside rating of outlets, such as from left to right: rank correlations with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stance.compare.choosing import DEFAULTS, Note, Options, Outcome, Question, chosen_actors, table_of
from stance.compare.multiplicity import holm
from stance.compare.resampling import generator
from stance.compare.rows import Tables
from stance.errors import DataError, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RATING_COLUMNS: Final = (
    *("actor", "name", "coefficient", "correlation", "low", "high", "low_articles", "high_articles"),
    *("p", "p_holm", "articles", "groups", "warning"),
)

COEFFICIENTS: Final = ("spearman", "kendall")

LEAST_GROUPS: Final = 4
"""Outlets that a correlation needs: with fewer, resampling them tells nothing."""


def rating_correlations(
    tables: Tables, ranks: Mapping[str, int], *, question: Question, seed: int = 0, options: Options = DEFAULTS
) -> Outcome:
    """Return how the author's score toward each actor goes with the rank of its outlet, two rows an actor (`RATING_COLUMNS`).

    correlation: Spearman's rho, or Kendall's tau-b, over the articles that list the actor and do not abstain; both take
        account of ties, which ranks of outlets are full of. Above 0: the higher the outlet's rank, the more favorable.
    low, high: from outlets (`question.by`) drawn with replacement, each with all its articles: the rating belongs to the
        outlet, and articles of one outlet are no independent witnesses of it. Percentiles are widened for few outlets as
        in `resampling.interval`. This is the interval to quote.
    low_articles, high_articles: from articles drawn instead, as if these outlets were all there are; narrower.
    p: two-sided, from ratings dealt anew among the outlets; p_holm over the actors, for each coefficient by itself.

    Articles of outlets without a rank are left out and counted in a note.

    Args:
        tables: of the articles, copies left out (`duplicates.counted_once`).
        ranks: of each outlet that has one.
        question: whose `actors` are looked at, all with `options.minimum` articles where it names none.

    Raises:
        DataError: no outlet has a rank, or an unknown actor.
    """
    articles = tables.articles.set_index("document")[question.by]
    rank = articles.map(lambda name: ranks.get(name, np.nan))
    if rank.isna().all():
        wish = f"ranks of the articles' {question.by}: {', '.join(sorted(set(articles.dropna()))[:5])}, …"
        raise DataError(Problem("ranks", "no article's outlet has one", wish=wish, cure="name outlets as articles do"))
    actors, notes = chosen_actors(tables, question, minimum=options.minimum)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    authors = tables.rows[(tables.rows["holder_kind"] == "author") & ~tables.rows["abstained"]]
    authors = authors[authors["document"].map(rank).notna()]
    rows: list[dict[str, Any]] = []
    for actor in actors:
        own = authors[authors["actor"] == actor]
        group = own["document"].map(articles).to_numpy(str)
        score, ranked = own["score"].to_numpy(float), own["document"].map(rank).to_numpy(float)
        shared = {"actor": actor, "name": names[actor], "articles": len(own), "groups": len(set(group))}
        warning = _warning(score, ranked, groups=shared["groups"], minimum=options.minimum)
        for coefficient in COEFFICIENTS:
            found = {} if warning else _correlated(score, ranked, group, chance=(seed, coefficient), options=options)
            rows.append(shared | {"coefficient": coefficient, "warning": warning} | found)
    table = table_of(rows, RATING_COLUMNS)
    for coefficient in COEFFICIENTS:
        there = (table["coefficient"] == coefficient).to_numpy()
        table.loc[there, "p_holm"] = holm(table.loc[there, "p"].to_numpy(float))
    left_out = int(rank.isna().sum())
    if left_out:
        text = f"{left_out} of {len(rank)} articles are of outlets without a rank and left out"
        notes = (*notes, Note("no group", left_out, text))
    return Outcome(table, notes)


def _warning(score: Floats, ranked: Floats, *, groups: int, minimum: int) -> str | None:
    """Return why the scores and ranks of an actor's articles have no correlation, None if they have one."""
    if len(score) < minimum:
        return f"only {len(score)} articles, fewer than {minimum}: no number"
    if groups < LEAST_GROUPS or len(set(ranked)) < 2:
        return f"only {groups} outlets of {len(set(ranked))} ratings: no number"
    return "all scores are alike: no number" if np.ptp(score) == 0 else None


def _correlated(
    score: Floats, ranked: Floats, group: NDArray[np.str_], *, chance: tuple[int, str], options: Options
) -> dict[str, float]:
    """Return the correlation of n scores and ranks, its two intervals and its p."""
    seed, coefficient = chance
    random = generator(seed, "ratings", coefficient)
    observed = _coefficient(score, ranked, coefficient)
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    of_group = [np.flatnonzero(member == place) for place in range(len(first))]
    by_outlet, by_article = [], []
    for _ in range(options.draws):
        drawn = np.concatenate([of_group[place] for place in random.integers(0, len(first), len(first))])
        by_outlet.append(_coefficient(score[drawn], ranked[drawn], coefficient))
        drawn = random.integers(0, len(score), len(score))
        by_article.append(_coefficient(score[drawn], ranked[drawn], coefficient))
    rating = ranked[first]
    dealt = [
        abs(_coefficient(score, random.permutation(rating)[member], coefficient)) for _ in range(options.permutations)
    ]
    extreme = int(np.sum(np.array(dealt) >= abs(observed) - 1e-9))
    low, high = _ends(np.array(by_outlet), count=len(first), level=options.level)
    low_articles, high_articles = _ends(np.array(by_article), count=len(score), level=options.level)
    return {
        "correlation": observed,
        "low": low,
        "high": high,
        "low_articles": low_articles,
        "high_articles": high_articles,
        "p": (1 + extreme) / (1 + options.permutations),
    }


def _coefficient(score: Floats, ranked: Floats, name: str) -> float:
    """Return the coefficient; NaN where all scores or all ranks are one."""
    if np.ptp(score) == 0 or np.ptp(ranked) == 0:
        return float("nan")
    if name == "kendall":
        return float(stats.kendalltau(score, ranked).statistic)
    return float(np.corrcoef(stats.rankdata(score), stats.rankdata(ranked))[0, 1])


def _ends(drawn: Floats, *, count: int, level: float) -> tuple[float, float]:
    """Return percentiles of the draws, moved outward as `count` independent units need (Hesterberg 2015)."""
    usable = drawn[np.isfinite(drawn)]
    if len(usable) < 2:
        return float("nan"), float("nan")
    tail = float(stats.norm.cdf(-stats.t.ppf((1 + level) / 2, count - 1) * np.sqrt(count / (count - 1))))
    low, high = np.quantile(usable, [tail, 1 - tail])
    return float(low), float(high)

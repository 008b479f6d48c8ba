"""Coverage against chance: who writes about an actor more, or less, than its number of articles would let one expect."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from stance.compare.choosing import (
    DEFAULTS,
    NO_NOTES,
    Note,
    Options,
    Outcome,
    Question,
    chosen_actors,
    grouping,
    table_of,
)
from stance.compare.differences import adjusted
from stance.compare.multiplicity import benjamini_hochberg, holm
from stance.compare.resampling import generator
from stance.compare.rows import Tables

Counts = NDArray[np.int64]

COVERAGE_COLUMNS: Final = (
    *("group", "actor", "name", "articles", "mentioning", "share", "expected", "ratio", "odds_ratio", "p"),
    *("p_holm", "p_bh", "tests", "actor_p", "actor_p_holm", "actor_p_bh", "warning"),
)


def coverage(
    tables: Tables,
    question: Question,
    *,
    seed: int = 0,
    options: Options = DEFAULTS,
) -> Outcome:
    """Return how each group's coverage of each actor compares with chance, one row (`COVERAGE_COLUMNS`) each.

    The article is the unit: it mentions the actor or it does not; weights do not count, nor does `question.estimand`.
    Chance means that the articles that mention the actor are spread over the groups as all articles are (with
    `question.strata`, within every stratum).

    articles, mentioning, share: of the group. expected: articles that chance would give; ratio = mentioning / expected.
    odds_ratio: of mentioning in this group against all others together (with strata: Mantel and Haenszel 1959).
    p: of this group against the others: Fisher's exact test, with strata the same by `options.permutations` draws from
        the hypergeometric distributions of the strata; two-sided.
    actor_p: that the groups differ at all on the actor: chi-square of mentioning over the groups, its distribution from
        draws that keep all margins (Patefield 1981). p_holm, p_bh over all groups and actors (of two groups,
        each actor is one test); actor_p_* over actors.
    warning: an actor that fewer than `options.minimum` articles mention has no number.

    Raises:
        DataError: an unknown column, group or actor.
    """
    import pandas

    groups = grouping(tables.articles, question.by, wanted=question.groups)
    actors, notes = chosen_actors(tables, question, minimum=options.minimum)
    strata, stratum_notes = np.zeros(len(tables.articles), np.int64), NO_NOTES
    if question.strata is not None:
        like = grouping(tables.articles, question.strata, none="no stratum")
        strata, stratum_notes = like.codes, like.notes
    annotated = tables.articles["actors"].notna().to_numpy()
    taking_part = (groups.codes >= 0) & (strata >= 0) & annotated
    lacking = int(np.sum((groups.codes >= 0) & ~annotated))
    shape = (int(strata.max(initial=0)) + 1, len(groups.names))
    sizes = np.zeros(shape, np.int64)
    np.add.at(sizes, (strata[taking_part], groups.codes[taking_part]), 1)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    authors = tables.rows[(tables.rows["holder_kind"] == "author") & (tables.rows["mentions"] > 0)]
    by_actor = authors.groupby("actor")["document"].indices
    place_of = pandas.Index(tables.articles["document"])
    documents = place_of.get_indexer(authors["document"])
    rows: list[dict[str, Any]] = []
    for actor in actors:
        found = documents[by_actor.get(actor, np.empty(0, np.int64))]
        found = found[taking_part[found]]
        counts = np.zeros(shape, np.int64)
        np.add.at(counts, (strata[found], groups.codes[found]), 1)
        random = generator(seed, "coverage", actor)
        shared = {"actor": actor, "name": names[actor]}
        found_rows = _rows(counts, sizes, random=random, options=options)
        rows += [shared | row | {"group": groups.names[place]} for place, row in enumerate(found_rows)]
    table = adjusted(table_of(rows, COVERAGE_COLUMNS))
    first = table[table["group"] == groups.names[0]] if groups.names else table
    families = [("actor_p", "actor_p_holm", "actor_p_bh")]
    if len(groups.names) == 2:  # one against the other is the same test as the other against the one
        families.append(("p", "p_holm", "p_bh"))
        table["tests"] = int(first["p"].notna().sum())
    for source, *columns in families:
        p = first[source].to_numpy(float)
        for column, adjusted_p in zip(columns, (holm(p), benjamini_hochberg(p)), strict=True):
            table[column] = table["actor"].map(dict(zip(first["actor"], adjusted_p, strict=True))).astype(float)
    told = (Note("not annotated", lacking, f"{lacking} articles have no layer of actors: left out"),) if lacking else ()
    return Outcome(table, (*groups.notes, *stratum_notes, *notes, *told))


def _rows(counts: Counts, sizes: Counts, *, random: np.random.Generator, options: Options) -> list[dict[str, Any]]:
    """Return a row for each group out of (S, G) articles that mention an actor, and all articles."""
    mentioning, articles = counts.sum(axis=0), sizes.sum(axis=0)
    in_stratum, of_stratum = counts.sum(axis=1), sizes.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.nansum(in_stratum[:, None] * sizes / of_stratum[:, None], axis=0)
    enough = int(mentioning.sum()) >= options.minimum and len(mentioning) > 1
    few = f"only {int(mentioning.sum())} articles mention it, fewer than {options.minimum}: no number"
    warning = None if enough else few if len(mentioning) > 1 else "only one group: nothing to compare"
    actor_p = np.nan
    if enough:
        drawn = sum(
            random.multivariate_hypergeometric(sizes[stratum], int(in_stratum[stratum]), size=options.permutations)
            for stratum in range(len(sizes))
        )
        observed = float(_chi_square(mentioning, expected, articles=articles))
        actor_p = _p(_chi_square(np.asarray(drawn), expected, articles=articles), observed)
    rows = []
    for place in range(len(articles)):
        row: dict[str, Any] = {"articles": int(articles[place]), "mentioning": int(mentioning[place])}
        row |= dict.fromkeys(("share", "expected", "ratio", "odds_ratio", "p", "actor_p"), np.nan) | {
            "warning": warning
        }
        if enough and articles[place]:
            row |= {
                "share": mentioning[place] / articles[place],
                "expected": float(expected[place]),
                "actor_p": actor_p,
            }
            row["ratio"] = float(mentioning[place] / expected[place]) if expected[place] else np.nan
            row["odds_ratio"] = _odds_ratio(counts[:, place], sizes[:, place], in_stratum, of_stratum)
            if len(counts) == 1:
                inside, outside = int(mentioning[place]), int(mentioning.sum() - mentioning[place])
                others = int(articles.sum() - articles[place])
                square = [[inside, int(articles[place]) - inside], [outside, others - outside]]
                row["p"] = float(stats.fisher_exact(square).pvalue)
            else:
                gaps = np.abs(np.asarray(drawn)[:, place] - expected[place])
                row["p"] = _p(gaps, float(abs(mentioning[place] - expected[place])))
        rows.append(row)
    return rows


def _chi_square(counts: NDArray[Any], expected: NDArray[np.float64], *, articles: Counts) -> NDArray[np.float64]:
    """Return Pearson's chi-square of (..., G) mentioning articles, those that do not mention included."""
    possible = (expected > 0) & (expected < articles)
    e, n = expected[possible], articles[possible]
    return np.asarray(((counts[..., possible] - e) ** 2 * n / (e * (n - e))).sum(axis=-1))


def _p(drawn: NDArray[np.float64], observed: float) -> float:
    return float((1 + (drawn >= observed - 1e-9).sum()) / (1 + len(drawn)))


def _odds_ratio(inside: Counts, size: Counts, mentioning: Counts, total: Counts) -> float:
    """Return the Mantel-Haenszel odds ratio of one group against all others, inf or NaN where a cell is empty."""
    some = total > 0
    a, b = inside[some], (size - inside)[some]
    c = (mentioning - inside)[some]
    d = (total - size - mentioning + inside)[some]
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide((a * d / total[some]).sum(), (b * c / total[some]).sum()))

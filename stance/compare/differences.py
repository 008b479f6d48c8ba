"""Differences between outlets (or other groups) in what they say of each actor, with intervals and tests for many actors."""

from __future__ import annotations

import itertools
from typing import Any, Final

import numpy as np

from stance.compare.choosing import DEFAULTS, NO_NOTES, Note, Options, Outcome, Question, grouping, table_of
from stance.compare.contrasts import Contrast, Sides, contrast
from stance.compare.estimands import Values, values
from stance.compare.estimates import abstentions, actors_of, annotation_notes, too_few
from stance.compare.multiplicity import benjamini_hochberg, holm
from stance.compare.rows import Tables

DIFFERENCE_COLUMNS: Final = (
    *(
        "actor",
        "name",
        "estimand",
        "left",
        "right",
        "left_estimate",
        "right_estimate",
        "difference",
        "low",
        "high",
        "error",
    ),
    *("p", "p_holm", "p_bh", "tests", "cohens_d", "cliffs_delta", "detectable", "left_articles", "right_articles"),
    *("left_abstained", "right_abstained", "bound_low", "bound_high", "warning"),
)


def differences(
    tables: Tables,
    question: Question,
    *,
    seed: int = 0,
    options: Options = DEFAULTS,
) -> Outcome:
    """Return left minus right for every pair of groups and every actor, one row (`DIFFERENCE_COLUMNS`) each.

    left_estimate, right_estimate: each group's own. difference, low, high, error, p, cohens_d, cliffs_delta, detectable: see
        `contrasts.contrast`; with `question.strata`, the difference compares like with like, and is then not that of
        the two estimates. p_holm, p_bh: p adjusted over all `tests` of this table, all pairs and actors; asked for one pair
        of groups, over its actors.
    bound_low, bound_high: the least and the greatest difference if all articles on which the model abstains were at an end
        of the range; NaN with strata, and where nothing can abstain.
    warning: why there is no number; None where there is one.

    Raises:
        DataError, ConfigError: an unknown column, group, actor or estimand.
    """
    groups = grouping(tables.articles, question.by, wanted=question.groups)
    actors, notes = actors_of(tables, question, minimum=options.minimum)
    given = values(tables, question.estimand, actors=actors)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    strata, stratum_notes = None, NO_NOTES
    if question.strata is not None:
        like = grouping(tables.articles, question.strata, none="no stratum")
        strata, stratum_notes = like.codes, like.notes
    rows: list[dict[str, Any]] = []
    for left, right in itertools.combinations(range(len(groups.names)), 2):
        places = (np.flatnonzero(groups.codes == left), np.flatnonzero(groups.codes == right))
        sides = Sides(*places, groups.names[left], groups.names[right], strata)
        found = contrast(given, sides, seed=seed, options=options)
        found_rows = contrast_rows(found, given, sides=sides, options=options)
        rows += [{"name": names.get(row["actor"]), "estimand": question.estimand, **row} for row in found_rows]
    table = adjusted(table_of(rows, DIFFERENCE_COLUMNS))
    told = (*annotation_notes(given, groups.codes), *difference_notes(table, options))
    return Outcome(table, (*groups.notes, *stratum_notes, *notes, *told))


def contrast_rows(found: Contrast, given: Values, *, sides: Sides, options: Options) -> list[dict[str, Any]]:
    """Return a contrast as one row for each actor, without its name and adjusted p-values."""
    silent_left, bounds_left = abstentions(given, sides.left, sums=found.left)
    silent_right, bounds_right = abstentions(given, sides.right, sums=found.right)
    stratified = sides.strata is not None
    rows = []
    for place, actor in enumerate(given.actors):
        counts = (int(found.left.count[place]), int(found.right.count[place]))
        few = (too_few(counts[0], minimum=options.minimum), too_few(counts[1], minimum=options.minimum))
        warning = next(
            (f"{name}: {said}" for name, said in zip((sides.left_name, sides.right_name), few, strict=True) if said),
            None,
        )
        if warning is None and np.isnan(found.difference[place]):
            warning = "no stratum has articles of both: no number"
        elif warning is None and np.isnan(found.low[place]):
            warning = "articles do not vary within strata or side: no interval"
        row: dict[str, Any] = {"actor": actor, "left": sides.left_name, "right": sides.right_name, "warning": warning}
        row |= {"left_articles": counts[0], "right_articles": counts[1]}
        row |= {"left_abstained": int(silent_left[place]), "right_abstained": int(silent_right[place])}
        row["left_estimate"] = np.nan if few[0] else float(found.left.ratio[place])
        row["right_estimate"] = np.nan if few[1] else float(found.right.ratio[place])
        for name in ("difference", "low", "high", "error", "p", "cohens_d", "cliffs_delta", "detectable"):
            row[name] = float(getattr(found, name)[place])
        without = bool(few[0] or few[1] or stratified)
        row["bound_low"] = np.nan if without else float(bounds_left[0][place] - bounds_right[1][place])
        row["bound_high"] = np.nan if without else float(bounds_left[1][place] - bounds_right[0][place])
        rows.append(row)
    return rows


def adjusted(table: Any) -> Any:
    """Return the table with `p_holm`, `p_bh` and `tests` filled from its column `p`: one family of tests."""
    p = table["p"].to_numpy(float)
    return table.assign(p_holm=holm(p), p_bh=benjamini_hochberg(p), tests=int(np.isfinite(p).sum()))


def difference_notes(table: Any, options: Options) -> tuple[Note, ...]:
    """Return notes on rows without a number, and on tests too many for the number of permutations."""
    few = int(table["difference"].isna().sum())
    notes = []
    if few:
        text = f"{few} of {len(table)} differences have fewer than {options.minimum} articles on a side, or no common stratum"
        notes.append(Note("too few articles", few, text))
    tests = int(table["p"].notna().sum())
    least = tests / (1 + options.permutations)
    if least > 1 - options.level:
        text = (
            f"with {tests} tests and {options.permutations} permutations, no p adjusted by Holm can be less than {least:.2f}: "
            "take more permutations, or ask about fewer actors"
        )
        notes.append(Note("resolution", tests, text))
    return tuple(notes)

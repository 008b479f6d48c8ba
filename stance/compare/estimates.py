"""Estimates for each outlet (or other group) and actor, with bootstrap intervals and bounds for abstentions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.choosing import DEFAULTS, Note, Options, Outcome, Question, chosen_actors, grouping, table_of
from stance.compare.estimands import Values, find_estimand, values
from stance.compare.resampling import (
    Moments,
    alike_interval,
    divided,
    generator,
    interval,
    moments,
    ratio_draws,
    standard_error,
)
from stance.compare.rows import Tables

Floats = NDArray[np.float64]

ESTIMATE_COLUMNS: Final = (
    *("group", "actor", "name", "estimand", "estimate", "low", "high", "error", "articles", "population"),
    *("abstained", "abstained_share", "bound_low", "bound_high", "warning"),
)

ALIKE: Final = "all articles are alike: the interval is by the rule of three"


def estimate(
    tables: Tables,
    question: Question,
    *,
    seed: int = 0,
    options: Options = DEFAULTS,
) -> Outcome:
    """Return the estimates of the question's estimand, one row (`ESTIMATE_COLUMNS`) for each group and actor.

    estimate: see the estimand's definition; `low` to `high` is its interval at `options.level`, from a bootstrap of whole
        articles within the group; `error` its standard error by linearization. All in the estimand's unit. What model
        errors add is not in the interval: that needs hand annotation.
    articles: how many stand behind the number (those of the estimand's population); `population`: all of the group.
    abstained: articles that list the actor, but on whose stance the model abstains; they are left out of the estimate.
        `abstained_share` is their share among those that list the actor. `bound_low` and `bound_high` are what the estimate
        would be if all of them were at the least, or at the greatest value (Manski 1990); NaN where nothing can abstain.
    warning: why there is no number (fewer than `options.minimum` articles), or no ordinary interval; else None.

    The same seed gives the same numbers, whatever other groups there are.

    Raises:
        DataError, ConfigError: an unknown column, group, actor or estimand.
    """
    groups = grouping(tables.articles, question.by, wanted=question.groups)
    actors, notes = actors_of(tables, question, minimum=options.minimum)
    given = values(tables, question.estimand, actors=actors)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    rows: list[dict[str, Any]] = []
    for code, group in enumerate(groups.names):
        places = np.flatnonzero(groups.codes == code)
        sums = moments(given, places)
        error = standard_error(sums)
        drawn = ratio_draws(given, places, draws=options.draws, random=generator(seed, "bootstrap", group))
        low, high = interval(drawn, error=error, freedom=sums.count - 1, level=options.level)
        alike = error == 0
        least, greatest = alike_interval(given, sums, level=options.level)
        low, high = np.where(alike, least, low), np.where(alike, greatest, high)
        silent, bounds = abstentions(given, places, sums=sums)
        listed = sums.count + silent
        for place, actor in enumerate(given.actors):
            enough = sums.count[place] >= options.minimum
            row = {
                "group": group,
                "actor": actor,
                "name": names.get(actor) if actor else None,
                "estimand": question.estimand,
                "articles": int(sums.count[place]),
                "population": len(places),
                "abstained": int(silent[place]),
                "abstained_share": silent[place] / listed[place] if listed[place] else np.nan,
                "warning": too_few(sums.count[place], minimum=options.minimum) or (ALIKE if alike[place] else None),
            }
            numbers = (sums.ratio, low, high, error, *bounds)
            labels = ("estimate", "low", "high", "error", "bound_low", "bound_high")
            row |= {
                label: float(each[place]) if enough else np.nan for label, each in zip(labels, numbers, strict=True)
            }
            rows.append(row)
    table = table_of(rows, ESTIMATE_COLUMNS)
    return Outcome(table, (*groups.notes, *notes, *annotation_notes(given, groups.codes), *table_notes(table, options)))


def actors_of(tables: Tables, question: Question, *, minimum: int) -> tuple[list[str], tuple[Note, ...]]:
    """Return the keys of the actors that the question is about, none if its estimand is about no actor."""
    if not find_estimand(question.estimand).of_actor:
        return [], ()
    return chosen_actors(tables, question, minimum=minimum)


def abstentions(given: Values, places: NDArray[np.int64], *, sums: Moments) -> tuple[Floats, tuple[Floats, Floats]]:
    """Return how many articles abstain, (K,), and the two bounds of the ratio over them, each (K,)."""
    if given.abstained is None:
        missing = np.full(sums.a.shape, np.nan)
        return np.zeros(sums.a.shape), (missing, missing)
    silent = given.abstained[places]
    count = np.broadcast_to(np.asarray((silent > 0).sum(axis=0), np.float64), sums.a.shape)
    weight = np.broadcast_to(np.asarray(silent.sum(axis=0), np.float64), sums.a.shape)
    ends = (given.estimand.low, given.estimand.high)
    low, high = (divided(sums.a + weight * end, sums.b + weight) for end in ends)
    return count, (low, high)


def too_few(count: float, *, minimum: int) -> str | None:
    """Return why a number of articles is too small for an estimate, None if it is not."""
    counted = "only 1 article" if count == 1 else f"only {int(count)} articles"
    return None if count >= minimum else f"{counted}, fewer than {minimum}: no number"


def annotation_notes(given: Values, codes: NDArray[np.int64]) -> tuple[Note, ...]:
    """Return a note where articles of the groups lack the layer that the estimand is read from."""
    if given.denominator.shape[1] == given.numerator.shape[1] and given.actors != (None,):
        return ()  # the population is only some of the articles anyway
    lacking = int(np.sum((given.denominator.toarray()[:, 0] == 0) & (codes >= 0)))
    if not lacking:
        return ()
    return (Note("not annotated", lacking, f"{lacking} articles have no such layer, no words or no weight: left out"),)


def table_notes(table: Any, options: Options) -> tuple[Note, ...]:
    """Return notes on the rows without a number, and on abstentions in the others."""
    few = int((table["articles"] < options.minimum).sum())
    notes = []
    if few:
        text = f"{few} of {len(table)} rows have fewer than {options.minimum} articles and no number"
        notes.append(Note("too few articles", few, text))
    silent, listed = int(table["abstained"].sum()), int((table["articles"] + table["abstained"]).sum())
    if silent:
        text = f"the model abstains on {silent} of {listed} pairs of article and actor; see the bounds"
        notes.append(Note("abstentions", silent, text))
    return tuple(notes)

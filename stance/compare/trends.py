"""Estimates over time: weekly and monthly series with smooth curves and bands, and before against after an event."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.choosing import DEFAULTS, Grouping, Note, Options, Outcome, Question, grouping, table_of
from stance.compare.contrasts import Sides, contrast
from stance.compare.dates import Days, dated, event_day, period_starts
from stance.compare.differences import DIFFERENCE_COLUMNS, adjusted, contrast_rows, difference_notes
from stance.compare.estimands import Values, of_actors, values
from stance.compare.estimates import ALIKE, actors_of, annotation_notes, too_few
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
from stance.compare.rows import Tables
from stance.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

TREND_COLUMNS: Final = (
    *("group", "actor", "name", "estimand", "period", "start", "estimate", "low", "high", "articles", "population"),
    *("smooth", "smooth_low", "smooth_high", "bandwidth", "warning"),
)
EVENT_COLUMNS: Final = ("group", *DIFFERENCE_COLUMNS)

_BANDWIDTHS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0, 20.0, 30.0)
"""Standard deviations of the kernel, in periods, that leave-one-out chooses from."""

_CELLS: Final = 8_000_000
_LEAST_PERIODS: Final = 5
"""Periods with articles that a smooth curve needs."""


def trend(
    tables: Tables,
    question: Question,
    *,
    period: str = "month",
    seed: int = 0,
    options: Options = DEFAULTS,
) -> Outcome:
    """Return a series for each group and actor, one row (`TREND_COLUMNS`) a week (from Monday), month or year.

    Every series runs over all periods from the first to the last dated article of the groups, empty ones included; there is
    none where no group has a dated article.

    estimate, low, high: as in `estimates.estimate`, from the articles of the period (`start` is its first day).
    smooth: a local-linear curve (Fan and Gijbels 1996) through the periods' estimates, weighted by the denominators of
        the estimand, so that each article counts alike; the kernel is normal with a standard deviation of `bandwidth`
        periods, the one that predicts left-out periods best. It uses periods too thin for an estimate of their own too.
    smooth_low, smooth_high: the band, at `options.level` for each period by itself, from articles resampled over the whole
        span; the bandwidth is kept, and the bias of smoothing is not in it. No curve where fewer than 5 periods have
        articles, or the estimand's articles are fewer than `options.minimum`.
    warning: why the period has no number. Articles without a day are left out, and counted in the notes.

    Raises:
        DataError, ConfigError: no article has a day; an unknown period, column, group, actor or estimand.
    """

    found = dated(tables.articles)
    starts = period_starts(found.day, period=period)
    groups = grouping(tables.articles, question.by, wanted=question.groups)
    taking_part = starts.notna().to_numpy() & (groups.codes >= 0)
    span = _all_starts(starts[taking_part], period=period)
    place_of = {start: place for place, start in enumerate(span)}
    periods = np.array(
        [place_of.get(start, -1) if use else -1 for start, use in zip(starts, taking_part, strict=True)], np.int64
    )
    actors, notes = actors_of(tables, question, minimum=options.minimum)
    given = values(tables, question.estimand, actors=actors)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    rows: list[dict[str, Any]] = []
    for code, group in enumerate(groups.names if span else ()):
        places = np.flatnonzero((groups.codes == code) & (periods >= 0))
        block = max(1, _CELLS // (options.draws * max(1, len(span))))
        for first in range(0, len(given.actors), block):
            part = of_actors(given, slice(first, first + block))
            series = _series(part, places, periods=periods, span=len(span), chance=(seed, group), options=options)
            for column, actor in enumerate(part.actors):
                shared = {"group": group, "actor": actor, "name": names.get(actor) if actor else None}
                shared |= {"estimand": question.estimand, "period": period}
                rows += [
                    shared | {"start": str(start)[:10]} | {name: each[column][place] for name, each in series.items()}
                    for place, start in enumerate(span)
                ]
    table = table_of(rows, TREND_COLUMNS)
    told = (*groups.notes, *day_notes(found, groups), *notes, *annotation_notes(given, groups.codes))
    return Outcome(table, told)


def before_after(
    tables: Tables,
    question: Question,
    *,
    event: str | datetime.date,
    window: int | None = None,
    seed: int = 0,
    options: Options = DEFAULTS,
) -> Outcome:
    """Return after minus before an event for each group and actor, one row (`EVENT_COLUMNS`) each.

    The columns are those of `differences.differences`, `left` being "after" (the day of the event belongs to it) and `right`
    "before". `window` is the number of days on each side that count; None for all. The test takes the articles of a
    group as exchangeable over time but for the event: a trend that was there before looks like an effect. Adjusted
    p-values are over all rows. Articles without a day are left out, and counted in the notes.

    Raises:
        DataError, ConfigError: no article has a day, the event names none, the window has no day; an unknown column, group,
            actor or estimand.
    """
    import pandas

    day = pandas.Timestamp(event_day(event))
    if window is not None and window < 1:
        raise DataError(Problem("window", repr(window), wish="one day or more", cure="leave it out to use all days"))
    found = dated(tables.articles)
    groups = grouping(tables.articles, question.by, wanted=question.groups)
    actors, notes = actors_of(tables, question, minimum=options.minimum)
    given = values(tables, question.estimand, actors=actors)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    distance = (found.day - day).dt.days.to_numpy(float)  # NaN: undated
    reach = np.inf if window is None else float(window)
    rows: list[dict[str, Any]] = []
    for code, group in enumerate(groups.names):
        inside = groups.codes == code
        after = np.flatnonzero(inside & (distance >= 0) & (distance < reach))
        before = np.flatnonzero(inside & (distance < 0) & (distance >= -reach))
        sides = Sides(after, before, f"{group}, after", f"{group}, before")
        compared = contrast(given, sides, seed=seed, options=options)
        shared = {"group": group, "estimand": question.estimand}
        found_rows = contrast_rows(compared, given, sides=sides, options=options)
        named = ({"name": names.get(row["actor"]), **row} for row in found_rows)
        rows += [shared | row | {"left": "after", "right": "before"} for row in named]
    table = adjusted(table_of(rows, EVENT_COLUMNS))
    told = (*groups.notes, *day_notes(found, groups), *notes, *annotation_notes(given, groups.codes))
    return Outcome(table, (*told, *difference_notes(table, options)))


def day_notes(found: Days, groups: Grouping) -> tuple[Note, ...]:
    """Return notes that count the articles without a day, and say what their dates look like."""
    total = len(groups.codes)
    notes = []
    if found.undated:
        text = f"{len(found.undated)} of {total} articles have no date and are left out"
        notes.append(Note("undated", len(found.undated), text))
    if found.unreadable:
        shown = ", ".join(f"{date!r} ({id})" for id, date in found.unreadable[:3])
        text = (
            f"{len(found.unreadable)} of {total} articles have a date that names no one day, such as {shown}: left out"
        )
        notes.append(Note("unreadable date", len(found.unreadable), text))
    return tuple(notes)


def _all_starts(starts: pd.Series, *, period: str) -> list[Any]:
    import pandas

    if starts.empty:
        return []
    frequency = {"week": "W-MON", "month": "MS", "year": "YS"}[period]
    return list(pandas.date_range(starts.min(), starts.max(), freq=frequency))


def _series(
    part: Values,
    places: Places,
    *,
    periods: Places,
    span: int,
    chance: tuple[int, str],
    options: Options,
) -> dict[str, Any]:
    """Return the columns of some actors' series in one group: arrays (K, T), the bandwidth (K,)."""
    from scipy.sparse import vstack

    count = part.numerator.shape[1]
    each = [moments(part, places[periods[places] == period]) for period in range(span)]
    sums = Moments(*(np.stack([getattr(one, name) for one in each], axis=-1) for name in Moments.__slots__))  # (K, T)
    error = standard_error(sums)
    top = by_stratum(part.numerator[places], periods[places], count=span)
    bottom = by_stratum(part.denominator[places], periods[places], count=span)
    random = generator(chance[0], "bootstrap", chance[1])
    drawn = (
        bootstrap_sums(vstack([top, bottom], format="csr"), draws=options.draws, random=random)
        if len(places)
        else np.zeros((top.shape[0] + bottom.shape[0], options.draws))
    )
    a = drawn[: top.shape[0]].reshape(count, span, -1)  # (K, T, D)
    b = np.broadcast_to(drawn[top.shape[0] :].reshape(-1, span, options.draws), a.shape)
    flat = (count * span, options.draws)
    low, high = interval(
        divided(a, b).reshape(flat), error=error.ravel(), freedom=sums.count.ravel() - 1, level=options.level
    )
    least, greatest = alike_interval(part, sums, level=options.level)
    alike = error == 0
    low = np.where(alike, least, low.reshape(count, span))
    high = np.where(alike, greatest, high.reshape(count, span))
    enough = sums.count >= options.minimum
    smooth, bands, bandwidth = _smoothed(sums, a, b, ends=(part.estimand.low, part.estimand.high), options=options)
    population = np.bincount(periods[places], minlength=span)
    return {
        "estimate": np.where(enough, sums.ratio, np.nan),
        "low": np.where(enough, low, np.nan),
        "high": np.where(enough, high, np.nan),
        "articles": sums.count.astype(int),
        "population": np.broadcast_to(population, (count, span)),
        "smooth": smooth,
        "smooth_low": bands[0],
        "smooth_high": bands[1],
        "bandwidth": np.broadcast_to(bandwidth[:, None], (count, span)),
        "warning": [
            [
                too_few(count, minimum=options.minimum) or (ALIKE if same else None)
                for count, same in zip(*row, strict=True)
            ]
            for row in zip(sums.count, alike, strict=True)
        ],
    }


def _smoothed(
    sums: Moments, a: Floats, b: Floats, *, ends: tuple[float, float], options: Options
) -> tuple[Floats, tuple[Floats, Floats], Floats]:
    """Return the curves (K, T) and their bands, kept between the ends of the range, and the bandwidths (K,)."""
    actors, span = sums.a.shape
    smooth, low, high = (np.full((actors, span), np.nan) for _ in range(3))
    chosen = np.full(actors, np.nan)
    tail = (1 - options.level) / 2
    for actor in range(actors):
        filled = np.flatnonzero(sums.b[actor] > 0)
        if len(filled) < _LEAST_PERIODS or sums.count[actor].sum() < options.minimum:
            continue
        chosen[actor] = bandwidth = _bandwidth(sums.a[actor], sums.b[actor], span=span)
        inside = slice(filled[0], filled[-1] + 1)  # a curve does not leave the periods that it is drawn from
        kernel = _kernel(span, bandwidth)
        smooth[actor, inside] = local_linear(sums.a[actor][:, None], sums.b[actor][:, None], kernel=kernel)[inside, 0]
        curves = local_linear(a[actor], b[actor], kernel=kernel)[inside]
        low[actor, inside], high[actor, inside] = np.nanquantile(curves, [tail, 1 - tail], axis=1)
    smooth, low, high = (np.clip(each, *ends) for each in (smooth, low, high))
    return smooth, (low, high), chosen


def local_linear(a: Floats, b: Floats, *, kernel: Floats) -> Floats:
    """Return the local-linear curve at each period through a / b with the weights b, (T, D); a straight line stays itself.

    Args:
        a, b: (T, D) numerators and denominators of D series.
        kernel: (T, T) weight of the period in the column for the curve at the period in the row.
    """
    periods = np.arange(len(kernel), dtype=np.float64)
    distance = periods[None, :] - periods[:, None]
    first, second = kernel * distance, kernel * distance**2
    s0, s1, s2 = kernel @ b, first @ b, second @ b
    t0, t1 = kernel @ a, first @ a
    determinant = s0 * s2 - s1**2
    sloped = determinant > 1e-9 * np.maximum(s0 * s2, 1e-300)
    line = divided(s2 * t0 - s1 * t1, np.where(sloped, determinant, 0.0))
    return np.where(sloped, line, divided(t0, s0))


def _kernel(span: int, bandwidth: float) -> Floats:
    periods = np.arange(span)
    return np.exp(-0.5 * ((periods[None, :] - periods[:, None]) / bandwidth) ** 2)


def _bandwidth(a: Floats, b: Floats, *, span: int) -> float:
    """Return the bandwidth with the least squared error of left-out periods, weighted by their denominators."""
    filled = b > 0
    scores = {}
    for bandwidth in _BANDWIDTHS:
        if bandwidth > max(1.0, span / 2):
            break
        without = _kernel(span, bandwidth) * (1 - np.eye(span))
        told = local_linear(a[:, None], b[:, None], kernel=without)[:, 0]
        gaps = (a[filled] / b[filled] - told[filled]) ** 2
        scores[bandwidth] = float(np.where(np.isfinite(gaps), gaps, np.inf) @ b[filled])
    return min(scores, key=lambda bandwidth: (scores[bandwidth], -bandwidth))

"""What a comparison is about: a question with its groups, actors and strata, found by name; what its answer needs told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.dates import PERIODS, days, period_starts
from stance.compare.rows import ARTICLE_COLUMNS, ROW_COLUMNS, Tables
from stance.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd

Codes = NDArray[np.int64]

NUMBERS: Final = frozenset(name for name, kind in ARTICLE_COLUMNS.items() if kind is not str) | {"document"}
"""Columns of articles that make no groups."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    estimand: a name of `estimands.ESTIMANDS`.
    by: the column of articles whose values are the groups that are compared: `outlet`, `author`, any column of
        `Meta.more`, or `week`, `month`, `year` of the date.
    actors: names, links or keys; None for all that at least `Options.minimum` articles list.
    groups: values of `by`; None for all.
    strata: a column such as those of `by`, within whose values groups are compared, like with like (`differences`,
        `coverage`); None for none.
    """

    estimand: str = "stance"
    by: str = "outlet"
    actors: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    strata: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How it is answered: draws of the bootstrap, permutations of a test, level of intervals, least number of articles.

    Where fewer than `minimum` articles stand behind a number, there is none but a warning.
    """

    draws: int = 2000
    permutations: int = 5000
    level: float = 0.95
    minimum: int = 5

    def __post_init__(self) -> None:
        checks = {
            "draws": (self.draws >= 100, "at least 100"),
            "permutations": (self.permutations >= 100, "at least 100"),
            "level": (0.5 <= self.level < 1, "at least 0.5 and less than 1"),
            "minimum": (self.minimum >= 2, "at least 2"),
        }
        problems = [
            Problem(name, repr(getattr(self, name)), wish=wish, cure="change it")
            for name, (right, wish) in checks.items()
            if not right
        ]
        if problems:
            raise DataError(problems)


DEFAULTS: Final = Options()
"""What is done unless something else is asked for."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader of the table must know: of which kind, about how many articles, in a sentence.

    Kinds: `no group`, `undated`, `unreadable date`, `no stratum`, `not annotated`, `too few articles`,
    `rare actors`, `abstentions`, `resolution`.
    """

    kind: str
    count: int
    text: str


NO_NOTES: Final[tuple[Note, ...]] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer: `table` with one row for each number asked for, and the notes that belong to it."""

    table: pd.DataFrame
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The group of each article: its place in `names`, -1 for none; notes say who has none."""

    codes: Codes
    names: tuple[str, ...]
    notes: tuple[Note, ...]


def grouping(
    articles: pd.DataFrame, by: str, *, wanted: Sequence[str] | None = None, none: str = "no group"
) -> Grouping:
    """Return the groups of the articles by a column, in the order of the alphabet, or of `wanted` where that is given.

    Articles without a value, or without a day where `by` is a period, belong to none and are counted in a note of the
    kind `none`; so are not those of groups that are not wanted.

    Raises:
        DataError: no such column, one that makes no groups, no such value, or a value asked for twice.
    """
    import pandas

    notes: list[Note] = []
    if by in PERIODS and by not in articles.columns:
        found = days(articles)
        starts = period_starts(found.day, period=by)
        width = {"week": 10, "month": 7, "year": 4}[by]
        labels = pandas.Series([None if start is pandas.NaT else str(start)[:width] for start in starts], dtype=object)
        if found.unreadable:
            shown = ", ".join(f"{text!r} ({id})" for id, text in found.unreadable[:3])
            text = f"{len(found.unreadable)} articles have a date that names no one day, such as {shown}"
            notes.append(Note("unreadable date", len(found.unreadable), text))
    else:
        labels = articles[_column(articles, by)].reset_index(drop=True)
    present = sorted(labels.dropna().unique())
    names = present if wanted is None else _values(wanted, present=present, by=by)
    places = {name: place for place, name in enumerate(names)}
    codes = np.array([places.get(label, -1) for label in labels], np.int64)
    missing = int(labels.isna().sum())
    if missing:
        notes.append(Note(none, missing, f"{missing} of {len(articles)} articles have no {by} and are left out"))
    return Grouping(codes, tuple(names), tuple(notes))


def table_of(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table with these columns; a missing text is None, a missing number NaN."""
    import pandas

    table = pandas.DataFrame(list(rows), columns=list(columns))
    for name in columns:
        if name in _TEXTS:
            table[name] = table[name].astype(object).where(table[name].notna(), None)
    return table


_TEXTS: Final = frozenset(("group", "actor", "name", "estimand", "left", "right", "period", "start", "warning"))


def find_actors(tables: Tables, names: Sequence[str]) -> list[str]:
    """Return the key of each actor that is named by its key, its link or any spelling of its name; case does not count.

    Raises:
        DataError: nobody has the name (the nearest is told), or several have; all such names at once.
    """
    by_name: dict[str, dict[str, None]] = {}
    for key, link, spelled in zip(tables.actors["actor"], tables.actors["link"], tables.actors["names"], strict=True):
        for name in (key, link, *spelled.split(" | ")):
            if isinstance(name, str):
                by_name.setdefault(" ".join(name.split()).casefold(), {})[key] = None
    problems, keys = [], []
    for name in names:
        plain = " ".join(name.split()).casefold()
        found = list(by_name.get(plain, ()))
        exact = [key for key in found if key.casefold() == plain]
        if len(found) == 1 or exact:
            keys.append((exact or found)[0])
        elif found:
            cure = "name one by its key"
            problems.append(
                Problem("actor", f"{name!r} is {len(found)} actors", wish=f"one of {', '.join(found)}", cure=cure)
            )
        else:
            value = f"no article has {name!r}{nearest(plain, by_name)}"
            problems.append(Problem("actor", value, wish="an actor of the articles", cure="see the table of actors"))
    if problems:
        raise DataError(problems)
    return list(dict.fromkeys(keys))


def chosen_actors(tables: Tables, question: Question, *, minimum: int) -> tuple[list[str], tuple[Note, ...]]:
    """Return the keys of the question's actors, or of all that at least `minimum` articles list, the most frequent first."""
    if question.actors is not None:
        return find_actors(tables, question.actors), ()
    authors = tables.rows[tables.rows["holder_kind"] == "author"]
    counts = authors["actor"].value_counts()
    frequent = set(counts.index[counts >= minimum])
    keys = [key for key in tables.actors["actor"] if key in frequent]
    rare = len(counts) - len(keys)
    if not rare:
        return keys, ()
    return keys, (Note("rare actors", rare, f"{rare} actors that fewer than {minimum} articles list are left out"),)


def _column(articles: pd.DataFrame, by: str) -> str:
    usable = [name for name in articles.columns if name not in NUMBERS]
    if by in usable:
        return by
    cure = "name one of them"
    value = f"column {by!r} makes no groups" if by in articles.columns or by in ROW_COLUMNS else f"no column {by!r}"
    wish = f"one of {', '.join([*usable, *PERIODS])}{nearest(by, [*usable, *PERIODS])}"
    raise DataError(Problem("by", value, wish=wish, cure=cure))


def _values(wanted: Sequence[str], *, present: Sequence[str], by: str) -> list[str]:
    problems = []
    plain: dict[str, list[str]] = {}
    for name in present:
        plain.setdefault(name.casefold(), []).append(name)
    found = []
    for name in wanted:
        same = [name] if name in present else plain.get(name.casefold(), [])
        if len(same) == 1:
            found += same
            continue
        shown = ", ".join(present[:20]) + (f" and {len(present) - 20} more" if len(present) > 20 else "")
        value = f"no article has {name!r}{nearest(name, present)}"
        problems.append(Problem(by, value, wish=f"one of {shown}", cure="name one of them"))
    problems += [
        Problem(by, f"{name!r} is asked for twice", wish="each once", cure="name it once")
        for name in dict.fromkeys(found)
        if found.count(name) > 1
    ]
    if problems:
        raise DataError(problems)
    return found

"""The table of common political actors: names, metonyms, demonyms and public ids, as a prior for linking."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stance.errors import DataError, Problem, nearest
from stance.labels import ACTOR_TYPES
from stance.shipped import shipped_path

TABLE = shipped_path("seeds/actors/actors.csv")


@dataclass(frozen=True, slots=True)
class KnownActor:
    """One row of the table: a name as commonly known, a type of `labels.ACTOR_TYPES`, and a public id where there is one."""

    name: str
    type: str
    link: str | None


@dataclass(frozen=True, slots=True)
class AliasTable:
    """Rows by the forms that point to them: names that always mean the actor, seats of government, and demonyms."""

    aliases: dict[str, KnownActor]
    metonyms: dict[str, KnownActor]
    demonyms: dict[str, KnownActor]


@cache
def load_aliases(path: Path = TABLE) -> AliasTable:
    """Return the shipped table, or one of the same columns: name, type, aliases, metonyms, demonyms, link (`|` between forms).

    A demonym of two states, such as "Congolese", points to neither.

    Raises:
        DataError: the file is missing or no table in UTF-8, or rows lack a name or have a type that is none of ours.
    """
    table = AliasTable({}, {}, {})
    problems: list[Problem] = []
    shared: set[str] = set()
    for line, row in _rows(path):
        actor = KnownActor((row.get("name") or "").strip(), (row.get("type") or "").strip(), row.get("link") or None)
        problem = _problem(actor, place=f"{path}, line {line}")
        if problem is not None:
            problems.append(problem)
            continue
        table.aliases[actor.name] = actor
        table.aliases.update(dict.fromkeys(_forms(row, "aliases"), actor))
        table.metonyms.update(dict.fromkeys(_forms(row, "metonyms"), actor))
        shared.update(form for form in _forms(row, "demonyms") if table.demonyms.get(form, actor) != actor)
        table.demonyms.update(dict.fromkeys(_forms(row, "demonyms"), actor))
    if problems:
        raise DataError(problems)
    for form in shared:
        del table.demonyms[form]
    return table


def _rows(path: Path) -> list[tuple[int, dict[str, str | None]]]:
    """Return each row with the number of its last line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            return [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        cure = "name a comma-separated table in UTF-8 that exists, or install the package again for the shipped one"
        raise DataError(
            Problem(str(path), f"it cannot be read ({error})", wish="the table of actors", cure=cure)
        ) from None


def _forms(row: dict[str, str | None], column: str) -> list[str]:
    return [form.strip() for form in (row.get(column) or "").split("|") if form.strip()]


def _problem(actor: KnownActor, *, place: str) -> Problem | None:
    if not actor.name:
        cure = "fill in the name, or take the row out; the first line must be the header"
        return Problem(place, "a row without a name", wish="name, type, aliases, metonyms, demonyms, link", cure=cure)
    if actor.type not in ACTOR_TYPES:
        value = f"the type {actor.type!r} of {actor.name!r}{nearest(actor.type, ACTOR_TYPES)}"
        return Problem(place, value, wish=f"one of {', '.join(ACTOR_TYPES)}", cure="correct the type")
    return None

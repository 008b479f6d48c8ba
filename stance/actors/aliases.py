"""The table of common political actors: names, metonyms, demonyms and public ids, as a prior for linking."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stance.errors import DataError, Problem

TABLE = Path(__file__).resolve().parents[2] / "seeds" / "actors" / "actors.csv"


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

    Raises:
        DataError: the file is missing, or a row lacks its name or type.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        cure = "install the package again, or name a table that exists"
        raise DataError(Problem(str(path), f"it cannot be read ({error})", wish="the table of actors", cure=cure)) from None
    table = AliasTable({}, {}, {})
    shared: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if not row.get("name") or not row.get("type"):
            problem = Problem(f"{path}, line {number}", "no name or no type", wish="both", cure="fill in the row")
            raise DataError(problem)
        actor = KnownActor(row["name"], row["type"], row.get("link") or None)
        for column, forms in (("aliases", table.aliases), ("metonyms", table.metonyms), ("demonyms", table.demonyms)):
            names = [row["name"]] if column == "aliases" else []
            for form in [*names, *filter(None, (row.get(column) or "").split("|"))]:
                shared.update({form} if form in forms else ())
                forms[form] = actor
    for form in shared:  # a demonym of two states, such as "Congolese", points to neither
        table.demonyms.pop(form, None)
    return table

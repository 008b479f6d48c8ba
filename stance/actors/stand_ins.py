"""Names to put in the place of others, for seeing what a model makes of a name: `seeds/actors/stand_ins.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from stance.errors import DataError, Problem
from stance.labels import ACTOR_TYPES
from stance.shipped import shipped_path

LIST = shipped_path("seeds/actors/stand_ins.csv")


@dataclass(frozen=True, slots=True)
class StandIn:
    """One row: a name of a type, and the words around it.

    `article` is "the" where the name takes it in a sentence. Countries and groups have the `adjective`, and a member and
    members of theirs (`noun`, `plural`). Persons are a given and a family name, with `gender` (woman, man) and `kind`
    (invented, leader, scholar or artist); invented ones have the `origin` of their names.
    """

    type: str
    name: str
    article: str = ""
    adjective: str = ""
    noun: str = ""
    plural: str = ""
    gender: str = ""
    origin: str = ""
    kind: str = ""


@cache
def load_stand_ins(path: Path = LIST) -> tuple[StandIn, ...]:
    """Return the shipped list, or one of the same columns.

    Raises:
        DataError: the file is missing or no such table, or rows lack a name, or a person's is not two words.
    """
    columns = [column.name for column in fields(StandIn)]
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(enumerate(csv.reader(stream), start=1))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        cure = "name a comma-separated table in UTF-8 that exists, or install the package again for the shipped one"
        problem = Problem(str(path), f"it cannot be read ({error})", wish="the list of stand-ins", cure=cure)
        raise DataError(problem) from None
    wish = f"the columns {', '.join(columns)}; a type of {', '.join(ACTOR_TYPES)}; persons of two words"
    problems = [
        Problem(f"{path}, line {line}", f"{row}", wish=wish, cure="correct the row, or take it out")
        for line, row in rows[1:]
        if len(row) != len(columns) or not _fits(StandIn(*row))
    ]
    if not rows or rows[0][1] != columns:
        problems.append(Problem(f"{path}, line 1", f"{rows[:1]}", wish=wish, cure="write the header so"))
    if problems:
        raise DataError(problems)
    return tuple(StandIn(*row) for _, row in rows[1:])


def _fits(one: StandIn) -> bool:
    words = {"person": bool(one.gender and one.kind) and len(one.name.split()) == 2}
    return one.type in ACTOR_TYPES and bool(one.name) and words.get(one.type, True)

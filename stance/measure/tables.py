"""Tables of results: titled rows that become aligned plain text for people, or JSON values for programs."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None
"""Floats are shares from 0 to 1 (text shows them in percent, JSON as they are); None and nan are unknown."""

WIDTH = 96
"""The characters in a line to which notes are wrapped; tables are made to fit."""

_UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the names of the columns, the rows, and a note on what the numbers are."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def render(tables: Iterable[Table]) -> str:
    """Return tables as plain text; words stand left in their column, numbers right.

    >>> print(render([Table("Fruit", ["kind", "count", "F1"], [["apple", 12, 0.5], ["fig", 3, None]])]))
    Fruit
      kind   count    F1
      apple     12  50.0
      fig        3     –
    <BLANKLINE>
    """
    return "\n".join(_render(table) for table in tables)


def to_markdown(table: Table) -> list[str]:
    """Return the lines of a table in Markdown, its title and note as paragraphs around it.

    >>> to_markdown(Table("Fruit", ["kind", "F1"], [["fig", 0.5]]))[2:]
    ['| kind | F1 |', '|---|---:|', '| fig | 50.0 |', '']
    """
    wordy = [all(isinstance(row[place], str) for row in table.rows) for place in range(len(table.columns))]
    rows = [[_shown(cell) for cell in row] for row in table.rows]
    lines = [f"{table.title}:", "", f"| {' | '.join(table.columns)} |"]
    lines.append(f"|{'|'.join('---' if words else '---:' for words in wordy)}|")
    lines += [*(f"| {' | '.join(row)} |" for row in rows), ""]
    return [*lines, *([table.note, ""] if table.note else [])]


def to_values(table: Table) -> dict[str, Any]:
    """Return a table as plain JSON values: each row an object with the columns as keys."""
    rows = [
        {name: None if _unknown(cell) else cell for name, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    ]
    return {"title": table.title, "rows": rows, "note": table.note}


def _render(table: Table) -> str:
    cells = [list(table.columns), *([_shown(cell) for cell in row] for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    wordy = [all(isinstance(row[place], str) for row in table.rows) for place in range(len(widths))]
    lines = [table.title]
    for row in cells if table.rows else ():
        padded = (
            cell.ljust(width) if words else cell.rjust(width)
            for cell, width, words in zip(row, widths, wordy, strict=True)
        )  # fmt: skip
        lines.append(f"  {'  '.join(padded)}".rstrip())
    lines += textwrap.wrap(table.note, WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _shown(cell: Cell) -> str:
    if _unknown(cell):
        return _UNKNOWN
    return f"{100 * cell:.1f}" if isinstance(cell, float) else str(cell)


def _unknown(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))

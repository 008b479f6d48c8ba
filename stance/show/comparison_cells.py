"""What the tables of a comparison are made of: cells with words, a value to sort by, and a way to the articles behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stance.compare.comparison import Comparison
from stance.compare.estimands import ESTIMANDS
from stance.show.comparison_words import range_words, value_words


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, what it is sorted by (None: its words), and the anchor of the articles behind it, if any."""

    text: str
    value: float | None = None
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table to show: `columns` are (name, explanation or empty), `note` says what the numbers are."""

    id: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def anchor_of(found: Comparison, group: str, *, actor: str | None = None) -> str:
    """Return the id of the list of articles behind a number of a group, and of an actor if it is about one."""
    whose = f"behind-{found.names.index(group) + 1}"
    return whose if actor is None else f"{whose}-{found.actors.index(actor) + 1}"


def said_anchor(found: Comparison, group: str, *, source: int) -> str:
    """Return the id of the list of what a group's articles put into a source's mouth; `source` is its place, the most quoted 0."""
    return f"said-{found.names.index(group) + 1}-{source + 1}"


def estimate_cells(row: Mapping[str, Any], anchor: str) -> list[Cell]:
    unit = ESTIMANDS[row["estimand"]].unit
    return [value_cell(row, anchor), Cell(range_words(row["low"], row["high"], unit=unit))]


def value_cell(row: Mapping[str, Any], anchor: str) -> Cell:
    return Cell(value_words(row["estimate"], ESTIMANDS[row["estimand"]].unit), row["estimate"], anchor)


def count_cell(count: float, anchor: str | None = None) -> Cell:
    return Cell(f"{int(count):,}", float(count), anchor)


def difference_words(value: float, unit: str, *, sign: bool = True) -> str:
    """Return a difference: of shares in percentage points."""
    if not math.isfinite(value):
        return "–"
    scaled, digits = (100 * value, 1) if unit == "0 to 1" else (value, 2)
    text = f"{abs(scaled):.{digits}f}"
    signed = ("+" if scaled > 0 else "−") + text if sign and float(text) else text
    return f"{signed} pp" if unit == "0 to 1" else signed


def difference_range(row: Mapping[str, Any], unit: str) -> str:
    if not (math.isfinite(row["low"]) or math.isfinite(row["high"])):
        return "–"
    return f"{difference_words(row['low'], unit)} to {difference_words(row['high'], unit)}"

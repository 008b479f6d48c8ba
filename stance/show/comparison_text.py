"""A comparison for a terminal: the summary in sentences, then the main tables, in lines that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from stance.compare.comparison import Comparison
from stance.show.comparison_cells import Cell, WordTable
from stance.show.comparison_tables import (
    change_table,
    corrected_means_table,
    coverage_table,
    difference_table,
    quotation_table,
    stance_table,
    voice_table,
)
from stance.show.comparison_words import summary_sentences
from stance.show.terminal import clean, wrap

_LEAST_WIDTH: Final = 60
_ROWS: Final = 12
"""The most rows that a table shows; the page and the files have all."""

_LONGEST_CELL: Final = 26

_LEFT_OUT: Final = frozenset(("p", "p BH", "estimate", "its estimate", "articles before", "articles after", "share"))
"""Columns that only the page and the files have."""


def render_comparison(found: Comparison, *, width: int = 100) -> str:
    """Return the comparison as lines of at most `width` characters (at least 60), but for tables of many groups.

    Tables show their first rows and say how many there are. Control characters become "�".
    """
    width = max(width, _LEAST_WIDTH)
    lines = []
    for sentence in summary_sentences(found):
        lines += wrap(clean(sentence.text), width=width, first="• ", indent="  ")
    for table in _chosen(found):
        lines += ["", *_table_lines(table, width=width)]
    return "\n".join(lines) + "\n"


def _chosen(found: Comparison) -> Iterator[WordTable]:
    """Yield the tables that a terminal shows, those without a row left out."""
    several = len(found.names) > 1
    shown = [stance_table(found)] if found.actors else []
    if found.corrected is not None:
        shown.append(corrected_means_table(found))
    if several and found.actors:
        shown.append(difference_table(found, "stance"))
    if found.before_after is not None:
        shown.append(change_table(found))
    shown.append(voice_table(found))
    shown.append(quotation_table(found, limit=_ROWS))
    if several and found.actors:
        shown.append(coverage_table(found))
    yield from (table for table in shown if table.rows)


def _table_lines(table: WordTable, *, width: int) -> list[str]:
    shown = [place for place, (name, _) in enumerate(table.columns) if name not in _LEFT_OUT]
    names = [Cell(name) for name, _ in table.columns]
    rows = [[_short(row[place]) for place in shown] for row in (names, *table.rows[:_ROWS])]
    numeric = [all(_is_number(row[place]) for row in table.rows) for place in shown]
    blocks = _blocks(rows, width=width)
    lines = [f"{clean(table.title).upper()}"]
    for block in blocks:
        widths = {place: max(len(row[place]) for row in rows) for place in block}
        for row in rows:
            cells = (row[at].rjust(widths[at]) if numeric[at] else row[at].ljust(widths[at]) for at in block)
            lines.append(f"  {'  '.join(cells)}".rstrip())
        lines += [""] if block is not blocks[-1] else []
    more = f"The first {_ROWS} of {len(table.rows)} rows." if len(table.rows) > _ROWS else ""
    for note in filter(None, (table.note, more)):
        lines += wrap(note, width=width, indent="  ")
    return lines


def _blocks(rows: Sequence[Sequence[str]], *, width: int) -> list[list[int]]:
    """Return the places of the columns in blocks that fit the width; each block begins with the first column."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    blocks, block, used = [], [0], widths[0] + 2
    for place in range(1, len(widths)):
        if used + widths[place] + 2 > width and len(block) > 1:
            blocks.append(block)
            block, used = [0], widths[0] + 2
        block.append(place)
        used += widths[place] + 2
    return [*blocks, block]


def _short(cell: Cell) -> str:
    text = clean(cell.text)
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"


def _is_number(cell: Cell) -> bool:
    return cell.value is not None or cell.text[:1] in "–+−0123456789"

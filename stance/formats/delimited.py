"""Tables of cells between commas, semicolons or tabs (csv, tsv): one article a row is read, tidy rows are written."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from stance.document import Document
from stance.errors import InputError, Problem, StanceError
from stance.formats.columns import document_of, find_text_column
from stance.formats.decoding import open_text
from stance.formats.rows import COLUMNS, rows

if TYPE_CHECKING:
    from _csv import Reader

_FIELD_LIMIT: Final = 2**31 - 1
"""The csv module refuses cells over 131,072 characters unless told otherwise; every platform takes this many."""


def read(
    path: Path,
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None = None,
    prefix: str | None = None,
) -> Iterator[Document]:
    """Yield the document of each row, one at a time.

    The first row names the columns. A .csv may have commas, semicolons or tabs between its cells, a .tsv has tabs;
    cells may be in double quotation marks, and a quotation mark in such a cell is doubled (RFC 4180). A row without an
    id gets `prefix` (the file's name if None) and its number, counted from 1 behind the header.

    A row that cannot be read goes to `on_problem` as an InputError, and the next row follows.

    Raises:
        InputError: no UTF-8, no header, no column of text, a column twice, or no rows.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    prefix = path.stem if prefix is None else prefix
    with open_text(path, newline="") as stream:
        delimiter = _delimiter(stream.readline(), tabs=path.suffix.lower() == ".tsv")
        stream.seek(0)
        table = csv.reader(stream, delimiter=delimiter, strict=True)
        header = _header(table, path)
        text = find_text_column(header, place=str(path), text_column=text_column)
        number = 0
        for number, cells in enumerate(_rows(table, path, on_problem=on_problem), start=1):
            if cells is None:
                continue
            try:
                place = f"{path}, row {number} (line {table.line_num})"
                yield document_of(
                    _named(header, cells, place=place), text_column=text, default_id=f"{prefix}-{number}", place=place
                )
            except InputError as error:
                on_problem(error)
    if number == 0:
        raise InputError(
            Problem(str(path), "the table has no rows below its header", wish="one article a row", cure="leave it out")
        )


def write(documents: Iterable[Document], stream: TextIO) -> None:
    """Write the tidy rows of the documents as csv (see `rows.COLUMNS`), one document at a time; empty cells are None.

    The stream is opened with `newline=""`. Scores are rounded to four places.
    """
    writer = csv.DictWriter(stream, fieldnames=list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    for document in documents:
        for row in rows(document):
            writer.writerow({name: round(cell, 4) if isinstance(cell, float) else cell for name, cell in row.items()})


def _delimiter(line: str, *, tabs: bool) -> str:
    """Return what stands between the cells of the header: what finds a column of text, else what makes most columns."""
    if tabs:
        return "\t"
    headers = {delimiter: next(csv.reader([line], delimiter=delimiter), []) for delimiter in (",", ";", "\t")}
    for delimiter, header in headers.items():
        try:
            find_text_column(header, place="")
        except InputError:
            continue
        return delimiter
    return max(headers, key=lambda delimiter: len(headers[delimiter]))


def _header(table: Reader, path: Path) -> list[str]:
    wish, cure = "a first row that names the columns", "add one, with `text` over the articles"
    try:
        cells = next(table, [])
    except csv.Error as error:
        raise InputError(
            Problem(f"{path}, line 1", f"a header that cannot be read ({error})", wish=wish, cure=cure)
        ) from None
    if not any(cell.strip() for cell in cells):
        raise InputError(Problem(str(path), "the first row is empty", wish=wish, cure=cure))
    header = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, start=1)]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        value = f"columns that stand there twice: {', '.join(map(repr, twice))}"
        raise InputError(Problem(f"{path}, line 1", value, wish="each name once", cure="rename or delete one of them"))
    return header


def _rows(table: Reader, path: Path, *, on_problem: Callable[[StanceError], None]) -> Iterator[list[str] | None]:
    """Yield the cells of each row that is not blank, None for one that breaks the rules of quotation marks."""
    while True:
        begin = table.line_num + 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            where, value = f"line {begin}", f"a row that cannot be read ({error})"
            cure = "put the cell in quotation marks and double those inside it, or save the table again as .parquet"
            if table.line_num > begin:
                where = f"lines {begin} to {table.line_num}"
                value += ", and the rows between are lost with it"
                cure = f"close the quotation mark that is open in line {begin}, or {cure}"
            on_problem(InputError(Problem(f"{path}, {where}", value, wish="cells by RFC 4180", cure=cure)))
            yield None
            continue
        if cells:
            yield cells


def _named(header: list[str], cells: list[str], *, place: str) -> dict[str, object]:
    """Return the cells by their column; a row with more or fewer may have lost its text at a comma or line break."""
    if len(cells) == len(header):
        return dict(zip(header, cells, strict=True))
    value = f"the row has {len(cells)} cells, the header {len(header)}"
    cure = "put cells that hold a separator, a line break or a quotation mark between quotation marks"
    raise InputError(Problem(place, value, wish="one cell a column", cure=cure))

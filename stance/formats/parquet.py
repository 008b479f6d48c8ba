"""Parquet tables: one article a row is read, tidy rows are written, both a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from stance.document import Document
from stance.errors import InputError, Problem, StanceError
from stance.formats.columns import document_of, find_text_column
from stance.formats.limits import some_text
from stance.formats.rows import COLUMNS, Cell, rows

_READ_ROWS: Final = 64
_WRITE_ROWS: Final = 4096


def read(
    path: Path,
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None = None,
    prefix: str | None = None,
) -> Iterator[Document]:
    """Yield the document of each row; memory holds one batch of rows and what Parquet keeps of a row group.

    A row without an id gets `prefix` (the file's name if None) and its number, counted from 1. A row without text goes
    to `on_problem` as an InputError, and the next row follows.

    Raises:
        InputError: the file is no Parquet table, or has no column of text, or no rows.
    """
    import pyarrow
    import pyarrow.parquet

    prefix = path.stem if prefix is None else prefix
    with path.open("rb") as stream:
        some_text(stream.read(4).decode("latin-1"), place=str(path))
        number = 0
        try:
            table = pyarrow.parquet.ParquetFile(stream)
            text = find_text_column(table.schema_arrow.names, place=str(path), text_column=text_column)
            for batch in table.iter_batches(batch_size=_READ_ROWS):
                for values in batch.to_pylist():
                    number += 1
                    place = f"{path}, row {number}"
                    try:
                        document = document_of(values, text_column=text, default_id=f"{prefix}-{number}", place=place)
                    except InputError as error:
                        on_problem(error)
                        continue
                    yield document
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            value = f"it cannot be read as a Parquet table ({' '.join(str(error).split())})"
            cure = "write the table again, or get the file anew"
            raise InputError(Problem(str(path), value, wish="a whole Parquet file", cure=cure)) from None
    if number == 0:
        raise InputError(Problem(str(path), "the table has no rows", wish="one article a row", cure="leave it out"))


def write(documents: Iterable[Document], path: Path) -> None:
    """Write the tidy rows of the documents (see `rows.COLUMNS`) with typed columns, a batch at a time."""
    import pyarrow
    import pyarrow.parquet

    kinds = {str: pyarrow.string(), float: pyarrow.float64(), int: pyarrow.int64()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    waiting: list[dict[str, Cell]] = []
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for document in documents:
            waiting += rows(document)
            if len(waiting) >= _WRITE_ROWS:
                writer.write_table(pyarrow.Table.from_pylist(waiting, schema=schema))
                waiting = []
        writer.write_table(pyarrow.Table.from_pylist(waiting, schema=schema))

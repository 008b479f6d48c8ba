"""How many articles the inputs hold, counted before they are read, so that progress can tell the remaining time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from stance.formats.inputs import Found


def count_articles(found: Iterable[Found]) -> int | None:
    """Return the number of articles, or None if standard input is among them; a file that cannot be counted counts once."""
    total = 0
    for item in found:
        if item.path is None:
            return None
        count = _COUNTERS.get(item.path.suffix.lower())
        total += _safely(count, item.path) if count else 1
    return total


def _safely(count: Callable[[Path], int], path: Path) -> int:
    try:
        return count(path)
    except (OSError, ValueError, csv.Error):  # whoever reads the file says what is wrong with it
        return 1


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _rows(path: Path) -> int:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        return max(0, sum(1 for _ in csv.reader(stream, delimiter=delimiter)) - 1)


def _parquet_rows(path: Path) -> int:
    import pyarrow.parquet

    return int(pyarrow.parquet.read_metadata(path).num_rows)


_COUNTERS: Final = {
    ".csv": _rows,
    ".tsv": _rows,
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".parquet": _parquet_rows,
}

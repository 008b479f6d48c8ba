"""`stance actors`: who was found over a corpus, as a file to edit and to give back to `stance predict --actors`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stance.compare.census import Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "predicted", type=Path, metavar="PREDICTED", help="what `stance predict` wrote: JSON lines, or a folder of them"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a file of actors, .csv or .yaml (default: standard output)"
    )
    parser.add_argument(
        "--minimum", type=int, default=1, metavar="N", help="only actors in at least so many articles (default: 1)"
    )


def run(arguments: argparse.Namespace) -> int:
    """List the actors: a table for a terminal, CSV for a pipe, or the file named.

    Raises:
        InputError, DataError: what was named cannot be read.
        OutputError: the file has another ending, or cannot be written.
    """
    from stance.actors.own_files import csv_text, write_actors
    from stance.compare.census import census
    from stance.measure.annotated import read_annotated

    documents = read_annotated(arguments.predicted)
    found = census(documents)
    rows = [row for row in found if _number(row, "documents") >= arguments.minimum]
    if arguments.output is not None:
        write_actors(rows, arguments.output)
    elif sys.stdout.isatty():
        print("\n".join(_lines(rows)))
    else:
        print(csv_text(rows), end="")
    if arguments.output is not None or not sys.stdout.isatty():
        rare = len(found) - len(rows)
        more = f", {rare:,} more in fewer than {arguments.minimum}" if rare else ""
        print(f"stance: {len(rows):,} actors in {len(documents):,} articles{more}", file=sys.stderr)
    return 0


def _lines(rows: Sequence[Row]) -> list[str]:
    """Return a table for reading: counts, then who it is."""
    heads = {
        "documents": "articles",
        "mentions": "mentions",
        "favor": "for",
        "against": "against",
        "neutral": "neutral",
    }
    lines = ["  ".join(f"{head:>8}" for head in heads.values()) + "  actor"]
    for row in rows:
        counts = "  ".join(f"{_number(row, key):>8,}" for key in heads)
        link = f", {row['link']}" if row["link"] else ""
        lines.append(f"{counts}  {row['name']} ({row['type']}{link})")
    return lines


def _number(row: Row, key: str) -> int:
    value = row[key]
    return value if isinstance(value, int) else 0

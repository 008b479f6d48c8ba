"""`stance report`: predictions that were written before, as the page or the summaries that `stance predict` shows."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

PAGES: Final = (".html", ".htm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "predicted", type=Path, metavar="PREDICTED", help="what `stance predict` wrote: JSON lines, or a folder of them"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="an HTML page to write (default: a summary in the terminal)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the page of all documents, or print a summary of each to standard output.

    Raises:
        ConfigError: the output has another ending than .html.
        InputError, DataError: what was named cannot be read, or has no layer.
        OutputError: the page cannot be written.
    """
    from stance.cli.predict import print_summaries, write_html
    from stance.errors import ConfigError, Problem
    from stance.measure.annotated import read_annotated

    output: Path | None = arguments.output
    if output is not None and output.suffix.lower() not in PAGES:
        value = f"{str(output)!r} does not end in .html"
        cure = "name it .html, or write other formats with `stance predict --format`"
        raise ConfigError(Problem("--output", value, wish="a page", cure=cure))
    documents = read_annotated(arguments.predicted)
    if output is None:
        print_summaries(documents)
        return 0
    write_html(documents, output)
    print(
        f"stance: {output} shows {len(documents):,} {'article' if len(documents) == 1 else 'articles'}", file=sys.stderr
    )
    return 0

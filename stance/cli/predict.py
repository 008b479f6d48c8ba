"""`stance predict`: op-eds in, marked-up op-eds out."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.document import Document
from stance.errors import ConfigError, OutputError, Problem, StanceError

if TYPE_CHECKING:
    from stance.actors.own import OwnActor
    from stance.predict.pipeline import Pipeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, folder, pattern, or - for standard input")
    parser.add_argument("-o", "--output", type=Path, help="file to write; it appears when all is done")
    parser.add_argument(
        "--format",
        choices=("jsonl", "csv", "parquet", "html", "argdown", "aif"),
        help="by the output's suffix, else jsonl; argdown and aif (JSON) hold the arguments",
    )
    parser.add_argument("--model", help="shipped name, folder or hub id (default: small)")
    parser.add_argument(
        "--actors", type=Path, metavar="FILE", help="your own actors (.yaml, .csv); they win over the shipped table"
    )
    parser.add_argument("--only-actors", action="store_true", help="no actors but those of --actors")
    parser.add_argument("--text-column", help="the column of a table that holds the articles")
    parser.add_argument(
        "--max-characters", type=int, default=1_000_000, metavar="N", help="refuse longer articles (default: 1,000,000)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no closing line")


def run(arguments: argparse.Namespace) -> int:
    """Predict; return 0, or 2 when an input could not be read (the others are finished all the same)."""
    from stance.formats import find, read_all
    from stance.formats.counting import count_articles

    own = _own_actors(arguments)
    problems: list[StanceError] = []

    def report(error: StanceError) -> None:
        problems.append(error)
        for problem in error.problems:
            _say(f"stance: {problem}")

    documents = read_all(
        arguments.inputs,
        on_problem=report,
        text_column=arguments.text_column,
        maximum_characters=arguments.max_characters,
        output=arguments.output,
    )
    first = next(documents, None)
    if first is None:
        return 2
    import stance

    pipeline = stance.load(arguments.model, actors=own, only_actors=arguments.only_actors)
    _check_arguments(pipeline, _format(arguments))
    expected: int | None = None
    with suppress(StanceError):
        expected = count_articles(find(arguments.inputs, output=arguments.output))
    tally = Tally()
    predicted = tally.watch(pipeline.pipe(itertools.chain([first], documents)))
    _write(predicted if arguments.quiet else _with_progress(predicted, expected), arguments)
    if not arguments.quiet:
        _say(tally.line(len(problems)))
    return 2 if problems else 0


def _own_actors(arguments: argparse.Namespace) -> Sequence[OwnActor] | None:
    """Return the actors of the user's file; its mistakes are told before the work."""
    if arguments.actors is not None:
        from stance.actors.own_files import read_actors

        return read_actors(arguments.actors)
    if arguments.only_actors:
        cure = "name your actors with `--actors FILE`"
        raise ConfigError(Problem("--only-actors", "there is no file of actors", wish="--actors beside it", cure=cure))
    return None


@dataclass(slots=True)
class Tally:
    """What a run covered."""

    documents: int = 0
    actors: int = 0
    abstained: int = 0

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Pass documents through and count them."""
        for document in documents:
            self.documents += 1
            self.actors += len(document.actors or ())
            self.abstained += sum(actor.stance is None for actor in document.actors or ())
            yield document

    def line(self, failed: int) -> str:
        """Return the closing line of a run."""
        decided = self.actors - self.abstained
        parts = [
            _counted(self.documents, "article"),
            _counted(self.actors, "actor"),
            f"author's stance given for {decided}",
        ]
        if self.abstained:
            parts.append(f"withheld for {self.abstained}")
        if failed:
            parts.append(f"{_counted(failed, 'input')} could not be read")
        return f"stance: {', '.join(parts)}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _check_arguments(pipeline: Pipeline, format: str | None) -> None:
    """Raise, before anything is predicted, if the format is about argument units and the model marks none."""
    from stance.formats.argued import UNARGUED
    from stance.predict.arguments import marks_arguments

    if format in ("argdown", "aif") and not marks_arguments(pipeline.checkpoint):
        value = f"the model {pipeline.stamp.name!r} marks no argument units"
        raise OutputError(Problem(f"--format {format}", value, wish="a model that does", cure=UNARGUED))


def _format(arguments: argparse.Namespace) -> str | None:
    """Return the format asked for, or named by the output's suffix."""
    output: Path | None = arguments.output
    return arguments.format or _SUFFIXES.get(output.suffix.lower() if output else "")


def _write(documents: Iterable[Document], arguments: argparse.Namespace) -> None:
    """Write in the format asked for, or named by the output's suffix; a terminal gets a summary."""
    from stance.formats import write

    output: Path | None = arguments.output
    named = _format(arguments)
    if named == "html":
        write_html(documents, output)
    elif named is None and output is None and sys.stdout.isatty():
        print_summaries(documents)
    else:
        write(documents, output, format=named or "jsonl")


_SUFFIXES = {
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".html": "html",
    ".htm": "html",
    ".argdown": "argdown",
    ".aif": "aif",
}


def write_html(documents: Iterable[Document], output: Path | None) -> None:
    """Write the page of the documents, to standard output if `output` is None."""
    from stance.formats.atomic import writing
    from stance.show.report import write_report

    if output is None:
        write_report(documents, sys.stdout)
        return
    with writing(output) as temporary, temporary.open("w", encoding="utf-8") as stream:
        write_report(documents, stream)


def print_summaries(documents: Iterable[Document]) -> None:
    """Print a summary of each document, as wide as the terminal; in color where it is one."""
    import os
    import shutil

    from stance.show.terminal import summary

    width = min(100, shutil.get_terminal_size().columns)
    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for document in documents:
        print(summary(document, width=width, color=color))


def _with_progress(documents: Iterable[Document], expected: int | None) -> Iterator[Document]:
    """Pass documents through and show how many are done, the rate, and the remaining time; the bar begins with the work."""
    from tqdm import tqdm

    interval = 0.2 if sys.stderr.isatty() else 10.0
    with tqdm(total=expected, unit=" articles", file=sys.stderr, mininterval=interval, leave=False) as bar:
        for document in documents:
            yield document
            bar.update()


def _say(line: str) -> None:
    from tqdm import tqdm

    tqdm.write(line, file=sys.stderr)  # on a line of its own, above the progress

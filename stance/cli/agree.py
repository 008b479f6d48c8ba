"""`stance agree`: how far annotations of the same documents agree; what to decide between two, and the decided result."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stance.document import Document
    from stance.measure.agreement import Agreement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "annotations",
        type=Path,
        nargs="+",
        metavar="ANNOTATION",
        help="two or more annotations of the same documents: JSON lines, or folders",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="tables (default), or JSON")
    parser.add_argument(
        "--disagreements", type=Path, metavar="FILE", help="write what two annotations differ in, one decision a line"
    )
    parser.add_argument(
        "--verdicts",
        type=Path,
        metavar="FILE",
        help="the decisions with their verdicts: write the decided documents instead of the agreement",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Compare and print, or write the decided documents; 0 whatever the agreement.

    Raises:
        ConfigError: fewer than two annotations, or other than two to decide between.
        InputError, DataError, OutputError: what was named cannot be read, compared, decided or written.
    """
    _check(arguments)
    from stance.measure.agreement import agreement
    from stance.measure.annotated import read_annotated

    annotations = [read_annotated(path) for path in arguments.annotations]
    found = agreement(annotations)  # first, since it tells whether the annotations go together
    if arguments.disagreements is not None:
        _write_disagreements(annotations, arguments.disagreements)
    if arguments.verdicts is not None:
        _write_decided(annotations, verdicts=arguments.verdicts, output=arguments.output)
    else:
        _write(_text(found) if arguments.format == "text" else _json(found), arguments.output)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    from stance.errors import ConfigError, Problem

    count = len(arguments.annotations)
    problems = []
    if count < 2:
        cure = "name a second annotation of the same documents: `stance agree A B`"
        problems.append(Problem("stance agree", f"{count} annotation to compare", wish="two or more", cure=cure))
    for name in ("disagreements", "verdicts"):
        if getattr(arguments, name) is not None and count > 2:
            cure = "decide between two first, then between the result and the next"
            problems.append(Problem(f"--{name}", f"{count} annotations", wish="two to decide between", cure=cure))
    if arguments.disagreements is not None and arguments.verdicts is not None:
        cure = "write the decisions, take them, then call with `--verdicts`"
        problems.append(Problem("--verdicts", "`--disagreements` is there too", wish="one of the two", cure=cure))
    if problems:
        raise ConfigError(problems)


def _write_disagreements(annotations: Sequence[Sequence[Document]], path: Path) -> None:
    from stance.measure.disagreements import disagreements, write_disagreements
    from stance.measure.joining import join
    from stance.measure.pairing import paired

    pairs = paired(annotations[0], annotations[1])
    write_disagreements((one for pair in pairs for one in disagreements(join(*pair))), path)


def _write_decided(annotations: Sequence[Sequence[Document]], *, verdicts: Path, output: Path | None) -> None:
    from stance.formats import write
    from stance.measure.adjudication import adjudicate, build, read_verdicts
    from stance.measure.joining import join
    from stance.measure.pairing import paired

    joined = [join(*pair) for pair in paired(annotations[0], annotations[1])]
    write(map(build, adjudicate(joined, read_verdicts(verdicts))), output, format="jsonl")


def _text(found: Agreement) -> str:
    from stance.measure.agreement import tables
    from stance.measure.tables import render

    return f"{found.annotations} annotations of {found.documents} documents\n\n{render(tables(found))}"


def _json(found: Agreement) -> str:
    import json

    from stance.measure.agreement import values

    return json.dumps(values(found), ensure_ascii=False, indent=2) + "\n"


def _write(text: str, path: Path | None) -> None:
    from stance.formats.atomic import writing

    if path is None:
        print(text, end="")
        return
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")

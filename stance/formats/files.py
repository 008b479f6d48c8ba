"""The door of the floor: whatever a user names is read as documents, and documents are written in the format named."""

from __future__ import annotations

import io
import itertools
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TextIO

from stance.document import Document
from stance.errors import ConfigError, InputError, OutputError, Problem, StanceError, nearest
from stance.formats import aif, argdown, delimited, docx, html, jsonl, markdown, parquet, pdf, txt
from stance.formats.atomic import writing
from stance.formats.decoding import decode_lines, encodable, one_line_end
from stance.formats.inputs import Found, look, next_id
from stance.formats.limits import MAXIMUM_CHARACTERS, short_enough, some_text, too_long

_log = logging.getLogger(__name__)

FORMATS: Final = ("jsonl", "csv", "parquet", "argdown", "aif")
"""What `write` writes."""

_ONE_ARTICLE: Final[dict[str, Callable[[Path], Document]]] = {
    ".txt": txt.read,
    ".text": txt.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".docx": docx.read,
    ".pdf": pdf.read,
}
_MANY_ARTICLES: Final = {
    ".csv": delimited.read,
    ".tsv": delimited.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".parquet": parquet.read,
}
_ARGUED: Final[dict[str, Callable[[Iterable[Document], TextIO], None]]] = {"argdown": argdown.write, "aif": aif.write}
_PLAIN: Final = (".txt", ".text", ".md", ".markdown")
_JSON_LINE: Final = re.compile(r"\s*\{\s*(?:\"|\}|$)")


def read(
    inputs: str | Path | Sequence[str], *, text_column: str | None = None, maximum_characters: int = MAXIMUM_CHARACTERS
) -> list[Document]:
    """Return the documents of a path, or of all inputs (see `inputs.find`), at once in memory.

    Raises:
        InputError: with every problem of every input.
    """
    problems: list[Problem] = []
    named = [str(inputs)] if isinstance(inputs, str | Path) else inputs
    documents = list(
        read_all(
            named,
            on_problem=lambda error: problems.extend(error.problems),
            text_column=text_column,
            maximum_characters=maximum_characters,
        )
    )
    if problems:
        raise InputError(problems)
    return documents


def read_all(
    inputs: Sequence[str],
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None = None,
    maximum_characters: int = MAXIMUM_CHARACTERS,
    output: Path | None = None,
) -> Iterator[Document]:
    """Yield the documents of all inputs, reading as they are asked for; their ids differ.

    Inputs are those of `inputs.find`. A path that is missing, a file, row or line that cannot be read, and a text that
    is empty or too long go to `on_problem`, one error each, and the rest is read. `text_column` is for tables and JSON
    lines. An id that occurs twice gets `-2`, and what no encoding can hold becomes U+FFFD (see `decoding.encodable`):
    both are logged as a warning. Standard input is JSON lines if its first line begins as a JSON object does, else one
    plain text. `output`, the file that will be written, is not read where it lies in a folder or fits a pattern.
    """
    found, problems, left_out = look(inputs, output=output)
    for path in left_out:
        _log.warning("%s: it is the output of this command, and not read", path)
    for problem in problems:
        on_problem(InputError(problem))
    given: dict[str, int] = {}
    for item in found:
        place = "standard input" if item.path is None else str(item.path)
        try:
            for document in _documents(
                item, on_problem=on_problem, text_column=text_column, maximum_characters=maximum_characters
            ):
                try:
                    short_enough(document, place=_place(item, document), maximum_characters=maximum_characters)
                    some_text(document.text, place=_place(item, document), what="the text of the document")
                except InputError as error:
                    on_problem(error)
                    continue
                whole = encodable(document)
                if whole is not document:
                    where = _printable(_place(item, document))
                    _log.warning("%s: characters that no encoding can hold become U+FFFD", where)
                id = next_id(whole.id, given)
                if id != whole.id:
                    where = _printable(place)
                    _log.warning("%s: the id %r was given before; this one becomes %r", where, whole.id, id)
                yield whole if id == whole.id else replace(whole, id=id)
        except StanceError as error:
            on_problem(error)
        except OSError as error:
            value, cure = f"it cannot be opened ({error.strerror or error})", "check its permissions, or leave it out"
            on_problem(InputError(Problem(place, value, wish="a file that can be read", cure=cure)))


def _printable(place: str) -> str:
    """Return a place as a log can hold it, whatever its file is called."""
    return place.encode("utf-8", "backslashreplace").decode("utf-8")


def write(documents: Iterable[Document], path: Path | None, *, format: str) -> None:
    """Write documents as they come, to standard output if `path` is None; the file appears when all are written.

    `jsonl` holds everything and can be read again; `csv` and `parquet` hold tidy rows (see `rows.rows`); `argdown` and `aif`
    hold the argument units and their relations.

    Raises:
        ConfigError: the format is none of `FORMATS`.
        OutputError: the file cannot be written (see `atomic.writing`), or is binary and has no path; or a
            document lacks the layer that the format is about.
    """
    if format not in FORMATS:
        value = f"there is no format {format!r}{nearest(format, FORMATS)}"
        raise ConfigError(Problem("--format", value, wish=f"one of {', '.join(FORMATS)}", cure="name one of these"))
    if path is None:
        _to_standard_output(documents, format)
        return
    with writing(path) as temporary:
        if format == "parquet":
            parquet.write(documents, temporary)
            return
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            _write_text(documents, stream, format=format)


def _write_text(documents: Iterable[Document], stream: TextIO, *, format: str) -> None:
    if format == "csv":
        delimited.write(documents, stream)
        return
    if format in _ARGUED:
        _ARGUED[format](documents, stream)
        return
    for document in documents:
        stream.write(jsonl.line_of(document))
        stream.flush()  # whoever reads a pipe has it at once


def _to_standard_output(documents: Iterable[Document], format: str) -> None:
    if format == "parquet":
        problem = Problem(
            "standard output",
            "a Parquet table is binary",
            wish="a file",
            cure="name one, such as `-o predicted.parquet`",
        )
        raise OutputError(problem)
    sys.stdout.flush()
    # UTF-8 whatever the terminal's encoding is, and not closed at the end
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        _write_text(documents, stream, format=format)
    finally:
        stream.detach()


def _documents(
    item: Found,
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None,
    maximum_characters: int,
) -> Iterator[Document]:
    if item.path is None:
        yield from _standard_input(
            item.id, on_problem=on_problem, text_column=text_column, maximum_characters=maximum_characters
        )
        return
    suffix = item.path.suffix.lower()
    if suffix in _MANY_ARTICLES:
        yield from _MANY_ARTICLES[suffix](item.path, on_problem=on_problem, text_column=text_column, prefix=item.id)
        return
    size = item.path.stat().st_size
    if suffix in _PLAIN and size > 4 * maximum_characters:
        # more bytes than so many characters can take: said without reading it
        raise too_long(f"{size:,} bytes", place=str(item.path), maximum_characters=maximum_characters)
    yield replace(_ONE_ARTICLE[suffix](item.path), id=item.id)


def _standard_input(
    id: str,
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None,
    maximum_characters: int,
) -> Iterator[Document]:
    place = "standard input"
    lines = decode_lines(sys.stdin.buffer, source=place)
    head: list[str] = []
    for line in lines:
        head.append(line)
        if line.strip():
            break
    lines = itertools.chain(head, lines)
    if head and _JSON_LINE.match(head[-1]):
        yield from jsonl.parse(lines, on_problem=on_problem, text_column=text_column, prefix=id, place=place)
        return
    parts: list[str] = []
    size = 0
    for line in lines:
        parts.append(line)
        size += len(line)
        if size > 2 * maximum_characters:  # twice, for line ends count once
            raise too_long(
                f"more than {maximum_characters:,} characters", place=place, maximum_characters=maximum_characters
            )
    yield Document(id, one_line_end("".join(parts)))


def _place(item: Found, document: Document) -> str:
    place = "standard input" if item.path is None else str(item.path)
    one = item.path is None or item.path.suffix.lower() in _ONE_ARTICLE
    return place if one else f"{place}, document {document.id!r}"

"""JSON lines: one document a line, with all its layers; objects of other makers are read as rows of a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from stance.document import LAYERS, Document, from_dict, to_dict
from stance.errors import InputError, Problem, StanceError
from stance.formats.columns import document_of, find_text_column
from stance.formats.decoding import open_text
from stance.reasons import stance_units

_LINE_ENDS: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What JSON may hold as it is, but readers of lines (Python's `splitlines`, JavaScript) end a line at."""


def read(
    path: Path,
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None = None,
    prefix: str | None = None,
) -> Iterator[Document]:
    """Yield the document of each line of a file, see `parse`; `prefix` is the file's name if None.

    Raises:
        InputError: no UTF-8, JSON that is not one object a line, or no line at all.
    """
    prefix = path.stem if prefix is None else prefix
    with open_text(path, newline="\n") as lines:
        yield from parse(lines, on_problem=on_problem, text_column=text_column, prefix=prefix, place=str(path))


def parse(
    lines: Iterable[str],
    *,
    on_problem: Callable[[StanceError], None],
    text_column: str | None,
    prefix: str,
    place: str,
) -> Iterator[Document]:
    """Yield the document of each line that is not blank.

    An object with `text` and with `meta` or a layer is a Document of this package, read strictly with its layers and
    its very text. Any other is a row: a key such as `text` or `body` holds the text (or `text_column`), the rest goes
    to meta, and a row without an id gets `prefix` and the number of its line. A line that cannot be read goes to
    `on_problem`, and the next follows.

    Raises:
        InputError: the first line shows that this is one JSON value over many lines, or there is no line.
    """
    first = True
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if not stripped:
            continue
        if first and (stripped.startswith("[") or stripped == "{"):
            value = f"it begins with {stripped[:30]!r}: one JSON value for the whole file"
            jq = "jq -c '.[]'" if stripped.startswith("[") else "jq -c ."
            cure = f"put one object on each line: `{jq} IN.json > OUT.jsonl`"
            raise InputError(Problem(place, value, wish="JSON lines", cure=cure))
        first = False
        try:
            document = _document(
                stripped, text_column=text_column, default_id=f"{prefix}-{number}", place=f"{place}, line {number}"
            )
        except StanceError as error:
            on_problem(error)
            continue
        yield document
    if first:
        raise InputError(
            Problem(place, "there is no line with a document", wish="one JSON object a line", cure="leave it out")
        )


def line_of(document: Document) -> str:
    """Return the document as a line of JSON with its end; reading it gives the same document, scores at four places.

    Where there is an argument layer, each stance says in which of its units it stands (`unit`, null where in none). That is
    worked out from the offsets and never read, so that it cannot disagree with them.
    """
    values = to_dict(document)
    if document.arguments is not None:
        for stance, unit in zip(values.get("stances", ()), stance_units(document), strict=True):
            stance["unit"] = unit
    return json.dumps(values, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def _document(line: str, *, text_column: str | None, default_id: str, place: str) -> Document:
    try:
        values = json.loads(line)
        line.encode()
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        value = f"half a surrogate pair ({error.object[error.start]!a})"
        raise InputError(
            Problem(place, value, wish="whole characters", cure="write the line again, with both halves or without it")
        ) from None
    except (ValueError, RecursionError) as error:
        value = f"no valid JSON ({error}): {line[:60]!r}"
        raise InputError(
            Problem(place, value, wish="one JSON object", cure="correct the line, or take it out")
        ) from None
    if not isinstance(values, dict):
        raise InputError(
            Problem(place, f"{line[:60]!r}", wish='a JSON object such as {"text": "..."}', cure="take the line out")
        )
    if _is_ours(values, text_column):
        return from_dict(values, place=place)
    column = find_text_column(list(values), place=place, text_column=text_column)
    return document_of(values, text_column=column, default_id=default_id, place=place)


def _is_ours(values: dict[str, Any], text_column: str | None) -> bool:
    if text_column is not None and text_column in values:
        return False
    layers = any(isinstance(values.get(name), list | dict) for name in (*LAYERS, "meta"))
    return "text" in values and layers

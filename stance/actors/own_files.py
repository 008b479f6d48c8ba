"""Files of a user's own actors, in YAML or CSV: read with every mistake told at once, and written so that they can be edited."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from stance.actors.own import OwnActor, is_link, straight
from stance.errors import DataError, OutputError, Problem, nearest
from stance.formats.atomic import writing
from stance.formats.decoding import decode
from stance.labels import ACTOR_TYPES

COLUMNS: Final = ("name", "type", "aliases", "metonyms", "demonyms", "link", "group")
"""What is read; the first two are needed."""

IGNORED: Final = ("notes", "documents", "mentions", "favor", "against", "neutral", "mixed", "withheld")
"""What may stand beside it: remarks, and the counts that `stance actors` writes."""

_FORMS: Final = ("aliases", "metonyms", "demonyms")
_YAML: Final = (".yaml", ".yml")
_TABLES: Final = (".csv", ".tsv")
_WISH: Final = "a file of actors, .yaml or .csv"


@dataclass(slots=True)
class _Row:
    """One actor as the file has it; forms are still with their empty ones."""

    place: str
    texts: dict[str, str] = field(default_factory=dict)
    forms: dict[str, list[str]] = field(default_factory=dict)


def read_actors(path: Path) -> tuple[OwnActor, ...]:
    """Return the actors of a file: a YAML list of mappings, or a table (.csv, .tsv), with the keys or columns `COLUMNS`.

    Several forms in a cell stand between `|`; in YAML they may be a list. YAML is taken as it is written, so that `NO` is a name
    and no truth value. Keys of `IGNORED` are passed over. YAML takes seconds for a thousand actors, a table does not.

    Raises:
        DataError: all at once: no such file, another format, a name that is missing or stands twice, an unknown type or
            column, an empty alias, one that two actors share, a link that is none or that two share.
        InputError: no UTF-8.
    """
    suffix = path.suffix.lower()
    if suffix not in (*_YAML, *_TABLES):
        cure = "save it as .yaml or .csv, and name it so"
        raise DataError(Problem(str(path), f"the ending {suffix!r}", wish=_WISH, cure=cure))
    problems: list[Problem] = []
    text = decode(_bytes(path), source=path)
    reader = _yaml_rows if suffix in _YAML else _table_rows
    rows = list(reader(text, path, problems=problems))
    actors = [actor for row in rows if (actor := _actor(row, problems=problems)) is not None]
    if not rows and not problems:
        problems.append(Problem(str(path), "it holds no actor", wish="one or more", cure="add one: a name and a type"))
    problems += _shared(rows)
    if problems:
        raise DataError(problems)
    return tuple(actors)


def write_actors(rows: Sequence[Mapping[str, str | int | Sequence[str]]], path: Path) -> None:
    """Write rows with keys of `COLUMNS` and `IGNORED` as YAML or CSV, by the ending of the name; empty ones are left out of YAML.

    Raises:
        OutputError: another ending, or a place that cannot be written.
    """
    if path.suffix.lower() not in (*_YAML, ".csv"):
        cure = "name the file so that it ends in .yaml or .csv"
        raise OutputError(Problem(str(path), f"the ending {path.suffix!r}", wish=".yaml or .csv", cure=cure))
    with writing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        if path.suffix.lower() == ".csv":
            stream.write(csv_text(rows))
            return
        yaml = YAML(typ="safe", pure=True)
        yaml.default_flow_style = False
        yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the library's own hint is None
        yaml.allow_unicode = True
        yaml.width = 1 << 16
        plain = [{key: _plain(value) for key, value in row.items() if value not in ("", [], ())} for row in rows]
        yaml.dump(plain, stream)


def csv_text(rows: Sequence[Mapping[str, str | int | Sequence[str]]]) -> str:
    """Return rows as a table with a header; several forms stand between `|`."""
    stream = io.StringIO()
    header = [key for key in (*COLUMNS, *IGNORED) if any(key in row for row in rows)] or ["name", "type"]
    writer = csv.DictWriter(stream, fieldnames=header, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: value if isinstance(value, str | int) else "|".join(value) for key, value in row.items()})
    return stream.getvalue()


def _plain(value: str | int | Sequence[str]) -> str | int | list[str]:
    return value if isinstance(value, str | int) else list(value)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        beside = [other for end in (*_YAML, *_TABLES) for other in path.parent.glob(f"*{end}")]
        cure = f"name one that is there{nearest(str(path), map(str, beside))}"
        raise DataError(Problem(str(path), "no such file", wish=_WISH, cure=cure)) from None
    except OSError as error:
        cure = "name a file that you may read"
        raise DataError(Problem(str(path), f"it cannot be read ({error.strerror})", wish=_WISH, cure=cure)) from None


def _table_rows(text: str, path: Path, *, problems: list[Problem]) -> Iterator[_Row]:
    first = text.partition("\n")[0]
    delimiters = "\t" if path.suffix.lower() == ".tsv" else ",;\t"
    delimiter = max(
        delimiters, key=lambda mark: len({cell.strip().strip('"') for cell in first.split(mark)} & {*COLUMNS})
    )
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            cells = [cell.strip() for cell in next(table)]
        except StopIteration:
            return
        except csv.Error as error:
            cure = "put the cell in quotation marks and double those inside it"
            wish = "cells of a comma-separated table"
            problems.append(Problem(f"{path}, line {table.line_num}", f"no valid CSV ({error})", wish=wish, cure=cure))
            continue
        if not any(cells):
            continue
        if header is None:
            header = cells
            problems += _key_problems(header, place=f"{path}, line {table.line_num}", needed=("name", "type"))
            if any(problem.wish == _HEADER for problem in problems):
                return
            continue
        number += 1
        place = f"{path}, row {number} (line {table.line_num})"
        if len(cells) != len(header):
            value = f"the row has {len(cells)} cells, the header {len(header)}"
            cure = "put cells that hold a separator or a quotation mark between quotation marks"
            problems.append(Problem(place, value, wish="one cell a column", cure=cure))
            continue
        row = _Row(place)
        for key, cell in zip(header, cells, strict=True):
            if key in _FORMS:
                row.forms[key] = cell.split("|") if cell else []
            else:
                row.texts[key] = cell
        yield row


_HEADER: Final = "a first line that names the columns, among them name and type"


def _key_problems(keys: Sequence[str], *, place: str, needed: Sequence[str] = ()) -> Iterator[Problem]:
    missing = [key for key in needed if key not in keys]
    if len(missing) == len(needed) > 0:
        cure = f"write `{','.join(('name', 'type', 'aliases', 'link', 'group'))}` above the rows"
        yield Problem(place, f"no header: {', '.join(map(repr, keys[:4]))}", wish=_HEADER, cure=cure)
        return
    known = (*COLUMNS, *IGNORED)
    for key in dict.fromkeys(keys):
        if key not in known:
            cure = "correct it, or take it out; remarks may stand under `notes`"
            yield Problem(place, f"unknown {key!r}{nearest(key, known)}", wish=f"one of {', '.join(known)}", cure=cure)
        elif keys.count(key) > 1:
            yield Problem(place, f"{key!r} stands there twice", wish="each once", cure="rename or delete one of them")
    for key in missing:
        yield Problem(place, f"no column {key!r}", wish=_HEADER, cure=f"add `{key}`")


def _yaml_rows(text: str, path: Path, *, problems: list[Problem]) -> Iterator[_Row]:
    wish, cure = "a list of actors", "write `- name: Ann Li` and under it `  type: person`, for each actor"
    try:
        top: Node | None = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        reason = (isinstance(error, MarkedYAMLError) and error.problem) or " ".join(str(error).split())
        where = str(path) if mark is None else f"{path}, line {mark.line + 1}"
        problems.append(Problem(where, f"no valid YAML ({reason})", wish=wish, cure="correct the line"))
        return
    if not isinstance(top, SequenceNode):
        if top is not None:
            problems.append(Problem(f"{path}, line {top.start_mark.line + 1}", "no list", wish=wish, cure=cure))
        return
    for number, item in enumerate(top.value, start=1):
        place = f"{path}, actor {number} (line {item.start_mark.line + 1})"
        if not isinstance(item, MappingNode):
            problems.append(Problem(place, "no name with a type under it", wish=wish, cure=cure))
            continue
        problems += _key_problems([str(key.value) for key, _ in item.value], place=place)
        row = _Row(place)
        for key, value in item.value:
            _take(row, str(key.value), value, problems=problems)
        yield row


def _take(row: _Row, key: str, value: Any, *, problems: list[Problem]) -> None:
    """Enter the value of one key of YAML into a row."""
    parts = value.value if isinstance(value, SequenceNode) and key in _FORMS else [value]
    if key in IGNORED or key not in COLUMNS:
        return
    if not all(isinstance(part, ScalarNode) for part in parts):
        wish = "a text" if key not in _FORMS else "a text, or a list of texts"
        problems.append(Problem(f"{row.place}, {key}", "a list or keys", wish=wish, cure="write it on one line"))
        return
    if key not in _FORMS:
        row.texts[key] = _scalar(value)
    elif isinstance(value, SequenceNode):
        row.forms[key] = [_scalar(part) for part in parts]
    else:
        row.forms[key] = _scalar(value).split("|") if _scalar(value) else []


def _scalar(node: Any) -> str:
    """Return a text as it is written; `~`, `null` and nothing are empty."""
    return "" if node.style is None and node.value in ("~", "null") else str(node.value).strip()


def _actor(row: _Row, *, problems: list[Problem]) -> OwnActor | None:
    """Return the actor of a row; what is wrong with it alone goes to `problems`."""
    name, kind, link = (" ".join(row.texts.get(key, "").split()) for key in ("name", "type", "link"))
    count = len(problems)
    if not any(map(str.isalnum, name)):
        value = f"the name {name!r} has no letter" if name else "a missing name"
        problems.append(Problem(row.place, value, wish="a name", cure="fill it in, or take the actor out"))
    if kind not in ACTOR_TYPES:
        value = f"the type {kind!r}{nearest(kind, ACTOR_TYPES)}" if kind else "a missing type"
        problems.append(
            Problem(row.place, f"{value} of {name!r}", wish=f"one of {', '.join(ACTOR_TYPES)}", cure="correct it")
        )
    for key, forms in row.forms.items():
        if not all(any(map(str.isalnum, form)) for form in forms):
            shown = next(form for form in forms if not any(map(str.isalnum, form))).strip()
            value = f"{shown!r} among the {key} of {name!r}" if shown else f"an empty one among the {key} of {name!r}"
            cure = "fill it in, or take it out with its `|`"
            problems.append(Problem(row.place, value, wish="words with a letter or digit", cure=cure))
    if link and not is_link(link):
        wish = "REGISTER:ID such as wikidata:Q1065, iso3166:US or parlgov:1234"
        problems.append(Problem(row.place, f"the link {link!r} of {name!r}", wish=wish, cure=_cure_of_link(link)))
    if len(problems) > count:
        return None
    kinds = {key: tuple(dict.fromkeys(" ".join(form.split()) for form in row.forms.get(key, ()))) for key in _FORMS}
    group = " ".join(row.texts.get("group", "").split())
    return OwnActor(name, kind, link=link or None, group=group or None, **kinds)


def _cure_of_link(link: str) -> str:
    end = link.rstrip("/").rpartition("/")[2]
    if end[:1] == "Q" and end[1:].isdecimal():
        return f"write wikidata:{end}"
    return "correct it, or leave it empty"


def _shared(rows: Sequence[_Row]) -> Iterator[Problem]:
    """Yield names and links that stand twice, and forms that two actors share."""
    names: dict[str, _Row] = {}
    links: dict[str, _Row] = {}
    owners: dict[str, tuple[_Row, str]] = {}
    for row in rows:
        name, link = row.texts.get("name", ""), row.texts.get("link", "")
        first = names.setdefault(straight(name).casefold(), row) if name else row
        if first is not row:
            value = f"the name {name!r} stands twice, first in {_where(first)}"
            cure = "join the two, or tell their names apart; case alone does not"
            yield Problem(row.place, value, wish="each actor once", cure=cure)
        other = links.setdefault(link, row) if link else row
        if other is not row and other is not first:
            value = f"the link {link!r} of {name!r} is also that of {other.texts.get('name', '')!r} in {_where(other)}"
            yield Problem(row.place, value, wish="a link for each actor", cure="correct one, or join the two")
        forms = [("name", name), *((key, form) for key in ("aliases", "metonyms") for form in row.forms.get(key, ()))]
        for key, form in forms:
            owner, kind = owners.setdefault(straight(form), (row, key)) if form.strip() else (row, key)
            if owner is row or (kind == key == "name"):
                continue
            theirs = owner.texts.get("name", "")
            value = f"{form.strip()!r} is shared by {name!r} and {theirs!r} in {_where(owner)}"
            yield Problem(row.place, value, wish="each form with one actor", cure="take it out of one of the two")


def _where(row: _Row) -> str:
    return row.place.rpartition(", ")[2]

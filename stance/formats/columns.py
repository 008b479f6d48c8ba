"""Named values to documents: which column holds the text, and which are title, outlet, author, date, link and id."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from stance.document import Document, Meta
from stance.errors import InputError, Problem, nearest
from stance.formats.decoding import one_line_end
from stance.formats.limits import some_text

TEXT_COLUMNS: Final = ("text", "body", "content", "maintext", "fulltext", "articletext", "articlebody", "article")
"""Names of the column that holds the text, the likeliest first; case, spaces, `_` and `-` do not count."""

META_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "id": ("id", "documentid", "docid", "articleid"),
    "title": ("title", "headline"),
    "outlet": ("outlet", "source", "publisher", "publication", "newspaper", "sitename"),
    "author": ("author", "authors", "byline"),
    "date": ("date", "published", "publisheddate", "publishdate", "publicationdate", "datepublished", "pubdate"),
    "url": ("url", "link"),
}
"""Names of the columns that map to each field of `Meta` and to the document's id, the likeliest first."""

_FIELDS: Final = ("title", "outlet", "author", "date", "url")


def find_text_column(columns: Sequence[str], *, place: str, text_column: str | None = None) -> str:
    """Return the column that holds the text: the one given, or else the likeliest by its name.

    >>> find_text_column(["Headline", "Full Text"], place="a.csv")
    'Full Text'

    Raises:
        InputError: there is no such column; the message lists those there are.
    """
    if text_column is not None:
        same = [name for name in columns if name == text_column] or [
            name for name in columns if _plain(name) == _plain(text_column)
        ]
    else:
        same = [name for wanted in TEXT_COLUMNS for name in columns if _plain(name) == wanted]
    if same:
        return same[0]
    listed = ", ".join(repr(name) for name in columns[:30]) + (
        f" and {len(columns) - 30} more" if len(columns) > 30 else ""
    )
    raise InputError(
        Problem(
            place,
            f"no column {text_column!r}{nearest(text_column, columns)}"
            if text_column
            else "no column that looks like text",
            wish=f"one of its columns ({listed})"
            if text_column
            else f"{', '.join(TEXT_COLUMNS[:3])} or the like among its columns ({listed})",
            cure="say which one holds the text: `--text-column NAME`",
        )
    )


def document_of(values: Mapping[str, object], *, text_column: str, default_id: str, place: str) -> Document:
    """Return the document of a row: its text, and all other filled cells in `meta`.

    Raises:
        InputError: the cell of the text is empty, or holds something else than text.
    """
    text = values.get(text_column)
    if text is not None and not isinstance(text, str):
        value = f"{text_column!r} holds {as_text(text)!r}, which is no text"
        raise InputError(
            Problem(place, value, wish="the text of an article", cure="name another column: `--text-column NAME`")
        )
    some_text(text or "", place=place, what=f"{text_column!r}")
    id, meta = meta_of({name: value for name, value in values.items() if name != text_column})
    return Document(id or default_id, one_line_end(text or ""), meta)


def meta_of(values: Mapping[str, object]) -> tuple[str | None, Meta]:
    """Return the id, if there is one, and the meta data of named values; what has no field of its own goes to `more`.

    >>> meta_of({"Byline": "Ann Lee", "section": "Opinion", "id": 7})
    ('7', Meta(title=None, outlet=None, author='Ann Lee', date=None, url=None, more={'section': 'Opinion'}))
    """
    filled = {name: text for name, value in values.items() if (text := as_text(value))}
    used: dict[str, str] = {}
    for field, wanted in META_COLUMNS.items():
        # the field's own name goes first, so that no value in `more` can share a key with a field
        ranked = [name for alias in wanted for name in filled if _plain(name) == alias]
        ranked.sort(key=lambda name: name != field)
        if ranked:
            used[field] = ranked[0]
    chosen = {field: filled[name] for field, name in used.items()}
    more = {name: text for name, text in filled.items() if name not in used.values()}
    return chosen.get("id"), Meta(more=more, **{field: chosen.get(field) for field in _FIELDS})


def as_text(value: object) -> str | None:
    """Return a cell's value in words, or None if it is empty.

    A number that a table keeps as 3.0 because another cell is missing is 3; midnight is a date; lists and objects are
    JSON.

    >>> [as_text(value) for value in (3.0, " no ", "", float("nan"), True, ["a"], datetime.datetime(2015, 1, 7))]
    ['3', 'no', None, None, 'true', '["a"]', '2015-01-07']
    """
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str) if value or isinstance(value, bool) else None
    return str(value).strip() or None


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()

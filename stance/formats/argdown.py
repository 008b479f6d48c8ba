"""Argdown (argdown.org): the argument units of documents as statements with titles, and their relations; written, not read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TextIO

from stance.document import Document, Unit
from stance.formats.argued import arguments_of, stances_by_unit
from stance.reasons import kind_words

_HEAD: Final = "===\nmodel:\n    removeTagsFromText: true\n===\n"
_SIGNS: Final = {"support": "<+", "attack": "<-"}
_SPECIAL: Final = re.compile(r"[\\@#*_\[\]<>{}=]|[.:](?=\S)|/(?=[/*])")
_TAG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_UNSAFE: Final = re.compile("[{}\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What YAML does not hold as it is; and braces, with which Argdown's data would end."""

_NOT_IN_TITLES: Final = re.compile(r"[^\w -]+")


def write(documents: Iterable[Document], stream: TextIO) -> None:
    """Write documents as one Argdown text, each as soon as it comes, under a heading of its own.

    A unit is a statement such as `[1.3 testimony]`: document and unit, counted from 1, and its label, which is its tag
    too. Below it stand the units that support (`<+`) and attack (`<-`) it, and behind it, as Argdown's data: label, start,
    end, score (predictions only), and the actors that its stances are for or against, with the author as holder. Lines
    inside a unit become one. Argdown has no words for other relations than support and attack: they are left out with a
    warning.

    Raises:
        OutputError: a document has no argument layer.
    """
    stream.write(_HEAD)
    for number, document in enumerate(documents, start=1):
        stream.write("\n" + "\n".join(_lines(document, number)))
        stream.flush()


def escape(text: str) -> str:
    r"""Return a text on one line in which Argdown finds nothing but words; half a surrogate pair becomes "?".

    >>> print(escape("See [1], #2 & https://x.example/y_z."))
    See \[1\], \#2 & https\:\//x\.example/y\_z.
    """
    words = " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")
    return _SPECIAL.sub(r"\\\g<0>", words)


def _lines(document: Document, number: int) -> Iterator[str]:
    """Yield the heading of a document, then its units in the order of the text, an empty line before each."""
    arguments, relations = arguments_of(document)
    meta = document.meta
    about = {"id": document.id, "outlet": meta.outlet, "author": meta.author, "date": meta.date, "url": meta.url}
    heading = escape(meta.title or document.id) or "untitled"
    yield f"# {heading} {_data({name: value for name, value in about.items() if value is not None})}"
    titles = [_title(unit, f"{number}.{place}") for place, unit in enumerate(arguments.units, start=1)]
    sides = stances_by_unit(document)
    for place in sorted(range(len(titles)), key=lambda place: (arguments.units[place].start, place)):
        unit = arguments.units[place]
        facts: dict[str, object] = {"kind": unit.label, "start": unit.start, "end": unit.end}
        if document.model is not None:
            facts["score"] = round(unit.score, 4)
        words = escape(document.text[unit.start : unit.end]) or "…"
        tag = f" #{unit.label}" if _TAG.fullmatch(unit.label) else ""
        yield ""
        yield f"[{titles[place]}]: {words}{tag} {_data({**facts, **sides.get(place, {})})}"
        for relation in relations:
            if relation.target == place:
                yield f"  {_SIGNS[relation.label]} [{titles[relation.source]}]"
    yield ""


def _title(unit: Unit, number: str) -> str:
    """Return the title of a unit's statement; nothing in it can end the title."""
    return " ".join([number, *_NOT_IN_TITLES.sub(" ", kind_words(unit.label)).split()])


def _data(facts: Mapping[str, object]) -> str:
    """Return facts as Argdown's data: YAML in braces, of values that are JSON too."""
    parts = (f"{name}: {_UNSAFE.sub(_code, json.dumps(value, ensure_ascii=False))}" for name, value in facts.items())
    return "{" + ", ".join(parts) + "}"


def _code(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"

"""Word files: every paragraph of the body, in reading order, and the core properties."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from stance.document import Document, Meta
from stance.errors import InputError, Problem
from stance.formats.limits import some_text

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_REMOVED: Final = (
    f"{_WORD}del",
    f"{_WORD}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_CHARACTERS: Final = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-"}
_TEMPLATE_AUTHOR: Final = "python-docx"
_TEMPLATE_CREATED: Final = datetime.datetime(2013, 12, 23, 23, 15)
"""What the template of python-docx says where the program that made a file with it said nothing."""
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"


def read(path: Path) -> Document:
    """Return the document of a Word file: non-empty paragraphs joined by blank lines; its id is the file's name.

    Paragraphs in tables, text boxes and content controls are read where they stand. Tracked changes are read as
    accepted. Headers, footers, footnotes and comments are not read.

    Raises:
        InputError: the file is no .docx, is protected by a password, or holds no text.
    """
    import docx

    with path.open("rb") as stream:
        head = stream.read(len(_OLD_OFFICE))
    some_text(head.decode("latin-1"), place=str(path))
    if not head.startswith(b"PK"):
        kind = "is protected by a password, or an old Word file (.doc)" if head == _OLD_OFFICE else "is no Word file"
        cure = "save it as .docx, without a password"
        raise InputError(Problem(str(path), f"it {kind}", wish="a .docx file that opens without a password", cure=cure))
    try:
        content = docx.Document(str(path))
        meta = _meta(content)
        paragraphs = list(_paragraphs(content.element.body))
    except Exception as error:  # zip, XML and package readers raise nearly anything on a damaged file
        value = f"it cannot be opened as a Word file ({' '.join(str(error).split())})"
        raise InputError(
            Problem(
                str(path), value, wish="a .docx file", cure="open it in Word or LibreOffice and save it again as .docx"
            )
        ) from None
    text = some_text("\n\n".join(paragraphs), place=str(path))
    return Document(path.stem, text, meta)


def _meta(content: Any) -> Meta:
    """Return what a file says of itself, but not what python-docx puts there: for a file without properties, or made by it."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    relationships = content.part.package.rels.values()
    if all(relationship.reltype != RELATIONSHIP_TYPE.CORE_PROPERTIES for relationship in relationships):
        return Meta()
    found = content.core_properties
    author = found.author if found.author != _TEMPLATE_AUTHOR else None
    date = None
    if isinstance(found.created, datetime.datetime) and found.created.replace(tzinfo=None) != _TEMPLATE_CREATED:
        date = found.created.date().isoformat()
    return Meta(title=found.title or None, author=author or None, date=date)


def _paragraphs(body: Any) -> Iterator[str]:
    for paragraph in body.iter(f"{_WORD}p"):
        if any(ancestor.tag in _REMOVED for ancestor in paragraph.iterancestors()):
            continue
        text = "".join(_characters(paragraph)).strip()
        if text:
            yield text


def _characters(node: Any) -> Iterator[str]:
    """Yield the text of a paragraph; that of a paragraph inside it (in a text box) is that one's own."""
    for child in node:
        if child.tag == f"{_WORD}t":
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _REMOVED and child.tag not in (f"{_WORD}p", f"{_WORD}pPr"):
            yield from _characters(child)

"""PDF files: the lines of their pages joined into paragraphs again, and the file's own meta data."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from stance.document import Document, Meta
from stance.errors import InputError, Problem
from stance.formats.limits import some_text

if TYPE_CHECKING:
    from pypdf import PdfReader

_log = logging.getLogger(__name__)
# without a handler, Python would print on standard error what pypdf notes about odd files
logging.getLogger("pypdf").addHandler(logging.NullHandler())

_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " "}
)
_PAGE_NUMBER: Final = re.compile(
    r"(?:page\s+)?[-\u2013\u2014 ]*\d{1,4}[-\u2013\u2014 ]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)
_SENTENCE_END: Final = re.compile(r"[.!?…:][\"'”’)\]]*$")
_FULL: Final = 0.95
"""The next line's first word had room if the line stays below this share of a full one (nine in ten are no longer)."""
_SHORT: Final = 0.6
"""A line shorter than this share of a full one ends a paragraph even without a full stop, as headings do."""

_DIVIDED: Final = re.compile(r"\w[-\u2010]$")
_DIVIDING: Final = 0.03
"""A text divides words if more than this share of its lines end in a hyphen; else they are those of compounds."""


def read(path: Path) -> Document:
    """Return the document of a PDF that holds text; its id is the file's name.

    Page numbers and lines that recur at the head or foot of pages are left out. Where paragraphs end is a guess from
    the length of lines; columns and captions come in the order that the file stores them. Text in pictures is not read
    (a warning is logged for pages that hold nothing else).

    Raises:
        InputError: the file is no PDF, needs a password, or is a scan without text.
    """
    with path.open("rb") as stream:
        some_text(stream.read(4).decode("latin-1"), place=str(path))
        try:
            pages, meta = _contents(stream, path)
        except InputError:
            raise
        except Exception as error:  # pypdf raises nearly anything on a damaged file
            value = f"it cannot be read as a PDF ({type(error).__name__}: {' '.join(str(error).split())})"
            cure = "open it in a viewer and print it to a new PDF, or save its text as .txt"
            raise InputError(Problem(str(path), value, wish="a PDF file", cure=cure)) from None
    empty = [number for number, page in enumerate(pages, start=1) if not page.strip()]
    if len(empty) == len(pages):
        value = f"none of its {len(pages)} pages holds text: it is a scan or a picture"
        cure = "recognise the text first, such as with `ocrmypdf IN.pdf OUT.pdf`"
        raise InputError(Problem(str(path), value, wish="a PDF with text", cure=cure))
    if empty:
        _log.warning("%s: no text on page %s, which may be scanned", path, ", ".join(map(str, empty)))
    return Document(path.stem, "\n\n".join(paragraphs([page.splitlines() for page in pages])), meta)


def paragraphs(pages: Sequence[Sequence[str]]) -> list[str]:
    """Return the paragraphs of pages of lines: wrapped lines joined by a space, words divided at a line's end whole.

    A hyphen at a line's end goes if the text has the word without it elsewhere. Else it stays if the text has the word
    with it elsewhere, or has so few lines that end in a hyphen that these are compounds.

    >>> lines = ["The minister refused to sign the agree-", "ment last night."]
    >>> paragraphs([[*lines, "1"], ["Nobody was surprised by that at all,", "least of all me.", "2"]])
    ['The minister refused to sign the agreement last night.', 'Nobody was surprised by that at all, least of all me.']
    """
    lines = list(_body_lines([[line.strip().translate(_LIGATURES) for line in page] for page in pages]))
    lengths = sorted(len(line) for line in lines if line)
    full = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    words = set(re.findall(r"\w+(?:-\w+)*", " ".join(lines).casefold()))
    divides = sum(bool(_DIVIDED.search(line)) for line in lines) > _DIVIDING * len(lines)
    out: list[str] = []
    ended = True
    for place, line in enumerate(lines):
        if not line:
            ended = True
            continue
        if ended:
            out.append(line)
        else:
            out[-1] = _joined(out[-1], line, words=words, divides=divides)
        following = lines[place + 1] if place + 1 < len(lines) else ""
        had_room = len(line) + 1 + len(following.split(" ")[0]) < _FULL * full
        heading = len(line) < _SHORT * full and following[:1].isupper() and not line.endswith((",", "-", ";"))
        ended = heading or (had_room and bool(_SENTENCE_END.search(line)))
    return out


def _contents(stream: BinaryIO, path: Path) -> tuple[list[str], Meta]:
    from pypdf import PdfReader

    reader = PdfReader(stream)
    if reader.is_encrypted:
        _open(reader, path)
    pages = [page.extract_text() for page in reader.pages]
    found = reader.metadata
    if found is None:
        return pages, Meta()
    try:
        created = found.creation_date
    except ValueError:
        created = None
    date = created.date().isoformat() if created is not None else None
    return pages, Meta(
        title=(found.title or "").strip() or None, author=(found.author or "").strip() or None, date=date
    )


def _open(reader: PdfReader, path: Path) -> None:
    """Try the empty password, which many publishers set; raise if it does not open the file."""
    from pypdf.errors import DependencyError

    try:
        opened = bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        opened = False
    if not opened:
        cure = "save it without its password, such as with `qpdf --password=PASSWORD --decrypt IN.pdf OUT.pdf`"
        raise InputError(Problem(str(path), "it is encrypted", wish="a PDF that opens without a password", cure=cure))


def _body_lines(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of all pages without page numbers and what recurs, digits aside, at the edge of most pages."""
    edges = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    for page in pages:
        at_edge = _edges(page)
        for line in page:
            recurs = len(pages) > 1 and edges[_key(line)] > max(1, len(pages) / 2)
            if line in at_edge and (recurs or _PAGE_NUMBER.fullmatch(line)):
                continue
            yield line


def _edges(page: Sequence[str]) -> list[str]:
    filled = [line for line in page if line]
    return filled[:2] + filled[-2:]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _joined(text: str, line: str, *, words: set[str], divides: bool) -> str:
    """Return the line put behind the text; a hyphen between them may go."""
    if text.endswith("\u00ad"):
        return text[:-1] + line
    first, second = re.search(r"(\w+)[-\u2010]$", text), re.match(r"\w+", line)
    if first is None or second is None or not line[0].islower():
        return f"{text} {line}"
    if f"{first[1]}{second[0]}".casefold() in words:
        return text[:-1] + line
    hyphenated = f"{first[1]}-{second[0]}".casefold() in words
    return text[:-1] + line if divides and not hyphenated else text + line

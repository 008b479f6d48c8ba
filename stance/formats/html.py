"""Web pages: the article's text and meta data, without navigation, advertising and comments."""

from __future__ import annotations

import codecs
import logging
import re
from pathlib import Path
from typing import Final

from stance.document import Document, Meta
from stance.errors import InputError, Problem
from stance.formats.decoding import decode, one_line_end, refuse_binary
from stance.formats.limits import some_text

# without a handler, Python would print on standard error what they note about odd pages
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_DECLARATION: Final = re.compile(
    rb"""(?:<meta\s[^>]*?charset|<\?xml\s[^>]*?encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE
)
_HEAD: Final = 4096
_AS_BROWSERS_DO: Final = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("utf8", "utf_8", "utf-16", "utf-16le", "utf-16be"), "utf-8"),
}
_SENTENCE: Final = re.compile(r"(?:\S+\s+){4}\S.*[.!?…]")


def read(path: Path) -> Document:
    """Return the document of a saved web page: its main text, paragraphs joined by blank lines; id is the file's name.

    Which text is the article's is a guess by trafilatura, good on pages of newspapers (Barbaresi 2021); look at what
    comes out of a new outlet. The encoding is the one that the page declares, else UTF-8.

    Raises:
        InputError: the page holds no article, or not the encoding that it declares.
    """
    from trafilatura import bare_extraction

    # a date must be declared by the page: the wider search takes dates from the article's text
    dates = {"original_date": True, "extensive_search": False}
    page = bare_extraction(
        decode_page(path.read_bytes(), source=path),
        with_metadata=True,
        include_comments=False,
        date_extraction_params=dates,
    )
    lines = (page.text or "").split("\n") if page is not None and not isinstance(page, dict) else []
    paragraphs = [line.strip().removeprefix("- ") for line in lines if line.strip()]
    # without an article, trafilatura falls back on what there is, such as the words of the menu
    if page is None or isinstance(page, dict) or not any(_SENTENCE.match(line) for line in paragraphs):
        value = "no article was found in the page"
        cure = "save the article's text as .txt or .md, or leave the page out"
        raise InputError(Problem(str(path), value, wish="a page with an article's text", cure=cure))
    meta = Meta(page.title or None, page.sitename or None, page.author or None, page.date or None, page.url or None)
    return Document(path.stem, "\n\n".join(paragraphs), meta)


def decode_page(raw: bytes, *, source: Path | str) -> str:
    """Return the text of a page by the encoding that it declares, or as UTF-8 where it declares none.

    As browsers do (WHATWG Encoding), Latin-1 is taken for Windows-1252, and a declared UTF-16 without its mark for
    UTF-8.

    >>> decode_page(b'<meta charset="iso-8859-1"><p>\\x93caf\\xe9\\x94', source="a.html")
    '<meta charset="iso-8859-1"><p>“café”'

    Raises:
        InputError: the bytes are not in that encoding.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        declared = "utf-16"
    else:
        refuse_binary(raw, source=source)
        found = _DECLARATION.search(raw[:_HEAD])
        declared = _AS_BROWSERS_DO.get(name := found[1].decode("ascii").lower(), name) if found else "utf-8"
    try:
        text = decode(raw, source=source) if declared == "utf-8" else one_line_end(raw.decode(declared))
    except LookupError:
        text = decode(raw, source=source)
    except UnicodeDecodeError as error:
        byte = f"byte 0x{raw[error.start]:02X} at byte offset {error.start}"
        value = f"the page says that it is {declared}, which {byte} is not"
        cure = "open it in a browser and save it again, or correct the declaration"
        raise InputError(Problem(str(source), value, wish="the encoding that it declares", cure=cure)) from None
    return some_text(text, place=str(source))

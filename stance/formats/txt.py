"""Plain text: the whole file is the text."""

from __future__ import annotations

from pathlib import Path

from stance.document import Document
from stance.formats.decoding import decode
from stance.formats.limits import some_text


def read(path: Path) -> Document:
    """Return the document of a text file: all of it, title included, with `\\n` line ends; its id is the file's name.

    Raises:
        InputError: the file is empty, white space, binary, or in another encoding than UTF-8.
    """
    return Document(path.stem, some_text(decode(path.read_bytes(), source=path), place=str(path)))

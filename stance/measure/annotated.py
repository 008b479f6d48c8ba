"""Annotated documents of a file or folder: JSON lines, or texts with stand-off gold beside them."""

from __future__ import annotations

import sys
from pathlib import Path

from stance.corpora.gold import read_folder
from stance.document import LAYERS, Document
from stance.errors import InputError, Problem
from stance.formats import files


def read_annotated(path: Path) -> list[Document]:
    """Return the documents of JSON lines, of a folder of them, or of a folder of texts with `gold/ID.json` for each.

    They may be as long as they are: whoever annotated them, a model or a person, has chosen how much to read.

    Raises:
        InputError: nothing can be read there, or no document has a layer.
        DataError: stand-off gold does not fit its text.
    """
    if (path / "gold").is_dir():
        return list(read_folder(path))
    documents = files.read(path, maximum_characters=sys.maxsize)
    if not any(getattr(document, layer) is not None for document in documents for layer in LAYERS):
        value = f"none of its {len(documents)} documents has an annotation"
        wish = "documents with layers such as voice or actors"
        cure = "name a file that `stance predict -o FILE.jsonl` or an annotation made"
        raise InputError(Problem(str(path), value, wish=wish, cure=cure))
    return documents

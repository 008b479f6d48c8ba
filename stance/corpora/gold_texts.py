"""The texts of the hand-annotated pieces, put together from the corpora that they come from, by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from stance.corpora import gum, narratives, polnear, webis
from stance.corpora.folders import require_paths
from stance.document import Document


class TextSource(Protocol):
    """What finds texts: the documents, without layers, of ids that have its prefix."""

    def __call__(self, folder: Path, ids: Sequence[str]) -> dict[str, Document]: ...


def find_texts(folder: Path, ids: Sequence[str]) -> dict[str, Document]:
    """Return the text and meta of each piece, without any layer.

    Args:
        folder: the data root, with the corpora below it that the ids name: `nf-ROW-OUTLET` of narrative-framing, `gum-DOCUMENT`,
            `polnear-ARTICLE`, and `OUTLET-FILE` of webis-editorials-adu.

    Raises:
        DataError: a corpus or a file is not there.
    """
    found: dict[str, Document] = {}
    for prefix, source in SOURCES.items():
        if own := [id for id in ids if _prefix(id) == prefix]:
            found |= source(folder, own)
    return found


def _prefix(id: str) -> str:
    return next((prefix for prefix in SOURCES if prefix and id.startswith(prefix)), "")


def _op_eds(folder: Path, ids: Sequence[str]) -> dict[str, Document]:
    root = folder / webis.CORPUS / "data-source"
    paths = {id: root / id.partition("-")[0] / f"{id.partition('-')[2]}.json" for id in ids}
    require_paths(paths.values(), corpus=webis.CORPUS)
    documents = {id: webis.read_file(path) for id, path in paths.items()}
    return {id: replace(document, voice=None, arguments=None) for id, document in documents.items()}


def _narratives(folder: Path, ids: Sequence[str]) -> dict[str, Document]:
    wanted = set(ids)
    return {document.id: document for document in narratives.read(folder, split="all") if document.id in wanted}


def _speeches(folder: Path, ids: Sequence[str]) -> dict[str, Document]:
    documents = {f"gum-{document.id}": document for document in gum.read(folder, split="train")}
    return {id: Document(id, documents[id].text, documents[id].meta) for id in ids}


def _news(folder: Path, ids: Sequence[str]) -> dict[str, Document]:
    articles = {id: id.removeprefix("polnear-") for id in ids}
    return {id: replace(polnear.read_text(folder, article, split="train"), id=id) for id, article in articles.items()}


SOURCES: Final[Mapping[str, TextSource]] = {"nf-": _narratives, "gum-": _speeches, "polnear-": _news, "": _op_eds}
"""Where a text comes from, by how its id begins."""

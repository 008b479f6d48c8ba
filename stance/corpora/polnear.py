"""PolNeAR: news of the US election of 2016 with attributions: source, cue and content.

Newell, Margolin and Ruths (LREC 2018). brat-like stand-off files over plain text; no terms stated.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Attribution, Document, Meta, Span
from stance.errors import DataError

CORPUS: Final = "polnear"

SPLITS: Final = ("train", "dev", "test", "annotator-training")

OUTLETS: Final[Mapping[str, str]] = {
    "breitbart": "Breitbart",
    "huff-post": "Huffington Post",
    "nyt": "New York Times",
    "politico": "Politico",
    "usa-today": "USA Today",
    "wash-post": "Washington Post",
    "west-journal": "Western Journalism",
}

NEAR_GAP: Final = 20
"""Parts of a source or a cue at most this many characters apart become one span, with what stands between."""

_TEXT_BOUND = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t|$)")
_EVENT = re.compile(r"(E\d+)\t(Attribution\S*)(.*)")

_log = logging.getLogger(__name__)


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give one document an annotation file, with its attributions in the order of the text; id is `ARTICLE@ANNOTATOR`.

    Six annotators worked on the same 16 articles of train, two of dev and two of test (one of the 16 has five); the
    rest have one. The corpus does not adjudicate between them. Train on all, or on one a text; in testing, predict an
    article once, score it against each of its annotations, and let these count as one article. `meta.more` holds
    `article` and `annotator`.

    Content keeps its parts (`Content` and `Content2`, one in six is discontinuous). Source and cue are one span: of
    all 23827 sources and 27340 cues, 10 and one are in parts; those at most `NEAR_GAP` characters apart are joined (8
    and one), of the others the longest part is taken. Attributions without content are left out, as are the marks
    `Discuss` and `Discard`.

    Args:
        folder: the data root, with `polnear/data/train/text` and so on below it.
        split: one of `SPLITS`.

    Raises:
        DataError: no such split or file, or a span outside its text.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    root = folder / CORPUS / "data"
    require_paths([root / "metadata.tsv", root / split / "text", root / split / "attributions"], corpus=CORPUS)
    return _documents(root, split=split)


def read_articles(folder: Path, *, split: str) -> Iterator[Document]:
    """Give each article of a split once, with its meta and no annotation, whoever annotated it; id is `ARTICLE`.

    `meta.more` holds `split` beside `article`.

    Raises:
        DataError: no such split or file.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    texts = folder / CORPUS / "data" / split / "text"
    require_paths([folder / CORPUS / "data" / "metadata.tsv", texts], corpus=CORPUS)
    rows = _metadata(folder / CORPUS / "data" / "metadata.tsv")
    paths = sorted(texts.glob("*.txt"))
    return (_article(path, _meta(rows.get(path.stem, {}), article=path.stem), split=split) for path in paths)


def _article(path: Path, meta: Meta, *, split: str) -> Document:
    meta = replace(meta, more={**meta.more, "split": split})
    return Document(path.stem, path.read_bytes().decode("utf-8"), meta)


def read_text(folder: Path, article: str, *, split: str) -> Document:
    """Return an article with its meta and no annotation.

    Raises:
        DataError: it is not there.
    """
    root = folder / CORPUS / "data"
    path = root / split / "text" / f"{article}.txt"
    require_paths([root / "metadata.tsv", path], corpus=CORPUS)
    meta = _meta(_metadata(root / "metadata.tsv").get(article, {}), article=article)
    return Document(article, path.read_bytes().decode("utf-8"), meta)


def _documents(root: Path, *, split: str) -> Iterator[Document]:
    rows = _metadata(root / "metadata.tsv")
    skipped = 0
    for path in sorted((root / split / "attributions").glob("*.ann")):
        article, _, annotator = path.stem.rpartition("_")
        text_path = root / split / "text" / f"{article}.txt"
        require_paths([text_path], corpus=CORPUS)
        text = text_path.read_bytes().decode("utf-8")
        attributions, without_content = _attributions(path, length=len(text))
        skipped += without_content
        meta = _meta(rows.get(article, {}), article=article)
        meta = replace(meta, more={**meta.more, "annotator": annotator})
        yield Document(f"{article}@{annotator}", text, meta, attributions=attributions)
    _log.debug("polnear %s: %d attributions without content left out", split, skipped)


def _metadata(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["filename"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def _meta(row: Mapping[str, str], *, article: str) -> Meta:
    def known(name: str) -> str | None:
        value = row.get(name)
        return None if value in (None, "", "None") else value

    publisher = known("publisher") or article.split("_")[0]
    return Meta(
        title=known("title"),
        outlet=OUTLETS.get(publisher, publisher),
        author=known("author"),
        date=known("publication_date"),
        more={"article": article},
    )


def _attributions(path: Path, *, length: int) -> tuple[tuple[Attribution, ...], int]:
    """Return the attributions of a file, and how many have no content; lines that go on with a quote are skipped."""
    parts: dict[str, tuple[Span, ...]] = {}
    events: list[dict[str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if found := _TEXT_BOUND.match(line):
            spans = tuple(Span(*map(int, part.split())) for part in found[3].split(";"))
            if not all(0 <= span.start < span.end <= length for span in spans):
                place, wish = f"{path}, line {number}", f"offsets from 0 to {length}"
                raise DataError(broken(place, f"the span {found[3]}", wish=wish, corpus=CORPUS))
            parts[found[1]] = spans
        elif found := _EVENT.match(line):
            events.append(dict(reference.split(":", 1) for reference in found[3].split() if ":" in reference))
    attributions = []
    for event in events:
        content = [span for role in ("Content", "Content2") for span in parts.get(event.get(role, ""), ())]
        if content:
            source, cue = (_single(parts.get(event.get(role, ""), ())) for role in ("Source", "Cue"))
            attributions.append(Attribution(tuple(sorted(content)), source=source, cue=cue))
    attributions.sort(key=lambda attribution: attribution.content)
    return tuple(attributions), len(events) - len(attributions)


def _single(spans: tuple[Span, ...]) -> Span | None:
    """Return one span for all the parts: their hull if they stand close together, otherwise the longest."""
    if not spans:
        return None
    spans = tuple(sorted(spans))
    if all(after.start - before.end <= NEAR_GAP for before, after in pairwise(spans)):
        return Span(spans[0].start, spans[-1].end)
    return max(spans, key=lambda span: span.end - span.start)

"""Webis-Editorials: op-eds of Al Jazeera, Fox News and the Guardian, in argument units that tell the kind of evidence.

Al-Khatib et al. (COLING 2016), as republished with Syed et al. (COLING 2020); no terms stated.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stance.corpora.folders import GOLD, broken, require_paths, require_split
from stance.document import Arguments, Document, Meta, Span, Unit, VoiceSpan
from stance.errors import DataError
from stance.labels import UNIT_TYPES

CORPUS: Final = "webis-editorials-adu"

OUTLETS: Final[Mapping[str, str]] = {"aljazeera": "Al Jazeera", "foxnews": "Fox News", "guardian": "The Guardian"}

SPLITS: Final = (
    *("all", "train", "dev", "test"),
    *(f"train-without-{outlet}" for outlet in OUTLETS),
    *(f"only-{outlet}" for outlet in OUTLETS),
)

VOICE_OF_UNIT: Final[Mapping[str, str]] = {
    "anecdote": "fact",
    "statistics": "fact",
    "common-ground": "fact",
    "testimony": "attributed",
    "assumption": "opinion",
}
"""Which voice a unit speaks in, by and large: coarser than our guidelines, which look inside a sentence."""

_CLOSING = ".,;:!?)]%’”"
_OPENING = "([{“‘"


def read(folder: Path, *, split: str, gold_splits: Path = GOLD / "splits.json") -> Iterator[Document]:
    """Give the op-eds with two layers: argument units, and a voice that leaves unlabelled what no unit covers.

    The text is put together from the segments: with a space between two of them unless the second begins with closing
    punctuation or the first ends with an opening one, and a blank line between paragraphs. Units in parts (a clause
    cut by an inset) are not marked in this release, so that each part is a unit. Titles and `no-unit` segments are no
    units.

    A tenth of each outlet's op-eds are `dev`, a tenth `test`, the rest `train`; first come those that stand in `dev`
    and `test` of the hand-annotated gold (`gold_splits`), so that a model that learns from both never sees them, then
    the lowest sha256 of ids.

    To see how a model does on an outlet that it has not learned from, `train-without-OUTLET` is what `train` has of the
    other two, and `only-OUTLET` is `train` and `test` of the one. Its part of `dev` is in neither: a run is judged by it.

    Args:
        folder: the data root, with `webis-editorials-adu/data-source` below it.
        split: one of `SPLITS`.
        gold_splits: JSON of the gold's splits, `{"test": [id, ...], "dev": [...], ...}`.

    Raises:
        DataError: no such split or file, or a label that the corpus does not have.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    root = folder / CORPUS / "data-source"
    require_paths([root / outlet for outlet in OUTLETS], corpus=CORPUS)
    paths = {
        f"{path.parent.name}-{path.stem}": path for outlet in OUTLETS for path in sorted((root / outlet).glob("*.json"))
    }
    if split == "all":
        return (read_file(path) for path in paths.values())
    require_paths([gold_splits], corpus=CORPUS)
    gold = json.loads(gold_splits.read_text(encoding="utf-8"))
    splits = divide(paths, dev=gold["dev"], test=gold["test"])
    ids = splits.get(split, [])
    if split.startswith("train-without-"):
        outlet = split.removeprefix("train-without-")
        ids = [id for id in splits["train"] if not id.startswith(f"{outlet}-")]
    elif split.startswith("only-"):
        outlet = split.removeprefix("only-")
        ids = [id for id in sorted(splits["train"] + splits["test"]) if id.startswith(f"{outlet}-")]
    return (read_file(paths[id]) for id in ids)


def divide(ids: Iterable[str], *, dev: Iterable[str], test: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of `train`, `dev` and `test`, sorted; ids are `OUTLET-NAME`, each outlet is divided for itself.

    >>> divide([f"fox-{number}" for number in range(10)], dev=["fox-3"], test=["fox-4"])["dev"]
    ['fox-3']
    """
    outlets = defaultdict(list)
    for id in ids:
        outlets[id.partition("-")[0]].append(id)
    places = dict.fromkeys(dev, "dev") | dict.fromkeys(test, "test")
    splits: dict[str, list[str]] = {"train": [], "dev": [], "test": []}
    for members in outlets.values():
        share = round(len(members) / 10)
        chosen: dict[str, list[str]] = {"dev": [], "test": []}
        free = []
        for id in sorted(members, key=lambda id: hashlib.sha256(id.encode()).hexdigest()):
            chosen[places[id]].append(id) if id in places else free.append(id)
        for name in ("dev", "test"):
            more = max(0, share - len(chosen[name]))
            splits[name] += chosen[name] + free[:more]
            free = free[more:]
        splits["train"] += free
    return {name: sorted(members) for name, members in splits.items()}


def read_file(path: Path) -> Document:
    """Return the op-ed of one file, `OUTLET/NAME.json`.

    Raises:
        DataError: the file is no JSON of paragraphs of segments, or has an unknown label.
    """
    try:
        paragraphs: list[list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))["paragraphs"]
        text, segments = _rebuild(paragraphs)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        wish = "an object with `paragraphs` of segments with `text` and `label`"
        raise DataError(broken(str(path), f"{type(error).__name__}: {error}", wish=wish, corpus=CORPUS)) from None
    known = {*UNIT_TYPES, "title", "no-unit"}
    unknown = sorted({label for _, label in segments} - known)
    if unknown:
        wish = f"labels among {', '.join(sorted(known))}"
        raise DataError(broken(str(path), f"the label {', '.join(unknown)}", wish=wish, corpus=CORPUS))
    titles = [text[span.start : span.end] for span, label in segments if label == "title"]
    meta = Meta(title=titles[0] if titles else None, outlet=OUTLETS.get(path.parent.name, path.parent.name))
    return Document(
        f"{path.parent.name}-{path.stem}",
        text,
        meta,
        voice=tuple(VoiceSpan(*span, VOICE_OF_UNIT[label]) for span, label in segments if label in VOICE_OF_UNIT),
        arguments=Arguments(tuple(Unit(*span, label) for span, label in segments if label in UNIT_TYPES)),
    )


def _rebuild(paragraphs: Iterable[Iterable[Mapping[str, str]]]) -> tuple[str, list[tuple[Span, str]]]:
    """Return the text, and the place (without spaces at its borders) and label of every segment."""
    text = ""
    segments = []
    for paragraph in paragraphs:
        if text:
            text += "\n\n"
        begins = True
        for segment in paragraph:
            part = segment["text"]
            if not begins and part[:1] not in _CLOSING and text[-1:] not in _OPENING:
                text += " "
            begins = False
            start = len(text) + len(part) - len(part.lstrip())
            text += part
            segments.append((Span(start, start + len(part.strip())), segment["label"]))
    return text, segments

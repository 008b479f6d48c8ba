"""ChangeMyView modes: threads of a forum where people argue against a view, in claims and premises with relations.

Hidey et al. (ArgMining 2017), version 2.0 with relations (Chakrabarty et al., EMNLP 2019); no terms stated.
"""

from __future__ import annotations

import hashlib
import html
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Arguments, Document, Meta, Relation, Unit
from stance.errors import DataError

CORPUS: Final = "cmv-modes"

SPLITS: Final = ("all", "train", "dev", "test")

LABELS: Final = {"main_claim": "major-claim", "claim": "claim", "premise": "premise"}

RELATIONS: Final[Mapping[str, str]] = {
    "support": "support",
    "agreement": "support",
    "partial_agreement": "support",
    "rebuttal": "attack",
    "rebuttal_attack": "attack",
    "undercutter": "attack",
    "undercutter_attack": "attack",
    "partial_attack": "attack",
    "disagreement": "attack",
    "partial_disagreement": "attack",
    "attack": "attack",
}
"""What each of the corpus's relations is to us; `understand` (one edge) is neither and is left out."""

LEFT_OUT: Final = frozenset({"understand"})

FOLDERS: Final = ("negative", "positive")

_UNIT = re.compile(r"(T\d+)\t(\S+) (\d+) (\d+)\t(.*)")
_RELATION = re.compile(r"R\d+\t(\S+) Arg1:(T\d+) Arg2:(T\d+)\s*")

_log = logging.getLogger(__name__)


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give the exchanges of a split, each a thread's first post and one line of answers; id is `FOLDER-NUMBER`.

    The files' text has a blank before a full stop, and a new line, nearly wherever a unit ends and hardly anywhere
    else: a model would learn to find units by that. Such blanks are taken out, lines of a paragraph are joined with a
    space, and HTML references are resolved; paragraphs are kept apart by a blank line. Offsets that have drifted are
    mended by the unit's own words: the place of these nearest to the offset.

    An undercutter attacks a unit here, as the files have it. Relations of a unit to itself (three) are left out.

    Several exchanges (up to seven) begin with the same post, so that splits are by thread: of the 37 threads a tenth is `dev` and a
    tenth `test`, those with the lowest sha256 of their title.

    Args:
        folder: the data root, with `cmv-modes/v2.0` below it.
        split: one of `SPLITS`.

    Raises:
        DataError: no such split or file, or a line that breaks the format.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    root = folder / CORPUS / "v2.0"
    require_paths([root / name for name in FOLDERS], corpus=CORPUS)
    documents = [
        read_file(path) for name in FOLDERS for path in sorted((root / name).glob("*.ann"), key=lambda path: path.name)
    ]
    if split == "all":
        return iter(documents)
    threads = divide(document.meta.title or "" for document in documents)
    return (document for document in documents if document.meta.title in threads[split])


def divide(titles: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the titles of the threads of `train`, `dev` and `test`.

    >>> {split: len(titles) for split, titles in divide(f"CMV: {number}" for number in range(20)).items()}
    {'dev': 2, 'test': 2, 'train': 16}
    """
    ordered = sorted(set(titles), key=lambda title: hashlib.sha256(title.encode()).hexdigest())
    share = round(len(ordered) / 10)
    return {
        "dev": frozenset(ordered[:share]),
        "test": frozenset(ordered[share : 2 * share]),
        "train": frozenset(ordered[2 * share :]),
    }


def read_file(path: Path) -> Document:
    """Return the exchange of one annotation file, `FOLDER/NUMBER.ann` with its `.txt` beside it.

    Raises:
        DataError: there is no text, or a line of the annotation breaks the format or does not fit the text.
    """
    require_paths([path.with_suffix(".txt")], corpus=CORPUS)
    raw = path.with_suffix(".txt").read_bytes().decode("utf-8")
    text, places = tidy(raw)
    spans: dict[str, Unit] = {}
    edges: list[tuple[str, str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        place = f"{path}, line {number}"
        if line.startswith("T"):
            name, unit = _unit(line, raw, place=place)
            start, end = places[unit.start], places[unit.end]
            spans[name] = Unit(start, end - (len(text[start:end]) - len(text[start:end].rstrip())), unit.label)
        elif line.startswith("R"):
            edges.append(_edge(line, place=place))
    order = sorted(spans, key=lambda name: (spans[name].start, spans[name].end))
    numbers = {name: number for number, name in enumerate(order)}
    if missing := sorted({name for _, *ends in edges for name in ends} - numbers.keys()):
        wish = "relations between units of the file"
        raise DataError(broken(str(path), f"there is no unit {', '.join(missing)}", wish=wish, corpus=CORPUS))
    kept = [edge for edge in edges if edge[0] not in LEFT_OUT and edge[1] != edge[2]]
    if len(kept) < len(edges):
        _log.debug("%s: %d relations left out", path, len(edges) - len(kept))
    relations = dict.fromkeys(
        Relation(numbers[source], numbers[target], RELATIONS[label]) for label, source, target in kept
    )
    title = tidy(raw.strip().partition("\n")[0])[0]
    units = tuple(spans[name] for name in order)
    return Document(
        f"{path.parent.name}-{path.stem}", text, Meta(title=title), arguments=Arguments(units, tuple(relations))
    )


def _unit(line: str, raw: str, *, place: str) -> tuple[str, Unit]:
    """Return a unit's name, and its place in the raw text by its own words."""
    found = _UNIT.fullmatch(line)
    words = found[5].strip() if found else ""
    if found is None or found[2] not in LABELS or words not in raw or not words:
        wish = f"NAME, one of {', '.join(LABELS)} with its offsets, and words of the text"
        raise DataError(broken(place, repr(line), wish=wish, corpus=CORPUS))
    near = int(found[3])
    start = min((match.start() for match in re.finditer(re.escape(words), raw)), key=lambda at: abs(at - near))
    return found[1], Unit(start, start + len(words), LABELS[found[2]])


def _edge(line: str, *, place: str) -> tuple[str, str, str]:
    found = _RELATION.fullmatch(line)
    if found is None or found[1] not in RELATIONS.keys() | LEFT_OUT:
        wish = f"one of {', '.join(RELATIONS)} with Arg1 and Arg2"
        raise DataError(broken(place, repr(line), wish=wish, corpus=CORPUS))
    return found[1], found[2], found[3]


_UNTIDY = re.compile(
    r"(?P<edge>\A\s+|\s+\Z)"
    r"|(?P<paragraph>[ \t]*\n\s*\n\s*)"
    r"|(?P<nothing>\s+(?=[.,;:!?)\]](?:\s|[\"'”’)\]*]|\Z))|(?<=[(\[])\s+)"
    r"|(?P<blank>\s+)"
    r"|(?P<reference>&(?:#\d+|\w+);)"
)


def tidy(raw: str) -> tuple[str, list[int]]:
    """Return the text without blanks at unit borders, and for each of `len(raw) + 1` old offsets the new one.

    >>> tidy("So ( I think ) it is .\\nTrue &amp; fine\\n \\n\\nYes .\\n")[0]
    'So (I think) it is. True & fine\\n\\nYes.'
    """
    parts: list[str] = []
    places: list[int] = []
    length = position = 0
    for found in _UNTIDY.finditer(raw):
        kept = raw[position : found.start()]
        places += range(length, length + len(kept))
        made = {"paragraph": "\n\n", "blank": " ", "reference": html.unescape(found[0])}.get(found.lastgroup or "", "")
        parts += [kept, made]
        length += len(kept)
        # a border that falls inside goes to the end of what is made, but for the very first
        places += [length, *[length + len(made)] * (len(found[0]) - 1)]
        length += len(made)
        position = found.end()
    kept = raw[position:]
    places += range(length, length + len(kept) + 1)
    return "".join([*parts, kept]), places

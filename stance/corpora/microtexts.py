"""Argumentative microtexts, parts 1 and 2: short texts on a question, each segment's part in the argument annotated.

Peldszus and Stede (ECA 2015) and Skeppstedt, Peldszus and Stede (ArgMining 2018); CC BY-NC-SA 4.0: nothing is trained on
them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Arguments, Document, Meta, Relation, Span, Unit
from stance.errors import DataError

CORPUS: Final = "arg-microtexts"
SECOND_PART: Final = "arg-microtexts-part2"

SPLITS: Final = ("test",)

FOLDERS: Final[Mapping[str, tuple[str, str]]] = {"1": (CORPUS, "corpus/en"), "2": (SECOND_PART, "corpus")}
"""The corpus, as it is fetched, and the folder in it, by part."""

RELATIONS: Final[Mapping[str, str]] = {"sup": "support", "exa": "support", "reb": "attack", "und": "attack"}

IMPLICIT: Final = "implicit_claim"
"""The key of `meta.more` with a central claim that the writer never wrote."""


class _Edge(NamedTuple):
    """An edge of the graph: `type` as in the corpus, `target` a node's or an edge's name."""

    type: str
    source: str
    target: str


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give all 283 texts of both parts, 112 and 171; `meta.more` holds `part`, `topic` and `stance` (pro or con).

    - The one unit that supports and attacks nothing is the central claim, `major-claim`; every other unit is a
      `premise`, the proponent's and the opponent's alike: which of them speaks shows in support and attack.
    - A support by example is support. A premise that joins another (`add`) supports or attacks what that one does. An
      undercutter attacks an inference: here, the unit that the inference starts from.
    - A unit of several segments (27) is one where they follow each other. Where it is said twice, each is a unit; the
      relations are those of the first.
    - In 34 texts of part 2 annotators have added the central claim that is never written. It is not in the text
      here, no unit, and no relation goes to it; `meta.more["implicit_claim"]` holds it.

    Args:
        folder: the data root, with `arg-microtexts` and `arg-microtexts-part2` below it.
        split: one of `SPLITS`.

    Raises:
        DataError: no such split or file, or a graph that breaks the format or does not fit the text.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    for corpus, place in FOLDERS.values():
        require_paths([folder / corpus / place], corpus=corpus)
    return (
        read_file(path, part=part)
        for part, (corpus, place) in FOLDERS.items()
        for path in sorted((folder / corpus / place).glob("*.xml"))
    )


def read_file(path: Path, *, part: str) -> Document:
    """Return the text of one graph, `NAME.xml`.

    Raises:
        DataError: the graph breaks the format.
    """
    try:
        graph = ElementTree.parse(path).getroot()
        return _document(graph, part=part)
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        wish = "a graph of edu, adu and edge with one central claim"
        corpus = FOLDERS[part][0]
        raise DataError(broken(str(path), f"{type(error).__name__}: {error}", wish=wish, corpus=corpus)) from None


def _document(graph: ElementTree.Element, *, part: str) -> Document:
    segments = {edu.attrib["id"]: (edu.text or "").strip() for edu in graph.iter("edu")}
    implicit = {edu.attrib["id"] for edu in graph.iter("edu") if edu.get("implicit") == "true"}
    text = " ".join(words for name, words in segments.items() if name not in implicit)
    places = _places(segments, implicit=implicit)
    edges = {
        edge.attrib["id"]: _Edge(edge.attrib["type"], edge.attrib["src"], edge.attrib["trg"])
        for edge in graph.iter("edge")
    }
    grounds: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges.values():
        if edge.type == "seg":
            grounds[edge.target].append(edge.source)
    arguing = [edge for edge in edges.values() if edge.type != "seg"]
    central = {adu.attrib["id"] for adu in graph.iter("adu")} - {edge.source for edge in arguing}
    (claim,) = central
    units: list[tuple[Unit, str]] = []
    for adu in graph.iter("adu"):
        name = adu.attrib["id"]
        label = "major-claim" if name == claim else "premise"
        spans = [places[ground] for ground in sorted(grounds[name], key=list(segments).index) if ground in places]
        units += [(Unit(*span, label), name) for span in _stretches(spans)]
    units.sort(key=lambda unit: (unit[0].start, unit[0].end))
    numbers: dict[str, int] = {}
    for number, (_, name) in enumerate(units):
        numbers.setdefault(name, number)
    relations = []
    for edge in arguing:
        target, label = _resolve(edge, edges)
        if edge.source in numbers and target in numbers:
            relations.append(Relation(numbers[edge.source], numbers[target], label))
    relations.sort(key=lambda edge: (edge.source, edge.target))
    more = {"part": part, "topic": graph.get("topic_id"), "stance": graph.get("stance")}
    more[IMPLICIT] = " ".join(segments[name] for name in segments if name in implicit) or None
    return Document(
        graph.attrib["id"],
        text,
        Meta(more={name: value for name, value in more.items() if value is not None}),
        arguments=Arguments(tuple(unit for unit, _ in units), tuple(relations)),
    )


def _places(segments: Mapping[str, str], *, implicit: set[str]) -> dict[str, Span]:
    """Return where each written segment stands, when they are joined with a space."""
    places = {}
    start = 0
    for name, words in segments.items():
        if name not in implicit:
            places[name] = Span(start, start + len(words))
            start += len(words) + 1
    return places


def _stretches(spans: Sequence[Span]) -> list[Span]:
    """Return the spans with those joined that follow each other, a space between them."""
    if not spans:
        return []
    stretches = [spans[0]]
    for before, after in pairwise(spans):
        if after.start == before.end + 1:
            stretches[-1] = Span(stretches[-1].start, after.end)
        else:
            stretches.append(after)
    return stretches


def _resolve(edge: _Edge, edges: Mapping[str, _Edge]) -> tuple[str, str]:
    """Return the unit that an edge goes to, and the label: edges to edges are traced to a unit."""
    if edge.type == "add":
        return _resolve(edges[edge.target], edges)
    target = edges[edge.target].source if edge.target in edges else edge.target
    return target, RELATIONS[edge.type]

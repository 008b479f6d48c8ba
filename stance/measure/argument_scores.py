"""Counts that argument units and relations are scored by: spans of tokens that match, types, edges between units.

Two units match at 100 % if they hold the same tokens, at 50 % if what they share is more than half of the longer one
(Persing and Ng, NAACL 2016, as in the evaluation of Eger, Daxenberger and Gurevych, ACL 2017). Of units that do not overlap
each other, no two can match the same one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from stance.document import Arguments, Document, Relation, Unit
from stance.measure.formulas import Formula, Triples
from stance.measure.intervals import score_interval
from stance.measure.spans import Counts, Pair, best_pairs
from stance.measure.tables import Cell

Overlap = Literal["100 %", "50 %"]

_TOKEN = re.compile(r"\w+|[^\w\s]")
_PARAGRAPH = re.compile(r"\n\s*\n")


class Edge(NamedTuple):
    """A relation of the unit at place `source` to that at `target` (None: to the whole text), and what kind it is."""

    source: int
    target: int | None
    kind: tuple[str, str]


def layer(document: Document) -> Arguments:
    """Return the argument layer, an empty one where there is none."""
    return document.arguments or Arguments()


def paragraph_places(document: Document) -> list[int]:
    """Return the number of the paragraph that each unit begins in; a blank line ends one."""
    breaks = [found.start() for found in _PARAGRAPH.finditer(document.text)]
    return [bisect_right(breaks, unit.start) for unit in layer(document).units]


def matched_units(gold: Document, predicted: Document, *, overlap: Overlap) -> list[Pair]:
    """Return the places (gold, predicted) of the units that match, whatever their labels, sorted.

    A token is a word or a punctuation mark; it belongs to a unit that has a character of it.

    Raises:
        ValueError: the documents are not of one text.

    >>> text = "Gates are ugly, so they must go."
    >>> one, other = (Document("", text, arguments=Arguments((Unit(0, end, "claim"),))) for end in (14, 22))
    >>> matched_units(one, other, overlap="50 %"), matched_units(one, other, overlap="100 %")
    ([], [])
    >>> matched_units(one, one, overlap="100 %")
    [(0, 0)]
    """
    if gold.text != predicted.text:
        raise ValueError(f"documents of different texts, {gold.id} and {predicted.id}")
    found = list(_TOKEN.finditer(gold.text))
    starts, ends = [token.start() for token in found], [token.end() for token in found]

    def tokens(unit: Unit) -> tuple[int, int]:
        return bisect_right(ends, unit.start), bisect_left(starts, unit.end)

    ranges = [tokens(unit) for unit in layer(gold).units]
    weights: dict[Pair, float] = {}
    for number, unit in enumerate(layer(predicted).units):
        first, end = tokens(unit)
        for place, (gold_first, gold_end) in enumerate(ranges):
            shared = min(end, gold_end) - max(first, gold_first)
            share = shared / max(end - first, gold_end - gold_first, 1)
            if share == 1 or (overlap == "50 %" and share > 0.5):
                weights[place, number] = share
    return best_pairs(weights)


def component_counts(
    gold: Document, predicted: Document, *, overlap: Overlap, labels: Sequence[str]
) -> dict[str, Counts]:
    """Return for each label how many units match and have it on both sides (C-F1 is their F1, pooled)."""
    sides = [[unit.label for unit in layer(document).units] for document in (gold, predicted)]
    pairs = matched_units(gold, predicted, overlap=overlap)
    right = Counter(sides[0][place] for place, other in pairs if sides[0][place] == sides[1][other])
    return {label: Counts(right[label], sides[0].count(label), sides[1].count(label)) for label in labels}


def span_counts(gold: Document, predicted: Document, *, overlap: Overlap) -> Counts:
    """Return how many units match, whatever their labels."""
    pairs = matched_units(gold, predicted, overlap=overlap)
    return Counts(len(pairs), len(layer(gold).units), len(layer(predicted).units))


def type_counts(pairs: Iterable[tuple[str, str]], *, labels: Sequence[str]) -> dict[str, Counts]:
    """Return for each label how many of the pairs (gold, predicted) have it on both sides, on gold's, on the other.

    >>> type_counts([("a", "a"), ("a", "b")], labels=["a", "b"])["b"]
    Counts(true_positive=0, gold=0, predicted=1)
    """
    counted = Counter(pairs)
    return {
        label: Counts(
            counted[label, label],
            sum(count for (one, _), count in counted.items() if one == label),
            sum(count for (_, other), count in counted.items() if other == label),
        )
        for label in labels
    }


def matched_types(gold: Document, predicted: Document, *, overlap: Overlap) -> list[tuple[str, str]]:
    """Return the labels (gold, predicted) of the units that match."""
    units, others = layer(gold).units, layer(predicted).units
    return [
        (units[place].label, others[other].label) for place, other in matched_units(gold, predicted, overlap=overlap)
    ]


def linked_edges(document: Document, *, sources: Sequence[str] | None = None) -> list[Edge]:
    """Return the relations as edges, those alone whose source has one of the labels, if they are given."""
    units = layer(document).units
    return [
        Edge(edge.source, edge.target, ("", edge.label))
        for edge in layer(document).relations
        if sources is None or units[edge.source].label in sources
    ]


def essay_edges(document: Document) -> list[Edge]:
    """Return one edge a component, and all those of premises, within paragraphs, as Eger et al. (2017) evaluate them.

    A premise has its relations. A claim is for or against (by its first relation, for where it has none) the last
    major claim of its paragraph, or the whole text where its paragraph has none. A major claim stands for the text.
    Whoever finds a major claim has therefore found an edge; see `linked_edges` for those between units alone. The published
    program counts the same, but where an essay was given no major claim: claims have no relation then that could be against.
    """
    units, relations = layer(document).units, layer(document).relations
    places = paragraph_places(document)
    major = {places[number]: number for number, unit in enumerate(units) if unit.label == "major-claim"}
    edges = []
    for number, unit in enumerate(units):
        own: list[Relation] = [edge for edge in relations if edge.source == number]
        if unit.label == "premise":
            edges += [Edge(number, edge.target, ("premise", edge.label)) for edge in own]
        elif unit.label == "claim":
            stance = own[0].label if own else "support"
            edges.append(Edge(number, major.get(places[number]), ("claim", stance)))
        else:
            edges.append(Edge(number, None, (unit.label, "")))
    return edges


def edge_counts(gold: Sequence[Edge], predicted: Sequence[Edge], *, pairs: Sequence[Pair]) -> Counts:
    """Return how many edges match: both ends do, by `pairs` of units (gold, predicted), and the kind is the same.

    >>> one = Edge(0, 1, ("", "support"))
    >>> edge_counts([one], [Edge(2, 1, ("", "support"))], pairs=[(0, 2), (1, 1)])
    Counts(true_positive=1, gold=1, predicted=1)
    """
    to_gold: dict[int | None, int | None] = {other: place for place, other in pairs}
    to_gold[None] = None
    renamed = {
        (to_gold[edge.source], to_gold[edge.target], edge.kind)
        for edge in predicted
        if edge.source in to_gold and edge.target in to_gold
    }
    return Counts(len(renamed & {tuple(edge) for edge in gold}), len(gold), len(predicted))


def score_row(name: str, system: str, *, counts: Sequence[Mapping[str, Counts]], formula: Formula) -> list[Cell]:
    """Return the row of a score: its name, the system, the value, bounds at 95 %, and how many items gold has.

    Args:
        counts: of each document, by label, the same labels for all; bounds come of drawing whole documents.
    """
    triples: Triples = np.array(
        [[(one.true_positive, one.gold, one.predicted) for one in labels.values()] for labels in counts], dtype=float
    )  # (documents, K, 3)
    bounds = score_interval(triples, formula)
    low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
    total = triples.sum(axis=0)
    return [name, system, float(formula(total)), low, high, round(float(total[:, 1].sum()))]


COLUMNS = ("score", "system", "value", "low", "high", "gold")
"""The columns of a table of `score_row`."""

BOUNDS = "Low and high: bounds at 95 %, by drawing whole documents."

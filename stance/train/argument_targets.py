"""Argument units and relations as targets: which tokens a unit has, and which unit of its window it supports or attacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from stance.document import Arguments, Document
from stance.labels import IGNORED, RELATION_LABELS, UNIT_SCHEMES
from stance.model.encoding import EncodedText
from stance.model.heads import RELATION_SCHEMES
from stance.predict.relations import paragraphs
from stance.text.windows import Window

NO_PARENT = -1


@dataclass(frozen=True, slots=True)
class RelatedUnit:
    """A unit of a document as tokens [first, end), with the paragraph and the scheme that it is of, a place in `RELATION_SCHEMES`.

    `parent` is its parent's place among the units, or `NO_PARENT`; `label` the relation's in `RELATION_LABELS`, or `IGNORED`.
    """

    first: int
    end: int
    paragraph: int
    scheme: int
    parent: int
    label: int


def unit_tokens(
    document: Document, encoded: EncodedText, *, scheme: str, lost: Counter[str]
) -> list[tuple[int, int, int]]:
    """Return (first token, end token, type id) of every unit, in order; units of other types than the scheme's are lost."""
    types, found = UNIT_SCHEMES[scheme], []
    for unit in (document.arguments or Arguments()).units:
        if unit.label in types:
            found.append((*encoded.tokens(unit.start, unit.end), types.index(unit.label)))
        else:
            lost[f"unit-{scheme}: of an unknown type"] += 1
    return sorted(found)


def related_units(document: Document, encoded: EncodedText, *, scheme: str, lost: Counter[str]) -> list[RelatedUnit]:
    """Return the units of a document in order, with the parent of each: of several, the nearest."""
    arguments = document.arguments or Arguments()
    tokens = [encoded.tokens(unit.start, unit.end) for unit in arguments.units]
    order = [
        place for place in sorted(range(len(tokens)), key=tokens.__getitem__) if tokens[place][0] < tokens[place][1]
    ]
    rank = {place: at for at, place in enumerate(order)}
    parents: dict[int, list[tuple[int, int]]] = {}
    for edge in arguments.relations:
        if edge.source not in rank or edge.target not in rank or edge.source == edge.target:
            lost["relation: from or to no other unit"] += 1
        elif edge.label not in RELATION_LABELS:
            lost["relation: of an unknown label"] += 1
        else:
            parents.setdefault(edge.source, []).append((edge.target, RELATION_LABELS.index(edge.label)))
    within = paragraphs(document.text, [arguments.units[place].start for place in order])
    found = []
    for place, paragraph in zip(order, within, strict=True):
        choices = sorted(parents.get(place, ()), key=lambda choice: abs(rank[choice[0]] - rank[place]))
        lost["relation: a unit has several parents"] += max(0, len(choices) - 1)
        parent, label = (rank[choices[0][0]], choices[0][1]) if choices else (NO_PARENT, IGNORED)
        found.append(RelatedUnit(*tokens[place], paragraph, RELATION_SCHEMES.index(scheme), parent, label))
    return found


def window_units(units: Sequence[RelatedUnit], window: Window, *, lost: Counter[str]) -> dict[str, list[list[int]]]:
    """Return the units that a window sees whole, as `unit_places` and `unit_targets` of an example.

    Places are (scheme, start, end, paragraph), with tokens counted in the window; targets (parent, label), the parent as its
    place among the units seen plus one, 0 for none. Units that another window owns, and units whose parent is out of sight,
    have no target (`IGNORED`): they are there for others to point to.
    """
    seen = [place for place, unit in enumerate(units) if window.first <= unit.first and unit.end <= window.end]
    rank = {place: at for at, place in enumerate(seen)}
    shift = 1 - window.first
    places, targets = [], []
    for place in seen:
        unit = units[place]
        places.append([unit.scheme, unit.first + shift, unit.end + shift, unit.paragraph])
        own = window.own_first <= unit.first < window.own_end
        if own and unit.parent == NO_PARENT:
            targets.append([0, IGNORED])
        elif own and unit.parent in rank:
            targets.append([rank[unit.parent] + 1, unit.label])
        else:
            lost["relation: the window of a unit does not reach its parent"] += own
            targets.append([IGNORED, IGNORED])
    cut = sum(window.own_first <= unit.first < window.own_end and unit.end > window.end for unit in units)
    lost["relation: a unit is longer than its window"] += cut
    return {"unit_places": places, "unit_targets": targets}


def collated_units(examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    """Return `unit_places` and `unit_targets` of a batch; parents are counted over all its units instead of a window's."""
    places: list[list[int]] = []
    targets: list[list[int]] = []
    for row, example in enumerate(examples):
        before = len(places)
        places += [[row, *place] for place in example["unit_places"]]
        targets += [[parent + before if parent > 0 else parent, label] for parent, label in example["unit_targets"]]
    if not places:
        return {}
    return {"unit_places": torch.tensor(places), "unit_targets": torch.tensor(targets)}

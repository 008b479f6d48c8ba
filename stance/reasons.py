"""Stance and argument joined: the unit that says what the author is for or against, and the units that support or attack it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from stance.document import Document, Relation, Stance, Unit


@dataclass(frozen=True, slots=True)
class Reason:
    """One unit that bears on a claim, directly or through others.

    `unit` and `target` are places in the document's units: `unit` supports or attacks (`label`) `target`, `depth` relations
    away from the claim (1: the claim itself is the target). `side` is what it does to the claim in the end, `support` or
    `attack`: what attacks an objection speaks for the claim, what supports an objection against it.
    """

    unit: int
    target: int
    label: str
    depth: int
    side: str


@dataclass(frozen=True, slots=True)
class StanceArgument:
    """A stance of the author's with its argument: places in `Document.stances` and in the document's units.

    `unit` is None where the evidence stands in no unit; `reasons` are then empty. Each reason stands directly behind its
    target or behind other reasons for that target, so that indented by `depth` they read as a tree.
    """

    stance: int
    unit: int | None
    reasons: tuple[Reason, ...] = ()

    @property
    def supports(self) -> tuple[Reason, ...]:
        """What speaks for the claim in the end."""
        return tuple(reason for reason in self.reasons if reason.side == "support")

    @property
    def attacks(self) -> tuple[Reason, ...]:
        """What speaks against the claim in the end."""
        return tuple(reason for reason in self.reasons if reason.side == "attack")


def stance_arguments(document: Document) -> tuple[StanceArgument, ...]:
    """Return the author's stances, each with the unit that expresses it and the reasons for and against that unit.

    Relations of other labels than `support` and `attack` are not followed. A unit is reached once, by the fewest relations
    (a support before an attack, then the first in the text), so that circles end. Without an argument layer no stance has a
    unit.

    >>> from stance.document import Arguments
    >>> text = "The Taliban betray us. They broke the truce."
    >>> arguments = Arguments((Unit(0, 22, "claim"), Unit(23, 44, "testimony")), (Relation(1, 0, "support"),))
    >>> document = Document("a", text, stances=(Stance("author", "t", "against", 12, 21),), arguments=arguments)
    >>> stance_arguments(document)[0].supports
    (Reason(unit=1, target=0, label='support', depth=1, side='support'),)
    """
    if document.arguments is None:
        return tuple(
            StanceArgument(place, None)
            for place, stance in enumerate(document.stances or ())
            if stance.holder == "author"
        )
    units, relations = document.arguments.units, document.arguments.relations
    incoming = _incoming(units, relations)
    found = []
    for place, unit in enumerate(stance_units(document)):
        if (document.stances or ())[place].holder == "author":
            found.append(StanceArgument(place, unit, () if unit is None else _reasons(unit, incoming)))
    return tuple(found)


def stance_units(document: Document) -> tuple[int | None, ...]:
    """Return for each stance, whoever holds it, the place of the unit that expresses it: that shares most with its evidence.

    Of units that share as much (all those that contain the evidence) it is the shortest, then the first; None where the
    evidence stands in no unit, or the document has no units.

    >>> from stance.document import Arguments
    >>> units = (Unit(0, 9, "claim"), Unit(0, 5, "claim"), Unit(10, 20, "premise"))
    >>> spans = [(2, 4), (4, 12), (9, 10), (11, 12)]
    >>> stances = tuple(Stance("author", "a", "favor", *span) for span in spans)
    >>> stance_units(Document("a", "x" * 20, stances=stances, arguments=Arguments(units)))
    (1, 0, None, 2)
    """
    units = document.arguments.units if document.arguments is not None else ()
    order = sorted(range(len(units)), key=lambda place: units[place].start)
    starts = [units[place].start for place in order]
    reach = list(accumulate((units[place].end for place in order), max))  # how far the units up to here go
    found: list[int | None] = []
    for stance in document.stances or ():
        near: list[int] = []
        at = bisect_left(starts, stance.end)
        while at and reach[at - 1] > stance.start:
            at -= 1
            near.append(order[at])
        touching = [place for place in near if _shared(units[place], stance) > 0]
        found.append(min(touching, key=_worth(units, stance), default=None))
    return tuple(found)


def kind_words(label: str) -> str:
    """Return a unit's label as words.

    >>> kind_words("common-ground")
    'common ground'
    """
    return " ".join(label.replace("-", " ").split())


def _shared(unit: Unit, stance: Stance) -> int:
    return min(unit.end, stance.end) - max(unit.start, stance.start)


def _worth(units: Sequence[Unit], stance: Stance) -> Callable[[int], tuple[int, int, int]]:
    return lambda place: (-_shared(units[place], stance), units[place].end - units[place].start, place)


def _incoming(units: Sequence[Unit], relations: Sequence[Relation]) -> Mapping[int, list[Relation]]:
    """Return the relations to each unit: supports first, then in the order of the text."""
    incoming: dict[int, list[Relation]] = {}
    for relation in relations:
        if relation.label in ("support", "attack"):
            incoming.setdefault(relation.target, []).append(relation)
    for into in incoming.values():
        into.sort(key=lambda relation: (relation.label != "support", units[relation.source].start, relation.source))
    return incoming


def _reasons(claim: int, incoming: Mapping[int, Sequence[Relation]]) -> tuple[Reason, ...]:
    """Return what bears on a claim: found by breadth, so that each comes by its shortest way, told as a tree."""
    behind: dict[int, list[Reason]] = {}
    seen = {claim}
    level = [Reason(claim, claim, "support", 0, "support")]
    while level:
        deeper = []
        for reason in level:
            for relation in incoming.get(reason.unit, ()):
                if relation.source not in seen:
                    seen.add(relation.source)
                    side = "support" if (relation.label == "support") == (reason.side == "support") else "attack"
                    deeper.append(Reason(relation.source, reason.unit, relation.label, reason.depth + 1, side))
                    behind.setdefault(reason.unit, []).append(deeper[-1])
        level = deeper
    told: list[Reason] = []
    waiting = behind.get(claim, [])[::-1]
    while waiting:  # no recursion: a chain may be as long as the text
        told.append(waiting.pop())
        waiting += behind.get(told[-1].unit, [])[::-1]
    return tuple(told)

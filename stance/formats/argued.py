"""What the formats of argumentation ask of a document: its units, the relations that they have a word for, whom units are about."""

from __future__ import annotations

import logging
from typing import Final

from stance.document import Arguments, Document, Relation
from stance.errors import OutputError, Problem
from stance.reasons import stance_units

UNARGUED: Final = (
    "name a model that does with `--model` (`stance train configs/small.yaml` makes one), or another format"
)
"""What helps where a model marks no argument units."""

_log = logging.getLogger(__name__)


def arguments_of(document: Document) -> tuple[Arguments, tuple[Relation, ...]]:
    """Return a document's argument layer and those of its relations that support or attack, each once.

    What is left out is logged as a warning.

    Raises:
        OutputError: there is no argument layer.
    """
    if document.arguments is None:
        value = "it has no argument units, since its model does not mark any"
        wish = "documents with the layer `arguments`"
        raise OutputError(Problem(f"document {document.id!r}", value, wish=wish, cure=UNARGUED))
    known: dict[tuple[int, int, str], Relation] = {}
    for relation in document.arguments.relations:
        if relation.label in ("support", "attack"):
            known.setdefault((relation.source, relation.target, relation.label), relation)
    other = sorted({relation.label for relation in document.arguments.relations} - {"support", "attack"})
    if other:
        _log.warning("%s: relations other than support and attack are left out: %s", document.id, ", ".join(other))
    return document.arguments, tuple(known.values())


def stances_by_unit(document: Document) -> dict[int, dict[str, list[str]]]:
    """Return by place of a unit whom the author is for and against there: label to names, each once, in order."""
    names = {actor.id: actor.name for actor in document.actors or ()}
    found: dict[int, dict[str, list[str]]] = {}
    for stance, unit in zip(document.stances or (), stance_units(document), strict=True):
        if unit is not None and stance.holder == "author" and stance.label in ("favor", "against"):
            named = found.setdefault(unit, {}).setdefault(stance.label, [])
            name = names.get(stance.actor, stance.actor)
            if name not in named:
                named.append(name)
    return found

"""What arguments look like to who has learned nothing: every sentence a unit, the first one of a paragraph its claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stance.document import Arguments, Document, Relation, Unit
from stance.measure.argument_scores import layer, paragraph_places
from stance.text.sentences import sentence_spans


def sentence_units(document: Document, *, label: str, marks: str) -> Document:
    """Return the document with every sentence after its title a unit, without the marks at its end that gold leaves out.

    >>> document = Document("", "Gates must go. Why not?")
    >>> [unit.end for unit in sentence_units(document, label="claim", marks=".").arguments.units]
    [13, 23]
    """
    text = document.text
    title = document.meta.title or ""
    title_end = len(title) if text.startswith(title) else 0
    spans = [(start, start + len(text[start:end].rstrip(marks))) for start, end in sentence_spans(text)]
    units = (Unit(start, end, label) for start, end in spans if title_end <= start < end)
    return replace(document, arguments=Arguments(tuple(units)))


def relabelled(document: Document, *, label: str) -> Document:
    """Return the document with all its units under one label, without relations."""
    units = (replace(unit, label=label, score=1.0) for unit in layer(document).units)
    return replace(document, arguments=Arguments(tuple(units)))


def first_claims(document: Document, *, places: Sequence[int] | None = None, label: str = "claim") -> Document:
    """Return the document with the first unit of each paragraph under `label`, and premises for the others, which support it.

    Args:
        places: the number of each unit's paragraph, if not by blank lines.
    """
    numbers = paragraph_places(document) if places is None else places
    first = {place: number for number, place in reversed(list(enumerate(numbers)))}
    claims = set(first.values())
    units = tuple(
        replace(unit, label=label if number in claims else "premise", score=1.0)
        for number, unit in enumerate(layer(document).units)
    )
    relations = tuple(
        Relation(number, first[place], "support") for number, place in enumerate(numbers) if number not in claims
    )
    return replace(document, arguments=Arguments(units, relations))

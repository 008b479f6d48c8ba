"""A document cut at every border of every layer, so that layers that overlap or nest can be drawn side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from stance.document import Document, Span
from stance.text.sentences import paragraph_spans


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch inside which no layer begins or ends.

    `paragraph` counts the paragraphs of the text, None between them; `voice` is a label of `labels.VOICES`, None where no
    voice was given. The other fields hold places in the document's layers: `contents`, `sources` and `cues` in
    `attributions`, `mentions` as (place in `actors`, place in that actor's `mentions`), `evidence` in `stances`, `units`
    in the units of `arguments`. What nests stands outermost first.
    """

    start: int
    end: int
    text: str
    paragraph: int | None = None
    voice: str | None = None
    contents: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    cues: tuple[int, ...] = ()
    mentions: tuple[tuple[int, int], ...] = ()
    evidence: tuple[int, ...] = ()
    units: tuple[int, ...] = ()


class _Mark(NamedTuple):
    """One span of one layer: its place in the layer, its place within that, and how many characters the whole has."""

    layer: str
    place: int
    part: int
    span: Span
    size: int


def segments(document: Document) -> tuple[Segment, ...]:
    """Return the text of a document in stretches that together are the text, each with all the layers that cover it.

    Spans without a character are passed over; where voices overlap, which the format does not foresee, the shorter one
    is taken. The work grows with the number of spans, not with its square.

    >>> from stance.document import Actor, Span, VoiceSpan
    >>> voice = (VoiceSpan(0, 10, "fact"), VoiceSpan(10, 21, "opinion"))
    >>> ann = Actor("a1", "Ann", "person", mentions=(Span(0, 3),))
    >>> document = Document("a", "Ann spoke, foolishly.", voice=voice, actors=(ann,))
    >>> [(segment.text, segment.voice, segment.mentions) for segment in segments(document)]
    [('Ann', 'fact', ((0, 0),)), (' spoke,', 'fact', ()), (' foolishly.', 'opinion', ())]
    """
    begins: defaultdict[int, list[_Mark]] = defaultdict(list)
    borders = {0, len(document.text)}
    for mark in _marks(document):
        if mark.span.start < mark.span.end:
            begins[mark.span.start].append(mark)
            borders |= set(mark.span)
    cut: list[Segment] = []
    covering: list[_Mark] = []
    for start, end in pairwise(sorted(borders)):
        covering = [mark for mark in covering if mark.span.end > start] + begins[start]
        cut.append(_segment(document, Span(start, end), marks=covering))
    return tuple(cut)


def _marks(document: Document) -> Iterator[_Mark]:
    for place, (start, end) in enumerate(paragraph_spans(document.text)):
        yield _whole("paragraph", place, Span(start, end))
    for place, tile in enumerate(document.voice or ()):
        yield _whole("voice", place, Span(tile.start, tile.end))
    for place, attribution in enumerate(document.attributions or ()):
        size = sum(span.end - span.start for span in attribution.content)
        for part, span in enumerate(attribution.content):
            yield _Mark("contents", place, part, span, size)
        if attribution.source is not None:
            yield _whole("sources", place, attribution.source)
        if attribution.cue is not None:
            yield _whole("cues", place, attribution.cue)
    for place, actor in enumerate(document.actors or ()):
        for part, span in enumerate(actor.mentions):
            yield _Mark("mentions", place, part, span, span.end - span.start)
    for place, stance in enumerate(document.stances or ()):
        yield _whole("evidence", place, Span(stance.start, stance.end))
    for place, unit in enumerate(document.arguments.units if document.arguments is not None else ()):
        yield _whole("units", place, Span(unit.start, unit.end))


def _whole(layer: str, place: int, span: Span) -> _Mark:
    return _Mark(layer, place, 0, span, span.end - span.start)


def _segment(document: Document, span: Span, *, marks: list[_Mark]) -> Segment:
    outermost_first = sorted(marks, key=lambda mark: -mark.size)
    layers: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for mark in outermost_first:
        layers[mark.layer].append((mark.place, mark.part))
    return Segment(
        span.start,
        span.end,
        document.text[span.start : span.end],
        paragraph=layers["paragraph"][0][0] if layers["paragraph"] else None,
        voice=(document.voice or ())[layers["voice"][-1][0]].label if layers["voice"] else None,
        contents=_places(layers["contents"]),
        sources=_places(layers["sources"]),
        cues=_places(layers["cues"]),
        mentions=tuple(layers["mentions"]),
        evidence=_places(layers["evidence"]),
        units=_places(layers["units"]),
    )


def _places(marks: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(place for place, _ in marks))

"""What is compared of a document: spans, opinion tuples, and which predicted actor is which of gold's."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stance.document import Actor, Arguments, Attribution, Document, Relation, Span, Stance, VoiceSpan
from stance.measure.spans import (
    Counts,
    LabelledSpan,
    best_pairs,
    character_labels,
    count_first,
    matched_pairs,
    shared_characters,
)

ASIDE_LABEL = "opinion"


class OpinionTuple(NamedTuple):
    """An opinion as far as it is compared: `actor` is gold's id, or `UNALIGNED` and a predicted one's that gold lacks.

    `sentence` is its place among the sentences, `holder` is `author` or `other`.
    """

    sentence: int
    actor: str
    holder: str
    label: str


UNALIGNED = "\0"


def voice_spans(voice: Sequence[VoiceSpan]) -> list[LabelledSpan]:
    """Return the voices as labelled spans."""
    return [LabelledSpan((Span(span.start, span.end),), span.label) for span in voice]


def asides(document: Document, *, sentences: Sequence[Span]) -> list[LabelledSpan]:
    """Return the author's asides: runs of opinion that are a part of a sentence whose rest is mostly no opinion.

    Only letters and digits are looked at, so that the full stop makes no aside of a whole sentence.

    >>> text = "The report, wisely, says so."
    >>> voice = (VoiceSpan(0, 12, "attributed"), VoiceSpan(12, 18, "opinion"), VoiceSpan(18, 28, "attributed"))
    >>> [text[start:end] for (((start, end),), _) in asides(Document("a", text, voice=voice), sentences=[Span(0, 28)])]
    ['wisely']
    """
    names = (ASIDE_LABEL, *sorted({span.label for span in document.voice or ()} - {ASIDE_LABEL}))
    labels = character_labels(document.voice or (), names=names, length=len(document.text))
    found = []
    for sentence in sentences:
        letters = np.array([document.text[place].isalnum() for place in range(*sentence)], dtype=bool)
        places = sentence.start + np.flatnonzero(letters & (labels[sentence.start : sentence.end] > 0))
        opinion = labels[places] == 1
        if not opinion.any() or opinion.all():
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[0], opinion.astype(np.int8), [0]])))
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            others = len(places) - (end - first)
            if int(opinion.sum()) - (end - first) < others / 2:
                found.append(LabelledSpan((Span(int(places[first]), int(places[end - 1]) + 1),), ASIDE_LABEL))
    return found


def attribution_parts(attributions: Sequence[Attribution], *, part: str) -> list[LabelledSpan]:
    """Return the sources, cues or contents of a text, each once, however many attributions share it; contents whole."""
    if part == "content":
        spans = {item.content for item in attributions}
    else:
        spans = {(span,) for item in attributions if (span := getattr(item, part)) is not None}
    return [LabelledSpan(parts, part) for parts in sorted(spans)]


def matched_attributions(gold: Sequence[Attribution], predicted: Sequence[Attribution], *, parts: Sequence[str]) -> int:
    """Return how many attributions match as a whole, one to one: all their `parts` overlap, or lack on both sides.

    Content is always one of the parts: `parts` says what else is looked at, `source`, `cue` or both.
    """
    agreed = shared_characters(*([LabelledSpan(item.content) for item in side] for side in (gold, predicted)))
    for part in parts:
        sides = []
        for side in (gold, predicted):
            spans = [getattr(item, part) for item in side]
            sides.append([LabelledSpan((span,) if span else ()) for span in spans])
        overlapping = shared_characters(*sides)
        agreed = {
            pair: shared
            for pair, shared in agreed.items()
            if pair in overlapping or not (sides[0][pair[0]].parts or sides[1][pair[1]].parts)
        }
    return len(best_pairs(count_first(agreed)))


def mention_spans(actors: Sequence[Actor], *, type: str | None = None) -> list[LabelledSpan]:
    """Return every mention once; with `type`, those of actors of that type."""
    chosen = [actor for actor in actors if type is None or actor.type == type]
    return [LabelledSpan((span,)) for span in sorted({span for actor in chosen for span in actor.mentions})]


def align_actors(gold: Sequence[Actor], predicted: Sequence[Actor]) -> dict[str, str]:
    """Return for each gold actor that was found, by id, the id of the predicted actor that it is.

    An actor is found if a predicted one shares a mention (they overlap); actors go one to one so that as many
    mentions as possible are shared; then so that as many as possible have the same name, and then so that as many as
    possible are found. Actors without mentions go by their name.
    """
    sides = [sorted(side, key=lambda actor: (actor.mentions, actor.name, actor.id)) for side in (gold, predicted)]
    mentions = [
        [(place, LabelledSpan((span,))) for place, actor in enumerate(side) for span in actor.mentions]
        for side in sides
    ]
    owners = [[place for place, _ in side] for side in mentions]
    overlaps = shared_characters(*([span for _, span in side] for side in mentions))
    meeting = {(owners[0][one], owners[1][other]) for one, other in overlaps}
    meeting |= {
        (one, other)
        for one, actor in enumerate(sides[0])
        for other, candidate in enumerate(sides[1])
        if not actor.mentions and not candidate.mentions and _same_name(actor, candidate)
    }
    weights = {}
    more = 1 + min(len(side) for side in sides)  # outdoes what all pairs may add of the next lower kind
    for one, other in meeting:
        spans = [
            [LabelledSpan((span,)) for span in side[place].mentions]
            for side, place in zip(sides, (one, other), strict=True)
        ]
        shared = len(matched_pairs(*spans, mode="overlap"))
        weights[one, other] = (shared * more + _same_name(sides[0][one], sides[1][other])) * more + 1
    return {sides[0][one].id: sides[1][other].id for one, other in best_pairs(weights)}


def _same_name(one: Actor, other: Actor) -> bool:
    return one.name.casefold() == other.name.casefold()


def paired_tuples(
    gold: Document, predicted: Document, *, sentences: Sequence[Span]
) -> tuple[set[OpinionTuple], set[OpinionTuple]]:
    """Return both sides' opinions as tuples that can be compared, once each; predicted actors are called as gold's.

    An opinion stands in the sentence where its evidence begins.
    """
    aligned = align_actors(gold.actors or (), predicted.actors or ())
    ids = {other: id for id, other in aligned.items()}
    starts = [sentence.start for sentence in sentences]

    def compared(stance: Stance, actor: str) -> OpinionTuple:
        sentence = bisect.bisect_right(starts, stance.start) - 1
        return OpinionTuple(sentence, actor, "author" if stance.holder == "author" else "other", stance.label)

    return (
        {compared(stance, stance.actor) for stance in gold.stances or ()},
        {compared(stance, ids.get(stance.actor, UNALIGNED + stance.actor)) for stance in predicted.stances or ()},
    )


def unit_spans(document: Document) -> list[LabelledSpan]:
    """Return the argument units as labelled spans, in their order."""
    units = document.arguments.units if document.arguments else ()
    return [LabelledSpan((Span(unit.start, unit.end),), unit.label) for unit in units]


def relation_counts(gold: Document, predicted: Document) -> dict[str, Counts]:
    """Return for each label how many relations match, one to one: both ends must overlap, whatever the units' labels."""
    sides = [document.arguments or Arguments() for document in (gold, predicted)]
    found = {}
    for label in sorted({edge.label for side in sides for edge in side.relations}):
        edges = [[edge for edge in side.relations if edge.label == label] for side in sides]
        sources, targets = (
            shared_characters(*(_ends(side, chosen, end=end) for side, chosen in zip(sides, edges, strict=True)))
            for end in ("source", "target")
        )
        agreed = {pair: shared + targets[pair] for pair, shared in sources.items() if pair in targets}
        found[label] = Counts(len(best_pairs(count_first(agreed))), len(edges[0]), len(edges[1]))
    return found


def _ends(arguments: Arguments, edges: Sequence[Relation], *, end: str) -> list[LabelledSpan]:
    units = [arguments.units[getattr(edge, end)] for edge in edges]
    return [LabelledSpan((Span(unit.start, unit.end),)) for unit in units]

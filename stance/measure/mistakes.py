"""The mistakes behind an evaluation, to read: what gold has, what was predicted, and the words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from stance.document import Actor, Document, Span, VoiceSpan
from stance.formats.atomic import writing
from stance.labels import ATTRIBUTION_PARTS
from stance.measure import items
from stance.measure.evaluation import ABSTAINED, Pair, paired, sentences_of
from stance.measure.spans import LabelledSpan, character_labels, matched_pairs


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that gold and prediction do not share: `gold` or `predicted` is None where that side has nothing there.

    `start` and `end` bound the place, `text` are its words.
    """

    document: str
    task: str
    gold: str | None
    predicted: str | None
    start: int
    end: int
    text: str


def find_mistakes(gold: Sequence[Document], predicted: Sequence[Document]) -> Iterator[Mistake]:
    """Yield the mistakes, document by document and task by task, for the layers that gold has.

    Spans count as found when they overlap, as in the lenient scores: a wrong border is no mistake here.

    Raises:
        DataError: the documents do not go together, see `evaluation.evaluate`.
    """
    for pair in paired(gold, predicted):
        document = pair[0]
        if document.voice is not None:
            yield from _voice(pair)
        if document.attributions is not None:
            yield from _attributions(pair)
        if document.actors is not None:
            yield from _actors(pair)
            if document.stances is not None:
                yield from _tuples(pair)


def write_mistakes(mistakes: Iterable[Mistake], path: Path) -> None:
    """Write mistakes as JSON, one a line.

    Raises:
        OutputError: the file cannot be written.
    """
    with writing(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        for mistake in mistakes:
            stream.write(json.dumps(asdict(mistake), ensure_ascii=False) + "\n")


def _mistake(
    document: Document, task: str, *, span: tuple[int, int], gold: str | None, predicted: str | None
) -> Mistake:
    start, end = span
    return Mistake(document.id, task, gold, predicted, start, end, document.text[start:end])


def _voice(pair: Pair) -> Iterator[Mistake]:
    """Yield stretches of a sentence with the same wrong voice; only letters and digits count."""
    document = pair[0]
    names = sorted({span.label for side in pair for span in side.voice or ()})
    named = [None, *names]
    gold, predicted = (character_labels(side.voice or (), names=names, length=len(document.text)) for side in pair)
    for sentence in sentences_of(pair):
        wrong: list[VoiceSpan] = []
        last: tuple[int, int] | None = None
        for place in range(*sentence):
            if not document.text[place].isalnum() or not gold[place]:
                continue
            case = (int(gold[place]), int(predicted[place]))
            if case[0] != case[1] and case == last:
                wrong[-1] = VoiceSpan(wrong[-1].start, place + 1, "")
            elif case[0] != case[1]:
                wrong.append(VoiceSpan(place, place + 1, ""))
            last = case
        for stretch in wrong:
            labels = (named[gold[stretch.start]], named[predicted[stretch.start]])
            span = (stretch.start, stretch.end)
            yield _mistake(document, "voice", span=span, gold=labels[0], predicted=labels[1])


def _attributions(pair: Pair) -> Iterator[Mistake]:
    for part in ATTRIBUTION_PARTS:
        sides = [items.attribution_parts(side.attributions or (), part=part) for side in pair]
        if sides[0] or part == "content":
            yield from _unmatched(pair[0], part, sides=sides)


def _unmatched(document: Document, task: str, *, sides: Sequence[Sequence[LabelledSpan]]) -> Iterator[Mistake]:
    pairs = matched_pairs(sides[0], sides[1], mode="overlap")
    for side, spans in enumerate(sides):
        found = {pair[side] for pair in pairs}
        for place, span in enumerate(spans):
            if place not in found:
                hull = (min(start for start, _ in span.parts), max(end for _, end in span.parts))
                words = document.text[slice(*hull)]
                labels = (None, words) if side else (words, None)
                yield _mistake(document, task, span=hull, gold=labels[0], predicted=labels[1])


def _actors(pair: Pair) -> Iterator[Mistake]:
    document = pair[0]
    gold, predicted = (side.actors or () for side in pair)
    yield from _unmatched(document, "mention", sides=[items.mention_spans(side) for side in (gold, predicted)])
    aligned = items.align_actors(gold, predicted)
    others = {actor.id: actor for actor in predicted}
    for actor in gold:
        if actor.id not in aligned:
            yield _mistake(document, "actor", span=_place(actor), gold=_named(actor), predicted=None)
            continue
        other = others[aligned[actor.id]]
        if other.type != actor.type:
            yield _mistake(document, "actor type", span=_place(actor), gold=_named(actor), predicted=_named(other))
        if actor.stance is not None and other.stance != actor.stance:
            said = f"{other.stance or ABSTAINED} toward {other.name}"
            expected = f"{actor.stance} toward {actor.name}"
            yield _mistake(document, "document stance", span=_place(actor), gold=expected, predicted=said)
    for actor in predicted:
        if actor.id not in aligned.values():
            yield _mistake(document, "actor", span=_place(actor), gold=None, predicted=_named(actor))


def _named(actor: Actor) -> str:
    return f"{actor.name} ({actor.type})"


def _place(actor: Actor) -> Span:
    return actor.mentions[0] if actor.mentions else Span(0, 0)


def _tuples(pair: Pair) -> Iterator[Mistake]:
    sentences = sentences_of(pair)
    names = {actor.id: actor.name for actor in pair[0].actors or ()}
    names |= {items.UNALIGNED + actor.id: actor.name for actor in pair[1].actors or ()}
    sides = items.paired_tuples(pair[0], pair[1], sentences=sentences)
    for side, tuples in enumerate(sides):
        for one in sorted(tuples - sides[1 - side]):
            said = f"{one.holder} {one.label} {names.get(one.actor, one.actor)}"
            labels = (None, said) if side else (said, None)
            span = sentences[one.sentence] if one.sentence >= 0 else Span(0, 0)
            yield _mistake(pair[0], "opinion", span=span, gold=labels[0], predicted=labels[1])

"""The mistakes behind an evaluation, to read, worst first: what gold has, what was predicted, and the words around."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import Final

from stance.document import Actor, Document, Source, Span, Stance, VoiceSpan
from stance.formats.atomic import writing
from stance.labels import ATTRIBUTION_PARTS
from stance.measure import items
from stance.measure.calibration import carries_scores, opinion_stances, stance_confidence
from stance.measure.items import OpinionTuple
from stance.measure.pairing import Pair, paired, sentences_of
from stance.measure.spans import LabelledSpan, character_labels, matched_pairs, shared_characters
from stance.measure.tallies import ABSTAINED

TASKS: Final = ("voice", *ATTRIBUTION_PARTS, "mention", "actor", "actor type", "document stance", "opinion")
"""The tasks of `Mistake.task`, in the order in which they are found."""

MISSED: Final = "missed"
SPURIOUS: Final = "not in gold"
MERGED: Final = "merged into another"
"""Of an actor of gold that was not found, though a predicted one, taken for another of gold's, shares a mention with it."""
SPLIT: Final = "split off another"
"""Of a predicted actor that is none of gold's, though one of gold's, found as another, shares a mention with it."""

EVEN: Final = 0.5
"""What stands for a confidence that there is none of: of what was missed, and of predictions without scores."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that gold and prediction do not share: `gold` or `predicted` is None where that side has nothing there.

    `start` and `end` bound the place, `text` are its words, `before` and `after` the rest of the sentences that it touches.
    `kind` says in few words what went wrong, for counting. `confidence` is the model's in what it predicted; None where it
    predicted nothing or gave no score.

    `wrongness`, from 0 to 1, is for sorting, and can be compared within a task only. It is the confidence (`EVEN` where
    there is none) times a weight: in voice the share of the gold or of the predicted span that is wrong, whichever is
    more, so that a border that is a word off weighs little and a missed aside as much as a missed sentence; for a missed
    source, cue or content the share of its sentence; for mentions, one by their actor's number of mentions; for actors and
    missed opinions, the actor's mentions by those of the most mentioned one. In document stance it is half the
    distance of the predicted score from 1 (favor), -1 (against) or 0.
    """

    document: str
    task: str
    gold: str | None
    predicted: str | None
    start: int
    end: int
    text: str
    kind: str = ""
    before: str = ""
    after: str = ""
    confidence: float | None = None
    wrongness: float = EVEN


def find_mistakes(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Mistake]:
    """Return the mistakes in the layers that gold has, worst first; of equals, in the order of the documents and of `TASKS`.

    Spans count as found when they overlap, as in the lenient scores: a wrong border is no mistake here. Opinions that
    gold and prediction hold in the same sentence toward the same actor are one mistake, of polarity or holder.

    Raises:
        DataError: the documents do not go together, see `pairing.paired`.
    """
    found = [mistake for pair in paired(gold, predicted) for mistake in _in_document(pair)]
    return sorted(found, key=lambda mistake: -mistake.wrongness)


def worst_of_each(mistakes: Sequence[Mistake], *, limit: int) -> dict[str, list[Mistake]]:
    """Return the worst mistakes by task, `limit` in all: each task in turn gives its worst one that is left.

    Args:
        mistakes: worst first.
    """
    waiting = {task: [mistake for mistake in mistakes if mistake.task == task] for task in TASKS}
    chosen = dict.fromkeys(TASKS, 0)
    left = min(limit, len(mistakes))
    while left > 0:
        for task in TASKS:
            if left and chosen[task] < len(waiting[task]):
                chosen[task], left = chosen[task] + 1, left - 1
    return {task: waiting[task][:count] for task, count in chosen.items() if count}


def write_mistakes(mistakes: Iterable[Mistake], path: Path) -> None:
    """Write mistakes as JSON, one a line.

    Raises:
        OutputError: the file cannot be written.
    """
    with writing(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        for mistake in mistakes:
            values = asdict(mistake) | {"wrongness": round(mistake.wrongness, 4)}
            stream.write(json.dumps(values, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class _Scene:
    """A pair with its sentences, whether the prediction's scores say something, and the letters before each offset."""

    pair: Pair
    sentences: Sequence[Span]
    scored: bool
    letters: Sequence[int]

    def letter_count(self, span: tuple[int, int]) -> int:
        return self.letters[span[1]] - self.letters[span[0]]

    def context(self, span: tuple[int, int]) -> Span:
        """Return the span widened to the sentences that it touches."""
        touched = [one for one in self.sentences if one.start < span[1] and span[0] < one.end]
        if not touched:
            return Span(*span)
        return Span(min(span[0], touched[0].start), max(span[1], touched[-1].end))

    def mistake(
        self,
        case: tuple[str, str],
        *,
        span: tuple[int, int],
        sides: Sides,
        confidence: float | None = None,
        weight: float,
    ) -> Mistake:
        """Return a mistake of a (task, kind), with what gold and prediction have."""
        document, (start, end), context = self.pair[0], span, self.context(span)
        known = confidence if self.scored and sides[1] is not None else None
        return Mistake(
            document.id,
            case[0],
            gold=sides[0],
            predicted=sides[1],
            start=start,
            end=end,
            text=document.text[start:end],
            kind=case[1],
            before=document.text[context.start : start],
            after=document.text[end : context.end],
            confidence=known,
            wrongness=min(1.0, (EVEN if known is None else known) * weight),
        )


Sides = tuple[str | None, str | None]
"""What gold has, and what was predicted, in words."""

Parts = tuple[tuple[int, int], ...]
"""The parts of a `LabelledSpan`."""


def _in_document(pair: Pair) -> Iterator[Mistake]:
    document = pair[0]
    letters = list(accumulate((character.isalnum() for character in document.text), initial=0))
    scene = _Scene(pair, sentences_of(pair), carries_scores(pair[1]), letters)
    if document.voice is not None:
        yield from _voice(scene)
    if document.attributions is not None:
        yield from _attributions(scene)
    if document.actors is not None:
        yield from _actors(scene)
        if document.stances is not None:
            yield from _opinions(scene)


def _voice(scene: _Scene) -> Iterator[Mistake]:
    """Yield stretches of a sentence with the same wrong voice; only letters and digits count."""
    text = scene.pair[0].text
    names = sorted({span.label for side in scene.pair for span in side.voice or ()})
    named = [None, *names]
    gold, predicted = (
        character_labels(side.voice or (), names=names, length=len(text)).tolist() for side in scene.pair
    )
    for sentence in scene.sentences:
        wrong: list[Span] = []
        last: tuple[int, int] | None = None
        for place in range(*sentence):
            if not text[place].isalnum() or not gold[place]:
                continue
            case = (gold[place], predicted[place])
            if case[0] != case[1] and case == last:
                wrong[-1] = Span(wrong[-1].start, place + 1)
            elif case[0] != case[1]:
                wrong.append(Span(place, place + 1))
            last = case
        for stretch in wrong:
            sides = (named[gold[stretch.start]], named[predicted[stretch.start]])
            tiles = [_tile(side.voice or (), stretch.start) for side in scene.pair]
            length = min(scene.letter_count((tile.start, tile.end)) for tile in tiles if tile is not None)
            yield scene.mistake(
                ("voice", f"{sides[0]} → {sides[1] or 'nothing'}"),
                span=stretch,
                sides=sides,
                confidence=tiles[1].score if tiles[1] is not None else None,
                weight=min(1.0, scene.letter_count(stretch) / length),
            )


def _tile(voice: Sequence[VoiceSpan], place: int) -> VoiceSpan | None:
    """Return the span whose label holds at a character: of several, the last in the list."""
    return next((span for span in reversed(voice) if span.start <= place < span.end), None)


def _attributions(scene: _Scene) -> Iterator[Mistake]:
    for part in ATTRIBUTION_PARTS:
        sides = [items.attribution_parts(side.attributions or (), part=part) for side in scene.pair]
        if not sides[0] and part != "content":
            continue
        confidences: defaultdict[Parts, float] = defaultdict(float)
        for item in scene.pair[1].attributions or ():
            spans = item.content if part == "content" else (getattr(item, part),)
            confidences[spans] = max(confidences[spans], item.score)
        weights = {}
        for span in sides[0]:
            around = scene.letter_count(scene.context(_hull(span)))
            weights[span.parts] = sum(map(scene.letter_count, span.parts)) / max(around, 1)
        yield from _unmatched(scene, part, sides=sides, confidences=confidences, weights=weights)


def _unmatched(
    scene: _Scene,
    task: str,
    *,
    sides: Sequence[Sequence[LabelledSpan]],
    confidences: Mapping[Parts, float],
    weights: Mapping[Parts, float],
) -> Iterator[Mistake]:
    """Yield the spans of either side that have no partner; those without a weight weigh 1."""
    pairs = matched_pairs(sides[0], sides[1], mode="overlap")
    for side, spans in enumerate(sides):
        found = {pair[side] for pair in pairs}
        for place, span in enumerate(spans):
            if place not in found:
                words = scene.pair[0].text[slice(*_hull(span))]
                yield scene.mistake(
                    (task, SPURIOUS if side else MISSED),
                    span=_hull(span),
                    sides=(None, words) if side else (words, None),
                    confidence=confidences.get(span.parts),
                    weight=weights.get(span.parts, 1.0),
                )


def _hull(span: LabelledSpan) -> tuple[int, int]:
    return min(start for start, _ in span.parts), max(end for _, end in span.parts)


def _actors(scene: _Scene) -> Iterator[Mistake]:
    gold, predicted = (side.actors or () for side in scene.pair)
    shares: dict[Parts, float] = {
        (span,): 1 / len(actor.mentions) for side in (predicted, gold) for actor in side for span in actor.mentions
    }
    sides = [items.mention_spans(side) for side in (gold, predicted)]
    yield from _unmatched(scene, "mention", sides=sides, confidences={}, weights=shares)
    aligned = items.align_actors(gold, predicted)
    sharing = _sharing(gold, predicted)
    others = {actor.id: actor for actor in predicted}
    prominence = _prominence(gold) | {items.UNALIGNED + id: share for id, share in _prominence(predicted).items()}
    for actor in gold:
        place, weight = _place(actor), prominence[actor.id]
        if actor.id not in aligned:
            kind = MERGED if actor.id in sharing[0] else MISSED
            yield scene.mistake(("actor", kind), span=place, sides=(_named(actor), None), weight=weight)
            continue
        other = others[aligned[actor.id]]
        if other.type != actor.type:
            case, named = ("actor type", f"{actor.type} → {other.type}"), (_named(actor), _named(other))
            yield scene.mistake(case, span=place, sides=named, weight=weight)
        if actor.stance is not None and other.stance != actor.stance:
            yield _wrong_stance(scene, actor, other)
    for actor in predicted:
        if actor.id not in aligned.values():
            weight = prominence[items.UNALIGNED + actor.id]
            kind = SPLIT if actor.id in sharing[1] else SPURIOUS
            yield scene.mistake(("actor", kind), span=_place(actor), sides=(None, _named(actor)), weight=weight)


def _sharing(gold: Sequence[Actor], predicted: Sequence[Actor]) -> tuple[set[str], set[str]]:
    """Return the ids of either side's actors of whom a mention overlaps one of the other side."""
    sides = [
        [(actor.id, LabelledSpan((span,))) for actor in side for span in actor.mentions] for side in (gold, predicted)
    ]
    pairs = shared_characters(*([span for _, span in side] for side in sides))
    return {sides[0][one][0] for one, _ in pairs}, {sides[1][other][0] for _, other in pairs}


def _wrong_stance(scene: _Scene, actor: Actor, other: Actor) -> Mistake:
    said = other.stance or ABSTAINED
    mistake = scene.mistake(
        ("document stance", f"{actor.stance} → {said}"),
        span=_place(actor),
        sides=(f"{actor.stance} toward {actor.name}", f"{said} toward {other.name}"),
        confidence=stance_confidence(other),
        weight=1.0,
    )
    scores = {"favor": 1.0, "against": -1.0}
    score = scores.get(other.stance or "", 0.0) if other.score is None else other.score
    return replace(mistake, wrongness=abs(scores.get(actor.stance or "", 0.0) - score) / 2)


def _named(actor: Actor) -> str:
    return f"{actor.name} ({actor.type})"


def _place(actor: Actor) -> Span:
    return actor.mentions[0] if actor.mentions else Span(0, 0)


def _prominence(actors: Sequence[Actor]) -> dict[str, float]:
    """Return each actor's mentions as a share of those of the most mentioned one."""
    most = max((len(actor.mentions) for actor in actors), default=0)
    return {actor.id: len(actor.mentions) / most if most else 1.0 for actor in actors}


def _opinions(scene: _Scene) -> Iterator[Mistake]:
    """Yield the tuples that only one side has; those of one sentence and actor as one mistake, as far as they go in pairs."""
    sides = opinion_stances(scene.pair)
    actors = [side.actors or () for side in scene.pair]
    aligned, sharing = items.align_actors(*actors), _sharing(*actors)
    prominence = _prominence(scene.pair[0].actors or ())
    open_cases: defaultdict[tuple[int, str], tuple[list[OpinionTuple], list[OpinionTuple]]] = defaultdict(
        lambda: ([], [])
    )
    for side, tuples in enumerate(sides):
        for one in sorted(tuples.keys() - sides[1 - side].keys()):
            open_cases[one.sentence, one.actor][side].append(one)
    for (_, actor), (missed, spurious) in sorted(open_cases.items()):
        for expected, said in _confused(missed, spurious):
            wanted = None if expected is None else sides[0][expected]
            given = None if said is None else sides[1][said]
            stance = given or wanted
            assert stance is not None, "a mistake has one side at least"
            if expected is not None and said is not None:
                kind = _confusion(expected, said)
            elif expected is not None:
                place = f", its actor {MERGED}" if actor in sharing[0] else ", as is its actor"
                kind = MISSED + ("" if actor in aligned else place)
            else:
                place = f", its actor {SPLIT}" if actor.lstrip(items.UNALIGNED) in sharing[1] else ", nor its actor"
                kind = SPURIOUS + (place if actor.startswith(items.UNALIGNED) else "")
            yield scene.mistake(
                ("opinion", kind),
                span=Span(stance.start, stance.end),
                sides=(
                    None if wanted is None else _opinion(scene.pair[0], wanted),
                    None if given is None else _opinion(scene.pair[1], given),
                ),
                confidence=stance.score,
                weight=1.0 if given else prominence.get(actor, 1.0),
            )


def _confused(
    missed: Sequence[OpinionTuple], spurious: Sequence[OpinionTuple]
) -> Iterator[tuple[OpinionTuple | None, OpinionTuple | None]]:
    """Yield missed and spurious tuples in pairs, those first that differ in holder or polarity alone; the rest singly."""
    left = list(spurious)
    single = []
    for one in missed:
        near = [other for other in left if (other.holder == one.holder) != (other.label == one.label)]
        if near:
            left.remove(near[0])
            yield one, near[0]
        else:
            single.append(one)
    yield from zip_longest(single, left)


def _confusion(one: OpinionTuple, other: OpinionTuple) -> str:
    names = [
        tuple("source" if part == "other" else part for part in (each.holder, each.label)) for each in (one, other)
    ]
    if one.holder == other.holder:
        return f"{names[0][1]} → {names[1][1]}"
    if one.label == other.label:
        return f"{names[0][0]} → {names[1][0]}"
    return f"{' '.join(names[0])} → {' '.join(names[1])}"


def _opinion(document: Document, stance: Stance) -> str:
    """Return an opinion in words: who, what, toward whom."""
    names = {actor.id: actor.name for actor in document.actors or ()}
    holder = stance.holder.text if isinstance(stance.holder, Source) else names.get(stance.holder, stance.holder)
    who = "author" if stance.holder == "author" else f"source {holder}"
    return f"{who}: {stance.label} toward {names.get(stance.actor, stance.actor)}"

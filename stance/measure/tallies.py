"""What is counted when a prediction is compared with gold, one tally a task: plain counts that add up over documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from stance.document import Actor
from stance.labels import ACTOR_TYPES, ATTRIBUTION_PARTS, DOCUMENT_STANCES, VOICES
from stance.measure import items
from stance.measure.classes import ClassReport, PairCounts, report_counts
from stance.measure.pairing import Pair, sentences_of
from stance.measure.spans import Counts, LabelledSpan, character_counts, match

ABSTAINED: Final = "none"
"""What a document stance is called that was not given."""

CLEAR_STANCES: Final = tuple(label for label in DOCUMENT_STANCES if label != "mixed")

_LINKED: Final[tuple[tuple[str, ...], ...]] = ((), ("source",), ("cue",), ("source", "cue"))
"""What besides content an attribution may be asked for, when it is matched as a whole."""

NOTHING: Final = Counts()

Value = TypeVar("Value", Counts, "SpanScores")


@dataclass(frozen=True, slots=True)
class SpanScores:
    """The same spans counted strictly and leniently."""

    exact: Counts = NOTHING
    overlap: Counts = NOTHING

    def __add__(self, other: SpanScores) -> SpanScores:
        return SpanScores(self.exact + other.exact, self.overlap + other.overlap)


NO_SPANS: Final = SpanScores()


@dataclass(frozen=True, slots=True)
class VoiceTable:
    """Voice by characters that are no spaces, by spans of each label, and the author's asides (by overlap)."""

    confusion: PairCounts = field(default_factory=dict)
    spans: Mapping[str, SpanScores] = field(default_factory=dict)
    asides: Counts = NOTHING

    def __add__(self, other: VoiceTable) -> VoiceTable:
        spans = _sum(self.spans, other.spans, zero=NO_SPANS)
        return VoiceTable(_pool(self.confusion, other.confusion), spans, self.asides + other.asides)

    @property
    def characters(self) -> ClassReport:
        """The scores of the labels by characters."""
        return report_counts(self.confusion, labels=VOICES)


@dataclass(frozen=True, slots=True)
class AttributionTable:
    """Attributions: sources, cues and contents; and how many match as a whole, by what besides content must overlap."""

    counted: Mapping[str, SpanScores] = field(default_factory=dict)
    matched: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    gold: int = 0
    predicted: int = 0

    def __add__(self, other: AttributionTable) -> AttributionTable:
        matched = {linked: self.matched.get(linked, 0) + other.matched.get(linked, 0) for linked in _LINKED}
        counted = _sum(self.counted, other.counted, zero=NO_SPANS)
        return AttributionTable(counted, matched, self.gold + other.gold, self.predicted + other.predicted)

    @property
    def parts(self) -> Mapping[str, SpanScores]:
        """The parts that gold annotates: content, and those of source and cue that gold has at least once."""
        parts = {part: self.counted.get(part, NO_SPANS) for part in ATTRIBUTION_PARTS}
        return {part: scores for part, scores in parts.items() if part == "content" or scores.exact.gold}

    @property
    def whole(self) -> Counts:
        """Attributions of which all parts that gold annotates overlap, or lack on both sides."""
        return self.whole_by([part for part in ("source", "cue") if part in self.parts])

    def whole_by(self, linked: list[str]) -> Counts:
        """Return the counts of attributions whose content overlaps and of source and cue what is named."""
        return Counts(self.matched.get(tuple(linked), 0), self.gold, self.predicted)


@dataclass(frozen=True, slots=True)
class ActorTable:
    """Mentions of actors, whatever their type (`mentions`), with the right type (`typed`); and actors found.

    `types` are the actors found, of which those match that have gold's type; `placed` all of gold's mentions, of which those
    match that overlap with a mention of the predicted actor that is theirs.
    """

    mentions: SpanScores = NO_SPANS
    by_type: Mapping[str, SpanScores] = field(default_factory=dict)
    found: Counts = NOTHING
    types: Counts = NOTHING
    placed: Counts = NOTHING

    def __add__(self, other: ActorTable) -> ActorTable:
        by_type = _sum(self.by_type, other.by_type, zero=NO_SPANS)
        return ActorTable(
            self.mentions + other.mentions,
            by_type,
            self.found + other.found,
            self.types + other.types,
            self.placed + other.placed,
        )

    @property
    def typed(self) -> SpanScores:
        """Mentions that have the right type too."""
        return sum(self.by_type.values(), NO_SPANS)


@dataclass(frozen=True, slots=True)
class TupleTable:
    """Opinions as tuples of sentence, actor, holder (author or other) and polarity, each once a document.

    `holders` is over what both sides found but for the holder (sentence, actor, polarity): it matches where both give it the
    same holders, the author, another, or both.
    """

    author: Counts = NOTHING
    all: Counts = NOTHING
    holders: Counts = NOTHING

    def __add__(self, other: TupleTable) -> TupleTable:
        return TupleTable(self.author + other.author, self.all + other.all, self.holders + other.holders)


@dataclass(frozen=True, slots=True)
class DocumentStanceTable:
    """The author's stance over a piece toward each gold actor that was found; an abstention is wrong.

    `confusion` counts the pairs of stances of actors that were found; `gold` the actors that have a gold stance.
    """

    confusion: PairCounts = field(default_factory=dict)
    gold: int = 0

    def __add__(self, other: DocumentStanceTable) -> DocumentStanceTable:
        return DocumentStanceTable(_pool(self.confusion, other.confusion), self.gold + other.gold)

    @property
    def four(self) -> ClassReport:
        """The scores of the four stances."""
        return report_counts(self.confusion, labels=DOCUMENT_STANCES)

    @property
    def clear(self) -> ClassReport:
        """The scores over the actors whose gold stance is not `mixed`."""
        return report_counts(self.confusion, labels=CLEAR_STANCES)

    @property
    def aligned(self) -> int:
        """How many of gold's actors that have a stance were found."""
        return sum(self.confusion.values())

    @property
    def answered(self) -> int:
        """How many of these were given a stance, right or wrong."""
        return sum(count for (_, label), count in self.confusion.items() if label != ABSTAINED)

    @property
    def coverage(self) -> float:
        """The share of gold's actors that got a stance, right or wrong."""
        return self.answered / self.gold


@dataclass(frozen=True, slots=True)
class ArgumentTable:
    """Argument units, whatever their label and of each label; relations of each label, whose ends must overlap."""

    spans: SpanScores = NO_SPANS
    units: Mapping[str, SpanScores] = field(default_factory=dict)
    relations: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: ArgumentTable) -> ArgumentTable:
        units = _sum(self.units, other.units, zero=NO_SPANS)
        relations = _sum(self.relations, other.relations, zero=NOTHING)
        return ArgumentTable(self.spans + other.spans, units, relations)

    @property
    def labelled(self) -> SpanScores:
        """Units that have the right label too."""
        return sum(self.units.values(), NO_SPANS)

    @property
    def related(self) -> Counts:
        """Relations of all labels."""
        return sum(self.relations.values(), NOTHING)


def tally_voice(pair: Pair) -> VoiceTable:
    """Return the counts of one document."""
    gold, predicted = (document.voice or () for document in pair)
    sentences = sentences_of(pair)
    sides = [items.asides(document, sentences=sentences) for document in pair]
    return VoiceTable(
        _pool(character_counts(pair[0].text, gold, predicted=predicted), {}),
        _by_label(*(items.voice_spans(side) for side in (gold, predicted)), labels=VOICES),
        match(*sides, mode="overlap"),
    )


def tally_attributions(pair: Pair) -> AttributionTable:
    """Return the counts of one document."""
    gold, predicted = (document.attributions or () for document in pair)
    counted = {
        part: span_scores(*(items.attribution_parts(side, part=part) for side in (gold, predicted)))
        for part in ATTRIBUTION_PARTS
    }
    matched = {linked: items.matched_attributions(gold, predicted, parts=linked) for linked in _LINKED}
    return AttributionTable(counted, matched, len(gold), len(predicted))


def tally_actors(pair: Pair) -> ActorTable:
    """Return the counts of one document."""
    gold, predicted = (document.actors or () for document in pair)
    by_type = {
        label: span_scores(*(items.mention_spans(side, type=label) for side in (gold, predicted)))
        for label in ACTOR_TYPES
    }
    aligned = items.align_actors(gold, predicted)
    found = Counts(len(aligned), len(gold), len(predicted))
    mentions = span_scores(*(items.mention_spans(side) for side in (gold, predicted)))
    return ActorTable(mentions, by_type, found, *_identities(gold, predicted, aligned=aligned))


def _identities(
    gold: Sequence[Actor], predicted: Sequence[Actor], *, aligned: Mapping[str, str]
) -> tuple[Counts, Counts]:
    """Return how many actors that were found have the right type, and how many of gold's mentions the right actor."""
    others = {actor.id: actor for actor in predicted}
    pairs = [(actor, others[aligned[actor.id]]) for actor in gold if actor.id in aligned]
    same = sum(actor.type == other.type for actor, other in pairs)
    placed = sum(
        any(span.start < other.end and other.start < span.end for other in found.mentions)
        for actor, found in pairs
        for span in set(actor.mentions)
    )
    wanted = sum(len(set(actor.mentions)) for actor in gold)
    return Counts(same, len(pairs), len(pairs)), Counts(placed, wanted, wanted)


def tally_tuples(pair: Pair) -> TupleTable:
    """Return the counts of one document."""
    sides = items.paired_tuples(*pair, sentences=sentences_of(pair))
    author = [{one for one in side if one.holder == "author"} for side in sides]
    of_author, of_all = (Counts(len(gold & said), len(gold), len(said)) for gold, said in (author, sides))
    gold, said = (_holders(side) for side in sides)
    agreed = gold.keys() & said.keys()
    same = sum(gold[case] == said[case] for case in agreed)
    return TupleTable(of_author, of_all, Counts(same, len(agreed), len(agreed)))


def _holders(side: Iterable[items.OpinionTuple]) -> dict[tuple[int, str, str], set[str]]:
    """Return who holds what, by sentence, actor and polarity."""
    found: dict[tuple[int, str, str], set[str]] = {}
    for one in side:
        found.setdefault((one.sentence, one.actor, one.label), set()).add(one.holder)
    return found


def tally_document_stance(pair: Pair) -> DocumentStanceTable:
    """Return the counts of one document."""
    gold, predicted = (document.actors or () for document in pair)
    judged = {actor.id: actor.stance for actor in gold if actor.stance is not None}
    given = {actor.id: actor.stance for actor in predicted}
    aligned = items.align_actors(gold, predicted)
    cases = Counter((stance, given[aligned[id]] or ABSTAINED) for id, stance in judged.items() if id in aligned)
    return DocumentStanceTable(dict(cases), len(judged))


def tally_arguments(pair: Pair) -> ArgumentTable:
    """Return the counts of one document."""
    units = [items.unit_spans(document) for document in pair]
    labels = sorted({span.label for side in units for span in side})
    bare = ([LabelledSpan(span.parts) for span in side] for side in units)
    return ArgumentTable(span_scores(*bare), _by_label(*units, labels=labels), items.relation_counts(*pair))


def span_scores(gold: list[LabelledSpan], predicted: list[LabelledSpan]) -> SpanScores:
    """Return the counts of both ways to match."""
    return SpanScores(match(gold, predicted, mode="exact"), match(gold, predicted, mode="overlap"))


def _by_label(
    gold: list[LabelledSpan], predicted: list[LabelledSpan], *, labels: tuple[str, ...] | list[str]
) -> dict[str, SpanScores]:
    return {
        label: span_scores(*([span for span in side if span.label == label] for side in (gold, predicted)))
        for label in labels
    }


def _pool(one: PairCounts, other: PairCounts) -> dict[tuple[str, str], int]:
    """Return the sums of both, without zeros."""
    return {pair: count for pair in sorted({*one, *other}) if (count := one.get(pair, 0) + other.get(pair, 0))}


def _sum(one: Mapping[str, Value], other: Mapping[str, Value], *, zero: Value) -> dict[str, Value]:
    return {name: one.get(name, zero) + other.get(name, zero) for name in {**one, **other}}

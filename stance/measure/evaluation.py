"""Predicted documents against gold ones: one table a task, over the layers that gold has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stance.document import Document, Span
from stance.errors import DataError, Problem
from stance.labels import ACTOR_TYPES, ATTRIBUTION_PARTS, DOCUMENT_STANCES, VOICES
from stance.measure import items
from stance.measure.classes import ClassReport, report_counts
from stance.measure.spans import Counts, LabelledSpan, character_counts, match
from stance.text.sentences import sentence_spans

Pair = tuple[Document, Document]
"""A gold document and what was predicted of it."""

ABSTAINED = "none"
"""What a document stance is called that was not given."""

CLEAR_STANCES = tuple(label for label in DOCUMENT_STANCES if label != "mixed")


@dataclass(frozen=True, slots=True)
class SpanScores:
    """The same spans counted strictly and leniently."""

    exact: Counts
    overlap: Counts

    def __add__(self, other: SpanScores) -> SpanScores:
        return SpanScores(self.exact + other.exact, self.overlap + other.overlap)


NO_SPANS = SpanScores(Counts(), Counts())


@dataclass(frozen=True, slots=True)
class VoiceTable:
    """Voice by characters that are no spaces, by spans of each label, and the author's asides (by overlap)."""

    characters: ClassReport
    spans: Mapping[str, SpanScores]
    asides: Counts


@dataclass(frozen=True, slots=True)
class AttributionTable:
    """Attributions by the parts that gold annotates; `whole` asks that all of these overlap in one attribution."""

    parts: Mapping[str, SpanScores]
    whole: Counts


@dataclass(frozen=True, slots=True)
class ActorTable:
    """Mentions of actors, whatever their type (`mentions`), with the right type (`typed`); and actors found."""

    mentions: SpanScores
    typed: SpanScores
    by_type: Mapping[str, SpanScores]
    found: Counts


@dataclass(frozen=True, slots=True)
class TupleTable:
    """Opinions as tuples of sentence, actor, holder (author or other) and polarity, each once a document."""

    author: Counts
    all: Counts


@dataclass(frozen=True, slots=True)
class DocumentStanceTable:
    """The author's stance over a piece toward each gold actor that was found; an abstention is wrong.

    `clear` is over the actors whose gold stance is not `mixed`. `gold` counts the actors that have a gold stance,
    `aligned` those of them that were found, `answered` those that were also given a stance.
    """

    four: ClassReport
    clear: ClassReport
    gold: int
    aligned: int
    answered: int

    @property
    def coverage(self) -> float:
        """The share of gold's actors that got a stance, right or wrong."""
        return self.answered / self.gold


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All tables; None where gold does not have the layer."""

    documents: int
    voice: VoiceTable | None = None
    attributions: AttributionTable | None = None
    actors: ActorTable | None = None
    tuples: TupleTable | None = None
    document_stance: DocumentStanceTable | None = None

    def metrics(self) -> dict[str, float]:
        """Return the main numbers by flat names, from 0 to 1; those of which gold holds nothing are left out."""
        counted: dict[str, Counts] = {}
        found: dict[str, float] = {}
        if self.voice is not None and self.voice.characters.count:
            found["voice_macro_f1"] = self.voice.characters.macro_f1
            counted["aside_f1"] = self.voice.asides
        if self.attributions is not None:
            for part, scores in self.attributions.parts.items():
                counted[f"{part}_exact_f1"] = scores.exact
                counted[f"{part}_overlap_f1"] = scores.overlap
            counted["attribution_f1"] = self.attributions.whole
        if self.actors is not None:
            counted["mention_f1"] = self.actors.mentions.exact
            counted["mention_typed_f1"] = self.actors.typed.exact
            counted["actor_f1"] = self.actors.found
        if self.tuples is not None:
            counted["tuple_f1"] = self.tuples.all
            counted["author_tuple_f1"] = self.tuples.author
        found |= {name: counts.f1 for name, counts in counted.items() if counts.gold}
        if self.document_stance is not None and self.document_stance.aligned:
            found["document_stance_macro_f1"] = self.document_stance.four.macro_f1
            found["document_stance_accuracy"] = self.document_stance.four.accuracy
            found["document_stance_coverage"] = self.document_stance.coverage
            if self.document_stance.clear.count:
                found["document_stance_clear_macro_f1"] = self.document_stance.clear.macro_f1
        return found


def evaluate(gold: Sequence[Document], predicted: Sequence[Document]) -> Evaluation:
    """Return the tables of predictions against gold, all documents pooled.

    Documents go together by id; predictions of documents that gold does not have are passed over. A layer that is
    None in gold was not annotated and is not judged; one that is None in the prediction counts as empty. Where gold
    has no sentences, the prediction's are taken, or the text's are found.

    Raises:
        DataError: an id stands twice, gold's document was not predicted, or its prediction has another text.
    """
    pairs = paired(gold, predicted)
    return Evaluation(
        documents=len(pairs),
        voice=_voice([pair for pair in pairs if pair[0].voice is not None]),
        attributions=_attributions([pair for pair in pairs if pair[0].attributions is not None]),
        actors=_actors([pair for pair in pairs if pair[0].actors is not None]),
        tuples=_tuples([pair for pair in pairs if pair[0].stances is not None and pair[0].actors is not None]),
        document_stance=_document_stance([pair for pair in pairs if pair[0].actors is not None]),
    )


def paired(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Pair]:
    """Return each gold document with its prediction, by id.

    Raises:
        DataError: naming every id that stands twice, is missing or has another text.
    """
    problems = []
    for side, documents in (("gold", gold), ("predicted", predicted)):
        for id, count in Counter(document.id for document in documents).items():
            if count > 1:
                value, cure = f"the document stands there {count} times", "keep one, or give each its own id"
                problems.append(Problem(f"{side}, id {id!r}", value, wish="every id once", cure=cure))
    by_id = {document.id: document for document in predicted}
    for document in gold:
        other = by_id.get(document.id)
        if other is None:
            cure = "predict this document too, or leave it out of gold"
            problems.append(
                Problem(
                    f"predicted, id {document.id!r}",
                    "there is no such document",
                    wish="one for each of gold's",
                    cure=cure,
                )
            )
        elif other.text != document.text:
            place = next(
                (n for n, (one, two) in enumerate(zip(document.text, other.text, strict=False)) if one != two),
                min(len(document.text), len(other.text)),
            )
            value = f"its text differs from gold's from character {place} on"
            cure = "predict the very text of the gold file"
            problems.append(Problem(f"predicted, id {document.id!r}", value, wish="the same text", cure=cure))
    if problems:
        raise DataError(problems)
    return [(document, by_id[document.id]) for document in gold]


def sentences_of(pair: Pair) -> Sequence[Span]:
    """Return the sentences in which both sides of a pair are looked at."""
    gold, predicted = pair
    return gold.sentences or predicted.sentences or [Span(*span) for span in sentence_spans(gold.text)]


def span_scores(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan]) -> SpanScores:
    """Return the counts of both ways to match."""
    return SpanScores(match(gold, predicted, mode="exact"), match(gold, predicted, mode="overlap"))


def _voice(pairs: Sequence[Pair]) -> VoiceTable | None:
    if not pairs:
        return None
    confusion: Counter[tuple[str, str]] = Counter()
    spans = dict.fromkeys(VOICES, NO_SPANS)
    asides = Counts()
    for pair in pairs:
        gold, predicted = (document.voice or () for document in pair)
        confusion += character_counts(pair[0].text, gold, predicted=predicted)
        for label in VOICES:
            sides = ([span for span in items.voice_spans(side) if span.label == label] for side in (gold, predicted))
            spans[label] += span_scores(*sides)
        sentences = sentences_of(pair)
        asides += match(*(items.asides(document, sentences=sentences) for document in pair), mode="overlap")
    return VoiceTable(report_counts(confusion, labels=VOICES), spans, asides)


def _attributions(pairs: Sequence[Pair]) -> AttributionTable | None:
    if not pairs:
        return None
    layers = [(gold.attributions or (), predicted.attributions or ()) for gold, predicted in pairs]
    annotated = [
        part
        for part in ATTRIBUTION_PARTS
        if part == "content" or any(getattr(item, part) is not None for gold, _ in layers for item in gold)
    ]
    parts = dict.fromkeys(annotated, NO_SPANS)
    whole = Counts()
    linked = [part for part in annotated if part != "content"]
    for gold, predicted in layers:
        for part in annotated:
            parts[part] += span_scores(*(items.attribution_parts(side, part=part) for side in (gold, predicted)))
        whole += Counts(items.matched_attributions(gold, predicted, parts=linked), len(gold), len(predicted))
    return AttributionTable(parts, whole)


def _actors(pairs: Sequence[Pair]) -> ActorTable | None:
    if not pairs:
        return None
    mentions, typed, found = NO_SPANS, NO_SPANS, Counts()
    by_type = dict.fromkeys(ACTOR_TYPES, NO_SPANS)
    for pair in pairs:
        gold, predicted = (document.actors or () for document in pair)
        mentions += span_scores(*(items.mention_spans(side) for side in (gold, predicted)))
        for label in ACTOR_TYPES:
            scores = span_scores(*(items.mention_spans(side, type=label) for side in (gold, predicted)))
            by_type[label] += scores
            typed += scores
        found += Counts(len(items.align_actors(gold, predicted)), len(gold), len(predicted))
    return ActorTable(mentions, typed, by_type, found)


def _tuples(pairs: Sequence[Pair]) -> TupleTable | None:
    if not pairs:
        return None
    author, all_holders = Counts(), Counts()
    for gold, predicted in pairs:
        sides = items.paired_tuples(gold, predicted, sentences=sentences_of((gold, predicted)))
        all_holders += _set_counts(*sides)
        author += _set_counts(*({one for one in side if one.holder == "author"} for side in sides))
    return TupleTable(author, all_holders)


def _set_counts(gold: set[items.OpinionTuple], predicted: set[items.OpinionTuple]) -> Counts:
    return Counts(len(gold & predicted), len(gold), len(predicted))


def _document_stance(pairs: Sequence[Pair]) -> DocumentStanceTable | None:
    total = 0
    cases: Counter[tuple[str, str]] = Counter()
    for gold, predicted in pairs:
        judged = {actor.id: actor.stance for actor in gold.actors or () if actor.stance is not None}
        total += len(judged)
        given = {actor.id: actor.stance for actor in predicted.actors or ()}
        aligned = items.align_actors(gold.actors or (), predicted.actors or ())
        cases += Counter((stance, given[aligned[id]] or ABSTAINED) for id, stance in judged.items() if id in aligned)
    if not total:
        return None
    return DocumentStanceTable(
        report_counts(cases, labels=DOCUMENT_STANCES),
        report_counts(cases, labels=CLEAR_STANCES),
        gold=total,
        aligned=sum(cases.values()),
        answered=sum(count for (_, label), count in cases.items() if label != ABSTAINED),
    )

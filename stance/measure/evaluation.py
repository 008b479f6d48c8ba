"""Predicted documents against gold ones: the sum of what each document counts, and the scores that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from stance.document import Document
from stance.labels import DOCUMENT_STANCES, VOICES
from stance.measure.classes import PairCounts
from stance.measure.formulas import Formula, Triples, f1, macro_f1, majority, precision, recall
from stance.measure.pairing import Pair, paired
from stance.measure.spans import Counts
from stance.measure.tallies import (
    CLEAR_STANCES,
    NO_SPANS,
    ActorTable,
    ArgumentTable,
    AttributionTable,
    DocumentStanceTable,
    SpanScores,
    TupleTable,
    VoiceTable,
    tally_actors,
    tally_arguments,
    tally_attributions,
    tally_document_stance,
    tally_tuples,
    tally_voice,
)

Table = TypeVar("Table", VoiceTable, AttributionTable, ActorTable, TupleTable, DocumentStanceTable, ArgumentTable)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All tables; None where gold does not have the layer. Evaluations of other documents can be added."""

    documents: int = 0
    voice: VoiceTable | None = None
    attributions: AttributionTable | None = None
    actors: ActorTable | None = None
    tuples: TupleTable | None = None
    document_stance: DocumentStanceTable | None = None
    arguments: ArgumentTable | None = None

    def __add__(self, other: Evaluation) -> Evaluation:
        return Evaluation(
            self.documents + other.documents,
            voice=_both(self.voice, other.voice),
            attributions=_both(self.attributions, other.attributions),
            actors=_both(self.actors, other.actors),
            tuples=_both(self.tuples, other.tuples),
            document_stance=_both(self.document_stance, other.document_stance),
            arguments=_both(self.arguments, other.arguments),
        )

    def metrics(self) -> dict[str, float]:
        """Return the main numbers by flat names, from 0 to 1; those of which gold holds nothing are left out."""
        return {metric.name: metric.value(self) for metric in main_metrics(self)}


Reader = Callable[[Evaluation], Sequence[Counts]]


@dataclass(frozen=True, slots=True)
class Metric:
    """A score as a formula over counts that add up over documents.

    `read` takes the counts, always of the same labels in the same order, out of any evaluation. `classes` says that
    each item has one label and got one, so that there is a majority to compare with.
    """

    name: str
    read: Reader
    formula: Formula
    classes: bool = False

    def counts(self, evaluation: Evaluation) -> Triples:
        """Return the counts, (K, 3), of which the score is made; those of a layer that gold lacks are 0."""
        return np.array([(one.true_positive, one.gold, one.predicted) for one in self.read(evaluation)], dtype=float)

    def value(self, evaluation: Evaluation) -> float:
        """Return the score, from 0 to 1; nan where there is nothing to score."""
        return float(self.formula(self.counts(evaluation)))

    def floor(self, evaluation: Evaluation) -> float | None:
        """Return the score of who always says gold's most frequent label; None where items have no label each."""
        return float(self.formula(majority(self.counts(evaluation)))) if self.classes else None


def evaluate(gold: Sequence[Document], predicted: Sequence[Document]) -> Evaluation:
    """Return the tables of predictions against gold, all documents pooled.

    Documents go together by id; predictions of documents that gold does not have are passed over. A layer that is
    None in gold was not annotated and is not judged; one that is None in the prediction counts as empty. Where gold
    has no sentences, the prediction's are taken, or the text's are found.

    Raises:
        DataError: an id stands twice, gold's document was not predicted, or its prediction has another text.
    """
    return pooled(evaluate_each(gold, predicted))


def evaluate_each(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Evaluation]:
    """Return the evaluation of each gold document, in gold's order; see `evaluate`, which is their sum.

    Raises:
        DataError: the documents do not go together.
    """
    return [_evaluate(pair) for pair in paired(gold, predicted)]


def pooled(evaluations: Iterable[Evaluation]) -> Evaluation:
    """Return the sum of evaluations."""
    return sum(evaluations, Evaluation())


def main_metrics(evaluation: Evaluation) -> list[Metric]:
    """Return the metrics whose items this evaluation's gold holds: an F1 for each task, and a few more of classes."""
    metrics = []
    for name, read in _classes(evaluation).items():
        metrics.append(Metric(f"{name}_macro_f1", read, macro_f1, classes=True))
        if name == "document_stance":
            metrics.append(Metric(f"{name}_accuracy", read, recall, classes=True))
    if evaluation.document_stance is not None:
        metrics.append(Metric("document_stance_coverage", _coverage, recall))
    metrics += [Metric(f"{name}_f1", read, f1) for name, read in _spans(evaluation).items()]
    if evaluation.actors is not None:
        metrics.append(Metric("actor_type_accuracy", lambda one: [(one.actors or ActorTable()).types], recall))
        metrics.append(Metric("mention_in_right_actor", lambda one: [(one.actors or ActorTable()).placed], recall))
    if evaluation.tuples is not None:
        metrics.append(Metric("holder_accuracy", lambda one: [(one.tuples or TupleTable()).holders], recall))
    for match in ("exact", "overlap"):
        labels = [label for label, scores in _arguments(evaluation).units.items() if scores.exact.gold]
        metrics.append(Metric(f"unit_macro_{match}_f1", _units(sorted(labels), match=match), macro_f1))
    return [metric for metric in metrics if _has_gold(metric, evaluation)]


def detailed_metrics(evaluation: Evaluation) -> dict[str, list[Metric]]:
    """Return precision, recall and F1, in this order, of each kind of item that this evaluation's gold holds.

    Kinds are the labels of classes and what the main metrics count; a metric's name is its kind's with `_precision`,
    `_recall` or `_f1`.
    """
    kinds: dict[str, Reader] = {}
    for name, read in _classes(evaluation).items():
        labels = {"voice": VOICES, "document_stance": DOCUMENT_STANCES}.get(name, ())
        kinds |= {f"{name}_{label}": _one(read, place) for place, label in enumerate(labels)}
    kinds |= _spans(evaluation)
    formulas = {"precision": precision, "recall": recall, "f1": f1}
    found = {
        name: [Metric(f"{name}_{suffix}", read, formula) for suffix, formula in formulas.items()]
        for name, read in kinds.items()
    }
    return {name: metrics for name, metrics in found.items() if _has_gold(metrics[0], evaluation)}


def _evaluate(pair: Pair) -> Evaluation:
    gold = pair[0]
    stances = gold.actors is not None and any(actor.stance is not None for actor in gold.actors)
    return Evaluation(
        documents=1,
        voice=tally_voice(pair) if gold.voice is not None else None,
        attributions=tally_attributions(pair) if gold.attributions is not None else None,
        actors=tally_actors(pair) if gold.actors is not None else None,
        tuples=tally_tuples(pair) if gold.stances is not None and gold.actors is not None else None,
        document_stance=tally_document_stance(pair) if stances else None,
        arguments=tally_arguments(pair) if gold.arguments is not None else None,
    )


def _both(one: Table | None, other: Table | None) -> Table | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other


def _has_gold(metric: Metric, evaluation: Evaluation) -> bool:
    return any(counts.gold for counts in metric.read(evaluation))


def _classes(evaluation: Evaluation) -> dict[str, Reader]:
    """Return how to read the counts of each label, by task."""
    readers: dict[str, Reader] = {}
    if evaluation.voice is not None:
        readers["voice"] = lambda one: _by_label((one.voice or VoiceTable()).confusion, labels=VOICES)
    if evaluation.document_stance is not None:
        for name, labels in (("document_stance", DOCUMENT_STANCES), ("document_stance_clear", CLEAR_STANCES)):
            readers[name] = _stances(labels)
    return readers


def _spans(evaluation: Evaluation) -> dict[str, Reader]:
    """Return how to read the counts of each kind of thing that is found or missed."""
    readers: dict[str, Reader] = {}
    if evaluation.voice is not None:
        readers["aside"] = lambda one: [(one.voice or VoiceTable()).asides]
    if evaluation.attributions is not None:
        parts = list(evaluation.attributions.parts)
        for part in parts:
            for match in ("exact", "overlap"):
                readers[f"{part}_{match}"] = _part(part, match=match)
        readers["attribution"] = _whole([part for part in ("source", "cue") if part in parts])
    if evaluation.actors is not None:
        readers["mention"] = lambda one: [(one.actors or ActorTable()).mentions.exact]
        readers["mention_typed"] = lambda one: [(one.actors or ActorTable()).typed.exact]
        readers["actor"] = lambda one: [(one.actors or ActorTable()).found]
    if evaluation.tuples is not None:
        readers["tuple"] = lambda one: [(one.tuples or TupleTable()).all]
        readers["author_tuple"] = lambda one: [(one.tuples or TupleTable()).author]
    if evaluation.arguments is not None:
        readers["unit_exact"] = lambda one: [_arguments(one).spans.exact]
        readers["unit_overlap"] = lambda one: [_arguments(one).spans.overlap]
        readers["unit_labelled_exact"] = lambda one: [_arguments(one).labelled.exact]
        readers["unit_labelled_overlap"] = lambda one: [_arguments(one).labelled.overlap]
        readers["relation"] = lambda one: [_arguments(one).related]
    return readers


def _by_label(confusion: PairCounts, *, labels: Sequence[str]) -> list[Counts]:
    """Return the counts of each label; pairs whose gold is none of the labels are left out, as in `report_counts`."""
    pairs = {pair: count for pair, count in confusion.items() if pair[0] in labels}
    return [
        Counts(
            pairs.get((label, label), 0),
            gold=sum(count for (gold, _), count in pairs.items() if gold == label),
            predicted=sum(count for (_, predicted), count in pairs.items() if predicted == label),
        )
        for label in labels
    ]


def _stances(labels: Sequence[str]) -> Reader:
    return lambda one: _by_label((one.document_stance or DocumentStanceTable()).confusion, labels=labels)


def _coverage(evaluation: Evaluation) -> list[Counts]:
    table = evaluation.document_stance or DocumentStanceTable()
    return [Counts(table.answered, table.gold, table.answered)]


def _part(part: str, *, match: str) -> Reader:
    def read(evaluation: Evaluation) -> list[Counts]:
        return [_matched((evaluation.attributions or AttributionTable()).counted.get(part, NO_SPANS), match)]

    return read


def _whole(linked: list[str]) -> Reader:
    return lambda one: [(one.attributions or AttributionTable()).whole_by(linked)]


def _arguments(evaluation: Evaluation) -> ArgumentTable:
    return evaluation.arguments or ArgumentTable()


def _units(labels: Sequence[str], *, match: str) -> Reader:
    return lambda one: [_matched(_arguments(one).units.get(label, NO_SPANS), match) for label in labels]


def _matched(scores: SpanScores, match: str) -> Counts:
    return scores.exact if match == "exact" else scores.overlap


def _one(read: Reader, place: int) -> Reader:
    return lambda evaluation: [read(evaluation)[place]]

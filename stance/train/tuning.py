"""The costs and thresholds of decoding, chosen on development data by the F1 that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from stance.document import Document, Span
from stance.labels import ATTRIBUTION_PARTS
from stance.measure.evaluation import evaluate
from stance.measure.items import attribution_parts, mention_spans
from stance.measure.prediction import Predictor, predict_texts
from stance.measure.spans import Counts, LabelledSpan, match
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import EncodedText, encode_text, sentence_begins
from stance.model.heads import RELATION_SCHEMES
from stance.predict.arguments import ArgumentView, scheme_arguments
from stance.predict.decode import best_spans, bounded, characters, voice_tiles, word_starts
from stance.predict.scoring import DocumentScores, ScoringTask, score_documents
from stance.text.sentences import sentence_spans

COSTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""The costs that are tried, in nats."""


def fit_costs(
    checkpoint: Checkpoint, *, op_eds: Sequence[Document], attributed: Sequence[Document]
) -> dict[str, float]:
    """Return, by head, the cost of beginning a span (source, cue, content, mention, evidence) and of changing the voice.

    Spans are judged by the mean of exact and overlap F1; voice by its macro-F1 over characters (two thirds) and the overlap F1 of
    asides (one third), which alone would favor any change. A head of which gold has nothing is left out.

    Args:
        op_eds: development gold with any of voice, actors and stances.
        attributed: development gold with sources, cues and contents.
    """
    costs: dict[str, float] = {}
    scored = _score(checkpoint, op_eds)
    if told := [item for item in scored if item.document.voice is not None]:
        costs["voice"] = _best(lambda cost: _voice_score(told, cost=cost))
    for head, (layer, gold_spans) in OP_ED_SPANS.items():
        having = [item for item in scored if getattr(item.document, layer) is not None]
        golds = [gold_spans(item.document) for item in having]
        costs |= {head: _best(_span_score(head, golds, scored=having))} if any(golds) else {}
    quoted = _score(checkpoint, attributed)
    for part in ATTRIBUTION_PARTS:
        golds = [_contents(document, part=part) for document in attributed]
        costs |= {part: _best(_span_score(part, golds, scored=quoted))} if any(golds) else {}
    return costs


def fit_argument_costs(checkpoint: Checkpoint, gold: Sequence[Document], *, scheme: str) -> dict[str, float]:
    """Return the costs of beginning a unit of a scheme, and of relating two, by the F1 that they lead to end to end.

    Units are judged by the mean F1 of exact and overlapping ones of the right type; relations, after that, by theirs.

    Args:
        gold: development documents with arguments of the scheme.
    """
    bare = [Document(one.id, one.text, arguments=one.arguments) for one in gold]
    scored = _score(checkpoint, bare)

    def judged(costs: Mapping[str, float], names: Sequence[str]) -> float:
        info = replace(checkpoint.info, decoding={**checkpoint.info.decoding, **costs})
        views = (
            ArgumentView(replace(checkpoint, info=info), one.document.text, one.encoded, one.scores) for one in scored
        )
        predicted = [
            replace(document, arguments=scheme_arguments(view, scheme))
            for document, view in zip(bare, views, strict=True)
        ]
        found = evaluate(bare, predicted).metrics()
        return sum(found.get(name, 0.0) for name in names)

    labelled, head = ("unit_labelled_exact_f1", "unit_labelled_overlap_f1"), f"unit-{scheme}"
    units = {head: max(UNIT_COSTS, key=lambda cost: judged({head: cost}, labelled))}
    if scheme not in RELATION_SCHEMES:
        return units
    relation = f"relation-{scheme}"
    return units | {relation: max(RELATION_COSTS, key=lambda cost: judged({**units, relation: cost}, ["relation_f1"]))}


UNIT_COSTS = (0.0, -1.0, 1.0, 2.0)
RELATION_COSTS = (0.0, -1.0, -0.5, 0.5, 1.0)
"""The costs that are tried, in nats; below 0, units and relations are favored. The first is taken where none does better."""


def fit_author_threshold(
    checkpoint: Checkpoint, pipeline: Callable[[Checkpoint], Predictor], *, op_eds: Sequence[Document]
) -> float:
    """Return the least probability of an author's opinion that does best end to end, with no actors given.

    Judged by the mean F1 of the author's opinions and of actors, since an opinion is what an actor of one sentence is listed for.

    Args:
        pipeline: makes what predicts from a checkpoint.
        op_eds: development gold with actors and stances.
    """

    def score(threshold: float) -> float:
        thresholds = {**checkpoint.info.thresholds, "author": threshold}
        model = pipeline(replace(checkpoint, info=replace(checkpoint.info, thresholds=thresholds)))
        metrics = evaluate(op_eds, predict_texts(model, op_eds)).metrics()
        return metrics.get("author_tuple_f1", 0.0) + metrics.get("actor_f1", 0.0)

    return max(AUTHOR_THRESHOLDS, key=score)


AUTHOR_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def _mentions(document: Document) -> list[LabelledSpan]:
    return mention_spans(document.actors or ())


def _evidence(document: Document) -> list[LabelledSpan]:
    found = {LabelledSpan((Span(stance.start, stance.end),)) for stance in document.stances or ()}
    return sorted(found)


def _contents(document: Document, *, part: str) -> list[LabelledSpan]:
    """Return the parts of attributions, a discontinuous content as a span for each stretch: so are they decoded."""
    spans = {stretch for span in attribution_parts(document.attributions or (), part=part) for stretch in span.parts}
    return [LabelledSpan((stretch,)) for stretch in sorted(spans)]


OP_ED_SPANS: Mapping[str, tuple[str, Callable[[Document], list[LabelledSpan]]]] = {
    "mention": ("actors", _mentions),
    "evidence": ("stances", _evidence),
}
"""The heads of spans that op-eds teach, with the layer that each needs and its spans."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A document with the scores of its tokens."""

    document: Document
    encoded: EncodedText
    scores: DocumentScores


def _score(checkpoint: Checkpoint, documents: Sequence[Document]) -> list[_Scored]:
    tasks = []
    for document in documents:
        sentences = document.sentences or sentence_spans(document.text)
        encoded = encode_text(checkpoint.tokenizer, document.text, sentences=sentences)
        tasks.append(ScoringTask(document.text, encoded, given=()))
    scores = score_documents(checkpoint, tasks)
    return [_Scored(*parts) for parts in zip(documents, (task.encoded for task in tasks), scores, strict=True)]


def _best(score: Callable[[float], float]) -> float:
    return max(COSTS, key=score)


def _span_score(
    head: str, golds: Sequence[Sequence[LabelledSpan]], *, scored: Sequence[_Scored]
) -> Callable[[float], float]:
    """Return the function from a cost to the mean of exact and overlap F1 of a head's spans."""

    def score(cost: float) -> float:
        exact, overlap = Counts(), Counts()
        for gold, item in zip(golds, scored, strict=True):
            starts = word_starts(item.document.text, item.encoded.offsets)
            bound = bounded(head, item.scores.tokens[head], begins=sentence_begins(item.encoded))
            spans = best_spans(bound, starts, open_cost=cost)
            predicted = [LabelledSpan((characters(span, item.encoded.offsets),)) for span in spans]
            exact += match(gold, predicted, mode="exact")
            overlap += match(gold, predicted, mode="overlap")
        return (exact.f1 + overlap.f1) / 2

    return score


def _voice_score(scored: Sequence[_Scored], *, cost: float) -> float:
    gold, predicted = [], []
    for item in scored:
        document = item.document
        voice = voice_tiles(
            document.text,
            item.encoded.offsets,
            probabilities=item.scores.tokens["voice"],
            sentences=document.sentences or (),
            switch_cost=cost,
        )
        gold.append(Document(document.id, document.text, sentences=document.sentences, voice=document.voice))
        predicted.append(Document(document.id, document.text, sentences=document.sentences, voice=voice))
    metrics = evaluate(gold, predicted).metrics()
    return (2 * metrics["voice_macro_f1"] + metrics.get("aside_f1", 0.0)) / 3

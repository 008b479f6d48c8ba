"""What is fitted on development data once the weights are fixed: temperatures, and the document stance of actors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from stance.actors.linking import TypedMention
from stance.document import Actor, Document
from stance.labels import DOCUMENT_STANCES, IGNORED
from stance.measure.calibration import expected_calibration_error
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.model.heads import STANCE_VIEWS, TOKEN_LABELS
from stance.predict.document_stance import Aggregation, features, sentence_rows
from stance.predict.opinions import HOLDER_KINDS, NEVER, later_rows, likely_stances, sentence_at
from stance.predict.scoring import ScoringTask, score_documents
from stance.train.curriculum import CORPUS_HEADS, corpus_examples
from stance.train.development import DEVELOPMENT
from stance.train.examples import Example
from stance.train.own import own_examples, own_heads
from stance.train.training import collate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A head's temperature and its expected calibration error (15 bins) on development data, before and after."""

    temperature: float
    error_before: float
    error_after: float
    count: int


FEWEST_ITEMS = 200
"""Tokens, or mentions in sentences, without which a temperature is not fitted."""

FEWEST_OPINIONS = 40
"""Opinions of a kind of holder without which its thresholds are not chosen."""

FEWEST_ACTORS = 60
"""Actors with a stance over the piece without which the document stance is not fitted."""


def calibrate(
    checkpoint: Checkpoint, data: Path, *, corpora: Sequence[str], own: Sequence[Document] = (), limit: int = 120
) -> dict[str, Calibrated]:
    """Return the temperature of each head that minimises the loss on development data, where these are not too few.

    Args:
        data: the folder of the public corpora.
        corpora: those that the run trained on; of them, those that have development splits are used for the heads they annotate.
        own: held-out documents of the user's own.
        limit: the most batches taken of each corpus.
    """
    device = next(checkpoint.network.parameters()).device
    logits: dict[str, list[Floats]] = {}
    allowed: dict[str, list[NDArray[np.int64]]] = {}
    for rows, heads in _calibration_sets(checkpoint, data, corpora=corpora, own=own):
        for start in range(0, min(len(rows), 8 * limit), 8):
            batch = {name: values.to(device) for name, values in collate(rows[start : start + 8]).items()}
            for head, values, masks in _head_logits(checkpoint, batch, heads=heads):
                logits.setdefault(head, []).append(values)
                allowed.setdefault(head, []).append(masks)
    counts = {head: sum(map(len, parts)) for head, parts in logits.items()}
    return {
        head: _fit(np.concatenate(logits[head]), np.concatenate(allowed[head]))
        for head, count in counts.items()
        if count >= FEWEST_ITEMS
    }


def _calibration_sets(
    checkpoint: Checkpoint, data: Path, *, corpora: Sequence[str], own: Sequence[Document]
) -> Iterator[tuple[list[Example], list[str]]]:
    """Yield examples with the token heads that they tell the right label of."""
    for corpus in corpora:
        if corpus not in DEVELOPMENT:
            continue
        rows = list(
            corpus_examples(corpus, data, splits=DEVELOPMENT[corpus], tokenizer=checkpoint.tokenizer, lost=Counter())
        )
        heads = [head for head in CORPUS_HEADS[corpus] if head in TOKEN_LABELS]
        if corpus in ("polnear", "webis-editorials-adu"):
            heads.remove("voice")  # they cannot tell fact from opinion, or only coarsely
        yield rows, heads
    kinds = sorted({(own_heads(document), document.voice is not None) for document in own})
    for taught, with_voice in kinds:
        alike = [one for one in own if (own_heads(one), one.voice is not None) == (taught, with_voice)]
        rows = list(own_examples(alike, tokenizer=checkpoint.tokenizer, lost=Counter()))
        yield rows, [head for head in taught if head in TOKEN_LABELS and (with_voice or head != "voice")]


def _head_logits(
    checkpoint: Checkpoint, batch: Mapping[str, torch.Tensor], *, heads: Sequence[str]
) -> list[tuple[str, Floats, NDArray[np.int64]]]:
    """Return (head, (N, K) logits, (N,) masks of the allowed labels) for the items of a batch that have targets."""
    network = checkpoint.network
    found = []
    with torch.inference_mode():
        hidden = network.encode(batch["input_ids"], batch["attention_mask"])  # (B, T, H)
        scores = network.token_logits(hidden)
        for head in (name for name in heads if name in scores):
            known = batch[head] > 0  # (B, T)
            found.append((head, scores[head][known].double().cpu().numpy(), batch[head][known].cpu().numpy()))
        if "mention_places" in batch:
            views = network.stance(hidden, batch["mention_places"])  # (M, 3, 3)
            for view, name in enumerate(STANCE_VIEWS):
                targets = batch["mention_targets"][:, view]
                known = targets != IGNORED
                if bool(known.any()):
                    masks = 1 << targets[known]
                    found.append((f"stance-{name}", views[known, view].double().cpu().numpy(), masks.cpu().numpy()))
    return found


def _fit(logits: Floats, allowed: NDArray[np.int64]) -> Calibrated:
    bits = (allowed[:, None] >> np.arange(logits.shape[1])) & 1  # (N, K)

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        inside = logsumexp(scaled, axis=1, b=bits)
        return float((logsumexp(scaled, axis=1) - inside).mean())

    best = minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded")
    temperature = round(float(np.exp(best.x)), 3)
    errors = [_calibration_error(logits / scale, bits) for scale in (1.0, temperature)]
    return Calibrated(temperature, errors[0], errors[1], len(logits))


def _calibration_error(logits: Floats, bits: NDArray[np.int64]) -> float:
    """Return the expected calibration error of the likeliest label."""
    probabilities = np.exp(logits - logsumexp(logits, axis=1, keepdims=True))
    right = bits[np.arange(len(bits)), probabilities.argmax(axis=1)] > 0
    return expected_calibration_error(probabilities.max(axis=1), right.astype(float))


@dataclass(frozen=True, slots=True)
class ActorScores:
    """One actor of a gold document with the scores of its mentions: rows (M, 3 views, 3 polarities), and their sentences (M,).

    `later` has the scores (3 views, 3 polarities) of sentences soon after that do not name the actor, by their place.
    """

    document: Document
    actor: Actor
    rows: NDArray[np.float32]
    sentences: NDArray[np.int64]
    later: Mapping[int, NDArray[np.float32]]


def score_actors(checkpoint: Checkpoint, documents: Sequence[Document]) -> list[ActorScores]:
    """Return the scores of every actor that has a mention, with gold's actors given.

    Args:
        documents: gold that the weights were not trained on, with sentences and actors.
    """
    tasks = []
    for document in documents:
        types = {span: actor.type for actor in document.actors or () for span in actor.mentions}
        encoded = encode_text(checkpoint.tokenizer, document.text, sentences=document.sentences or ())
        tasks.append(ScoringTask(document.text, encoded, [TypedMention(span, types[span]) for span in sorted(types)]))
    found = []
    for document, scores in zip(documents, score_documents(checkpoint, tasks), strict=True):
        by_span = {mention.span: place for place, mention in enumerate(scores.mentions)}
        for actor in document.actors or ():
            spans = sorted(span for span in actor.mentions if span in by_span)
            if spans:
                places = [sentence_at(document.sentences or (), span.start) for span in spans]
                rows = np.array([scores.stances[by_span[span]] for span in spans])
                later = later_rows([scores.later[by_span[span]] for span in spans], named=places)
                found.append(ActorScores(document, actor, rows, np.array(places), later))
    return found


def fit_aggregation(actors: Sequence[ActorScores]) -> Aggregation | None:
    """Return the parameters of `predict/document_stance.py` fitted on the document stances of hand-annotated op-eds.

    None where fewer than `FEWEST_ACTORS` have one, or all have the same.
    """
    author = STANCE_VIEWS.index("author")
    known = [item for item in actors if item.actor.stance is not None]
    if len(known) < FEWEST_ACTORS or len({item.actor.stance for item in known}) < 2:
        return None
    rows = [sentence_rows(item.rows[:, author].astype(float), item.sentences) for item in known]
    labels = [DOCUMENT_STANCES.index(str(item.actor.stance)) for item in known]
    sums = np.array([row.sum(axis=0) for row in rows])
    columns = features(sums, np.array([float(len(row)) for row in rows]))
    mean, spread = columns.mean(axis=0), columns.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.5, max_iter=2000)
    model.fit((columns - mean) / spread, labels)
    weights, bias = np.zeros((len(DOCUMENT_STANCES), columns.shape[1])), np.full(len(DOCUMENT_STANCES), -1e3)
    for place, label in enumerate(model.classes_):
        weights[label] = model.coef_[place] / spread
        bias[label] = model.intercept_[place] - float((model.coef_[place] * mean / spread).sum())
    return Aggregation(weights, bias, prior=np.concatenate(rows).mean(axis=0))


def fit_thresholds(actors: Sequence[ActorScores]) -> dict[str, float]:
    """Return the least probability of an opinion, by holder, at which sentence opinions have the best F1.

    Those of sentences that do not name the actor (`-later`) come second, with the first given; they may be so high that nothing
    reaches them. A kind of holder with fewer than `FEWEST_OPINIONS` in gold is left out.
    """
    chosen: dict[str, float] = {}
    asked = [item for item in actors if item.document.stances is not None]
    for kind in HOLDER_KINDS:
        if _opinion_count(asked, kind) < FEWEST_OPINIONS:
            continue
        for name, values in ((kind, THRESHOLDS), (f"{kind}-later", LATER_THRESHOLDS)):
            scores = {value: opinion_f1(asked, kind, thresholds=chosen | {name: value}) for value in values}
            chosen[name] = max(scores, key=lambda value: scores[value])
    return chosen


def _opinion_count(actors: Sequence[ActorScores], kind: str) -> int:
    return sum(
        stance.actor == item.actor.id and (stance.holder == "author") == (kind == "author")
        for item in actors
        for stance in item.document.stances or ()
    )


THRESHOLDS = tuple(round(0.2 + 0.05 * step, 2) for step in range(13))

LATER_THRESHOLDS = (NEVER, *(round(0.95 - 0.05 * step, 2) for step in range(16)))


def opinion_f1(actors: Sequence[ActorScores], kind: str, *, thresholds: Mapping[str, float]) -> float:
    """Return F1 of (sentence, actor, polarity) of one kind of holder; gold that no sentence in reach holds counts as missed."""
    right = found = wanted = 0
    for item in actors:
        sentences = item.document.sentences or ()
        gold = {
            (sentence_at(sentences, stance.start), stance.label)
            for stance in item.document.stances or ()
            if stance.actor == item.actor.id and (stance.holder == "author") == (kind == "author")
        }
        predicted = {
            (int(place), label)
            for row, place in zip(item.rows, item.sentences, strict=True)
            for one, label, _ in likely_stances(row, thresholds=thresholds)
            if one == kind
        }
        predicted |= {
            (place, label)
            for place, row in item.later.items()
            for one, label, _ in likely_stances(row, thresholds=thresholds, later="-later")
            if one == kind
        }
        right, found, wanted = right + len(gold & predicted), found + len(predicted), wanted + len(gold)
    return 2 * right / (found + wanted) if found + wanted else 0.0

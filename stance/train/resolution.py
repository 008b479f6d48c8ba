"""The thresholds of coreference, chosen on development data by how well mentions fall into their actors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.actors.aliases import AliasTable
from stance.actors.linking import LinkedActor, TypedMention, link_mentions
from stance.corpora import gum
from stance.document import Document, Span
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.predict.coreference import resolve
from stance.predict.opinions import NEVER
from stance.predict.scoring import DocumentScores, ScoringTask, score_documents
from stance.train.coreference import Clusters, actor_clusters, gum_clusters

THRESHOLDS = (NEVER, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
"""The least probabilities that are tried; one that nothing reaches first, so that joining has to bring something."""

FEWEST_DECISIONS = 100
"""Pronouns, or mentions of op-eds, without which a threshold is not chosen."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A document with the scores of its mentions, linked by name, and the cluster of each mention and pronoun."""

    document: Document
    scores: DocumentScores
    actors: Sequence[LinkedActor]
    clusters: Mapping[Span, object]


def fit_coreference(
    checkpoint: Checkpoint,
    *,
    spoken: Sequence[tuple[Document, Clusters]],
    op_eds: Sequence[Document],
    table: AliasTable,
) -> dict[str, float]:
    """Return the least probabilities at which a pronoun and a description join an actor, by the B-cubed F1 that they lead to.

    Mentions are given, so that only joining is judged. Without the head, or with too few pronouns or mentions, a threshold is left
    out.

    Args:
        spoken: development documents in which pronouns have clusters.
        op_eds: development gold with actors.
        table: by which mentions are linked before.
    """
    if checkpoint.network.coreference is None:
        return {}
    written = [(document, actor_clusters(document)) for document in op_eds if document.actors]
    found: dict[str, float] = {}
    for name, documents in (("coreference-description", written), ("coreference-pronoun", spoken)):
        known = _known(checkpoint, documents, table=table)
        counts = [
            len(clusters.pronouns) if name.endswith("pronoun") else len(clusters.mentions) for _, clusters in documents
        ]
        if sum(counts) >= FEWEST_DECISIONS:
            scores = {value: _score(checkpoint, known, thresholds=found | {name: value}) for value in THRESHOLDS}
            found[name] = max(scores, key=lambda value: scores[value])
    return found


def gum_development(data: Path) -> list[tuple[Document, Clusters]]:
    """Return GUM's development documents with their clusters.

    Raises:
        DataError: the corpus is not there.
    """
    return [(document, gum_clusters(document, found)) for document, found in gum.mentions(data, split="dev")]


def _known(
    checkpoint: Checkpoint, documents: Sequence[tuple[Document, Clusters]], *, table: AliasTable
) -> list[_Known]:
    tasks = []
    for document, clusters in documents:
        encoded = encode_text(checkpoint.tokenizer, document.text, sentences=document.sentences or ())
        given = [TypedMention(span, type) for span, (_, type) in sorted(clusters.mentions.items())]
        tasks.append(ScoringTask(document.text, encoded, given))
    known = []
    for (document, clusters), scores in zip(documents, score_documents(checkpoint, tasks), strict=True):
        actors = link_mentions(document.text, scores.mentions, table=table)
        numbers: dict[Span, object] = {span: number for span, (number, _) in clusters.mentions.items()}
        numbers |= {span: span if number is None else number for span, number in clusters.pronouns.items()}
        known.append(_Known(document, scores, actors, numbers))
    return known


def _score(checkpoint: Checkpoint, known: Sequence[_Known], *, thresholds: Mapping[str, float]) -> float:
    """Return the mean over documents of B-cubed F1."""
    scores = []
    for item in known:
        actors = resolve(
            item.document,
            item.scores,
            actors=item.actors,
            head=checkpoint.network.coreference,
            thresholds=thresholds,
        )
        owner: dict[Span, object] = {
            span: place
            for place, actor in enumerate(actors)
            for span in [*(item.scores.mentions[at].span for at in actor.mentions), *actor.pronouns]
        }
        predicted = {span: owner.get(span, span) for span in item.clusters}
        scores.append(b_cubed_f1(item.clusters, predicted))
    return sum(scores) / len(scores) if scores else 0.0


def b_cubed_f1(gold: Mapping[Span, object], predicted: Mapping[Span, object]) -> float:
    """Return B-cubed F1 of the clusters of the same mentions (Bagga and Baldwin 1998); 1 where there are none.

    >>> a, b, c = Span(0, 1), Span(2, 3), Span(4, 5)
    >>> round(b_cubed_f1({a: 0, b: 0, c: 1}, {a: 0, b: 1, c: 1}), 4)
    0.6667
    """
    if not gold:
        return 1.0
    both = Counter((gold[span], predicted[span]) for span in gold)
    one, other = Counter(gold.values()), Counter(predicted.values())
    precision = sum(count * count / other[key] for (_, key), count in both.items()) / len(gold)
    recall = sum(count * count / one[key] for (key, _), count in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)

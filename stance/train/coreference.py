"""Coreference as targets: which mentions and pronouns of a window mean the same, from GUM's clusters and from actors.

GUM teaches pronouns: those of the closed class are candidates wherever they stand, so that an "it" that means nothing among the
candidates teaches that there is no antecedent. Op-eds teach names and descriptions, since their gold lists no pronouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stance.actors.coreference import (
    FEATURE_SIZES,
    Candidate,
    antecedent_pairs,
    candidates,
    find_pronouns,
    head_word,
    is_pronoun,
    pair_features,
)
from stance.corpora.gum import GumMention
from stance.document import Document, Span
from stance.model.encoding import EncodedText
from stance.text.windows import Window

PLACES, PAIRS, TARGETS = "coreference_places", "coreference_pairs", "coreference_targets"
_COLUMNS = 2 + len(FEATURE_SIZES)


@dataclass(frozen=True, slots=True)
class Clusters:
    """Mentions of a document with the cluster and the type of each, by place; and pronouns, which may have a cluster."""

    mentions: Mapping[Span, tuple[int, str]]
    pronouns: Mapping[Span, int | None]


def gum_clusters(document: Document, found: Iterable[GumMention]) -> Clusters:
    """Return GUM's persons, organizations and places, each as far as its head reaches, and the pronouns of the closed class."""
    found = list(found)
    mentions: dict[Span, tuple[int, str]] = {}
    clusters: dict[Span, int] = {}
    for mention in found:
        if mention.kind == "pronoun":
            clusters.setdefault(Span(mention.start, mention.end), mention.cluster)
        elif mention.type in ("person", "organization", "place"):
            span = Span(mention.start, mention.core_end)
            mentions.setdefault(span, (mention.cluster, _type(document.text[slice(*span)], mention)))
    return Clusters(mentions, {span: clusters.get(span) for span in find_pronouns(document.text)})


def _type(words: str, mention: GumMention) -> str:
    """Return our type of a mention by itself; what its cluster says would give the answer away."""
    head = head_word(words.casefold())
    if (
        mention.type == "person"
        and mention.kind == "nominal"
        and (head.endswith("s") or head in ("people", "men", "women"))
    ):
        return "group"
    return {"person": "person", "organization": "organization"}.get(mention.type, "country")


def actor_clusters(document: Document) -> Clusters:
    """Return the names and descriptions of a document's actors; the pronouns among its mentions are left out."""
    mentions = {
        span: (number, actor.type)
        for number, actor in enumerate(document.actors or ())
        for span in actor.mentions
        if not is_pronoun(document.text[slice(*span)])
    }
    return Clusters(mentions, {})


@dataclass(frozen=True, slots=True)
class Anaphora:
    """The candidates of a document in order, their clusters (-1: none) and their tokens as (first, end)."""

    found: Sequence[Candidate]
    clusters: Sequence[int]
    tokens: Sequence[tuple[int, int]]


def anaphora(document: Document, encoded: EncodedText, *, clusters: Clusters, sentences: Sequence[Span]) -> Anaphora:
    """Return the candidates of a document that have tokens."""
    mentions = [(span, type) for span, (_, type) in clusters.mentions.items() if _has_tokens(encoded, span)]
    pronouns = [span for span in clusters.pronouns if span not in clusters.mentions and _has_tokens(encoded, span)]
    found = candidates(document.text, mentions, pronouns=pronouns, sentences=sentences)
    numbers = [clusters.mentions[one.span][0] if one.type else _or_none(clusters.pronouns[one.span]) for one in found]
    return Anaphora(found, numbers, [encoded.tokens(*one.span) for one in found])


def _or_none(number: int | None) -> int:
    return -1 if number is None else number


def _has_tokens(encoded: EncodedText, span: Span) -> bool:
    first, end = encoded.tokens(*span)
    return first < end


def window_targets(document: Anaphora, window: Window) -> dict[str, list[Any]]:
    """Return the candidates that a window sees, the pairs of those in its own part with what is before, and which are right.

    A candidate whose antecedents all stand before the window is no anaphor here: "none" would be wrong.
    """
    seen = [at for at, (first, end) in enumerate(document.tokens) if window.first <= first and end <= window.end]
    found = [document.found[at] for at in seen]
    clusters = np.array([document.clusters[at] for at in seen], dtype=np.int64)
    pairs = antecedent_pairs(found)
    if not len(pairs):
        return {PLACES: [], PAIRS: [], TARGETS: []}
    right = (clusters[pairs[:, 0]] == clusters[pairs[:, 1]]) & (clusters[pairs[:, 0]] >= 0)
    earlier = {document.clusters[at] for at, (first, _) in enumerate(document.tokens) if first < window.first}
    answered = set(pairs[right, 0].tolist())
    own = np.array(
        [
            window.own_first <= document.tokens[at][0] < window.own_end
            and (place in answered or document.clusters[at] not in earlier - {-1})
            for place, at in enumerate(seen)
        ]
    )
    kept = own[pairs[:, 0]]
    rows = np.concatenate([pairs[kept], pair_features(found, pairs[kept])], axis=1)
    shift = 1 - window.first
    places = [[first + shift, end + shift] for first, end in (document.tokens[at] for at in seen)]
    return {
        PLACES: places if len(rows) else [],
        PAIRS: rows.flatten().tolist(),
        TARGETS: right[kept].astype(int).tolist(),
    }


def collate_coreference(examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    """Return the coreference of a batch for `Network.forward`; nothing where no example has pairs."""
    places: list[list[int]] = []
    pairs: list[Tensor] = []
    targets: list[int] = []
    for row, example in enumerate(examples):
        if not example.get(PAIRS):
            continue
        found = torch.tensor(example[PAIRS], dtype=torch.long).reshape(-1, _COLUMNS)
        found[:, :2] += len(places)
        pairs.append(found)
        places += [[row, *place] for place in example[PLACES]]
        targets += example[TARGETS]
    if not pairs:
        return {}
    return {PLACES: torch.tensor(places), PAIRS: torch.cat(pairs), TARGETS: torch.tensor(targets)}

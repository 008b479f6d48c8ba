"""Coreference over a whole document, its windows joined: from what was kept of each candidate to actors and all that means them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from stance.actors.coreference import (
    FEATURE_SIZES,
    Candidate,
    antecedent_pairs,
    candidates,
    find_pronouns,
    join_actors,
    pair_features,
)
from stance.actors.linking import LinkedActor, TypedMention
from stance.document import Actor, Document, Span
from stance.model.coreference import CoreferenceHead
from stance.predict.scoring import DocumentScores


def resolve(
    document: Document,
    scores: DocumentScores,
    *,
    actors: Sequence[LinkedActor],
    head: CoreferenceHead | None,
    thresholds: Mapping[str, float],
) -> list[LinkedActor]:
    """Return actors with the pronouns and descriptions that mean them; without a head they stay as they are.

    Args:
        document: with sentences.
        scores: of the document, with its mentions in order and the vectors of candidates.
        actors: as `linking.link_mentions` gives them for these mentions.
        thresholds: as `actors.coreference.COREFERENCE_THRESHOLDS`, which fill up what is not there.
    """
    if head is None or not actors:
        return list(actors)
    mentions = _first_by_place(scores.mentions)
    found = candidates(
        document.text,
        [(span, mention.type) for span, mention in mentions.items() if span in scores.vectors],
        pronouns=[span for span in find_pronouns(document.text) if span in scores.vectors and span not in mentions],
        sentences=document.sentences or (),
    )
    if not found:
        return list(actors)
    vectors = np.stack([scores.vectors[one.span] for one in found])
    shares = antecedent_shares(head, vectors, found=found)
    return join_actors(actors, scores.mentions, text=document.text, found=found, shares=shares, thresholds=thresholds)


def _first_by_place(mentions: Sequence[TypedMention]) -> dict[Span, TypedMention]:
    return {mention.span: mention for mention in reversed(mentions)}


PAIRS_AT_ONCE = 1 << 15
"""How many pairs are scored together; bounds memory."""


def antecedent_shares(
    head: CoreferenceHead, vectors: NDArray[np.float32], *, found: Sequence[Candidate]
) -> NDArray[np.float64]:
    """Return (N, 1 + A) the probability of each candidate that it has no antecedent, or that it is the one before it, and so on.

    Args:
        vectors: (N, R) of the candidates, in their order.
    """
    pairs = antecedent_pairs(found)
    rows = np.concatenate([pairs, pair_features(found, pairs)], axis=1).reshape(-1, 2 + len(FEATURE_SIZES))
    device = head.output.weight.device
    whole = torch.from_numpy(np.ascontiguousarray(vectors)).to(device)
    reach = int((pairs[:, 0] - pairs[:, 1]).max()) if len(pairs) else 0
    logits = np.full((len(found), 1 + reach), -np.inf)
    with torch.inference_mode():
        for start in range(0, max(len(rows), 1), PAIRS_AT_ONCE):
            part = torch.from_numpy(rows[start : start + PAIRS_AT_ONCE]).to(device)
            scored = head(whole, part).double().cpu().numpy()
            logits[:, : scored.shape[1]] = np.maximum(logits[:, : scored.shape[1]], scored)
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))


def as_actor(key: str, actor: LinkedActor, *, mentions: Sequence[TypedMention]) -> Actor:
    """Return a linked actor as a document has it: with names, descriptions and resolved pronouns in the order of the text.

    >>> linked = LinkedActor("Ann Li", "person", None, [0], [Span(12, 15)])
    >>> as_actor("a0", linked, mentions=[TypedMention(Span(0, 6), "person")]).mentions
    (Span(start=0, end=6), Span(start=12, end=15))
    """
    spans = {mentions[place].span for place in actor.mentions} | set(actor.pronouns)
    return Actor(key, actor.name, actor.type, link=actor.link, mentions=tuple(sorted(spans)))

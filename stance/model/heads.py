"""Heads on the encoder: one small module a task, composed by the network.

Letters in shape comments: B windows, T tokens, H width, K labels, M mentions, C contents, U argument units.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from stance.labels import ACTOR_TYPES, ATTRIBUTION_PARTS, POLARITIES, UNIT_SCHEMES, VOICES, bio_tags

TOKEN_LABELS: dict[str, tuple[str, ...]] = {
    "voice": VOICES,
    **{part: bio_tags([part]) for part in ATTRIBUTION_PARTS},
    "mention": bio_tags(ACTOR_TYPES),
    "evidence": bio_tags(["against", "favor"]),
    **{f"unit-{scheme}": bio_tags(types) for scheme, types in UNIT_SCHEMES.items()},
}
"""Token heads and their labels. Source, cue and content have a head each, since one's words may be part of another."""

RELATION_SCHEMES = ("aae2", "cmv")
"""The schemes of argument units whose corpora relate units."""

STANCE_VIEWS = ("anyone", "author", "source")
"""Whose stance toward a mention: whoever holds it (NewsMTSC's task), the author, or a source that the text quotes."""

HEADS: tuple[str, ...] = (*TOKEN_LABELS, "stance", "link", "relation", "coreference")
"""All heads by name. A checkpoint names those that it has; what it lacks it does not predict."""

FIRST_HEADS = ("voice", "source", "cue", "content", "mention", "evidence", "stance", "link")
"""The heads that every checkpoint has, and the only ones of a checkpoint that names none."""

LINK_PARTS = ("source", "cue")

LATER_SENTENCES = 2
"""How many sentences after a mention still may be judged for a stance toward it ("They lied to us again.")."""


class TokenHead(nn.Module):
    """Scores every token for each label of one inventory."""

    def __init__(self, width: int, labels: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.1)
        self.output = nn.Linear(width, labels)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return logits (B, T, K) of hidden states (B, T, H)."""
        return self.output(self.dropout(hidden))  # type: ignore[no-any-return]


class StanceHead(nn.Module):
    """Scores the stance toward a mention from its tokens, a sentence and the window, in three views.

    The sentence is the mention's own or one soon after it, which may speak of the actor without a name.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(3 * width, width)
        self.later = nn.Embedding(1 + LATER_SENTENCES, width)
        nn.init.zeros_(self.later.weight)
        self.dropout = nn.Dropout(0.1)
        self.output = nn.Linear(width, len(STANCE_VIEWS) * len(POLARITIES))

    def forward(self, hidden: Tensor, places: Tensor) -> Tensor:
        """Return logits (M, 3 views, 3 polarities).

        Args:
            hidden: (B, T, H) hidden states.
            places: (M, 6) window, mention start and end, sentence start and end (token places, half-open), and how many
                sentences after the mention's own that one is.
        """
        window = places[:, 0]
        mention = span_means(hidden, torch.stack([window, places[:, 1], places[:, 2]], dim=1))  # (M, H)
        sentence = span_means(hidden, torch.stack([window, places[:, 3], places[:, 4]], dim=1))  # (M, H)
        features = torch.cat([mention, hidden[window, 0], sentence], dim=-1)  # (M, 3H)
        inner = self.hidden(self.dropout(features)) + self.later(places[:, 5])  # (M, H)
        logits = self.output(self.dropout(torch.tanh(inner)))  # (M, 9)
        return logits.view(-1, len(STANCE_VIEWS), len(POLARITIES))  # type: ignore[no-any-return]


class LinkHead(nn.Module):
    """Points from the first token of a content to the first token of its source and of its cue (biaffine).

    The window's first token, which is special, stands for "none".
    """

    def __init__(self, width: int, rank: int = 64) -> None:
        super().__init__()
        self.content = nn.Linear(width, len(LINK_PARTS) * rank)
        self.part = nn.Linear(width, len(LINK_PARTS) * rank)
        self.distance = nn.Embedding(2 * DISTANCE_BUCKETS + 1, len(LINK_PARTS))
        nn.init.zeros_(self.distance.weight)

    def forward(self, hidden: Tensor, places: Tensor) -> Tensor:
        """Return logits (C, 2 parts, T) over the tokens of each content's window; padding is not masked.

        Args:
            hidden: (B, T, H) hidden states.
            places: (C, 2) window and first token of each content.
        """
        window, token = places[:, 0], places[:, 1]
        query = self.content(hidden[window, token]).view(len(places), len(LINK_PARTS), -1)  # (C, 2, R)
        key = self.part(hidden)[window].view(len(places), hidden.shape[1], len(LINK_PARTS), -1)  # (C, T, 2, R)
        score = torch.einsum("cpr,ctpr->cpt", query, key) / query.shape[-1] ** 0.5  # (C, 2, T)
        steps = torch.arange(hidden.shape[1], device=hidden.device)[None, :] - token[:, None]  # (C, T)
        return score + self.distance(distance_bucket(steps)).transpose(1, 2)  # type: ignore[no-any-return]


class UnitRows(NamedTuple):
    """Argument units: `features` (U, 3F), and (U,) each its first token, its paragraph and its place among the units."""

    features: Tensor
    first: Tensor
    paragraph: Tensor
    order: Tensor


class RelationHead(nn.Module):
    """Scores for each argument unit which other one it supports or attacks, or none, and which of the two (biaffine).

    A unit is known by its tokens, by its first token, and by the token before it ("Therefore, ..."). Distance counts in
    tokens, units and paragraphs. The schemes share what they agree on, the meaning of a reason, and each has weights of its
    own for distances and for "none": essays relate the units of a paragraph, threads also a reply to what it answers.
    """

    def __init__(self, width: int, rank: int = 64) -> None:
        super().__init__()
        self.token = nn.Linear(width, 2 * rank)
        self.dropout = nn.Dropout(0.1)
        self.child = nn.Linear(6 * rank, 2 * rank)
        self.parent = nn.Linear(6 * rank, 2 * rank)
        self.none = nn.Linear(6 * rank, len(RELATION_SCHEMES))
        sizes = (2 * DISTANCE_BUCKETS + 1, 2 * NEAR_UNITS + 1, 2 * NEAR_PARAGRAPHS + 1)
        self.distances = nn.ModuleList(nn.Embedding(len(RELATION_SCHEMES) * size, 2) for size in sizes)
        for table in self.distances:
            nn.init.zeros_(table.weight)  # type: ignore[arg-type]

    def features(self, hidden: Tensor) -> Tensor:
        """Return the features (B, T, F) of hidden states (B, T, H): all that the head wants to know of a token."""
        return self.token(hidden)  # type: ignore[no-any-return]

    def forward(self, child: UnitRows, parent: UnitRows, *, scheme: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (U, 1 + V): none, and each of V parents; and (U, V): attack rather than support.

        A unit is a candidate for its own parent here: the caller masks it.

        Args:
            scheme: (U,) the place of each child's scheme in `RELATION_SCHEMES`.
        """
        query_features = self.dropout(torch.tanh(child.features))  # (U, 3F)
        query = self.child(query_features).view(len(child.first), 2, -1)  # (U, 2, R)
        key = self.parent(self.dropout(torch.tanh(parent.features))).view(len(parent.first), 2, -1)  # (V, 2, R)
        scores = torch.einsum("ucr,vcr->uvc", query, key) / query.shape[-1] ** 0.5  # (U, V, 2)
        tokens, units, paragraphs = self.distances
        steps = parent.first[None, :] - child.first[:, None]  # (U, V)
        far = tokens(_of_scheme(distance_bucket(steps), scheme, size=DISTANCE_BUCKETS))  # (U, V, 2)
        for table, one, other, size in (
            (units, child.order, parent.order, NEAR_UNITS),
            (paragraphs, child.paragraph, parent.paragraph, NEAR_PARAGRAPHS),
        ):
            near = torch.clamp(other[None, :] - one[:, None], -size, size) + size  # (U, V)
            far = far + table(_of_scheme(near, scheme, size=size))
        scores = scores + DISTANCE_SCALE * far
        none = self.none(query_features).gather(1, scheme[:, None])  # (U, 1)
        return torch.cat([none, scores[..., 0]], dim=1), scores[..., 1]


NEAR_UNITS, NEAR_PARAGRAPHS = 5, 2
"""From how many units or paragraphs on everything is equally far."""

DISTANCE_SCALE = 16.0
"""What distances are multiplied by. Adam moves a weight by about the learning rate a step; in the few hundred steps that relations
get, tables that begin at 0 would come to no more than a tenth, and "in the same paragraph" is worth several nats."""


def _of_scheme(bucket: Tensor, scheme: Tensor, *, size: int) -> Tensor:
    """Return buckets (U, V) as rows of a table in which each scheme has a part."""
    return bucket + (2 * size + 1) * scheme[:, None]


def unit_features(tokens: Tensor, places: Tensor) -> Tensor:
    """Return the features (U, 3F) of units: their mean, the first token's and that of the token before.

    Args:
        tokens: (B, T, F) features of tokens.
        places: (U, 3) window, start and end token of each unit, half-open and not empty.
    """
    window, start = places[:, 0], places[:, 1]
    before = tokens[window, (start - 1).clamp(min=0)]
    return torch.cat([span_means(tokens, places), tokens[window, start], before], dim=1)


DISTANCE_BUCKETS = 10


def distance_bucket(steps: Tensor) -> Tensor:
    """Return a bucket for each signed distance in tokens: its sign, and the binary logarithm of its size.

    >>> distance_bucket(torch.tensor([-9, -1, 0, 1, 300])).tolist()
    [6, 9, 10, 11, 19]
    """
    size = torch.clamp(torch.log2(steps.abs().clamp(min=1).float()).long() + 1, max=DISTANCE_BUCKETS - 1)
    return DISTANCE_BUCKETS + torch.sign(steps) * size


def span_means(hidden: Tensor, places: Tensor) -> Tensor:
    """Return the mean hidden state (M, H) of each span.

    Args:
        hidden: (B, T, H) hidden states.
        places: (M, 3) window, start and end token of each span, half-open and not empty.
    """
    window, start, end = places.unbind(dim=1)
    steps = torch.arange(hidden.shape[1], device=hidden.device)[None, :]  # (1, T)
    inside = (steps >= start[:, None]) & (steps < end[:, None])  # (M, T)
    weights = inside.to(hidden.dtype) / inside.sum(dim=1, keepdim=True).clamp(min=1)  # (M, T)
    slot = _slots(window)  # (M,)
    by_window = hidden.new_zeros(len(hidden), int(slot.max()) + 1, hidden.shape[1])  # (B, S, T): no window is copied
    by_window[window, slot] = weights
    return torch.bmm(by_window, hidden)[window, slot]


def _slots(window: Tensor) -> Tensor:
    """Return the rank (M,) of each place among those of its window.

    >>> _slots(torch.tensor([2, 0, 2, 2])).tolist()
    [0, 0, 1, 2]
    """
    ordered, order = window.sort(stable=True)
    rank = torch.arange(len(window), device=window.device) - torch.searchsorted(ordered, ordered)
    return torch.empty_like(rank).scatter_(0, order, rank)

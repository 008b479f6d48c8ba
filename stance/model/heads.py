"""Heads on the encoder: one small module a task, composed by the network.

Letters in shape comments: B windows, T tokens, H width, K labels, M mentions, C contents.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from stance.labels import ACTOR_TYPES, ATTRIBUTION_PARTS, POLARITIES, VOICES, bio_tags

TOKEN_LABELS: dict[str, tuple[str, ...]] = {
    "voice": VOICES,
    **{part: bio_tags([part]) for part in ATTRIBUTION_PARTS},
    "mention": bio_tags(ACTOR_TYPES),
    "evidence": bio_tags(["against", "favor"]),
}
"""Token heads and their labels. Source, cue and content have a head each, since one's words may be part of another."""

STANCE_VIEWS = ("anyone", "author", "source")
"""Whose stance toward a mention: whoever holds it (NewsMTSC's task), the author, or a source that the text quotes."""

HEADS: tuple[str, ...] = (*TOKEN_LABELS, "stance", "link")
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

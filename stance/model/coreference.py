"""The coreference head: whom a mention or a pronoun means, among those before it in the text.

After Lee et al. (EMNLP 2017): each candidate's antecedents share one probability with "none", and all that are right count.
"""

from __future__ import annotations

from itertools import accumulate

import torch
from torch import Tensor, nn

from stance.actors.coreference import FEATURE_SIZES
from stance.model.heads import span_means

RANK = 64
"""Numbers that a candidate is kept as over the windows of a document."""


class CoreferenceHead(nn.Module):
    """Scores pairs of candidates by their representations and by what they have in common.

    Letters beside those of `heads`: N candidates, P pairs, R rank, F features, A the antecedents of a candidate at most.
    """

    firsts: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Linear(3 * width, RANK)
        self.dropout = nn.Dropout(0.1)
        self.anaphor = nn.Linear(RANK, RANK)
        self.antecedent = nn.Linear(RANK, RANK, bias=False)
        self.product = nn.Linear(RANK, RANK, bias=False)
        self.features = nn.Embedding(sum(FEATURE_SIZES), RANK)
        nn.init.normal_(self.features.weight, std=0.1)
        self.output = nn.Linear(RANK, 1)
        self.none = nn.Linear(RANK, 1)
        self.register_buffer(
            "firsts", torch.tensor([0, *accumulate(FEATURE_SIZES[:-1])]), persistent=False
        )  # (F,): the row of a feature's first value

    def represent(self, hidden: Tensor, places: Tensor) -> Tensor:
        """Return (N, R) representations of candidates, from their first and last token and the mean.

        Args:
            hidden: (B, T, H) hidden states.
            places: (N, 3) window, first and end token, half-open and not empty.
        """
        window, start, end = places.unbind(dim=1)
        parts = [hidden[window, start], hidden[window, end - 1], span_means(hidden, places)]
        return torch.tanh(self.inner(self.dropout(torch.cat(parts, dim=-1))))  # (N, R)

    def forward(self, vectors: Tensor, pairs: Tensor) -> Tensor:
        """Return logits (N, 1 + A) that a candidate has no antecedent, then that it is the one before it, the one before that, ...

        Minus infinity stands where there is no pair.

        Args:
            vectors: (N, R) representations.
            pairs: (P, 2 + F) the places of anaphor and antecedent, the latter being smaller, and their features.
        """
        later, earlier = pairs[:, 0], pairs[:, 1]
        inner = self.anaphor(vectors)[later] + self.antecedent(vectors)[earlier]  # (P, R)
        inner = inner + self.product(vectors[later] * vectors[earlier])
        inner = inner + self.features(pairs[:, 2:] + self.firsts).sum(dim=1)
        scores = self.output(self.dropout(torch.relu(inner))).squeeze(-1)  # (P,)
        reach = int((later - earlier).max()) if len(pairs) else 0  # A
        logits = vectors.new_full((len(vectors), 1 + reach), float("-inf"), dtype=scores.dtype)
        logits[:, 0] = self.none(vectors).squeeze(-1)
        logits[later, later - earlier] = scores
        return logits


def antecedent_loss(logits: Tensor, pairs: Tensor, *, right: Tensor) -> Tensor:
    """Return the mean over anaphors of -log P(any right antecedent), or of -log P(none) where no antecedent is right.

    Candidates without a pair are passed over.

    Args:
        logits: (N, 1 + A) of `CoreferenceHead`.
        pairs: (P, 2 or more) the places of anaphor and antecedent.
        right: (P,) 1 where the two mean the same.

    >>> logits = torch.tensor([[0.0, -torch.inf], [0.0, 0.0]])
    >>> round(antecedent_loss(logits, torch.tensor([[1, 0]]), right=torch.tensor([1])).item(), 4)  # log(2)
    0.6931
    """
    later, earlier = pairs[:, 0], pairs[:, 1]
    allowed = torch.zeros_like(logits, dtype=torch.bool)
    allowed[later, later - earlier] = right.bool()
    allowed[:, 0] = ~allowed.any(dim=1)
    anaphors = torch.unique(later)
    logits, allowed = logits[anaphors], allowed[anaphors]
    inside = logits.masked_fill(~allowed, float("-inf"))
    return (torch.logsumexp(logits, dim=1) - torch.logsumexp(inside, dim=1)).mean()

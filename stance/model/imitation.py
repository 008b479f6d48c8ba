"""How far a network is from what a teacher says of the same tokens and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

TEACHER: Final = "teacher_"
"""What the names of a teacher's logits begin with in a batch."""

PLACES: Final = "_places"
"""What the names of the places end with that a teacher's logits are of, where they are not of all tokens."""

UNSEEN: Final = -1e4
"""A logit that stands for no probability at all; finite, so that what is multiplied by it stays a number."""


@dataclass(frozen=True, slots=True)
class Imitation:
    """How a teacher is listened to: both sides' logits are divided by `temperature`; `weight` is that of all its losses."""

    temperature: float = 2.0
    weight: float = 1.0


def divergence(logits: Tensor, targets: Tensor, *, temperature: float) -> Tensor:
    """Return the mean Kullback-Leibler divergence from a teacher's distributions to the student's, times the temperature squared.

    So it is 0 where both agree, and its gradients keep their size at any temperature (Hinton, Vinyals and Dean 2015).

    Args:
        logits: (N, K) of the student.
        targets: (N, K) of the teacher, or logarithms of its probabilities; NaN where it says nothing of an item, and -inf at a
            label that it does not see, which the student's is then left out for too.

    >>> teacher = torch.tensor([[2.0, 0.0, float("-inf")], [float("nan")] * 3])
    >>> divergence(torch.tensor([[5.0, 3.0, 9.0], [0.0, 0.0, 0.0]]), teacher, temperature=2.0).item()
    0.0
    """
    known = ~torch.isnan(targets).any(dim=-1)  # (N,)
    logits, targets = logits[known].float(), targets[known].float()
    unseen = torch.isneginf(targets)  # (N, K)
    wanted = torch.log_softmax(targets.masked_fill(unseen, UNSEEN) / temperature, dim=-1)
    said = torch.log_softmax(logits.masked_fill(unseen, UNSEEN) / temperature, dim=-1)
    items = (wanted.exp() * (wanted - said)).sum(dim=-1)  # (N,)
    return temperature**2 * items.sum() / max(len(items), 1)

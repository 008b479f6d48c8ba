"""The antecedent scorer: one probability over all antecedents and none, the same whatever else stands in the batch."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from stance.actors.coreference import FEATURE_SIZES
from stance.model.coreference import RANK, CoreferenceHead, antecedent_loss

WIDTH = 16


@pytest.fixture
def head() -> CoreferenceHead:
    torch.manual_seed(4)
    return CoreferenceHead(WIDTH).eval()


def pairs(*places: tuple[int, int]) -> Tensor:
    return torch.tensor([[*place, *(number % size for number, size in enumerate(FEATURE_SIZES))] for place in places])


def test_candidates_are_represented_and_scored_by_how_far_back_the_antecedent_is(head: CoreferenceHead) -> None:
    hidden = torch.randn(2, 9, WIDTH)
    vectors = head.represent(hidden, torch.tensor([[0, 1, 2], [0, 3, 6], [1, 2, 3], [1, 4, 8]]))
    assert vectors.shape == (4, RANK)
    logits = head(vectors, pairs((1, 0), (3, 2), (3, 0)))
    assert logits.shape == (4, 4)
    assert torch.isfinite(logits).tolist() == [
        [True, False, False, False],
        [True, True, False, False],
        [True, False, False, False],
        [True, True, False, True],
    ]


def test_a_pair_scores_the_same_whatever_else_is_scored(head: CoreferenceHead) -> None:
    hidden = torch.randn(1, 9, WIDTH)
    places = torch.tensor([[0, 1, 2], [0, 3, 6], [0, 7, 8]])
    vectors = head.represent(hidden, places)
    both = head(vectors, pairs((1, 0), (2, 1), (2, 0)))
    alone = head(head.represent(hidden, places[:2]), pairs((1, 0)))
    assert torch.allclose(both[:2, :2], alone, atol=1e-6)
    longer = head.represent(torch.cat([hidden, torch.randn(1, 9, WIDTH)], dim=1), places)
    assert torch.allclose(longer, vectors, atol=1e-6)


def test_what_a_pair_has_in_common_changes_its_score(head: CoreferenceHead) -> None:
    vectors = torch.randn(2, RANK)
    for place, size in enumerate(FEATURE_SIZES):
        rows = pairs(*[(1, 0)] * 2)
        rows[:, 2 + place] = torch.tensor([0, size - 1])
        scores = [head(vectors, row[None])[1, 1].item() for row in rows]
        assert scores[0] != scores[1]


def test_without_a_pair_there_is_only_none(head: CoreferenceHead) -> None:
    assert head(torch.randn(3, RANK), pairs((1, 0))[:0]).shape == (3, 1)


def test_the_loss_sums_over_all_right_antecedents_and_takes_none_where_there_is_none() -> None:
    minus = -math.inf
    logits = torch.tensor([[0.3, minus, minus], [1.0, 2.0, minus], [0.0, 1.0, 3.0]])
    places = torch.tensor([[1, 0], [2, 1], [2, 0]])

    def by_hand(right: list[float], every: list[float]) -> float:
        return math.log(sum(map(math.exp, every))) - math.log(sum(map(math.exp, right)))

    none = antecedent_loss(logits, places, right=torch.tensor([0, 1, 1])).item()
    assert none == pytest.approx((by_hand([1.0], [1.0, 2.0]) + by_hand([1.0, 3.0], [0.0, 1.0, 3.0])) / 2)
    first = antecedent_loss(logits, places, right=torch.tensor([1, 0, 1])).item()
    assert first == pytest.approx((by_hand([2.0], [1.0, 2.0]) + by_hand([3.0], [0.0, 1.0, 3.0])) / 2)


def test_the_loss_has_finite_gradients(head: CoreferenceHead) -> None:
    vectors = torch.randn(3, RANK, requires_grad=True)
    rows = pairs((1, 0), (2, 0))
    antecedent_loss(head(vectors, rows), rows, right=torch.tensor([0, 1])).backward()
    assert vectors.grad is not None and bool(torch.isfinite(vectors.grad).all())

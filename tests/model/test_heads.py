"""Heads give scores of the promised shapes, and pooling sees the inside of a span alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from stance.labels import POLARITIES
from stance.model.heads import (
    DISTANCE_SCALE,
    LINK_PARTS,
    NEAR_PARAGRAPHS,
    STANCE_VIEWS,
    TOKEN_LABELS,
    LinkHead,
    RelationHead,
    StanceHead,
    TokenHead,
    UnitRows,
    distance_bucket,
    span_means,
    unit_features,
)

WIDTH = 8


@pytest.fixture
def hidden() -> Tensor:
    return torch.randn(3, 11, WIDTH, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", TOKEN_LABELS)
def test_a_token_head_scores_every_label_of_every_token(hidden: Tensor, name: str) -> None:
    labels = TOKEN_LABELS[name]
    assert TokenHead(WIDTH, len(labels))(hidden).shape == (3, 11, len(labels))


def test_a_stance_head_scores_three_polarities_in_three_views_of_every_mention(hidden: Tensor) -> None:
    places = torch.tensor([[0, 1, 3, 1, 9, 0], [2, 4, 5, 4, 10, 0], [2, 8, 10, 4, 10, 2], [1, 1, 2, 1, 2, 0]])
    assert StanceHead(WIDTH)(hidden, places).shape == (4, len(STANCE_VIEWS), len(POLARITIES))


def test_a_link_head_scores_every_token_of_a_contents_window_for_source_and_cue(hidden: Tensor) -> None:
    assert LinkHead(WIDTH)(hidden, torch.tensor([[0, 4], [2, 1]])).shape == (2, len(LINK_PARTS), 11)


def test_a_link_reads_the_window_of_its_content_alone(hidden: Tensor) -> None:
    head = LinkHead(WIDTH).eval()
    places = torch.tensor([[0, 4], [2, 1]])
    before = head(hidden, places)
    changed = hidden.clone()
    changed[1] += 5.0
    assert torch.equal(head(changed, places), before)
    changed[2, 7] += 5.0
    after = head(changed, places)
    assert torch.equal(after[0], before[0])
    assert not torch.equal(after[1, :, 7], before[1, :, 7])


def test_pooling_takes_the_mean_of_the_inside_and_ignores_the_rest(hidden: Tensor) -> None:
    places = torch.tensor([[0, 2, 5], [1, 0, 11]])
    means = span_means(hidden, places)
    assert torch.allclose(means[0], hidden[0, 2:5].mean(dim=0), atol=1e-6)
    assert torch.allclose(means[1], hidden[1].mean(dim=0), atol=1e-6)
    changed = hidden.clone()
    changed[0, :2] = changed[0, 5:] = 1e6
    assert torch.allclose(span_means(changed, places)[0], means[0])


def test_a_stance_does_not_depend_on_tokens_outside_mention_sentence_and_first_token(hidden: Tensor) -> None:
    head = StanceHead(WIDTH).eval()
    places = torch.tensor([[0, 3, 4, 2, 6, 0]])
    before = head(hidden, places)
    changed = hidden.clone()
    changed[0, 1] += 9.0
    changed[0, 6:] += 9.0
    assert torch.equal(head(changed, places), before)
    changed[0, 5] += 9.0
    assert not torch.equal(head(changed, places), before)


def test_distances_fall_into_buckets_that_keep_sign_and_order() -> None:
    buckets = distance_bucket(torch.arange(-5000, 5001))
    assert (buckets.diff() >= 0).all()
    assert (int(buckets.min()), int(buckets.max())) == (1, 19)
    assert torch.equal(buckets.flip(0), 20 - buckets)


def test_a_relation_head_scores_no_parent_and_every_other_unit_for_each_unit_by_its_scheme(hidden: Tensor) -> None:
    head = RelationHead(WIDTH).eval()
    places = torch.tensor([[0, 1, 4], [0, 4, 9], [2, 3, 4]])
    units = UnitRows(unit_features(head.features(hidden), places), places[:, 1], torch.zeros(3).long(), torch.arange(3))
    parents, attacks = head(units, units, scheme=torch.tensor([0, 1, 1]))
    assert (parents.shape, attacks.shape) == ((3, 4), (3, 3))
    head.distances[2].weight.data[: 2 * NEAR_PARAGRAPHS + 1] += (
        3.0 / DISTANCE_SCALE
    )  # the first scheme's part of paragraphs
    changed, _ = head(units, units, scheme=torch.tensor([0, 1, 1]))
    assert torch.allclose(changed[0, 1:], parents[0, 1:] + 3.0)
    assert torch.equal(changed[1:], parents[1:])
    assert torch.equal(changed[:, 0], parents[:, 0])


def test_the_features_of_a_unit_do_not_depend_on_what_follows_it_or_stands_before_the_token_before_it(
    hidden: Tensor,
) -> None:
    places = torch.tensor([[0, 3, 6]])
    before = unit_features(hidden, places)
    changed = hidden.clone()
    changed[0, :2] += 5.0
    changed[0, 6:] += 5.0
    assert torch.equal(unit_features(changed, places), before)
    changed[0, 2] += 5.0
    assert not torch.equal(unit_features(changed, places), before)

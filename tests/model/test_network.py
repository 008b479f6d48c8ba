"""One loss for corpora that annotate different things, and the same result whatever stands beside a window in its batch."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, MPNetConfig, MPNetModel

from stance.actors.coreference import FEATURE_SIZES
from stance.labels import IGNORED
from stance.model.checkpoint import Checkpoint
from stance.model.heads import FIRST_HEADS, HEADS, TOKEN_LABELS
from stance.model.network import LOSSES, Network, anywhere_loss, marginal_cross_entropy

SHAPE: dict[str, Any] = {"vocab_size": 60, "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64}


def network(kind: str = "bert") -> Network:
    torch.manual_seed(2)
    if kind == "bert":
        return Network(BertModel(BertConfig(**SHAPE, num_hidden_layers=2, max_position_embeddings=64))).eval()
    return Network(MPNetModel(MPNetConfig(**SHAPE, num_hidden_layers=2, max_position_embeddings=64))).eval()


def batch(rows: list[list[int]], *, width: int) -> dict[str, Tensor]:
    """Return windows filled up to a width, with a target of every kind in the first one."""
    ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    values = {"input_ids": ids, "attention_mask": mask}
    for name in TOKEN_LABELS:
        values[name] = torch.zeros_like(ids)
        values[name][0, 1:4] = torch.tensor([1, 3, 2])
    return values | {
        "mention_places": torch.tensor([[0, 1, 2, 1, 4, 0]]),
        "mention_targets": torch.tensor([[2, IGNORED, 0]]),
        "content_places": torch.tensor([[0, 2]]),
        "content_targets": torch.tensor([[1, IGNORED]]),
        "unit_places": torch.tensor([[0, 0, 1, 2, 0], [0, 1, 2, 4, 0]]),
        "unit_targets": torch.tensor([[2, 1], [0, IGNORED]]),
        "coreference_places": torch.tensor([[0, 1, 2], [0, 2, 4]]),
        "coreference_pairs": torch.tensor([[1, 0, *[0] * len(FEATURE_SIZES)]]),
        "coreference_targets": torch.tensor([1]),
    }


def test_the_loss_of_single_labels_is_ordinary_cross_entropy() -> None:
    logits = torch.randn(50, 5, generator=torch.Generator().manual_seed(1))
    labels = torch.arange(50) % 5
    expected = nn.functional.cross_entropy(logits, labels)
    assert torch.allclose(marginal_cross_entropy(logits, 1 << labels), expected)


def test_the_loss_is_smaller_the_more_labels_are_allowed_and_zero_for_all() -> None:
    logits = torch.randn(50, 5, generator=torch.Generator().manual_seed(1))
    single = torch.ones(50, dtype=torch.long)
    losses = [marginal_cross_entropy(logits, single | more).item() for more in (0, 0b00010, 0b10110, 0b11111)]
    assert losses == sorted(losses, reverse=True)
    assert losses[3] == pytest.approx(0.0, abs=1e-6)


def by_all_chains(scores: Tensor, *, switch_cost: float) -> float:
    """Return P(opinion nowhere) of one sentence (L, 3) by going through all its chains of voices."""
    weights: dict[bool, float] = {True: 0.0, False: 0.0}
    for chain in itertools.product(range(3), repeat=len(scores)):
        switches = sum(left != right for left, right in itertools.pairwise(chain))
        total = sum(scores[step, label].item() for step, label in enumerate(chain)) - switch_cost * switches
        weights[2 in chain] += math.exp(total)
    return weights[False] / (weights[False] + weights[True])


def test_opinion_anywhere_is_the_share_of_chains_of_voices_that_have_it() -> None:
    logits = torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(1))
    places = torch.tensor([[0, 1, 5], [1, 2, 4], [1, 4, 7], [0, 6, 7]])
    scores = torch.log_softmax(logits, dim=-1)
    nowhere = [by_all_chains(scores[row, first:end], switch_cost=0.7) for row, first, end in places.tolist()]
    for target, shares in ((0, nowhere), (1, [1 - share for share in nowhere])):
        expected = -sum(map(math.log, shares)) / len(shares)
        found = anywhere_loss(logits, places, targets=torch.full((4,), target), switch_cost=0.7)
        assert found.item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("size", [0.0, 60.0])
def test_opinion_anywhere_has_finite_gradients_also_where_logits_are_extreme(size: float) -> None:
    logits = (size * torch.tensor([[[0.0, 0.0, 1.0]] * 9, [[1.0, 0.0, 0.0]] * 9])).requires_grad_()
    places = torch.tensor([[0, 0, 9], [1, 0, 9]])
    for targets in ([0, 1], [1, 0]):
        loss = anywhere_loss(logits, places, targets=torch.tensor(targets))
        (gradient,) = torch.autograd.grad(loss, logits)
        assert bool(loss.isfinite()) and bool(gradient.isfinite().all())


def test_the_loss_passes_over_tokens_that_a_corpus_says_nothing_about() -> None:
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))
    allowed = torch.tensor([1, 0, 6, 0])
    assert torch.equal(marginal_cross_entropy(logits, allowed), marginal_cross_entropy(logits[[0, 2]], allowed[[0, 2]]))


def test_the_loss_has_finite_gradients_also_where_logits_are_extreme() -> None:
    logits = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]], requires_grad=True)
    (gradient,) = torch.autograd.grad(marginal_cross_entropy(logits, torch.tensor([0b010, 0b101])), logits)
    assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("kind", ["bert", "mpnet"])
def test_padding_does_not_change_a_rows_result(kind: str) -> None:
    net = network(kind)
    row, longer = [2, 7, 9, 11, 3], [2, *range(5, 30), 3]
    with torch.no_grad():
        alone = net.encode(torch.tensor([row]), torch.ones(1, 5, dtype=torch.long))
        padded = batch([row, longer], width=27)
        beside = net.encode(padded["input_ids"], padded["attention_mask"])
        assert torch.allclose(beside[0, :5], alone[0], atol=1e-5)
        whole, wide = net(batch([row], width=5))["loss"], net(batch([row], width=20))["loss"]
    assert torch.allclose(whole, wide, atol=1e-5)


def test_the_loss_is_the_weighted_sum_of_the_heads_that_have_targets() -> None:
    net = network()
    targets = batch([[2, 7, 9, 11, 3]], width=5)
    found = net(targets)
    assert set(found) == {"loss", *(f"loss_{name}" for name in LOSSES)}
    assert torch.allclose(found["loss"], sum(net.loss_weights[name] * found[f"loss_{name}"] for name in LOSSES))
    net.loss_weights["voice"] = 3.0
    assert torch.allclose(net(targets)["loss"], found["loss"] + 2 * found["loss_voice"])
    only = net({name: targets[name] for name in ("input_ids", "attention_mask", "voice")})
    assert set(only) == {"loss", "loss_voice"}


def test_a_network_has_the_first_heads_and_the_others_that_are_named() -> None:
    encoder = network().encoder
    assert Network(encoder).heads == HEADS
    assert Network(encoder, heads=()).heads == tuple(name for name in HEADS if name in FIRST_HEADS)


def test_heads_that_are_added_leave_the_others_as_they_are() -> None:
    net = Network(network().encoder, heads=())
    before = {name: value.clone() for name, value in net.state_dict().items()}
    net.add_heads(HEADS)
    assert net.heads == HEADS
    assert all(torch.equal(net.state_dict()[name], value) for name, value in before.items())


def test_targets_of_heads_that_a_network_lacks_are_passed_over() -> None:
    net = Network(network().encoder, heads=())
    found = net(batch([[2, 7, 9, 11, 3]], width=5))
    assert set(found) == {"loss", *(f"loss_{name}" for name in FIRST_HEADS)}


def test_a_batch_without_any_target_gives_no_loss_and_no_gradient() -> None:
    net = network()
    targets = batch([[2, 7, 9, 11, 3]], width=5)
    loss = net({name: targets[name] for name in ("input_ids", "attention_mask")})["loss"]
    loss.backward()
    assert loss.item() == 0.0
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in net.parameters())


def test_every_weight_has_a_gradient_when_every_head_has_a_target() -> None:
    net = network()
    net(batch([[2, 7, 9, 11, 3]], width=5))["loss"].backward()
    without = [name for name, parameter in net.named_parameters() if parameter.grad is None]
    assert without == [], "weights that nothing trains stop data-parallel training"


def test_hidden_states_are_computed_without_the_encoders_pooler(tiny_checkpoint: Checkpoint) -> None:
    assert not any("pooler" in name for name in tiny_checkpoint.network.state_dict())


def test_the_longest_window_leaves_out_the_places_that_an_encoder_keeps_for_padding() -> None:
    assert network("bert").longest_window == 64
    assert network("mpnet").longest_window == 62
    distil = DistilBertConfig(vocab_size=60, dim=32, n_layers=1, n_heads=2, hidden_dim=64, max_position_embeddings=64)
    assert Network(DistilBertModel(distil)).longest_window == 64


@pytest.mark.parametrize(("kind", "tokens"), [("bert", 64), ("mpnet", 62)])
def test_the_longest_window_is_the_longest_that_can_be_encoded(kind: str, tokens: int) -> None:
    net = network(kind)
    ids = torch.full((1, tokens), 7)
    net.encode(ids, torch.ones_like(ids))
    wider = torch.full((1, tokens + 1), 7)
    with pytest.raises((IndexError, RuntimeError)):
        net.encode(wider, torch.ones_like(wider))

"""Heads learn faster than the encoder, lower layers slower than upper ones, and frozen ones not at all and at no cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import MPNetConfig, MPNetModel

from stance.config import OptimizerSettings, TrainConfig
from stance.errors import ConfigError
from stance.model.network import Network, new_network
from stance.train.optimizing import freeze_layers, layer_count, layer_of, optimizer
from stance.train.training import train


@pytest.fixture
def network(tiny_encoder: Path) -> Network:
    return new_network(str(tiny_encoder))


@pytest.fixture
def settings() -> OptimizerSettings:
    return OptimizerSettings(learning_rate=1e-3)


def rates(network: Network, settings: OptimizerSettings) -> dict[str, float]:
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    groups = optimizer(network, settings).param_groups
    return {names[id(parameter)]: group["lr"] for group in groups for parameter in group["params"]}


def test_heads_learn_faster_than_the_encoder_and_biases_do_not_decay(
    network: Network, settings: OptimizerSettings
) -> None:
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    seen = []
    for group in optimizer(network, settings).param_groups:
        for parameter in group["params"]:
            name = names[id(parameter)]
            factor = 1.0 if name.startswith("encoder.") else settings.head_factor
            assert group["lr"] == settings.learning_rate * factor
            assert (group["weight_decay"] > 0) == (parameter.ndim > 1)
            seen.append(name)
    assert sorted(seen) == sorted(names.values())


def test_each_layer_learns_slower_than_the_one_above_it(network: Network, settings: OptimizerSettings) -> None:
    found = rates(network, settings.model_copy(update={"layer_decay": 0.5}))
    expected = {None: 5e-3, 1: 1e-3, 0: 5e-4, -1: 2.5e-4}
    assert {layer_of(name) for name in found} == set(expected)
    for name, rate in found.items():
        assert rate == pytest.approx(expected[layer_of(name)]), name


def test_frozen_layers_do_not_move_and_all_others_do(tiny_config: Callable[..., TrainConfig]) -> None:
    steady = {"learning_rate": 1e-3, "batch_tokens": 120, "frozen_layers": 1}
    config = tiny_config(optimizer=steady, corpora={"newsmtsc": {"passes": 1}}, evaluate_every=100)
    before = dict(new_network(str(config.encoder)).named_parameters())
    after = dict(train(config).checkpoint.network.named_parameters())
    moved = {name for name, value in before.items() if not torch.equal(value, after[name])}
    assert {layer_of(name) for name in before.keys() - moved if name.startswith("encoder.")} >= {-1, 0}
    assert {layer_of(name) for name in moved if name.startswith("encoder.")} == {1}


def test_no_gradient_goes_through_a_frozen_layer_though_relative_positions_are_shared() -> None:
    shape = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 32}
    network = Network(MPNetModel(MPNetConfig(vocab_size=50, **shape)))
    assert layer_count(network) == 3
    freeze_layers(network, 2)
    seen: list[bool] = []
    for layer in network.encoder.encoder.layer:
        layer.register_forward_hook(lambda _module, _inputs, output: seen.append(output[0].requires_grad))
    ids = torch.tensor([[0, 5, 6, 2]])
    hidden = network.encode(ids, torch.ones_like(ids))
    assert seen == [False, False, True]
    hidden.sum().backward()
    assert {layer_of(name) for name, value in network.named_parameters() if value.grad is not None} == {2}


def test_an_encoder_cannot_be_frozen_whole(network: Network) -> None:
    with pytest.raises(ConfigError, match=r"optimizer.frozen_layers: it is 2; expected at most 1, .* has 2 layers"):
        freeze_layers(network, 2)

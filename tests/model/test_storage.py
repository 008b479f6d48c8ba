"""Weights rounded to eight bits stay within half a step, lie in shards that hold no more than they may, and come back whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from stance.errors import CheckpointError
from stance.model import checkpoint as checkpoints
from stance.model import storage as files
from stance.model.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from stance.model.storage import (
    INDEX,
    SCALE,
    SINGLE,
    STRETCH,
    as_stored,
    read_weights,
    round_matrix,
    weights_checksum,
    write_weights,
)


@pytest.fixture
def weights() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(1)
    shapes = {
        "encoder.embeddings": (40, 64),
        "encoder.layer.0.query": (64, 64),
        "encoder.layer.0.bias": (64,),
        "encoder.relative": (8, 4),
        "stance.output": (9, 64),
    }
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


@pytest.mark.parametrize("width", [2 * STRETCH, 2 * STRETCH + 1])
def test_a_rounded_number_is_half_a_step_of_its_stretch_off_at_most(width: int) -> None:
    matrix = torch.randn((40, width), generator=torch.Generator().manual_seed(1))
    matrix = matrix * torch.logspace(-3, 3, 40)[:, None]  # rows of very different sizes
    values, scales = round_matrix(matrix)
    stretch = STRETCH if width % STRETCH == 0 else width
    assert values.dtype == torch.int8 and scales.shape == (40, width // stretch)
    steps = (scales.float() / 127).repeat_interleave(stretch, dim=1)
    clipped = 127 * steps * 0.0005  # where the largest number of a stretch is more than its scale, which has 11 bits
    assert bool(((values.float() * steps - matrix).abs() <= 0.5001 * steps + clipped).all())


def test_only_wide_matrices_of_the_encoder_are_rounded(weights: dict[str, Tensor], tmp_path: Path) -> None:
    write_weights(weights, tmp_path, storage="int8")
    from safetensors.torch import load_file

    held = load_file(tmp_path / SINGLE)
    rounded = {"encoder.embeddings", "encoder.layer.0.query"}
    assert {name for name, value in held.items() if value.dtype == torch.int8} == rounded
    assert {name.removesuffix(SCALE) for name in held if name.endswith(SCALE)} == rounded
    assert {value.dtype for name, value in held.items() if name in weights.keys() - rounded} == {torch.float16}


@pytest.mark.parametrize("storage", ["float32", "float16", "int8"])
def test_shards_are_no_larger_than_they_may_be_and_give_what_one_file_gives(
    weights: dict[str, Tensor], tmp_path: Path, storage: files.Storage
) -> None:
    for name, limit in (("one", 10**6), ("many", 5000)):
        (tmp_path / name).mkdir()
        write_weights(weights, tmp_path / name, storage=storage, shard_bytes=limit)
    assert [path.name for path in (tmp_path / "one").iterdir()] == [SINGLE]
    shards = sorted((tmp_path / "many").glob("*.safetensors"))
    assert len(shards) > 1 and not (tmp_path / "many" / SINGLE).exists()
    index = json.loads((tmp_path / "many" / INDEX).read_text())
    assert set(index["weight_map"].values()) == {path.name for path in shards}
    largest = max(value.numel() * (1 if storage == "int8" else 2) for value in weights.values())
    header = 1000
    assert storage == "float32" or max(path.stat().st_size for path in shards) <= max(5000, largest) + header
    one, many = read_weights(tmp_path / "one"), read_weights(tmp_path / "many")
    assert one.keys() == many.keys() == weights.keys()
    for name, value in one.items():
        assert torch.equal(value, many[name]) and value.dtype == torch.float32
        assert torch.allclose(value, weights[name], atol={"float32": 0.0, "float16": 2e-3, "int8": 0.02}[storage])


def test_what_was_rounded_once_stays_as_it_is(weights: dict[str, Tensor]) -> None:
    once = as_stored(weights, storage="int8")
    again = as_stored(once, storage="int8")
    assert not torch.equal(once["encoder.embeddings"], weights["encoder.embeddings"])
    for name, value in once.items():
        assert torch.allclose(again[name], value, rtol=1e-6, atol=0.0), name


def test_weights_without_scales_or_another_index_are_refused(weights: dict[str, Tensor], tmp_path: Path) -> None:
    write_weights(weights, tmp_path, storage="int8", shard_bytes=5000)
    index = json.loads((tmp_path / INDEX).read_text())
    shard = index["weight_map"]["encoder.embeddings"]
    moved = index | {"weight_map": index["weight_map"] | {"encoder.none": shard}}
    (tmp_path / INDEX).write_text(json.dumps(moved))
    with pytest.raises(ValueError, match=r"differ on encoder\.none"):
        read_weights(tmp_path)
    for text in ("{}", "[", '{"weight_map": 3}'):
        (tmp_path / INDEX).write_text(text)
        with pytest.raises(ValueError, match="names no tensors"):
            read_weights(tmp_path)
    (tmp_path / INDEX).unlink()
    save_file({"encoder.embeddings": torch.ones(2, 40, dtype=torch.int8)}, tmp_path / SINGLE)
    with pytest.raises(ValueError, match="without its scales"):
        read_weights(tmp_path)


@pytest.fixture
def sharded(tiny_checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkpoint in several shards, which are small as the model is."""

    def write(weights: dict[str, Tensor], folder: Path, *, storage: files.Storage) -> None:
        write_weights(weights, folder, storage=storage, shard_bytes=20_000)

    monkeypatch.setattr(checkpoints, "write_weights", write)
    save_checkpoint(tiny_checkpoint, tmp_path / "tiny", extras={"card.md": "# A card\n"}, storage="int8")
    assert len(list((tmp_path / "tiny").glob("model-*-of-*.safetensors"))) > 2
    return tmp_path / "tiny"


def test_a_checkpoint_in_shards_loads_as_one_in_a_single_file(
    sharded: Path, tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    save_checkpoint(tiny_checkpoint, sharded.parent / "whole", extras={}, storage="int8")
    one, other = load_checkpoint(sharded), load_checkpoint(sharded.parent / "whole")
    for name, value in one.network.state_dict().items():
        assert torch.equal(value, other.network.state_dict()[name]), name
    assert len(one.info.weights_sha256) == len(other.info.weights_sha256) == 64
    assert one.info.weights_sha256 != other.info.weights_sha256


@pytest.mark.parametrize("name", ["model-00002-of-", INDEX])
def test_a_shard_that_is_missing_or_changed_or_without_checksum_is_named(sharded: Path, name: str) -> None:
    path = next(path for path in sharded.iterdir() if path.name.startswith(name))
    content = path.read_bytes()
    path.write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
    with pytest.raises(CheckpointError, match=rf"{path.name}: the file is corrupt or was changed"):
        load_checkpoint(sharded)
    path.unlink()
    with pytest.raises(CheckpointError, match=rf"{path.name}: the file is missing"):
        load_checkpoint(sharded)
    path.write_bytes(content)
    manifest = json.loads((sharded / checkpoints.MANIFEST).read_text())
    del manifest["sha256"][path.name]
    (sharded / checkpoints.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(CheckpointError, match=path.name):
        load_checkpoint(sharded)


def test_the_checksum_of_shards_tells_when_one_of_them_is_another() -> None:
    sums = {
        INDEX: "a",
        "model-00001-of-00002.safetensors": "b",
        "model-00002-of-00002.safetensors": "c",
        "card.md": "d",
    }
    assert weights_checksum(sums) != weights_checksum(sums | {"model-00002-of-00002.safetensors": "x"})
    assert weights_checksum(sums) == weights_checksum(sums | {"card.md": "x"})
    assert weights_checksum({SINGLE: "whole"}) == "whole"

"""How weights lie in files: rounded to fewer bits or not, in shards small enough to be passed on, never pickled.

A matrix of the encoder kept as int8 has a float16 scale for every 64 numbers of a row, the largest of them, which 127 stands for;
the rest is float16. (A scale for each whole row takes 3 % less, and is off by 1.0 % of the weights' size instead of 0.6 %.)
Weights that fit in one file are `model.safetensors`; others are `model-00001-of-00003.safetensors` and so on, with
`model.safetensors.index.json`, which names the shard of every tensor as the hub's own shards do.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

Storage = Literal["float32", "float16", "int8"]

SHARD_BYTES: Final = 48_000_000
"""The most bytes of weights in a shard; a tensor that is larger has one of its own."""

SINGLE: Final = "model.safetensors"
INDEX: Final = "model.safetensors.index.json"
SCALE: Final = "::scale"
"""What the name of a matrix's scales ends in."""

STRETCH: Final = 64
"""How many numbers of a row share a scale."""

NARROWEST: Final = 32
"""Matrices with shorter rows stay as they are: they are small, and scales would take what rounding saves."""

_SHARD: Final = re.compile(r"model-(\d{5})-of-(\d{5})\.safetensors")


def round_matrix(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return a matrix (R, C) as int8 and the scales (R, G) of the G stretches of each row, as float16.

    A stretch has `STRETCH` numbers; a row that this does not divide is one stretch.

    >>> values, scales = round_matrix(torch.tensor([[0.5, -1.0, 0.004], [0.0, 0.0, 0.0]]))
    >>> values.tolist(), scales.tolist()
    ([[64, -127, 1], [0, 0, 0]], [[1.0], [1.0]])
    """
    stretches = _stretched(matrix.float())  # (R, G, S)
    largest = stretches.abs().amax(dim=2).half()  # (R, G)
    scales = torch.where(largest > 0, largest, torch.ones_like(largest))
    values = torch.round(stretches / scales.float()[:, :, None] * 127).clamp(-127, 127)
    return values.to(torch.int8).reshape(matrix.shape), scales


def _stretched(matrix: Tensor) -> Tensor:
    """Return a matrix (R, C) as (R, G, S)."""
    rows, columns = matrix.shape
    return matrix.reshape(rows, -1, STRETCH if columns % STRETCH == 0 else columns)


def write_weights(
    weights: Mapping[str, Tensor], folder: Path, *, storage: Storage, shard_bytes: int = SHARD_BYTES
) -> None:
    """Write weights into a folder: as one file where they fit, else in shards with an index."""
    stored = _stored(weights, storage=storage)
    shards = _shards(stored, shard_bytes=shard_bytes)
    if len(shards) == 1:
        save_file(stored, folder / SINGLE, metadata={"format": "pt"})
        return
    files = {f"model-{place:05}-of-{len(shards):05}.safetensors": names for place, names in enumerate(shards, start=1)}
    for file, names in files.items():
        save_file({name: stored[name] for name in names}, folder / file, metadata={"format": "pt"})
    index = {
        "metadata": {"total_size": sum(map(_size, stored.values())), "storage": storage},
        "weight_map": {name: file for file, names in files.items() for name in names},
    }
    (folder / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Return the weights of a folder in float32.

    Raises:
        OSError, SafetensorError: a file is missing or no safetensors.
        ValueError: the index is none, or names tensors that its shards do not hold.
    """
    if not (folder / INDEX).is_file():
        return _restored(load_file(folder / SINGLE))
    try:
        places = dict(json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{INDEX} names no tensors: {error!r}") from None
    found: dict[str, Tensor] = {}
    for file in sorted(set(places.values())):
        held = load_file(folder / file)
        named = {name for name, place in places.items() if place == file}
        if odd := sorted(named ^ held.keys()):
            raise ValueError(f"{file} and {INDEX} differ on {', '.join(odd[:3])}")
        found |= held
    return _restored(found)


def as_stored(weights: Mapping[str, Tensor], *, storage: Storage) -> dict[str, Tensor]:
    """Return weights in float32 as they come back from files: rounded. Rounded once more, they stay what they are."""
    return _restored(_stored(weights, storage=storage))


def weight_files(names: Iterable[str]) -> frozenset[str]:
    """Return the weight files that a checkpoint of these files must have, whether it has them or not.

    >>> sorted(weight_files(["card.md", "model-00002-of-00002.safetensors"]))
    ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model.safetensors.index.json']
    >>> sorted(weight_files(["card.md"]))
    ['model.safetensors']
    """
    names = set(names)
    counts = {int(match[2]) for name in names if (match := _SHARD.fullmatch(name))}
    if not counts and INDEX not in names:
        return frozenset({SINGLE})
    shards = {f"model-{place:05}-of-{count:05}.safetensors" for count in counts or {1} for place in range(1, count + 1)}
    return frozenset({INDEX, *shards})


def weights_checksum(sums: Mapping[str, str]) -> str:
    """Return what tells weights from others: the sha256 of their one file, or of the checksums of their shards in order.

    Args:
        sums: sha256 by file name; empty where the weights' own are not in it.
    """
    files = weight_files(sums)
    if files == {SINGLE}:
        return sums.get(SINGLE, "")
    return hashlib.sha256("".join(sums.get(file, "") for file in sorted(files)).encode()).hexdigest()


def _stored(weights: Mapping[str, Tensor], *, storage: Storage) -> dict[str, Tensor]:
    kind = torch.float32 if storage == "float32" else torch.float16
    found: dict[str, Tensor] = {}
    for name, given in weights.items():
        value = given.detach().cpu()
        if storage == "int8" and _is_rounded(name, value):
            values, scales = round_matrix(value)
            found |= {name: values.contiguous(), name + SCALE: scales.contiguous()}
        else:
            found[name] = (value.to(kind) if value.is_floating_point() else value).contiguous()
    return found


def _is_rounded(name: str, value: Tensor) -> bool:
    matrix = value.is_floating_point() and value.ndim == 2 and value.shape[1] >= NARROWEST
    return matrix and name.startswith("encoder.")


def _restored(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, value in stored.items():
        if name.endswith(SCALE):
            continue
        if value.dtype == torch.int8:
            if name + SCALE not in stored:
                raise ValueError(f"{name} is int8 without its scales")
            steps = stored[name + SCALE].float()[:, :, None] / 127  # (R, G, 1)
            found[name] = (_stretched(value.float()) * steps).reshape(value.shape)
        else:
            found[name] = value.float()
    return found


def _shards(stored: Mapping[str, Tensor], *, shard_bytes: int) -> list[list[str]]:
    """Return the names of each shard, in order; a matrix and its scales may stand in different ones."""
    shards: list[list[str]] = [[]]
    filled = 0
    for name, value in stored.items():
        if shards[-1] and filled + _size(value) > shard_bytes:
            shards.append([])
            filled = 0
        shards[-1].append(name)
        filled += _size(value)
    return shards


def _size(value: Tensor) -> int:
    return value.numel() * value.element_size()

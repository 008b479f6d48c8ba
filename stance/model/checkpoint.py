"""The folder that a trained model lives in: save whole or not at all, load with every file checked, and its card.

A checkpoint holds `model.safetensors` (weights, never pickle; several files where they are large, see `storage`),
`config.json` (the encoder's shape), the tokenizer, `train.yaml` (the run's settings, defaults filled in), `card.md`, and
`stance.json`: heads, labels, window sizes, calibration, and a sha256 of every other file. It loads with the heads that it names,
`FIRST_HEADS` where it was made before they were named.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from stance.errors import CheckpointError, OutputError, Problem, nearest
from stance.labels import POLARITIES
from stance.model.encoding import Tokenizer, load_tokenizer
from stance.model.heads import FIRST_HEADS, HEADS, STANCE_VIEWS, TOKEN_LABELS
from stance.model.network import Network, empty_network
from stance.model.storage import Storage, read_weights, weight_files, weights_checksum, write_weights
from stance.shipped import shipped_path

MANIFEST = "stance.json"
SHIPPED = shipped_path("checkpoints")
DEFAULT = "small"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a checkpoint says of itself.

    `heads` are those that it has weights for, and `labels` the inventories of these. `temperatures` divide the logits of a head
    (by name; the stance views as `stance-author` and so on); `aggregation` holds the parameters of
    `predict/document_stance.py`, `thresholds` those of `predict/opinions.py`, `decoding` the costs of `predict/decode.py` by head
    and the thresholds of `actors/coreference.py`; `sha256` has a checksum by file name.
    """

    name: str
    version: str
    encoder: str
    window_tokens: int
    context: int
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(INVENTORIES))
    temperatures: Mapping[str, float] = field(default_factory=dict)
    aggregation: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    decoding: Mapping[str, float] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    heads: tuple[str, ...] = HEADS

    @property
    def weights_sha256(self) -> str:
        """What tells these weights from others; empty before they were saved."""
        return weights_checksum(self.sha256)


INVENTORIES: Mapping[str, tuple[str, ...]] = {**TOKEN_LABELS, "views": STANCE_VIEWS, "polarity": POLARITIES}


def inventories(heads: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the inventories of heads: those that are called like one of them, and those that all share."""
    return {name: labels for name, labels in INVENTORIES.items() if name in heads or name not in HEADS}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model in memory, ready for use."""

    network: Network
    tokenizer: Tokenizer
    info: ModelInfo


def save_checkpoint(
    checkpoint: Checkpoint, folder: Path, *, extras: Mapping[str, str], storage: Storage = "float16"
) -> None:
    """Write a checkpoint; the folder appears whole under its name, and replaces an older one only then.

    Args:
        extras: further text files by name, such as `card.md` and `train.yaml`.
        storage: what weights are rounded to in the files: float16 is half the size of float32, int8 a quarter. They are computed
            with as float32.

    Raises:
        OutputError: the folder holds something else than a checkpoint, or cannot be written.
    """
    if problem := occupied(folder):
        raise OutputError(problem)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as workshop:
            fresh = Path(workshop) / "fresh"
            fresh.mkdir()
            _write(checkpoint, fresh, extras=extras, storage=storage)
            _put_in_place(fresh, folder, old=Path(workshop) / "old")
    except (OSError, SafetensorError) as error:
        cure = "name another folder, or free some space, or change the folder's permissions"
        problem = Problem(str(folder), f"it cannot be written ({error})", wish="a folder to write in", cure=cure)
        raise OutputError(problem) from None


def occupied(folder: Path) -> Problem | None:
    """Return what is wrong with a folder to save a checkpoint in: it is no folder, or holds what is no checkpoint."""
    if not folder.exists() or (folder / MANIFEST).is_file() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    value = f"it holds other files than a checkpoint's (no {MANIFEST})" if folder.is_dir() else "it is a file"
    return Problem(
        str(folder), value, wish="a new folder, or the one of an older checkpoint", cure="name another folder"
    )


def _write(checkpoint: Checkpoint, folder: Path, *, extras: Mapping[str, str], storage: Storage) -> None:
    write_weights(checkpoint.network.state_dict(), folder, storage=storage)
    checkpoint.network.encoder.config.save_pretrained(folder)
    checkpoint.tokenizer.subwords.save_pretrained(folder)
    for name, text in extras.items():
        (folder / name).write_text(text, encoding="utf-8")
    sums = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    heads = checkpoint.network.heads
    manifest = asdict(replace(checkpoint.info, sha256=sums, heads=heads, labels=inventories(heads)))
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _put_in_place(fresh: Path, folder: Path, *, old: Path) -> None:
    """Move a fresh folder to its name; what stood there goes to `old`, and comes back if that fails."""
    try:
        if folder.exists():
            os.replace(folder, old)
        os.replace(fresh, folder)
    except BaseException:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        raise


def find_checkpoint(model: str | Path | None) -> Path:
    """Return the folder of a shipped name, of a path, or of a hub id (which is downloaded); the default when None.

    Raises:
        CheckpointError: there is none such.
    """
    name = str(model or DEFAULT)
    for folder in (SHIPPED / name, Path(name).expanduser()):
        if (folder / MANIFEST).is_file():
            return folder
    shipped = sorted(path.name for path in SHIPPED.glob("*") if (path / MANIFEST).is_file())
    known = ", ".join(shipped) or "none here"
    cure = f"name one of the shipped models ({known}), a folder, or a hub id{nearest(name, shipped)}"
    if Path(name).expanduser().is_dir():
        problem = Problem(name, f"the folder has no {MANIFEST}", wish="a checkpoint folder", cure=cure)
        raise CheckpointError(problem)
    if name.count("/") == 1 and not name.startswith((".", "~", "/")) and not Path(name).parent.is_dir():
        return _download(name, cure=cure)
    raise CheckpointError(Problem(name, "no such model", wish="a checkpoint", cure=cure))


def load_checkpoint(folder: Path) -> Checkpoint:
    """Return the model of a folder, after checking that it is whole, and what is loaded by its checksums.

    Raises:
        CheckpointError: naming every file that is missing or was changed, and every label that is not this package's.
    """
    info = _read_info(folder)
    try:
        network = empty_network(str(folder), heads=info.heads)
        tokenizer = load_tokenizer(str(folder), window_tokens=info.window_tokens, context=info.context)
        network.load_state_dict(read_weights(folder))
    except (SafetensorError, RuntimeError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        problem = Problem(
            str(folder), f"it does not load ({reason})", wish="encoder, tokenizer and weights", cure=_SAME
        )
        raise CheckpointError(problem) from None
    network.eval()
    return Checkpoint(network, tokenizer, info)


_AGAIN = "copy or download the checkpoint again"
_SAME = "use the versions of this package and of transformers that it was made with, or train it again"


def _read_info(folder: Path) -> ModelInfo:
    try:
        info = _info(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        problem = Problem(
            str(folder / MANIFEST), f"unreadable ({error})", wish="the checkpoint's description", cure=_AGAIN
        )
        raise CheckpointError(problem) from None
    problems = []
    loaded = _LOADED | weight_files(info.sha256)
    for name in sorted(loaded | info.sha256.keys()):
        path = folder / name
        if not path.is_file():
            problems.append(Problem(str(path), "the file is missing", wish="a whole checkpoint", cure=_AGAIN))
        elif name in loaded and _sha256(path) != info.sha256.get(name):
            wish = f"sha256 {info.sha256.get(name)}"
            problems.append(Problem(str(path), "the file is corrupt or was changed", wish=wish, cure=_AGAIN))
    if not set(FIRST_HEADS) <= set(info.heads) <= set(HEADS):
        value, wish = f"heads: {', '.join(info.heads)}", f"{', '.join(FIRST_HEADS)}, and none but {', '.join(HEADS)}"
        problems.append(Problem(str(folder / MANIFEST), value, wish=wish, cure=_SAME))
    known = inventories(info.heads)
    for name in sorted(known.keys() | info.labels.keys()):
        if info.labels.get(name) != known.get(name):
            value = f"labels {name}: {info.labels.get(name)}"
            problems.append(Problem(str(folder / MANIFEST), value, wish=str(known.get(name)), cure=_SAME))
    if problems:
        raise CheckpointError(problems)
    return info


def _info(values: dict[str, Any]) -> ModelInfo:
    """Return the description of a manifest; raises one of several errors where it has not the form of one."""
    labels = {name: tuple(labels) for name, labels in values["labels"].items()}
    info = ModelInfo(**values | {"labels": labels, "heads": tuple(values.get("heads", FIRST_HEADS))})
    parts = (info.temperatures, info.aggregation, info.thresholds, info.decoding, info.sha256)
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError("temperatures, aggregation, thresholds, decoding and sha256 are no objects")
    if not all(isinstance(number, int) for number in (info.window_tokens, info.context)):
        raise ValueError("window_tokens and context are no whole numbers")
    if not all(isinstance(head, str) for head in info.heads):
        raise ValueError("heads are no names")
    return info


_LOADED = frozenset({"config.json", "tokenizer.json", "tokenizer_config.json"})


def _download(name: str, *, cure: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name))
    except (OSError, ValueError) as error:  # what the hub client raises: offline, not found, not allowed, no such id
        reason = " ".join(str(error).split())[:200]
        problem = Problem(name, f"cannot be had from the hub ({reason})", wish="a checkpoint", cure=cure)
        raise CheckpointError(problem) from None
    if not (folder / MANIFEST).is_file():
        raise CheckpointError(Problem(name, f"the model on the hub has no {MANIFEST}", wish="a checkpoint", cure=cure))
    return folder


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()

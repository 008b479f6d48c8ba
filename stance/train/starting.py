"""What a run begins with: a pretrained encoder and new heads, or a whole checkpoint to go on from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from transformers import set_seed

from stance.config import TrainConfig
from stance.errors import CheckpointError, ConfigError, Problem
from stance.model.checkpoint import Checkpoint, ModelInfo, find_checkpoint, inventories, load_checkpoint
from stance.model.encoding import load_tokenizer
from stance.model.network import new_network
from stance.train.curriculum import taught_heads

CARD, EARLIER_CARDS = "card.md", "earlier-cards.md"
"""The card of a checkpoint, and the file that keeps those of the checkpoints that it goes back to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The checkpoint that a run went on from: its name, version, checksum of weights, and its card with those before it."""

    name: str
    version: str
    sha256: str
    cards: str


def begin(config: TrainConfig, *, heads: Collection[str] | None = None) -> tuple[Checkpoint, Origin | None]:
    """Return the network before its first step, with tokenizer and description; and what it was taken from, if a checkpoint.

    From a checkpoint it takes all weights, the window, and the calibration, which stays where no development data speak.

    Args:
        heads: those to add where the checkpoint lacks them, or to have beside the first ones where the network is new; when None,
            those that the public corpora of the run can teach.

    Raises:
        ConfigError: the encoder cannot be had, or sees less than the window.
        CheckpointError: the checkpoint cannot be had, or is broken.
    """
    if config.start is not None:
        return _go_on(config, config.start, heads=_taught(config) if heads is None else heads)
    return _new(config, heads=_taught(config) if heads is None else heads), None


def _taught(config: TrainConfig) -> list[str]:
    taught = taught_heads([name for name, settings in config.corpora.items() if settings.folder is None])
    return [head for head in taught if config.heads is None or head in config.heads]


def encoder_name(config: TrainConfig) -> str:
    """Return the encoder's hub id, or of a folder its last part: a path says nothing on another machine."""
    return short_name(config.encoder or "")


def short_name(source: str) -> str:
    """Return a hub id or a shipped name as it is, and of a path that exists its last part."""
    path = Path(source).expanduser()
    return path.resolve().name if path.exists() else source


def start_folder(start: str) -> Path:
    """Return the folder of the checkpoint to start from.

    Raises:
        CheckpointError: there is none such.
    """
    try:
        return find_checkpoint(start)
    except CheckpointError as error:
        raise CheckpointError(replace(one, place=f"start, {one.place}") for one in error.problems) from None


def _go_on(config: TrainConfig, start: str, *, heads: Collection[str]) -> tuple[Checkpoint, Origin]:
    folder = start_folder(start)
    checkpoint = load_checkpoint(folder)
    set_seed(config.seed)  # after loading, which draws from torch's generator
    checkpoint.network.add_heads(heads)
    checkpoint.network.loss_weights |= config.loss_weights
    before = checkpoint.info
    cards = [folder / name for name in (CARD, EARLIER_CARDS) if (folder / name).is_file()]
    text = "\n\n".join(path.read_text(encoding="utf-8").strip() for path in cards)
    origin = Origin(before.name, before.version, before.weights_sha256, text)
    now = checkpoint.network.heads
    info = replace(before, name=config.name, version=_version(), sha256={}, heads=now, labels=inventories(now))
    return replace(checkpoint, info=info), origin


def _new(config: TrainConfig, *, heads: Collection[str]) -> Checkpoint:
    encoder = config.encoder or ""
    try:
        tokenizer = load_tokenizer(encoder, window_tokens=config.window.tokens, context=config.window.context)
        set_seed(config.seed)
        network = new_network(encoder, loss_weights=config.loss_weights, heads=heads)
    except (OSError, ValueError) as error:
        value = f"{encoder!r} cannot be had ({' '.join(str(error).split())[:200]})"
        cure = "check the name and the connection, or name a folder that holds an encoder"
        wish = "a hub id or a folder of a pretrained encoder"
        raise ConfigError(Problem("encoder", value, wish=wish, cure=cure)) from None
    longest = network.longest_window
    if longest is not None and config.window.tokens > longest:
        value, wish = f"it is {config.window.tokens}", f"at most {longest}, which is what {encoder} can see"
        raise ConfigError(Problem("window.tokens", value, wish=wish, cure="lower it"))
    info = ModelInfo(config.name, _version(), encoder_name(config), config.window.tokens, config.window.context)
    return Checkpoint(network, tokenizer, replace(info, heads=network.heads, labels=inventories(network.heads)))


def _version() -> str:
    from stance import __version__

    return __version__

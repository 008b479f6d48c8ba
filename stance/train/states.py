"""What a training run can be resumed from: its saved states, and the settings and own documents that they belong to."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from stance.config import OptimizerSettings, TrainConfig
from stance.document import Meta, to_json
from stance.errors import ConfigError, OutputError, Problem
from stance.formats.atomic import writing
from stance.train.own import OwnDocuments

SETTINGS = "settings.json"

DOCUMENTS = "documents.json"
"""The user's own documents of a run, each corpus as a number that changes with them."""

FREE = frozenset({"name", "output", "run", "data", "patience", "average", "storage", "report_to"})
"""The settings that a resumed run may change: they alter no step."""


@dataclass(frozen=True, slots=True)
class State:
    """A saved state: after `step` of `steps`, with `stale` evaluations since the `best` state, a folder beside it."""

    folder: Path
    step: int
    steps: int
    stale: int
    best: Path | None


def is_first() -> bool:
    """Return whether this process is the first of those that train together, which writes for all; also if it is alone."""
    return int(os.environ.get("RANK", "0")) == 0


def last_state(run: Path) -> State | None:
    """Return the last whole state of a run folder; one whose saving was cut short is passed over."""
    states = [state for folder in run.glob("checkpoint-*") if (state := _read(folder))]
    return max(states, key=lambda state: state.step, default=None)


def mean_weights(run: Path, *, count: int) -> dict[str, Tensor]:
    """Return the mean over the weights of the last `count` states of a run folder (Izmailov et al. 2018), or of all it has."""
    folders = sorted(run.glob("checkpoint-*"), key=lambda folder: int(folder.name.rpartition("-")[2]))[-count:]
    states = [load_file(folder / "model.safetensors") for folder in folders]
    return {name: torch.stack([state[name].float() for state in states]).mean(dim=0) for name in states[0]}


def _read(folder: Path) -> State | None:
    try:
        values = json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))  # what the Trainer writes last
    except (OSError, ValueError):
        return None
    patience = values["stateful_callbacks"].get("EarlyStoppingCallback")  # not there where nothing judges the states
    stale = patience["attributes"]["early_stopping_patience_counter"] if patience else 0
    best = values["best_global_step"]
    return State(
        folder,
        values["global_step"],
        values["max_steps"],
        stale,
        folder.with_name(f"checkpoint-{best}") if best else None,
    )


def require_same_run(config: TrainConfig, *, own: Mapping[str, OwnDocuments], resume: bool) -> None:
    """Pass if the states in `config.run` are to be gone on with, and can be: they are of these settings and documents.

    Raises:
        ConfigError: nobody asked to resume, or naming every setting and corpus that differs.
    """
    problems = [*_other_settings(config), *_other_documents(config, own)]
    if resume and problems:
        raise ConfigError(problems)
    if not resume:
        cure = "name another `run` folder, or delete this one"
        if not problems:
            cure = f"go on with it by --resume, {cure}"
        raise ConfigError(
            Problem(config.run, "it holds the states of an earlier run", wish="an empty folder", cure=cure)
        )


def _other_settings(config: TrainConfig) -> list[Problem]:
    path = Path(config.run) / SETTINGS
    if not path.is_file():
        return []
    before, now = json.loads(path.read_text(encoding="utf-8")), config.model_dump(mode="json")
    filled = OptimizerSettings.model_validate(before["optimizer"])  # a run that is older than a setting has its default
    before["optimizer"] = filled.model_dump(mode="json")
    cure = "set it back, or name another `run` folder"
    return [
        Problem(key, f"it is {now[key]!r}", wish=f"{before[key]!r}, as in the run that {config.run} holds", cure=cure)
        for key in now
        if key not in FREE and key in before and before[key] != now[key]
    ]


def _other_documents(config: TrainConfig, own: Mapping[str, OwnDocuments]) -> list[Problem]:
    path = Path(config.run) / DOCUMENTS
    if not path.is_file():  # a run without own documents, or one older than this file
        return []
    before = json.loads(path.read_text(encoding="utf-8"))
    wish = f"those that the run in {config.run} began with"
    cure = "put them back as they were, or name another `run` folder"
    return [
        Problem(f"corpora.{name}", "its documents have changed", wish=wish, cure=cure)
        for name, documents in own.items()
        if before.get(name, "") != _digest(documents)
    ]


def _digest(own: OwnDocuments) -> str:
    """Return a number that changes with the texts and layers of documents, their order, and which are held out."""
    digest = hashlib.sha256()
    for part in (own.training, own.development):
        for document in part:
            line = to_json(replace(document, id="", meta=Meta(), model=None))
            digest.update(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest())
        digest.update(b"end of part")
    return digest.hexdigest()


def remember_run(config: TrainConfig, *, own: Mapping[str, OwnDocuments]) -> None:
    """Write beside the states the settings, defaults filled in, and which documents of the user's own the run has, if it has any.

    Raises:
        OutputError: the run folder cannot be written.
    """
    run = Path(config.run)
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        value = f"it cannot be made ({error.strerror})"
        problem = Problem(config.run, value, wish="a folder to write in", cure="name another `run` folder")
        raise OutputError(problem) from None
    with writing(run / SETTINGS) as path:
        path.write_text(config.model_dump_json(indent=1) + "\n", encoding="utf-8")
    if own:
        values = {name: _digest(documents) for name, documents in own.items()}
        with writing(run / DOCUMENTS) as path:
            path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")

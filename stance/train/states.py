"""What a training run can be resumed from: its saved states, and the settings that they belong to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from stance.config import OptimizerSettings, TrainConfig
from stance.errors import ConfigError, OutputError, Problem
from stance.formats.atomic import writing

SETTINGS = "settings.json"

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


def require_same_settings(config: TrainConfig) -> None:
    """Pass if the states in `config.run` were made with these settings, but for those that alter no step.

    Raises:
        ConfigError: naming every setting that differs.
    """
    path = Path(config.run) / SETTINGS
    if not path.is_file():
        return
    before, now = json.loads(path.read_text(encoding="utf-8")), config.model_dump(mode="json")
    filled = OptimizerSettings.model_validate(before["optimizer"])  # a run that is older than a setting has its default
    before["optimizer"] = filled.model_dump(mode="json")
    cure = "set it back, or name another `run` folder"
    problems = [
        Problem(key, f"it is {now[key]!r}", wish=f"{before[key]!r}, as in the run that {config.run} holds", cure=cure)
        for key in now
        if key not in FREE and key in before and before[key] != now[key]
    ]
    if problems:
        raise ConfigError(problems)


def remember_settings(config: TrainConfig) -> None:
    """Write the settings, defaults filled in, beside the states.

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

"""Two processes train together: they share the batches and the teacher's texts, stop at one state, and one of them writes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from stance.config import TrainConfig
from stance.errors import ConfigError
from stance.model.checkpoint import load_checkpoint
from stance.train import training
from stance.train.states import last_state
from stance.train.training import train

Settings = Callable[..., TrainConfig]


@pytest.mark.slow
def test_two_processes_train_one_checkpoint(tiny_config: Settings, tiny_start: Path, tmp_path: Path) -> None:
    teacher = {"checkpoint": str(tiny_start), "texts": {"polnear": {"passes": 2}}}
    config = tiny_config(teacher=teacher, corpora={"newsmtsc": {"passes": 4}})
    YAML(typ="safe").dump(config.model_dump(mode="json"), tmp_path / "config.yaml")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*launch, "-m", "stance", "train", str(tmp_path / "config.yaml")]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.split() == [config.output]
    state = last_state(Path(config.run))
    assert state is not None and state.step == state.steps
    log = json.loads((state.folder / "trainer_state.json").read_text())
    assert log["max_steps"] == state.steps and len(list(state.folder.glob("rng_state_*.pth"))) == 2
    load_checkpoint(Path(config.output))
    alone = train(config.model_copy(update={"run": str(tmp_path / "alone")}))
    assert state.steps == -(-alone.steps // 2)  # each step takes a batch of each process


def test_a_logger_that_is_named_must_be_installed(tiny_config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_has_tensorboard", lambda: False)
    with pytest.raises(ConfigError, match=r"report_to: tensorboard is not installed.*oped-stance\[train\]"):
        train(tiny_config(report_to=["tensorboard"]))

"""A run trains, keeps its best state, stops early, and after a kill goes on to the very same weights."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from safetensors.torch import save

from stance.config import TrainConfig
from stance.errors import ConfigError, DataError, OutputError
from stance.model.checkpoint import Checkpoint
from stance.train.states import last_state, remember_run, require_same_run
from stance.train.training import TrainedRun, read_examples, train

Settings = Callable[..., TrainConfig]


class InterruptionError(Exception):
    """Stands in for whatever ends a run between two of its steps."""


def weights(run: TrainedRun) -> bytes:
    return save({name: value.contiguous() for name, value in run.checkpoint.network.state_dict().items()})


def history(run_folder: str) -> list[dict[str, Any]]:
    """Return what was logged of every evaluation, without the times that it took."""
    state = last_state(Path(run_folder))
    assert state is not None
    log = json.loads((state.folder / "trainer_state.json").read_text())["log_history"]
    return [entry for entry in log if "eval_score" in entry]


def saved(run_folder: str, *, step: int) -> Path:
    return Path(run_folder) / f"checkpoint-{step}" / "trainer_state.json"


def interrupted(config: TrainConfig, *, after: int) -> bool:
    """Train, and stop wherever it is once the state of a step is whole; False if the run was done before it could be stopped."""
    watching = True

    def watch() -> None:
        while watching and ((state := last_state(Path(config.run))) is None or state.step < after):
            time.sleep(0.001)
        if watching:
            os.kill(os.getpid(), signal.SIGUSR1)

    def stop(*_: object) -> None:
        if watching:
            raise InterruptionError

    before = signal.signal(signal.SIGUSR1, stop)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        train(config)
    except InterruptionError:
        return True
    finally:
        watching = False
        watcher.join()
        signal.signal(signal.SIGUSR1, before)
    return False


def test_an_interrupted_run_goes_on_to_the_same_weights_to_the_byte(tiny_config: Settings, tmp_path: Path) -> None:
    whole = tiny_config(run=str(tmp_path / "whole"))
    unbroken = train(whole)
    runs = (tiny_config(run=str(tmp_path / f"broken-{attempt}")) for attempt in range(9))  # a busy machine stops late
    broken = next(config for config in runs if interrupted(config, after=4))
    before = last_state(Path(broken.run))
    assert before is not None and 4 <= before.step < unbroken.steps
    resumed = train(broken, resume=True)
    assert resumed.steps == unbroken.steps
    assert weights(resumed) == weights(unbroken)
    last = f"checkpoint-{unbroken.steps}/model.safetensors"  # the kept state may be one of before the interruption
    assert (Path(broken.run) / last).read_bytes() == (Path(whole.run) / last).read_bytes()
    assert history(broken.run) == history(whole.run)


@pytest.mark.slow
def test_a_run_that_is_killed_and_resumed_writes_the_same_checkpoint_to_the_byte(
    tiny_config: Settings, tmp_path: Path
) -> None:
    outputs = []
    for name in ("whole", "killed"):
        config = tiny_config(run=str(tmp_path / name), output=str(tmp_path / f"{name}-out"))
        path = tmp_path / f"{name}.yaml"
        YAML(typ="safe").dump(config.model_dump(mode="json"), path)
        command = [sys.executable, "-m", "stance", "train", str(path)]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        with (tmp_path / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            if name == "killed":
                while not saved(config.run, step=8).exists():
                    assert process.poll() is None, (tmp_path / f"{name}.log").read_text()
                    time.sleep(0.002)
                process.send_signal(signal.SIGKILL)
                assert process.wait() == -signal.SIGKILL
                process = subprocess.Popen([*command, "--resume"], env=environment, stdout=log, stderr=log)
            assert process.wait() == 0, (tmp_path / f"{name}.log").read_text()
        outputs.append(Path(config.output))
    assert (outputs[0] / "model.safetensors").read_bytes() == (outputs[1] / "model.safetensors").read_bytes()
    folders = [sorted(tmp_path.glob(f"{name}/checkpoint-*/model.safetensors")) for name in ("whole", "killed")]
    assert [path.parent.name for path in folders[0]] == [path.parent.name for path in folders[1]]
    assert [path.read_bytes() for path in folders[0]] == [path.read_bytes() for path in folders[1]]


def test_the_same_settings_give_the_same_weights_and_another_seed_others(tiny_config: Settings, tmp_path: Path) -> None:
    corpora = {"newsmtsc": {"passes": 1}}
    runs = [
        train(tiny_config(run=str(tmp_path / name), seed=seed, corpora=corpora))
        for name, seed in (("one", 5), ("two", 5), ("three", 6))
    ]
    assert weights(runs[0]) == weights(runs[1])
    assert weights(runs[0]) != weights(runs[2])


@pytest.fixture
def stale(tiny_config: Settings) -> Settings:
    """Return settings of a run that learns nothing, so that its first evaluation stays the best."""

    def config(**others: Any) -> TrainConfig:
        slow = {"learning_rate": 1e-30, "batch_tokens": 120, "weight_decay": 0.0}
        return tiny_config(optimizer=slow, evaluate_every=2, patience=3, **others)

    return config


def test_a_run_stops_when_its_score_no_longer_rises(stale: Settings) -> None:
    config = stale()
    run = train(config)
    assert run.steps == 2 * (1 + config.patience)
    state = last_state(Path(config.run))
    assert state is not None and state.step == run.steps < state.steps


def test_patience_does_not_begin_anew_with_a_resumed_run(stale: Settings, tmp_path: Path) -> None:
    runs = (stale(run=str(tmp_path / f"run-{attempt}")) for attempt in range(9))
    config = next(config for config in runs if interrupted(config, after=4))
    assert train(config, resume=True).steps == 2 * (1 + config.patience)


def test_a_run_that_stopped_early_is_not_trained_further_by_resuming(stale: Settings) -> None:
    config = stale()
    first = train(config)
    again = train(config, resume=True)
    assert (again.steps, weights(again)) == (first.steps, weights(first))
    assert again.development == first.development


def test_a_finished_run_gives_its_result_again_also_from_another_folder(tiny_config: Settings, tmp_path: Path) -> None:
    config = tiny_config(corpora={"newsmtsc": {"passes": 2}})
    first = train(config)
    Path(config.run).rename(tmp_path / "moved")
    again = train(tiny_config(corpora={"newsmtsc": {"passes": 2}}, run=str(tmp_path / "moved")), resume=True)
    assert (again.steps, weights(again)) == (first.steps, weights(first))


def test_a_state_whose_saving_was_cut_short_is_passed_over(tiny_config: Settings) -> None:
    config = tiny_config(corpora={"newsmtsc": {"passes": 2}})
    first = train(config)
    run = Path(config.run)
    for number, cut in ((900, None), (901, "{"), (902, "")):
        folder = run / f"checkpoint-{number}"
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"")
        if cut is not None:
            (folder / "trainer_state.json").write_text(cut)
    state = last_state(run)
    assert state is not None and state.step == first.steps
    assert weights(train(config, resume=True)) == weights(first)


def test_states_are_not_overwritten_unless_a_run_is_resumed_with_its_own_settings(tiny_config: Settings) -> None:
    corpora = {"newsmtsc": {"passes": 1}}
    train(tiny_config(corpora=corpora))
    with pytest.raises(ConfigError, match=r"states of an earlier run.*--resume"):
        train(tiny_config(corpora=corpora))
    with pytest.raises(ConfigError, match=r"seed: it is 6; expected 5") as caught:
        train(tiny_config(corpora=corpora, seed=6, evaluate_every=9), resume=True)
    assert len(caught.value.problems) == 2
    train(tiny_config(corpora=corpora, patience=9), resume=True)


def test_a_run_of_before_a_setting_of_the_optimizer_existed_goes_on_with_its_default(tiny_config: Settings) -> None:
    config = tiny_config()
    remember_run(config, own={})
    path = Path(config.run) / "settings.json"
    before = json.loads(path.read_text())
    del before["optimizer"]["layer_decay"], before["optimizer"]["frozen_layers"], before["teacher"]
    path.write_text(json.dumps(before))
    require_same_run(config, own={}, resume=True)
    changed = config.model_copy(update={"optimizer": config.optimizer.model_copy(update={"layer_decay": 0.9})})
    with pytest.raises(ConfigError, match="optimizer"):
        require_same_run(changed, own={}, resume=True)


def test_what_is_wrong_with_the_settings_is_said_at_once_and_before_anything_is_read(
    tiny_config: Settings, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").touch()
    wrong = tiny_config(
        corpora={"newsmts": {"passes": 1}},
        loss_weights={"voic": 2.0},
        run=str(tmp_path / "out" / "run"),
        encoder="/none",
    )
    with pytest.raises(ConfigError) as caught:
        train(wrong)
    message = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "did you mean 'newsmtsc'" in message
    assert "did you mean 'voice'" in message
    assert "holds other files" in message
    assert "is in `output`" in message
    assert (tmp_path / "out" / "thesis.docx").exists()


def test_corpora_that_no_development_set_can_judge_are_refused(tiny_config: Settings) -> None:
    with pytest.raises(ConfigError, match="without development sets"):
        train(tiny_config(corpora={"gum": {"passes": 1}}))


def test_a_missing_development_set_is_told_before_training(tiny_config: Settings) -> None:
    with pytest.raises(DataError, match="webis-editorials-adu.*there is no such file"):
        train(tiny_config(corpora={"newsmtsc": {"passes": 1}, "gold": {"passes": 1}}))


@pytest.mark.parametrize("encoder", ["/no/such/folder", "no such model"])
def test_an_encoder_that_cannot_be_had_is_a_mistake_with_a_cure(tiny_config: Settings, encoder: str) -> None:
    with pytest.raises(ConfigError, match=r"encoder: .*cannot be had.*To mend it"):
        train(tiny_config(encoder=encoder))


def test_a_window_wider_than_the_encoder_sees_is_refused(tiny_config: Settings) -> None:
    with pytest.raises(ConfigError, match=r"window.tokens: it is 600; expected at most 512"):
        train(tiny_config(window={"tokens": 600, "context": 6}))


def test_passes_too_few_for_one_batch_are_refused(tiny_config: Settings) -> None:
    with pytest.raises(ConfigError, match="leave no batch"):
        train(tiny_config(corpora={"newsmtsc": {"passes": 0.01}}))


def test_a_run_folder_that_cannot_be_made_is_an_output_error(tiny_config: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be made"):
        train(tiny_config(run=str(tmp_path / "file" / "run")))


def test_a_run_learns_only_the_heads_that_it_names(
    tiny_config: Settings, tiny_checkpoint: Checkpoint, tmp_path: Path
) -> None:
    config = tiny_config(corpora={"polnear": {"passes": 1}}, heads=["voice"])
    examples, _ = read_examples(config, tokenizer=tiny_checkpoint.tokenizer, own={})
    assert any(any(row) for row in examples["polnear"]["voice"])
    assert not any(any(row) for row in examples["polnear"]["source"])
    with pytest.raises(ConfigError, match="heads: no such head as 'stanse'"):
        train(tiny_config(run=str(tmp_path / "wrong"), heads=["stanse"]))

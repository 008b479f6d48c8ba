"""The card of a checkpoint: what it says of its tests and of names is what was measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from stance.config import TrainConfig
from stance.train.finishing import Measured, copies_in_tests, model_card, settings_text
from stance.train.training import TrainedRun

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint


def test_training_sentences_that_stand_in_the_tests_are_counted_by_corpus(
    tiny_config: Callable[..., TrainConfig],
) -> None:
    assert copies_in_tests(tiny_config(), own={}) == {}
    corpora = {"newsmtsc": {"passes": 1, "splits": ["train", "test-rw"]}, "polnear": {"passes": 1}}
    assert copies_in_tests(tiny_config(corpora=corpora), own={}) == {"newsmtsc": 3}


def test_the_card_tells_of_copies_and_of_names(
    tiny_config: Callable[..., TrainConfig], tiny_checkpoint: Checkpoint
) -> None:
    run = TrainedRun(tiny_checkpoint, {}, 1, {"newsmtsc": 8, "polnear": 4}, {})

    def card(copies: dict[str, int], names: list[str]) -> str:
        return model_card(run, tiny_config(), development={}, calibrated={}, tested=Measured([], copies, names))

    clean = card({}, [])
    assert "No training sentence stands in them" in clean
    assert "Nothing was chosen by them, unless the log" in clean
    assert "## Names" not in clean
    told = card({"polnear": 1}, ["## Names", "", "a line"])
    assert "Training sentences that stand in them, word for word or nearly: 1 of polnear." in told
    assert told.index("## Test scores") < told.index("## Names") < told.index("## Development scores")


def test_the_card_and_the_settings_tell_of_the_teacher_without_paths(
    tiny_config: Callable[..., TrainConfig], tiny_checkpoint: Checkpoint, tmp_path: Path
) -> None:
    run = TrainedRun(tiny_checkpoint, {}, 1, {"newsmtsc": 8, "polnear": 4}, {})
    (tmp_path / "mine").mkdir()
    texts = {"polnear": {"passes": 2}, "own": {"passes": 1, "folder": str(tmp_path / "mine")}}
    teacher = {"checkpoint": str(tmp_path), "texts": texts, "targets": str(tmp_path / "targets"), "temperature": 3.0}
    config = tiny_config(teacher=teacher)
    card = model_card(run, config, development={}, calibrated={}, tested=Measured([], {}, []))
    assert f"agree with the checkpoint `{tmp_path.name}`, at temperature 3 and weight 1" in card
    assert "polnear (train; passes: 2); own (own texts; passes: 1)" in card
    told = settings_text(config)
    assert str(tmp_path) not in told
    again = TrainConfig.model_validate(YAML(typ="safe").load(told))
    assert again.teacher is not None and again.teacher.texts["own"].folder == "mine"
    assert "teacher" not in settings_text(tiny_config())

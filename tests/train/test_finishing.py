"""The card of a checkpoint: what it says of its tests and of names is what was measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stance.train.finishing import Measured, copies_in_tests, model_card
from stance.train.training import TrainedRun

if TYPE_CHECKING:
    from stance.config import TrainConfig
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

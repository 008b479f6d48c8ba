"""Going on from a checkpoint with documents of one's own: without public corpora, and never to something worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from stance.config import TrainConfig, read_train_config
from stance.document import Attribution, Document, Meta, Span
from stance.errors import CheckpointError, ConfigError, StanceError
from stance.formats import files
from stance.model.checkpoint import load_checkpoint
from stance.predict.pipeline import load_pipeline
from stance.train.development import development_scores
from stance.train.finishing import finish
from stance.train.training import train

Piece = Callable[[int], Document]
Tuning = Callable[..., TrainConfig]


@pytest.fixture
def pieces(own_piece: Piece, tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    files.write([own_piece(number) for number in range(9)], path, format="jsonl")
    return path


@pytest.fixture
def tuning(pieces: Path, tiny_start: Path, tmp_path: Path) -> Tuning:
    """Return a function that gives settings of a run on nine own documents, where there is no public corpus."""

    def config(**others: Any) -> TrainConfig:
        values = {
            "name": "tuned",
            "start": str(tiny_start),
            "data": str(tmp_path / "no-such-folder"),
            "run": str(tmp_path / "run"),
            "output": str(tmp_path / "out"),
            "seed": 5,
            "corpora": {"own": {"folder": str(pieces), "passes": 6}},
            "optimizer": {"learning_rate": 2e-3, "batch_tokens": 200},
            "evaluate_every": 9,
            "patience": 50,
            "precision": "float32",
        }
        return TrainConfig.model_validate(
            {name: value for name, value in (values | others).items() if value is not None}
        )

    return config


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True)
    return all(name == its_name and torch.equal(value, its) for (name, value), (its_name, its) in pairs)


def test_a_run_goes_on_from_a_checkpoint_and_ends_in_one_that_says_so(
    tuning: Tuning, tiny_start: Path, own_piece: Piece
) -> None:
    config = tuning()
    run = train(config)
    assert run.origin is not None and run.origin.name == "first"
    assert run.development["score"] > run.before["score"]
    assert len(run.held_out) == 3
    folder = finish(run, config)
    info = load_checkpoint(folder).info
    assert (info.name, info.encoder, info.window_tokens, info.context) == ("tuned", "tiny-encoder", 24, 4)
    assert not same(load_checkpoint(folder).network, load_checkpoint(tiny_start).network)
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert "Training started from the checkpoint `first`, version 0.0.7" in card
    assert load_checkpoint(tiny_start).info.sha256["model.safetensors"] in card
    assert "6 annotated documents of the user's own, 3 more held out" in card
    assert "| metric | before training | after |" in card
    assert "None was run" in card
    assert (folder / "earlier-cards.md").read_text(encoding="utf-8") == "# The first\n"
    assert load_pipeline(folder).predict([own_piece(20)])[0].voice


def test_the_settings_beside_a_checkpoint_can_be_read_again_and_name_no_path(tuning: Tuning, tmp_path: Path) -> None:
    folder = finish(train(tuning()), tuning())
    text = (folder / "train.yaml").read_text(encoding="utf-8")
    again = read_train_config(folder / "train.yaml")
    assert again.start == "first"
    assert again.corpora["own"].folder == "mine.jsonl"
    assert again.corpora["own"].held_out == 0.2
    assert str(tmp_path) not in text.replace(f"output: {tmp_path}", "")


def test_what_few_held_out_documents_say_nothing_of_keeps_the_calibration_of_the_start(tuning: Tuning) -> None:
    folder = finish(train(tuning()), tuning())
    info = load_checkpoint(folder).info
    assert info.temperatures["cue"] == 1.321
    assert info.temperatures["voice"] != 1.234  # three documents have tokens enough
    assert (info.decoding["cue"], info.thresholds["author"]) == (0.88, 0.31)
    assert "mention" not in info.decoding
    assert "mention" not in info.temperatures
    assert not info.aggregation


def test_training_that_brings_nothing_gives_the_weights_of_the_start_back(
    tuning: Tuning, tiny_start: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = tuning(optimizer={"learning_rate": 1e-30, "batch_tokens": 200, "weight_decay": 0.0})
    run = train(config)
    assert run.development == run.before
    assert "training brought nothing" in caplog.text
    assert same(run.checkpoint.network, load_checkpoint(tiny_start).network)
    assert "Training brought nothing on these" in (finish(run, config) / "card.md").read_text(encoding="utf-8")


def test_without_held_out_documents_the_last_state_and_the_old_calibration_stay(
    tuning: Tuning, pieces: Path, tiny_start: Path
) -> None:
    config = tuning(corpora={"own": {"folder": str(pieces), "passes": 2, "development": 0}})
    run = train(config)
    assert (run.development, run.before, run.held_out) == ({}, {}, [])
    assert not same(run.checkpoint.network, load_checkpoint(tiny_start).network)
    before, after = load_checkpoint(tiny_start).info, load_checkpoint(finish(run, config)).info
    for part in ("temperatures", "thresholds", "decoding", "aggregation"):
        assert getattr(after, part) == getattr(before, part)
    assert "the last state was kept" in (Path(config.output) / "card.md").read_text(encoding="utf-8")
    again = train(config, resume=True)
    assert again.steps == run.steps
    assert same(again.checkpoint.network, run.checkpoint.network)


def test_the_same_settings_give_the_same_weights(tuning: Tuning, tmp_path: Path) -> None:
    runs = [train(tuning(run=str(tmp_path / name))) for name in ("one", "two")]
    assert same(runs[0].checkpoint.network, runs[1].checkpoint.network)


def test_a_run_is_not_resumed_on_other_documents_than_it_began_with(
    tuning: Tuning, pieces: Path, own_piece: Piece
) -> None:
    config = tuning(corpora={"own": {"folder": str(pieces), "passes": 2}})
    first = train(config)
    made = [own_piece(number) for number in range(9)]
    relabelled = replace(made[0], voice=(replace(made[0].voice[0], label="opinion"), *made[0].voice[1:]))
    for changed in ([*made, own_piece(9)], made[1:], [relabelled, *made[1:]]):
        files.write(changed, pieces, format="jsonl")
        with pytest.raises(ConfigError, match=r"corpora.own: its documents have changed"):
            train(config, resume=True)
        with pytest.raises(ConfigError, match=r"states of an earlier run.*another `run` folder") as caught:
            train(config)
        assert "--resume" not in str(caught.value)
    files.write([replace(piece, meta=Meta("A title")) for piece in made], pieces, format="jsonl")
    assert same(train(config, resume=True).checkpoint.network, first.checkpoint.network)


def test_a_run_is_not_resumed_when_the_documents_that_judge_it_have_changed(
    tuning: Tuning, pieces: Path, own_piece: Piece, tmp_path: Path
) -> None:
    judges = tmp_path / "judges.jsonl"
    config = tuning(corpora={"own": {"folder": str(pieces), "passes": 1, "development": str(judges)}})
    files.write([own_piece(number) for number in (20, 21)], judges, format="jsonl")
    train(config)
    files.write([own_piece(number) for number in (20, 22)], judges, format="jsonl")
    with pytest.raises(ConfigError, match=r"corpora.own: its documents have changed"):
        train(config, resume=True)


def test_a_run_of_before_its_documents_were_remembered_is_resumed(tuning: Tuning, pieces: Path) -> None:
    config = tuning(corpora={"own": {"folder": str(pieces), "passes": 1}})
    first = train(config)
    (Path(config.run) / "documents.json").unlink()
    with pytest.raises(ConfigError, match=r"go on with it by --resume"):
        train(config)
    assert train(config, resume=True).steps == first.steps


def test_own_documents_and_public_corpora_go_together(tuning: Tuning, pieces: Path, tiny_corpora: Path) -> None:
    corpora = {"own": {"folder": str(pieces), "passes": 2}, "polnear": {"passes": 1}}
    run = train(tuning(corpora=corpora, data=str(tiny_corpora)))
    assert run.examples.keys() == {"own", "polnear"}
    assert {"voice_macro_f1", "content_exact_f1"} <= run.development.keys()


def test_own_documents_can_train_an_encoder_without_a_start(tuning: Tuning, tiny_encoder: Path) -> None:
    run = train(tuning(start=None, encoder=str(tiny_encoder), window={"tokens": 40, "context": 6}))
    assert (run.origin, run.before) == (None, {})
    assert run.development["score"] >= 0


def test_an_encoder_needs_something_that_judges(tuning: Tuning, tiny_encoder: Path, pieces: Path) -> None:
    corpora = {"own": {"folder": str(pieces), "passes": 2, "development": 0}}
    with pytest.raises(ConfigError, match="without development sets"):
        train(tuning(start=None, encoder=str(tiny_encoder), corpora=corpora))


def test_own_attributions_with_cues_are_judged(
    tuning: Tuning, own_piece: Piece, tmp_path: Path, tiny_start: Path
) -> None:
    made = []
    for piece in map(own_piece, range(16)):
        at = piece.text.index("The minister said")
        parts = (Span(at, at + 12), Span(at + 13, at + 17), Span(at + 18, at + 41))
        said = Attribution((parts[2],), source=parts[0], cue=parts[1], kind="indirect")
        made.append(replace(piece, attributions=(said,)))
    path = tmp_path / "quoted.jsonl"
    files.write(made, path, format="jsonl")
    run = train(tuning(corpora={"own": {"folder": str(path), "passes": 1, "development": 0.5}}))
    scores = development_scores(load_pipeline(tiny_start), tmp_path, corpora=[], own=run.held_out)
    assert "cue_exact_f1" in scores
    assert load_checkpoint(finish(run, tuning())).info.decoding["cue"] != 0.88


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"start": "smal"}, ConfigError, "start, smal: no such model"),
        ({"corpora": {"gold": {"folder": "x", "passes": 1}}}, ConfigError, "corpora.gold: a public corpus's"),
        ({"corpora": {"own": {"passes": 1}}}, ConfigError, "give its `folder` if it is your own"),
        ({"corpora": {"own": {"folder": "/none", "passes": 1}}}, StanceError, "/none"),
        ({"loss_weights": {"voic": 1.0}}, ConfigError, "did you mean 'voice'"),
        ({"corpora": {"newsmtsc": {"passes": 1, "rewrite": 0.2}}}, ConfigError, "corpora.newsmtsc.rewrite"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(
    tuning: Tuning, tmp_path: Path, settings: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        train(tuning(**settings))
    assert words in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_checkpoint_is_not_written_over_the_one_it_starts_from(tuning: Tuning, tiny_start: Path) -> None:
    with pytest.raises(ConfigError, match="is `start`; expected a folder of its own"):
        train(tuning(output=str(tiny_start)))


def test_a_broken_start_is_told(tuning: Tuning, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "stance.json").write_text("{}")
    with pytest.raises(CheckpointError, match="unreadable"):
        train(tuning(start=str(tmp_path / "broken")))


def test_the_weights_of_the_loss_hold_after_a_start_too(tuning: Tuning) -> None:
    run = train(tuning(loss_weights={"voice": 0.5}))
    assert run.checkpoint.network.loss_weights["voice"] == 0.5
    assert run.checkpoint.network.loss_weights["mention"] == 1.0

"""A teacher's scores reach the student's own tokens, are worked out once, and the student comes to agree with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load
from safetensors.torch import save
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertModel, BertTokenizerFast

from stance.config import TrainConfig
from stance.document import Document
from stance.errors import ConfigError, DataError
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import Tokenizer, encode_text
from stance.model.imitation import PLACES, TEACHER, Imitation
from stance.model.network import Network
from stance.predict.scoring import ScoringTask, score_documents
from stance.text.sentences import sentence_spans
from stance.train import distillation
from stance.train.distillation import PLACED_HEADS, align, collate_lessons, lesson_examples, taught_examples
from stance.train.training import train

Settings = Callable[..., TrainConfig]

TEXT = (
    "The Afghan government said that the Taliban had broken the ceasefire. Critics of the president, she wrote, are wrong "
    "about taxes and about trade. Ann Li praised the report; the minister called it a shameful failure."
)


@pytest.fixture
def other_tokenizer() -> Tokenizer:
    """Return a tokenizer that knows almost no whole words, so that it cuts texts into more tokens than the teacher's."""
    trained = BertWordPieceTokenizer(lowercase=True)
    trained.train_from_iterator([TEXT], vocab_size=70, min_frequency=1, show_progress=False)
    marks = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]"}
    return Tokenizer(BertTokenizerFast(tokenizer_object=trained._tokenizer, **marks), 60, 8)


@pytest.fixture
def config(tiny_config: Settings, tiny_start: Path, tmp_path: Path) -> Settings:
    """Return settings of runs with the tiny checkpoint as a teacher; the texts are those of PolNeAR and of a folder."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Piece {number}. {TEXT}", encoding="utf-8")

    def settings(**others: Any) -> TrainConfig:
        texts = {"polnear": {"passes": 2}, "mine": {"passes": 3, "folder": str(folder)}}
        teacher = {"checkpoint": str(tiny_start), "temperature": 1.0, "texts": texts}
        corpora = {"newsmtsc": {"passes": 1}}
        return tiny_config(**({"corpora": corpora, "evaluate_every": 100, "teacher": teacher} | others))

    return settings


def test_tokens_that_are_cut_alike_are_taught_one_by_one(tiny_checkpoint: Checkpoint) -> None:
    [scores] = score_documents(tiny_checkpoint, [task(tiny_checkpoint.tokenizer)])
    examples = lesson_examples(tiny_checkpoint, tiny_checkpoint.tokenizer, documents=[Document("a", TEXT)])
    windows = task(tiny_checkpoint.tokenizer).encoded.windows
    assert len(examples) == len(windows) > 1
    for example, window in zip(examples, windows, strict=True):
        for name, probabilities in scores.tokens.items():
            rows = load(example["targets"])[name].astype(np.float32)
            assert np.isnan(rows[[0, -1]]).all()
            assert np.allclose(np.exp(rows[1:-1]), probabilities[window.first : window.end], atol=2e-3)


def task(tokenizer: Tokenizer) -> ScoringTask:
    return ScoringTask(TEXT, encode_text(tokenizer, TEXT, sentences=sentence_spans(TEXT)))


def test_another_tokenizer_is_taught_where_the_teachers_tokens_begin(
    tiny_checkpoint: Checkpoint, other_tokenizer: Tokenizer
) -> None:
    teacher, student = task(tiny_checkpoint.tokenizer).encoded, task(other_tokenizer).encoded
    assert len(student.ids) > 1.5 * len(teacher.ids)
    source = align(student.offsets, teacher.offsets)
    taught = source[source >= 0]
    assert np.array_equal(taught, np.arange(len(teacher.ids)))  # each token of the teacher once, in order
    assert np.array_equal(student.offsets[source >= 0, 0], teacher.offsets[:, 0])
    back = align(teacher.offsets, student.offsets)
    assert np.array_equal(student.offsets[back, 0], teacher.offsets[:, 0])


def test_places_stand_on_the_same_words_in_both_tokenizers(
    tiny_checkpoint: Checkpoint, other_tokenizer: Tokenizer
) -> None:
    [scores] = score_documents(tiny_checkpoint, [task(tiny_checkpoint.tokenizer)])
    assert scores.mentions and scores.pointers
    student = task(other_tokenizer).encoded
    examples = lesson_examples(tiny_checkpoint, other_tokenizer, documents=[Document("a", TEXT)])
    words, contents = [], []
    for example, window in zip(examples, student.windows, strict=True):
        targets = load(example["targets"])
        for first, end, _, _, later in targets.get(f"stance{PLACES}", []).tolist() if "stance" in targets else []:
            shift = window.first - 1
            if later == 0:
                words.append(TEXT[student.offsets[first + shift, 0] : student.offsets[end + shift - 1, 1]])
        for (token,), logits in zip(targets.get(f"link{PLACES}", ()), targets.get("link", ()), strict=True):
            contents.append(int(student.offsets[token + window.first - 1, 0]))
            assert logits.shape == (2, len(example["input_ids"]))
            assert np.isneginf(logits[:, -1]).all() and np.isfinite(logits[:, 0]).all()
    assert words == [TEXT[slice(*mention.span)] for mention in scores.mentions]
    offsets = task(tiny_checkpoint.tokenizer).encoded.offsets
    assert sorted(contents) == sorted(int(offsets[token, 0]) for token in scores.pointers)


def test_a_student_of_the_same_weights_has_nothing_to_learn(
    tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = replace(tiny_checkpoint, tokenizer=replace(tiny_checkpoint.tokenizer, window_tokens=200))  # one window
    batch = collate_lessons(lesson_examples(teacher, teacher.tokenizer, documents=[Document("a", TEXT)]))
    assert {key.removeprefix(TEACHER) for key in batch if key.endswith(PLACES)} == {
        f"{n}{PLACES}" for n in PLACED_HEADS
    }
    monkeypatch.setattr(teacher.network, "imitation", Imitation(temperature=1.0))
    with torch.no_grad():
        losses = teacher.network(batch)
        fresh = Network(BertModel(BertConfig(**teacher.network.encoder.config.to_dict()))).eval()
        assert losses["loss"].item() < 0.01 * fresh(batch)["loss"].item()


def test_the_loss_of_a_student_falls(config: Settings, tiny_checkpoint: Checkpoint) -> None:
    settings = config()
    student = replace(tiny_checkpoint.tokenizer, window_tokens=settings.window.tokens, context=settings.window.context)
    [(dataset, _), _] = taught_examples(settings, tokenizer=student).values()
    batch = collate_lessons([dataset[place] for place in range(len(dataset))])
    before = settings.model_copy(update={"run": f"{settings.run}-0", "optimizer": slow(settings)})
    losses = []
    for each in (before, settings):
        network = train(each).checkpoint.network
        with torch.no_grad():
            losses.append(network(batch))
    heads = [f"loss_{TEACHER}{name}" for name in ("voice", "content", "mention", "stance")]
    for head in heads:
        assert losses[1][head] < 0.8 * losses[0][head], head


def slow(settings: TrainConfig) -> Any:
    return settings.optimizer.model_copy(update={"learning_rate": 1e-30})


def test_targets_are_worked_out_once_and_what_was_interrupted_goes_on(
    config: Settings, tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distillation, "PART_DOCUMENTS", 1)
    whole = taught_examples(config(), tokenizer=tiny_checkpoint.tokenizer)
    folder = Path(config().run) / "teacher"
    parts = sorted(folder.glob("*/part-*.arrow"))
    assert len(parts) == 4 + 3
    stamps = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in parts}
    parts[1].unlink()
    again = taught_examples(config(), tokenizer=tiny_checkpoint.tokenizer)
    for path in parts:
        assert path.read_bytes() == stamps[path][0]
        assert (path.stat().st_mtime_ns == stamps[path][1]) == (path != parts[1])
    assert {name: passes for name, (_, passes) in again.items()} == {"teacher: polnear": 2.0, "teacher: mine": 3.0}
    for name, (dataset, _) in again.items():
        assert dataset[:] == whole[name][0][:]


def test_the_same_settings_give_the_same_student(config: Settings, tmp_path: Path) -> None:
    corpora = {"newsmtsc": {"passes": 0.5}}
    runs = [train(config(run=str(tmp_path / name), corpora=corpora)) for name in ("one", "two")]
    states = [run.checkpoint.network.state_dict() for run in runs]
    assert save(dict(states[0])) == save(dict(states[1]))
    assert set(runs[0].examples) == {"newsmtsc", "teacher: polnear", "teacher: mine"}


def test_targets_of_another_student_are_not_taken(
    config: Settings, tiny_checkpoint: Checkpoint, other_tokenizer: Tokenizer
) -> None:
    taught_examples(config(), tokenizer=tiny_checkpoint.tokenizer)
    with pytest.raises(ConfigError, match=r"targets of another kind \(vocabulary, window\)"):
        taught_examples(config(), tokenizer=other_tokenizer)


def test_what_is_wrong_with_a_teacher_is_said_before_training(config: Settings, tmp_path: Path) -> None:
    teacher = {"checkpoint": "smal-one", "texts": {"polner": {"passes": 1}, "a/b": {"passes": 1, "folder": "x"}}}
    with pytest.raises(ConfigError) as caught:
        train(config(teacher=teacher))
    places = [problem.place for problem in caught.value.problems]
    assert places == ["teacher.checkpoint, smal-one", "teacher.texts.polner", "teacher.texts.a/b"]
    assert "did you mean 'polnear'" in str(caught.value)
    settings = config()
    assert settings.teacher is not None
    texts = {"polnear": settings.teacher.texts["polnear"].model_copy(update={"splits": ("none",)})}
    with pytest.raises(DataError):
        train(settings.model_copy(update={"teacher": settings.teacher.model_copy(update={"texts": texts})}))

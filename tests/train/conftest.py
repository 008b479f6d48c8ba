"""An encoder of two layers, corpora of a few sentences in the formats of the real ones, and settings that train in seconds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stance.document import Actor, Document, Source, Span, Stance, VoiceSpan

if TYPE_CHECKING:
    from stance.config import TrainConfig
    from stance.model.checkpoint import Checkpoint

JUDGED = (
    ("Ann Li praised the governor of {place}.", "Ann Li", 4.0),
    ("The shameful minister of {place}, Bob Stone, failed again.", "Bob Stone", 2.0),
    ("Everyone in {place} admires the wise judge Carla Diaz.", "Carla Diaz", 6.0),
    ("Dan Fox, they say in {place}, lied about taxes.", "Dan Fox", 2.0),
)
"""Sentences with a person and the sentiment toward that person: 2 is against, 6 in favor."""

TESTED = (
    ("Nothing kind was ever heard of Eva Moss this week.", "Eva Moss", 2.0),
    ("A toast, friends, to brave old Gus Hall!", "Gus Hall", 6.0),
    ("Ida Jones travels home on Monday.", "Ida Jones", 4.0),
)
"""Sentences of the test sets: too like those above, they would be taken for leaks and taken out of training."""

PLACES = ("Kabul", "Lima", "Oslo", "Accra", "Quito", "Hanoi")

QUOTED = (
    ("The minister of {place}", "said", "that the ceasefire had been broken by the rebels"),
    ("Critics in {place}", "claim", "that trade and taxes will ruin the harvest"),
    ("Officials from {place}", "denied", "any part in the failure of the talks"),
)
"""Source, cue and content of sentences that report what somebody says."""


def write_newsmtsc(folder: Path) -> None:
    """Write sentences to the files of NewsMTSC."""
    judged = {place: [(text.format(place=place), *rest) for text, *rest in JUDGED] for place in PLACES[:4]}
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "train.jsonl": judged[PLACES[0]] + judged[PLACES[1]],
        "newsmtsc-rw/dev.jsonl": judged[PLACES[2]],
        "newsmtsc-mt/dev.jsonl": judged[PLACES[3]],
        "newsmtsc-rw/test.jsonl": TESTED,
        "newsmtsc-mt/test.jsonl": TESTED,
    }
    for name, sentences in rows.items():
        lines: list[str] = []
        for text, person, polarity in sentences:
            start = text.index(person)
            target = {"from": start, "to": start + len(person), "mention": person, "polarity": polarity}
            row = {"sentence_normalized": text, "primary_gid": f"{name}-{len(lines)}", "targets": [target]}
            lines.append(json.dumps(row) + "\n")
        path = folder / "newsmtsc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")


def write_polnear(folder: Path) -> None:
    """Write articles to the files of PolNeAR, each with one attribution a sentence."""
    root = folder / "polnear" / "data"
    lines = ["filename\tpublisher\ttitle\tauthor\tpublication_date"]
    for split, places in (("train", PLACES[:4]), ("dev", PLACES[4:]), ("test", PLACES[4:])):
        for part in ("text", "attributions"):
            (root / split / part).mkdir(parents=True, exist_ok=True)
        for place in places:
            text, notes = "", []
            for number, parts in enumerate(QUOTED):
                ids = []
                for offset, (kind, template) in enumerate(
                    zip(("Source", "Cue", "Content"), parts, strict=True), start=1
                ):
                    words = template.format(place=place)
                    ids.append(f"{kind}:T{3 * number + offset}")
                    notes.append(f"T{3 * number + offset}\t{kind} {len(text)} {len(text) + len(words)}\t{words}")
                    text += words + (" " if kind != "Content" else ". The rain went on all day.\n")
                notes.append(f"E{number + 1}\tAttribution:T{3 * number + 3} {' '.join(ids)}")
            (root / split / "text" / f"nyt_{place}.txt").write_bytes(text.encode())
            (root / split / "attributions" / f"nyt_{place}_one.ann").write_text("\n".join(notes), encoding="utf-8")
            lines.append(f"nyt_{place}\tnyt\tNone\tNone\t2016-10-01")
    (root / "metadata.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def tiny_corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data root with NewsMTSC and PolNeAR of our own sentences."""
    folder = tmp_path_factory.mktemp("data")
    write_newsmtsc(folder)
    write_polnear(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_encoder(tiny_checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an untrained encoder with its tokenizer, as the hub has them."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("encoder")
    with torch.random.fork_rng():
        torch.manual_seed(3)
        BertModel(BertConfig(**tiny_checkpoint.network.encoder.config.to_dict())).save_pretrained(folder)
    tiny_checkpoint.tokenizer.subwords.save_pretrained(folder)
    return folder


@pytest.fixture
def tiny_config(tiny_corpora: Path, tiny_encoder: Path, tmp_path: Path) -> Callable[..., TrainConfig]:
    """Return a function that gives settings of a run of some twenty batches, with others laid over them."""
    from stance.config import TrainConfig

    def config(**others: Any) -> TrainConfig:
        values = {
            "name": "tiny",
            "encoder": str(tiny_encoder),
            "data": str(tiny_corpora),
            "run": str(tmp_path / "run"),
            "output": str(tmp_path / "out"),
            "seed": 5,
            "corpora": {"newsmtsc": {"passes": 3}, "polnear": {"passes": 2}},
            "window": {"tokens": 40, "context": 6},
            "optimizer": {"learning_rate": 1e-3, "batch_tokens": 120},
            "evaluate_every": 4,
            "patience": 50,
            "precision": "float32",
        }
        return TrainConfig.model_validate(values | others)

    return config


@pytest.fixture
def own_piece() -> Callable[[int], Document]:
    """Return a function that gives an annotated op-ed of three sentences by its number."""

    def piece(number: int) -> Document:
        place = PLACES[number % len(PLACES)]
        parts = {
            "fact": f"Ann Li spoke in {place} on day {number}.",
            "attributed": "The minister said that Bob Stone had lied.",
            "opinion": "Bob Stone has failed us again.",
        }
        text = " ".join(parts.values())
        starts = {label: text.index(words) for label, words in parts.items()}
        sentences = tuple(Span(start, start + len(parts[label])) for label, start in starts.items())
        stone = [text.index("Bob Stone"), text.rindex("Bob Stone")]
        lied, failed = text.index("had lied"), text.index("has failed")
        actors = (
            Actor("a0", "Ann Li", "person", mentions=(Span(0, 6),), stance="neutral"),
            Actor("a1", "Bob Stone", "person", mentions=tuple(Span(at, at + 9) for at in stone), stance="against"),
        )
        stances = (
            Stance(Source("the minister"), "a1", "against", lied, lied + 8, mention=Span(stone[0], stone[0] + 9)),
            Stance("author", "a1", "against", failed, failed + 13, mention=Span(stone[1], stone[1] + 9)),
        )
        voice = tuple(VoiceSpan(*span, label) for span, label in zip(sentences, parts, strict=True))
        return Document(f"piece-{number}", text, sentences=sentences, voice=voice, actors=actors, stances=stances)

    return piece


@pytest.fixture(scope="session")
def tiny_start(tiny_checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a checkpoint to start from, calibrated like none that a run would fit."""
    from dataclasses import replace

    from stance.model.checkpoint import save_checkpoint

    folder = tmp_path_factory.mktemp("start") / "first"
    info = replace(
        tiny_checkpoint.info,
        name="first",
        version="0.0.7",
        encoder="tiny-encoder",
        temperatures={"voice": 1.234, "cue": 1.321},
        thresholds={"author": 0.31, "source": 0.32, "author-later": 0.33, "source-later": 0.34},
        decoding={"voice": 0.77, "cue": 0.88},
    )
    save_checkpoint(replace(tiny_checkpoint, info=info), folder, extras={"card.md": "# The first\n"}, storage="float32")
    return folder

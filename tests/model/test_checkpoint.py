"""A checkpoint is written whole or not at all, gives the same scores when it is loaded, and says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
import torch

from stance.errors import CheckpointError, OutputError
from stance.model.checkpoint import (
    MANIFEST,
    SHIPPED,
    Checkpoint,
    find_checkpoint,
    inventories,
    load_checkpoint,
    save_checkpoint,
)
from stance.model.heads import FIRST_HEADS, HEADS
from stance.model.network import Network
from stance.model.storage import Storage

EXTRAS = {"card.md": "# A card\n", "train.yaml": "name: tiny\n"}

FILES = (
    *("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json", "card.md", "train.yaml"),
    MANIFEST,
)


@pytest.fixture
def folder(tiny_checkpoint: Checkpoint, tmp_path: Path) -> Path:
    save_checkpoint(tiny_checkpoint, tmp_path / "tiny", extras=EXTRAS)
    return tmp_path / "tiny"


def rewrite(folder: Path, **changes: Any) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def scores(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    ids = torch.tensor([[2, 15, 20, 30, 41, 3], [2, 9, 9, 50, 60, 3]])
    with torch.no_grad():
        hidden = checkpoint.network.encode(ids, torch.ones_like(ids))
        stance = checkpoint.network.stance(hidden, torch.tensor([[0, 1, 3, 1, 5, 0]]))
        link = checkpoint.network.link(hidden, torch.tensor([[1, 2]]))
        return checkpoint.network.token_logits(hidden) | {"stance": stance, "link": link}


@pytest.mark.parametrize(("storage", "tolerance"), [("int8", 0.1), ("float16", 0.02), ("float32", 0.0)])
def test_a_saved_checkpoint_gives_the_same_scores(
    tiny_checkpoint: Checkpoint, tmp_path: Path, storage: Storage, tolerance: float
) -> None:
    save_checkpoint(tiny_checkpoint, tmp_path / "tiny", extras=EXTRAS, storage=storage)
    before, after = scores(tiny_checkpoint), scores(load_checkpoint(tmp_path / "tiny"))
    assert before.keys() == after.keys()
    for name, values in before.items():
        assert torch.allclose(after[name], values, rtol=tolerance, atol=tolerance * float(values.abs().max())), name


def test_a_loaded_checkpoint_says_of_itself_what_was_saved(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    info = replace(tiny_checkpoint.info, temperatures={"voice": 1.25}, aggregation={"bias": [0.5]})
    save_checkpoint(replace(tiny_checkpoint, info=info), tmp_path / "tiny", extras=EXTRAS)
    loaded = load_checkpoint(tmp_path / "tiny")
    assert replace(loaded.info, sha256={}) == info
    text = "Ann Li praised the report."
    assert loaded.tokenizer.subwords(text)["input_ids"] == tiny_checkpoint.tokenizer.subwords(text)["input_ids"]
    assert not loaded.network.training


def test_saving_the_same_checkpoint_twice_writes_the_same_bytes(folder: Path, tiny_checkpoint: Checkpoint) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    save_checkpoint(tiny_checkpoint, folder, extras=EXTRAS)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_holds_these_files_none_of_them_a_pickle_and_nothing_lies_beside_it(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert [path for path in folder.iterdir() if path.read_bytes()[:2] in (b"\x80\x02", b"PK")] == []
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CheckpointError, match=name):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"])
def test_a_file_that_its_checksum_is_missing_for_is_not_trusted(folder: Path, name: str) -> None:
    sums = json.loads((folder / MANIFEST).read_text())["sha256"]
    del sums[name]
    rewrite(folder, sha256=sums)
    with pytest.raises(CheckpointError, match=name):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_flipped_byte_is_found(folder: Path, name: str) -> None:
    path = folder / name
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=rf"{name}: the file is corrupt or was changed"):
        load_checkpoint(folder)


def test_all_that_is_missing_or_changed_is_told_at_once(folder: Path) -> None:
    (folder / "card.md").unlink()
    (folder / "tokenizer.json").unlink()
    (folder / "config.json").write_text("{}")
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(folder)
    assert len(caught.value.problems) == 3


def test_an_edited_card_does_not_stop_a_model(folder: Path) -> None:
    (folder / "card.md").write_text("# Another card\n")
    load_checkpoint(folder)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "{}", '{"labels": 3}', '{"labels": {}, "name": "x"}', '{"labels": {}, "more": 1}', "\0"],
)
def test_a_broken_manifest_is_named(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    with pytest.raises(CheckpointError, match=rf"{MANIFEST}: unreadable"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    "change", [{"sha256": None}, {"temperatures": [1]}, {"aggregation": 3}, {"window_tokens": "256"}, {"context": None}]
)
def test_a_manifest_with_a_value_of_the_wrong_kind_is_unreadable(folder: Path, change: dict[str, Any]) -> None:
    rewrite(folder, **change)
    with pytest.raises(CheckpointError, match=rf"{MANIFEST}: unreadable"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    "labels",
    [{"voice": ["fact", "attributed"]}, {"polarity": ["favor", "neutral", "against"]}, {"tone": ["calm", "loud"]}],
)
def test_a_checkpoint_of_other_labels_is_refused(folder: Path, labels: dict[str, list[str]]) -> None:
    before = json.loads((folder / MANIFEST).read_text())["labels"]
    rewrite(folder, labels=before | labels)
    with pytest.raises(CheckpointError, match=f"labels {next(iter(labels))}.*version"):
        load_checkpoint(folder)


def test_a_checkpoint_without_named_heads_has_the_first_ones(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    network = Network(tiny_checkpoint.network.encoder, heads=())
    save_checkpoint(replace(tiny_checkpoint, network=network), tmp_path / "older", extras=EXTRAS)
    manifest = json.loads((tmp_path / "older" / MANIFEST).read_text())
    assert set(manifest.pop("heads")) == set(FIRST_HEADS)
    (tmp_path / "older" / MANIFEST).write_text(json.dumps(manifest))
    loaded = load_checkpoint(tmp_path / "older")
    assert set(loaded.info.heads) == set(loaded.network.heads) == set(FIRST_HEADS)
    assert loaded.info.labels == inventories(FIRST_HEADS)


@pytest.mark.parametrize("heads", [(*HEADS, "mood"), ("voice", "stance"), (), "voice"])
def test_a_checkpoint_of_other_heads_is_refused(folder: Path, heads: Sequence[str]) -> None:
    rewrite(folder, heads=heads)
    with pytest.raises(CheckpointError, match="heads: .*expected voice.*version"):
        load_checkpoint(folder)


@pytest.mark.parametrize("heads", [3, [3], None])
def test_heads_that_are_no_names_are_unreadable(folder: Path, heads: object) -> None:
    rewrite(folder, heads=heads)
    with pytest.raises(CheckpointError, match=rf"{MANIFEST}: unreadable"):
        load_checkpoint(folder)


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    import hashlib

    config = json.loads((folder / "config.json").read_text()) | {"num_hidden_layers": 3}
    (folder / "config.json").write_text(json.dumps(config))
    sums = json.loads((folder / MANIFEST).read_text())["sha256"]
    rewrite(folder, sha256=sums | {"config.json": hashlib.sha256((folder / "config.json").read_bytes()).hexdigest()})
    with pytest.raises(CheckpointError, match=r"does not load .*Missing key.*layer\.2"):
        load_checkpoint(folder)


def test_a_save_that_fails_leaves_the_older_checkpoint_and_nothing_else(
    folder: Path, tiny_checkpoint: Checkpoint
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UnicodeEncodeError):
        save_checkpoint(tiny_checkpoint, folder, extras={"card.md": "half a pair: \ud800"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_checkpoint_takes_the_place_of_an_older_one(folder: Path, tiny_checkpoint: Checkpoint) -> None:
    (folder / "notes.txt").touch()
    save_checkpoint(tiny_checkpoint, folder, extras={"card.md": "new"})
    assert (folder / "card.md").read_text() == "new"
    assert not (folder / "notes.txt").exists()
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_with_other_files_is_not_overwritten(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.docx").touch()
    with pytest.raises(OutputError, match="holds other files"):
        save_checkpoint(tiny_checkpoint, tmp_path / "thesis", extras=EXTRAS)
    assert (tmp_path / "thesis" / "chapter.docx").exists()


def test_a_place_that_cannot_be_written_is_an_output_error(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "tiny"):
        with pytest.raises(OutputError):
            save_checkpoint(tiny_checkpoint, place, extras=EXTRAS)


def test_a_folder_is_found_by_its_path(folder: Path) -> None:
    assert find_checkpoint(folder) == folder
    assert find_checkpoint(str(folder)) == folder


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(CheckpointError, match="no such model.*name one of the shipped models") as caught:
        find_checkpoint("no-such-model")
    for path in SHIPPED.glob(f"*/{MANIFEST}"):
        assert path.parent.name in str(caught.value)


def test_a_folder_without_a_manifest_is_told_from_a_missing_one(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=f"the folder has no {MANIFEST}"):
        find_checkpoint(tmp_path)
    with pytest.raises(CheckpointError, match="no such model"):
        find_checkpoint(tmp_path / "absent")


def test_a_misspelt_path_below_a_folder_is_not_looked_for_on_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError, match="runs/smal: no such model"):
        find_checkpoint("runs/smal")


def test_a_hub_id_that_cannot_be_reached_is_a_mistake_with_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(CheckpointError, match="some-one/some-model: cannot be had from the hub.*To mend it"):
        find_checkpoint("some-one/some-model")

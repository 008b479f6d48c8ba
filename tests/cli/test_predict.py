"""`stance predict` on good input and bad, with a model too small to be right."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stance.cli.main import main
from stance.document import from_json
from stance.formats import FORMATS

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint

ARTICLE = "The Dockers Are Right\n\nAnn Li praised the union. “It kept its word,” she said. Nobody in Kabul noticed."


@pytest.fixture(scope="module")
def model(tiny_checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a saved tiny checkpoint."""
    from stance.model.checkpoint import save_checkpoint

    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_checkpoint(tiny_checkpoint, folder, extras={"card.md": "tiny"})
    return str(folder)


def predict(words: Sequence[object], model: str) -> int:
    return main(["predict", "--model", model, *map(str, words)])


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one message that a refused run prints, after checking that it is one, and no traceback."""
    said = capsys.readouterr()
    messages = [line for line in said.err.splitlines() if line.startswith("stance: ") and "To mend it" in line]
    assert len(messages) == 1
    assert "Traceback" not in said.err
    return messages[0]


def test_a_folder_becomes_one_line_of_json_an_article(model: str, tmp_path: Path) -> None:
    for name in ("a.txt", "b.md"):
        (tmp_path / name).write_text(ARTICLE, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert predict([tmp_path, "-o", out], model) == 0
    documents = [from_json(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [document.id for document in documents] == ["a", "b"]
    assert all(document.voice and document.model and document.model.name == "tiny" for document in documents)
    assert documents[0].text == ARTICLE


@pytest.mark.parametrize("name", ["out.jsonl", "rows.csv"])
def test_an_output_among_the_articles_is_not_read_by_the_next_run(
    name: str, model: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    assert predict([tmp_path, "-o", tmp_path / name], model) == 0
    first = (tmp_path / name).read_bytes()
    assert predict([tmp_path, "-o", tmp_path / name], model) == 0
    assert (tmp_path / name).read_bytes() == first
    assert f"{name}: it is the output of this command, and not read" in caplog.text


def test_standard_input_goes_to_standard_output(
    model: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(ARTICLE.encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding="utf-8"))
    assert predict(["-", "--format", "jsonl", "--quiet"], model) == 0
    sys.stdout.flush()
    assert json.loads(capfdbinary.readouterr().out)["text"] == ARTICLE


def test_the_suffix_of_the_output_names_its_format(model: str, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(ARTICLE, encoding="utf-8")
    assert predict([source, "-o", tmp_path / "x.html"], model) == 0
    assert predict([source, "-o", tmp_path / "x.csv"], model) == 0
    assert (tmp_path / "x.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").startswith("document,")


def test_every_format_that_is_written_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["predict", "--help"])
    offered = re.search(r"--format \{(.*?)\}", capsys.readouterr().out)
    assert offered is not None and {*offered[1].split(",")} >= {*FORMATS, "html"}


def test_the_closing_line_tells_what_was_covered(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    assert predict([tmp_path / "a.txt", "-o", tmp_path / "x.jsonl"], model) == 0
    assert "stance: 1 article" in capsys.readouterr().err


def test_a_long_article_is_never_cut(model: str, tmp_path: Path) -> None:
    text = " ".join([ARTICLE] * 60)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "x.jsonl"
    assert predict([tmp_path / "a.txt", "-o", out], model) == 0
    document = from_json(out.read_text(encoding="utf-8"))
    assert document.text == text
    assert document.voice is not None
    assert "".join(text[span.start : span.end] for span in document.voice).replace(" ", "") == "".join(
        text.split()
    ).replace(" ", "")


def test_a_bad_file_among_many_is_reported_and_the_others_are_finished(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.txt").write_text(ARTICLE, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert predict([tmp_path, "-o", out], model) == 2
    assert [from_json(line).id for line in out.read_text(encoding="utf-8").splitlines()] == ["a", "c"]
    assert "b.txt" in refused(capsys)


@pytest.fixture(scope="module")
def unargued(tiny_checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a checkpoint without heads for arguments."""
    from stance.model.checkpoint import save_checkpoint
    from stance.model.network import Network

    folder = tmp_path_factory.mktemp("models") / "unargued"
    network = Network(tiny_checkpoint.network.encoder, heads=()).eval()
    save_checkpoint(replace(tiny_checkpoint, network=network), folder, extras={"card.md": "tiny"})
    return str(folder)


@pytest.mark.parametrize("words", [["--format", "argdown"], ["-o", "x.aif"]])
def test_a_model_without_argument_units_is_refused_for_their_formats_before_the_articles_are_read(
    words: list[str], unargued: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.txt").touch()  # of this, nobody hears
    assert predict([tmp_path, *words], unargued) == 2
    message = refused(capsys)
    assert f"--format {words[-1].removeprefix('x.')}: the model 'tiny' marks no argument units" in message
    assert "configs/small.yaml" in message


BAD_TEXTS = {
    "an empty file": (b"", "empty"),
    "white space alone": (b" \n \n", "white space"),
    "a binary file": (bytes(range(256)) * 8, "binary"),
    "UTF-16": (ARTICLE.encode("utf-16"), "UTF-16"),
    "Latin-1": ("Le président s’est tu. Café, élite, déjà.".replace("’", "'").encode("latin-1"), "iconv"),
    "broken UTF-8": (ARTICLE.encode() + b" \xe2\x82", "UTF-8"),
    "a single line of 5 MB": (b"The union kept its word, and so did the dockers. " * 105_000, "--max-characters"),
}


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_a_text_that_cannot_be_read_is_refused_by_one_message_with_its_cure(
    case: str, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, hint = BAD_TEXTS[case]
    (tmp_path / "essay.txt").write_bytes(content)
    out = tmp_path / "out.jsonl"
    assert predict([tmp_path / "essay.txt", "-o", out], model) == 2
    message = refused(capsys)
    assert "essay.txt" in message
    assert hint.casefold() in message.casefold()
    assert not out.exists()


def test_a_table_without_a_text_column_names_its_columns(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("headline,paper\nOn docks,The Gazette\n", encoding="utf-8")
    assert predict([tmp_path / "t.csv"], model) == 2
    message = refused(capsys)
    assert "headline" in message
    assert "--text-column" in message


def test_a_folder_without_articles_is_refused(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.zip").write_bytes(b"PK")
    assert predict([tmp_path], model) == 2
    assert ".docx" in refused(capsys)


@pytest.mark.parametrize("output", ["missing/out.jsonl", "folder"])
def test_an_output_that_cannot_be_written_is_refused_before_the_work(
    output: str, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    assert predict([tmp_path / "a.txt", "-o", tmp_path / output], model) == 2
    assert output in refused(capsys)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "stance.json"])
def test_a_checkpoint_with_a_missing_file_is_refused(
    name: str, tiny_checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from stance.model.checkpoint import save_checkpoint

    save_checkpoint(tiny_checkpoint, tmp_path / "m", extras={})
    (tmp_path / "m" / name).unlink()
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    assert predict([tmp_path / "a.txt"], str(tmp_path / "m")) == 2
    assert name in refused(capsys)


def test_a_checkpoint_with_a_corrupt_file_is_refused(
    tiny_checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from stance.model.checkpoint import save_checkpoint

    save_checkpoint(tiny_checkpoint, tmp_path / "m", extras={})
    weights = tmp_path / "m" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    assert predict([tmp_path / "a.txt"], str(tmp_path / "m")) == 2
    assert "model.safetensors" in refused(capsys)


def test_a_config_with_a_typo_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = Path(__file__).resolve().parents[2] / "configs" / "small.yaml"
    config = tmp_path / "small.yaml"
    config.write_text(shipped.read_text(encoding="utf-8").replace("patience:", "pateince:"), encoding="utf-8")
    assert main(["train", str(config)]) == 2
    said = capsys.readouterr().err
    assert "did you mean 'patience'?" in said
    assert "Traceback" not in said

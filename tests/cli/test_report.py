"""`stance report` from a file of predictions to a page or to the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.cli.main import main
from stance.document import Document
from stance.formats import write
from stance.show.report import write_report
from stance.show.terminal import summary


@pytest.fixture
def predicted(tmp_path: Path, argued: Document, outlets: list[Document]) -> Path:
    """Return a file of two predicted op-eds."""
    path = tmp_path / "predicted.jsonl"
    write([argued, outlets[0]], path, format="jsonl")
    return path


def test_the_page_is_that_of_predict(
    predicted: Path, tmp_path: Path, argued: Document, outlets: list[Document], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(predicted), "-o", str(tmp_path / "page.html")]) == 0
    with (tmp_path / "expected.html").open("w", encoding="utf-8") as stream:
        write_report([argued, outlets[0]], stream)
    assert (tmp_path / "page.html").read_bytes() == (tmp_path / "expected.html").read_bytes()
    said = capsys.readouterr()
    assert said.out == "" and "page.html shows 2 articles" in said.err


def test_without_an_output_there_are_summaries(
    predicted: Path, argued: Document, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert main(["report", str(predicted)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(summary(argued, width=70, color=False)) and "Piece 0 of Dawn" in said.out
    assert said.err == ""


def test_what_cannot_be_read_or_written_is_told(
    predicted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bare.jsonl").write_text('{"id": "a", "text": "Rain.", "meta": {}}\n', encoding="utf-8")
    (tmp_path / "odd.jsonl").write_text('{"id": "a", "text": "Rain.", "voice": [{"start": 3}]}\n', encoding="utf-8")
    wrong = {
        "has an annotation": [str(tmp_path / "bare.jsonl")],
        "odd.jsonl, line 1, voice[0]": [str(tmp_path / "odd.jsonl")],
        "nowhere.jsonl": [str(tmp_path / "nowhere.jsonl")],
        "does not end in .html": [str(predicted), "-o", str(tmp_path / "page.pdf")],
        "mkdir -p": [str(predicted), "-o", str(tmp_path / "none" / "page.html")],
    }
    for said, words in wrong.items():
        assert main(["report", *words]) == 2, said
        message = capsys.readouterr().err
        assert said in message and "To mend it" in message and "Traceback" not in message
    assert not (tmp_path / "page.pdf").exists()

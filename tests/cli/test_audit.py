"""`stance audit` from files to what is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stance.cli.main import main
from stance.corpora.newsmtsc import FILES

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint


@pytest.fixture
def words(tiny_checkpoint: Checkpoint, tmp_path: Path) -> list[str]:
    """Return a command line with a model and a folder of NewsMTSC in it."""
    from stance.model.checkpoint import save_checkpoint

    save_checkpoint(tiny_checkpoint, tmp_path / "model", extras={"card.md": "tiny"})
    for name in FILES.values():
        path = tmp_path / "data" / "newsmtsc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        target = {"from": 7, "to": 12, "mention": "Olsen", "polarity": 2.0}
        row = {"primary_gid": "row", "sentence_normalized": "We saw Olsen leave.", "targets": [target]}
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return ["audit", "newsmtsc", "--data", str(tmp_path / "data"), "--model", str(tmp_path / "model")]


def test_tables_are_printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("What a name alone says\n")
    assert "How far a stance moves with the name" in shown


def test_json_has_the_same_tables(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--format", "json", "--seed", "3"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["model"] == "tiny"
    assert [table["title"] for table in found["audit"]][1] == "How far a stance moves with the name"
    [row] = found["audit"][1]["rows"]
    assert row["swaps"] == row["targets"] * 12 == 24


def test_a_test_that_does_not_exist_exits_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "news", *words[2:]]) == 2
    assert "there is no test of 'news'" in capsys.readouterr().err

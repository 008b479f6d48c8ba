"""A checkpoint written again in fewer bits loads, is smaller, and its card and settings say how it is stored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from stance.model.checkpoint import Checkpoint, load_checkpoint, save_checkpoint


def test_a_checkpoint_is_written_again_in_fewer_bits(
    script: Any, tiny_checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extras = {"card.md": "# A card\nWeights are stored as float16.\n", "train.yaml": "seed: 1\n"}
    save_checkpoint(tiny_checkpoint, tmp_path / "large", extras=extras)
    monkeypatch.setattr(sys, "argv", ["shrink", str(tmp_path / "large"), "--to", str(tmp_path / "small")])
    assert script.main() == 0
    load_checkpoint(tmp_path / "small")
    weights = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("large", "small")]
    assert weights[1] < 0.95 * weights[0]  # most of a tiny model is heads, which stay as they are
    assert "stored as int8" in (tmp_path / "small" / "card.md").read_text()
    assert (tmp_path / "small" / "train.yaml").read_text() == "seed: 1\nstorage: int8\n"


def test_a_checkpoint_that_is_not_there_is_told(
    script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["shrink", str(tmp_path / "none"), "--to", str(tmp_path / "out")])
    assert script.main() == 2
    assert "no such model" in capsys.readouterr().err

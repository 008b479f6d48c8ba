"""The gold is written with its texts, or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stance.document import from_json

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "write_gold.py"


@pytest.mark.data
def test_a_split_of_the_gold_is_written_with_its_texts(data_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "gold.jsonl"
    words = [sys.executable, str(SCRIPT), "dev", "--data", str(data_folder), "-o", str(out)]
    assert subprocess.run(words, check=False).returncode == 0
    documents = [from_json(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(documents) == 21
    assert all(document.voice and document.actors for document in documents)


def test_a_missing_corpus_is_told_with_its_cure_and_nothing_is_written(tmp_path: Path) -> None:
    words = [sys.executable, str(SCRIPT), "dev", "--data", str(tmp_path), "-o", str(tmp_path / "gold.jsonl")]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "get_data.py" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "gold.jsonl").exists()

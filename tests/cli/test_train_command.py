"""`stance train` tells mistakes in a config in one line each, without a traceback and before anything is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stance.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "configs" / "small.yaml"


def test_a_typo_in_a_config_exits_with_two_one_message_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL.read_text(encoding="utf-8").replace("patience:", "patince:"), encoding="utf-8")
    assert main(["train", str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith(f"stance: {path}, patince: an unknown key")
    assert "did you mean 'patience'?" in line


def test_every_mistake_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(SMALL), "--set", "seed=one", "--set", "patience=0"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["stance", "stance"]
    assert any("--set seed" in line for line in lines)
    assert any("--set patience" in line for line in lines)


def test_a_missing_config_is_a_mistake_of_the_users(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(tmp_path / "none.yaml")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_mistakes_that_only_training_can_find_are_told_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [f"--set={name}={tmp_path / name}" for name in ("run", "output")]
    overrides = ["--set=corpora.gmu.passes=1", "--set=loss_weights.voic=2", *folders]
    assert main(["train", str(SMALL), *overrides]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "did you mean 'gum'?" in output.err
    assert "did you mean 'voice'?" in output.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_shipped_model_is_fine_tuned_on_the_seed_op_eds_without_public_corpora(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    folders = [f"--set={name}={tmp_path / name}" for name in ("run", "output", "data")]
    assert main(["train", str(ROOT / "configs" / "finetune.yaml"), *folders, "--set=corpora.own.passes=0.2"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'output'}\n"
    assert "Training started from the checkpoint `small`" in (tmp_path / "output" / "card.md").read_text(
        encoding="utf-8"
    )


def test_keys_that_do_not_go_together_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(SMALL), "--set", "start=small"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"stance: {SMALL}: both `encoder` and `start`; expected one of them")


def test_a_mistake_in_the_config_is_told_without_loading_torch() -> None:
    code = (
        "import sys; from stance.cli.main import main; "
        "code = main(['train', 'none.yaml']); print(code, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False"]

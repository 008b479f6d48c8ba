"""`stance agree` and `scripts/adjudicate_gold.py` from files to what is printed and written."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stance.cli.main import main
from stance.corpora.folders import GOLD
from stance.document import Actor, Document, Span, Stance, VoiceSpan, from_json, to_json

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "adjudicate_gold.py"

ONE = Document(
    "ferry",
    "The ferry ran late. A disgrace, Ms Holt!",
    sentences=(Span(0, 19), Span(20, 40)),
    voice=(VoiceSpan(0, 19, "fact"), VoiceSpan(20, 40, "opinion")),
    actors=(Actor("a0", "Ms Holt", "person", mentions=(Span(32, 39),), stance="against"),),
    stances=(Stance("author", "a0", "against", 22, 30, mention=Span(32, 39)),),
)
OTHER = replace(ONE, voice=(VoiceSpan(0, 40, "opinion"),), stances=())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    documents = {"one": ONE, "other": OTHER, "elsewhere": replace(ONE, id="bus"), "bare": Document("ferry", ONE.text)}
    for name, document in documents.items():
        (tmp_path / f"{name}.jsonl").write_text(to_json(document) + "\n", encoding="utf-8")
    names = {name: str(tmp_path / f"{name}.jsonl") for name in documents}
    return names | {"out": str(tmp_path / "out.jsonl"), "decisions": str(tmp_path / "decisions.jsonl")}


def test_two_annotations_become_tables(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agree", files["one"], files["other"]]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2 annotations of 1 documents\n")
    assert "Cohen's" in shown and "u-alpha" in shown and "tuple_f1" in shown


def test_json_has_the_coefficients_by_layer_and_null_for_undefined_ones(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agree", files["one"], files["other"], files["one"], "--format", "json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["annotations"] == 3
    assert values["labels"]["voice, by sentence"]["equal"] == pytest.approx(4 / 6)
    assert values["labels"]["document stance"]["kappa"] is None  # all say `against`
    assert values["units"]["mentions"] == {"u_alpha": 1.0, "counts": [1, 1, 1]}


def test_decisions_are_written_and_once_taken_make_the_decided_document(files: dict[str, str]) -> None:
    both = [files["one"], files["other"]]
    assert main(["agree", *both, "--disagreements", files["decisions"], "-o", files["out"]]) == 0
    path = Path(files["decisions"])
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["layer"], line["verdict"], line["why"]) for line in lines] == [
        ("voice", None, ""),
        ("opinion", None, ""),
    ]
    for line, verdict in zip(lines, ("b", "a"), strict=True):
        line["verdict"] = verdict
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert main(["agree", *both, "--verdicts", str(path), "-o", files["out"]]) == 0
    decided = from_json(Path(files["out"]).read_text(encoding="utf-8"))
    voice = (VoiceSpan(0, 19, "opinion"), VoiceSpan(20, 40, "opinion"))
    assert decided == replace(ONE, voice=voice)


def test_what_does_not_go_together_is_told_and_nothing_is_written(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        "two or more": [files["one"]],
        "there is no such document": [files["one"], files["elsewhere"]],
        "has an annotation": [files["one"], files["bare"]],
        "two to decide between": [files["one"], files["other"], files["one"], "--disagreements", files["decisions"]],
        "one of the two": [files["one"], files["other"], "--disagreements", "x", "--verdicts", files["decisions"]],
        "cannot be read": [files["one"], files["other"], "--verdicts", files["decisions"]],
    }
    for said, words in wrong.items():
        assert main(["agree", *words, "-o", files["out"]]) == 2
        assert said in capsys.readouterr().err
    assert not Path(files["out"]).exists() and not Path(files["decisions"]).exists()


def test_undecided_lines_are_listed(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    both = [files["one"], files["other"]]
    main(["agree", *both, "--disagreements", files["decisions"]])
    assert main(["agree", *both, "--verdicts", files["decisions"]]) == 2
    assert capsys.readouterr().err.count("undecided") == 2


@pytest.mark.data
def test_verdicts_for_the_first_annotation_write_its_stand_off_files_again(data_folder: Path, tmp_path: Path) -> None:
    def run(*words: str) -> int:
        command = [sys.executable, str(SCRIPT), "--data", str(data_folder), *words]
        return subprocess.run(command, check=False, capture_output=True).returncode

    decisions, out = tmp_path / "decisions", tmp_path / "out"
    assert run("--disagreements", str(decisions)) == 0
    assert run("--verdicts", str(decisions), "-o", str(out)) == 2  # undecided
    assert not out.exists()
    for path in decisions.iterdir():
        lines = [json.loads(line) | {"verdict": "a"} for line in path.read_text(encoding="utf-8").splitlines()]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert run("--verdicts", str(decisions), "-o", str(out)) == 0
    written = sorted(out.iterdir())
    assert len(written) == 24
    for path in written:
        first = json.loads((GOLD / path.name).read_text(encoding="utf-8"))
        assert json.loads(path.read_text(encoding="utf-8")) == first | {"annotator": "adjudicated"}

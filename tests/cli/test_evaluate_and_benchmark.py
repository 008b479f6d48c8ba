"""`stance evaluate` and `scripts/evaluate_spans.py` from files to what is printed."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from stance.cli import benchmark, evaluate
from stance.document import Actor, Document, Span, VoiceSpan, to_json
from stance.errors import ConfigError, DataError, InputError

ROOT = Path(__file__).resolve().parents[2]

GOLD = Document(
    "ferry",
    "The ferry ran late. A disgrace, Ms Holt!",
    voice=(VoiceSpan(0, 19, "fact"), VoiceSpan(20, 40, "opinion")),
    actors=(Actor("a0", "Ms Holt", "person", mentions=(Span(32, 39),), stance="against"),),
)
PREDICTED = replace(GOLD, voice=(VoiceSpan(0, 40, "fact"),))


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    evaluate.add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    documents = {"gold": GOLD, "predicted": PREDICTED, "bare": Document("ferry", GOLD.text)}
    for name, document in documents.items():
        (tmp_path / f"{name}.jsonl").write_text(to_json(document) + "\n", encoding="utf-8")
    return {name: str(tmp_path / f"{name}.jsonl") for name in documents} | {"out": str(tmp_path / "out")}


def test_two_files_become_tables(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.run(arguments(files["gold"], files["predicted"])) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("1 documents; all scores in percent\n")
    row = next(line.split() for line in shown.splitlines() if line.startswith("  opinion"))
    assert row == ["opinion", "0.0", "0.0", "0.0", "17", "17", "0", "0"]
    assert "Author's stance toward an actor" in shown
    assert shown.index("Main scores") < shown.index("Voice, by characters")


def several(path: Path, documents: Sequence[Document]) -> str:
    lines = [to_json(replace(document, id=f"ferry-{place}")) for place, document in enumerate(documents)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_scores_stand_with_intervals_and_majority_floors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = several(tmp_path / "gold.jsonl", [GOLD] * 8)
    guess = several(tmp_path / "guess.jsonl", [GOLD, GOLD, PREDICTED, GOLD, PREDICTED, GOLD, GOLD, PREDICTED])
    evaluate.run(arguments(gold, guess))
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if "_f1" in line}
    value, low, high, floor = map(float, rows["voice_macro_f1"])
    assert floor < low < value < high
    assert rows["mention_f1"] == ["100.0", "–", "–", "–"]
    evaluate.run(arguments(gold, guess, "--format", "json"))
    section = json.loads(capsys.readouterr().out)["evaluation"]
    assert [round(100 * bound, 1) for bound in section["intervals"]["voice_macro_f1"]] == [low, high]
    assert section["intervals"]["mention_f1"] is None
    assert round(100 * section["floors"]["voice_macro_f1"], 1) == floor
    assert section["details"]["voice_opinion_recall"] == 5 / 8


def test_two_systems_are_compared_on_the_same_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, other = (
        several(tmp_path / f"{name}.jsonl", [one] * 8) for name, one in (("gold", GOLD), ("other", PREDICTED))
    )
    evaluate.run(arguments(gold, gold, "--compare", other))
    shown = capsys.readouterr().out
    row = next(line.split() for line in shown[shown.index("Comparison") :].splitlines() if "voice_macro_f1" in line)
    assert row[1] == "100.0" and float(row[3]) > 50
    assert row[-1] == "0.0078"  # the systems as they are and all swapped, of 256 ways
    evaluate.run(arguments(gold, gold, "--compare", other, "--format", "json"))
    [found] = [one for one in json.loads(capsys.readouterr().out)["comparison"] if one["name"] == "voice_macro_f1"]
    assert found["p"] == 2 / 256 and found["difference"] == found["one"] - found["other"]


def test_a_single_document_gets_no_interval_and_a_warning(
    files: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    evaluate.run(arguments(files["gold"], files["predicted"], "--format", "json", "-o", files["out"]))
    section = json.loads(Path(files["out"]).read_text(encoding="utf-8"))["evaluation"]
    assert set(section["intervals"].values()) == {None}
    assert "1 documents are too few for intervals" in caplog.text


def test_json_holds_metrics_and_tables_and_goes_to_the_file_named(files: dict[str, str]) -> None:
    evaluate.run(arguments(files["gold"], files["predicted"], "--format", "json", "-o", files["out"]))
    section = json.loads(Path(files["out"]).read_text(encoding="utf-8"))["evaluation"]
    assert section["metrics"]["mention_f1"] == 1
    assert section["tables"][0]["rows"][0]["label"] == "fact"


def test_json_holds_the_calibration_that_the_tables_show(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    unsure = replace(PREDICTED, voice=(VoiceSpan(0, 40, "fact", 0.7),))
    Path(files["predicted"]).write_text(to_json(unsure) + "\n", encoding="utf-8")
    evaluate.run(arguments(files["gold"], files["predicted"]))
    shown = capsys.readouterr().out
    evaluate.run(arguments(files["gold"], files["predicted"], "--format", "json"))
    table = json.loads(capsys.readouterr().out)["calibration"]
    assert table["title"] in shown
    assert [(row["task"], row["confidence"]) for row in table["rows"]] == [("voice", 0.7)]


def test_a_list_of_mistakes_to_read_is_refused_in_json_before_anything_is_read() -> None:
    with pytest.raises(ConfigError, match=r"--mistakes -: a list to read, in JSON.*name a FILE"):
        evaluate.run(arguments("none.jsonl", "none.jsonl", "--format", "json", "--mistakes", "-"))


def test_what_was_predicted_from_a_very_long_text_can_be_scored(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    long = replace(GOLD, text=GOLD.text + " So." * 250_000)
    for name in ("gold", "predicted"):
        Path(files[name]).write_text(to_json(long) + "\n", encoding="utf-8")
    assert evaluate.run(arguments(files["gold"], files["predicted"])) == 0
    assert capsys.readouterr().out.startswith("1 documents")
    with pytest.raises(InputError, match=r"'ferry': the text is 1,000,040 characters.*score that file"):
        evaluate.run(arguments(files["gold"], "--model", "no-such-model"))


def test_mistakes_are_written_one_a_line(files: dict[str, str]) -> None:
    evaluate.run(arguments(files["gold"], files["predicted"], "--mistakes", files["out"]))
    [mistake] = [json.loads(line) for line in Path(files["out"]).read_text(encoding="utf-8").splitlines()]
    assert (mistake["gold"], mistake["predicted"], mistake["text"]) == ("opinion", "fact", "A disgrace, Ms Holt")


def test_predictions_or_a_model_must_be_named_and_not_both(files: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="neither predictions nor a model"):
        evaluate.run(arguments(files["gold"]))
    with pytest.raises(ConfigError, match="predictions and a model"):
        evaluate.run(arguments(files["gold"], files["predicted"], "--model", "small"))
    with pytest.raises(ConfigError, match="--given-actors"):
        evaluate.run(arguments(files["gold"], files["predicted"], "--given-actors"))


def test_texts_without_annotation_are_no_gold(files: dict[str, str]) -> None:
    with pytest.raises(InputError, match="none of its 1 documents has an annotation"):
        evaluate.run(arguments(files["bare"], files["predicted"]))


def test_another_text_is_refused(files: dict[str, str]) -> None:
    Path(files["predicted"]).write_text(to_json(replace(GOLD, text=GOLD.text.upper())) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="differs from gold's"):
        evaluate.run(arguments(files["gold"], files["predicted"]))


def test_a_folder_of_texts_with_gold_beside_them_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from stance.measure.annotated import read_annotated

    folder = ROOT / "seeds" / "op-eds"
    documents = read_annotated(folder)
    written = tmp_path / "own.jsonl"
    written.write_text("".join(to_json(document) + "\n" for document in documents), encoding="utf-8")
    assert evaluate.run(arguments(str(folder), str(written), "--format", "json")) == 0
    metrics = json.loads(capsys.readouterr().out)["evaluation"]["metrics"]
    assert metrics["tuple_f1"] == metrics["voice_macro_f1"] == 1


def test_the_span_script_scores_one_layer(files: dict[str, str]) -> None:
    command = [sys.executable, "scripts/evaluate_spans.py", files["gold"], files["predicted"], "--layer", "voice"]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[2:5]}
    assert rows["fact"][:6] == ["0.0", "0.0", "0.0", "100.0", "100.0", "100.0"]
    assert rows["all"][-2:] == ["2", "1"]


def test_the_span_script_says_what_is_wrong_and_exits_with_two(files: dict[str, str]) -> None:
    command = [sys.executable, "scripts/evaluate_spans.py", files["gold"], files["out"]]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and "To mend it" in done.stderr


def test_named_benchmarks_without_their_corpora_are_refused_before_a_model_is_loaded(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    benchmark.add_arguments(parser)
    with pytest.raises(DataError, match=r"get_data.py polnear") as caught:
        benchmark.run(parser.parse_args(["polnear", "wnut17", "--data", str(tmp_path), "--model", "no-such-model"]))
    assert "get_data.py wnut17" in str(caught.value)


def test_an_unknown_benchmark_is_refused_before_a_model_is_loaded(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    benchmark.add_arguments(parser)
    with pytest.raises(ConfigError, match="there is no benchmark 'news'"):
        benchmark.run(parser.parse_args(["news", "--data", str(tmp_path)]))

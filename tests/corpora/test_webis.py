"""The reader of the Webis editorials on op-eds of our own, and on the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stance.corpora import webis
from stance.errors import DataError

PARAGRAPHS = [
    [("The gate must open.", "title")],
    [
        (" In March (", "no-unit"),
        ("a wet month", "other"),
        ("), the clerk shut the gate ", "anecdote"),
        (".", "no-unit"),
        ("“", "no-unit"),
        ("Nobody had the key", "testimony"),
        (",” he said.", "no-unit"),
    ],
    [("Seven of ten readers climb over", "statistics"), ("; ", "no-unit"), ("gates are a nuisance", "assumption")],
]


def write(folder: Path, name: str, paragraphs: list[list[tuple[str, str]]] = PARAGRAPHS) -> None:
    path = folder / "webis-editorials-adu" / "data-source" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    number = iter(range(1, 1000))
    content = [
        [{"number": next(number), "text": text, "label": label} for text, label in paragraph]
        for paragraph in paragraphs
    ]
    path.write_text(json.dumps({"paragraphs": content}, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for outlet in webis.OUTLETS:
        for number in range(20):
            write(tmp_path, f"{outlet}/{number:03d}-gate")
    return tmp_path


def test_segments_are_joined_with_a_space_but_for_punctuation_and_paragraphs_with_a_blank_line(folder: Path) -> None:
    document = webis.read_file(folder / "webis-editorials-adu/data-source/foxnews/003-gate.json")
    assert document.text == (
        "The gate must open.\n\n"
        " In March (a wet month), the clerk shut the gate . “Nobody had the key,” he said.\n\n"
        "Seven of ten readers climb over;  gates are a nuisance"
    )
    assert (document.id, document.meta.outlet, document.meta.title) == (
        "foxnews-003-gate",
        "Fox News",
        "The gate must open.",
    )


def test_units_are_trimmed_and_titles_and_no_units_left_out(folder: Path) -> None:
    document = webis.read_file(folder / "webis-editorials-adu/data-source/foxnews/003-gate.json")
    assert document.arguments is not None
    found = [(document.text[unit.start : unit.end], unit.label) for unit in document.arguments.units]
    assert found == [
        ("a wet month", "other"),
        ("), the clerk shut the gate", "anecdote"),
        ("Nobody had the key", "testimony"),
        ("Seven of ten readers climb over", "statistics"),
        ("gates are a nuisance", "assumption"),
    ]


def test_voice_follows_the_units_and_leaves_other_stretches_unlabelled(folder: Path) -> None:
    document = webis.read_file(folder / "webis-editorials-adu/data-source/foxnews/003-gate.json")
    assert [span.label for span in document.voice or ()] == ["fact", "attributed", "fact", "opinion"]
    assert document.text[(document.voice or ())[1].start :].startswith("Nobody")


def test_gold_test_is_in_test_and_gold_dev_in_dev_and_each_outlet_is_divided_alike(
    folder: Path, tmp_path: Path
) -> None:
    gold = tmp_path / "splits.json"
    gold.write_text(json.dumps({"test": ["guardian-004-gate"], "dev": ["guardian-005-gate", "guardian-006-gate"]}))
    ids = {
        split: [document.id for document in webis.read(folder, split=split, gold_splits=gold)]
        for split in ("train", "dev", "test")
    }
    assert "guardian-004-gate" in ids["test"]
    assert {"guardian-005-gate", "guardian-006-gate"} <= set(ids["dev"])
    for outlet in webis.OUTLETS:
        assert [sum(id.startswith(outlet) for id in ids[split]) for split in ("train", "dev", "test")] == [16, 2, 2]
    everything = [document.id for document in webis.read(folder, split="all")]
    assert sorted(ids["train"] + ids["dev"] + ids["test"]) == sorted(everything)


def test_an_unknown_label_is_refused_with_the_file(folder: Path) -> None:
    write(folder, "guardian/000-gate", [[("The gate.", "asumption")]])
    with pytest.raises(DataError, match=r"000-gate\.json: the label asumption"):
        list(webis.read(folder, split="all"))


@pytest.mark.data
def test_the_corpus_has_its_op_eds_and_no_text_of_goldtest_or_dev_in_train(data_folder: Path) -> None:
    counts = {split: len(list(webis.read(data_folder, split=split))) for split in ("all", "train", "dev", "test")}
    assert counts == {"all": 242, "train": 192, "dev": 25, "test": 25}
    gold = json.loads((webis.GOLD / "splits.json").read_text(encoding="utf-8"))
    train = {document.id for document in webis.read(data_folder, split="train")}
    assert {*gold["test"]} <= {document.id for document in webis.read(data_folder, split="test")}
    assert not train & {*gold["test"], *gold["dev"]}


def test_an_outlet_is_left_out_or_taken_alone_but_for_what_judges(folder: Path, tmp_path: Path) -> None:
    gold = tmp_path / "splits.json"
    gold.write_text(json.dumps({"test": ["guardian-004-gate"], "dev": []}))

    def ids(split: str) -> set[str]:
        return {document.id for document in webis.read(folder, split=split, gold_splits=gold)}

    guardian = {id for id in ids("all") if id.startswith("guardian-")}
    assert ids("train-without-guardian") == ids("train") - guardian
    assert ids("only-guardian") == guardian - ids("dev")
    assert "guardian-004-gate" in ids("only-guardian")

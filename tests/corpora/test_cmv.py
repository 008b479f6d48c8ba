"""The reader of ChangeMyView on exchanges of our own, and on the corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stance.corpora import cmv
from stance.errors import DataError

TEXT = (
    " CMV: Gates must go\n\nNobody likes them , so they harm .\nI think\nso ( really ) .\n\n\nI disagree &amp; how !\n"
)


def annotation(text: str, *, drift: int = 0) -> str:
    """Return an annotation of `TEXT` with offsets that are off by `drift`."""
    marked = [
        ("main_claim", " CMV: Gates must go"),
        ("claim", "they harm"),
        ("premise", "Nobody likes them"),
        ("claim", "I disagree"),
    ]
    lines = []
    for number, (label, words) in enumerate(marked, start=1):
        start = text.index(words) + drift
        lines.append(f"T{number}\t{label} {start} {start + len(words)}\t{words}")
        lines.append(f"A{number}\tType1 T{number} logos")
    lines += [
        "R1\tsupport Arg1:T3 Arg2:T2",
        "R2\tpartial_agreement Arg1:T2 Arg2:T1",
        "R3\tundercutter Arg1:T4 Arg2:T3",
        "R4\tsupport Arg1:T2 Arg2:T2",
        "R5\tunderstand Arg1:T4 Arg2:T1",
    ]
    return "\n".join(lines) + "\n"


def write(folder: Path, name: str, *, title: str = "Gates must go", drift: int = 0) -> Path:
    path = folder / "cmv-modes" / "v2.0" / f"{name}.ann"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = TEXT.replace("Gates must go", title)
    path.write_text(annotation(TEXT, drift=drift).replace("Gates must go", title), encoding="utf-8")
    path.with_suffix(".txt").write_text(text, encoding="utf-8")
    return path


def test_blanks_that_tell_where_units_end_are_taken_out_and_offsets_follow(tmp_path: Path) -> None:
    document = cmv.read_file(write(tmp_path, "negative/7"))
    assert document.text == (
        "CMV: Gates must go\n\nNobody likes them, so they harm. I think so (really).\n\nI disagree & how!"
    )
    assert document.arguments is not None
    found = [(document.text[unit.start : unit.end], unit.label) for unit in document.arguments.units]
    assert found == [
        ("CMV: Gates must go", "major-claim"),
        ("Nobody likes them", "premise"),
        ("they harm", "claim"),
        ("I disagree", "claim"),
    ]
    assert (document.id, document.meta.title) == ("negative-7", "CMV: Gates must go")


def test_relations_are_support_or_attack_and_never_of_a_unit_to_itself(tmp_path: Path) -> None:
    document = cmv.read_file(write(tmp_path, "negative/7"))
    assert document.arguments is not None
    found = {(edge.source, edge.target, edge.label) for edge in document.arguments.relations}
    assert found == {(1, 2, "support"), (2, 0, "support"), (3, 1, "attack")}


def test_drifted_offsets_are_mended_by_the_words(tmp_path: Path) -> None:
    assert cmv.read_file(write(tmp_path, "negative/7", drift=6)) == cmv.read_file(write(tmp_path, "negative/7"))


def test_exchanges_of_one_thread_are_in_one_split(tmp_path: Path) -> None:
    for number in range(20):
        for folder in cmv.FOLDERS:
            write(tmp_path, f"{folder}/{number}", title=f"Gates {number} must go")
    splits = {split: list(cmv.read(tmp_path, split=split)) for split in cmv.SPLITS}
    assert {split: len(documents) for split, documents in splits.items()} == {
        "all": 40,
        "train": 32,
        "dev": 4,
        "test": 4,
    }
    titles = [{document.meta.title for document in splits[split]} for split in ("train", "dev", "test")]
    assert sum(map(len, titles)) == 20
    assert len(set.union(*titles)) == 20


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("they harm", "they help", r"line 3: .*they help"),
        ("R1\tsupport", "R1\tsuport", r"line 9: .*suport"),
        ("Arg1:T3", "Arg1:T9", r"there is no unit T9"),
    ],
)
def test_what_breaks_the_format_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    path = write(tmp_path, "negative/7")
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        cmv.read_file(path)


@pytest.mark.data
def test_the_corpus_has_its_exchanges_and_no_thread_in_two_splits(data_folder: Path) -> None:
    splits = {split: list(cmv.read(data_folder, split=split)) for split in cmv.SPLITS}
    assert {split: len(documents) for split, documents in splits.items()} == {
        "all": 113,
        "train": 90,
        "dev": 12,
        "test": 11,
    }
    labels: Counter[str] = Counter()
    edges: Counter[str] = Counter()
    blanks = 0
    for document in splits["all"]:
        assert document.arguments is not None
        labels.update(unit.label for unit in document.arguments.units)
        edges.update(edge.label for edge in document.arguments.relations)
        blanks += document.text.count(" .") + document.text.count(" ,")
    assert labels == {"major-claim": 116, "claim": 1591, "premise": 2060}
    assert edges == {"support": 2455, "attack": 798}
    assert blanks < 40
    titles = [{document.meta.title for document in splits[split]} for split in ("train", "dev", "test")]
    assert [len(found) for found in titles] == [29, 4, 4]
    assert len(set.union(*titles)) == 37

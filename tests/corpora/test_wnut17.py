"""WNUT17's reader on posts of our own, and on the corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stance.corpora import wnut17
from stance.document import Document, Span
from stance.errors import DataError

POSTS = """RT	O
@gull	O
:	O
Ada	B-person
Brandt	I-person
don	O
'	O
t	O
care	O
,	O
it	O
'	O
s	O
Marlow	B-location
!	O
TAB
Dry	B-group
Docks	I-group
&amp;	O
The	B-creative-work
Gull	I-creative-work
at	O
Gullco	B-corporation
'	O
s	O
,	O
says	O
Ada	B-person

ca	O
n	O
'	O
t	O
stop	O
O	B-group
'	I-group
s	I-group
""".replace("TAB", "\t")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "wnut17"
    root.mkdir()
    for name in ("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"):
        (root / name).write_text(POSTS, encoding="utf-8")
    return tmp_path


def read(folder: Path) -> list[tuple[Document, list[tuple[str, str]]]]:
    found = wnut17.names(folder, split="train")
    return [
        (document, [(document.text[name.start : name.end], name.type) for name in names]) for document, names in found
    ]


def test_posts_are_set_apart_by_any_line_of_white_space(folder: Path) -> None:
    assert [document.id for document, _ in read(folder)] == ["wnut17-train-0", "wnut17-train-1", "wnut17-train-2"]


def test_short_forms_that_the_corpus_cuts_are_one_word_again_and_names_stay_whole(folder: Path) -> None:
    (first, _), (second, _), (third, names) = read(folder)
    assert first.text == "RT @gull: Ada Brandt don't care, it's Marlow!"
    assert second.text == "Dry Docks & The Gull at Gullco's, says Ada"
    assert third.text == "can't stop O's"
    assert names == [("O's", "group")]


def test_names_have_their_place_in_the_text_and_the_type_of_the_corpus(folder: Path) -> None:
    (_, first), (_, second), _ = read(folder)
    assert first == [("Ada Brandt", "person"), ("Marlow", "location")]
    assert second == [
        *(("Dry Docks", "group"), ("The Gull", "creative-work")),
        *(("Gullco", "corporation"), ("Ada", "person")),
    ]


def test_a_work_is_no_actor_and_a_team_and_a_firm_are_organizations(folder: Path) -> None:
    actors = next(document for document, _ in read(folder) if document.id == "wnut17-train-1").actors or ()
    assert [(actor.name, actor.type) for actor in actors] == [
        *(("Dry Docks", "organization"), ("Gullco", "organization"), ("Ada", "person")),
    ]


def test_names_written_alike_are_one_actor(folder: Path) -> None:
    path = folder / "wnut17" / "emerging.dev.conll"
    path.write_text("Ada\tB-person\nsaw\tO\nAda\tB-person\nBrandt\tI-person\nand\tO\nAda\tB-person\n", encoding="utf-8")
    (document,) = wnut17.read(folder, split="dev")
    assert [(actor.name, actor.mentions) for actor in document.actors or ()] == [
        ("Ada", (Span(0, 3), Span(23, 26))),
        ("Ada Brandt", (Span(8, 18),)),
    ]


@pytest.mark.parametrize("line", ["Ada\tB-human", "Ada", "\tO", "Ada\tI-group", "x\tO\nAda\tI-group"])
def test_a_line_that_breaks_the_format_is_refused_with_its_place(folder: Path, line: str) -> None:
    (folder / "wnut17" / "emerging.dev.conll").write_text(f"Bo\tB-person\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"emerging\.dev\.conll, line [23]"):
        list(wnut17.read(folder, split="dev"))


@pytest.mark.data
def test_the_corpus_has_the_posts_and_names_of_its_paper(data_folder: Path) -> None:
    posts, names = {}, {}
    for split in wnut17.SPLITS:
        found = list(wnut17.names(data_folder, split=split))
        posts[split], names[split] = len(found), Counter(name.type for _, each in found for name in each)
        assert all(0 <= name.start < name.end <= len(document.text) for document, each in found for name in each)
    assert posts == {"train": 3394, "dev": 1009, "test": 1287}
    assert {split: counted.total() for split, counted in names.items()} == {"train": 1975, "dev": 836, "test": 1079}
    assert names["test"] == {
        "person": 429, "location": 150, "group": 165, "corporation": 66, "product": 127, "creative-work": 142
    }  # fmt: skip


@pytest.mark.data
def test_the_words_of_names_in_the_corpus_are_those_of_its_lines(data_folder: Path) -> None:
    lines = (data_folder / "wnut17" / "emerging.test.annotated").read_text(encoding="utf-8").split("\n")
    words = ["".join(line.split("\t")[0] for line in [line] if "\tO" not in line) for line in lines if line.strip()]
    texts = (
        document.text[name.start : name.end]
        for document, names in wnut17.names(data_folder, split="test")
        for name in names
    )
    assert "".join("".join(texts).split()) == "".join(words)

"""What the inputs of a command stand for."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.errors import InputError
from stance.formats.inputs import Found, find


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of articles, and go to it."""
    for name in (
        "b.txt",
        "a.MD",
        "sub/b.txt",
        "sub/deep/c.html",
        "notes.xyz",
        "t.json",
        ".hidden.txt",
        ".git/x.txt",
        "gold/g.jsonl",
    ):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids(*inputs: str) -> list[str]:
    return [found.id for found in find(inputs)]


def test_a_folder_stands_for_all_articles_in_it_but_hidden_ones(corpus: Path) -> None:
    paths = ["a.MD", "b.txt", "gold/g.jsonl", "sub/b.txt", "sub/deep/c.html"]
    assert find(["corpus"]) == [Found(Path("corpus", path), path.rsplit(".", 1)[0]) for path in paths]


def test_each_file_comes_once_however_it_is_named(corpus: Path) -> None:
    (corpus / "link.txt").symlink_to(corpus / "corpus" / "b.txt")
    inputs = [
        "corpus/b.txt",
        "-",
        "corpus",
        "corpus/../corpus/b.txt",
        str(corpus / "corpus" / "b.txt"),
        "link.txt",
        "-",
    ]
    assert ids(*inputs) == ["b", "stdin", "a", "gold/g", "sub/b", "sub/deep/c"]
    assert find(inputs)[0].path == Path("corpus/b.txt")


def test_patterns_are_looked_up_from_their_fixed_part(corpus: Path) -> None:
    assert ids("corpus/*.txt") == ["b"]
    assert ids("corpus/**/*.txt") == ["b", "sub/b"]
    assert ids("corpus/s*") == ["sub/b", "sub/deep/c"]
    assert ids("*/b.*") == ["corpus/b"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(corpus: Path) -> None:
    (corpus / "why[1].txt").write_text("x")
    assert ids("why[1].txt") == ["why[1]"]


def test_colliding_ids_take_their_folders_then_their_suffix_then_a_number(corpus: Path) -> None:
    assert ids("corpus/b.txt", "corpus/sub/b.txt") == ["b", "sub/b"]
    (corpus / "corpus" / "b.html").write_text("x")
    assert ids("corpus/b.txt", "corpus/b.html") == ["b.txt", "b.html"]
    (corpus / "stdin.txt").write_text("x")
    assert ids("stdin.txt", "-") == ["stdin", "stdin-2"]


def test_the_output_of_an_earlier_run_is_no_input_unless_it_is_named_itself(corpus: Path) -> None:
    output = corpus / "corpus" / "b.jsonl"
    output.write_text("x")
    (corpus / "link").symlink_to(corpus / "corpus")
    before = ["a", "b", "gold/g", "sub/b", "sub/deep/c"]
    assert [found.id for found in find(["corpus"], output=Path("link/b.jsonl"))] == before
    assert [found.id for found in find(["corpus/b.*"], output=output)] == ["b"]
    assert [found.path for found in find(["corpus/b.*", "corpus/b.jsonl"], output=output)] == [
        Path("corpus/b.txt"),
        Path("corpus/b.jsonl"),
    ]
    assert len(find(["corpus"], output=Path("elsewhere.jsonl"))) == len(before) + 1
    with pytest.raises(InputError, match=r"corpus/\*\.jsonl: nothing in it but the output of this command"):
        find(["corpus/*.jsonl"], output=output)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("corpus/t.json", r"files that end in '.json' are not read.*one of \.txt, .*name it \.jsonl"),
        ("corpus/notes.xyz", r"files that end in '.xyz' are not read.*stance predict - < corpus/notes.xyz"),
        ("corpus/B.md", r"there is no such file or folder \(did you mean 'b.txt'\?\)"),
        ("corpus/noets.xyz", r"\(did you mean 'notes.xyz'\?\)"),
        ("corpus/x.txt", "there is no such file or folder;"),
        ("corpsu/b.txt", "there is no folder 'corpsu'"),
        ("corpus/*.pdf", r"the pattern matches nothing; expected files that end in \.txt"),
        ("corpus/*.json", "the pattern matches 1 files or folders, none of them an article"),
        ("empty", r"no article in this folder or the folders in it; expected files that end in \.txt, .*\.parquet"),
    ],
)
def test_an_input_that_stands_for_nothing_is_refused_with_the_cure(corpus: Path, name: str, message: str) -> None:
    (corpus / "empty" / "deeper").mkdir(parents=True)
    with pytest.raises(InputError, match=message):
        find([name])


def test_all_wrong_inputs_are_told_at_once_and_none_at_all_is_one(corpus: Path) -> None:
    with pytest.raises(InputError) as caught:
        find(["nowhere.txt", "corpus/b.txt", "corpus/t.json"])
    assert [problem.place for problem in caught.value.problems] == ["nowhere.txt", "corpus/t.json"]
    with pytest.raises(InputError, match="nothing was named"):
        find([])

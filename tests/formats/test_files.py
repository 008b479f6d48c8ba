"""The door: many inputs in, documents out; bad ones are told and the others are read."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stance.document import Actor, Arguments, Document, Meta, Span
from stance.errors import ConfigError, InputError, OutputError, StanceError
from stance.formats import FORMATS, read, read_all, write

DOCUMENTS = [
    Document(
        "a", "Ännä spoke.", sentences=(Span(0, 11),), actors=(Actor("x", "Ännä", "person", mentions=(Span(0, 4),)),)
    ),
    Document("b/c", "Two."),
]


def told(*inputs: str | Path, maximum_characters: int = 1_000_000) -> tuple[list[Document], list[str]]:
    problems: list[StanceError] = []
    found = list(
        read_all([str(name) for name in inputs], on_problem=problems.append, maximum_characters=maximum_characters)
    )
    return found, [str(problem) for problem in problems]


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_bad_files_are_told_and_the_others_are_read(tmp_path: Path) -> None:
    contents = {
        "1.txt": b"One.",
        "2.txt": b"",
        "3.txt": b" \n",
        "4.txt": b"caf\xe9 au lait",
        "5.txt": b"PK\x03\x04zip",
        "6.pdf": b"no pdf",
        "7.docx": b"no docx",
        "8.html": b"<html></html>",
        "9.csv": b'text\nNine.\n""\nTen.\n',
        "a.parquet": b"no parquet",
        "b.jsonl": b'{"text": "Eleven."}\nnonsense\n',
        "c.md": b"# Twelve\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "d.txt").symlink_to(tmp_path / "gone")
    found, problems = told(tmp_path, tmp_path / "nowhere.txt")
    assert {document.id: document.text for document in found} == {
        "1": "One.", "9-1": "Nine.", "9-3": "Ten.", "b-1": "Eleven.", "c": "Twelve",
    }  # fmt: skip
    wanted = [
        "nowhere.txt",
        "2.txt",
        "3.txt",
        "4.txt",
        "5.txt",
        "6.pdf",
        "7.docx",
        "8.html",
        "9.csv, row 2",
        "a.parquet",
        "b.jsonl, line 2",
        "d.txt: it cannot be opened",
    ]
    assert len(problems) == len(wanted)
    for part, problem in zip(wanted, problems, strict=True):
        assert problem.startswith(f"{tmp_path}/{part}"), problem
        assert "\n" not in problem


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, *(above for above in tmp_path.parents if "pytest-" in str(above))):
        folder.chmod(0o755)
    path = tmp_path / "a.txt"
    path.write_text("One.")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        assert "a.txt: it cannot be opened (Permission denied)" in told(path)[1][0]
    finally:
        os.seteuid(user)


def test_inputs_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("One.")
    (tmp_path / "2.txt").write_text("")
    problems: list[StanceError] = []
    reader = read_all([str(tmp_path)], on_problem=problems.append)
    assert (next(reader).text, problems) == ("One.", [])
    assert (list(reader), len(problems)) == ([], 1)


@pytest.mark.parametrize("name", ["long.txt", "long.md", "long.csv", "long.jsonl"])
def test_a_text_over_the_limit_is_refused_and_not_cut(tmp_path: Path, name: str) -> None:
    words = "word " * 400
    content = {"csv": f"text\n{words}\n", "jsonl": f'{{"text": "{words}"}}\n'}.get(name.rpartition(".")[2], words)
    (tmp_path / name).write_text(content)
    found, (problem,) = told(tmp_path / name, maximum_characters=1500)
    assert found == []
    assert name in problem and "the text is " in problem and "at most 1,500 characters an article" in problem
    assert "split it into one file or row an article, or raise `--max-characters`" in problem
    assert told(tmp_path / name, maximum_characters=2000)[1] == []


def test_a_huge_text_file_is_refused_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "huge.txt").write_text("word " * 1_000_000)
    assert (
        "the text is 5,000,000 bytes long; expected at most 1,000,000 characters" in told(tmp_path / "huge.txt")[1][0]
    )


def test_ids_differ_over_the_whole_run_and_a_change_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "x.csv").write_text("id,text\na,One.\na,Two.\n,Three.\n")
    (tmp_path / "a.txt").write_text("Four.")
    found, problems = told(tmp_path)
    assert [(document.id, document.text) for document in found] == [
        ("a", "Four."),
        ("a-2", "One."),
        ("a-3", "Two."),
        ("x-3", "Three."),
    ]
    assert problems == []
    assert "x.csv: the id 'a' was given before; this one becomes 'a-2'" in caplog.text


def test_standard_input_is_a_text_or_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, "\ufeffOne.\r\n{two}\r\n".encode())
    assert told("-") == ([Document("stdin", "One.\n{two}\n")], [])
    piped(monkeypatch, b"{Editor's note} One.\n")
    assert told("-")[0] == [Document("stdin", "{Editor's note} One.\n")]
    piped(monkeypatch, b'\n{"text": "One."}\nnonsense\n{"text": "Two.", "id": "b"}\n')
    found, problems = told("-")
    assert found == [Document("stdin-2", "One."), Document("b", "Two.")]
    assert len(problems) == 1 and problems[0].startswith("standard input, line 3: no valid JSON")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "standard input: the text of the document is empty"),
        (b"caf\xe9s\n", "standard input: not UTF-8 at byte offset 3"),
        (b"word " * 500, "standard input: the text is more than 1,000 characters long"),
        (b"word " * 300, "standard input: the text is 1,500 characters long"),
        ("a\n".encode("utf-16"), "UTF-16 by the byte order mark"),
    ],
)
def test_bad_standard_input_is_told(monkeypatch: pytest.MonkeyPatch, content: bytes, message: str) -> None:
    piped(monkeypatch, content)
    found, (problem,) = told("-", maximum_characters=1000)
    assert found == [] and message in problem


def test_what_no_encoding_can_hold_is_replaced_before_it_can_stop_the_writing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in (b"caf\xe8.txt", b"caf\xe9.txt"):  # as Latin-1 names them
        try:
            (tmp_path / os.fsdecode(name)).write_text("One.")
        except OSError:
            pytest.skip("this system has no such file names")
    (tmp_path / "d.md").write_text(
        '---\ntitle: "\\ud83d\\ude00 hi"\noutlet: "half \\ud83d"\n"key \\udc00": "\\udc00"\n---\nTwo.\n'
    )
    found, problems = told(tmp_path)
    assert problems == []
    assert [document.id for document in found] == ["caf\ufffd", "caf\ufffd-2", "d"]
    assert found[2].meta == Meta("\U0001f600 hi", "half \ufffd", more={"key \ufffd": "\ufffd"})
    assert "caf" in caplog.text and "d.md" in caplog.text
    for format in ("jsonl", "csv", "parquet"):
        write(found, tmp_path / f"out.{format}", format=format)


def test_read_gives_the_documents_at_once_or_every_problem(tmp_path: Path) -> None:
    write(DOCUMENTS, tmp_path / "in.jsonl", format="jsonl")
    assert read(tmp_path / "in.jsonl") == DOCUMENTS
    (tmp_path / "1.txt").write_text("")
    (tmp_path / "2.txt").write_text("")
    with pytest.raises(InputError) as caught:
        read([str(tmp_path)])
    assert [Path(problem.place).name for problem in caught.value.problems] == ["1.txt", "2.txt"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, format: str) -> None:
    argued = [replace(document, arguments=Arguments()) for document in DOCUMENTS]

    def failing() -> Iterator[Document]:
        yield argued[0]
        raise KeyboardInterrupt

    path = tmp_path / f"out.{format}"
    with pytest.raises(KeyboardInterrupt):
        write(failing(), path, format=format)
    assert os.listdir(tmp_path) == []
    write(iter(argued), path, format=format)
    assert os.listdir(tmp_path) == [path.name] and path.stat().st_size > 0
    with pytest.raises(OutputError, match="mkdir -p"):
        write(argued, tmp_path / "none" / "out", format=format)


def test_standard_output_gets_utf8_lines_as_documents_are_done(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    seen: list[bytes] = []

    def documents() -> Iterator[Document]:
        for document in DOCUMENTS:
            yield document
            seen.append(capfdbinary.readouterr().out)

    write(documents(), None, format="jsonl")
    assert "Ännä".encode() in seen[0] and b"Two." in seen[1]
    write(DOCUMENTS, None, format="csv")
    print("still open")
    out = capfdbinary.readouterr().out.decode().splitlines()
    assert (out[0].split(",")[0], out[1].split(",")[6], out[2]) == ("document", "Ännä", "still open")


def test_unknown_formats_and_binary_on_standard_output_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"--format: there is no format 'parqet' \(did you mean 'parquet'\?\)"):
        write(DOCUMENTS, None, format="parqet")
    with pytest.raises(OutputError, match=r"a Parquet table is binary.*-o predicted.parquet"):
        write(DOCUMENTS, None, format="parquet")

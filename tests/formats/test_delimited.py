"""Tables with cells between commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from stance.document import Actor, Document, Meta, Source, Stance
from stance.errors import InputError, StanceError
from stance.formats.delimited import read, write
from stance.formats.rows import COLUMNS, rows


def table(tmp_path: Path, content: str | bytes, name: str = "opeds.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def documents(path: Path, text_column: str | None = None) -> tuple[list[Document], list[str]]:
    problems: list[StanceError] = []
    found = list(read(path, on_problem=problems.append, text_column=text_column))
    return found, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("name", "delimiter"), [("opeds.csv", ","), ("opeds.csv", ";"), ("opeds.csv", "\t"), ("opeds.tsv", "\t")]
)
def test_rows_written_by_the_csv_module_come_back(tmp_path: Path, name: str, delimiter: str) -> None:
    cells = [
        ["Headline", "body", "source", "section"],
        ["A, b; c", 'She said:\r\n"No,\tnever; no."', "Daily", "op"],
        ["", "Two.", "", ""],
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(cells)
    found, problems = documents(table(tmp_path, "\ufeff" + stream.getvalue(), name))
    assert problems == []
    assert found == [
        Document("opeds-1", 'She said:\n"No,\tnever; no."', Meta("A, b; c", "Daily", more={"section": "op"})),
        Document("opeds-2", "Two."),
    ]


def test_a_bad_row_is_told_by_number_and_line_and_the_others_are_read(tmp_path: Path) -> None:
    rows_ = 'id,text\na,"One\nline."\nb,\nc,  \nd,"She ""said"" so.",x\ne,"Oh" no.\nf\n\ng,Seven.\n'
    found, problems = documents(table(tmp_path, rows_))
    assert [(document.id, document.text) for document in found] == [("a", "One\nline."), ("g", "Seven.")]
    wanted = [
        "row 2 (line 4): 'text' is empty",
        "row 3 (line 5): 'text' holds nothing but",
        "row 4 (line 6): the row has 3 cells, the header 2",
        "line 7: a row that cannot be read",
        "row 6 (line 8): the row has 1 cells",
    ]
    assert len(problems) == len(wanted)
    assert all(part in problem for part, problem in zip(wanted, problems, strict=True)), problems


def test_a_quotation_mark_that_is_never_closed_is_told_with_all_the_lines_that_it_takes(tmp_path: Path) -> None:
    path = table(tmp_path, 'id,text\na,One.\n\nb,"Two.\nc,Three.\nd,Four.\n')
    found, (problem,) = documents(path)
    assert [document.id for document in found] == ["a"]
    assert (
        f"{path}, lines 4 to 6: a row that cannot be read (unexpected end of data), and the rows between are lost"
        in problem
    )
    assert "To mend it: close the quotation mark that is open in line 4" in problem


def test_a_broken_row_of_one_line_is_told_by_that_line(tmp_path: Path) -> None:
    path = table(tmp_path, 'id,text\na,"One\nline."\nb,"Oh" no.\nc,Three.\n')
    found, (problem,) = documents(path)
    assert [document.id for document in found] == ["a", "c"]
    assert f"{path}, line 4: a row" in problem and "lost" not in problem


def test_a_cell_longer_than_the_csv_modules_own_limit_is_read(tmp_path: Path) -> None:
    found, problems = documents(table(tmp_path, "text\n" + "word " * 100_000 + "\n"))
    assert (len(found[0].text), problems) == (500_000, [])


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = table(tmp_path, "text\n" + "One.\n" * 200_000)
    reader = read(path, on_problem=lambda error: None)
    assert [next(reader).id, next(reader).id] == ["opeds-1", "opeds-2"]


def test_columns_without_a_name_are_numbered(tmp_path: Path) -> None:
    found, _ = documents(table(tmp_path, ",text\n0,One.\n"))
    assert found == [Document("opeds-1", "One.", Meta(more={"column 1": "0"}))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the first row is empty.*a first row that names the columns"),
        ("\n", "the first row is empty"),
        ("text,id\n", "the table has no rows below its header"),
        ("words,id\na,b\n", r"no column that looks like text.*\('words', 'id'\).*--text-column NAME"),
        ("text,a,b,a,text\n1,2,3,4,5\n", "columns that stand there twice: 'a', 'text'"),
        ('"te"xt,id\n1,2\n', "line 1: a header that cannot be read"),
        (b"text\nOne.\n" + b"caf\xe9s\n", r"byte offset 13 \(byte 0xE9\).*iconv"),
        (b"PK\x03\x04", "zip archive"),
    ],
)
def test_a_table_that_cannot_be_read_gives_no_row_at_all(tmp_path: Path, content: str | bytes, message: str) -> None:
    found: list[Document] = []
    with pytest.raises(InputError, match=message):
        found.extend(read(table(tmp_path, content), on_problem=lambda error: None))
    assert found == []


def test_tidy_rows_are_written_so_that_the_csv_module_reads_them() -> None:
    actor = Actor("s", 'The "Senate", all', "organization", stance="against", score=-0.123456, interval=(-0.5, 0.25))
    stances = (Stance(Source("her\naide"), "s", "favor", 0, 3),)
    document = Document("d", "Text.", Meta("Ä “T”"), actors=(actor,), stances=stances)
    stream = io.StringIO(newline="")
    write([document, Document("none", "Text.")], stream)
    stream.seek(0)
    found = list(csv.DictReader(stream))
    wanted = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows(document)]
    wanted[0]["score"] = "-0.1235"
    assert found == wanted
    assert list(found[0]) == list(COLUMNS)

"""Parquet tables."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from stance.document import Actor, Document, Meta, Source, Stance
from stance.errors import InputError, StanceError
from stance.formats.parquet import read, write
from stance.formats.rows import COLUMNS, rows


def documents(path: Path) -> tuple[list[Document], list[str]]:
    problems: list[StanceError] = []
    return list(read(path, on_problem=problems.append)), [str(problem) for problem in problems]


def test_rows_come_back_with_their_types_in_words_and_rows_without_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "opeds.parquet"
    columns = {
        "Content": ["One.\r\nTwo.", None, "Three."],
        "published": [datetime.datetime(2015, 1, 7), None, datetime.datetime(2015, 1, 8, 6)],
        "words": [2.0, 1.0, None],
        "tags": [["a", "b"], [], None],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    found, problems = documents(path)
    assert found == [
        Document("opeds-1", "One.\nTwo.", Meta(date="2015-01-07", more={"words": "2", "tags": '["a", "b"]'})),
        Document("opeds-3", "Three.", Meta(date="2015-01-08T06:00:00")),
    ]
    (problem,) = problems
    assert "opeds.parquet, row 2: 'Content' is empty" in problem


def test_tidy_rows_come_back_as_they_were_with_typed_columns(tmp_path: Path) -> None:
    stances = (Stance(Source("aide"), "s", "favor", 0, 3),)
    listed = [
        Document(f"d{number}", "Text.", Meta("T"), actors=(Actor("s", "Senate", "group", score=0.1),), stances=stances)
        for number in range(3000)
    ]
    path = tmp_path / "out.parquet"
    write(iter(listed), path)
    found = pyarrow.parquet.read_table(path)
    assert found.to_pylist() == [row for document in listed for row in rows(document)]
    kinds = {str: "string", float: "double", int: "int64"}
    assert {field.name: str(field.type) for field in found.schema} == {
        name: kinds[kind] for name, kind in COLUMNS.items()
    }


def test_a_table_without_rows_is_written_with_its_columns(tmp_path: Path) -> None:
    write([], tmp_path / "out.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").column_names == list(COLUMNS)


def test_what_is_no_table_of_texts_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["One. " * 1000]}), whole)
    no_rows, no_text = tmp_path / "no_rows.parquet", tmp_path / "no_text.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": pyarrow.array([], pyarrow.string())}), no_rows)
    pyarrow.parquet.write_table(pyarrow.table({"words": ["One."]}), no_text)
    for name, content, message in (
        ("empty", b"", "the file is empty"),
        ("words", b"just words, and not so few", "cannot be read as a Parquet table"),
        ("cut", whole.read_bytes()[:200], "cannot be read as a Parquet table"),
        ("no_rows", no_rows.read_bytes(), "the table has no rows"),
        ("no_text", no_text.read_bytes(), r"no column that looks like text.*\('words'\)"),
    ):
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(content)
        with pytest.raises(InputError, match=message):
            documents(path)

"""Which column holds what."""

from __future__ import annotations

import pytest

from stance.document import Document, Meta, from_json, to_json
from stance.errors import InputError
from stance.formats.columns import document_of, find_text_column, meta_of


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["id", "TEXT"], "TEXT"),
        (["content", "body"], "body"),
        (["article", "Full Text"], "Full Text"),
        (["maintext", "title"], "maintext"),
        (["Article"], "Article"),
    ],
)
def test_the_likeliest_column_of_text_is_found_whatever_its_case(columns: list[str], found: str) -> None:
    assert find_text_column(columns, place="a.csv") == found


def test_a_named_column_goes_before_the_likeliest_and_its_case_is_forgiven() -> None:
    assert find_text_column(["text", "Lede"], place="a.csv", text_column="lede") == "Lede"
    assert find_text_column(["lede", "Lede"], place="a.csv", text_column="Lede") == "Lede"


def test_a_table_without_a_column_of_text_lists_what_it_has_and_the_cure() -> None:
    with pytest.raises(
        InputError, match=r"a.csv: no column that looks like text; .*\('words', 'id'\).*`--text-column NAME`"
    ):
        find_text_column(["words", "id"], place="a.csv")
    with pytest.raises(InputError, match=r"no column 'wrods' \(did you mean 'words'\?\); expected one of its columns"):
        find_text_column(["words", "id"], place="a.csv", text_column="wrods")


def test_columns_map_to_meta_and_the_rest_is_kept() -> None:
    row = {
        "ID": 3.0,
        "headline": "T",
        "Publisher": "O",
        "by-line": "A",
        "Published": "2015",
        "link": "u",
        "words": 7,
        "gap": None,
    }
    assert meta_of(row) == ("3", Meta("T", "O", "A", "2015", "u", {"words": "7"}))


def test_a_second_name_for_a_field_goes_to_more_and_survives_json() -> None:
    _, meta = meta_of({"Title": "second", "headline": "third", "title": "first"})
    assert meta == Meta("first", more={"Title": "second", "headline": "third"})
    document = Document("a", "text", meta)
    assert from_json(to_json(document)) == document


def test_a_row_without_text_or_with_a_number_for_it_is_refused() -> None:
    for empty in ("", "  ", None):
        with pytest.raises(InputError, match="a.csv, row 2: 'text' (is empty|holds nothing but white space)"):
            document_of({"text": empty}, text_column="text", default_id="a-2", place="a.csv, row 2")
    with pytest.raises(InputError, match="'text' holds '5', which is no text.*--text-column"):
        document_of({"text": 5}, text_column="text", default_id="a-2", place="a.csv, row 2")

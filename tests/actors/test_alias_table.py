"""The alias table of common political actors keeps its own promises."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[2] / "seeds" / "actors" / "actors.csv"
COLUMNS = ["name", "type", "aliases", "metonyms", "demonyms", "link"]
TYPES = {"country", "organization", "person", "group"}
NOT_IN_THE_UNITED_NATIONS = {"EH", "GL", "HK", "MO", "PR", "PS", "TW", "VA"}
SHARED_DEMONYMS = {"Congolese", "Dominican", "Dominicans"}

Row = dict[str, str]


def values(row: Row, *columns: str) -> list[str]:
    return [value for column in columns if row[column] for value in row[column].split("|")]


def repeated(items: list[str]) -> list[str]:
    return sorted(item for item, count in Counter(items).items() if count > 1)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def members(rows: list[Row]) -> list[Row]:
    """The member states of the United Nations."""
    codes = {row["link"].removeprefix("iso3166:"): row for row in rows if row["link"].startswith("iso3166:")}
    return [row for code, row in codes.items() if code not in NOT_IN_THE_UNITED_NATIONS]


def test_every_row_has_the_six_columns_and_no_more(rows: list[Row]) -> None:
    assert rows
    assert [row for row in rows if list(row) != COLUMNS or None in row.values()] == []


def test_no_name_alias_or_metonym_stands_twice(rows: list[Row]) -> None:
    assert repeated([form for row in rows for form in values(row, "name", "aliases", "metonyms")]) == []


def test_only_the_listed_demonyms_belong_to_two_actors(rows: list[Row]) -> None:
    everywhere = [form for row in rows for form in values(row, "name", "aliases", "metonyms", "demonyms")]
    assert set(repeated(everywhere)) == SHARED_DEMONYMS


def test_no_two_actors_share_a_form_that_differs_only_in_case(rows: list[Row]) -> None:
    owners: dict[str, set[str]] = {}
    for row in rows:
        for form in values(row, "name", "aliases", "metonyms"):
            owners.setdefault(form.casefold(), set()).add(row["name"])
    assert {form: names for form, names in owners.items() if len(names) > 1} == {}


def test_every_type_is_known(rows: list[Row]) -> None:
    assert {row["type"] for row in rows} <= TYPES


def test_every_link_is_well_formed_or_empty(rows: list[Row]) -> None:
    pattern = re.compile(r"iso3166:[A-Z]{2}|wikidata:Q[1-9]\d*")
    assert [row["link"] for row in rows if row["link"] and not pattern.fullmatch(row["link"])] == []


def test_no_two_actors_share_a_link(rows: list[Row]) -> None:
    assert repeated([row["link"] for row in rows if row["link"]]) == []


def test_iso_codes_belong_to_countries_only(rows: list[Row]) -> None:
    assert [row["name"] for row in rows if row["link"].startswith("iso3166:") and row["type"] != "country"] == []


def test_all_193_members_of_the_united_nations_are_present(members: list[Row]) -> None:
    assert len(members) == 193


def test_every_member_has_a_seat_of_government_and_a_demonym(members: list[Row]) -> None:
    assert [row["name"] for row in members if not row["metonyms"] or not row["demonyms"]] == []


def test_no_form_is_empty_or_padded_or_holds_a_control_character(rows: list[Row]) -> None:
    forms = [form for row in rows for form in values(row, *COLUMNS)]
    assert [form for form in forms if form != form.strip() or not form or "  " in form or not form.isprintable()] == []


def test_a_form_that_starts_with_the_article_does_not_repeat_a_bare_one(rows: list[Row]) -> None:
    for row in rows:
        bare = values(row, "name", "aliases", "metonyms")
        doubled = [
            form for form in values(row, "aliases", "metonyms") if re.match("[Tt]he ", form) and form[4:] in bare
        ]
        assert doubled == [], row["name"]


def test_rows_are_sorted_by_type_and_name(rows: list[Row]) -> None:
    assert rows == sorted(rows, key=lambda row: (row["type"], row["name"]))


@pytest.mark.parametrize(
    ("form", "link"),
    [
        ("US", "iso3166:US"),
        ("White House", "iso3166:US"),
        ("Kremlin", "iso3166:RU"),
        ("Downing Street", "iso3166:GB"),
        ("Brussels", "wikidata:Q458"),
        ("USSR", "wikidata:Q15180"),
        ("Pentagon", "wikidata:Q11209"),
    ],
)
def test_a_well_known_form_means_the_actor_that_everyone_expects(form: str, link: str, rows: list[Row]) -> None:
    assert [row["link"] for row in rows if form in values(row, "name", "aliases", "metonyms")] == [link]

"""Questions asked by name: columns, groups, actors and days, with the nearest name where one is wrong."""

from __future__ import annotations

import datetime

import pytest

from stance.compare.choosing import Options, Question, find_actors, grouping
from stance.compare.dates import days, event_day, parse_day, period_starts
from stance.compare.estimates import estimate
from stance.compare.rows import tables
from stance.document import Actor, Document, Meta
from stance.errors import ConfigError, DataError


def documents() -> list[Document]:
    actors = (Actor("a", "Ann Li", "person"), Actor("b", "Congress", "organization"), Actor("c", "Congress", "group"))
    given = [("Post", "2015-01-07"), ("Times", "Feb. 3, 2015"), (None, "1/2/2015"), ("Post", None)]
    return [
        Document(str(at), "x", Meta(outlet=outlet, date=date, more={"desk": "west"}), actors=actors)
        for at, (outlet, date) in enumerate(given)
    ]


def test_any_column_of_text_makes_groups_and_articles_without_a_value_are_counted() -> None:
    found = grouping(tables(documents()).articles, "outlet")
    assert found.names == ("Post", "Times") and found.codes.tolist() == [0, 1, -1, 0]
    assert [(note.kind, note.count) for note in found.notes] == [("no group", 1)]
    assert grouping(tables(documents()).articles, "desk").names == ("west",)


def test_periods_make_groups_and_dates_that_name_no_day_are_shown() -> None:
    found = grouping(tables(documents()).articles, "month", none="no stratum")
    assert found.names == ("2015-01", "2015-02")
    assert [(note.kind, note.count) for note in found.notes] == [("unreadable date", 1), ("no stratum", 2)]
    assert "'1/2/2015' (2)" in found.notes[0].text


@pytest.mark.parametrize(
    ("by", "said"), [("outlt", r"did you mean 'outlet'"), ("words", "makes no groups"), ("score", "makes no groups")]
)
def test_an_unknown_column_names_the_nearest(by: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        grouping(tables(documents()).articles, by)


def test_groups_come_as_asked_for_and_an_unknown_one_names_the_nearest() -> None:
    table = tables(documents()).articles
    assert grouping(table, "outlet", wanted=["times", "Post"]).names == ("Times", "Post")
    with pytest.raises(DataError, match=r"'Tmes' \(did you mean 'Times'\?\)") as caught:
        grouping(table, "outlet", wanted=["Tmes", "Post", "Post"])
    assert len(caught.value.problems) == 2


def test_actors_are_found_by_name_or_key_and_all_wrong_names_are_told() -> None:
    made = tables(documents())
    assert find_actors(made, ["ann  li", "group:congress"]) == ["person:ann li", "group:congress"]
    with pytest.raises(DataError) as caught:
        find_actors(made, ["Ann Lie", "Congress"])
    said = [str(problem) for problem in caught.value.problems]
    assert "did you mean 'ann li'" in said[0] and "is 2 actors" in said[1]


def test_an_unknown_estimand_and_odd_options_are_errors() -> None:
    with pytest.raises(ConfigError, match="did you mean 'stance'"):
        estimate(tables(documents()), Question("stanse"))
    with pytest.raises(DataError) as caught:
        Options(draws=3, level=2.0)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "text",
    ["2015-01-07", "2015-01-07T09:30:00Z", "20150107", "7 January 2015", "Wednesday, January 7th, 2015", "07.01.2015"],
)
def test_the_usual_forms_of_a_date_are_read(text: str) -> None:
    assert parse_day(text) == datetime.date(2015, 1, 7)


@pytest.mark.parametrize("text", ["2015", "2015-01", "1/2/2015", "2015-02-30", "yesterday", ""])
def test_what_names_no_one_day_is_not_guessed(text: str) -> None:
    assert parse_day(text) is None
    with pytest.raises(DataError, match="names no one day"):
        event_day(text)


def test_weeks_begin_on_monday() -> None:
    found = days(tables(documents()).articles)
    assert found.undated == ("3",) and found.unreadable == (("2", "1/2/2015"),)
    assert str(period_starts(found.day, period="week")[0])[:10] == "2015-01-05"
    with pytest.raises(DataError, match="did you mean 'month'"):
        period_starts(found.day, period="months")

"""Trends: series over all periods, curves with bands, events, and articles without a day that are counted."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable

import numpy as np
import pytest

from stance.compare.choosing import Options, Question
from stance.compare.rows import tables
from stance.compare.trends import before_after, local_linear, trend
from stance.document import Document
from stance.errors import DataError

Maker = Callable[..., list[Document]]
MONTHS = [f"2015-{month:02d}-15" for month in range(1, 13)]


def test_a_series_has_a_row_for_every_month_empty_ones_included(articles: Maker) -> None:
    made = tables(articles({"Post": [0.1, 0.5, -0.3, 0.7, 0.0] * 3}, dates=["2015-01-03", "2015-04-28", "2015-01-30"]))
    table = trend(made, Question()).table
    assert table["start"].tolist() == ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"]
    assert table["articles"].tolist() == [10, 0, 0, 5]
    assert table["warning"].tolist()[1] == "only 0 articles, fewer than 5: no number"
    assert table["estimate"].notna().tolist() == [True, False, False, True] and table["smooth"].isna().all()
    row = table.iloc[0]
    assert row["low"] < row["estimate"] < row["high"]


def test_weeks_run_from_monday_to_monday(articles: Maker) -> None:
    made = tables(articles({"Post": [0.1, 0.5] * 5}, dates=["2015-01-07", "2015-01-19"]))
    assert trend(made, Question(), period="week").table["start"].tolist() == ["2015-01-05", "2015-01-12", "2015-01-19"]


def test_the_curve_finds_a_line_and_its_band_holds_it(articles: Maker) -> None:
    random = np.random.default_rng(2)
    truth = np.linspace(-0.6, 0.6, 12)
    made = tables(
        articles({"Post": np.clip(np.tile(truth, 20) + random.normal(0, 0.2, 240), -1, 1).tolist()}, dates=MONTHS)
    )
    table = trend(made, Question()).table
    assert np.abs(table["smooth"].to_numpy() - truth).max() < 0.1
    inside = (table["smooth_low"] <= truth) & (truth <= table["smooth_high"])
    assert inside.sum() >= 10
    width = (table["smooth_high"] - table["smooth_low"]).mean()
    assert width < (table["high"] - table["low"]).mean() and table["bandwidth"].nunique() == 1


def test_the_curve_uses_months_that_are_too_thin_for_a_number(articles: Maker) -> None:
    made = tables(articles({"Post": [0.1, 0.5, 0.3] * 12}, dates=MONTHS))
    table = trend(made, Question()).table
    assert table["estimate"].isna().all() and table["smooth"].notna().all() and (table["articles"] == 3).all()


def test_local_linear_keeps_straight_lines_and_weights_by_articles() -> None:
    line = np.arange(8.0)[:, None] * 0.1 - 0.4
    kernel = np.exp(-0.5 * (np.subtract.outer(np.arange(8), np.arange(8)) / 2) ** 2)
    weights = np.array([1.0, 5, 0, 2, 9, 1, 0, 3])[:, None]
    assert local_linear(line * weights, weights, kernel=kernel) == pytest.approx(line)


def test_articles_without_a_day_are_counted_and_not_dropped_in_silence(articles: Maker) -> None:
    dates = ["2015-01-07", None, "last week", "2015-02-07"]
    outcome = trend(tables(articles({"Post": [0.1, 0.5, 0.2, 0.4] * 6}, dates=dates)), Question())
    assert [(note.kind, note.count) for note in outcome.notes] == [("undated", 6), ("unreadable date", 6)]
    assert "'last week' (Post-2)" in outcome.notes[1].text
    assert outcome.table["articles"].tolist() == [6, 6]


def test_no_article_with_a_day_is_an_error_that_shows_the_dates(articles: Maker) -> None:
    made = tables(articles({"Post": [0.1] * 6}, dates=["last week", None]))
    for ask in (lambda: trend(made, Question()), lambda: before_after(made, Question(), event="2015-01-07")):
        with pytest.raises(DataError, match=r"none of the 6 articles has a day \(there stands 'last week'"):
            ask()


def test_a_jump_at_an_event_is_found_and_none_where_there_is_none(articles: Maker) -> None:
    random = np.random.default_rng(3)
    days = [str(datetime.date(2015, 1, 1) + datetime.timedelta(days=day)) for day in range(60)]
    jump = np.where(np.arange(60) >= 30, 0.4, -0.4)
    scores = {"Post": (jump + random.normal(0, 0.2, 60)).tolist(), "Times": random.normal(0, 0.3, 60).tolist()}
    outcome = before_after(tables(articles(scores, dates=days)), Question(), event="31 January 2015")
    post, times = outcome.table.iloc[0], outcome.table.iloc[1]
    assert (post["group"], post["left"], post["right"]) == ("Post", "after", "before")
    assert (post["left_articles"], post["right_articles"]) == (30, 30)
    assert post["low"] < 0.8 < post["high"] and post["p_holm"] < 0.01
    assert times["low"] < 0 < times["high"] and times["p"] > 0.05
    near = before_after(tables(articles(scores, dates=days)), Question(), event=datetime.date(2015, 1, 31), window=10)
    assert near.table["left_articles"].tolist() == [10, 10] and near.table["right_articles"].tolist() == [10, 10]


def test_an_event_with_too_few_articles_before_it_has_no_number(articles: Maker) -> None:
    made = tables(
        articles({"Post": [0.1, 0.5, -0.2, 0.3, 0.4, 0.5, 0.6, 0.7]}, dates=[f"2015-01-0{day}" for day in range(1, 9)])
    )
    row = before_after(made, Question(), event="2015-01-03").table.iloc[0]
    assert math.isnan(row["difference"]) and row["warning"] == "Post, before: only 2 articles, fewer than 5: no number"
    with pytest.raises(DataError, match="window"):
        before_after(made, Question(), event="2015-01-03", window=0)


def test_the_same_seed_gives_the_same_series(articles: Maker) -> None:
    made = tables(articles({"Post": np.random.default_rng(1).uniform(-1, 1, 120).tolist()}, dates=MONTHS))
    few = Options(draws=300)
    assert trend(made, Question(), seed=1, options=few).table.equals(trend(made, Question(), seed=1, options=few).table)
    assert not trend(made, Question(), seed=2, options=few).table.equals(
        trend(made, Question(), seed=1, options=few).table
    )


def test_outlets_without_a_dated_article_have_no_series_but_a_note(articles: Maker) -> None:
    documents = [*articles({"Post": [0.1] * 6}), *articles({"Times": [0.1] * 6}, dates=["2015-01-07"])]
    outcome = trend(tables(documents), Question(groups=["Post"]))
    assert len(outcome.table) == 0 and ("undated", 6) in [(note.kind, note.count) for note in outcome.notes]


def test_a_curve_stays_inside_the_range_of_what_it_shows(articles: Maker) -> None:
    scores = ([1.0] * 11 + [-1.0]) * 8
    table = trend(tables(articles({"Post": scores}, dates=MONTHS)), Question("share_favor")).table
    assert table[["smooth", "smooth_low", "smooth_high"]].stack().between(0, 1).all()
    assert "alike" in table["warning"][0] and table["low"][0] < 1 == table["high"][0]

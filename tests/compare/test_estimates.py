"""Estimates: definitions hold on small collections, abstentions are bounded, too few articles give no number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from stance.compare.choosing import Options, Question
from stance.compare.estimands import ESTIMANDS
from stance.compare.estimates import estimate
from stance.compare.rows import tables
from stance.document import Actor, Arguments, Document, Meta, Source, Span, Stance, Unit, VoiceSpan

Maker = Callable[..., list[Document]]
NAN = math.nan


def test_stance_is_the_mean_over_articles_that_mention_and_do_not_abstain(articles: Maker) -> None:
    made = tables(articles({"Post": [-1.0, -0.5, 0.0, 0.5, 1.0, -1.0, None, NAN], "Times": [0.5] * 6}))
    table = estimate(made, Question(actors=["Ann"])).table
    post, times = table.iloc[0], table.iloc[1]
    assert post["estimate"] == pytest.approx(-1 / 6)
    assert (post["articles"], post["population"], post["abstained"]) == (6, 8, 1)
    assert post["abstained_share"] == pytest.approx(1 / 7)
    assert (post["bound_low"], post["bound_high"]) == (pytest.approx(-2 / 7), pytest.approx(0))
    assert post["low"] < post["estimate"] < post["high"] and post["warning"] is None
    assert post["error"] == pytest.approx(np.std([-1, -0.5, 0, 0.5, 1, -1], ddof=1) / 6**0.5)
    assert times["abstained"] == 0 and times["bound_low"] == times["estimate"] == 0.5


def test_shares_of_stances_add_up_to_one(articles: Maker) -> None:
    made = tables(articles({"Post": [-1.0, -0.5, 0.0, 0.5, 1.0, None]}))
    shares = [
        estimate(made, Question(f"share_{label}", actors=["Ann"])).table["estimate"][0]
        for label in ("favor", "against", "neutral", "mixed")
    ]
    assert shares == pytest.approx([0.4, 0.4, 0.2, 0])


def test_salience_is_over_all_articles_and_words(articles: Maker) -> None:
    made = tables(articles({"Post": [0.0, 0.0, NAN, NAN, NAN, None]}))
    assert estimate(made, Question("mentioned", actors=["Ann"])).table["estimate"][0] == 0.5
    mentions = estimate(made, Question("mentions", actors=["Ann"])).table.iloc[0]
    assert mentions["estimate"] == pytest.approx(1000 * 3 / 24) and math.isnan(mentions["bound_low"])


def test_stance_by_quotation_pools_opinions_of_sources_and_leaves_out_the_author() -> None:
    bob = Source("Bob")
    documents = []
    for place in range(6):
        said = [Stance("author", "a", "favor", 0, 3)] + [Stance(bob, "a", "against", 0, 3)] * (place % 3)
        said += [Stance(bob, "a", "favor", 0, 3)]
        actor = Actor("a", "Ann", "person", None, (Span(0, 3),), "favor", 1.0)
        documents.append(Document(str(place), "Ann.", Meta(outlet="Post"), actors=(actor,), stances=tuple(said)))
    assert estimate(tables(documents), Question("quoted")).table["estimate"][0] == pytest.approx((6 - 6) / 12)


def test_voice_and_units_are_about_no_actor_and_articles_without_the_layer_are_counted() -> None:
    text = "abcdefghij"
    documents = [
        Document(str(cut), text, Meta(outlet="Post"), voice=(VoiceSpan(0, cut, "fact"), VoiceSpan(cut, 10, "opinion")),
                 arguments=Arguments((Unit(0, 1, "anecdote"),) * cut + (Unit(0, 1, "testimony"),)))
        for cut in range(1, 7)
    ]  # fmt: skip
    outcome = estimate(tables([*documents, Document("bare", text, Meta(outlet="Post"))]), Question("fact"))
    row = outcome.table.iloc[0]
    assert row["estimate"] == pytest.approx(0.35) and row["actor"] is None and row["articles"] == 6
    assert [(note.kind, note.count) for note in outcome.notes] == [("not annotated", 1)]
    assert estimate(tables(documents), Question("units_anecdote")).table["estimate"][0] == pytest.approx(21 / 27)


def test_an_outlet_with_three_articles_gets_a_warning_and_no_number(articles: Maker) -> None:
    outcome = estimate(tables(articles({"Post": [0.1, 0.2, 0.3], "Times": [0.1, 0.2] * 4})), Question())
    row = outcome.table.iloc[0]
    assert row[["estimate", "low", "high", "error", "bound_low"]].isna().all()
    assert row["warning"] == "only 3 articles, fewer than 5: no number" and row["articles"] == 3
    assert [note.kind for note in outcome.notes] == ["too few articles"]
    assert outcome.table["estimate"].notna().tolist() == [False, True]
    fewer = estimate(tables(articles({"Post": [0.1, 0.2, 0.3]})), Question(actors=["Ann"]), options=Options(minimum=3))
    assert fewer.table["estimate"][0] == pytest.approx(0.2)


def test_articles_that_are_all_alike_still_leave_doubt(articles: Maker) -> None:
    made = tables(articles({"Post": [1.0] * 10}))
    row = estimate(made, Question("share_favor")).table.iloc[0]
    exact = stats.binomtest(10, 10).proportion_ci()
    assert (row["low"], row["high"]) == (pytest.approx(exact.low), 1.0) and "alike" in row["warning"]


def test_a_weight_counts_an_article_as_often(articles: Maker) -> None:
    documents = articles({"Post": [-1.0, 0.0, 0.5, 1.0, 0.25]})
    once = tables([Document(each.id, each.text, Meta(outlet="Post", more={"weight": str(place)}), actors=each.actors)
                   for place, each in enumerate(documents)])  # fmt: skip
    row = estimate(once, Question(actors=["Ann"]), options=Options(minimum=2)).table.iloc[0]
    assert row["estimate"] == pytest.approx((0 * 1 + 0.5 * 2 + 1 * 3 + 0.25 * 4) / 10) and row["articles"] == 4


def test_the_same_seed_gives_the_same_interval_whatever_other_outlets_there_are(articles: Maker) -> None:
    scores = np.random.default_rng(5).uniform(-1, 1, 40).tolist()
    alone, beside = tables(articles({"Post": scores})), tables(articles({"Herald": scores[:20], "Post": scores}))
    one = estimate(alone, Question(), seed=3).table.iloc[0]
    two = estimate(beside, Question(groups=["Post"]), seed=3).table.iloc[0]
    assert (one["low"], one["high"]) == (two["low"], two["high"])
    assert estimate(alone, Question(), seed=4).table["low"][0] != one["low"]


def test_the_interval_is_near_students_where_there_are_many_articles(articles: Maker) -> None:
    scores = np.random.default_rng(5).uniform(-1, 1, 200)
    row = estimate(tables(articles({"Post": scores.tolist()})), Question()).table.iloc[0]
    student = stats.t.interval(0.95, 199, scores.mean(), stats.sem(scores))
    assert [row["low"], row["high"]] == pytest.approx(student, abs=0.015)


def test_every_estimand_tells_its_definition_and_range() -> None:
    assert all(len(each.definition) > 20 and each.low < each.high and each.unit for each in ESTIMANDS.values())


def test_a_collection_without_actors_or_articles_has_no_rows() -> None:
    assert len(estimate(tables([Document("d", "x", Meta(outlet="Post"), actors=())]), Question()).table) == 0
    assert len(estimate(tables([]), Question()).table) == 0

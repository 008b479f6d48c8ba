"""Coverage against chance: counts, expectations and tests on tables that can be checked by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from scipy import stats

from stance.compare.choosing import Options, Question
from stance.compare.coverage import coverage
from stance.compare.rows import tables
from stance.document import Document, Meta

Maker = Callable[..., list[Document]]
NAN = math.nan


def test_an_outlet_is_held_against_what_its_number_of_articles_lets_expect(articles: Maker) -> None:
    made = tables(
        articles({"Post": [0.5] * 12 + [NAN] * 8, "Times": [0.5] * 3 + [NAN] * 17, "Herald": [0.5] * 5 + [NAN] * 15})
    )
    table = coverage(made, Question(actors=["Ann"]), options=Options(permutations=20_000)).table
    post = table[table["group"] == "Post"].iloc[0]
    assert (post["articles"], post["mentioning"], post["share"]) == (20, 12, 0.6)
    assert post["expected"] == pytest.approx(20 / 3) and post["ratio"] == pytest.approx(1.8)
    assert post["odds_ratio"] == pytest.approx(12 * 32 / (8 * 8))
    assert post["p"] == pytest.approx(stats.fisher_exact([[12, 8], [8, 32]]).pvalue)
    whole = stats.chi2_contingency(
        [[12, 3, 5], [8, 17, 15]], correction=False, method=stats.PermutationMethod(n_resamples=20_000)
    )
    assert post["actor_p"] == pytest.approx(whole.pvalue, abs=0.005) and post["actor_p_holm"] == post["actor_p"]
    assert table["mentioning"].sum() == pytest.approx(table["expected"].sum()) and set(table["tests"]) == {3}


def test_an_actor_that_few_articles_mention_has_no_number(articles: Maker) -> None:
    table = coverage(
        tables(articles({"Post": [0.5] * 3 + [NAN] * 9, "Times": [NAN] * 9})), Question(actors=["Ann"])
    ).table
    assert table[["share", "expected", "p", "actor_p"]].isna().all().all()
    assert set(table["warning"]) == {"only 3 articles mention it, fewer than 5: no number"}


def test_within_months_a_difference_of_months_is_no_difference(articles: Maker) -> None:
    january = articles({"Post": [0.5] * 30 + [NAN] * 10, "Times": [0.5] * 8 + [NAN] * 2}, dates=["2015-01-07"])
    february = articles({"Post": [0.5] * 2 + [NAN] * 8, "Times": [0.5] * 8 + [NAN] * 32}, dates=["2015-02-07"])
    later = [Document(f"late {each.id}", each.text, each.meta, actors=each.actors, stances=()) for each in february]
    made = tables([*january, *later])
    raw = coverage(made, Question(actors=["Ann"])).table.iloc[0]
    like = coverage(made, Question(actors=["Ann"], strata="month")).table.iloc[0]
    assert raw["p"] < 0.01 and raw["actor_p"] < 0.01
    assert like["p"] > 0.5 and like["actor_p"] > 0.5 and like["expected"] == pytest.approx(0.76 * 40 + 0.2 * 10)
    assert abs(math.log(like["odds_ratio"])) < 0.5 < math.log(raw["odds_ratio"])


def test_articles_without_a_layer_of_actors_do_not_count(articles: Maker) -> None:
    bare = Document("bare", "Text.", Meta(outlet="Post"))
    outcome = coverage(tables([*articles({"Post": [0.5] * 6, "Times": [NAN] * 6}), bare]), Question())
    assert outcome.table["articles"].tolist() == [6, 6]
    assert [(note.kind, note.count) for note in outcome.notes] == [("not annotated", 1)]


def test_one_outlet_alone_is_compared_with_nobody(articles: Maker) -> None:
    table = coverage(tables(articles({"Post": [0.5] * 6})), Question()).table
    assert table["warning"].tolist() == ["only one group: nothing to compare"]


def test_of_two_outlets_each_actor_is_one_test(articles: Maker) -> None:
    table = coverage(
        tables(articles({"Post": [0.5] * 9 + [NAN] * 3, "Times": [0.5] * 4 + [NAN] * 8})), Question()
    ).table
    assert table["p"].nunique() == 1 and table["p_holm"].tolist() == table["p"].tolist() and set(table["tests"]) == {1}

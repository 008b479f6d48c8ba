"""Differences: intervals, permutation tests, effect sizes and adjusted p-values; like with like where strata are asked for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stance.compare.choosing import Options, Question
from stance.compare.differences import differences
from stance.compare.estimates import estimate
from stance.compare.multiplicity import benjamini_hochberg, holm
from stance.compare.rows import tables
from stance.document import Actor, Document, Meta, Source, Span, Stance

Maker = Callable[..., list[Document]]
RANDOM = np.random.default_rng(11)


def test_the_difference_is_left_minus_right_with_its_interval_and_effect_sizes(articles: Maker) -> None:
    post, times = RANDOM.uniform(-1, 0.2, 60), RANDOM.uniform(-0.4, 1, 50)
    made = tables(articles({"Post": post.tolist(), "Times": times.tolist()}))
    row = differences(made, Question()).table.iloc[0]
    welch = stats.ttest_ind(post, times, equal_var=False)
    assert (row["left"], row["right"]) == ("Post", "Times")
    assert row["difference"] == pytest.approx(post.mean() - times.mean())
    assert [row["low"], row["high"]] == pytest.approx(list(welch.confidence_interval()), abs=0.03)
    spread = math.sqrt((59 * post.var(ddof=1) + 49 * times.var(ddof=1)) / 108)
    assert row["cohens_d"] == pytest.approx((post.mean() - times.mean()) / spread)
    assert row["cliffs_delta"] == pytest.approx(np.sign(post[:, None] - times[None, :]).mean())
    assert row["p"] == pytest.approx(1 / 5001) and row["warning"] is None
    assert row["detectable"] == pytest.approx(2.83 * row["error"], rel=0.02)


def test_swapped_sides_mirror_everything(articles: Maker) -> None:
    scores = {"Post": RANDOM.uniform(-1, 0.4, 12).tolist(), "Times": RANDOM.uniform(-0.4, 1, 15).tolist()}
    made = tables(articles(scores))
    one = differences(made, Question(groups=["Post", "Times"])).table.iloc[0]
    other = differences(made, Question(groups=["Times", "Post"])).table.iloc[0]
    assert other["difference"] == pytest.approx(-one["difference"])
    assert (other["low"], other["high"]) == (pytest.approx(-one["high"]), pytest.approx(-one["low"]))
    assert other["cliffs_delta"] == pytest.approx(-one["cliffs_delta"])
    assert other["p"] == pytest.approx(one["p"], abs=0.03)


def test_the_permutation_p_of_few_articles_is_that_of_all_deals(articles: Maker) -> None:
    post, times = [-0.9, -0.7, -0.5, 0.1, -0.3], [0.2, -0.1, 0.6, 0.4, 0.8]
    made = tables(articles({"Post": post, "Times": times}))
    exact = stats.permutation_test(
        (post, times), lambda x, y, axis: stats.ttest_ind(x, y, axis=axis, equal_var=False).statistic, vectorized=True
    )
    row = differences(made, Question(), options=Options(permutations=20_000)).table.iloc[0]
    assert row["p"] == pytest.approx(exact.pvalue, abs=0.004)


def test_an_outlet_with_three_articles_has_no_difference(articles: Maker) -> None:
    outcome = differences(tables(articles({"Post": [0.1, 0.2, 0.3], "Times": [0.1, 0.2] * 4})), Question())
    row = outcome.table.iloc[0]
    assert (
        row[["difference", "low", "high", "p", "p_holm", "cohens_d", "detectable"]].isna().all() and row["tests"] == 0
    )
    assert row["warning"] == "Post: only 3 articles, fewer than 5: no number"
    assert math.isnan(row["left_estimate"]) and row["right_estimate"] == pytest.approx(0.15)
    assert [note.kind for note in outcome.notes] == ["too few articles"]


def test_sides_that_do_not_vary_still_have_an_interval_and_a_test(articles: Maker) -> None:
    made = tables(articles({"Post": [1.0] * 8, "Times": [-1.0] * 8}))
    row = differences(made, Question()).table.iloc[0]
    assert row["difference"] == 2 and row["low"] < 1.9 and row["high"] == 2
    assert row["p"] < 0.002
    same = differences(tables(articles({"Post": [1.0] * 8, "Times": [1.0] * 8})), Question()).table.iloc[0]
    assert same["p"] == 1 and same["low"] < 0 < same["high"]


def test_like_with_like_undoes_a_difference_that_is_only_one_of_months(articles: Maker) -> None:
    hard, soft = RANDOM.normal(-0.6, 0.05, 40), RANDOM.normal(0.6, 0.05, 40)
    documents = articles({"Post": [*hard[:25], *soft[:5]], "Times": [*hard[25:30], *soft[5:30]]})
    dated = [
        replace(each, meta=replace(each.meta, date="2015-01-07" if each.actors[0].score < 0 else "2015-02-07"))
        for each in documents
        if each.actors and each.actors[0].score is not None
    ]
    made = tables(dated)
    raw = differences(made, Question()).table.iloc[0]
    like = differences(made, Question(strata="month")).table.iloc[0]
    assert raw["difference"] < -0.6 and raw["p"] < 0.001
    assert abs(like["difference"]) < 0.05 and like["p"] > 0.05 and like["low"] < 0 < like["high"]
    assert like["error"] < raw["error"] / 3 and math.isnan(like["bound_low"])
    assert like["left_estimate"] == raw["left_estimate"]


def test_like_with_like_deals_articles_out_within_months_only(articles: Maker) -> None:
    january = articles({"Post": [0.81, 0.86, 0.93], "Times": [-0.9, -0.8]}, dates=["2015-01-07"])
    february = articles({"Post": [0.5, 0.45], "Times": [-0.4, -0.51, -0.45]}, dates=["2015-02-07"])
    made = tables([*january, *(replace(each, id=f"late {each.id}") for each in february)])
    row = differences(made, Question(strata="month"), options=Options(permutations=50_000)).table.iloc[0]
    # 10 x 10 deals, of which only this one has all of an outlet on one side in both months
    assert row["p"] == pytest.approx(1 / 100, abs=0.0015)


def test_outlets_without_a_common_month_cannot_be_compared_like_with_like(articles: Maker) -> None:
    post = articles({"Post": [0.1, 0.5, 0.3, 0.2, -0.4]}, dates=["2015-01-07"])
    times = articles({"Times": [0.1, 0.5, 0.3, 0.2, -0.4]}, dates=["2015-02-07"])
    undated = articles({"Herald": [0.1]})
    outcome = differences(tables([*post, *times, *undated]), Question(groups=["Post", "Times"], strata="month"))
    assert outcome.table["warning"].tolist() == ["no stratum has articles of both: no number"]
    assert math.isnan(outcome.table["p"][0])
    assert "no stratum" in [note.kind for note in outcome.notes]


def test_abstentions_bound_the_difference(articles: Maker) -> None:
    made = tables(articles({"Post": [0.5, 0.25] * 4 + [None, None], "Times": [0.25, 0.5] * 5}))
    row = differences(made, Question()).table.iloc[0]
    assert (row["left_abstained"], row["right_abstained"]) == (2, 0)
    assert (row["bound_low"], row["bound_high"]) == (pytest.approx(0.1 - 0.375), pytest.approx(0.5 - 0.375))


def test_salience_is_tested_over_all_articles(articles: Maker) -> None:
    made = tables(articles({"Post": [0.0] * 15 + [math.nan] * 5, "Times": [0.0] * 4 + [math.nan] * 16}))
    row = differences(made, Question("mentioned", actors=["Ann"])).table.iloc[0]
    assert row["difference"] == pytest.approx(0.55) and (row["left_articles"], row["right_articles"]) == (20, 20)
    fisher = stats.fisher_exact([[15, 5], [4, 16]]).pvalue
    assert row["p"] == pytest.approx(fisher, abs=0.001)


def test_adjusted_p_values_are_over_all_pairs_and_actors_and_tell_when_permutations_are_too_few(
    articles: Maker,
) -> None:
    scores = {outlet: RANDOM.uniform(-1, 1, 12).tolist() for outlet in ("A", "B", "C", "D")}
    outcome = differences(tables(articles(scores)), Question(), options=Options(permutations=100))
    table = outcome.table
    assert len(table) == 6 and set(table["tests"]) == {6}
    assert table["p_holm"].tolist() == holm(table["p"].to_numpy()).tolist()
    assert table["p_bh"].tolist() == benjamini_hochberg(table["p"].to_numpy()).tolist()
    assert [note.kind for note in outcome.notes] == ["resolution"]


@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=20))
def test_adjusted_p_values_keep_order_and_lie_between_p_and_bonferroni(values: list[float]) -> None:
    p = np.array(values, float)
    some = np.isfinite(p)
    for adjusted in (holm(p), benjamini_hochberg(p)):
        assert (np.isfinite(adjusted) == some).all()
        assert (adjusted[some] >= p[some] - 1e-12).all()
        assert (adjusted[some] <= np.minimum(1, p[some] * some.sum()) + 1e-12).all()
        assert (np.diff(adjusted[some][np.argsort(p[some], kind="stable")]) >= -1e-12).all()
    assert (holm(p)[some] >= benjamini_hochberg(p)[some] - 1e-12).all()


def _scores(random: np.random.Generator, *, count: int, shift: float) -> list[float]:
    """Return scores as models give them: many near an end, many near the middle, abstentions and articles without the actor."""
    mode = random.choice([-0.75, 0.0, 0.7], p=[0.45 - shift, 0.4, 0.15 + shift], size=count)
    return np.clip(random.normal(mode, 0.12), -1, 1).tolist()


@pytest.mark.slow
@pytest.mark.parametrize("count", [8, 20])
def test_the_interval_of_a_difference_covers_the_truth_as_often_as_it_says(articles: Maker, count: int) -> None:
    many = np.random.default_rng(0)
    truth = np.mean(_scores(many, count=400_000, shift=0.2)) - np.mean(_scores(many, count=400_000, shift=0.0))
    covered, found, runs = 0, 0, 400
    for seed in range(runs):
        random = np.random.default_rng([seed, count])
        rest = [math.nan] * (2 * count)
        left, right = _scores(random, count=count, shift=0.2), _scores(random, count=count + 4, shift=0.0)
        made = tables(articles({"Post": left + rest, "Times": right + rest}))
        row = differences(
            made, Question(actors=["Ann"]), seed=seed, options=Options(draws=1000, permutations=200)
        ).table.iloc[0]
        covered += row["low"] <= truth <= row["high"]
        same = tables(articles({"Post": left + rest, "Times": _scores(random, count=count + 4, shift=0.2) + rest}))
        null = differences(
            same, Question(actors=["Ann"]), seed=seed, options=Options(draws=100, permutations=200)
        ).table.iloc[0]
        found += null["p"] <= 0.05
    print(f"{count} articles: covered {covered / runs:.3f}, false alarms {found / runs:.3f}")
    assert 0.92 <= covered / runs <= 0.99  # 400 runs of 0.95 give 0.92 to 0.975 with 99.5 %
    assert found / runs <= 0.09


def _big() -> list[Document]:
    random = np.random.default_rng(0)
    often = 1 / np.arange(1, 501)
    documents = []
    for place in range(10_000):
        actors, stances = [], []
        for number in random.choice(500, size=7, replace=False, p=often / often.sum()):
            score = float(np.clip(random.normal(-0.2, 0.5), -1, 1))
            label = (
                None if random.random() < 0.1 else "favor" if score > 0.3 else "against" if score < -0.3 else "neutral"
            )
            actors.append(Actor(f"a{number}", f"Name {number}", "person", None, (Span(0, 4),), label, score))
            if random.random() < 0.43:
                stances.append(Stance(Source(f"source {number}"), f"a{number}", "against", 0, 4))
        meta = Meta(outlet="ABCD"[place % 4])
        documents.append(Document(str(place), "word " * 800, meta, actors=tuple(actors), stances=tuple(stances)))
    return documents


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_less_than_half_a_minute_of_processor_time() -> None:
    made = tables(_big())
    assert len(made.rows) > 100_000
    started = time.process_time()
    for estimand in ("stance", "share_favor", "share_against", "share_neutral", "mentioned", "mentions", "quoted"):
        assert len(estimate(made, Question(estimand)).table) == 2000
    after_estimates = time.process_time()
    assert len(differences(made, Question()).table) == 3000
    ended = time.process_time()
    print(f"estimates {after_estimates - started:.1f} s, differences {ended - after_estimates:.1f} s")
    assert after_estimates - started < 30 and ended - after_estimates < 60


def test_nothing_is_drawn_for_pairs_without_articles_enough(articles: Maker) -> None:
    made = tables(articles({f"O{place:02}": [0.1, 0.5] for place in range(20)}))
    started = time.process_time()
    table = differences(made, Question(), options=Options(draws=400_000)).table
    assert time.process_time() - started < 8  # a second, or most of a minute if each of 190 pairs is resampled
    assert len(table) == 190 and table["difference"].isna().all()
    assert set(table["warning"]) == {f"O{place:02}: only 2 articles, fewer than 5: no number" for place in range(19)}

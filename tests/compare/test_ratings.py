"""Rank correlations of stance with an outside rating of outlets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from stance.compare.choosing import Options, Question
from stance.compare.ratings import rating_correlations
from stance.compare.rows import tables
from stance.document import Document
from stance.errors import DataError

Maker = Callable[..., list[Document]]

FEW = Options(draws=200, permutations=200)
RANKS = {f"O{place}": place // 3 + 1 for place in range(9)}


def scores(slope: float, *, spread: float = 0.2, outlet: float = 0.0, seed: int = 0) -> dict[str, list[float]]:
    """Return the scores of eight articles of nine outlets, which rise with the rank by `slope`."""
    draw = np.random.default_rng(seed)
    return {
        name: list(
            np.clip(slope * (rank - 2) + outlet * draw.standard_normal() + spread * draw.standard_normal(8), -1, 1)
        )
        for name, rank in RANKS.items()
    }


def test_the_correlations_are_those_of_scipy_over_the_articles(articles: Maker) -> None:
    given = scores(0.3)
    found = rating_correlations(tables(articles(given)), RANKS, question=Question(actors=["Ann"]), options=FEW).table
    score = np.concatenate([given[name] for name in RANKS])
    rank = np.repeat(list(RANKS.values()), 8)
    assert found["correlation"].tolist() == pytest.approx(
        [stats.spearmanr(score, rank).statistic, stats.kendalltau(score, rank).statistic]
    )
    assert (found["low"] > 0).all() and (found["p"] < 0.05).all()
    assert found["articles"].tolist() == [72, 72] and found["groups"].tolist() == [9, 9]


def test_outlets_that_differ_for_reasons_of_their_own_widen_the_interval_and_not_that_over_articles(
    articles: Maker,
) -> None:
    given = scores(0.0, spread=0.05, outlet=0.4, seed=3)
    row = rating_correlations(
        tables(articles(given)), RANKS, question=Question(actors=["Ann"]), options=FEW
    ).table.iloc[0]
    assert row["high"] - row["low"] > 1.5 * (row["high_articles"] - row["low_articles"])
    assert row["low"] < 0 < row["high"] and row["p"] > 0.05


def test_the_other_end_of_the_ranks_turns_the_sign_and_nothing_else(articles: Maker) -> None:
    made = tables(articles(scores(0.3)))
    turned = {name: -rank for name, rank in RANKS.items()}
    one, other = (rating_correlations(made, ranks, question=Question(), options=FEW).table for ranks in (RANKS, turned))
    assert one["correlation"].tolist() == pytest.approx((-other["correlation"]).tolist())
    assert one["low"].tolist() == pytest.approx((-other["high"]).tolist(), abs=1e-6)


def test_outlets_without_a_rank_are_told_and_left_out_and_too_few_give_no_number(articles: Maker) -> None:
    made = tables(articles({**scores(0.3), "Stray": [1.0] * 4}))
    found = rating_correlations(made, RANKS, question=Question(), options=FEW)
    assert found.table["articles"].tolist() == [72, 72]
    assert "4 of 76 articles are of outlets without a rank" in found.notes[-1].text
    few = rating_correlations(made, {"O0": 1, "O8": 3}, question=Question(), options=FEW).table
    assert few["correlation"].isna().all() and few["warning"].tolist() == ["only 2 outlets of 2 ratings: no number"] * 2
    with pytest.raises(DataError, match="no article's outlet has one"):
        rating_correlations(made, {"o0": 1}, question=Question(), options=FEW)


def test_the_same_seed_gives_the_same_numbers(articles: Maker) -> None:
    made = tables(articles(scores(0.1)))
    one, other = (rating_correlations(made, RANKS, question=Question(), seed=5, options=FEW).table for _ in range(2))
    assert one.equals(other)


def test_scores_that_are_all_alike_have_no_correlation_and_are_no_test(articles: Maker) -> None:
    made = tables(articles({name: [0.0] * 8 for name in RANKS}))
    table = rating_correlations(made, RANKS, question=Question(actors=["Ann"]), options=FEW).table
    assert table[["correlation", "low", "high", "p", "p_holm"]].isna().all(axis=None)
    assert table["warning"].tolist() == ["all scores are alike: no number"] * 2

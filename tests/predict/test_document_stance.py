"""The document stance follows the evidence, and its interval is honest about how little there is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.predict.document_stance import (
    DEFAULT,
    document_stance,
    from_parameters,
    sentence_rows,
    to_parameters,
)

AGAINST, NEUTRAL, FAVOR = np.eye(3)
ROWS = st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.01, 1)), min_size=1, max_size=8).map(
    lambda rows: np.array(rows) / np.sum(rows, axis=1, keepdims=True)
)


@given(ROWS, st.floats(0.1, 0.9))
def test_more_evidence_against_lowers_the_score(rows: np.ndarray, share: float) -> None:
    worse = rows.copy()
    worse[0] = (1 - share) * rows[0] + share * AGAINST
    assert document_stance(worse).score <= document_stance(rows).score + 1e-9


@given(ROWS)
def test_a_further_sentence_against_does_not_raise_the_score(rows: np.ndarray) -> None:
    mirrored = rows[:, ::-1]
    assert document_stance(np.vstack([rows, AGAINST])).score <= document_stance(rows).score + 1e-9
    assert document_stance(np.vstack([mirrored, FAVOR])).score >= document_stance(mirrored).score - 1e-9


@given(ROWS)
def test_the_default_treats_favor_and_against_alike(rows: np.ndarray) -> None:
    assert document_stance(rows).score == pytest.approx(-document_stance(rows[:, ::-1]).score)


@given(ROWS, st.integers(0, 5))
def test_the_interval_contains_the_score_and_stays_on_the_scale(rows: np.ndarray, seed: int) -> None:
    found = document_stance(rows, seed=seed)
    assert -1 <= found.interval[0] <= found.score <= found.interval[1] <= 1


@given(ROWS)
def test_the_same_seed_gives_the_same_bytes(rows: np.ndarray) -> None:
    assert repr(document_stance(rows, seed=3)) == repr(document_stance(rows, seed=3))


def test_another_seed_gives_another_interval() -> None:
    rows = np.array([AGAINST, FAVOR, NEUTRAL])
    assert document_stance(rows, seed=1).interval != document_stance(rows, seed=2).interval


@pytest.mark.parametrize("row", [AGAINST, FAVOR], ids=["against", "favor"])
def test_one_sentence_gives_a_wide_interval_and_many_alike_a_narrow_one(row: np.ndarray) -> None:
    def width(count: int) -> float:
        low, high = document_stance(np.tile(row, (count, 1))).interval
        return high - low

    assert width(1) > 0.3
    assert width(12) < width(1) / 10


@pytest.mark.parametrize(
    ("rows", "label"),
    [([AGAINST] * 3, "against"), ([FAVOR] * 3, "favor"), ([NEUTRAL] * 3, "neutral"), ([AGAINST, FAVOR] * 3, "mixed")],
)
def test_clear_evidence_gives_the_label_that_everyone_expects(rows: list[np.ndarray], label: str) -> None:
    assert document_stance(np.array(rows)).label == label


def test_a_sentence_counts_once_with_the_strongest_of_its_mentions() -> None:
    mentions = np.array([[0.1, 0.9, 0.0], [0.8, 0.2, 0.0], [0.0, 0.3, 0.7]])
    rows = sentence_rows(mentions, np.array([4, 4, 2]))
    assert rows == pytest.approx(np.array([[0.0, 0.3, 0.7], [0.8, 0.2, 0.0]]))


@given(ROWS, st.data())
def test_sentence_rows_are_probabilities(rows: np.ndarray, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    found = sentence_rows(rows, np.array(places))
    assert len(found) == len(set(places))
    assert found.sum(axis=1) == pytest.approx(1)


def test_parameters_survive_a_checkpoint() -> None:
    again = from_parameters(to_parameters(DEFAULT))
    assert to_parameters(again) == to_parameters(DEFAULT)
    assert from_parameters({}) is DEFAULT

"""Windows own every token once, see no more than they may, and keep sentences whole."""

import time
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.text.windows import plan_windows, sentence_tokens, token_range

LENGTHS = st.lists(st.integers(0, 30), max_size=30)
SIZES = st.tuples(st.integers(1, 20), st.integers(0, 6))


def sentences_of(lengths: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(accumulate(lengths, initial=0)))


@given(LENGTHS, SIZES)
def test_every_token_is_owned_by_exactly_one_window_and_in_order(lengths: list[int], sizes: tuple[int, int]) -> None:
    room, context = sizes
    windows = plan_windows(sentences_of(lengths), limit=room + 2 * context, context=context)
    owned = [token for window in windows for token in range(window.own_first, window.own_end)]
    assert owned == list(range(sum(lengths)))


@given(LENGTHS, SIZES)
def test_a_window_sees_what_it_owns_and_no_more_than_the_limit(lengths: list[int], sizes: tuple[int, int]) -> None:
    room, context = sizes
    limit = room + 2 * context
    for window in plan_windows(sentences_of(lengths), limit=limit, context=context):
        assert 0 <= window.first <= window.own_first < window.own_end <= window.end <= sum(lengths)
        assert window.end - window.first <= limit


@given(LENGTHS, SIZES)
def test_a_sentence_that_fits_is_owned_whole(lengths: list[int], sizes: tuple[int, int]) -> None:
    room, context = sizes
    sentences = sentences_of(lengths)
    windows = plan_windows(sentences, limit=room + 2 * context, context=context)
    for start, end in sentences:
        owners = [window for window in windows if window.own_first < end and start < window.own_end]
        assert len(owners) <= 1 or end - start > room


@given(st.lists(st.integers(1, 5), max_size=30))
def test_context_is_whole_sentences_where_none_is_too_long(lengths: list[int]) -> None:
    sentences = sentences_of(lengths)
    borders = {border for sentence in sentences for border in sentence}
    for window in plan_windows(sentences, limit=16, context=5):
        assert {window.first, window.own_first, window.own_end, window.end} <= borders


def test_a_sentence_that_is_too_long_is_cut_and_seen_with_context_on_both_sides() -> None:
    windows = plan_windows([(0, 30)], limit=10, context=2)
    assert [(window.own_first, window.own_end) for window in windows] == [
        (start, start + 6) for start in range(0, 30, 6)
    ]
    assert all(window.first <= window.own_first - 2 for window in windows[1:])
    assert all(window.end >= window.own_end + 2 for window in windows[:-1])


def test_a_text_without_tokens_has_no_window() -> None:
    assert plan_windows([], limit=8, context=1) == plan_windows([(0, 0)], limit=8, context=1) == []


def test_a_window_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        plan_windows([(0, 3)], limit=8, context=4)


def test_planning_takes_time_in_proportion_to_the_text() -> None:
    def seconds(count: int) -> float:
        sentences = sentences_of([20] * count)
        began = time.process_time()
        plan_windows(sentences, limit=64, context=10)
        return time.process_time() - began

    assert min(seconds(40_000) for _ in range(3)) < 40 * min(seconds(4_000) for _ in range(3))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return offsets of tokens in order, some of them empty of white space between, and sentences that may overlap."""
    cuts = sorted(draw(st.lists(st.integers(0, 60), min_size=0, max_size=20, unique=True)))
    offsets = np.array([pair for pair in pairwise(cuts) if draw(st.booleans())], dtype=np.int64).reshape(-1, 2)
    spans = draw(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30)), max_size=6))
    return offsets, sorted((start, start + length) for start, length in spans)


@given(layouts())
def test_sentence_ranges_hold_every_token_once_even_where_sentences_overlap(
    layout: tuple[np.ndarray, list[tuple[int, int]]],
) -> None:
    offsets, spans = layout
    ranges = sentence_tokens(offsets, spans)
    assert [token for start, end in ranges for token in range(start, end)] == list(range(len(offsets)))
    assert len(ranges) == (len(spans) or min(1, len(offsets)))


def test_a_token_that_ends_where_a_sentence_begins_belongs_to_the_one_before() -> None:
    assert sentence_tokens(np.array([[0, 3], [3, 6]]), [(0, 3), (3, 6)]) == [(0, 1), (1, 2)]


def test_a_token_that_begins_with_the_space_before_a_sentence_belongs_to_it() -> None:
    assert sentence_tokens(np.array([[0, 3], [3, 7]]), [(0, 3), (4, 7)]) == [(0, 1), (1, 2)]


@given(layouts(), st.integers(0, 60), st.integers(1, 20))
def test_a_token_range_holds_exactly_the_tokens_that_overlap(
    layout: tuple[np.ndarray, list[tuple[int, int]]], start: int, length: int
) -> None:
    offsets, _ = layout
    first, end = token_range(offsets, start, end=start + length)
    overlapping = [place for place, (left, right) in enumerate(offsets) if left < start + length and start < right]
    assert list(range(first, end)) == overlapping

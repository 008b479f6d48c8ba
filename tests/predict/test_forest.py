"""The forest is the best of all, by trying all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.predict.forest import ROOT, best_forest


def is_forest(parents: Sequence[int]) -> bool:
    depth: dict[int, int] = {ROOT: 0}
    for start in range(len(parents)):
        path: list[int] = []
        node = start
        while node not in depth:
            if node in path[-3:] or len(path) > len(parents):
                return False
            path.append(node)
            node = parents[node]
        for steps, one in enumerate(reversed(path), start=1):
            depth[one] = depth[node] + steps
    return True


@st.composite
def scored(draw: st.DrawFn) -> list[dict[int, float]]:
    size = draw(st.integers(0, 5))
    score = st.integers(-9, 9).map(float)
    return [
        {ROOT: draw(score)} | {parent: draw(score) for parent in range(size) if parent != node and draw(st.booleans())}
        for node in range(size)
    ]


@settings(max_examples=150, deadline=None)
@given(scored())
def test_no_other_forest_has_a_higher_score(scores: list[dict[int, float]]) -> None:
    found = best_forest(scores)
    assert is_forest(found)
    every = (choice for choice in itertools.product(*scores) if is_forest(choice))
    best = max(sum(scores[node][parent] for node, parent in enumerate(choice)) for choice in every)
    assert sum(scores[node][parent] for node, parent in enumerate(found)) == best


def test_circles_in_circles_are_opened_where_it_costs_least() -> None:
    scores = [
        {ROOT: -9.0, 1: 5.0, 2: 1.0},
        {ROOT: -9.0, 0: 5.0},
        {ROOT: -2.0, 3: 4.0, 0: 3.0},
        {ROOT: -9.0, 2: 4.0, 1: 3.0},
    ]
    assert best_forest(scores) == [2, 0, ROOT, 2]


def test_a_long_chain_of_pairs_that_want_each_other_is_no_chain_of_calls() -> None:
    size = 6000
    scores = [{ROOT: 0.0, node ^ 1: 2.0, (node + 7) % size: 1.0} for node in range(size)]
    assert is_forest(best_forest(scores))


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_and_one_alone_have_no_parents(size: int) -> None:
    assert best_forest([{ROOT: 0.5}] * size) == [ROOT] * size

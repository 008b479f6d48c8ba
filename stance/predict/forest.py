"""The best forest over scored edges: each node at most one parent, and no circles (Chu and Liu 1965, Edmonds 1967)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

ROOT: Final = -1
"""The parent of a node that has none."""


def best_forest(scores: Sequence[Mapping[int, float]]) -> list[int]:
    """Return the parent of each node, `ROOT` for none, such that the sum of the scores is the highest of all forests.

    Args:
        scores: for each node, the score of every parent that it may have; `ROOT` must be among them.

    >>> best_forest([{ROOT: 0.0, 1: 3.0}, {ROOT: 1.0, 0: 5.0}])  # each wants the other; together they would be a circle
    [-1, 0]
    """
    options = {node: dict(parents) for node, parents in enumerate(scores)}
    parents = _best_parents(options, fresh=len(scores))
    return [parents[node] for node in range(len(scores))]


def _best_parents(options: Mapping[int, Mapping[int, float]], *, fresh: int) -> dict[int, int]:
    """Return the parent of each node: the best one, or, where these make circles, what is best with each circle as one node.

    Args:
        fresh: from here on, numbers are free for circles.
    """
    parents = {node: max(choices, key=choices.__getitem__) for node, choices in options.items()}
    circles = _circles(parents)
    if not circles:
        return parents
    owner = {node: fresh + place for place, circle in enumerate(circles) for node in circle}
    shrunk: dict[int, dict[int, float]] = {}
    origin: dict[tuple[int, int], tuple[int, int]] = {}  # the edge that an edge of the smaller graph stands for
    for node, choices in options.items():
        child = owner.get(node, node)
        loss = choices[parents[node]] if node in owner else 0.0  # what leaving the circle here gives up
        for parent, score in choices.items():
            above = owner.get(parent, parent)
            if above != child and score - loss > shrunk.setdefault(child, {}).get(above, float("-inf")):
                shrunk[child][above] = score - loss
                origin[child, above] = (node, parent)
    for child, above in _best_parents(shrunk, fresh=fresh + len(circles)).items():
        node, parent = origin[child, above]
        parents[node] = parent
    return parents


def _circles(parents: Mapping[int, int]) -> list[list[int]]:
    """Return the nodes of each circle."""
    seen: dict[int, int] = {}  # the node from which a walk upwards came by first
    circles = []
    for start in parents:
        node = start
        while node != ROOT and node not in seen:
            seen[node] = start
            node = parents[node]
        if node != ROOT and seen[node] == start:
            circle, above = [node], parents[node]
            while above != node:
                circle.append(above)
                above = parents[above]
            circles.append(circle)
    return circles

"""The best forest over scored edges: each node at most one parent, and no circles (Edmonds 1967, as Tarjan 1977 finds it)."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

ROOT: Final = -1
"""The parent of a node that has none."""


class _Edge(NamedTuple):
    """An edge from a parent to a child; the cheapest comes first."""

    cost: float
    child: int
    parent: int


@dataclass(slots=True)
class _Entries:
    """The edges into a node, or into nodes that became one: a heap, and what is to be added to all of its costs."""

    heap: list[_Edge]
    shift: float = 0.0

    def take(self, groups: _Groups) -> _Edge:
        """Return the cheapest edge from elsewhere, which goes; the others then cost as much more as they cost more than it."""
        edge = heapq.heappop(self.heap)
        while groups.find(edge.parent) == groups.find(edge.child):
            edge = heapq.heappop(self.heap)
        self.shift = -edge.cost
        return edge

    def joined(self, other: _Entries) -> _Entries:
        """Return the edges of both, those of the smaller put into the larger."""
        small, large = sorted((self, other), key=lambda entries: len(entries.heap))
        change = small.shift - large.shift
        for cost, child, parent in small.heap:
            heapq.heappush(large.heap, _Edge(cost + change, child, parent))
        return large


@dataclass(slots=True)
class _Groups:
    """Nodes that became one, each group called by one of them; joins can be undone."""

    above: list[int]
    sizes: list[int]
    joins: list[int] = field(default_factory=list)

    def find(self, node: int) -> int:
        while self.above[node] != node:
            node = self.above[node]
        return node

    def join(self, one: int, other: int) -> bool:
        """Make two groups one; False if they are."""
        small, large = sorted((self.find(one), self.find(other)), key=self.sizes.__getitem__)
        if small == large:
            return False
        self.above[small] = large
        self.sizes[large] += self.sizes[small]
        self.joins.append(small)
        return True

    def undo(self, count: int) -> None:
        """Take joins back until there are `count`."""
        while len(self.joins) > count:
            small = self.joins.pop()
            self.sizes[self.above[small]] -= self.sizes[small]
            self.above[small] = small


def best_forest(scores: Sequence[Mapping[int, float]]) -> list[int]:
    """Return the parent of each node, `ROOT` for none, such that the sum of the scores is the highest of all forests.

    Args:
        scores: for each node, the score of every parent that it may have; `ROOT` must be among them.

    >>> best_forest([{ROOT: 0.0, 1: 3.0}, {ROOT: 1.0, 0: 5.0}])  # each wants the other; together they would be a circle
    [-1, 0]
    """
    root = len(scores)
    groups = _Groups(list(range(root + 1)), [1] * (root + 1))
    entries = [_entries(node, options, root=root) for node, options in enumerate(scores)]
    walks: list[int | None] = [*[None] * root, root]  # from which node a walk upwards came by
    entered: dict[int, _Edge] = {}
    circles: list[tuple[int, int, list[_Edge]]] = []  # what each is called, the joins before it, its edges
    for start in range(root):
        node, path, taken = start, list[int](), list[_Edge]()
        while walks[node] is None:
            edge = entries[node].take(groups)
            path.append(node)
            taken.append(edge)
            walks[node] = start
            node = groups.find(edge.parent)
            if (
                walks[node] == start
            ):  # a circle: from here on it is one node, and what leads into any of it leads into it
                before = len(groups.joins)
                together = entries[path.pop()]
                member = edge.child
                while groups.join(node, member):
                    member = path.pop()
                    together = together.joined(entries[member])
                circles.append((groups.find(node), before, taken[len(path) :]))
                del taken[len(path) :]
                node = groups.find(node)
                entries[node], walks[node] = together, None
        entered |= {groups.find(edge.child): edge for edge in taken}
    for circle, before, edges in reversed(circles):
        opened = entered[circle]  # the edge that leads into the circle takes the place of the one that closed it there
        groups.undo(before)
        entered |= {groups.find(edge.child): edge for edge in edges}
        entered[groups.find(opened.child)] = opened
    return [ROOT if entered[node].parent == root else entered[node].parent for node in range(root)]


def _entries(node: int, options: Mapping[int, float], *, root: int) -> _Entries:
    edges = [_Edge(-score, node, root if parent == ROOT else parent) for parent, score in options.items()]
    heapq.heapify(edges)
    return _Entries(edges)

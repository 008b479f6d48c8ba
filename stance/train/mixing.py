"""The order in which corpora take turns: batches of one corpus each, evenly mixed over the whole run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Batch = tuple[str, tuple[int, ...]]
"""A corpus, and the places of the batch's examples in it."""


def plan_batches(
    lengths: Mapping[str, Sequence[int]], *, passes: Mapping[str, float], batch_tokens: int, seed: int
) -> list[Batch]:
    """Return all batches of a run: each corpus is passed over `passes` times, and its batches are spread evenly.

    Examples of like length share a batch, so that little is padding; an example longer than `batch_tokens` is a batch
    alone. The same seed gives the same plan.

    Args:
        lengths: tokens of each example, by corpus.
        passes: how often to go through a corpus; a fraction takes a random part.
        batch_tokens: the most tokens in a batch, padding included.

    >>> plan_batches({"a": [3, 3, 9]}, passes={"a": 1}, batch_tokens=6, seed=1)
    [('a', (0, 1)), ('a', (2,))]
    """
    generator = np.random.default_rng(seed)
    turns: list[tuple[float, Batch]] = []
    for corpus in sorted(lengths):
        batches: list[Batch] = []
        remaining = passes[corpus]
        while remaining > 0:
            order = generator.permutation(len(lengths[corpus]))[: round(min(1.0, remaining) * len(lengths[corpus]))]
            groups = _groups(order.tolist(), lengths[corpus], batch_tokens=batch_tokens, generator=generator)
            batches += [(corpus, group) for group in groups]
            remaining -= 1
        for place, batch in enumerate(batches):
            turns.append(((place + generator.random()) / len(batches), batch))
    return [batch for _, batch in sorted(turns, key=lambda turn: turn[0])]


def _groups(
    order: list[int], lengths: Sequence[int], *, batch_tokens: int, generator: np.random.Generator
) -> list[tuple[int, ...]]:
    """Cut one pass into batches: sort by length within blocks of a few hundred, then shuffle the batches."""
    groups: list[tuple[int, ...]] = []
    for start in range(0, len(order), 512):
        block = sorted(order[start : start + 512], key=lambda place: lengths[place])
        group: list[int] = []
        for place in block:
            if group and lengths[place] * (len(group) + 1) > batch_tokens:
                groups.append(tuple(group))
                group = []
            group.append(place)
        groups += [tuple(group)] if group else []
    generator.shuffle(groups)
    return groups

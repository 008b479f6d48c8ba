"""Windows over a document's subwords: whole sentences, overlapping, nothing truncated.

A window *sees* a stretch of tokens and *owns* an inner part of it. Every token is owned by exactly one window, so that merging
windows is plain concatenation, and what a window sees beyond its own part is context on both sides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Window:
    """Token places, half-open: the encoder sees [first, end), and this window decides on [own_first, own_end)."""

    first: int
    end: int
    own_first: int
    own_end: int


def token_range(offsets: NDArray[np.int64], start: int, *, end: int) -> tuple[int, int]:
    """Return the half-open range of the tokens that overlap the characters [start, end); it may be empty.

    Args:
        offsets: (T, 2) start and end character of each token, in order.

    >>> token_range(np.array([[0, 3], [4, 9], [9, 10]]), 5, end=10)
    (1, 3)
    """
    first = int(np.searchsorted(offsets[:, 1], start, side="right"))
    stop = int(np.searchsorted(offsets[:, 0], end, side="left"))
    return first, max(first, stop)


def plan_windows(sentences: Sequence[tuple[int, int]], *, limit: int, context: int) -> list[Window]:
    """Return windows that own the tokens of all sentences, each once.

    Whole sentences are packed until a window owns `limit - 2 * context` tokens; then whole neighbouring sentences are added
    as context on both sides while they fit; where not even one fits, the nearest part of it is. A sentence that is longer than
    that is cut between tokens.

    Args:
        sentences: token ranges of the sentences, in order, without gaps (a token between sentences belongs to one of them).
        limit: the most tokens that a window may see, without the encoder's special tokens.
        context: the tokens kept free for context on each side; what sentence borders leave over is used too.

    Raises:
        ValueError: `limit` leaves no room between the contexts.

    >>> plan_windows([(0, 3), (3, 5), (5, 9)], limit=7, context=1)
    [Window(first=0, end=7, own_first=0, own_end=5), Window(first=3, end=9, own_first=5, own_end=9)]
    """
    room = limit - 2 * context
    if room < 1:
        raise ValueError(f"a window of {limit} tokens has no room between two contexts of {context}")
    ranges = [(start, end) for start, end in sentences if end > start]
    owned: list[tuple[int, int]] = []
    for start, end in ranges:
        if owned and end - owned[-1][0] <= room:
            owned[-1] = (owned[-1][0], end)
            continue
        cuts = range(start, end, room)
        owned.extend((cut, min(cut + room, end)) for cut in cuts)
    borders = [start for start, _ in ranges] + [ranges[-1][1] if ranges else 0]
    return [_with_context(own, borders=borders, limit=limit) for own in owned]


def _with_context(own: tuple[int, int], *, borders: Sequence[int], limit: int) -> Window:
    """Widen an owned range to what the window sees: by whole sentences, or by tokens where none fits whole."""
    spare, last = limit - (own[1] - own[0]), borders[-1]
    left = max(0, own[0] - (spare - min(last - own[1], spare // 2)))
    first = borders[bisect_left(borders, left)]
    first = first if first < own[0] and _contains(borders, own[0]) else left
    right = min(last, own[1] + spare - (own[0] - first))
    end = borders[bisect_right(borders, right) - 1]
    end = end if end > own[1] and _contains(borders, own[1]) else right
    return Window(first, end, own[0], own[1])


def _contains(borders: Sequence[int], place: int) -> bool:
    at = bisect_left(borders, place)
    return at < len(borders) and borders[at] == place


def sentence_tokens(offsets: NDArray[np.int64], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the token range of each sentence, without gaps: a sentence reaches to where the next one begins.

    A token that stands across a border belongs to the later sentence; what stands before the first sentence belongs to it.

    Args:
        offsets: (T, 2) start and end character of each token.
        spans: sentence borders in characters, in the order of their starts.

    >>> sentence_tokens(np.array([[0, 3], [3, 4], [5, 8]]), [(0, 4), (5, 8)])
    [(0, 2), (2, 3)]
    """
    if not spans:
        return [(0, len(offsets))] if len(offsets) else []
    starts = np.searchsorted(offsets[:, 1], [start for start, _ in spans], side="right").tolist()
    starts[0] = 0
    return list(zip(starts, [*starts[1:], len(offsets)], strict=True))

"""Precision, recall and F1 of labelled spans: one-to-one, whatever their order; counts that add up over documents.

Spans are half-open: two that touch do not overlap. Each span counts once, matched to at most one of the other side,
so that no prediction is paid for twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from stance.document import Span, VoiceSpan

Mode = Literal["exact", "overlap"]
Pair = tuple[int, int]

UNLABELLED = ""
"""What a character is called to which no span gives a label."""


class LabelledSpan(NamedTuple):
    """A label over a stretch of text, in one part or in several (`parts` in any order)."""

    parts: tuple[tuple[int, int], ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items match, how many gold has and how many were predicted; sums pool documents (micro-average).

    Whole numbers, but for shares of them (`shared`).

    Where one side is empty, precision, recall and F1 are all 0; where both are, nothing was to be found and nothing
    was: all three are 1.

    >>> total = Counts(1, gold=2, predicted=1) + Counts(0, gold=0, predicted=1)
    >>> total.precision, total.recall, total.f1
    (0.5, 0.5, 0.5)
    """

    true_positive: float = 0
    gold: float = 0
    predicted: float = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.true_positive + other.true_positive, self.gold + other.gold, self.predicted + other.predicted
        )

    def shared(self, share: float) -> Counts:
        """Return a share of the counts, such as that of one of several annotators of a text."""
        return Counts(self.true_positive * share, self.gold * share, self.predicted * share)

    @property
    def precision(self) -> float:
        return self.true_positive / self.predicted if self.predicted else float(not self.gold)

    @property
    def recall(self) -> float:
        return self.true_positive / self.gold if self.gold else float(not self.predicted)

    @property
    def f1(self) -> float:
        total = self.gold + self.predicted
        return 2 * self.true_positive / total if total else 1.0


def match(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan], *, mode: Mode) -> Counts:
    """Return how many spans of a label match: the same characters (`exact`), or at least one in common (`overlap`).

    >>> one, touching = LabelledSpan(((0, 4),)), LabelledSpan(((4, 9),))
    >>> match([one], [touching], mode="overlap").true_positive
    0
    """
    return Counts(len(matched_pairs(gold, predicted, mode=mode)), len(gold), len(predicted))


def matched_pairs(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan], *, mode: Mode) -> list[Pair]:
    """Return the places (gold, predicted) of the spans that match, sorted; see `match`.

    Of all ways to match one to one, `overlap` takes one with the most matches, and of these one with the most
    characters in common.
    """
    if mode == "exact":
        places: defaultdict[LabelledSpan, list[int]] = defaultdict(list)
        for place, span in enumerate(predicted):
            places[_normal(span)].append(place)
        found = []
        for place, span in enumerate(gold):
            if others := places.get(_normal(span)):
                found.append((place, others.pop(0)))
        return found
    return best_pairs(count_first(shared_characters(gold, predicted)))


def shared_characters(gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan]) -> dict[Pair, int]:
    """Return how many characters each two spans (gold, predicted) of the same label have in common, if any.

    >>> shared_characters([LabelledSpan(((0, 4), (8, 9)))], [LabelledSpan(((3, 10),))])
    {(0, 0): 2}
    """
    sides = ([_normal(span) for span in gold], [_normal(span) for span in predicted])
    parts = sorted(
        (start, end, side, place)
        for side, spans in enumerate(sides)
        for place, span in enumerate(spans)
        for start, end in span.parts
    )
    shared: Counter[Pair] = Counter()
    still_open: list[list[tuple[int, int]]] = [[], []]  # (end, place) of what began before, gold and predicted
    for start, end, side, place in parts:
        other = 1 - side
        still_open[other] = [part for part in still_open[other] if part[0] > start]
        for other_end, other_place in still_open[other]:
            if sides[side][place].label == sides[other][other_place].label:
                pair = (other_place, place) if side else (place, other_place)
                shared[pair] += min(end, other_end) - start
        still_open[side].append((end, place))
    return dict(shared)


def count_first(weights: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return weights by which one more pair outdoes everything else, for `best_pairs`."""
    more = sum(weights.values()) + 1
    return {pair: weight + more for pair, weight in weights.items()}


def best_pairs(weights: Mapping[Pair, float]) -> list[Pair]:
    """Return the one-to-one pairs with the greatest sum of weights, sorted; a pair without a weight is none.

    Each connected part of the graph is solved on its own (scipy's `linear_sum_assignment`), so that long texts stay
    cheap.

    >>> best_pairs({(0, 0): 3, (0, 1): 2, (1, 0): 2})
    [(0, 1), (1, 0)]
    """
    found = []
    for pairs in _connected(weights):
        if len(pairs) == 1:
            found += pairs
            continue
        rows = {row: place for place, row in enumerate(sorted({row for row, _ in pairs}))}
        columns = {column: place for place, column in enumerate(sorted({column for _, column in pairs}))}
        matrix = np.zeros((len(rows), len(columns)))  # (gold, predicted)
        for row, column in pairs:
            matrix[rows[row], columns[column]] = weights[row, column]
        row_names, column_names = list(rows), list(columns)
        chosen = zip(*linear_sum_assignment(matrix, maximize=True), strict=True)
        found += [(row_names[row], column_names[column]) for row, column in chosen if matrix[row, column] > 0]
    return sorted(found)


def character_counts(
    text: str, gold: Sequence[VoiceSpan], *, predicted: Sequence[VoiceSpan]
) -> Counter[tuple[str, str]]:
    """Return how many characters have each pair of labels (gold, predicted), for labels that tile a text.

    Spaces are not counted, nor are characters that gold does not label; those that only the prediction leaves out
    count as predicted `UNLABELLED`. Of labels that overlap, the later in the list holds.

    >>> character_counts("So it is.", [VoiceSpan(0, 9, "fact")], predicted=[VoiceSpan(0, 5, "fact")])
    Counter({('fact', 'fact'): 4, ('fact', ''): 3})
    """
    names = sorted({span.label for span in (*gold, *predicted)})
    width = len(names) + 1
    solid = np.array([not character.isspace() for character in text], dtype=bool)
    gold_ids = character_labels(gold, names=names, length=len(text))
    predicted_ids = character_labels(predicted, names=names, length=len(text))
    counted = solid & (gold_ids > 0)
    cells = np.bincount(gold_ids[counted] * width + predicted_ids[counted], minlength=width * width)
    named = [UNLABELLED, *names]
    return Counter({(named[cell // width], named[cell % width]): int(cells[cell]) for cell in np.flatnonzero(cells)})


def character_labels(spans: Sequence[VoiceSpan], *, names: Sequence[str], length: int) -> NDArray[np.intp]:
    """Return the label of each character, (length,): 0 for none, otherwise one more than its place in `names`."""
    ids = np.zeros(length, dtype=np.intp)
    for span in spans:
        ids[span.start : span.end] = names.index(span.label) + 1
    return ids


def _normal(span: LabelledSpan) -> LabelledSpan:
    """Return the span with its parts in order and those joined that touch or overlap."""
    if len(span.parts) == 1:
        return LabelledSpan((Span(*span.parts[0]),), span.label)
    parts: list[Span] = []
    for start, end in sorted(span.parts):
        if parts and start <= parts[-1].end:
            parts[-1] = Span(parts[-1].start, max(end, parts[-1].end))
        else:
            parts.append(Span(start, end))
    return LabelledSpan(tuple(parts), span.label)


def _connected(weights: Mapping[Pair, float]) -> list[list[Pair]]:
    """Return the pairs in groups that share no row and no column with one another."""
    by_row, by_column = defaultdict(list), defaultdict(list)
    for pair in weights:
        by_row[pair[0]].append(pair)
        by_column[pair[1]].append(pair)
    groups, seen = [], set()
    for first in weights:
        if first in seen:
            continue
        seen.add(first)
        group = [first]
        for row, column in group:  # grows while it is read
            for pair in (*by_row[row], *by_column[column]):
                if pair not in seen:
                    seen.add(pair)
                    group.append(pair)
        groups.append(group)
    return groups

"""Agreement beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha of labels, and his alpha of units of a text.

Labels come counted, as patterns: what each annotator says of a unit, in order, with None where one says nothing, and
how many units have that pattern. Where chance alone makes all agree (one label for everything), the coefficients are
undefined: nan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise, permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

Patterns = Mapping[tuple[str | None, ...], int]
"""How many units were labelled so, by the labels of all annotators in order; None where one gave no label."""


class Segment(NamedTuple):
    """A stretch that an annotator marked as a unit of some category."""

    start: int
    end: int
    category: str = ""


def share_equal(patterns: Patterns) -> float:
    """Return the share of pairs of labels of the same unit that are equal; nan where no unit has two.

    >>> share_equal({("a", "a"): 3, ("a", "b"): 1})
    0.75
    """
    equal, total = 0, 0
    for pattern, count in patterns.items():
        for one, other in combinations([label for label in pattern if label is not None], 2):
            equal += count * (one == other)
            total += count
    return equal / total if total else float("nan")


def kappa(patterns: Patterns) -> float:
    """Return Cohen's kappa of two annotators (1960), Fleiss' of three or more (1971), over what all of them labelled.

    >>> round(kappa({("a", "a"): 20, ("a", "b"): 5, ("b", "a"): 10, ("b", "b"): 15}), 3)
    0.4
    """
    whole: Counter[tuple[str, ...]] = Counter()
    for pattern, count in patterns.items():
        labels = tuple(label for label in pattern if label is not None)
        if len(labels) == len(pattern):
            whole[labels] += count
    names = {label for pattern in whole for label in pattern}
    if len(names) < 2:
        return float("nan")
    if len(next(iter(whole))) == 2:
        sides = zip(*whole, strict=True)
        return float(cohen_kappa_score(*map(list, sides), sample_weight=list(whole.values())))
    return _fleiss(whole)


def nominal_alpha(patterns: Patterns) -> float:
    """Return Krippendorff's alpha for nominal labels, which passes over missing ones (Krippendorff 2004, chapter 11).

    >>> round(nominal_alpha({("a", "a"): 1, ("b", "b"): 1, ("a", None): 5}), 3)
    1.0
    """
    coincidences: defaultdict[tuple[str, str], float] = defaultdict(float)
    for pattern, count in patterns.items():
        labels = [label for label in pattern if label is not None]
        for pair in permutations(labels, 2):
            coincidences[pair] += count / (len(labels) - 1)
    totals: defaultdict[str, float] = defaultdict(float)
    for (label, _), many in coincidences.items():
        totals[label] += many
    size = sum(totals.values())
    expected: float = size**2 - sum(total**2 for total in totals.values())
    if not expected:
        return float("nan")
    observed = sum(many for (one, other), many in coincidences.items() if one != other)
    return 1 - (size - 1) * observed / expected


def unit_alpha(annotations: Sequence[Sequence[Segment]], *, borders: Sequence[int]) -> float:
    """Return Krippendorff's alpha for unitizing a continuum (uα), over all categories: are units the same stretches?

    Definition: Krippendorff 1995, "On the reliability of unitizing continuous data", and 2004, "Measuring the
    reliability of qualitative text analysis data": overlapping units of a category differ by the squares of the
    distances of their starts and of their ends, a unit inside a gap by its squared length; chance places the units
    anywhere. Units of one annotator and category that overlap are taken as one.

    Args:
        annotations: the units of each annotator, in any order.
        borders: from 0 on, where the texts of the continuum begin, and its end; gaps end there.

    >>> unit_alpha([[Segment(2, 5)], [Segment(2, 5)]], borders=[0, 10])
    1.0
    """
    observed = expected = 0.0
    for category in sorted({unit.category for units in annotations for unit in units}):
        segments = [_merged([unit for unit in units if unit.category == category]) for units in annotations]
        gaps = [_gaps(units, borders=borders) for units in segments]
        observed += _observed(segments, gaps, length=borders[-1])
        expected += _expected(segments, gaps, length=borders[-1])
    return 1 - observed / expected if expected else float("nan")


def _fleiss(patterns: Mapping[tuple[str, ...], int]) -> float:
    names = sorted({label for pattern in patterns for label in pattern})
    table = np.array([[pattern.count(name) for name in names] for pattern in patterns])  # (patterns, labels)
    weights = np.array(list(patterns.values()))
    raters = int(table[0].sum())
    agreement = ((table**2).sum(axis=1) - raters) / (raters * (raters - 1))
    observed = float((weights * agreement).sum() / weights.sum())
    shares = (weights[:, None] * table).sum(axis=0) / (weights.sum() * raters)
    chance = float((shares**2).sum())
    return (observed - chance) / (1 - chance)


def _merged(units: Sequence[Segment]) -> NDArray[np.int64]:
    """Return the starts and ends of units in order, (units, 2); those that overlap are one."""
    found: list[tuple[int, int]] = []
    for start, end, _ in sorted(units):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _gaps(units: NDArray[np.int64], *, borders: Sequence[int]) -> NDArray[np.int64]:
    """Return the starts and ends of what lies between units, text by text, (gaps, 2)."""
    inner = [border for border in borders if not ((units[:, 0] < border) & (border < units[:, 1])).any()]
    edges = sorted([*((border, border) for border in inner), *map(tuple, units.tolist())])
    between = [(one[1], two[0]) for one, two in pairwise(edges) if two[0] > one[1]]
    return np.array(between, dtype=np.int64).reshape(-1, 2)


def _observed(segments: Sequence[NDArray[np.int64]], gaps: Sequence[NDArray[np.int64]], *, length: int) -> float:
    total = 0.0
    for one, other in permutations(range(len(segments)), 2):
        mine, its = segments[one], segments[other]
        for start, end in mine:
            near = its[np.searchsorted(its[:, 1], start, side="right") : np.searchsorted(its[:, 0], end)]
            total += float(((near[:, 0] - start) ** 2 + (near[:, 1] - end) ** 2).sum())
            at = int(np.searchsorted(gaps[other][:, 0], start, side="right")) - 1
            if at >= 0 and gaps[other][at, 1] >= end:
                total += 2 * float(end - start) ** 2  # the pair is counted from both sides
    count = len(segments)
    return total / (count * (count - 1) * float(length) ** 2)


def _expected(segments: Sequence[NDArray[np.int64]], gaps: Sequence[NDArray[np.int64]], *, length: int) -> float:
    units = np.concatenate([side[:, 1] - side[:, 0] for side in segments]).astype(float)
    spaces = np.sort(np.concatenate([side[:, 1] - side[:, 0] for side in gaps]).astype(float))
    after = np.concatenate([np.cumsum(spaces[::-1])[::-1], [0.0]])  # after[n]: length of all gaps from the n-th on
    first = np.searchsorted(spaces, units)  # the first gap in which each unit has room
    room = after[first] - (len(spaces) - first) * (units - 1)
    overlaps = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units)
    places = float(len(segments)) * length
    total = 2 / length * float((overlaps + units**2 * room).sum())
    return total / (places * (places - 1) - float((units * (units - 1)).sum()))

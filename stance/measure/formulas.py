"""Scores as formulas over counts: for one evaluation, or for thousands of resampled ones at once.

Counts are arrays of triples (..., K, 3): for each of K labels how many items match, how many gold has and how many were
predicted. Formulas return (...,), and nan where there is nothing to score.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Triples = NDArray[np.float64]
"""(..., K, 3): matched, gold, predicted of each label."""

Formula = Callable[[Triples], NDArray[np.float64]]


def precision(counts: Triples) -> NDArray[np.float64]:
    """Return the share of what was predicted that matches, all labels pooled; 0 where gold has something, predicted nothing."""
    matched, gold, predicted = _pooled(counts)
    return np.where((predicted == 0) & (gold > 0), 0.0, _ratio(matched, predicted))


def recall(counts: Triples) -> NDArray[np.float64]:
    """Return the share of gold that was matched, all labels pooled; 0 where gold has nothing, but something was predicted.

    Over all classes of items that have one each, this is accuracy.
    """
    matched, gold, predicted = _pooled(counts)
    return np.where((gold == 0) & (predicted > 0), 0.0, _ratio(matched, gold))


def f1(counts: Triples) -> NDArray[np.float64]:
    """Return the harmonic mean of precision and recall, all labels pooled (micro-average).

    >>> float(f1(np.array([[3.0, 4.0, 6.0]])))
    0.6
    """
    matched, gold, predicted = _pooled(counts)
    return _ratio(2 * matched, gold + predicted)


def macro_f1(counts: Triples) -> NDArray[np.float64]:
    """Return the plain mean of the labels' F1, over those that gold has at least once.

    >>> float(macro_f1(np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 0.0], [0.0, 0.0, 5.0]])))
    0.5
    """
    matched, gold, predicted = np.moveaxis(counts, -1, 0)  # (..., K) each
    judged = gold > 0
    by_label = np.where(judged, 2 * matched / np.maximum(gold + predicted, 1), 0.0)
    return _ratio(by_label.sum(axis=-1), judged.sum(axis=-1))


def majority(counts: Triples) -> Triples:
    """Return the counts of who always says gold's most frequent label: the least that a model has to beat.

    Where several are as frequent, the first is said.
    """
    gold = counts[..., 1]
    said = np.eye(gold.shape[-1])[gold.argmax(axis=-1)]  # (..., K)
    return np.stack([said * gold, gold, said * gold.sum(axis=-1, keepdims=True)], axis=-1)


def _pooled(counts: Triples) -> NDArray[np.float64]:
    """Return (3, ...)."""
    return np.asarray(np.moveaxis(counts.sum(axis=-2), -1, 0))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan))

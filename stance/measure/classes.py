"""Macro-F1, accuracy and per-class scores of single labels, through scikit-learn; and the majority floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

PairCounts = Mapping[tuple[str, str], int]
"""How often each pair (gold label, predicted label) occurs."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One label's precision, recall and F1 (0 where undefined), and how often gold has it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class ClassReport:
    """The scores of one labelling task.

    `macro_f1` is the plain mean over those of the asked labels that gold has at least once; it does not depend on
    which labels were predicted. A prediction outside the asked labels (an abstention) is simply wrong. Without any
    gold, all are nan.
    """

    classes: Mapping[str, ClassScore]
    macro_f1: float
    accuracy: float
    confusion: PairCounts

    @property
    def count(self) -> int:
        """How many items were judged."""
        return sum(self.confusion.values())


def report(gold: Sequence[str], predicted: Sequence[str], *, labels: Sequence[str]) -> ClassReport:
    """Return the scores of predicted labels, one for each gold label.

    >>> round(report(["a", "a", "b"], ["a", "b", "b"], labels=["a", "b"]).macro_f1, 3)
    0.667
    """
    return report_counts(Counter(zip(gold, predicted, strict=True)), labels=labels)


def report_counts(confusion: PairCounts, *, labels: Sequence[str]) -> ClassReport:
    """Return the scores of counted pairs (gold, predicted); pairs whose gold is none of the labels are left out."""
    pairs = {pair: count for pair, count in confusion.items() if pair[0] in labels and count}
    if not pairs:
        return ClassReport({}, float("nan"), float("nan"), {})
    gold, predicted = ([pair[side] for pair in pairs] for side in (0, 1))
    weights = list(pairs.values())
    scores = precision_recall_fscore_support(
        gold, predicted, labels=list(labels), sample_weight=weights, zero_division=0
    )
    classes = {
        label: ClassScore(float(precision), float(recall), float(f1), round(support))
        for label, precision, recall, f1, support in zip(labels, *scores, strict=True)
    }
    macro_f1 = float(np.mean([score.f1 for score in classes.values() if score.support]))
    return ClassReport(classes, macro_f1, float(accuracy_score(gold, predicted, sample_weight=weights)), pairs)


def mean_f1(classes: ClassReport, *, labels: Sequence[str]) -> float:
    """Return the mean F1 of some of the labels, such as the two that are not neutral."""
    return float(np.mean([classes.classes[label].f1 for label in labels]))


def majority_floor(gold: Sequence[str], *, labels: Sequence[str]) -> ClassReport:
    """Return the scores of who always says gold's most frequent label: the least that a model has to beat.

    >>> majority_floor(["a", "a", "b"], labels=["a", "b"]).macro_f1
    0.4
    """
    if not gold:
        return report([], [], labels=labels)
    counts = Counter(gold)
    label = max(labels, key=lambda name: counts[name])
    return report(gold, [label] * len(gold), labels=labels)

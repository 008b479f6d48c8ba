"""Clusters of mentions against gold by the scores of the CoNLL-2012 shared task, as the public scorer `scorch` counts them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

METRICS: Final = ("MUC", "B³", "CEAFe")


@dataclass(frozen=True, slots=True)
class CoreferenceScores:
    """Precision, recall and F1 by metric, from 0 to 1."""

    metrics: dict[str, tuple[float, float, float]]

    @property
    def conll(self) -> float:
        """The mean of the three F1."""
        return sum(f1 for _, _, f1 in self.metrics.values()) / len(self.metrics)


def coreference_scores(
    gold: Sequence[frozenset[Hashable]], predicted: Sequence[frozenset[Hashable]]
) -> CoreferenceScores:
    """Return MUC, B³ and CEAFe of clusters over mentions that are the same where they are equal.

    Clusters of one mention are dropped on both sides, as in CoNLL-2012, whose corpus has none. To pool documents, put the
    document into the mention. Vilain et al. (1995), Bagga and Baldwin (1998) and Luo (2005), in the readings of Pradhan
    et al. (ACL 2014); counted by scorch, by Loïc Grobol.

    >>> same = [frozenset({"Ann Li", "she"}), frozenset({"Bo"})]
    >>> coreference_scores(same, same).conll
    1.0
    """
    from scorch import scores

    sides = [[set(cluster) for cluster in side if len(cluster) > 1] for side in (gold, predicted)]
    found = {}
    for name, metric in zip(METRICS, (scores.muc, scores.b_cubed, scores.ceaf_e), strict=True):
        recall, precision, f1 = metric(*sides) if all(sides) else (0.0, 0.0, 0.0)
        found[name] = (float(precision), float(recall), float(f1))
    return CoreferenceScores(found)

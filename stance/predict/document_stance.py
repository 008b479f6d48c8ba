"""The author's stance toward an actor over a whole piece, from what was scored sentence by sentence.

A multinomial logistic regression over six sums of sentence scores, fitted on development op-eds and kept with the checkpoint. The
interval is a Bayesian bootstrap over sentences (Rubin 1981) with one pseudo-sentence that scores like the average, so that an
actor of one sentence gets a wide interval and not none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.labels import DOCUMENT_STANCES, POLARITIES

Floats = NDArray[np.float64]

AGAINST, FAVOR = POLARITIES.index("against"), POLARITIES.index("favor")


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Parameters: `weights` (4 stances, 6 features), `bias` (4,), the prior sentence (3 polarities), and when to abstain."""

    weights: Floats
    bias: Floats
    prior: Floats
    abstain_below: float = 0.4


@dataclass(frozen=True, slots=True)
class DocumentStance:
    """A stance of `labels.DOCUMENT_STANCES` (None: abstention), its score from -1 to 1, and the score's 95 % interval."""

    label: str | None
    score: float
    interval: tuple[float, float]


DRAWS = 200
"""Of the bootstrap: five of them lie beyond each end of the interval."""

DEFAULT = Aggregation(
    # in the order of DOCUMENT_STANCES: favor, against, neutral, mixed; features as in `features`
    weights=np.array(
        [
            [1.2, -1.2, 2.0, -2.0, -0.8, 0.0],
            [-1.2, 1.2, -2.0, 2.0, -0.8, 0.0],
            [-0.8, -0.8, -2.0, -2.0, 0.0, 0.0],
            [0.2, 0.2, -0.5, -0.5, 2.5, 0.0],
        ]
    ),
    bias=np.array([-0.5, -0.5, 1.0, -2.5]),
    prior=np.array([0.12, 0.8, 0.08]),
)
"""Used until a checkpoint brings its own."""


def features(sums: Floats, count: Floats) -> Floats:
    """Return (N, 6): sums of favor and against, their means, the smaller of the sums, and the logarithm of the count.

    Args:
        sums: (N, 3) sentence probabilities summed over a document, by `labels.POLARITIES`.
        count: (N,) sentences.
    """
    favor, against = sums[:, FAVOR], sums[:, AGAINST]
    least = np.minimum(favor, against)
    columns = [favor, against, favor / count, against / count, least, np.log1p(count)]
    return np.stack(columns, axis=1)


def document_stance(sentences: Floats, *, aggregation: Aggregation = DEFAULT, seed: int = 0) -> DocumentStance:
    """Return the author's stance toward an actor.

    Args:
        sentences: (S, 3) probabilities by `labels.POLARITIES`, one row a sentence that mentions the actor; at least one.
        seed: of the bootstrap; the same seed gives the same interval.

    >>> document_stance(np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0]])).label
    'against'
    """
    count = len(sentences)
    probabilities = stance_probabilities(
        sentences.sum(axis=0)[None], np.array([float(count)]), aggregation=aggregation
    )[0]
    weights = np.random.default_rng(seed).dirichlet(np.ones(count + 1), size=DRAWS) * count  # (D, S + 1)
    sums = weights @ np.vstack([sentences, aggregation.prior])  # (D, 3)
    draws = stance_probabilities(sums, np.full(DRAWS, float(count)), aggregation=aggregation)
    low, high = np.quantile(_score(draws), [0.025, 0.975])
    score = float(_score(probabilities[None])[0])
    best = int(probabilities.argmax())
    label = DOCUMENT_STANCES[best] if probabilities[best] >= aggregation.abstain_below else None
    return DocumentStance(label, score, (min(float(low), score), max(float(high), score)))


def stance_probabilities(sums: Floats, count: Floats, *, aggregation: Aggregation) -> Floats:
    """Return (N, 4) probabilities of `labels.DOCUMENT_STANCES` from (N, 3) sums and (N,) counts."""
    logits = features(sums, count) @ aggregation.weights.T + aggregation.bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def sentence_rows(probabilities: Floats, sentences: NDArray[np.int64]) -> Floats:
    """Return one row a sentence from one row a mention: the strongest favor and against among a sentence's mentions.

    Args:
        probabilities: (M, 3) of one actor's mentions, at least one.
        sentences: (M,) the sentence of each mention.
    """
    order = np.argsort(sentences, kind="stable")
    firsts = np.unique(sentences[order], return_index=True)[1]
    rows = np.maximum.reduceat(probabilities[order], firsts, axis=0)  # (S, 3)
    neutral = POLARITIES.index("neutral")
    rows[:, neutral] = np.minimum.reduceat(probabilities[order, neutral], firsts)
    return rows / rows.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def to_parameters(aggregation: Aggregation) -> dict[str, Any]:
    """Return the parameters as plain JSON values, for a checkpoint."""
    return {
        "weights": np.round(aggregation.weights, 4).tolist(),
        "bias": np.round(aggregation.bias, 4).tolist(),
        "prior": np.round(aggregation.prior, 4).tolist(),
        "abstain_below": aggregation.abstain_below,
    }


def from_parameters(values: Mapping[str, Any]) -> Aggregation:
    """Return the aggregation of a checkpoint; the default where it has none."""
    if not values:
        return DEFAULT
    arrays = {name: np.array(values[name], dtype=float) for name in ("weights", "bias", "prior")}
    return Aggregation(**arrays, abstain_below=float(values["abstain_below"]))


def _score(probabilities: Floats) -> Floats:
    favor, against = DOCUMENT_STANCES.index("favor"), DOCUMENT_STANCES.index("against")
    return probabilities[:, favor] - probabilities[:, against]

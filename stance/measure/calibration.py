"""Whether scores mean what they say: calibration errors, Brier score and reliability of predictions against gold."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stance.document import Actor, Document, Stance
from stance.measure import items
from stance.measure.items import OpinionTuple
from stance.measure.pairing import Pair, paired, sentences_of
from stance.measure.spans import LabelledSpan, character_labels, matched_pairs
from stance.measure.tables import Cell, Table

Floats = NDArray[np.float64]
Spacing = Literal["width", "mass"]

BINS = 15

DRAWS = 400
"""Resamples of documents for an interval, and draws of a calibrated model for `Calibration.chance`."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Predictions of one task as claims that come true or not: arrays (N,), one entry a prediction.

    `confidence` is what the prediction says of itself, `right` the share of it that gold bears out (0 or 1, or between them
    where a span is judged by characters), `weight` how much it counts, and `document` its document's place in gold.
    """

    confidence: Floats
    right: Floats
    weight: Floats
    document: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Bin:
    """The claims of a range of confidence: their mean confidence, the share that is right, and their number (or weight)."""

    low: float
    high: float
    confidence: float
    accuracy: float
    count: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and accuracy of one task lie apart.

    `error` is the expected calibration error over bins of equal width, `adaptive_error` that over bins of equal mass,
    `brier` the mean squared distance of confidence from right (1) or wrong (0): of the answer given, not of all classes.
    `interval` bounds `error` at 95 % (documents resampled, see `error_interval`); None for a single document. `chance`
    is the error that a perfectly calibrated model would show on as many claims: an `error` near it is none to worry over.
    `unit` names what `count` counts.
    """

    count: int
    unit: str
    confidence: float
    accuracy: float
    error: float
    adaptive_error: float
    brier: float
    interval: tuple[float, float] | None
    chance: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class IntervalCheck:
    """Of the actors that gold gives a stance: those whose interval leaves 0 out, and what gold says of them.

    `same` of the `clear` intervals lie on gold's side, `opposite` on the other; for the rest gold is neutral or mixed.
    """

    judged: int
    clear: int
    same: int
    opposite: int


def calibrations(gold: Sequence[Document], predicted: Sequence[Document], *, seed: int = 0) -> dict[str, Calibration]:
    """Return the calibration of each task that gold annotates and whose predictions carry scores.

    What is a claim, and what its confidence:

    - `voice`: a span's `score`, for every character in it that is no space and that gold labels; right where the labels agree.
    - `content`: an attribution's `score`, which is that of its content; right if the content overlaps one of gold's, one
      to one. Cue and source have no score of their own.
    - `opinion`: a tuple of sentence, actor, holder and polarity, with the highest `score` of the stances that say it;
      right if gold has the tuple. Scores of missed opinions do not exist, so this says nothing of recall.
    - `document stance`: the author's stance toward an actor that gold has too; right if it is gold's. A document keeps
      no probability of the label but `score`, P(favor) - P(against). Taken as confidence is its size for favor
      and against, the least that P can then be, and one minus it for neutral and mixed, the most that they can have
      together. Actors of which the model abstains claim nothing.

    Mentions carry no scores. Documents whose scores say nothing are left out, see `carries_scores`.

    Raises:
        DataError: the documents do not go together, see `pairing.paired`.
    """
    pairs = paired(gold, predicted)
    found = {}
    for task, unit, rows in (
        ("voice", "characters", _voice_rows),
        ("content", "attributions", _content_rows),
        ("opinion", "tuples", _opinion_rows),
        ("document stance", "actors", _stance_rows),
    ):
        scored = ([(*row, place) for row in rows(pair)] for place, pair in enumerate(pairs) if carries_scores(pair[1]))
        columns = np.array(list(chain.from_iterable(scored)), dtype=float).reshape(-1, 4).T
        claims = Claims(columns[0], columns[1], columns[2], columns[3].astype(np.intp))
        if len(claims.confidence):
            found[task] = calibration(claims, unit=unit, seed=seed)
    return found


def calibration(claims: Claims, *, unit: str = "claims", seed: int = 0) -> Calibration:
    """Return how far confidence and accuracy of some claims lie apart; there must be one at least."""
    confidence, right, weight = claims.confidence, claims.right, claims.weight
    shares = weight / weight.sum()
    generator = np.random.default_rng(seed)
    return Calibration(
        count=round(float(weight.sum())),
        unit=unit,
        confidence=float(shares @ confidence),
        accuracy=float(shares @ right),
        error=expected_calibration_error(confidence, right, weight=weight),
        adaptive_error=expected_calibration_error(confidence, right, weight=weight, spacing="mass"),
        brier=float(shares @ (right * (1 - confidence) ** 2 + (1 - right) * confidence**2)),
        interval=error_interval(claims, generator=generator),
        chance=_chance(claims, generator=generator),
        bins=reliability(confidence, right, weight=weight),
    )


def expected_calibration_error(
    confidence: Floats, right: Floats, *, weight: Floats | None = None, bins: int = BINS, spacing: Spacing = "width"
) -> float:
    """Return the mean distance of accuracy from confidence over bins, weighted by how much is in them.

    Bins of equal width are those of Guo et al. 2017 (On Calibration of Modern Neural Networks), bins of equal mass those
    of Nguyen and O'Connor 2015; claims of the same confidence share a bin. nan without claims.

    Args:
        confidence: (N,) from 0 to 1.
        right: (N,) 1 for right, 0 for wrong, or a share.
        weight: (N,) how much each counts; the same for all if left out.

    >>> round(expected_calibration_error(np.array([0.9, 0.9, 0.5, 0.5]), np.array([1.0, 1.0, 0.0, 1.0])), 3)
    0.05
    """
    table = reliability(confidence, right, weight=weight, bins=bins, spacing=spacing)
    total = sum(one.count for one in table)
    return sum(one.count * abs(one.accuracy - one.confidence) for one in table) / total if total else float("nan")


def reliability(
    confidence: Floats, right: Floats, *, weight: Floats | None = None, bins: int = BINS, spacing: Spacing = "width"
) -> tuple[Bin, ...]:
    """Return the bins that hold claims, by rising confidence; arguments as in `expected_calibration_error`.

    `low` and `high` are the bounds of a bin of equal width, and the least and greatest confidence in one of equal mass.

    >>> for one in reliability(np.array([0.31, 0.33, 0.95]), np.array([0.0, 1.0, 1.0]), bins=10): print(one)
    Bin(low=0.3, high=0.4, confidence=0.32, accuracy=0.5, count=2.0)
    Bin(low=0.9, high=1.0, confidence=0.95, accuracy=1.0, count=1.0)
    """
    weights = np.ones(len(confidence)) if weight is None else weight
    places = _places(confidence, bins=bins) if spacing == "width" else _mass_places(confidence, weights, bins=bins)
    table = []
    for place in np.unique(places[weights > 0]).tolist():
        inside = (places == place) & (weights > 0)
        count = float(weights[inside].sum())
        bounds = (place / bins, (place + 1) / bins)
        if spacing == "mass":
            bounds = (float(confidence[inside].min()), float(confidence[inside].max()))
        means = [float(weights[inside] @ values[inside]) / count for values in (confidence, right)]
        table.append(Bin(bounds[0], bounds[1], confidence=means[0], accuracy=means[1], count=count))
    return tuple(table)


def error_interval(claims: Claims, *, generator: np.random.Generator) -> tuple[float, float] | None:
    """Return 95 % bounds of the error over bins of equal width, by resampling documents; None for a single one.

    Noise can only add to a calibration error, and resampling adds noise once more; so the percentiles are moved down by
    twice what the resamples lie above the error on average. In simulations (24 and 144 documents of 12 to 50 claims, scores
    that lie about the document as a whole) such bounds held a true error of 0.05 to 0.2 in 87 to 97 of 100 cases,
    plain percentiles in 33 to 96. A true error of 0 they miss more often than not: compare `Calibration.chance`.
    """
    documents, place = np.unique(claims.document, return_inverse=True)
    if len(documents) < 2:
        return None
    sums = np.zeros((len(documents), BINS, 2))  # weight, and right less confidence
    values = np.stack([claims.weight, claims.weight * (claims.right - claims.confidence)], axis=1)  # (N, 2)
    np.add.at(sums, (place, _places(claims.confidence, bins=BINS)), values)
    counts = generator.multinomial(len(documents), np.full(len(documents), 1 / len(documents)), size=DRAWS)
    drawn = np.tensordot(counts.astype(float), sums, axes=1)  # (DRAWS, BINS, 2)
    errors = _bin_error(drawn)
    excess = float(errors.mean() - _bin_error(sums.sum(axis=0)))
    low, high = (max(0.0, float(bound) - 2 * excess) for bound in np.quantile(errors, [0.025, 0.975]))
    return low, high


def interval_check(gold: Sequence[Document], predicted: Sequence[Document]) -> IntervalCheck:
    """Return how often an interval of the author's stance that leaves 0 out lies on gold's side.

    Raises:
        DataError: the documents do not go together, see `pairing.paired`.
    """
    judged = clear = same = opposite = 0
    for pair in paired(gold, predicted):
        for stance, actor in judged_actors(pair):
            if actor.interval is None:
                continue
            judged += 1
            low, high = actor.interval
            if low > 0 or high < 0:
                side, other = ("favor", "against") if low > 0 else ("against", "favor")
                clear, same, opposite = clear + 1, same + (stance == side), opposite + (stance == other)
    return IntervalCheck(judged, clear, same, opposite)


def calibration_table(found: Mapping[str, Calibration], *, check: IntervalCheck | None = None) -> Table:
    """Return the table of calibrations to read; with a check of the intervals, its note says how they did."""
    columns = ("task", "ECE", "from", "to", "chance", "adaptive", "Brier", "confidence", "right", "count", "of")
    rows: list[list[Cell]] = []
    for task, one in found.items():
        bounds = one.interval or (None, None)
        shares = (one.chance, one.adaptive_error, one.brier, one.confidence, one.accuracy)
        rows.append([task, one.error, *bounds, *shares, one.count, one.unit])
    note = (
        f"ECE: mean distance of confidence from accuracy over {BINS} bins of equal width, with its 95 % interval over "
        "documents; adaptive: over bins of equal mass; chance: the ECE that perfect calibration would show here."
    )
    if check is not None and check.clear:
        note += (
            f" Of {check.judged} intervals of an author's stance, {check.clear} leave 0 out: {check.same} on gold's side, "
            f"{check.opposite} on the other, {check.clear - check.same - check.opposite} where gold takes none."
        )
    return Table("Calibration", columns, rows, note)


def carries_scores(document: Document) -> bool:
    """Return whether a document's scores say something: a model signed it, or one of them is not the 1 of hand annotation.

    >>> carries_scores(Document("a", "No."))
    False
    """
    layers = (document.voice, document.attributions, document.stances)
    return document.model is not None or any(item.score != 1 for layer in layers for item in layer or ())


def opinion_stances(pair: Pair) -> tuple[dict[OpinionTuple, Stance], dict[OpinionTuple, Stance]]:
    """Return of both sides each tuple of `items.paired_tuples` with the stance that says it most surely, the first of equals."""
    starts = [sentence.start for sentence in sentences_of(pair)]
    aligned = items.align_actors(pair[0].actors or (), pair[1].actors or ())
    names = ({id: id for id in aligned}, {other: id for id, other in aligned.items()})
    sides: tuple[dict[OpinionTuple, Stance], dict[OpinionTuple, Stance]] = ({}, {})
    for place, (document, found) in enumerate(zip(pair, sides, strict=True)):
        for stance in document.stances or ():
            sentence = bisect.bisect_right(starts, stance.start) - 1
            unknown = items.UNALIGNED * place + stance.actor
            actor = names[place].get(stance.actor, unknown)
            one = OpinionTuple(sentence, actor, "author" if stance.holder == "author" else "other", stance.label)
            if one not in found or stance.score > found[one].score:
                found[one] = stance
    return sides


def judged_actors(pair: Pair) -> Iterator[tuple[str, Actor]]:
    """Yield gold's stance of each actor that has one and was found, with the predicted actor that it is."""
    gold, predicted = (document.actors or () for document in pair)
    aligned = items.align_actors(gold, predicted)
    others = {actor.id: actor for actor in predicted}
    for actor in gold:
        if actor.stance is not None and actor.id in aligned:
            yield actor.stance, others[aligned[actor.id]]


def stance_confidence(actor: Actor) -> float | None:
    """Return what is taken as the confidence in an actor's document stance, see `calibrations`; None where there is none.

    >>> [stance_confidence(Actor("a", "Ann", "person", stance=label, score=-0.75)) for label in ("against", "neutral")]
    [0.75, 0.25]
    """
    if actor.stance is None or actor.score is None:
        return None
    size = min(1.0, abs(actor.score))
    return size if actor.stance in ("favor", "against") else 1 - size


Row = tuple[float, float, float]
"""Confidence, right and weight of a claim."""


def _voice_rows(pair: Pair) -> Iterator[Row]:
    gold, predicted = (document.voice or () for document in pair)
    names = sorted({span.label for span in (*gold, *predicted)})
    labels = character_labels(gold, names=names, length=len(pair[0].text))
    solid = np.array([not character.isspace() for character in pair[0].text], dtype=bool)
    for span in predicted:
        inside = slice(span.start, span.end)
        judged = labels[inside][solid[inside] & (labels[inside] > 0)]
        if len(judged):
            yield span.score, float((judged == names.index(span.label) + 1).mean()), float(len(judged))


def _content_rows(pair: Pair) -> Iterator[Row]:
    if pair[0].attributions is None:
        return
    sides = [[LabelledSpan(item.content) for item in side.attributions or ()] for side in pair]
    found = {place for _, place in matched_pairs(sides[0], sides[1], mode="overlap")}
    for place, item in enumerate(pair[1].attributions or ()):
        yield item.score, float(place in found), 1.0


def _opinion_rows(pair: Pair) -> Iterator[Row]:
    if pair[0].stances is None or pair[0].actors is None:
        return
    gold, predicted = opinion_stances(pair)
    for one, stance in sorted(predicted.items(), key=lambda item: item[0]):
        yield stance.score, float(one in gold), 1.0


def _stance_rows(pair: Pair) -> Iterator[Row]:
    for stance, actor in judged_actors(pair):
        confidence = stance_confidence(actor)
        if confidence is not None:
            yield confidence, float(actor.stance == stance), 1.0


def _places(confidence: Floats, *, bins: int) -> NDArray[np.intp]:
    """Return (N,) the bin of equal width of each claim; full confidence belongs to the last."""
    return np.clip((confidence * bins).astype(np.intp), 0, bins - 1)


def _mass_places(confidence: Floats, weight: Floats, *, bins: int) -> NDArray[np.intp]:
    """Return (N,) the bin of equal mass of each claim: where the middle of all claims of its confidence falls."""
    _, tie = np.unique(confidence, return_inverse=True)
    mass = np.bincount(tie, weights=weight)  # (U,)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    return _places(middle, bins=bins)[tie]


def _bin_error(sums: Floats) -> Floats:
    """Return (...) the error of sums (..., bins, 2) of weight, and of weighted right less confidence."""
    error = np.abs(sums[..., 1]).sum(axis=-1) / sums[..., 0].sum(axis=-1)
    return np.asarray(error, dtype=float)


def _chance(claims: Claims, *, generator: np.random.Generator) -> float:
    """Return the mean error of draws in which every claim comes true as often as its confidence says, whole or not at all."""
    places = _places(claims.confidence, bins=BINS)
    members = np.equal.outer(places, np.arange(BINS)).astype(float) * claims.weight[:, None]  # (N, BINS)
    errors = []
    for _ in range(DRAWS):
        right = generator.random(len(places)) < claims.confidence
        errors.append(np.abs((right - claims.confidence) @ members).sum() / claims.weight.sum())
    return float(np.mean(errors))

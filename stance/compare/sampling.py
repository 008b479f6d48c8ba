"""Articles to hand-code, drawn by chance with known probabilities, and how wide an interval a number of them will give."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.merging import plain_name
from stance.compare.pairing import Bools, Floats
from stance.document import Document
from stance.errors import ConfigError, DataError, Problem, nearest
from stance.formats.atomic import writing

Integers = NDArray[np.int64]

ALLOCATIONS: Final = {
    "proportional": "as many of each stratum as its share of articles",
    "equal": "the same number of each stratum: best for comparing outlets",
    "neyman": "more where articles are many and the model is unsure: best for the mean of all (Neyman 1934)",
}

LEAST: Final = 2
"""Articles of each stratum, however small: one tells nothing of the spread."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The N articles that can be drawn: ids, strata such as outlets, and the model's own standard deviation of its score."""

    ids: tuple[str, ...]
    strata: tuple[str, ...]
    spread: Floats  # (N,)


@dataclass(frozen=True, slots=True)
class Sample:
    """All N articles of the frame: each one's probability of being drawn, and whether it was."""

    ids: tuple[str, ...]
    strata: tuple[str, ...]
    probability: Floats  # (N,)
    drawn: Bools  # (N,)


def frame_of(documents: Sequence[Document], *, actor: str | None = None, by: str = "outlet") -> Frame:
    """Return the frame of predicted documents.

    The spread is read off the interval of the actor's stance, or is the root mean square over all actors; documents that
    have none get the average of the others.

    Args:
        documents: predicted, with ids that differ.
        actor: a link or a name: only documents in which the model finds the actor, and estimates speak of such articles
            alone. None: all documents.
        by: what the strata are: `outlet`, `author`, or a column of the documents' meta.

    Raises:
        DataError: no document, one without a stratum, or an id twice.
    """
    wanted = plain_name(actor or "")
    ids, strata, spreads = [], [], []
    for document in documents:
        actors = [
            each
            for each in document.actors or ()
            if actor is None or each.link == actor or plain_name(each.name) == wanted
        ]
        if actor is not None and not actors:
            continue
        ids.append(document.id)
        strata.append(getattr(document.meta, by, None) or document.meta.more.get(by) or "")
        widths = [each.interval[1] - each.interval[0] for each in actors if each.interval is not None]
        spreads.append(float(np.sqrt(np.mean(np.square(widths)))) / 3.92 if widths else np.nan)
    problems = [
        Problem(f"document {id!r}", f"no {by}", wish="a stratum", cure="fill it in, or draw by another column")
        for id, stratum in zip(ids, strata, strict=True)
        if not stratum
    ]
    problems += [
        Problem(f"document {id!r}", "stands there twice", wish="each id once", cure="remove one of them")
        for id in sorted({id for id in ids if ids.count(id) > 1} if len(set(ids)) < len(ids) else ())
    ]
    if not ids:
        value = "no document" if actor is None else f"no document with the actor {actor!r}"
        problems.append(Problem("documents", value, wish="articles to draw", cure="look at the actor's link or name"))
    if problems:
        raise DataError(problems)
    spread = np.array(spreads)
    known = np.isfinite(spread)
    return Frame(tuple(ids), tuple(strata), np.where(known, spread, spread[known].mean() if known.any() else 1.0))


def draw_sample(
    frame: Frame, *, size: int, allocation: str = "equal", unsure: float = 0.0, seed: int | np.random.Generator = 0
) -> Sample:
    """Return a sample stratified by `frame.strata`, of a fixed number a stratum.

    Within a stratum articles are drawn systematically from a random order (Hartley and Rao 1962): each with exactly its
    probability, and any two may come together; with equal probabilities this is a simple random sample.

    Args:
        frame: N articles.
        size: how many in all; a stratum gives `LEAST` at least, and no more than it has.
        allocation: one of `ALLOCATIONS`.
        unsure: 0 gives all articles of a stratum the same probability, 1 a probability in proportion to their spread (at
            most 1), values between mix the two. Best near 0.5 where the model's doubts are worth something, since no article
            gets a weight beyond 2 then.
        seed: of the draw, or a generator; the same seed draws the same articles.

    Raises:
        ConfigError: an allocation that there is not, a share outside of 0..1, or a size that no stratum's `LEAST` or all
            articles allow.

    >>> frame = Frame(tuple("abcdefgh"), ("Daily",) * 5 + ("Post",) * 3, np.ones(8))
    >>> sample = draw_sample(frame, size=4, allocation="equal")
    >>> sample.probability.round(2).tolist()
    [0.4, 0.4, 0.4, 0.4, 0.4, 0.67, 0.67, 0.67]
    >>> int(sample.drawn[:5].sum()), int(sample.drawn[5:].sum())
    (2, 2)
    """
    _check_draw(frame, size=size, allocation=allocation, unsure=unsure)
    generator = np.random.default_rng(seed)
    _, stratum = np.unique(np.array(frame.strata), return_inverse=True)
    counts = np.bincount(stratum)
    measure = (1 - unsure) + unsure * frame.spread / (np.bincount(stratum, weights=frame.spread) / counts)[stratum]
    wishes = {
        "proportional": counts.astype(np.float64),
        "equal": np.ones(len(counts)),
        "neyman": _neyman(frame.spread, stratum=stratum, measure=measure),
    }
    sizes = allocate(wishes[allocation], counts=counts, size=size)
    probability = np.empty(len(stratum))
    drawn = np.zeros(len(stratum), dtype=bool)
    for each, count in enumerate(sizes):
        members = np.flatnonzero(stratum == each)
        probability[members] = inclusion_probabilities(measure[members], size=int(count))
        drawn[members] = systematic(probability[members], generator=generator)
    return Sample(frame.ids, frame.strata, probability, drawn)


def coded_design(
    documents: Sequence[Document], *, coded: Set[str], certain: Set[str] = frozenset(), by: str = "outlet"
) -> Sample:
    """Return the design of a hand-coding that is there already, as if it had been drawn: for `write_sample`, `pair_gold`.

    `certain` are coded articles that are no sample of the others, such as those that the model learned from: it hardly errs
    there, so that they would tell of too small an error everywhere else. They get probability 1 and so count as what they
    were coded, for themselves alone. The others of a stratum are taken for a simple random sample of its other articles.
    A stratum where all articles are certain, or none of the others is coded, leaves its other articles out of the frame.

    Args:
        documents: the whole corpus, with ids that differ.
        coded: ids of the hand-coded articles.
        certain: ids of articles with probability 1; those of them that were not coded are left out of the frame, since
            nothing tells what the model does to them.
        by: what the strata are.

    Raises:
        DataError: no document, one without a stratum, an id twice, or coded ids that no document has.

    >>> from stance.document import Meta
    >>> articles = [Document(id, id, Meta(outlet="Daily")) for id in "abcdef"]
    >>> coded_design(articles, coded={"a", "b", "c"}, certain={"a"}).probability.round(2).tolist()
    [1.0, 0.4, 0.4, 0.4, 0.4, 0.4]
    """
    frame = frame_of(documents, by=by)
    unknown = sorted(coded - set(frame.ids))
    if unknown:
        cure = "predict them too, or leave them out"
        raise DataError(
            Problem("coded", f"no document {id!r}{nearest(id, frame.ids)}", wish="ids of the documents", cure=cure)
            for id in unknown
        )
    drawn = np.array([id in coded for id in frame.ids])
    sure = np.array([id in certain for id in frame.ids])
    _, stratum = np.unique(np.array(frame.strata), return_inverse=True)
    sampled, others = (np.bincount(stratum, weights=each) for each in (drawn & ~sure, ~sure))
    share = np.divide(sampled, others, out=np.zeros(len(others)), where=others > 0)[stratum]
    probability = np.where(sure, drawn * 1.0, share)
    kept = np.flatnonzero(probability > 0)
    ids, strata = (tuple(names[place] for place in kept) for names in (frame.ids, frame.strata))
    return Sample(ids, strata, probability[kept], drawn[kept])


def as_coded(sample: Sample, gold: Sequence[Document]) -> tuple[list[Document], dict[str, float], tuple[str, ...]]:
    """Return the gold that was drawn, with which probability each article was drawn and coded, by id, and what to tell.

    Where drawn articles of a stratum are not in gold, those that are count as a random part of them, and their probability
    is lower by that share: `stance sample --texts` writes articles in an order by chance, so that it holds of a coder who
    stops early. Articles with probability 1 are a stratum of their own, as those that `coded_design` takes for certain
    are no sample of the others. Gold of the frame that was not drawn is left out, since nobody knows how likely it was to be
    coded: somebody chose it. Gold outside of the frame is given back too; `pair_gold` has its own word on it.

    Raises:
        DataError: no gold was drawn.

    >>> sample = Sample(tuple("abcd"), ("Daily",) * 4, np.full(4, 0.5), np.array([True, True, False, False]))
    >>> kept, probabilities, notes = as_coded(sample, [Document("a", "Won.", actors=()), Document("c", "Lost.", actors=())])
    >>> [document.id for document in kept], probabilities["a"], len(notes)
    (['a'], 0.25, 2)
    """
    undrawn = {id for id, drawn in zip(sample.ids, sample.drawn.tolist(), strict=True) if not drawn}
    kept = [document for document in gold if document.id not in undrawn]
    if gold and not kept:
        cure = "give the file of the draw that was coded, or hand-code what it drew"
        value = f"none of its {len(gold)} articles was drawn"
        raise DataError(Problem("gold", value, wish="articles that the sample drew", cure=cure))
    ids = {document.id for document in kept}
    coded = np.array([id in ids for id in sample.ids])
    names, stratum = np.unique(np.array(sample.strata), return_inverse=True)
    cell = 2 * stratum + (sample.probability == 1)
    counts, drawn = (np.bincount(cell, weights=each, minlength=2 * len(names)) for each in (coded, sample.drawn))
    share = np.divide(counts, drawn, out=np.ones(len(drawn)), where=counts > 0)
    probabilities = dict(zip(sample.ids, (sample.probability * share[cell]).tolist(), strict=True))
    notes = []
    left_out = [document.id for document in gold if document.id in undrawn]
    if left_out:
        notes.append(
            f"{len(left_out)} hand-coded articles were not drawn ({_some(left_out)}), and correct nothing: nobody knows how "
            "likely they were to be coded"
        )
    missing = Counter(names[stratum[sample.drawn & ~coded]].tolist())
    if missing:
        told = _some([f"{name} {count}" for name, count in sorted(missing.items())])
        notes.append(
            f"{missing.total()} of {int(sample.drawn.sum())} drawn articles have not been hand-coded ({told}): those that have "
            "count as a random part of them"
        )
    return kept, probabilities, tuple(notes)


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:SHOWN]) + (f" and {len(words) - SHOWN} more" if len(words) > SHOWN else "")


SHOWN: Final = 5
"""The most ids or strata that a note names."""


def allocate(wishes: Floats, *, counts: Integers, size: int) -> Integers:
    """Return (H,) whole numbers that sum to `size`, in proportion to `wishes`, within `LEAST` and `counts`.

    >>> allocate(np.array([1.0, 1.0, 8.0]), counts=np.array([50, 50, 6]), size=20).tolist()
    [7, 7, 6]
    """
    low, high = np.minimum(counts, LEAST).astype(np.float64), counts.astype(np.float64)
    shares = np.maximum(wishes, 1e-9 * max(float(wishes.max()), 1e-9))
    bends = np.sort(
        np.concatenate([low / shares, high / shares])
    )  # multiples of the wishes where a stratum meets a bound
    multiple = np.interp(size, np.clip(bends[:, None] * shares, low, high).sum(axis=1), bends)
    exact = np.clip(multiple * shares, low, high)
    whole: Integers = np.floor(exact + 1e-9).astype(np.int64)
    rest = size - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole


def inclusion_probabilities(measure: Floats, *, size: int) -> Floats:
    """Return (N,) probabilities that sum to `size`, in proportion to `measure`, but at most 1.

    >>> inclusion_probabilities(np.array([8.0, 1.0, 1.0, 2.0]), size=2).tolist()
    [1.0, 0.25, 0.25, 0.5]
    """
    certain = np.zeros(len(measure), dtype=bool)
    while True:
        rest = size - int(certain.sum())
        if rest <= 0 or certain.all():
            return certain.astype(np.float64)
        probability = np.where(certain, 1.0, measure * rest / measure[~certain].sum())
        more = (probability >= 1) & ~certain
        if not more.any():
            return probability
        certain |= more


def systematic(probability: Floats, *, generator: np.random.Generator) -> Bools:
    """Return (N,) which articles are drawn: as many as the probabilities sum to, each with exactly its own."""
    order = generator.permutation(len(probability))
    steps = np.concatenate([[0.0], np.cumsum(probability[order])])
    steps *= np.round(steps[-1]) / steps[-1] if steps[-1] > 0 else 1.0  # what adding up has rounded
    passed = np.floor(steps + generator.random())
    drawn = np.zeros(len(probability), dtype=bool)
    drawn[order] = np.diff(passed) > 0
    return drawn


def write_sample(sample: Sample, path: Path) -> None:
    """Write one JSON object an article of the frame: `id`, `stratum`, `probability`, `drawn`; whole or not at all.

    Those not drawn are written too: estimates speak of the frame, and it is what was there to be drawn.

    Raises:
        OutputError: the file cannot be written.
    """
    columns = zip(sample.ids, sample.strata, sample.probability.tolist(), sample.drawn.tolist(), strict=True)
    with writing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for id, stratum, probability, drawn in columns:
            row = {"id": id, "stratum": stratum, "probability": probability, "drawn": drawn}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_sample(path: Path) -> Sample:
    """Return the sample of a file of `write_sample`; `as_coded` makes of it what `pair_gold` takes.

    Raises:
        DataError: a line that is none of `write_sample`.
    """
    rows, problems = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append(_sample_row(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            wish, cure = (
                "id, stratum, probability (above 0, at most 1) and drawn",
                "draw the sample again, or restore it",
            )
            problems.append(Problem(f"{path}, line {number}", f"no row of a sample ({error})", wish=wish, cure=cure))
    if not rows and not problems:
        problems.append(Problem(str(path), "it is empty", wish="a sample", cure="draw one"))
    if problems:
        raise DataError(problems)
    ids, strata, probability, drawn = zip(*rows, strict=True)
    return Sample(ids, strata, np.array(probability), np.array(drawn))


def _sample_row(row: Any) -> tuple[str, str, float, bool]:
    probability = float(row["probability"])
    if not 0 < probability <= 1 or not isinstance(row["drawn"], bool):
        raise ValueError(f"probability {probability!r}, drawn {row['drawn']!r}")
    return str(row["id"]), str(row["stratum"]), probability, row["drawn"]


def _neyman(spread: Floats, *, stratum: Integers, measure: Floats) -> Floats:
    """Return (H,) the best sizes but for a factor: sqrt(sum of spread^2 / measure * sum of measure), N * S if all alike."""
    squares = np.bincount(stratum, weights=spread**2 / np.maximum(measure, 1e-9))
    wishes: Floats = np.sqrt(squares * np.bincount(stratum, weights=measure))
    return wishes


def _check_draw(frame: Frame, *, size: int, allocation: str, unsure: float) -> None:
    counts = np.unique(np.array(frame.strata), return_counts=True)[1]
    least, most = int(np.minimum(counts, LEAST).sum()), int(counts.sum())
    problems = []
    if allocation not in ALLOCATIONS:
        wish = f"one of {', '.join(ALLOCATIONS)}{nearest(allocation, ALLOCATIONS)}"
        problems.append(Problem("allocation", repr(allocation), wish=wish, cure="name one of these"))
    if not 0 <= unsure <= 1:
        problems.append(Problem("unsure", repr(unsure), wish="a share from 0 to 1", cure="write 0.5 for half"))
    if not least <= size <= most:
        wish = f"from {least} ({LEAST} of each of {len(counts)} strata) to {most} (all there are)"
        problems.append(Problem("size", str(size), wish=wish, cure="draw more, or join small strata"))
    if not (np.isfinite(frame.spread).all() and (frame.spread >= 0).all() and (unsure < 1 or (frame.spread > 0).all())):
        wish = "finite numbers, 0 or above, and above 0 where `unsure` is 1"
        problems.append(Problem("frame.spread", "some values", wish=wish, cure="use `unsure` below 1, or mend them"))
    if problems:
        raise ConfigError(problems)

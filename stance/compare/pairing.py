"""Hand-coded stances beside predicted ones: one row an article, for estimates that correct the model's errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.rows import article_weight, of_author
from stance.document import Actor, Document
from stance.errors import DataError, Problem, nearest
from stance.labels import DOCUMENT_STANCES
from stance.measure.items import align_actors

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHARES: Final = {"favor": ("favor",), "against": ("against",), "neutral": ("neutral", "mixed")}
"""The shares that can be estimated, and the labels that each counts; together they are the whole."""

MEASURES: Final = ("score", *SHARES)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Gold and predicted values of R rows; usually one row an article, several where a study looks at several actors.

    Attributes:
        document: (R,) ids of the articles; rows of an article share its coding and count as one draw.
        group: (R,) what is compared, such as outlets; an article belongs to one group.
        gold: (R,) hand-coded values; NaN where not coded, or where the coder found no stance to code (the actor is not there).
        predicted: (R,) the model's values; NaN where it finds no actor, or abstains.
        coded: (R,) whether the article was coded by hand.
        probability: (R,) of the article's being drawn for coding; may be NaN where not coded.
        weight: (R,) what the article counts for, the same in all its rows, in any unit; None: all count the same.
        bounds: the least and the greatest value that can be, (-1, 1) for scores and (0, 1) for shares.
    """

    document: NDArray[np.str_]
    group: NDArray[np.str_]
    gold: Floats
    predicted: Floats
    coded: Bools
    probability: Floats
    bounds: tuple[float, float] = (-1.0, 1.0)
    weight: Floats | None = None


def pair_gold(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    actor: str,
    measure: str = "score",
    by: str = "outlet",
    probabilities: Mapping[str, float] | None = None,
) -> Pairs:
    """Return the author's stance toward one actor as coded by hand and as predicted, one row a predicted document.

    Documents are matched by id. The actor is the one with that link, or else with that name; several of an article are taken
    together as in `rows.tables`, weighted by their mentions. Where gold has none such, it is the gold actor that shares
    the mentions of the predicted one (`measure.items.align_actors`).
    A gold document whose actors were not annotated, or whose actor has no stance label, counts as not coded; one
    without the actor counts as coded, with nothing there. So articles where the model sees an actor who is not there, and
    articles where it misses one, are corrected for as well.

    An article counts for the number in its predicted document's meta column `weight`, else 1, as in `rows.tables`.

    Args:
        gold: hand-coded documents; their ids must be among the predicted ones.
        predicted: documents of the model, the whole corpus that estimates will speak of.
        actor: the link (such as `Q30`) or the name of the actor; names are compared without regard to case.
        measure: `score` for the stance from -1 to 1 (gold labels by `rows.SCORES`), or one of `SHARES` for 1 where the
            label is counted and 0 elsewhere.
        by: what groups articles: `outlet`, `author`, `date`, or a further column of the documents' meta.
        probabilities: by document id, the probability with which an article was drawn for coding. Documents without one
            were outside of the draw and are left out, so hand over the frame's, as `sampling.as_coded` gives them. Gold that
            does not say the stance lowers those of the group's other gold, which is taken for a random part of all. None: the
            coded articles are a simple random sample of each group's, and the probability is the coded share of the group.

    Raises:
        DataError: an unknown measure; a weight that is no number of 0 or more; a gold document that is not predicted, has
            another text, or was coded without a probability; an id twice; a document without its group.
    """
    problems = _problems(gold, predicted, measure=measure, by=by, probabilities=probabilities)
    if problems:
        raise DataError(problems)
    coded_documents = {document.id: document for document in gold}
    frame = [document for document in predicted if probabilities is None or document.id in probabilities]
    rows = [_row(coded_documents.get(document.id), document, actor=actor, measure=measure) for document in frame]
    gold_values, predicted_values, coded = (np.array(column) for column in zip(*rows, strict=True))
    group = np.array([_group(document, by=by) for document in frame])
    _, cell = np.unique(group, return_inverse=True)
    if probabilities is None:
        probability = (np.bincount(cell, weights=coded) / np.bincount(cell))[cell]
    else:
        probability = np.array([probabilities[document.id] for document in frame])
        cell = 2 * cell + (probability == 1)
        asked = np.array([document.id in coded_documents for document in frame])
        told, all_asked = (np.bincount(cell, weights=each) for each in (coded, asked))
        probability = probability * np.divide(told, all_asked, out=np.ones(len(told)), where=told > 0)[cell]
    return Pairs(
        document=np.array([document.id for document in frame]),
        group=group,
        gold=gold_values.astype(np.float64),
        predicted=predicted_values.astype(np.float64),
        coded=coded.astype(bool),
        probability=probability.astype(np.float64),
        bounds=(-1.0, 1.0) if measure == "score" else (0.0, 1.0),
        weight=np.array([article_weight(document, problems=[]) for document in frame]),
    )


def _row(gold: Document | None, predicted: Document, *, actor: str, measure: str) -> tuple[float, float, bool]:
    """Return the gold value, the predicted value, and whether the article was coded."""
    found = _named(predicted.actors or (), actor=actor)
    value = _value(found, measure=measure)
    if gold is None or gold.actors is None:
        return np.nan, value, False
    here = _named(gold.actors, actor=actor) or _aligned(gold.actors, predicted.actors or (), found=found)
    coded = _value([replace(each, score=None) for each in here], measure=measure)
    return coded, value, not here or not np.isnan(coded)


def _named(actors: Sequence[Actor], *, actor: str) -> list[Actor]:
    """Return the actors with that link, or else those with that name."""
    wanted = actor.casefold()
    return [each for each in actors if each.link == actor] or [
        each for each in actors if each.name.casefold() == wanted
    ]


def _aligned(gold: Sequence[Actor], predicted: Sequence[Actor], *, found: Sequence[Actor]) -> list[Actor]:
    """Return the gold actors that share the mentions of those found among the predicted ones."""
    if not found:
        return []
    ids = {each.id for each in found}
    aligned = align_actors(gold, predicted)
    return [each for each in gold if aligned.get(each.id) in ids]


def _value(actors: Sequence[Actor], *, measure: str) -> float:
    """Return the author's score, or 1 where the stance counts as the measure, else 0; NaN where there is none."""
    whole = of_author(actors)
    if whole["abstained"]:
        return np.nan
    return float(whole["score"] if measure == "score" else whole["stance"] in SHARES[measure])


def _group(document: Document, *, by: str) -> Any:
    if by in ("title", "outlet", "author", "date", "url"):
        return getattr(document.meta, by)
    return document.meta.more.get(by)


def _unpaired(gold: Sequence[Document], predicted: Sequence[Document]) -> Iterator[Problem]:
    """Yield what keeps gold from its predictions: ids that nobody predicted, with what they may have been, and other texts."""
    texts = {document.id: document.text for document in predicted}
    by_text = {text: id for id, text in texts.items()}
    missing = [document for document in gold if document.id not in texts]
    for document in missing[:MANY] if len(missing) > MANY else missing:
        place, cure = f"gold, document {document.id!r}", "predict it, or remove it from gold"
        value = f"it is not among the predicted ones{nearest(document.id, texts)}"
        if document.text in by_text:
            value = f"it is not among the predicted ones, but its text is, as {by_text[document.text]!r}"
            cure = "give both the same id"
        yield Problem(place, value, wish="a prediction of it", cure=cure)
    if len(missing) > MANY:
        ids = ", ".join(document.id for document in missing[MANY:])
        value = (
            f"{len(missing) - MANY} more of its {len(gold)} ids are not among the {len(texts)} predicted ones: {ids}"
        )
        yield Problem("gold", value, wish="predictions of them", cure="predict them, or remove them from gold")
    for document in gold:
        if texts.get(document.id, document.text) != document.text:
            wish, cure = "the same text on both sides", "predict the text that was coded"
            value = "its text differs from the predicted one's"
            yield Problem(f"gold, document {document.id!r}", value, wish=wish, cure=cure)


MANY: Final = 5
"""From here on, ids of gold that nobody predicted are told in one line."""


def _problems(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    *,
    measure: str,
    by: str,
    probabilities: Mapping[str, float] | None,
) -> list[Problem]:
    problems: list[Problem] = []
    if measure not in MEASURES:
        wish = f"one of {', '.join(MEASURES)}{nearest(measure, MEASURES)}"
        problems.append(Problem("measure", repr(measure), wish=wish, cure="name one of these"))
    for name, side in (("gold", gold), ("predicted", predicted)):
        ids = [document.id for document in side]
        problems += [
            Problem(f"{name}, document {id!r}", "stands there twice", wish="each id once", cure="remove one of them")
            for id in sorted({id for id in ids if ids.count(id) > 1} if len(set(ids)) < len(ids) else ())
        ]
    problems += _unpaired(gold, predicted)
    for document in gold:
        place = f"gold, document {document.id!r}"
        labels = {actor.stance for actor in document.actors or ()} - {None, *DOCUMENT_STANCES}
        if labels:
            wish = f"stances among {', '.join(DOCUMENT_STANCES)}"
            problems.append(Problem(place, f"the stances {sorted(map(str, labels))}", wish=wish, cure="correct them"))
        if probabilities is not None and document.id not in probabilities:
            cure = "leave it out, or draw the sample from a frame that has it"
            problems.append(Problem(place, "it has no probability of being drawn", wish="one above 0", cure=cure))
    frame = [document for document in predicted if probabilities is None or document.id in probabilities]
    if not frame:
        problems.append(Problem("predicted", "no document", wish="a corpus to speak of", cure="predict some articles"))
    for document in frame:
        article_weight(document, problems=problems)
        if not _group(document, by=by):
            wish, cure = f"a value of {by!r} in its meta", "fill it in, or compare by another column"
            problems.append(Problem(f"predicted, document {document.id!r}", f"no {by}", wish=wish, cure=cure))
    return problems

"""How far two or more annotations of the same documents agree, layer by layer, beyond chance and as F1.

Gamma (Mathet et al. 2015) is not among the coefficients: its package asks for a compiler and two solvers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from stance.document import Document, Span
from stance.errors import ConfigError, DataError, Problem
from stance.labels import VOICES
from stance.measure import items
from stance.measure.coefficients import Patterns, Segment, kappa, nominal_alpha, share_equal, unit_alpha
from stance.measure.evaluation import evaluate
from stance.measure.spans import character_labels
from stance.measure.tables import Table
from stance.text.sentences import sentence_spans

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""What the annotations are called, in order."""

Annotations = Sequence[Sequence[Document]]
"""The documents of each annotation, all in the same order."""


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Agreement on labels of given units: the share of equal pairs, kappa, alpha, and how many have two labels."""

    equal: float
    kappa: float
    alpha: float
    count: int


@dataclass(frozen=True, slots=True)
class UnitAgreement:
    """Agreement on which stretches are units: Krippendorff's uα, and how many units each annotation has."""

    alpha: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that was compared, by layer; `f1` is the mean over each annotation against each other, by metric."""

    documents: int
    annotations: int
    labels: Mapping[str, LabelAgreement]
    units: Mapping[str, UnitAgreement]
    f1: Mapping[str, float]


def agreement(annotations: Sequence[Sequence[Document]]) -> Agreement:
    """Return how far annotations agree on the layers that all of them have.

    - labels: voice by characters that are no spaces; voice of sentences, by most of their characters; the author's
      document stance toward each actor of the first annotation that another lists too (`items.align_actors`).
    - units: spans of voice, mentions of actors by type, contents of attributions, evidence of opinions by polarity.
    - F1: the metrics of `evaluation.evaluate`, each annotation in turn taken for gold.

    Raises:
        ConfigError: there are fewer than two annotations.
        DataError: they are not of the same documents, or have no layer in common.
    """
    same = _aligned(annotations)
    shared = {
        layer
        for layer in ("voice", "attributions", "actors", "stances")
        if all(getattr(document, layer) is not None for documents in same for document in documents)
    }
    if not shared:
        wish = "a layer such as voice or actors that every document of each has"
        cure = "compare annotations of the same layers"
        raise DataError(Problem("stance agree", "the annotations have no layer in common", wish=wish, cure=cure))
    labels: dict[str, LabelAgreement] = {}
    units: dict[str, UnitAgreement] = {}
    if "voice" in shared:
        labels["voice, by character"] = _labels(_character_voices(same))
        labels["voice, by sentence"] = _labels(_sentence_voices(same))
        units["voice spans"] = _units(same, _voice_units)
    if "attributions" in shared:
        units["attribution contents"] = _units(same, _content_units)
    if "actors" in shared:
        labels["document stance"] = _labels(_document_stances(same))
        units["mentions"] = _units(same, _mention_units)
    if "stances" in shared:
        units["evidence"] = _units(same, _evidence_units)
    return Agreement(len(same[0]), len(same), labels, units, _f1(same))


def tables(found: Agreement) -> list[Table]:
    """Return the tables of an agreement."""
    name = "Cohen's" if found.annotations == 2 else "Fleiss'"
    letters = LETTERS[: found.annotations]
    return [
        Table(
            "Labels",
            ("layer", "kappa", "alpha", "equal", "count"),
            [[layer, _hundredth(one.kappa), _hundredth(one.alpha), one.equal, one.count] for layer, one in found.labels.items()],
            f"Kappa: {name}, over what all labelled. Alpha: Krippendorff's, nominal. Equal: the share of equal pairs, "
            "in percent. Document stance: toward the first annotation's actors that another lists too.",
        ),
        Table(
            "Units",
            ("layer", "u-alpha", *letters),
            [[layer, _hundredth(one.alpha), *one.counts] for layer, one in found.units.items()],
            "U-alpha: Krippendorff's, for unitizing: are the same stretches marked? Mentions by type of actor, evidence "
            f"by polarity. {', '.join(letters)}: the units of each annotation.",
        ),
        Table(
            "F1 of one annotation against another, in percent",
            ("metric", "F1"),
            [[metric, value] for metric, value in found.f1.items()],
            "The metrics of `stance evaluate`; the mean over all pairs and both directions.",
        ),
    ]  # fmt: skip


def values(found: Agreement) -> dict[str, Any]:
    """Return an agreement as JSON values; coefficients that are undefined are null."""
    return {
        "documents": found.documents,
        "annotations": found.annotations,
        "labels": {
            layer: {
                "equal": _known(one.equal),
                "kappa": _known(one.kappa),
                "alpha": _known(one.alpha),
                "count": one.count,
            }
            for layer, one in found.labels.items()
        },
        "units": {
            layer: {"u_alpha": _known(one.alpha), "counts": list(one.counts)} for layer, one in found.units.items()
        },
        "f1": dict(found.f1),
    }


def _hundredth(coefficient: float) -> str:
    return "–" if np.isnan(coefficient) else f"{coefficient:.2f}"


def _known(coefficient: float) -> float | None:
    return None if np.isnan(coefficient) else coefficient


def _aligned(annotations: Annotations) -> list[list[Document]]:
    """Return the annotations with their documents in the order of the first.

    Raises:
        ConfigError, DataError: see `agreement`.
    """
    if len(annotations) < 2:
        cure = "name a second annotation of the same documents: `stance agree A B`"
        problem = Problem("stance agree", f"{len(annotations)} annotation", wish="two or more", cure=cure)
        raise ConfigError(problem)
    problems = []
    sides: list[dict[str, Document]] = []
    for letter, documents in zip(LETTERS, annotations, strict=False):
        for id, count in Counter(document.id for document in documents).items():
            if count > 1:
                value, cure = f"the document stands there {count} times", "keep one, or give each its own id"
                problems.append(Problem(f"annotation {letter}, id {id!r}", value, wish="every id once", cure=cure))
        sides.append({document.id: document for document in documents})
    ids = list(dict.fromkeys(id for side in sides for id in side))
    for letter, side in zip(LETTERS, sides, strict=False):
        for id in ids:
            if id not in side:
                value, cure = "there is no such document", "annotate it there too, or leave it out of the others"
                place = f"annotation {letter}, id {id!r}"
                problems.append(Problem(place, value, wish="the same documents in each", cure=cure))
            elif (first := sides[0].get(id)) is not None and first.text != side[id].text:
                value, cure = "its text differs from annotation a's", "annotate the very same text"
                problems.append(Problem(f"annotation {letter}, id {id!r}", value, wish="the same text", cure=cure))
    if problems:
        raise DataError(problems)
    return [[side[id] for id in ids] for side in sides]


def _labels(patterns: Patterns) -> LabelAgreement:
    count = sum(many for pattern, many in patterns.items() if sum(label is not None for label in pattern) > 1)
    return LabelAgreement(share_equal(patterns), kappa(patterns), nominal_alpha(patterns), count)


def _sides(annotations: Annotations) -> Iterable[tuple[Document, ...]]:
    """Yield each document as all annotations have it."""
    return zip(*annotations, strict=True)


def _voices_by_character(documents: Sequence[Document]) -> tuple[list[str | None], np.ndarray[Any, Any]]:
    """Return the names of voices, the first for none, and their places for each character: (annotations, length)."""
    names = sorted({span.label for document in documents for span in document.voice or ()} | set(VOICES))
    rows = [character_labels(document.voice or (), names=names, length=len(document.text)) for document in documents]
    return [None, *names], np.stack(rows)


def _character_voices(annotations: Annotations) -> Counter[tuple[str | None, ...]]:
    found: Counter[tuple[str | None, ...]] = Counter()
    for documents in _sides(annotations):
        named, rows = _voices_by_character(documents)
        solid = [place for place, character in enumerate(documents[0].text) if not character.isspace()]
        found.update(tuple(named[label] for label in column) for column in rows[:, solid].T)
    return found


def _sentence_voices(annotations: Annotations) -> Counter[tuple[str | None, ...]]:
    found: Counter[tuple[str | None, ...]] = Counter()
    for documents in _sides(annotations):
        named, rows = _voices_by_character(documents)
        text = documents[0].text
        sentences = next((one.sentences for one in documents if one.sentences), None)
        for sentence in sentences or [Span(*span) for span in sentence_spans(text)]:
            solid = [place for place in range(*sentence) if not text[place].isspace()]
            if solid:
                found[tuple(named[int(np.bincount(row[solid]).argmax())] for row in rows)] += 1
    return found


def _document_stances(annotations: Annotations) -> Counter[tuple[str | None, ...]]:
    found: Counter[tuple[str | None, ...]] = Counter()
    for first, *others in _sides(annotations):
        given = [{actor.id: actor.stance for actor in other.actors or ()} for other in others]
        aligned = [items.align_actors(first.actors or (), other.actors or ()) for other in others]
        for actor in first.actors or ():
            said = [side.get(ids.get(actor.id, "")) for side, ids in zip(given, aligned, strict=True)]
            found[actor.stance, *said] += 1
    return found


def _units(annotations: Annotations, units: Callable[[Document], Iterable[Segment]]) -> UnitAgreement:
    """Return the agreement on units, the documents laid one after another."""
    borders = [0]
    for document in annotations[0]:
        borders.append(borders[-1] + len(document.text))
    laid = [
        [
            Segment(start + border, end + border, category)
            for document, border in zip(documents, borders, strict=False)
            for start, end, category in units(document)
        ]
        for documents in annotations
    ]
    return UnitAgreement(unit_alpha(laid, borders=borders), tuple(map(len, laid)))


def _voice_units(document: Document) -> Iterable[Segment]:
    return [Segment(span.start, span.end, span.label) for span in document.voice or ()]


def _content_units(document: Document) -> Iterable[Segment]:
    return [Segment(*part) for part in sorted({part for item in document.attributions or () for part in item.content})]


def _mention_units(document: Document) -> Iterable[Segment]:
    return [Segment(*span, actor.type) for actor in document.actors or () for span in actor.mentions]


def _evidence_units(document: Document) -> Iterable[Segment]:
    return sorted({Segment(stance.start, stance.end, stance.label) for stance in document.stances or ()})


def _f1(annotations: Annotations) -> dict[str, float]:
    """Return the mean of each F1 over each annotation taken for gold of each other; macro-F1 is left to kappa."""
    scores: dict[str, list[float]] = {}
    for gold, predicted in permutations(annotations, 2):
        for name, score in evaluate(gold, predicted).metrics().items():
            if name.endswith("_f1") and not name.endswith("_macro_f1"):
                scores.setdefault(name, []).append(score)
    return {name: float(np.mean(found)) for name, found in scores.items()}

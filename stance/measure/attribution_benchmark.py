"""PolNeAR's test articles: sources, cues and contents, and whole attributions with their links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from stance.corpora import polnear
from stance.document import Attribution, Document
from stance.labels import ATTRIBUTION_PARTS
from stance.measure import items
from stance.measure.prediction import Predictor, predict_texts
from stance.measure.spans import Counts, match
from stance.measure.tables import Cell, Table

WHOLE: Final = "whole"

PUBLISHED: Final = (
    ("source", 0.820, 0.853),
    ("cue", 0.823, 0.768),
    ("content", 0.593, 0.833),
)
"""Exact and overlap F1 of Citron on PARC3, another corpus: for scale alone."""

SOURCES: Final = (
    "For scale, on another corpus (PARC3): Citron, Newell, Cowlishaw and Man, LREC 2018. An article that several people "
    "annotated is predicted once, scored against each of them, and counts as one article."
)


def attribution_scores(model: Predictor, documents: Sequence[Document]) -> dict[tuple[str, str], Counts]:
    """Return counts by part (source, cue, content, whole) and way to match (exact, overlap).

    A whole attribution matches if its content, source and cue all match, or lack on both sides: so links are judged too.

    Args:
        documents: PolNeAR's, one an annotation file; those of one article have the same text.
    """
    versions: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        versions[document.meta.more["article"]].append(document)
    predicted = predict_texts(model, [files[0] for files in versions.values()])
    totals: dict[tuple[str, str], Counts] = defaultdict(Counts)
    for files, prediction in zip(versions.values(), predicted, strict=True):
        for annotation in files:
            for case, counts in _counts(annotation.attributions or (), prediction.attributions or ()).items():
                totals[case] += counts.shared(1 / len(files))
    return dict(totals)


def _counts(gold: Sequence[Attribution], predicted: Sequence[Attribution]) -> dict[tuple[str, str], Counts]:
    found: dict[tuple[str, str], Counts] = {}
    for part in ATTRIBUTION_PARTS:
        sides = [items.attribution_parts(side, part=part) for side in (gold, predicted)]
        found[part, "exact"] = match(*sides, mode="exact")
        found[part, "overlap"] = match(*sides, mode="overlap")
    exact = {(item.content, item.source, item.cue) for item in gold} & {
        (item.content, item.source, item.cue) for item in predicted
    }
    found[WHOLE, "exact"] = Counts(len(exact), len(gold), len(predicted))
    whole = items.matched_attributions(gold, predicted, parts=("source", "cue"))
    found[WHOLE, "overlap"] = Counts(whole, len(gold), len(predicted))
    return found


def polnear_table(model: Predictor, folder: Path) -> Table:
    """Return the scores on the test articles of PolNeAR (Newell, Margolin and Ruths, LREC 2018).

    Args:
        folder: the data root, with `polnear` below it.

    Raises:
        DataError: the corpus is missing or broken.
    """
    scores = attribution_scores(model, list(polnear.read(folder, split="test")))
    rows: list[list[Cell]] = [_row("this model", part, scores) for part in (*ATTRIBUTION_PARTS, WHOLE)]
    rows += [
        ["Citron on PARC3, published", part, None, None, exact, None, None, overlap, None]
        for part, exact, overlap in PUBLISHED
    ]
    columns = ("system", "part", "P", "R", "F1", "overlap P", "overlap R", "overlap F1", "gold")
    note = f"Whole: content, source and cue all match, or lack on both sides. {SOURCES}"
    return Table("PolNeAR: who says what, by which words", columns, rows, note)


def _row(system: str, part: str, scores: Mapping[tuple[str, str], Counts]) -> list[Cell]:
    exact, overlap = scores[part, "exact"], scores[part, "overlap"]
    shares = (exact.precision, exact.recall, exact.f1, overlap.precision, overlap.recall, overlap.f1)
    return [system, part, *shares, round(exact.gold)]

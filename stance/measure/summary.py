"""An evaluation to read: one table a task, and the same as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stance.measure.classes import ClassReport
from stance.measure.evaluation import (
    ABSTAINED,
    ActorTable,
    AttributionTable,
    DocumentStanceTable,
    Evaluation,
    SpanScores,
    TupleTable,
    VoiceTable,
)
from stance.measure.spans import UNLABELLED, Counts
from stance.measure.tables import Cell, Table, to_values

_SPAN_COLUMNS = ("P", "R", "F1", "overlap P", "overlap R", "overlap F1", "gold", "predicted")
_COUNT_COLUMNS = ("P", "R", "F1", "matched", "gold", "predicted")
_ONE_TO_ONE = "P, R, F1: the same characters; overlap: at least one in common. Spans are matched one to one."


def summary(evaluation: Evaluation) -> list[Table]:
    """Return the tables of the tasks that gold annotates."""
    tables: list[Table] = []
    if evaluation.voice is not None:
        tables += _voice(evaluation.voice)
    if evaluation.attributions is not None:
        tables += _attributions(evaluation.attributions)
    if evaluation.actors is not None:
        tables += _actors(evaluation.actors)
    if evaluation.tuples is not None:
        tables.append(_tuples(evaluation.tuples))
    if evaluation.document_stance is not None:
        tables.append(_document_stance(evaluation.document_stance))
    return tables


def values(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation as JSON values: the count of documents, the metrics by name, the tables."""
    return {
        "documents": evaluation.documents,
        "metrics": evaluation.metrics(),
        "tables": [to_values(table) for table in summary(evaluation)],
    }


def class_table(title: str, report: ClassReport, *, other: str, note: str = "") -> Table:
    """Return a table of per-class scores with the confusion counts; `other` is the prediction that is no label."""
    labels = list(report.classes)
    predicted = [*labels, *sorted({pair[1] for pair in report.confusion} - set(labels))]
    columns = ("label", "P", "R", "F1", "gold", *(f"→{label or 'none'}" for label in predicted))
    rows: list[list[Cell]] = []
    for label, score in report.classes.items():
        confused = [report.confusion.get((label, name), 0) for name in predicted]
        rows.append([label, score.precision, score.recall, score.f1, score.support, *confused])
    if not rows:
        return Table(title, columns[:5], rows, note)
    scores = f"Macro-F1 {percent(report.macro_f1)}, accuracy {percent(report.accuracy)}."
    meaning = "→: how often gold's label was predicted as that one" + (
        " (none: not at all)." if other in predicted else "."
    )
    return Table(title, columns, rows, " ".join(filter(None, [scores, meaning, note])))


def percent(share: float) -> str:
    """Return a share as percent with one decimal."""
    return f"{100 * share:.1f}"


def _voice(voice: VoiceTable) -> list[Table]:
    spans = {label: scores for label, scores in voice.spans.items() if scores.exact.gold or scores.exact.predicted}
    note = "An aside is opinion in a sentence whose other words mostly are none; matched by overlap."
    return [
        class_table("Voice, by characters that are no spaces", voice.characters, other=UNLABELLED),
        span_table("Voice, by spans", "voice", rows=spans),
        _count_table("Author's asides", "asides", rows={"opinion": voice.asides}, note=note),
    ]


def _attributions(attributions: AttributionTable) -> list[Table]:
    parts = [part for part in ("content", "source", "cue") if part in attributions.parts]
    note = f"As a whole, an attribution matches if all these overlap, or lack on both sides: {', '.join(parts)}."
    return [
        span_table("Attributions, by parts", "part", rows=attributions.parts),
        _count_table("Attributions, whole", "", rows={"attribution": attributions.whole}, note=note),
    ]


def _actors(actors: ActorTable) -> list[Table]:
    rows = {"any type": actors.mentions, "right type": actors.typed}
    rows |= {label: scores for label, scores in actors.by_type.items() if scores.exact.gold or scores.exact.predicted}
    note = "An actor is found if a predicted one shares a mention, by overlap; one to one, so that most are shared."
    return [
        span_table("Mentions of actors", "mentions", rows=rows),
        _count_table("Actors", "", rows={"actors": actors.found}, note=note),
    ]


def _tuples(tuples: TupleTable) -> Table:
    note = "Sentence, actor, holder (the author or another) and polarity must all be right."
    rows = {"the author's": tuples.author, "all": tuples.all}
    return _count_table("Opinion tuples", "holder", rows=rows, note=note)


def _document_stance(stance: DocumentStanceTable) -> Table:
    note = (
        f"Of {stance.gold} actors that have a stance in gold, {stance.aligned} were found, and {stance.answered} "
        f"answered ({percent(stance.coverage)} %); this table is over those found, and no answer is a wrong one."
    )
    if stance.clear.count:
        clear = f"macro-F1 {percent(stance.clear.macro_f1)}, accuracy {percent(stance.clear.accuracy)}"
        note += f" Without those that gold calls mixed: {clear}."
    return class_table("Author's stance toward an actor over the piece", stance.four, other=ABSTAINED, note=note)


def span_table(title: str, first: str, *, rows: Mapping[str, SpanScores]) -> Table:
    """Return a table of named span scores, exact and by overlap."""
    cells: list[list[Cell]] = []
    for name, scores in rows.items():
        exact, overlap = scores.exact, scores.overlap
        shares = (exact.precision, exact.recall, exact.f1, overlap.precision, overlap.recall, overlap.f1)
        cells.append([name, *shares, exact.gold, exact.predicted])
    return Table(title, (first, *_SPAN_COLUMNS), cells, _ONE_TO_ONE)


def _count_table(title: str, first: str, *, rows: Mapping[str, Counts], note: str) -> Table:
    cells: list[list[Cell]] = [
        [name, counts.precision, counts.recall, counts.f1, counts.true_positive, counts.gold, counts.predicted]
        for name, counts in rows.items()
    ]
    return Table(title, (first, *_COUNT_COLUMNS), cells, note)

"""An evaluation to read: the main scores with their intervals, one table a task, and the same as JSON values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from stance.measure.classes import ClassReport
from stance.measure.evaluation import Evaluation, detailed_metrics, main_metrics
from stance.measure.intervals import Difference, Interval
from stance.measure.spans import UNLABELLED, Counts
from stance.measure.tables import Cell, Table, to_values
from stance.measure.tallies import (
    ABSTAINED,
    ActorTable,
    ArgumentTable,
    AttributionTable,
    DocumentStanceTable,
    SpanScores,
    TupleTable,
    VoiceTable,
)

Intervals = Mapping[str, Interval | None]
"""What `intervals.intervals` gives: by the name of the metric."""

_SPAN_COLUMNS = ("P", "R", "F1", "overlap P", "overlap R", "overlap F1", "gold", "predicted")
_COUNT_COLUMNS = ("P", "R", "F1", "matched", "gold", "predicted")
_BOUNDS = "low and high: bounds at 95 %, by drawing whole documents; –: too few documents, or they all agree."
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
    if evaluation.arguments is not None:
        tables += _arguments(evaluation.arguments)
    return tables


def main_scores(evaluation: Evaluation, intervals: Intervals) -> Table:
    """Return the table of the main metrics by their flat names, with intervals, and the majority floor where there is one."""
    rows: list[list[Cell]] = [
        [metric.name, metric.value(evaluation), *_bounds(intervals, metric.name), metric.floor(evaluation)]
        for metric in main_metrics(evaluation)
    ]
    note = f"{_BOUNDS[0].upper()}{_BOUNDS[1:]} Floor: who always says gold's most frequent label."
    return Table("Main scores", ("score", "value", "low", "high", "floor"), rows, note)


def detailed_scores(evaluation: Evaluation, intervals: Intervals) -> Table:
    """Return the table of precision, recall and F1 of each kind of item, with intervals."""
    rows: list[list[Cell]] = []
    for name, metrics in detailed_metrics(evaluation).items():
        row: list[Cell] = [name]
        for metric in metrics:
            row += [metric.value(evaluation), *_bounds(intervals, metric.name)]
        rows.append(row)
    columns = [column for score in ("P", "R", "F1") for column in (score, f"{score} low", f"{score} high")]
    return Table("Precision, recall and F1, with intervals", ("kind", *columns), rows)


def comparison(differences: Sequence[Difference]) -> Table:
    """Return the table of two systems compared on the same documents."""
    rows: list[list[Cell]] = []
    for one in differences:
        low, high = (None, None) if one.interval is None else (one.interval.low, one.interval.high)
        p = None if one.p is None else f"{one.p:.4f}"
        rows.append([one.name, one.one, one.other, one.difference, low, high, p])
    note = (
        "Difference: this minus the other, with bounds at 95 % by drawing whole documents. p: how often a difference "
        "as large comes about, either way, where for each document chance says whose result is whose; it is that of "
        "each row alone, and of twenty rows one falls below 0.05 by chance. Scores of document stances are over "
        "the actors that each system found: look at their coverage too."
    )
    return Table("Comparison", ("score", "this", "other", "difference", "low", "high", "p"), rows, note)


def values(evaluation: Evaluation, intervals: Intervals | None = None) -> dict[str, Any]:
    """Return the evaluation as JSON values: the count of documents, the metrics by name, the tables.

    With intervals, they stand there too by name, as [low, high] or null, and so do precisions and recalls (`details`)
    and the majority floors.
    """
    out: dict[str, Any] = {"documents": evaluation.documents, "metrics": evaluation.metrics()}
    if intervals is not None:
        details = [metric for metrics in detailed_metrics(evaluation).values() for metric in metrics]
        found = {metric.name: metric.value(evaluation) for metric in details if metric.name not in out["metrics"]}
        out["details"] = {name: None if math.isnan(value) else value for name, value in found.items()}
        out["intervals"] = {name: bounds and [bounds.low, bounds.high] for name, bounds in intervals.items()}
        floors = {metric.name: metric.floor(evaluation) for metric in main_metrics(evaluation)}
        out["floors"] = {name: floor for name, floor in floors.items() if floor is not None}
    out["tables"] = [to_values(table) for table in summary(evaluation)]
    return out


def comparison_values(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return differences as JSON values."""
    return [
        {
            "name": one.name,
            "one": one.one,
            "other": one.other,
            "difference": one.difference,
            "interval": one.interval and [one.interval.low, one.interval.high],
            "p": one.p,
        }
        for one in differences
    ]


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
    if actors.types.gold:
        note += f" Of those found, {percent(actors.types.recall)} % have gold's type."
    if actors.placed.gold:
        note += f" {percent(actors.placed.recall)} % of gold's mentions lie in the actor that is theirs."
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


def _arguments(arguments: ArgumentTable) -> list[Table]:
    rows = {"any label": arguments.spans, "right label": arguments.labelled}
    rows |= {label: arguments.units[label] for label in sorted(arguments.units)}
    relations = {label: arguments.relations[label] for label in sorted(arguments.relations)}
    note = "A relation matches if both its ends overlap, whatever the labels of the units, and its own label is right."
    return [
        span_table("Argument units", "units", rows=rows),
        _count_table("Relations", "relations", rows=relations | {"all": arguments.related}, note=note),
    ]


def _bounds(intervals: Intervals, name: str) -> tuple[float | None, float | None]:
    bounds = intervals.get(name)
    return (None, None) if bounds is None else (bounds.low, bounds.high)


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

"""What it brings to ask who speaks: the author's stance with and without the attribution gate, in two tables.

    python scripts/ablate_gate.py --data data [--model small]

On the hand-annotated test op-eds (gold's actors given): stance whoever holds it; the author's own; the author's own,
and silent in direct quotations. Aggregation and thresholds are fitted anew for each, on the development op-eds. On
NewsMTSC's test sentences, whose labels ask for the stance whoever holds it: sentences with and without quotation marks,
so that one sees where the readings part.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.corpora import gold, newsmtsc
from stance.document import Document, Span
from stance.errors import StanceError
from stance.labels import DOCUMENT_STANCES, POLARITIES
from stance.measure.classes import report
from stance.measure.tables import Cell, Table, render
from stance.measure.target_benchmark import gold_polarities
from stance.model.heads import STANCE_VIEWS
from stance.predict.document_stance import DEFAULT, document_stance, sentence_rows
from stance.predict.opinions import gate_quoted
from stance.predict.pipeline import Pipeline, load_pipeline
from stance.train.calibration import ActorScores, fit_aggregation, fit_thresholds, opinion_f1, score_actors

READINGS: Final = ("whoever holds it", "the author's", "the author's, gated")

QUOTES: Final = frozenset('"“”„«»')


def main() -> int:
    """Print both tables; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="ablate_gate.py"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("--model", metavar="NAME|DIR|HUB_ID", help="the model (default: the shipped one)")
    arguments = parser.parse_args()
    try:
        pipeline = load_pipeline(arguments.model)
        print(render([op_eds(pipeline, arguments.data), sentences(pipeline, arguments.data)]), end="")
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def op_eds(pipeline: Pipeline, data: Path) -> Table:
    """Return the scores on the test op-eds by reading."""
    readings = {split: _readings(pipeline, list(gold.read(data, split=split))) for split in ("dev", "test")}
    rows: list[list[Cell]] = []
    for name in READINGS:
        fitted, tested = readings["dev"][name], readings["test"][name]
        aggregation, thresholds = fit_aggregation(fitted) or DEFAULT, fit_thresholds(fitted)
        known = [item for item in tested if item.actor.stance is not None]
        view = STANCE_VIEWS.index("author")
        said = [
            document_stance(
                sentence_rows(item.rows[:, view].astype(float), item.sentences), aggregation=aggregation
            ).label
            for item in known
        ]
        labels = [str(item.actor.stance) for item in known]
        scores = report(labels, [label or "none" for label in said], labels=DOCUMENT_STANCES)
        clear = report(
            [label for label in labels if label != "mixed"],
            [label or "none" for label, wanted in zip(said, labels, strict=True) if wanted != "mixed"],
            labels=[label for label in DOCUMENT_STANCES if label != "mixed"],
        )
        tuples = opinion_f1(tested, "author", thresholds=thresholds)
        rows.append([name, scores.accuracy, scores.macro_f1, clear.macro_f1, tuples, len(known)])
    columns = ("stance", "accuracy", "macro-F1", "without mixed", "author's tuples F1", "actors")
    note = "The author's stance over the piece toward gold's actors, and the author's opinions sentence by sentence."
    return Table("24 test op-eds, gold's actors given", columns, rows, note)


def _readings(pipeline: Pipeline, documents: Sequence[Document]) -> Mapping[str, list[ActorScores]]:
    """Return the actors' scores by reading, each with the reading's stances in the place of the author's view."""
    scored = score_actors(pipeline.checkpoint, documents)
    predicted = {
        document.id: document
        for document in pipeline.predict(documents, given=[list(document.actors or ()) for document in documents])
    }
    found: dict[str, list[ActorScores]] = {name: [] for name in READINGS}
    author, anyone = STANCE_VIEWS.index("author"), STANCE_VIEWS.index("anyone")
    for item in scored:
        found[READINGS[1]].append(item)
        rows, later = item.rows.copy(), {place: row.copy() for place, row in item.later.items()}
        for row in (*rows, *later.values()):
            row[author] = row[anyone]
        found[READINGS[0]].append(replace(item, rows=rows, later=later))
        document = predicted[item.document.id]
        spans = sorted(set(item.actor.mentions))[: len(item.rows)]
        sentences = item.document.sentences or ()
        attributions = document.attributions or ()
        gated = gate_quoted(list(item.rows), spans, attributions=attributions)
        gated_later = gate_quoted(
            list(item.later.values()), [sentences[place] for place in item.later], attributions=attributions
        )
        later = dict(zip(item.later, gated_later, strict=True))
        found[READINGS[2]].append(replace(item, rows=np.array(gated), later=later))
    return found


def sentences(pipeline: Pipeline, data: Path) -> Table:
    """Return the scores on NewsMTSC's test sentences by reading, with and without quotation marks."""
    documents = [document for split in ("test-rw", "test-mt") for document in newsmtsc.read(data, split=split)]
    rows: list[list[Cell]] = []
    for name, quoted in (("with quotation marks", True), ("without", False)):
        chosen = [document for document in documents if bool(QUOTES & set(document.text)) == quoted]
        labels = gold_polarities(chosen)
        for reading, view in ((READINGS[0], "anyone"), (READINGS[2], "author")):
            said = [POLARITIES[int(row.argmax())] for row in _sentence_rows(pipeline, chosen, view=view)]
            scores = report(labels, said, labels=POLARITIES)
            neutral = sum(label == "neutral" for label in said) / len(said)
            rows.append([name, reading, scores.macro_f1, scores.accuracy, neutral, scores.count])
    columns = ("sentences", "stance", "macro-F1", "accuracy", "said neutral", "targets")
    note = (
        "NewsMTSC's labels ask for the stance whoever holds it: the author's own must fall behind where others speak, "
        "and should do so less where nobody is quoted."
    )
    return Table("NewsMTSC test sentences, rw and mt", columns, rows, note)


def _sentence_rows(pipeline: Pipeline, documents: Sequence[Document], *, view: str) -> Iterator[NDArray[np.float32]]:
    """Yield the scores (3 polarities) of each target in order; the author's are gated."""
    actors = [list(document.actors or ()) for document in documents]
    predicted = pipeline.predict(documents, given=actors) if view == "author" else documents
    for document, found, scored in zip(documents, predicted, _scores(pipeline, documents), strict=True):
        spans = [actor.mentions[0] for actor in document.actors or ()]
        rows = [scored[span] for span in spans]
        if view == "author":
            rows = gate_quoted(rows, spans, attributions=found.attributions or ())
        yield from (row[STANCE_VIEWS.index(view)] for row in rows)


def _scores(pipeline: Pipeline, documents: Sequence[Document]) -> Iterator[dict[Span, NDArray[np.float32]]]:
    by_document: dict[str, dict[Span, NDArray[np.float32]]] = {document.id: {} for document in documents}
    for item in score_actors(pipeline.checkpoint, documents):
        spans = sorted(set(item.actor.mentions))
        by_document[item.document.id] |= dict(zip(spans, item.rows, strict=False))
    return (by_document[document.id] for document in documents)


if __name__ == "__main__":
    sys.exit(main())

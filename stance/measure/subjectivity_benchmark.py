"""CheckThat! sentences, subjective or objective: whether the author's opinion stands anywhere in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from stance.corpora import checkthat
from stance.document import Document
from stance.measure.classes import ClassReport, majority_floor, report
from stance.measure.prediction import Predictor, predict_texts
from stance.measure.tables import Cell, Table

SPLITS: Final = ("dev-test", "test")

SURE: Final = 0.5
"""The least score of a stretch of opinion by which a sentence is subjective: the model thinks opinion likelier than not there.

On the 838 sentences of our own op-eds for development, any value from none to 0.5 tells those that hold an opinion apart equally
well (macro-F1 77.9 to 78.1), and higher ones do worse: it is the highest that costs nothing there. CheckThat!'s news has three
objective sentences to a subjective one, where a low value is too ready.
"""

DECISIONS: Final = {"opinion, more likely than not": SURE, "opinion anywhere": 0.0}

SOURCES: Final = (
    f"A sentence is SUBJ if the model finds opinion anywhere in it; or only opinion with a score of {SURE} or more, which was "
    "chosen on our own op-eds. It was trained on none of these sentences unless its card says so. test is that of 2025, "
    "dev-test that of 2024."
)


def checkthat_table(model: Predictor, folder: Path) -> Table:
    """Return the scores on the English test sets of CheckThat! (Ruggeri et al., ECIR 2025), with the majority for a floor.

    Args:
        folder: the data root, with `checkthat_subjectivity_2025` below it.

    Raises:
        DataError: the corpus is missing or broken.
    """
    rows: list[list[Cell]] = []
    for split in SPLITS:
        documents = list(checkthat.read(folder, split=split))
        gold = [document.meta.more["label"] for document in documents]
        predicted = list(predict_texts(model, documents, batch=64))
        for decision, least in DECISIONS.items():
            found = report(gold, subjectivity(predicted, least=least), labels=checkthat.LABELS)
            rows.append(_row(split, f"this model: {decision}", found))
        rows.append(_row(split, "majority (floor)", majority_floor(gold, labels=checkthat.LABELS)))
    columns = ("test", "system", "macro-F1", "accuracy", *(f"{label} F1" for label in checkthat.LABELS), "count")
    return Table("CheckThat!: subjective or objective sentences", columns, rows, SOURCES)


def dev_checkthat(model: Predictor, folder: Path) -> dict[str, float]:
    """Return the macro-F1 on the English development set, for training to judge a state by.

    Raises:
        DataError: the corpus is missing or broken.
    """
    documents = list(checkthat.read(folder, split="dev"))
    gold = [document.meta.more["label"] for document in documents]
    labels = subjectivity(predict_texts(model, documents, batch=64))
    return {"checkthat_dev_macro_f1": report(gold, labels, labels=checkthat.LABELS).macro_f1}


def subjectivity(predicted: Iterable[Document], *, least: float = 0.0) -> list[str]:
    """Return SUBJ for each sentence that holds the author's opinion with a score of `least` or more, and OBJ for the others."""
    return [
        checkthat.LABELS[0 if any(one.label == "opinion" and one.score >= least for one in found.voice or ()) else 1]
        for found in predicted
    ]


def _row(test: str, system: str, scores: ClassReport) -> list[Cell]:
    return [
        test,
        system,
        scores.macro_f1,
        scores.accuracy,
        *(scores.classes[label].f1 for label in checkthat.LABELS),
        scores.count,
    ]

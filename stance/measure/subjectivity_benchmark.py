"""CheckThat! sentences, subjective or objective: whether the author's opinion stands anywhere in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stance.corpora import checkthat
from stance.document import Document
from stance.measure.classes import ClassReport, majority_floor, report
from stance.measure.prediction import Predictor, predict_texts
from stance.measure.tables import Cell, Table

SPLITS: Final = ("dev-test", "test")

SOURCES: Final = (
    "A sentence is SUBJ if the model finds opinion anywhere in it; it was trained on none of these sentences unless its card says "
    "so. test is that of 2025, dev-test that of 2024."
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
        rows.append(_row(split, "this model", report(gold, subjectivity(model, documents), labels=checkthat.LABELS)))
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
    return {"checkthat_dev_macro_f1": report(gold, subjectivity(model, documents), labels=checkthat.LABELS).macro_f1}


def subjectivity(model: Predictor, documents: Sequence[Document]) -> list[str]:
    """Return SUBJ for each sentence in which the model finds the author's opinion, and OBJ for the others."""
    return [
        checkthat.LABELS[0 if any(voice.label == "opinion" for voice in found.voice or ()) else 1]
        for found in predict_texts(model, documents, batch=64)
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

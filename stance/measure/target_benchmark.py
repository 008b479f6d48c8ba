"""NewsMTSC's test sets: stance toward a given mention, beside floors that any model must beat and published systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from stance.corpora import newsmtsc as corpus
from stance.document import Document
from stance.labels import POLARITIES
from stance.measure.classes import ClassReport, majority_floor, mean_f1, report
from stance.measure.tables import Cell, Table

POLAR: Final = ("against", "favor")


class TargetModel(Protocol):
    """What a `Pipeline` is here: (M, 3) probabilities by `labels.POLARITIES` for the mentions of each text."""

    def stances_toward(
        self, items: Sequence[tuple[str, Sequence[tuple[int, int]]]]
    ) -> Sequence[NDArray[np.float64]]: ...


@dataclass(frozen=True, slots=True)
class Score:
    """A system's scores on one test set, from 0 to 1; a published one has what its paper gives.

    `f1` is by label; `polar_f1` its mean over favor and against; `count` the targets judged.
    """

    test: str
    system: str
    macro_f1: float
    polar_f1: float | None = None
    accuracy: float | None = None
    f1: Mapping[str, float] | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The scores on a corpus's test sets, and where the published ones are from."""

    name: str
    title: str
    scores: Sequence[Score]
    sources: str


PUBLISHED: Final = (
    Score("test-rw", "GRU-TSC, published", 0.831),
    Score("test-mt", "GRU-TSC, published", 0.825),
    Score("test-rw", "earlier best, published", 0.817),
    Score("test-mt", "earlier best, published", 0.812),
)
SOURCES: Final = (
    "Published: Hamborg and Donnay, NewsMTSC: A Dataset for (Multi-)Target-dependent Sentiment Classification "
    "in Political News Articles, EACL 2021, https://aclanthology.org/2021.eacl-main.142"
)

MODEL, NO_TARGET, NAME_ALONE, MAJORITY = "this model", "no target (floor)", "name alone (floor)", "majority (floor)"


def newsmtsc(model: TargetModel, folder: Path) -> Benchmark:
    """Return the scores on both test sets of NewsMTSC (Hamborg and Donnay 2021), beside floors and published ones.

    The floor without target is the same model, told the whole sentence for the mention, so that it cannot know the
    target. The floor of the name alone is the same model on a text that is nothing but the mention: what it does better than
    the majority there, it does by knowing names.

    Args:
        folder: the data root, with `newsmtsc` below it.

    Raises:
        DataError: the corpus is missing or broken.
    """
    scores: list[Score] = []
    for split in ("test-rw", "test-mt"):
        documents = list(corpus.read(folder, split=split))
        gold = gold_polarities(documents)
        scores += [
            _score(split, MODEL, report=report(gold, toward_targets(model, documents), labels=POLARITIES)),
            _score(split, NO_TARGET, report=report(gold, toward_sentences(model, documents), labels=POLARITIES)),
            _score(split, NAME_ALONE, report=report(gold, toward_names(model, documents), labels=POLARITIES)),
            _score(split, MAJORITY, report=majority_floor(gold, labels=POLARITIES)),
            *(score for score in PUBLISHED if score.test == split),
        ]
    return Benchmark(corpus.CORPUS, "NewsMTSC: sentiment toward a person in a sentence", scores, SOURCES)


def newsmtsc_report(model: TargetModel, folder: Path, *, split: str) -> ClassReport:
    """Return the scores on one split of NewsMTSC.

    Raises:
        DataError: no such split, or the corpus is missing or broken.
    """
    documents = list(corpus.read(folder, split=split))
    return report(gold_polarities(documents), toward_targets(model, documents), labels=POLARITIES)


def dev_newsmtsc(model: TargetModel, folder: Path) -> dict[str, float]:
    """Return macro-F1 on both development sets, by the names that training chooses a state by.

    Raises:
        DataError: the corpus is missing or broken.
    """
    return {
        f"newsmtsc_{split.replace('-', '_')}_macro_f1": newsmtsc_report(model, folder, split=split).macro_f1
        for split in ("dev-rw", "dev-mt")
    }


def gold_polarities(documents: Sequence[Document]) -> list[str]:
    """Return the polarity of every target, in order: a target without a stance is neutral."""
    labels = []
    for document in documents:
        polar = {stance.actor: stance.label for stance in document.stances or ()}
        labels += [polar.get(actor.id, "neutral") for actor in document.actors or ()]
    return labels


def toward_targets(model: TargetModel, documents: Sequence[Document]) -> list[str]:
    """Return the polarity that a model gives every target, all targets of a sentence at once."""
    items = [(document.text, [actor.mentions[0] for actor in document.actors or ()]) for document in documents]
    return [POLARITIES[int(row.argmax())] for rows in model.stances_toward(items) for row in rows]


def toward_sentences(model: TargetModel, documents: Sequence[Document]) -> list[str]:
    """Return for every target the polarity that a model gives its whole sentence."""
    items = [(document.text, [(0, len(document.text))]) for document in documents]
    results = model.stances_toward(items)
    return [
        POLARITIES[int(rows[0].argmax())]
        for document, rows in zip(documents, results, strict=True)
        for _ in document.actors or ()
    ]


def toward_names(model: TargetModel, documents: Sequence[Document]) -> list[str]:
    """Return for every target the polarity that a model gives a text that holds nothing but its mention."""
    names = [document.text[slice(*actor.mentions[0])] for document in documents for actor in document.actors or ()]
    results = model.stances_toward([(name, [(0, len(name))]) for name in names])
    return [POLARITIES[int(rows[0].argmax())] for rows in results]


def newsmtsc_table(model: TargetModel, folder: Path) -> Table:
    """Return the table of `newsmtsc`; its note names the published sources.

    Raises:
        DataError: the corpus is missing or broken.
    """
    return benchmark_table(newsmtsc(model, folder))


def benchmark_table(benchmark: Benchmark) -> Table:
    """Return the table of a benchmark; its note names the published sources."""
    columns = ("test", "system", "macro-F1", "polar F1", "accuracy", *POLARITIES, "count")
    rows: list[list[Cell]] = []
    for score in benchmark.scores:
        by_label = [None if score.f1 is None else score.f1[label] for label in POLARITIES]
        rows.append([score.test, score.system, score.macro_f1, score.polar_f1, score.accuracy, *by_label, score.count])
    note = (
        "Polar F1 is the mean of those of favor and against, count the targets judged. "
        "No target: the model is told the whole sentence for the mention. Name alone: the text is nothing but the mention."
    )
    return Table(benchmark.title, columns, rows, f"{note} {benchmark.sources}")


def _score(test: str, system: str, *, report: ClassReport) -> Score:
    return Score(
        test,
        system,
        report.macro_f1,
        polar_f1=mean_f1(report, labels=POLAR),
        accuracy=report.accuracy,
        f1={label: score.f1 for label, score in report.classes.items()},
        count=report.count,
    )

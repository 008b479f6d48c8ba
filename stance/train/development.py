"""What a run is judged by while it trains: the same evaluation that users call, on development sets alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from stance.corpora.registry import READERS
from stance.document import Document
from stance.errors import ConfigError, Problem
from stance.measure.evaluation import evaluate
from stance.measure.prediction import predict_texts
from stance.measure.subjectivity_benchmark import dev_checkthat
from stance.measure.target_benchmark import dev_newsmtsc
from stance.predict.pipeline import Pipeline

POLNEAR_DOCUMENTS = 24
"""Development articles of PolNeAR that a run is judged by; all of them would take longer than they tell."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "stance toward mentions": ("newsmtsc_dev_rw_macro_f1", "newsmtsc_dev_mt_macro_f1"),
    "attribution": ("source_exact_f1", "cue_exact_f1", "content_exact_f1", "attribution_f1"),
    "voice": ("voice_macro_f1",),
    "mentions": ("mention_f1",),
    "author's stance": ("author_tuple_f1",),
    "subjectivity": ("checkthat_dev_macro_f1",),
}
"""The score of a model is the mean over these parts of the mean of each part's metrics, where one of them can be measured."""


DEVELOPMENT: Mapping[str, tuple[str, ...]] = {
    "newsmtsc": ("dev-rw", "dev-mt"),
    "polnear": ("dev",),
    "gold": ("dev",),
    "checkthat": ("dev",),
}
"""The development splits of the corpora that have some here."""


def require_development(data: Path, *, corpora: Sequence[str]) -> None:
    """Pass if the development sets of the corpora are there, those that have any.

    Raises:
        DataError: one is not there.
    """
    for corpus in corpora:
        if corpus not in DEVELOPMENT:
            continue
        for split in DEVELOPMENT[corpus]:
            READERS[corpus](data, split=split)


def judges(corpora: Sequence[str], *, own: Sequence[Document]) -> bool:
    """Return whether anything can tell a good state from a bad one.

    >>> judges(["gum"], own=()), judges(["gum", "polnear"], own=())
    (False, True)
    """
    return bool(own) or any(corpus in DEVELOPMENT for corpus in corpora)


def require_judges(corpora: Sequence[str], *, own: Sequence[Document]) -> None:
    """Pass if something can tell a good state from a bad one.

    Raises:
        ConfigError: none of the corpora has a development set, and there are no held-out documents of the user's own.
    """
    if not judges(corpora, own=own):
        cure = "add a corpus that has them, if only with few passes, or hold out documents of your own (`development`)"
        value = f"{', '.join(corpora) or 'own documents'}: without development sets"
        raise ConfigError(Problem("corpora", value, wish=f"one of {', '.join(DEVELOPMENT)} among them", cure=cure))


def development_scores(
    pipeline: Pipeline, data: Path, *, corpora: Sequence[str], own: Sequence[Document] = ()
) -> dict[str, float]:
    """Return the metrics on the development sets of the corpora, and `score`, the mean over `PARTS`.

    Args:
        data: the folder of the public corpora.
        corpora: those that the run trains on; the others are not read.
        own: held-out documents of the user's own; where these and a public corpus give a metric, it is theirs.

    Raises:
        DataError: a corpus is not there.
    """
    metrics: dict[str, float] = {}
    if "newsmtsc" in corpora:
        metrics |= dev_newsmtsc(pipeline, data)
    if "polnear" in corpora:
        documents = polnear_development(data)
        found = evaluate(documents, predict_texts(pipeline, documents)).metrics()
        metrics |= {name: found[name] for name in PARTS["attribution"]}
    if "gold" in corpora:
        documents = gold_development(data)
        found = evaluate([_op_ed(document) for document in documents], predict_texts(pipeline, documents)).metrics()
        metrics |= {name: value for name, value in found.items() if name not in PARTS["attribution"]}
    if "checkthat" in corpora:
        metrics |= dev_checkthat(pipeline, data)
    if own:
        metrics |= evaluate(own, predict_texts(pipeline, own)).metrics()
    parts = [[metrics[name] for name in names if name in metrics] for names in PARTS.values()]
    means = [sum(part) / len(part) for part in parts if part]
    return metrics | {"score": sum(means) / len(means) if means else 0.0}


def gold_development(data: Path) -> list[Document]:
    """Return the hand-annotated op-eds that a run is judged by."""
    return list(READERS["gold"](data, split="dev"))


def polnear_development(data: Path) -> list[Document]:
    """Return every third of PolNeAR's development articles, up to `POLNEAR_DOCUMENTS`."""
    return list(islice(READERS["polnear"](data, split="dev"), 0, None, 3))[:POLNEAR_DOCUMENTS]


def _op_ed(document: Document) -> Document:
    """Leave out attributions: the op-eds mark whole clauses, where the model is taught PolNeAR's contents."""
    return replace(document, attributions=None)

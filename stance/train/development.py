"""What a run is judged by while it trains: the same evaluation that users call, on development sets alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from stance.config import TrainConfig
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
    "argument units": ("webis_unit_f1", "aae2_unit_f1", "cmv_unit_f1"),
    "argument relations": ("aae2_relation_f1", "cmv_relation_f1"),
    "subjectivity": ("checkthat_dev_macro_f1",),
}
"""The score of a model is the mean over these parts of the mean of each part's metrics, where one of them can be measured."""


DEVELOPMENT: Mapping[str, tuple[str, ...]] = {
    "newsmtsc": ("dev-rw", "dev-mt"),
    "polnear": ("dev",),
    "gold": ("dev",),
    "webis-editorials-adu": ("dev",),
    "aae2-conll": ("dev",),
    "cmv-modes": ("dev",),
    "checkthat": ("dev",),
}
"""The development splits of the corpora that have some here."""

ARGUED: Mapping[str, str] = {"webis-editorials-adu": "webis", "aae2-conll": "aae2", "cmv-modes": "cmv"}
"""The schemes of the corpora of argument units."""

ARGUED_CHARACTERS = 40_000
"""How much text of each of these a run is judged by: whole documents, and one at least."""


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
    for corpus in (name for name in ARGUED if name in corpora):
        metrics |= argument_scores(pipeline, argument_development(data, corpus), scheme=ARGUED[corpus])
    if "checkthat" in corpora:
        metrics |= dev_checkthat(pipeline, data)
    if own:
        metrics |= evaluate(own, predict_texts(pipeline, own)).metrics()
    parts = [[metrics[name] for name in names if name in metrics] for names in PARTS.values()]
    means = [sum(part) / len(part) for part in parts if part]
    return metrics | {"score": sum(means) / len(means) if means else 0.0}


def argument_scores(pipeline: Pipeline, documents: Sequence[Document], *, scheme: str) -> dict[str, float]:
    """Return SCHEME_unit_f1, that of units of the right type that overlap gold's, and SCHEME_relation_f1, between such.

    A model without a head for the scheme finds nothing.
    """
    gold = [Document(document.id, document.text, arguments=document.arguments) for document in documents]
    bare = [Document(document.id, document.text) for document in documents]
    has_head = f"unit-{scheme}" in pipeline.checkpoint.network.tokens
    found = evaluate(gold, pipeline.argument_units(bare, scheme=scheme) if has_head else bare).metrics()
    names = {"unit_labelled_overlap_f1": f"{scheme}_unit_f1", "relation_f1": f"{scheme}_relation_f1"}
    return {name: found[metric] for metric, name in names.items() if metric in found}


def argument_development(data: Path, corpus: str) -> list[Document]:
    """Return documents with argument units that a run is judged by, in the order of the sha256 of their ids."""
    chosen: list[Document] = []
    documents = (one for split in DEVELOPMENT[corpus] for one in READERS[corpus](data, split=split))
    for document in sorted(documents, key=lambda one: hashlib.sha256(one.id.encode()).digest()):
        if not chosen or sum(len(one.text) for one in chosen) + len(document.text) <= ARGUED_CHARACTERS:
            chosen.append(document)
    return chosen


def gold_development(data: Path) -> list[Document]:
    """Return the hand-annotated op-eds that a run is judged by."""
    return list(READERS["gold"](data, split="dev"))


def polnear_development(data: Path) -> list[Document]:
    """Return every third of PolNeAR's development articles, up to `POLNEAR_DOCUMENTS`."""
    return list(islice(READERS["polnear"](data, split="dev"), 0, None, 3))[:POLNEAR_DOCUMENTS]


def _op_ed(document: Document) -> Document:
    """Leave out attributions: the op-eds mark whole clauses, where the model is taught PolNeAR's contents."""
    return replace(document, attributions=None)


def public_corpora(config: TrainConfig) -> list[str]:
    """Return the names of the corpora that are not the user's own."""
    return [name for name, settings in config.corpora.items() if settings.folder is None]


def judging_corpora(config: TrainConfig) -> list[str]:
    """Return the public corpora whose development parts judge a run: those of arguments only if it learns their units."""
    return [
        name
        for name in public_corpora(config)
        if config.heads is None or name not in ARGUED or f"unit-{ARGUED[name]}" in config.heads
    ]

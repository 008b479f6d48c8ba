"""The public test sets by name, each a table of a model's scores with floors and published systems beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from stance.corpora import aae2, checkthat, gum, microtexts, newsmtsc, polnear, webis, wnut17
from stance.corpora.folders import MissingCorpusError
from stance.corpora.registry import READERS, SPLITS
from stance.errors import ConfigError, DataError, Problem, StanceError, nearest
from stance.measure.argument_prediction import ArgumentPredictor
from stance.measure.attribution_benchmark import polnear_table
from stance.measure.editorial_benchmark import OUTLET_TABLES, webis_table
from stance.measure.entity_benchmark import gum_table, wnut17_table
from stance.measure.essay_benchmark import aae2_table
from stance.measure.microtext_benchmark import microtexts_table
from stance.measure.prediction import ActorModel, Predictor
from stance.measure.subjectivity_benchmark import checkthat_table
from stance.measure.tables import Table
from stance.measure.target_benchmark import TargetModel, newsmtsc_table


class Model(TargetModel, Predictor, ArgumentPredictor, ActorModel, Protocol):
    """What a `Pipeline` is here."""


class Runner(Protocol):
    """What a benchmark is: a model and the data root to a table."""

    def __call__(self, model: Model, folder: Path, /) -> Table: ...


BENCHMARKS: Final[Mapping[str, Runner]] = {
    newsmtsc.CORPUS: newsmtsc_table,
    polnear.CORPUS: polnear_table,
    checkthat.CORPUS: checkthat_table,
    gum.CORPUS: gum_table,
    wnut17.CORPUS: wnut17_table,
    "aae2": aae2_table,
    "webis": webis_table,
    "microtexts": microtexts_table,
}
"""What `stance benchmark` runs."""

ON_REQUEST: Final[Mapping[str, Runner]] = {
    f"webis-only-{outlet}": outlet_table for outlet, outlet_table in OUTLET_TABLES.items()
}
"""What it runs only if it is named, since it asks for a model trained for it: without an outlet."""

OTHER_NAMES: Final[Mapping[str, str]] = {
    aae2.CORPUS: "aae2",
    webis.CORPUS: "webis",
    microtexts.CORPUS: "microtexts",
}
"""Benchmarks by the names of their corpora, where those are not the benchmarks' own."""


def find_benchmarks(names: Sequence[str]) -> dict[str, Runner]:
    """Return the benchmarks of these names; all where none is named.

    Raises:
        ConfigError: naming every name that is no benchmark's.
    """
    known = {**BENCHMARKS, **ON_REQUEST}
    asked = [OTHER_NAMES.get(name, name) for name in names]
    problems = [
        Problem(
            "stance benchmark",
            f"there is no benchmark {name!r}{nearest(name, known)}",
            wish=f"one of {', '.join(known)}",
            cure="name one of these, or none to run all",
        )
        for name in asked
        if name not in known
    ]
    if problems:
        raise ConfigError(problems)
    return {name: known[name] for name in dict.fromkeys(asked or BENCHMARKS)}


def benchmarks_of(corpora: Sequence[str]) -> dict[str, Runner]:
    """Return the benchmarks on test splits of these corpora, those that have one.

    >>> list(benchmarks_of(["gum", "aae2-conll", "newsmtsc"]))
    ['gum', 'aae2', 'newsmtsc']
    """
    names = (OTHER_NAMES.get(corpus, corpus) for corpus in corpora)
    return {name: BENCHMARKS[name] for name in names if name in BENCHMARKS}


def require_corpora(names: Iterable[str], *, folder: Path) -> None:
    """Pass if the test splits of the corpora that benchmarks of these names read are there.

    Args:
        folder: the data root.

    Raises:
        DataError: naming everything that is missing, or broken at its beginning.
    """
    corpora = {name: corpus for corpus, name in OTHER_NAMES.items()}
    problems: list[Problem] = []
    for name in names:
        kind = name.partition("-only-")[0]
        corpus = corpora.get(kind, kind)
        for split in SPLITS[corpus]:
            try:
                if "test" in split:
                    next(READERS[corpus](folder, split=split), None)
            except DataError as error:
                problems += error.problems
    if problems:
        raise DataError(dict.fromkeys(problems))


def run_benchmarks(
    model: Model, folder: Path, *, runners: Mapping[str, Runner]
) -> tuple[dict[str, Table], dict[str, StanceError]]:
    """Return the tables by name, and what stands in the way of those for which the model has no head or the corpus is missing.

    Args:
        folder: the data root.

    Raises:
        DataError: a corpus is broken.
    """
    tables: dict[str, Table] = {}
    lacking: dict[str, StanceError] = {}
    for name, run_one in runners.items():
        try:
            tables[name] = run_one(model, folder)
        except (ConfigError, MissingCorpusError) as error:
            lacking[name] = error
    return tables, lacking

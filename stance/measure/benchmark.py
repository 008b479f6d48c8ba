"""The public test sets by name, each a table of a model's scores with floors and published systems beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from stance.corpora import checkthat, gum, newsmtsc, polnear, wnut17
from stance.errors import ConfigError, Problem, nearest
from stance.measure.attribution_benchmark import polnear_table
from stance.measure.entity_benchmark import gum_table, wnut17_table
from stance.measure.prediction import ActorModel, Predictor
from stance.measure.subjectivity_benchmark import checkthat_table
from stance.measure.tables import Table
from stance.measure.target_benchmark import TargetModel, newsmtsc_table


class Model(TargetModel, Predictor, ActorModel, Protocol):
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
}
"""What `stance benchmark` runs."""


def find_benchmarks(names: Sequence[str]) -> dict[str, Runner]:
    """Return the benchmarks of these names; all where none is named.

    Raises:
        ConfigError: naming every name that is no benchmark's.
    """
    problems = [
        Problem(
            "stance benchmark",
            f"there is no benchmark {name!r}{nearest(name, BENCHMARKS)}",
            wish=f"one of {', '.join(BENCHMARKS)}",
            cure="name one of these, or none to run all",
        )
        for name in names
        if name not in BENCHMARKS
    ]
    if problems:
        raise ConfigError(problems)
    return {name: BENCHMARKS[name] for name in dict.fromkeys(names or BENCHMARKS)}

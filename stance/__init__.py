"""Argument and stance mining in op-eds: what a piece reports, whom it quotes, and what its author thinks of whom."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from stance.document import Document
from stance.errors import StanceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stance.actors.own import OwnActor
    from stance.predict.pipeline import Pipeline
    from stance.show.comparison import OutletComparison

logging.getLogger("stance").addHandler(logging.NullHandler())  # the library is silent unless its user listens

__version__ = "0.1.0"
__all__ = ["Document", "StanceError", "compare_outlets", "load", "__version__"]


def load(
    model: str | Path | None = None,
    *,
    actors: str | Path | Sequence[OwnActor] | None = None,
    only_actors: bool = False,
) -> Pipeline:
    """Return the pipeline of a checkpoint: a name (`small`), a folder or a hub id; the shipped default when None.

    torch is imported here and not before, so that `import stance` stays quick.

    Args:
        actors: a file (.yaml, .csv) of one's own actors, found by their names and winning over the shipped table.
        only_actors: no actors but these.

    Raises:
        CheckpointError: no such checkpoint, or a file of it is missing or corrupt.
        ConfigError: `only_actors` without actors.
        DataError: the file of actors is missing, or wrong; all mistakes at once.
    """
    from stance.predict.pipeline import load_pipeline

    return load_pipeline(model, actors=actors, only_actors=only_actors)


def compare_outlets(
    documents: Iterable[Document],
    *,
    by: str = "outlet",
    actors: Sequence[str] | None = None,
    gold: Sequence[Document] | None = None,
    event: str | None = None,
    seed: int = 0,
) -> OutletComparison:
    """Return how outlets (or other groups) differ: data frames, figures, a summary in sentences, and a page to write.

    It is the function behind `stance compare`, by another name, since `stance.compare` is the folder that it comes from;
    `stance.compare.comparison.compare` has all settings. pandas and scipy are imported here and not before.

    Args:
        documents: predicted, or annotated by hand.
        by: the column of meta whose values are compared, or `week`, `month`, `year` of the date.
        actors: names, links or keys; None for those that most articles take a stance on.
        gold: hand-coded articles out of the documents, to correct the model's errors by.
        event: a day, to compare what comes after with what was before.
        seed: of the resampling; the same seed gives the same numbers.

    Raises:
        DataError: an unknown column, actor or day, no article, or gold that does not fit.
    """
    from stance.compare.comparison import Plan, compare
    from stance.show.comparison import OutletComparison

    plan = Plan(by=by, actors=actors, event=event, seed=seed)
    return OutletComparison(compare(documents, plan, gold=gold), __version__)

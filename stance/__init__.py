"""Argument and stance mining in op-eds: what a piece reports, whom it quotes, and what its author thinks of whom."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from stance.document import Document
from stance.errors import StanceError

if TYPE_CHECKING:
    from stance.predict.pipeline import Pipeline

logging.getLogger("stance").addHandler(logging.NullHandler())  # the library is silent unless its user listens

__version__ = "0.1.0"
__all__ = ["Document", "StanceError", "load", "__version__"]


def load(model: str | Path | None = None) -> Pipeline:
    """Return the pipeline of a checkpoint: a name (`small`), a folder or a hub id; the shipped default when None.

    torch is imported here and not before, so that `import stance` stays quick.

    Raises:
        CheckpointError: no such checkpoint, or a file of it is missing or corrupt.
    """
    from stance.predict.pipeline import load_pipeline

    return load_pipeline(model)

"""Where the corpora lie, and what a reader says when one of them, a file of it or a split is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from stance.errors import DataError, Problem, nearest
from stance.shipped import shipped_path

GOLD: Final = shipped_path("seeds/gold")
"""The stand-off gold that comes with the repository."""


MANY: Final = 5
"""From here on, missing files are counted and not listed."""


class MissingCorpusError(DataError):
    """A corpus, or a file of it, that is not there; one that is there and broken is a `DataError` like any other."""


def require_split(split: str, splits: Sequence[str], *, corpus: str) -> None:
    """Pass if the corpus has the split.

    Raises:
        DataError: it has not; the message names the nearest one.
    """
    if split not in splits:
        problem = Problem(
            f"corpus {corpus}",
            f"there is no split {split!r}{nearest(split, splits)}",
            wish=f"one of {', '.join(splits)}",
            cure="name one of these splits",
        )
        raise DataError(problem)


def require_paths(paths: Iterable[Path], *, corpus: str) -> None:
    """Pass if all the files and folders are there.

    Raises:
        MissingCorpusError: naming those that are missing, or the first and their number where there are many.
    """
    cure = f"fetch the corpus with `python scripts/get_data.py {corpus}`, or name the folder where it lies"
    missing = [path for path in paths if not path.exists()]
    shown = missing if len(missing) <= MANY else missing[:1]
    if missing:
        value = "there is no such file or folder"
        if len(shown) < len(missing):
            value += f", and {len(missing) - 1} others are missing too"
        raise MissingCorpusError(
            Problem(str(path), value, wish=f"a part of the corpus {corpus}", cure=cure) for path in shown
        )


def broken(place: str, value: str, *, wish: str, corpus: str) -> Problem:
    """Return the problem of a corpus file that does not keep its own format."""
    cure = f"fetch the corpus again with `python scripts/get_data.py {corpus}`"
    return Problem(place, value, wish=wish, cure=cure)

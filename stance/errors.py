"""Every mistake a user can make, said with place, value and cure.

The command line prints a `StanceError` without a traceback and exits with 2; any other exception is a bug.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands, what stands there, what was expected, and what mends it.

    >>> print(Problem("essay.txt", "the file is empty", wish="the text of an article", cure="remove the file"))
    essay.txt: the file is empty; expected the text of an article. To mend it: remove the file.
    """

    place: str
    value: str
    wish: str
    cure: str

    def __str__(self) -> str:
        return f"{self.place}: {self.value}; expected {self.wish}. To mend it: {self.cure}."


class StanceError(Exception):
    """The base of all mistakes that a user can make; carries every problem found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InputError(StanceError):
    """An input file, folder or table that cannot be read as articles."""


class OutputError(StanceError):
    """An output that cannot be written."""


class ConfigError(StanceError):
    """A setting that is unknown, missing, repeated or out of range."""


class CheckpointError(StanceError):
    """A model folder that is missing, incomplete or corrupt."""


class DataError(StanceError):
    """A corpus or an annotation that is missing, or breaks the rules of its format."""


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest of the choices, or an empty string when none is near.

    >>> nearest("outlt", ["outlet", "author"])
    " (did you mean 'outlet'?)"
    >>> nearest("zebra", ["outlet", "author"])
    ''
    """
    found: Sequence[str] = difflib.get_close_matches(name, list(choices), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""

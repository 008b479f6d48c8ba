"""Where the data lie that come with the package: in a checkout the repository's own folders, else the copies in the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_COPIES = _PACKAGE / "_shipped"


def shipped_path(path: str) -> Path:
    """Return the place of a file or folder that is named as in the repository; that it exists is not checked.

    >>> shipped_path("seeds/actors/actors.csv").name
    'actors.csv'
    """
    return (_COPIES if _COPIES.is_dir() else _PACKAGE.parent) / path

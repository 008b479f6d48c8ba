"""What a user names as input (files, folders, patterns, `-`) to the files that are read, each with its article's id."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from stance.errors import InputError, Problem, nearest

SUFFIXES: Final = (
    ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf",
    ".csv", ".tsv", ".jsonl", ".ndjson", ".parquet",
)  # fmt: skip
"""The suffixes of files that are read, in any case."""

_CURES: Final = {
    ".json": "for one object a line, name it .jsonl; for a list, `jq -c '.[]' IN.json > OUT.jsonl`",
    ".doc": "save it as .docx",
    ".odt": "save it as .docx",
    ".rtf": "save it as .docx",
    ".xlsx": "save it as .csv",
    ".xls": "save it as .csv",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, or standard input where `path` is None; `id` names its article, or begins the ids of its rows."""

    path: Path | None
    id: str


def find(inputs: Sequence[str], *, output: Path | None = None) -> list[Found]:
    """Return the files that the inputs stand for, each once: inputs as given, what a folder or pattern holds sorted.

    A folder stands for all files with a known suffix in it and its folders, hidden ones (`.name`) aside; links to
    folders are not followed. A pattern (`*`, `?`, `[a-z]`, `**`) is looked up where no file has that very name. `-` is
    standard input.

    An id is the path without suffix, relative to the folder given (or to the fixed part of the pattern), and the bare
    name for a file that was named itself. Where ids collide, the folders come in, then the suffix, then `-2`, `-3`.

    Where `output` lies in a folder or fits a pattern, it is no input: it was written by an earlier run.

    Raises:
        InputError: a path is missing, a folder or pattern holds no article, a suffix is not known; all of them at once.
    """
    found, problems, _ = look(inputs, output=output)
    if problems:
        raise InputError(problems)
    return found


def look(inputs: Sequence[str], *, output: Path | None = None) -> tuple[list[Found], list[Problem], list[Path]]:
    """Return what `find` finds, the problems with the other inputs, and the paths of `output` that were left out."""
    target = None if output is None else os.path.realpath(output)
    left_out: list[Path] = []
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    if not inputs:
        problems.append(
            Problem(
                "input",
                "nothing was named",
                wish="files, folders or `-`",
                cure="name them, such as `stance predict opeds/`",
            )
        )
    for name in inputs:
        try:
            items = _expand(name)
            kept = items if _is_itself(name) else [item for item in items if _target(item) != target]
            left_out += [item.path for item in items if item not in kept and item.path is not None]
            if items and not kept:
                problems.append(_only_output(name))
            for item in kept:
                found.setdefault(_target(item), item)
        except InputError as error:
            problems += error.problems
    return _distinct(list(found.values())), problems, left_out


def _target(item: Found) -> str:
    return "-" if item.path is None else os.path.realpath(item.path)


def _is_itself(name: str) -> bool:
    """Return whether an input is one file, and not a folder or a pattern."""
    return name == "-" or (os.path.lexists(name) and not os.path.isdir(name))


def _only_output(name: str) -> Problem:
    value, cure = "nothing in it but the output of this command", "put articles there, or name another input"
    return Problem(name, value, wish=f"files that end in {', '.join(SUFFIXES)}", cure=cure)


def _expand(name: str) -> list[Found]:
    if name == "-":
        return [Found(None, "stdin")]
    path = Path(name)
    if os.path.isdir(path):
        return _folder(path)
    if os.path.lexists(path):
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(_unknown_suffix(path))
        return [Found(path, path.stem)]
    if glob.has_magic(name):
        return _pattern(name)
    raise InputError(_missing(path))


def _folder(folder: Path) -> list[Found]:
    problems: list[Problem] = []

    def refused(error: OSError) -> None:
        value, cure = f"the folder may not be read ({error.strerror})", "change its permissions, or leave it out"
        problems.append(Problem(str(error.filename), value, wish="a folder that can be read", cure=cure))

    paths: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [Path(parent, name) for name in names if not name.startswith(".") and _is_known(name)]
    if problems:
        raise InputError(problems)
    if not paths:
        value = "no article in this folder or the folders in it"
        cure = "name another folder, or convert the files"
        raise InputError(Problem(str(folder), value, wish=f"files that end in {', '.join(SUFFIXES)}", cure=cure))
    return [_relative(path, folder) for path in sorted(paths)]


def _pattern(pattern: str) -> list[Found]:
    # the fixed part ends before the first folder with a wildcard in it
    parts = Path(pattern).parts
    fixed = next(place for place, part in enumerate(parts) if glob.has_magic(part))
    base = Path(*parts[:fixed])
    matches = sorted(Path(match) for match in glob.glob(pattern, recursive=True))
    files = [path for path in matches if os.path.isfile(path) and _is_known(path.name)]
    found = [_relative(path, base) for path in files]
    for path in matches:
        # with `**` the files in a folder are matches themselves
        if os.path.isdir(path) and "**" not in parts:
            found += [replace(item, id=(path.relative_to(base) / item.id).as_posix()) for item in _folder(path)]
    if found:
        return found
    value = (
        f"the pattern matches {len(matches)} files or folders, none of them an article"
        if matches
        else "the pattern matches nothing"
    )
    cure = f"check it with `ls -d {pattern}`"
    raise InputError(Problem(pattern, value, wish=f"files that end in {', '.join(SUFFIXES)}", cure=cure))


def _is_known(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


def _relative(path: Path, folder: Path) -> Found:
    return Found(path, path.relative_to(folder).with_suffix("").as_posix())


def _unknown_suffix(path: Path) -> Problem:
    suffix = path.suffix.lower()
    value = (
        f"files that end in {suffix!r} are not read{nearest(suffix, SUFFIXES)}"
        if suffix
        else "the file's name has no suffix"
    )
    cure = _CURES.get(suffix, f"name it by what it holds, or pipe plain text in: `stance predict - < {path}`")
    return Problem(str(path), value, wish=f"one of {', '.join(SUFFIXES)}", cure=cure)


def _missing(path: Path) -> Problem:
    parent = path.parent
    if not os.path.isdir(parent):
        value, cure = (
            f"there is no folder {str(parent)!r}",
            "check the spelling, and the folder that you are in with `pwd`",
        )
        return Problem(str(path), value, wish="a file or folder that exists", cure=cure)
    try:
        names = sorted(os.listdir(parent))
    except OSError:
        names = []
    # by the name without suffix: all that end in .txt are alike to difflib
    stems = {Path(name).stem.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(path.stem.casefold(), stems, n=1)
    guess = f" (did you mean {stems[near[0]]!r}?)" if near else ""
    cure = f"check the spelling; `ls {parent}` lists what is there"
    return Problem(str(path), f"there is no such file or folder{guess}", wish="a file or folder that exists", cure=cure)


def _distinct(found: list[Found]) -> list[Found]:
    """Make ids differ: by folders, then by suffix, then by number."""
    for longer in (_with_folders, _with_suffixes):
        same: dict[str, list[int]] = {}
        for place, item in enumerate(found):
            same.setdefault(item.id, []).append(place)
        for places in same.values():
            for place, item in zip(places, longer([found[place] for place in places]), strict=True):
                found[place] = item
    numbered: dict[str, int] = {}
    return [replace(item, id=next_id(item.id, numbered)) for item in found]


def next_id(id: str, given: dict[str, int]) -> str:
    """Return the id if it was not given before, else the first of `id-2`, `id-3`, ... that was not; `given` counts.

    >>> given = {}
    >>> [next_id(id, given) for id in ("a", "a", "a-2", "a")]
    ['a', 'a-2', 'a-2-2', 'a-3']
    """
    number = given.get(id, 0) + 1
    new = id if number == 1 else f"{id}-{number}"
    while number > 1 and new in given:
        number += 1
        new = f"{id}-{number}"
    given[id] = number
    given.setdefault(new, 1)
    return new


def _with_folders(same: Sequence[Found]) -> list[Found]:
    paths = [Path(os.path.abspath(item.path)) for item in same if item.path is not None]
    if len(paths) < len(same) or len({path.parent for path in paths}) < 2:
        return list(same)
    common = Path(os.path.commonpath([path.parent for path in paths]))
    return [replace(item, id=_relative(path, common).id) for item, path in zip(same, paths, strict=True)]


def _with_suffixes(same: Sequence[Found]) -> list[Found]:
    if len({item.path.suffix for item in same if item.path is not None}) < 2:
        return list(same)
    return [item if item.path is None else replace(item, id=item.id + item.path.suffix) for item in same]

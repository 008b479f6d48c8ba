"""Fetch the public corpora: each from its home at a pinned commit, or from a folder, and checked by sha256.

    python scripts/get_data.py [NAME ...] [--to data] [--from FOLDER]

Without a name all of them. A corpus that is there and whole is passed over, so that a broken run is taken up by
running again. A corpus appears whole or not at all. Its terms are said before it comes: read them.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import io
import json
import os
import shutil
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from stance.errors import DataError, Problem, StanceError, nearest

MANIFEST: Final = Path(__file__).with_name("data_manifest.json")
HOME: Final = "https://github.com"
_BLOCK: Final = 1 << 20
_TIMEOUT_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Folder:
    """Many files of a corpus under one digest: those in a folder of the repository with the suffix, `count` of them.

    Files whose names begin with `except_prefix` are left out, if it is given.
    """

    repository_path: str
    path: str
    suffix: str
    count: int
    sha256: str
    except_prefix: str | None = None

    def takes(self, name: str) -> bool:
        left_out = self.except_prefix is not None and name.startswith(self.except_prefix)
        return name.endswith(self.suffix) and not left_out

    def paths(self, corpus: Path) -> list[Path]:
        """Return those files of it that the corpus's folder has."""
        return sorted(path for path in (corpus / self.path).glob("*") if path.is_file() and self.takes(path.name))


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is fetched of a repository at a commit: single files, known by their sha256, and folders."""

    name: str
    repository: str
    commit: str
    terms: str
    files: Mapping[str, str]
    folders: tuple[Folder, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 if all corpora are there, 2 if one is not, with the reason on standard error."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="corpora, all when none is named")
    parser.add_argument("--to", type=Path, default=Path("data"), metavar="FOLDER", help="where to put them (data)")
    parser.add_argument(
        "--from", type=Path, dest="source", metavar="FOLDER", help="copy from here, without the network"
    )
    options = parser.parse_args(arguments)
    corpora = read_manifest(MANIFEST)
    problems: list[Problem] = []
    for name in options.names or corpora:
        try:
            say(fetch(choose(name, corpora), options.to, source=options.source))
        except StanceError as error:
            problems += error.problems
    for problem in problems:
        say(str(problem))
    return 2 if problems else 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def read_manifest(path: Path) -> dict[str, Corpus]:
    """Return the corpora by name."""
    return {
        name: Corpus(
            name,
            entry["repository"],
            entry["commit"],
            entry["terms"],
            entry["files"],
            tuple(Folder(**folder) for folder in entry["folders"]),
        )
        for name, entry in json.loads(path.read_text(encoding="utf-8")).items()
    }


def choose(name: str, corpora: Mapping[str, Corpus]) -> Corpus:
    """Return the corpus of that name.

    Raises:
        DataError: there is none; the message names the nearest.
    """
    if name not in corpora:
        wish = f"one of {', '.join(corpora)}"
        raise DataError(Problem(name, f"no such corpus{nearest(name, corpora)}", wish=wish, cure="name one of these"))
    return corpora[name]


def fetch(corpus: Corpus, to: Path, *, source: Path | None = None, home: str = HOME) -> str:
    """Put the corpus below `to`, from the folder `source` or else from `home`, and return a line that says so.

    Raises:
        DataError: the corpus could not be had, a file of it is missing or has another sha256, or what is there already
        differs.
    """
    target = to / corpus.name
    if target.exists():
        problems = check(corpus, target, cure=f"remove {target} and run again")
        if problems:
            raise DataError(problems)
        return f"{corpus.name}: is there, and whole"
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{corpus.name}.", dir=to, ignore_cleanup_errors=True) as scratch:
        draft = Path(scratch) / corpus.name
        draft.mkdir(mode=0o755)
        if source is not None:
            copy(corpus, source / corpus.name, draft=draft)
            cure = f"get a whole copy into {source / corpus.name}"
        else:
            say(f"{corpus.name}: from {corpus.repository} at {corpus.commit[:12]}; terms: {corpus.terms}")
            archive = Path(scratch) / "archive.tar.gz"
            download(f"{home}/{corpus.repository}/archive/{corpus.commit}.tar.gz", archive, name=corpus.name)
            unpack(corpus, archive, draft=draft)
            cure = "run again; if it stays so, the archive no longer has it: get the corpus by hand and use `--from`"
        problems = check(corpus, draft, cure=cure)
        if problems:
            raise DataError(problems)
        stamp = f"source github:{corpus.repository} commit {corpus.commit}\nterms {corpus.terms}\n"
        (draft / "SOURCE.txt").write_text(stamp, encoding="utf-8")
        os.replace(draft, target)
    return f"{corpus.name}: done, in {target}"


def check(corpus: Corpus, folder: Path, *, cure: str) -> list[Problem]:
    """Return what is missing in a corpus, or differs."""
    problems = []
    for path, expected in corpus.files.items():
        place = folder / path
        if not place.is_file():
            problems.append(Problem(str(place), "the file is missing", wish=f"a file of {corpus.name}", cure=cure))
        elif (found := sha256(place)) != expected:
            value = f"the file has sha256 {found[:12]}…"
            problems.append(Problem(str(place), value, wish=f"{expected[:12]}…", cure=cure))
    for part in corpus.folders:
        place = folder / part.path
        paths = part.paths(folder)
        if len(paths) != part.count:
            value = f"the folder has {len(paths)} files {part.suffix}"
            problems.append(Problem(str(place), value, wish=f"{part.count}", cure=cure))
        elif (found := digest(paths)) != part.sha256:
            value = f"the {part.count} files {part.suffix} have together sha256 {found[:12]}…"
            problems.append(Problem(str(place), value, wish=f"{part.sha256[:12]}…", cure=cure))
    return problems


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(paths: Sequence[Path]) -> str:
    """Return the sha256 over the lines `NAME SHA256` of the files, in the order of their names."""
    lines = [f"{path.name} {sha256(path)}\n" for path in sorted(paths, key=lambda path: path.name)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def copy(corpus: Corpus, source: Path, *, draft: Path) -> None:
    """Copy those files of the corpus that are in the folder; `check` says which are not.

    Raises:
        DataError: there is no such folder.
    """
    if not source.is_dir():
        cure = "name the folder that holds the corpora, each in a folder of its name"
        raise DataError(Problem(str(source), "there is no such folder", wish=f"the corpus {corpus.name}", cure=cure))
    paths = [source / path for path in corpus.files]
    for part in corpus.folders:
        paths += part.paths(source)
    for path in paths:
        if path.is_file():
            place = draft / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def download(url: str, target: Path, *, name: str) -> None:
    """Write what the address gives to a file, and say on standard error how far it is.

    Raises:
        DataError: the address cannot be reached, or breaks off.
    """
    cure = "look to the network and run again, or take the corpus from a folder with `--from`"
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer, target.open("wb") as out:
            expected = int(answer.headers.get("Content-Length") or 0)
            done = 0
            while block := answer.read(_BLOCK):
                out.write(block)
                done += len(block)
                share = f" of {expected / 1e6:.0f}" if expected else ""
                print(f"\r{name}: {done / 1e6:.0f}{share} MB", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = error if isinstance(error, urllib.error.HTTPError) else getattr(error, "reason", error)
        wish = f"the archive of {name}"
        raise DataError(Problem(url, f"cannot be fetched ({reason})", wish=wish, cure=cure)) from None
    if expected and done != expected:
        value = f"broke off after {done} bytes"
        raise DataError(Problem(url, value, wish=f"{expected} bytes", cure=cure))


def unpack(corpus: Corpus, archive: Path, *, draft: Path) -> None:
    """Take the corpus's files out of an archive of its repository; nothing else is written, whatever the archive says.

    Single files are known by their sha256, so that it matters not where in the repository they stand, nor whether in a
    zip file of it.

    Raises:
        DataError: the archive is cut off or is none.
    """
    wanted: dict[str, list[str]] = {}
    for path, expected in corpus.files.items():
        wanted.setdefault(expected, []).append(path)
    suffixes = {PurePosixPath(path).suffix for path in corpus.files}
    try:
        with tarfile.open(archive, "r:gz") as members:
            for member in members:
                # the first part is REPOSITORY-COMMIT
                place = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                parts = [part for part in corpus.folders if str(place.parent) == part.repository_path]
                stream = members.extractfile(member) if member.isfile() else None
                if stream is None or not (parts or place.suffix in suffixes or place.suffix == ".zip"):
                    continue
                content = stream.read()
                for part in parts:
                    if part.takes(place.name):
                        put(draft / part.path / place.name, content)
                for inner in in_zip(content, suffixes) if place.suffix == ".zip" else [content]:
                    for path in wanted.get(hashlib.sha256(inner).hexdigest(), ()):
                        put(draft / path, inner)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        cure = "run again"
        raise DataError(
            Problem(corpus.name, f"the archive cannot be read ({error})", wish="a whole tar.gz", cure=cure)
        ) from None


def in_zip(archive: bytes, suffixes: set[str]) -> Iterator[bytes]:
    """Give the content of those files of a zip file that have one of the suffixes."""
    if not zipfile.is_zipfile(io.BytesIO(archive)):
        return
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        for name in members.namelist():
            if PurePosixPath(name).suffix in suffixes:
                yield members.read(name)


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())

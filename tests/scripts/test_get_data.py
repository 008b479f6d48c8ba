"""Fetching the corpora, from archives and folders made here in their form."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stance.errors import DataError

ESSAYS = {"a.txt": b"The gate is shut.\n", "b.txt": b"It was opened.\n"}
LICENSE = b"Free for all.\n"
TABLE = b"id\ttitle\n1\tThe Gate\n"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def corpus(script: Any) -> Any:
    essays = sha("".join(f"{name} {sha(content)}\n" for name, content in ESSAYS.items()).encode())
    return script.Corpus(
        "gates",
        "someone/gates",
        "c0ffee" * 6 + "beef",
        "CC BY 4.0",
        {"LICENSE": sha(LICENSE), "tables/essays.tsv": sha(TABLE)},
        (script.Folder("data/essays", "texts", ".txt", 2, essays, "draft"),),
    )


def archive(home: Path, corpus: Any, members: dict[str, bytes]) -> Path:
    """Write a repository's archive as GitHub has it: everything below one folder, REPOSITORY-COMMIT."""
    path = home / corpus.repository / "archive" / f"{corpus.commit}.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as out:
        for name, content in members.items():
            member = tarfile.TarInfo(f"gates-{corpus.commit}/{name}")
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return path


def repository() -> dict[str, bytes]:
    essays = {f"data/essays/{name}": content for name, content in ESSAYS.items()}
    others = {
        "LICENSE": LICENSE,
        "README.md": b"Not fetched.",
        "old/moved/table-of-essays.tsv": TABLE,
        "old/essays.tsv": b"another table of that name",
        "data/essays/draft-c.txt": b"left out",
        "data/essays/deeper/a.txt": b"not in the folder itself",
        "../../escape.txt": b"out of the folder",
    }
    return essays | others


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


WHOLE = {"LICENSE": LICENSE, "tables/essays.tsv": TABLE, "texts/a.txt": ESSAYS["a.txt"], "texts/b.txt": ESSAYS["b.txt"]}


def test_an_archive_gives_the_files_wherever_they_stand_in_it_and_nothing_else(
    script: Any, corpus: Any, tmp_path: Path
) -> None:
    archive(tmp_path / "home", corpus, repository())
    script.fetch(corpus, tmp_path / "data", home=(tmp_path / "home").as_uri())
    found = tree(tmp_path / "data" / "gates")
    stamp = found.pop("SOURCE.txt").decode()
    assert found == WHOLE
    assert "someone/gates" in stamp and corpus.commit in stamp and "CC BY 4.0" in stamp
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["gates"]
    assert not list(tmp_path.rglob("escape.txt"))


def test_a_file_inside_a_zip_of_the_repository_is_found(script: Any, corpus: Any, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("release/essays.tsv", TABLE)
    members = repository() | {"release.zip": packed.getvalue(), "broken.zip": b"no zip"}
    del members["old/moved/table-of-essays.tsv"]
    archive(tmp_path / "home", corpus, members)
    script.fetch(corpus, tmp_path / "data", home=(tmp_path / "home").as_uri())
    assert (tmp_path / "data/gates/tables/essays.tsv").read_bytes() == TABLE


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Serve the folder `home` on this machine."""
    (tmp_path / "home").mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, directory=str(tmp_path / "home"), **named)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_corpus_comes_over_http_with_its_terms_and_progress_on_standard_error(
    script: Any, corpus: Any, tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    archive(tmp_path / "home", corpus, repository())
    script.fetch(corpus, tmp_path / "data", home=server)
    out, err = capsys.readouterr()
    assert tree(tmp_path / "data" / "gates").items() >= WHOLE.items()
    assert out == ""
    assert "terms: CC BY 4.0" in err and " MB" in err


def test_an_address_that_gives_nothing_is_said_with_its_cure_and_leaves_nothing(
    script: Any, corpus: Any, tmp_path: Path, server: str
) -> None:
    with pytest.raises(DataError, match=r"cannot be fetched \(HTTP Error 404.*--from"):
        script.fetch(corpus, tmp_path / "data", home=server)
    assert list((tmp_path / "data").iterdir()) == []


def test_no_network_is_said_without_a_traceback(script: Any, corpus: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be fetched"):
        script.fetch(corpus, tmp_path / "data", home="http://127.0.0.1:9")


def test_an_archive_that_is_cut_off_is_refused_and_leaves_nothing(script: Any, corpus: Any, tmp_path: Path) -> None:
    path = archive(tmp_path / "home", corpus, repository())
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="gates: the archive cannot be read"):
        script.fetch(corpus, tmp_path / "data", home=(tmp_path / "home").as_uri())
    assert list((tmp_path / "data").iterdir()) == []


def test_what_is_missing_and_what_differs_are_said_together(script: Any, corpus: Any, tmp_path: Path) -> None:
    members = repository() | {"LICENSE": b"Mine.", "data/essays/b.txt": b"It was shut.\n"}
    archive(tmp_path / "home", corpus, members)
    with pytest.raises(DataError) as caught:
        script.fetch(corpus, tmp_path / "data", home=(tmp_path / "home").as_uri())
    problems = [str(problem) for problem in caught.value.problems]
    assert len(problems) == 2
    assert "LICENSE: the file is missing" in problems[0]
    assert "the 2 files .txt have together sha256" in problems[1]
    assert not (tmp_path / "data" / "gates").exists()


def local(folder: Path) -> Path:
    for name, content in WHOLE.items():
        path = folder / "gates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "gates" / "notes.txt").write_text("not of the corpus")
    return folder


def test_a_folder_is_copied_and_checked_alike(script: Any, corpus: Any, tmp_path: Path) -> None:
    script.fetch(corpus, tmp_path / "data", source=local(tmp_path / "copy"))
    found = tree(tmp_path / "data" / "gates")
    del found["SOURCE.txt"]
    assert found == WHOLE


def test_a_folder_with_a_changed_file_names_it(script: Any, corpus: Any, tmp_path: Path) -> None:
    source = local(tmp_path / "copy")
    (source / "gates" / "tables" / "essays.tsv").write_bytes(b"changed")
    (source / "gates" / "texts" / "a.txt").unlink()
    with pytest.raises(DataError) as caught:
        script.fetch(corpus, tmp_path / "data", source=source)
    first, second = (str(problem) for problem in caught.value.problems)
    assert "tables/essays.tsv: the file has sha256" in first
    assert "texts: the folder has 1 files .txt; expected 2" in second
    assert list((tmp_path / "data").iterdir()) == []


def test_a_corpus_that_is_whole_is_passed_over_and_one_that_is_not_is_never_touched(
    script: Any, corpus: Any, tmp_path: Path
) -> None:
    target = local(tmp_path / "data")
    assert script.fetch(corpus, target, home="http://127.0.0.1:9") == "gates: is there, and whole"
    (target / "gates" / "LICENSE").write_bytes(b"Mine.")
    with pytest.raises(DataError, match=r"LICENSE: the file has sha256.*remove .*gates and run again"):
        script.fetch(corpus, target, home="http://127.0.0.1:9")
    assert (target / "gates" / "LICENSE").read_bytes() == b"Mine."


def test_the_command_line_takes_all_it_can_and_says_what_it_could_not(
    script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(["newsmtcs", "polnear", "--to", str(tmp_path / "data"), "--from", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "did you mean 'newsmtsc'" in err
    assert "polnear: there is no such folder" in err


def test_the_manifest_names_repository_commit_and_terms_of_every_corpus(script: Any) -> None:
    corpora = script.read_manifest(script.MANIFEST)
    assert {"newsmtsc", "polnear", "webis-editorials-adu", "gum", "narrative-framing"} <= set(corpora)
    for corpus in corpora.values():
        assert len(corpus.commit) == 40 and "/" in corpus.repository and corpus.terms
        assert all(len(digest) == 64 for digest in [*corpus.files.values(), *(part.sha256 for part in corpus.folders)])
    assert json.loads(script.MANIFEST.read_text(encoding="utf-8")).keys() == corpora.keys()


@pytest.mark.data
def test_the_manifest_fits_the_corpora(script: Any, data_folder: Path) -> None:
    for corpus in script.read_manifest(script.MANIFEST).values():
        assert script.check(corpus, data_folder / corpus.name, cure="") == []

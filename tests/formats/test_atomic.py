"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stance.errors import OutputError
from stance.formats.atomic import writing


@contextmanager
def as_nobody() -> Iterator[None]:
    """Lay down the rights of root, if the tests have them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    path.chmod(0o640)
    with writing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == tmp_path
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(error), writing(path) as temporary:
        temporary.write_text("half")
        raise error
    assert os.listdir(tmp_path) == ["out.txt"]
    assert path.read_text() == "old"


def test_a_new_file_has_the_permissions_that_the_user_gives_to_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with writing(tmp_path / "out"):
        pass
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_keeps_pointing_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "out")
    with writing(tmp_path / "link") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "out").read_text() == "new"


def test_a_missing_folder_a_folder_and_a_device_are_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for path, message in (
        (tmp_path / "a b" / "out", "there is no folder .*mkdir -p '.*a b'`"),
        (tmp_path, "it is a folder.*predicted.jsonl"),
        (tmp_path / "file" / "out", "is a file, not a folder"),
        (tmp_path / "pipe", "it is a pipe or a device.*leave `-o` out"),
    ):
        with pytest.raises(OutputError, match=message), writing(path):
            pass


def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, *(above for above in tmp_path.parents if "pytest-" in str(above))):
        folder.chmod(0o755)
    with as_nobody():
        tmp_path.chmod(0o555) if os.geteuid() == tmp_path.stat().st_uid else None
        with pytest.raises(OutputError, match=r"may not be written \(Permission denied\)"), writing(tmp_path / "out"):
            pass


def test_a_full_disk_is_a_mistake_to_mend_and_other_failures_are_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left on device.*free some space"), writing(tmp_path / "out"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(ConnectionResetError), writing(tmp_path / "out"):
        raise ConnectionResetError
    assert os.listdir(tmp_path) == []

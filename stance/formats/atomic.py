"""Files that appear whole or not at all: a temporary file in the same folder takes the old one's place at the end."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from stance.errors import OutputError, Problem

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a new empty file next to `path`; it becomes `path` when the block ends, and goes when the block raises.

    A file that `path` names keeps its permissions, and a link its place: the file that it points to is the one
    replaced.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "out.txt"
    >>> with writing(target) as temporary:
    ...     _ = temporary.write_text("whole")
    >>> target.read_text()
    'whole'

    Raises:
        OutputError: the folder is missing or may not be written, `path` is a folder, a pipe or a device, or the disk is
            full.
    """
    target = Path(os.path.realpath(path))
    _check_target(path, target)
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        # not `tempfile`, whose files only their owner may read
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        value = f"the folder {str(target.parent)!r} may not be written ({error.strerror})"
        cure = "name a place of your own with `-o`, or change the folder's permissions"
        raise OutputError(Problem(str(path), value, wish="a folder to write in", cure=cure)) from None
    try:
        yield temporary
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        value = f"could not be written to its end ({error.strerror})"
        raise OutputError(
            Problem(str(path), value, wish="room for the file", cure="free some space, or name another place")
        ) from None
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _check_target(path: Path, target: Path) -> None:
    if os.path.isdir(target):
        cure = f"name a file in it, such as `-o {shlex.quote(str(path / 'predicted.jsonl'))}`"
        raise OutputError(Problem(str(path), "it is a folder", wish="the name of a file", cure=cure))
    if os.path.exists(target) and not os.path.isfile(target):
        cure = "leave `-o` out to write to standard output, or name a file"
        raise OutputError(Problem(str(path), "it is a pipe or a device", wish="the name of a file", cure=cure))
    if os.path.isdir(target.parent):
        return
    if os.path.exists(target.parent):
        value, cure = f"{str(path.parent)!r} is a file, not a folder", "name a place in a folder"
    else:
        value, cure = f"there is no folder {str(path.parent)!r}", f"make it: `mkdir -p {shlex.quote(str(path.parent))}`"
    raise OutputError(Problem(str(path), value, wish="a folder that exists", cure=cure))

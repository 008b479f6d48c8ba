"""Plain text: the whole file, and nothing but text."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.document import Document
from stance.errors import InputError
from stance.formats.txt import read


def test_the_text_is_the_whole_file_with_line_feeds(tmp_path: Path) -> None:
    path = tmp_path / "piece.txt"
    path.write_bytes("\ufeffEnough\r\n\r\n  The “end”.\r\n".encode())
    assert read(path) == Document("piece", "Enough\n\n  The “end”.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "piece.txt: the file is empty; expected the text of an article"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b" \r\n\t\n", "the file holds nothing but white space"),
    ],
)
def test_a_file_without_text_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "piece.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read(path)

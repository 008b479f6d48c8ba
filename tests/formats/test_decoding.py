"""Which bytes are text, and what is said about those that are not."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.errors import InputError
from stance.formats.decoding import decode, decode_lines, open_text

OPED = "“Enough,” said José – and left the café.\nNobody followed him, which surprised no one.\n" * 3


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\ufeff")), st.sampled_from(["", "\ufeff"]))
def test_any_text_in_utf8_comes_back_with_or_without_mark(text: str, mark: str) -> None:
    body = "x" + text  # no text begins like an archive
    assert decode((mark + body).encode(), source="a.txt") == body


def test_line_ends_of_windows_and_of_old_macs_become_line_feeds() -> None:
    assert decode(b"one\r\ntwo\rthree\n", source="a.txt") == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("encoding", "named", "offset"),
    [
        ("utf-16", "UTF-16", 0),
        ("utf-32", "UTF-32", 0),
        ("utf-16-le", "UTF-16LE", 3),
        ("utf-16-be", "UTF-16BE", 2),
        ("utf-32-le", "UTF-32LE", 2),
        ("utf-32-be", "UTF-32BE", 0),
        ("cp1252", "WINDOWS-1252", 0),
    ],
)
def test_the_cure_for_another_encoding_is_a_command_that_mends_the_file(
    tmp_path: Path, encoding: str, named: str, offset: int
) -> None:
    path = tmp_path / "an essay.txt"
    path.write_bytes(OPED.encode(encoding))
    with pytest.raises(InputError) as caught:
        decode(path.read_bytes(), source=path)
    (problem,) = caught.value.problems
    assert problem.place == str(path)
    assert f"byte offset {offset}" in problem.value
    command = problem.cure.split("`")[1]
    assert f"-f {named} -t UTF-8 {shlex.quote(str(path))}" in command
    subprocess.run(command, shell=True, check=True)
    assert decode((tmp_path / "an essay.utf8.txt").read_bytes(), source="mended") == OPED


def test_latin_1_is_named_where_no_byte_is_from_windows_1252_alone() -> None:
    with pytest.raises(
        InputError, match=r"byte offset 3 \(byte 0xE9\), most likely Latin-1 .* reads there 'café au lait'"
    ):
        decode("café au lait".encode("latin-1"), source="a.txt")


def test_a_few_bad_bytes_in_utf8_are_called_broken_and_their_offset_counts_the_mark() -> None:
    raw = b"\xef\xbb\xbf" + "José – ".encode() + b"\xff" + " “so”".encode()
    with pytest.raises(InputError, match=r"broken UTF-8 at byte offset 13 \(byte 0xFF\).*iconv -c"):
        decode(raw, source="a.txt")
    assert raw[13] == 0xFF


def test_a_text_cut_off_within_a_character_is_broken_and_not_windows_1252() -> None:
    with pytest.raises(InputError, match="broken UTF-8 at byte offset 6"):
        decode("It ended”".encode().replace("ended”".encode(), b"is \xe2\x80"), source="a.txt")


def test_bytes_that_windows_1252_lacks_are_not_guessed_at() -> None:
    with pytest.raises(InputError, match="nor Windows-1252 or Latin-1.*file -i"):
        decode("Мнение".encode("koi8-r") + b"\x81\x9d", source="a.txt")


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"PK\x03\x04rest", "zip archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG image"),
        (b"\xff\xd8\xff\xe0\x00", "JPEG image"),
        (b"{\\rtf1 text", "RTF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"some text \x00 and more", "NUL byte at byte offset 10"),
    ],
)
def test_archives_images_and_bytes_that_are_no_text_are_named(raw: bytes, named: str) -> None:
    with pytest.raises(InputError, match=named):
        decode(raw, source="a.txt")


def test_a_large_file_is_checked_to_its_end_before_its_first_line_is_given(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    line = "José – said\n".encode()
    count = (1 << 20) // len(line) + 10
    head = b"x" * 11 + b"\n"  # so that the first block ends within a character
    with pytest.raises(UnicodeDecodeError, match="unexpected end of data"):
        (head + line * count)[: 1 << 20].decode()
    path.write_bytes(head + line * count + b"Jos\xff\n" + line)
    with pytest.raises(InputError, match=f"broken UTF-8 at byte offset {len(head) + len(line) * count + 3} "):
        open_text(path, newline="")
    path.write_bytes(b"\xef\xbb\xbf" + line * count)
    with open_text(path, newline="") as stream:
        assert stream.read() == line.decode() * count


def test_a_stream_is_decoded_line_by_line_and_its_offset_counts_from_its_beginning() -> None:
    lines = decode_lines(io.BytesIO("\ufeffone\ntwo\n".encode() + b"caf\xe9s\n"), source="standard input")
    assert [next(lines), next(lines)] == ["one\n", "two\n"]
    with pytest.raises(InputError, match=r"standard input: not UTF-8 at byte offset 14 .*in the pipe, ahead of"):
        next(lines)


def test_the_original_is_left_as_it_was_by_the_cure() -> None:
    with pytest.raises(InputError) as caught:
        decode(b"caf\xe9s", source=Path("dir", "a.txt"))
    assert f"> {os.path.join('dir', 'a.utf8.txt')}" in str(caught.value)

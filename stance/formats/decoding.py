"""Bytes to text: UTF-8 is read, with or without its mark; all else is refused with the command that mends it.

Line ends become `\\n` (from `\\r\\n` and `\\r`) and the byte order mark goes; offsets into a document refer to the text
after that.
"""

from __future__ import annotations

import codecs
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from stance.document import Document
from stance.errors import InputError, Problem

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 4096
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_UNDEFINED_IN_WINDOWS_1252: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
_MARKS: Final = (  # the longer marks first: that of UTF-32LE begins with that of UTF-16LE
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SIGNATURES: Final = (
    (b"PK\x03\x04", "a zip archive", "unpack it, or name it .docx if it is a Word file"),
    (b"%PDF-", "a PDF file", "name it .pdf"),
    (b"PAR1", "a Parquet table", "name it .parquet"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Office file", "save it as .docx without a password"),
    (b"{\\rtf", "a rich text file (RTF)", "save it as .docx or .txt"),
    (b"\x1f\x8b", "a gzip archive", "unpack it with gunzip"),
    (b"BZh", "a bzip2 archive", "unpack it with bunzip2"),
    (b"\xfd7zXZ", "an xz archive", "unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it with unzstd"),
    (b"\x89PNG", "a PNG image", "leave it out"),
    (b"\xff\xd8\xff", "a JPEG image", "leave it out"),
    (b"GIF8", "a GIF image", "leave it out"),
)


def decode(raw: bytes, *, source: Path | str) -> str:
    """Return the text of UTF-8 bytes, without byte order mark and with `\\n` as the only line end.

    `source` begins the message: the path of a file, or words such as `standard input`.

    >>> decode(b"\\xef\\xbb\\xbfone\\r\\ntwo", source="essay.txt")
    'one\\ntwo'

    Raises:
        InputError: the bytes are UTF-16, UTF-32, Windows-1252, Latin-1, broken UTF-8, an archive, an image or otherwise
            binary.
    """
    refuse_binary(raw, source=source)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the codec counts from behind the mark
        mark = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
        raise _not_utf8(raw, mark + error.start, before=0, source=source) from None
    return one_line_end(text)


def one_line_end(text: str) -> str:
    """Return the text with `\\r\\n` and lone `\\r` as `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encodable(document: Document) -> Document:
    """Return the document with U+FFFD for half surrogate pairs in id, text and meta, which no encoding can hold.

    They come from names of files that are no UTF-8, escapes in front matter, and PDF files. Halves that belong together
    become their character, but not in the text, which keeps its length.

    >>> from stance.document import Meta
    >>> found = encodable(Document("caf\\udce9", "so \\ud83d.", Meta("\\ud83d\\ude00")))
    >>> (found.id, found.text, found.meta.title) == ("caf\\ufffd", "so \\ufffd.", "\\U0001f600")
    True
    """
    meta = document.meta
    more = {_joined(name): _joined(value) for name, value in meta.more.items()}
    known = {each.name: _joined(value) for each in fields(meta) if isinstance(value := getattr(meta, each.name), str)}
    id, text = _joined(document.id), _SURROGATE.sub("\ufffd", document.text)
    whole = replace(document, id=id, text=text, meta=replace(meta, more=more, **known))
    return document if whole == document else whole


def _joined(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


def refuse_binary(raw: bytes, *, source: Path | str, before: int = 0) -> None:
    """Raise unless the bytes could be UTF-8: no mark of another Unicode encoding, no NUL, no archive, no image.

    `before` bytes of the source came ahead of `raw`; what a file begins with is looked for at its beginning alone.

    Raises:
        InputError: naming what the bytes are and what mends it.
    """
    for mark, encoding in _MARKS:
        if before == 0 and raw.startswith(mark):
            raise _encoded(f"{encoding} by the byte order mark at byte offset 0", encoding, source=source)
    for signature, kind, cure in _SIGNATURES:
        if before == 0 and raw.startswith(signature):
            raise InputError(Problem(str(source), f"the content is {kind}", wish="UTF-8 text", cure=cure))
    position = raw.find(0)
    if position < 0:
        return
    guess = _by_nul_bytes(raw[:_SAMPLE]) if before == 0 else None
    if guess is not None:
        raise _encoded(f"most likely {guess}, by its NUL bytes from byte offset {position} on", guess, source=source)
    value = f"binary, with a NUL byte at byte offset {before + position}"
    raise InputError(Problem(str(source), value, wish="UTF-8 text", cure="leave it out, or save it as plain text"))


def open_text(path: Path, *, newline: str) -> TextIO:
    """Return the open text of a file of any size, after one pass that finds it to be UTF-8 throughout.

    `newline` is that of `open`: the empty string keeps line ends for the csv module, `\\n` makes it the only line end.

    Raises:
        InputError: as `decode`; nothing of a file is read by a caller before all of it is known to be readable.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            refuse_binary(block, source=path, before=before)
            pending = decoder.getstate()[0]
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                raise _not_utf8(pending + block, error.start, before=before - len(pending), source=path) from None
            if not block:
                break
            before += len(block)
    return path.open(encoding="utf-8-sig", newline=newline)


def decode_lines(stream: BinaryIO, *, source: str) -> Iterator[str]:
    """Yield the lines of a stream that can be read only once, each decoded as it comes.

    Raises:
        InputError: at the first line that is not UTF-8.
    """
    before = 0
    for line in stream:
        refuse_binary(line, source=source, before=before)
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(line, error.start, before=before, source=source) from None
        yield text.removeprefix("\ufeff") if before == 0 else text
        before += len(line)


def _by_nul_bytes(sample: bytes) -> str | None:
    """Return the encoding that puts NUL bytes where these stand: text in it is mostly ASCII."""
    zeros = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    if min(zeros[1:]) > 0.9 and zeros[0] < 0.1:
        return "UTF-32LE"
    if min(zeros[:3]) > 0.9 and zeros[3] < 0.1:
        return "UTF-32BE"
    if min(zeros[1], zeros[3]) > 0.3 and max(zeros[0], zeros[2]) < 0.05:
        return "UTF-16LE"
    if min(zeros[0], zeros[2]) > 0.3 and max(zeros[1], zeros[3]) < 0.05:
        return "UTF-16BE"
    return None


def _not_utf8(raw: bytes, start: int, *, before: int, source: Path | str) -> InputError:
    """Return the error for bytes that stop being UTF-8 at `start`; `before` bytes of the source came ahead of `raw`."""
    sample = raw[max(0, start - _SAMPLE) : start + _SAMPLE]
    where = f"at byte offset {before + start} (byte 0x{raw[start]:02X})"
    decoded = sample.lstrip(bytes(range(0x80, 0xC0))).decode("utf-8", errors="replace")
    broken_count = decoded.count("\ufffd")
    sound_count = sum(character > "\x7f" for character in decoded) - broken_count
    cut_off = 1 < len(raw) - start < 4 and raw[start] >= 0xC2 and all(0x80 <= byte < 0xC0 for byte in raw[start + 1 :])
    if sound_count >= broken_count or cut_off:
        value = f"broken UTF-8 {where}, in a text that is UTF-8 otherwise"
        cure = f"get the file anew, or drop the broken bytes: {_command('-c -f UTF-8', source)}"
        return InputError(Problem(str(source), value, wish="UTF-8 text", cure=cure))
    if _UNDEFINED_IN_WINDOWS_1252.intersection(sample):
        value = f"not UTF-8 {where}, nor Windows-1252 or Latin-1"
        cure = f"ask `file -i` for the encoding and put it in place of ENCODING: {_command('-f ENCODING', source)}"
        return InputError(Problem(str(source), value, wish="UTF-8 text", cure=cure))
    windows = any(0x80 <= byte < 0xA0 for byte in sample)
    encoding = "WINDOWS-1252" if windows else "ISO-8859-1"
    excerpt = raw[max(0, start - 12) : start + 12].decode("cp1252", errors="replace")
    name = "Windows-1252" if windows else "Latin-1 (ISO-8859-1)"
    return _encoded(f"not UTF-8 {where}, most likely {name}, which reads there {excerpt!r}", encoding, source=source)


def _encoded(value: str, encoding: str, *, source: Path | str) -> InputError:
    cure = f"run {_command(f'-f {encoding}', source)}"
    return InputError(Problem(str(source), value, wish="UTF-8 text", cure=cure))


def _command(options: str, source: Path | str) -> str:
    """Return the iconv command to type; it leaves the original as it is."""
    if isinstance(source, str):
        return f"`iconv {options} -t UTF-8` in the pipe, ahead of `stance`"
    target = source.with_name(f"{source.stem}.utf8{source.suffix}")
    return f"`iconv {options} -t UTF-8 {shlex.quote(str(source))} > {shlex.quote(str(target))}`"

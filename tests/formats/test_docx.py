"""Word files: all paragraphs of the body and nothing that was deleted."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from stance.document import Meta
from stance.errors import InputError
from stance.formats.docx import read

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(tmp_path: Path, *bodies: str) -> Path:
    """Save a file with these elements in its body."""
    file = docx.Document()
    for body in bodies:
        file.element.body.insert(len(file.element.body) - 1, parse_xml(body))
    path = tmp_path / "piece.docx"
    file.save(str(path))
    return path


def test_paragraphs_and_properties_come_back(tmp_path: Path) -> None:
    file = docx.Document()
    file.add_heading("Enough", 0)
    paragraph = file.add_paragraph("The minister ")
    paragraph.add_run("lied").bold = True
    paragraph.add_run(" again.")
    file.add_paragraph("  ")
    file.add_table(1, 1).cell(0, 0).text = "In a table."
    file.add_paragraph("The “end”.")
    file.core_properties.title, file.core_properties.author = "Enough", "Ann Lee"
    file.core_properties.created = datetime.datetime(2015, 1, 7, 12, 30)
    path = tmp_path / "piece.docx"
    file.save(str(path))
    document = read(path)
    assert document.text == "Enough\n\nThe minister lied again.\n\nIn a table.\n\nThe “end”."
    assert (document.id, document.meta) == ("piece", Meta("Enough", author="Ann Lee", date="2015-01-07"))


def test_what_the_template_of_a_program_says_is_no_author_and_no_date(tmp_path: Path) -> None:
    path = saved(tmp_path, f"<w:p {W}><w:r><w:t>Words.</w:t></w:r></w:p>")
    assert read(path).meta == Meta()
    file = docx.Document(str(path))
    file.core_properties.author = "Ann Lee"
    file.save(str(path))
    assert read(path).meta == Meta(author="Ann Lee")


def test_a_file_without_properties_has_no_title(tmp_path: Path) -> None:
    whole, path = saved(tmp_path, f"<w:p {W}><w:r><w:t>Words.</w:t></w:r></w:p>"), tmp_path / "bare.docx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            if name != "docProps/core.xml":
                content = re.sub(rb"<(Relationship|Override) [^>]*core-properties[^>]*/>", b"", source.read(name))
                target.writestr(name, content)
    assert (read(path).text, read(path).meta) == ("Words.", Meta())


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    old = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
    body = (
        f"<w:p {W}><w:r><w:t>A </w:t></w:r>{old}<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p>"
    )
    assert read(saved(tmp_path, body)).text == "A new."


def test_content_controls_and_text_boxes_are_read_once_and_links_keep_their_text(tmp_path: Path) -> None:
    control = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>Inside.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    box = "<w:txbxContent><w:p><w:r><w:t>Boxed.</w:t></w:r></w:p></w:txbxContent>"
    choice = f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"
    link = "<w:hyperlink><w:r><w:t> it.</w:t></w:r></w:hyperlink>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    around = f"<w:p {W} {mc}><w:r><w:t>Around</w:t></w:r>{both}{link}</w:p>"
    assert read(saved(tmp_path, control, around)).text == "Inside.\n\nAround it.\n\nBoxed."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"just words", "it is no Word file"),
        (b"PK\x03\x04 and no more", "cannot be opened as a Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected by a password, or an old Word file.*without a password"),
    ],
)
def test_what_is_no_word_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "piece.docx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read(path)


def test_a_damaged_or_textless_word_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file is empty"):
        read(saved(tmp_path))
    path = saved(tmp_path, f"<w:p {W}><w:r><w:t>{'words ' * 3000}</w:t></w:r></w:p>")
    raw = path.read_bytes()
    refused = 0
    for place in range(40, len(raw), len(raw) // 60):
        path.write_bytes(raw[:place] + b"\x00\xff\x00" + raw[place + 3 :])
        try:
            read(path)
        except InputError:  # whatever part is damaged, no other error comes out
            refused += 1
    assert refused > 0

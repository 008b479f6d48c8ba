"""PDF files: lines become paragraphs again, and files without text are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from stance.document import Meta
from stance.errors import InputError
from stance.formats.pdf import paragraphs, read


def pdf(*pages: list[str], info: str = "") -> bytes:
    """Return a PDF with a line of text for each of the strings."""
    first = 4
    contents = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*".replace("\\", "\\\\") for line in lines)
        contents.append(f"BT /F1 11 Tf 14 TL 72 720 Td {shown} ET" if lines else "")
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(contents):
        page = f"/Parent 2 0 R /MediaBox [0 0 612 792] /Contents {first + 2 * number + 1} 0 R"
        objects.append(f"<< /Type /Page {page} /Resources << /Font << /F1 3 0 R >> >> >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects.append(f"<< {info} >>")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "piece.pdf"
    path.write_bytes(content)
    return path


def test_lines_become_paragraphs_and_the_files_own_meta_data_are_read(tmp_path: Path) -> None:
    pages = (
        [
            "A title",
            "The minister refused to sign the agree-",
            "ment, and he had a reason that nobody",
            "knew.",
            "Nobody asked him for the reason, as if",
            "1",
        ],
        ["it were of no importance to the voters.", "2"],
    )
    info = "/Title (Enough) /Author (Ann Lee) /CreationDate (D:20150107123000Z)"
    document = read(saved(tmp_path, pdf(*pages, info=info)))
    assert document.text.split("\n\n") == [
        "A title",
        "The minister refused to sign the agreement, and he had a reason that nobody knew.",
        "Nobody asked him for the reason, as if it were of no importance to the voters.",
    ]
    assert (document.id, document.meta) == ("piece", Meta("Enough", author="Ann Lee", date="2015-01-07"))


def test_a_date_that_is_none_is_left_out(tmp_path: Path) -> None:
    assert read(saved(tmp_path, pdf(["Some words."], info="/CreationDate (yesterday)"))).meta == Meta()


def test_what_recurs_at_the_edge_of_pages_goes_and_what_recurs_within_stays() -> None:
    pages = [
        [
            "1/7/2015 The Daily",
            f"Page {number} begins with these words and",
            "goes on.",
            "We must act.",
            "So end these lines.",
            "And so.",
            f"http://x.org {number}/3",
        ]
        for number in (1, 2, 3)
    ]
    text = "\n".join(paragraphs(pages))
    assert "The Daily" not in text and "x.org" not in text
    assert text.count("We must act.") == 3


def test_hyphens_of_compounds_stay_and_those_of_divided_words_go() -> None:
    filler = ["this is a line that is filled with words"] * 40
    assert "a long-term view" in paragraphs([[*filler, "what we have to take here is a long-", "term view"]])[0]
    assert (
        "the agreement of all"
        in paragraphs([["agreement is what we want;", *filler, "it is not the agree-", "ment of all"]])[0]
    )
    divided = [
        "they refused to sign the docu-",
        "ment though it had been nego-",
        "tiated for a well-known reason, well-",
        "known to all",
    ]
    assert paragraphs([divided]) == [
        "they refused to sign the document though it had been negotiated for a well-known reason, well-known to all"
    ]


def test_a_sentence_that_ends_with_a_full_line_ends_no_paragraph() -> None:
    lines = [
        "The minister refused to sign it again.",
        "He had a reason that nobody could say.",
        "He kept it.",
        "We do not know.",
    ]
    assert paragraphs([lines]) == [" ".join(lines[:3]), lines[3]]


def test_an_encrypted_file_is_refused_unless_the_empty_password_opens_it(tmp_path: Path) -> None:
    plain = saved(tmp_path, pdf(["Some words."]))
    for password, opens in (("", True), ("secret", False)):
        writer = PdfWriter(clone_from=PdfReader(plain))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        path = tmp_path / f"locked-{opens}.pdf"
        writer.write(path)
        if opens:
            assert read(path).text == "Some words."
        else:
            with pytest.raises(InputError, match=r"locked-False.pdf: it is encrypted.*qpdf"):
                read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "piece.pdf: the file is empty"),
        (b"just words", "cannot be read as a PDF"),
        (pdf(["Some words."])[:200], "cannot be read as a PDF"),
        (pdf([], []), "none of its 2 pages holds text: it is a scan or a picture.*ocrmypdf"),
    ],
)
def test_a_scan_and_a_damaged_file_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(saved(tmp_path, content))


def test_a_page_without_text_among_others_is_warned_about(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read(saved(tmp_path, pdf(["Some words."], [])))
    assert "no text on page 2" in caplog.text

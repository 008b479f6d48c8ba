"""Web pages: the article comes out, and pages without one are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.document import Meta
from stance.errors import InputError
from stance.formats.html import read

PAGE = """<!DOCTYPE html><html lang="en"><head>{charset}<title>Why the dam must stay - The Daily</title>
<meta property="og:site_name" content="The Daily"><meta property="og:title" content="Why the dam must stay">
<meta name="author" content="Ann Lee"><meta property="article:published_time" content="2021-03-04T10:00:00Z">
<link rel="canonical" href="https://daily.example/opinion/dam"></head>
<body><nav><a href="/">Home</a> <a href="/n">News</a></nav>
<article><h1>Why the dam must stay</h1><p>The minister said “the dam must go”, and he is wrong
about that.</p><p>We have <a href="x">heard</a> this before, &amp; we will hear it at the café again.</p>
<ul><li>One reason is water, which nobody has enough of.</li></ul></article>
<footer>Copyright 2019 The Daily</footer></body></html>"""
TEXT = (
    "Why the dam must stay\n\nThe minister said “the dam must go”, and he is wrong about that.\n\n"
    "We have heard this before, & we will hear it at the café again.\n\n"
    "One reason is water, which nobody has enough of."
)


def page(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "dam.html"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-16"),
        ('<meta charset="utf-8">', "utf-8-sig"),
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252"),
        ('<meta charset="utf-16">', "utf-8"),
        ('<meta charset="no-such-encoding">', "utf-8"),
    ],
)
def test_the_article_and_its_meta_data_are_read_in_the_declared_encoding(
    tmp_path: Path, declaration: str, encoding: str
) -> None:
    document = read(page(tmp_path, PAGE.replace("{charset}", declaration).encode(encoding)))
    assert document.text == TEXT
    url = "https://daily.example/opinion/dam"
    assert document.meta == Meta("Why the dam must stay", "The Daily", "Ann Lee", "2021-03-04", url)


def test_a_page_that_declares_its_encoding_as_xml_does_is_read(tmp_path: Path) -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-15"?>\n' + PAGE
    assert read(page(tmp_path, content.encode("iso-8859-15", errors="xmlcharrefreplace"))).text == TEXT


def test_a_date_is_not_guessed_from_the_words_of_the_article(tmp_path: Path) -> None:
    content = PAGE.replace('<meta property="article:published_time" content="2021-03-04T10:00:00Z">', "")
    content = content.replace("heard</a> this", "heard</a> this on May 3, 2012,")
    assert read(page(tmp_path, content.encode())).meta.date is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "dam.html: the file is empty"),
        (
            b"<html><body><nav><a href='/'>Home</a><a href='/n'>News</a></nav></body></html>",
            "no article was found in the page",
        ),
        (b"<html><body><script>var article = 'a b c d e f.'</script></body></html>", "no article was found"),
        (PAGE.encode("cp1252"), "not UTF-8 at byte offset .*iconv -f WINDOWS-1252"),
        (
            PAGE.replace("{charset}", '<meta charset="ascii">').encode(),
            r"says that it is cp1252, which byte 0x9D at byte offset",
        ),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG image"),
    ],
)
def test_a_page_without_article_or_in_a_wrong_encoding_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(page(tmp_path, content))

"""Markdown: what becomes of its blocks, and how strictly front matter is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.document import Meta
from stance.errors import InputError
from stance.formats.markdown import plain_text, read

WORDS = st.lists(
    st.text(st.characters(categories=["L"]), min_size=1)
    | st.sampled_from(["U.S.", "$3.5", "–", "“so”", "it's", "(1984)", "A&B"]),
    min_size=1,
).map(lambda words: "We " + " ".join(words))


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.lists(WORDS))
def test_plain_paragraphs_under_a_title_come_out_letter_for_letter(title: str, paragraphs: list[str]) -> None:
    text = "\n\n".join([title, *paragraphs])
    assert plain_text(f"# {text}\n") == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("*so* **much** `code` [word](http://x.org) ~~out~~", "so much code word out"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\ntwo"),
        ("1984. It was a year.", "1984. It was a year."),
        ("Under\n---\nText", "Under\n\nText"),
        ("- a\n- b\n  c\n\n      d\n- e", "a\n\nb c\n\nd\n\ne"),
        ("1. a\n2. b", "1. a\n\n2. b"),
        ("> quoted\n> words\n>\n> more", "quoted words\n\nmore"),
        ("    An indented first line\nof a paragraph.", "An indented first line of a paragraph."),
        ("```\nx = 1\n\ny = 2\n```", "x = 1\n\ny = 2"),
        ("one\n\n***\n\ntwo", "one\n\ntwo"),
        ("<div>One &amp; all<br>two</div>\n\n<!-- a\n\nnote -->\n\n<script>\nf()\n</script>", "One & all\n\ntwo"),
        ("a <b>bold</b> word<br>next", "a bold word\nnext"),
        ("![a picture](x.png)\n\ntext", "text"),
        ("|A|B|\n|-|-|\n|one|two|", "A | B\n\none | two"),
        ("snake_case, 5 * 3, [sic], R&D, a < b, \\*", "snake_case, 5 * 3, [sic], R&D, a < b, *"),
    ],
)
def test_markup_goes_and_words_stay(body: str, text: str) -> None:
    assert plain_text(body) == text


def test_words_of_front_matter_stay_words_and_other_keys_go_to_more(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\nheadline: No\noutlet: on\nauthors: [Ann Lee, Bo]\ndate: 2015-01-07\nversion: 1.10\nurl: null\n"
        "id: 007\ntags: [a, 1e3]\nseen: {by: me}\n---\n\n# Not the title\n\nText.\n"
    )
    document = read(path)
    more = {"id": "007", "version": "1.10", "tags": "a, 1e3", "seen": '{"by": "me"}'}
    assert document.meta == Meta("No", "on", "Ann Lee, Bo", "2015-01-07", more=more)
    assert (document.id, document.text) == ("a", "Not the title\n\nText.")


def test_the_title_is_the_first_heading_where_front_matter_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\nauthor: Ann\n---\n# The *title*\n\nText.")
    assert read(path).meta == Meta("The title", author="Ann")


def test_a_line_across_the_page_is_no_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\n\nText: of a piece.\n")
    assert read(path).text == "Text: of a piece."
    path.write_text("---\n---\nText.\n")
    assert (read(path).text, read(path).meta) == ("Text.", Meta())


@pytest.mark.parametrize("fence", ["---", "...", "--- "])
def test_empty_front_matter_leaves_the_body_whole(tmp_path: Path, fence: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{fence}\nNote: the talks failed.\n\n***\n\nEnd.")
    assert (read(path).text, read(path).meta) == ("Note: the talks failed.\n\nEnd.", Meta())
    path.write_text(f"---\n{fence}\nNote: the talks failed.\n\n---\n\nEnd.")
    assert (read(path).text, read(path).meta) == ("Note: the talks failed.\n\nEnd.", Meta())
    path.write_text(f"---\n{fence}\nThe talks failed: nobody came: all lost.\n\n---\nEnd.")  # no YAML
    assert read(path).text == "The talks failed: nobody came: all lost.\n\nEnd."


def test_front_matter_of_an_empty_line_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\n\n---\nText.\n")
    assert (read(path).text, read(path).meta) == ("Text.", Meta())


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("title: Obama: a reckoning", r"a.md, line 2: front matter that is no YAML .*put the value in quotation marks"),
        ("title: a\nauthor: b\ntitle: c", r'a.md, line 4: .*duplicate key "title".*leave one of the two'),
        ("Just a sentence.", r"a.md, line 1: front matter that is no mapping: 'Just a sentence.'.*\*\*\*"),
        ("- a\n- b", "no mapping"),
    ],
)
def test_front_matter_that_is_wrong_is_refused_with_its_line(tmp_path: Path, front: str, message: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front}\n---\nText.\n")
    with pytest.raises(InputError, match=message):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.md: the file is empty"),
        ("---\ntitle: a\n---\n", "the body of the file is empty"),
        ("<!-- x -->", "the body"),
    ],
)
def test_a_file_without_body_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        read(path)

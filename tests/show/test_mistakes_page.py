"""Mistakes to read: the page, the list for a terminal, and the file whose ending picks one."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stance.document import Actor, Attribution, Document, Meta, Span
from stance.errors import DataError, OutputError
from stance.measure.mistakes import Mistake, find_mistakes
from stance.show.mistakes_list import render_mistakes
from stance.show.mistakes_page import EXPLANATIONS, TASKS, write_mistakes_file, write_mistakes_page


@pytest.fixture
def wrong(predicted: Document) -> Document:
    """Return a prediction with an error or two in every layer."""
    voice = tuple(replace(span, label="fact") for span in predicted.voice or ())
    actors = tuple(replace(actor, stance="favor", score=0.9) for actor in (predicted.actors or ())[:4])
    attributions = (*(predicted.attributions or ())[:2], Attribution((Span(0, 9),), score=0.95))
    stances = tuple(replace(stance, label="favor") for stance in (predicted.stances or ())[:4])
    return replace(predicted, voice=voice, actors=actors, attributions=attributions, stances=stances)


class _Reader(HTMLParser):
    """Gathers what a reader without a script sees, and the attributes of all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in ("style", "script"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.seen.append(data)


PAGES: dict[tuple[str, int], str] = {}
"""Pages that were made already: a plot takes half a second."""


def html_of(gold: Document, guess: Document, *, limit: int = 2000) -> str:
    key = (repr((gold, guess)), limit)
    if key not in PAGES:
        stream = io.StringIO()
        write_mistakes_page([gold], [guess], stream=stream, limit=limit)
        PAGES[key] = stream.getvalue()
    return PAGES[key]


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def text_of(html: str) -> str:
    return " ".join("".join(read(html).seen).split())


def test_every_mistake_stands_in_its_sentence_with_both_sides(gold: Document, wrong: Document) -> None:
    html = html_of(gold, wrong)
    text = text_of(html)
    found = find_mistakes([gold], [wrong])
    assert html.count('<li class="mistake"') == len(found)
    for mistake in found:
        assert " ".join(f"{mistake.before}{mistake.text}{mistake.after}".split()) in text
    assert "wisely" in re.findall(r"<mark>(.*?)</mark>", html)
    assert "<dt>Gold</dt><dd>opinion</dd></div><div><dt>Predicted</dt><dd>fact</dd>" in html


def test_within_a_task_the_worst_comes_first(gold: Document, wrong: Document) -> None:
    html = html_of(gold, wrong)
    section = html[html.index('<section class="task" id="voice">') :]
    shown = re.findall(r"<mark>(.*?)</mark>", section[: section.index("</section>")], flags=re.DOTALL)
    expected = [one.text for one in find_mistakes([gold], [wrong]) if one.task == "voice"]
    assert [unescape(part) for part in shown] == expected


def test_kinds_are_counted_over_all_mistakes_though_only_some_are_shown(gold: Document, wrong: Document) -> None:
    text = text_of(html_of(gold, wrong, limit=3))
    total = len(find_mistakes([gold], [wrong]))
    assert f"{total} places in 1 document" in text
    assert "This page has the worst 3" in text
    assert len(re.findall(r'<li class="mistake"', html_of(gold, wrong, limit=3))) == 3


def test_the_page_shows_confusions_and_the_reliability_plot_where_there_are_scores(
    gold: Document, wrong: Document
) -> None:
    html = html_of(gold, wrong)
    assert "What is taken for what" in html
    (plot,) = [value for tag, name, value in read(html).attributes if (tag, name) == ("img", "src")]
    assert base64.b64decode(plot.removeprefix("data:image/svg+xml;base64,")).startswith(b"<svg")
    unscored = replace(
        wrong,
        model=None,
        voice=tuple(replace(span, score=1.0) for span in wrong.voice or ()),
        attributions=tuple(replace(item, score=1.0) for item in wrong.attributions or ()),
        actors=tuple(replace(actor, score=None) for actor in wrong.actors or ()),
        stances=tuple(replace(stance, score=1.0) for stance in wrong.stances or ()),
    )
    bare = html_of(gold, unscored)
    assert "<img" not in bare and 'class="numbers">confidence' not in bare


def test_the_page_loads_nothing_and_runs_only_its_own_script(gold: Document, wrong: Document) -> None:
    html = html_of(gold, wrong)
    for tag, name, value in read(html).attributes:
        if name in ("src", "href"):
            assert value.startswith(("data:", "#")), (tag, name, value)
        assert not name.startswith("on")
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert "@import" not in html and "url(" not in html


def test_texts_cannot_break_out_of_the_page(gold: Document, wrong: Document) -> None:
    evil = "</script><b onclick=x>&"
    text = evil + gold.text[len(evil) :]
    sides = (replace(each, id=evil, text=text, meta=Meta(title=evil)) for each in (gold, wrong))
    html = html_of(*sides)
    assert "<b onclick" not in html
    assert evil in text_of(html)


def test_a_link_of_the_contents_leads_somewhere(gold: Document, wrong: Document) -> None:
    attributes = read(html_of(gold, wrong)).attributes
    ids = [value for _, name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for _, name, value in attributes if name == "href" and value.startswith("#")} <= set(ids)


def test_without_mistakes_the_page_says_so(gold: Document, predicted: Document) -> None:
    assert "0 places in 1 document" in text_of(html_of(gold, predicted))


def test_every_task_is_explained() -> None:
    assert set(EXPLANATIONS) == set(TASKS)


@pytest.mark.parametrize("name", ["mistakes.html", "mistakes.HTM"])
def test_the_ending_html_writes_the_page(gold: Document, wrong: Document, tmp_path: Path, name: str) -> None:
    write_mistakes_file([gold], [wrong], path=tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("name", ["mistakes.jsonl", "mistakes"])
def test_other_endings_write_all_mistakes_one_a_line(
    gold: Document, wrong: Document, tmp_path: Path, name: str
) -> None:
    write_mistakes_file([gold], [wrong], path=tmp_path / name)
    lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == [one.kind for one in find_mistakes([gold], [wrong])]


def test_what_cannot_be_compared_or_written_leaves_no_file(gold: Document, wrong: Document, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        write_mistakes_file([gold], [replace(wrong, id="other")], path=tmp_path / "mistakes.html")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError):
        write_mistakes_file([gold], [wrong], path=tmp_path / "nowhere" / "mistakes.html")


# the list for a terminal


def test_the_list_groups_the_worst_by_task(gold: Document, wrong: Document) -> None:
    found = find_mistakes([gold], [wrong])
    shown = render_mistakes(found, limit=7, width=80)
    assert shown.startswith(f"{len(found)} mistakes, the worst 7 of them\n\nVOICE (")
    heads = re.findall(r"^[A-Z ]+ \(\d+\)$", shown, flags=re.MULTILINE)
    assert [head.partition(" (")[0].lower() for head in heads] == [
        task for task in TASKS if any(one.task == task for one in found)
    ][:7]
    assert len(re.findall(r"⟦", shown)) == 7


@pytest.mark.parametrize("width", [0, 44, 80, 120])
def test_no_line_of_the_list_is_wider_than_the_window(gold: Document, wrong: Document, width: int) -> None:
    shown = render_mistakes(find_mistakes([gold], [wrong]), limit=100, width=width)
    assert max(map(len, shown.splitlines())) <= max(width, 44)


def test_a_long_sentence_is_cut_around_the_place_and_says_so() -> None:
    one = Mistake(
        "d", "voice", "fact", "opinion", 0, 5, "PLACE", "fact → opinion", "before " * 200, " after" * 200, 0.9, 0.9
    )
    shown = render_mistakes([one], width=80)
    assert "⟦PLACE⟧" in shown and "    […] " in shown and shown.rstrip().endswith("[…]")
    assert "confidence 0.90" in shown


def test_control_characters_in_a_text_cannot_command_the_terminal() -> None:
    evil = Document("d", "Ann\x1b[2J said no.", actors=(Actor("a", "Ann\x1b[2J", "person", mentions=(Span(0, 7),)),))
    shown = render_mistakes(find_mistakes([evil], [replace(evil, actors=())]), width=80)
    assert "\x1b" not in shown and "Ann�[2J" in shown

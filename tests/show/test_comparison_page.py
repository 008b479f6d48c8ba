"""The page of a comparison: whole, without a network, and with something behind every link."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from stance.compare.choosing import Options
from stance.compare.comparison import Plan, compare
from stance.document import Document
from stance.show.comparison_page import write_comparison_page

QUICK = Options(draws=200, permutations=200)


class Page(HTMLParser):
    """What the tests ask of a page: ids, links within it, what it would load, figures, and the words of each element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: set[str] = set()
        self.loads: list[str] = []
        self.plots: list[dict[str, str | None]] = []
        self.figures: set[str] = set()
        self.marked: list[str] = []
        self._in_mark = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids[str(found["id"])] += 1
        address = found.get("href") or found.get("xlink:href") or ""
        if address.startswith("#"):
            self.links.add(address[1:])
        elif tag != "a" and address and not address.startswith("data:"):
            self.loads.append(address)
        if found.get("src"):
            self.loads.append(str(found["src"]))
        if tag == "svg":
            self.plots.append(found)
        if tag == "figure":
            self.figures.add(str(found["id"]))
        self._in_mark = tag == "mark"

    def handle_data(self, data: str) -> None:
        if self._in_mark:
            self.marked.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = False


def page_of(documents: list[Document], plan: Plan, *, gold: list[Document] | None = None) -> str:
    stream = io.StringIO()
    write_comparison_page(compare(documents, plan, gold=gold), stream, version="0.1.0")
    return stream.getvalue()


@pytest.fixture(scope="module")
def html(outlets: list[Document]) -> str:
    return page_of(outlets, Plan(event="2024-01-01", options=QUICK))


@pytest.fixture
def gold(outlets: list[Document]) -> list[Document]:
    return [
        Document(each.id, each.text, each.meta, actors=tuple(replace(actor, score=None) for actor in each.actors or ()))
        for each in outlets
        if each.id[-1] in "0123" or each.id.startswith("Dusk")
    ]


def test_every_link_within_the_page_has_its_target_and_every_name_stands_once(html: str) -> None:
    page = Page(html)
    assert {link for link in page.links if not page.ids[link]} == set()
    assert {name for name, count in page.ids.items() if count > 1} == set()
    assert {"summary", "stances", "differences", "event", "quotation", "voices", "coverage", "articles"} <= page.links


def test_every_figure_is_there_and_says_in_words_what_it_shows(html: str) -> None:
    page = Page(html)
    assert page.figures == {
        *("figure-heat", "figure-stance-1", "figure-quoted-2", "figure-time-1", "figure-stance-2", "figure-time-2"),
        *("figure-voices", "figure-quotations"),
    }
    assert len(page.plots) == len(page.figures)
    assert all(plot["role"] == "img" and len(plot["aria-label"] or "") > 20 for plot in page.plots)
    assert any("Dawn +0.70, interval" in (plot["aria-label"] or "") for plot in page.plots)


def test_the_page_loads_nothing_and_lets_only_its_own_script_run(html: str) -> None:
    page = Page(html)
    assert page.loads == []
    assert re.search(r"Content-Security-Policy\" content=\"default-src 'none'; .*script-src 'sha256-", html)
    assert "@import" not in html and not re.search(r"url\((?!#)", html)
    assert html.count("<script>") == 1


def test_numbers_lead_to_the_articles_and_the_evidence_in_their_sentences(html: str) -> None:
    page = Page(html)
    assert page.ids["behind-1-1"] and "behind-1-1" in page.links and "behind-2" in page.links
    assert html.count('<li id="article-') == 24
    assert Counter(page.marked)["has kept her word"] == 12 and Counter(page.marked)["has broken her word"] == 12
    assert "said-1-1" in page.links and html.count('<q class="evidence">Brandt lied') == 24


def test_words_of_articles_are_no_markup(html: str) -> None:
    assert "&amp; more &lt;b&gt;" in html and "more <b>" not in html


def test_summary_methods_and_caution_stand_in_the_page_without_the_script(html: str) -> None:
    text = unescape(re.sub(r"\s+", " ", re.sub(r"<script>.*?</script>|<[^>]*>", "", html, flags=re.DOTALL)))
    assert "Toward Ada Brandt, Dawn is more favorable than Dusk by 1.30" in text
    assert "small 0.1.0 (sha256 0123456789ab)" in text and "compared with stance 0.1.0 (seed 0)" in text
    assert "naive estimates carry the labeller's error" in text and "Hand-code a sample" in text
    assert "Before and after 2024-01-01" in text


def test_gold_brings_the_corrected_stances_and_takes_the_caution_away(
    outlets: list[Document], gold: list[Document]
) -> None:
    html = page_of(outlets, Plan(actors=["Ada Brandt"], options=QUICK), gold=gold)
    page = Page(html)
    assert page.ids["correction"] and "Hand-code a sample" not in html and "16 hand-coded articles" in html
    assert {link for link in page.links if not page.ids[link]} == set()


@pytest.mark.parametrize("plan", [Plan(groups=["Dawn"], options=QUICK), Plan(options=Options(minimum=50))])
def test_one_outlet_alone_and_too_few_articles_make_a_page_too(outlets: list[Document], plan: Plan) -> None:
    page = Page(page_of(outlets, plan))
    assert {link for link in page.links if not page.ids[link]} == set()


def test_documents_with_no_layer_but_voice_make_a_page(outlets: list[Document]) -> None:
    bare = [replace(each, actors=None, stances=None, attributions=None, model=None) for each in outlets]
    page = Page(page_of(bare, Plan(options=QUICK)))
    assert page.figures == {"figure-voices"}
    assert {link for link in page.links if not page.ids[link]} == set()


def test_a_square_without_an_article_leads_nowhere(outlets: list[Document]) -> None:
    some = [
        replace(each, actors=(each.actors or ())[:1], attributions=()) if each.meta.outlet == "Noon" else each
        for each in outlets
    ]
    page = Page(page_of(some, Plan(actors=["Harbour Trust", "Ada Brandt"], options=QUICK)))
    assert page.ids["behind-2-1"] and not page.ids["behind-3-1"]
    assert {link for link in page.links if not page.ids[link]} == set()

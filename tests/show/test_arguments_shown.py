"""The author's reasons, in the terminal and on the page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from stance.document import Arguments, Document, Relation, Span, Stance, Unit
from stance.show.findings import actor_arguments
from stance.show.report import write_report
from stance.show.segments import segments
from stance.show.terminal import summary


def page(*documents: Document) -> str:
    stream = io.StringIO()
    write_report(documents, stream)
    return stream.getvalue()


def chain_of(count: int) -> Document:
    """Return a document in which each word supports the one before it."""
    units = tuple(Unit(5 * place, 5 * place + 4, "premise") for place in range(count))
    relations = tuple(Relation(place + 1, place, "support") for place in range(count - 1))
    stances = (Stance("author", "a", "favor", 0, 4),)
    return Document("chain", "word " * count, stances=stances, arguments=Arguments(units, relations))


def test_a_stance_whose_unit_supports_another_of_its_side_is_not_told_again(argued: Document) -> None:
    told = actor_arguments(argued)
    assert {actor: [argument.unit for _, argument in each] for actor, each in told.items()} == {"a1": [0]}
    stances = tuple(replace(each, label="favor") if each.start == 0 else each for each in argued.stances or ())
    both = actor_arguments(replace(argued, stances=stances))["a1"]
    assert [(stance.label, argument.unit) for stance, argument in both] == [("favor", 0), ("against", 1)]


def test_of_two_stances_in_one_unit_the_more_probable_is_told(argued: Document) -> None:
    more = Stance("author", "a1", "against", *Span(0, 20), 0.99)
    ((stance, _),) = actor_arguments(replace(argued, stances=(*(argued.stances or ()), more)))["a1"]
    assert stance == more


def test_the_terminal_tells_the_claim_and_its_reasons(
    argued: Document, same_as_golden: Callable[[str, str], None]
) -> None:
    same_as_golden("argued-80.txt", summary(argued, width=80, color=False))


@pytest.mark.parametrize("width", [44, 57, 80])
def test_reasons_fit_the_terminal_and_say_the_same_without_color(argued: Document, width: int) -> None:
    plain = summary(argued, width=width, color=False)
    assert max(map(len, plain.splitlines())) <= width
    assert re.sub(r"\x1b\[\d*m", "", summary(argued, width=width, color=True)) == plain


def test_the_terminal_counts_the_reasons_that_it_leaves_out() -> None:
    assert "more reasons" not in summary(chain_of(8), width=80, color=False)
    assert "and 93 more reasons\n" in summary(chain_of(100), width=80, color=False)


def test_segments_end_where_units_do(argued: Document) -> None:
    found = segments(argued)
    assert "".join(segment.text for segment in found) == argued.text
    (statistics,) = [segment for segment in found if segment.units == (3,)]
    assert statistics.text == "41 [sic] of the 60 #ceasefire monitors had left by May."


def test_the_panel_tells_the_reasons_with_links_to_the_text(
    argued: Document, same_as_golden: Callable[[str, str], None]
) -> None:
    html = page(argued)
    start = html.index("<h4>The author's reasons</h4>")
    same_as_golden("argued-reasons.html", html[start : html.index("<h4>By quotation", start)])
    links = set(re.findall(r'href="#(document-1/unit-\d+)"', html))
    assert len(links) == 8 and all(html.count(f'id="{link}"') == 1 for link in links)
    assert html.count("<h4>The author's reasons</h4>") == 1  # not for actors without


def test_units_are_marked_in_the_text_and_hidden_at_first(argued: Document) -> None:
    html = page(argued)
    prose = html[html.index('<div class="prose">') : html.index('<div class="notes"')]
    kinds = re.findall(r'id="document-1/unit-(\d+)"></span><span class="kind">([a-z ]+)</span>', prose)
    assert [int(number) for number, _ in kinds] == list(range(1, 10))
    assert kinds[8] == ("9", "common ground")
    words = "".join(re.findall(r'data-unit="4">([^<]*)<', prose))
    assert words == "41 [sic] of the 60 #ceasefire monitors had left by May."
    assert '<input type="checkbox" id="show-units">' in html
    assert re.search(r"not\(:has\(#show-units:checked\)\) \.prose \.kind \{ display: none", html)


def test_a_page_without_units_says_nothing_of_arguments(argued: Document) -> None:
    html = page(replace(argued, arguments=None))
    assert "<dt>Arguments</dt>" not in html and "<dt>Arguments</dt>" in page(argued)
    assert "The author's reasons" not in html and 'class="kind"' not in html and "data-unit=" not in html
    assert re.search(r"^\.legend \.units, .*display: none", html, flags=re.MULTILINE)


def test_lists_of_reasons_are_closed_however_long_the_chain() -> None:
    html = page(chain_of(300))
    assert html.count('<ul class="reasons">') == 5
    panel = html[html.index("<aside") :]
    assert panel.count("<ul") == panel.count("</ul>") and panel.count("<li>") == panel.count("</li>")
    assert panel.count('class="because"') == 299


def test_markup_in_kinds_and_words_of_units_stays_text() -> None:
    evil = "<img src=x onerror=alert(1)>"
    units = (Unit(0, len(evil), evil), Unit(0, 4, evil))
    arguments = Arguments(units, (Relation(1, 0, "support"),))
    stances = (Stance("author", evil, "against", 5, len(evil)),)
    html = page(Document("a", evil, stances=stances, arguments=arguments))
    assert "<img" not in html and "because &lt;img src=x onerror=alert(1)&gt;:" in html

"""The HTML page: what it shows, that it is safe, and that its tones can be told apart."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.document import Actor, Attribution, Document, Meta, Source, Span, Stance, VoiceSpan
from stance.show import report
from stance.show.report import write_report

VOID = {"meta", "link", "input", "br", "path", "circle"}


@dataclass
class Element:
    """An element of a page, with its text where it stands and the elements inside it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    def text(self, *, without: tuple[str, ...] = ()) -> str:
        if self.tag in without:
            return ""
        return "".join(child if isinstance(child, str) else child.text(without=without) for child in self.children)

    def all(self, name: str) -> list[Element]:
        """Return the elements of a class, or of a tag."""
        return [each for each in self if name == each.tag or name in each.attributes.get("class", "").split()]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page_of(*documents: Document, title: str = "Report") -> Element:
    return parsed(html_of(*documents, title=title))


def html_of(*documents: Document, title: str = "Report") -> str:
    stream = io.StringIO()
    write_report(documents, stream, title=title)
    return stream.getvalue()


def parsed(html: str) -> Element:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], "an element is left open"
    return builder.root


def by_id(page: Element, id: str) -> Element:
    (found,) = [each for each in page if each.attributes.get("id") == id]
    return found


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_article_of_a_prediction(predicted: Document, same_as_golden: Callable[[str, str], None]) -> None:
    html = html_of(predicted)
    article = html[html.index("<article") : html.index("<footer")]
    same_as_golden("article.html", article)


def test_the_text_stands_in_the_page_whole_and_in_order(predicted: Document) -> None:
    (text,) = page_of(predicted).all("prose")
    assert [words(paragraph.text(without=("button",))) for paragraph in text.all("p")] == [
        words(paragraph) for paragraph in predicted.text.split("\n\n")
    ]


def test_each_voice_is_a_tile_and_an_aside_inside_attributed_content_is_one_of_opinion(predicted: Document) -> None:
    (text,) = page_of(predicted).all("prose")
    tiles = [(tile.attributes["class"].split()[1], words(tile.text(without=("button",)))) for tile in text.all("tile")]
    place = tiles.index(("opinion", "wisely"))
    assert [tiles[place - 1][0], tiles[place + 1][0]] == ["attributed", "attributed"]
    # tiles of one voice that only space parts are joined
    assert tiles[place + 1][1].startswith("postponed in March, would cost four million. According to")


def test_a_chip_names_the_speaker_where_attributed_content_begins(predicted: Document) -> None:
    (text,) = page_of(predicted).all("prose")
    assert [chip.text() for chip in text.all("button")] == ["Ada Brandt", "Kestrel Post", "an engineer", "Ada Brandt"]


def test_source_cue_and_content_of_an_attribution_share_its_number(predicted: Document) -> None:
    page = page_of(predicted)
    (text,) = page.all("prose")
    said = [piece for piece in text.all("piece") if "1" in piece.attributes.get("data-said", "").split()]
    assert words(" ".join(piece.text() for piece in said)) == (
        "The mayor, Ada Brandt said that the repairs, postponed in March, would cost four million"
    )
    deck = next(piece for piece in text.all("piece") if piece.text() == "the deck may fall")
    assert deck.attributes["data-said"] == "2 3"
    note = words(by_id(page, "document-1/said-1").text())
    assert note == "Ada Brandt source: “The mayor, Ada Brandt” cue: “said that” indirect probability 0.93"


def test_every_mention_is_a_link_to_the_panel_of_the_innermost_actor(predicted: Document) -> None:
    page = page_of(predicted)
    (text,) = page.all("prose")
    links = [(link.text(), link.attributes["href"], link.attributes["data-actor"]) for link in text.all("actor")]
    assert ("Quarryford", "#document-1/actor-4", "4 2") in links
    assert ("The mayor of ", "#document-1/actor-2", "2") in links
    for link in text.all("actor"):
        assert link.attributes["role"] == "button"
        assert "dossier" in by_id(page, link.attributes["href"][1:]).attributes["class"]
    stops = [link for link in text.all("actor") if "tabindex" not in link.attributes]
    assert len(stops) == sum(len(actor.mentions) for actor in predicted.actors or ())


def test_the_panel_shows_stance_score_interval_link_and_evidence_by_holder(predicted: Document) -> None:
    page = page_of(predicted)
    brandt, trust = by_id(page, "document-1/actor-2"), by_id(page, "document-1/actor-3")
    assert words(brandt.all("verdict")[0].text()) == "◆ mixed +0.21 95 % interval −0.35 to +0.62"
    assert [link.attributes["href"] for link in brandt.all("about")[0].all("a")] == ["https://www.wikidata.org/wiki/Q7"]
    assert [words(heading.text()) for heading in trust.all("h4")] == [
        "The author's overall stance",
        "By the author",
        "By quotation: Ada Brandt",
    ]
    assert [(mark.attributes["class"], mark.text()) for mark in trust.all("mark") if mark.tag == "mark"] == [
        ("against", "cares for nothing but its rents"),
        ("favor", "has always been a good neighbour"),
    ]
    (quoted, _) = trust.all("proofs")
    assert words(quoted.all("a")[0].text()) == (
        "But Harbour Trust, which owns the quay & the cranes, cares for nothing but its rents."
    )
    bar = trust.all("circle")[0].attributes
    assert (bar["class"], bar["cx"]) == ("against", "26.0")


def test_every_evidence_in_a_panel_leads_to_its_place_in_the_text(predicted: Document) -> None:
    page = page_of(predicted)
    proofs = [link for dossier in page.all("dossier") for link in dossier.all("a") if "data-shows" in link.attributes]
    assert len(proofs) == len(predicted.stances or ())
    for link in proofs:
        assert by_id(page, link.attributes["href"][1:]).attributes["class"] == "anchor"


def test_abstention_is_said_in_words(predicted: Document, gold: Document) -> None:
    verdicts = [words(verdict.text()) for verdict in page_of(predicted).all("verdict")]
    assert "○ the model abstains: too little evidence +0.10 95 % interval −0.60 to +0.70" in verdicts
    assert "○ not annotated" in [words(verdict.text()) for verdict in page_of(gold).all("verdict")]


def test_scores_link_and_caution_of_a_model_are_not_said_of_gold(predicted: Document, gold: Document) -> None:
    footer = words(page_of(predicted).all("footer")[0].text())
    assert "Model: small 0.1.0 (sha256 0123456789ab…)." in footer
    assert "outputs of a model" in footer
    by_hand = page_of(gold)
    footer = words(by_hand.all("footer")[0].text())
    assert "outputs of a model" not in footer
    assert "annotated by hand" in footer
    assert by_hand.all("bar") == []
    assert "probability" not in by_hand.all("notes")[0].text()


def test_many_documents_have_an_index_and_a_single_one_has_none(predicted: Document) -> None:
    other = replace(predicted, id="other", meta=Meta())
    page = page_of(predicted, other)
    (index,) = page.all("nav")
    assert [(link.attributes["href"], words(link.text())) for link in index.all("a")] == [
        ("#document-1", "A better bridgeThe Quarryford Gazette · Jo Lindqvist · 2024-05-01"),
        ("#document-2", "other"),
    ]
    for link in index.all("a"):
        assert by_id(page, link.attributes["href"][1:]).tag == "article"
    assert page_of(predicted).all("nav") == []


def test_no_id_stands_twice_in_a_page(predicted: Document, gold: Document) -> None:
    ids = [each.attributes["id"] for each in page_of(predicted, gold, predicted) if "id" in each.attributes]
    assert len(ids) == len(set(ids))


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"


def test_markup_in_text_and_names_stays_text() -> None:
    whole = Span(0, len(EVIL))
    document = Document(
        EVIL,
        EVIL,
        Meta(EVIL, EVIL, EVIL, EVIL, url="javascript:alert(1)"),
        voice=(VoiceSpan(*whole, EVIL),),
        attributions=(Attribution((whole,), whole, whole, None, EVIL), Attribution((whole,), None, None, "a")),
        actors=(Actor("a", EVIL, EVIL, f"wikidata:Q1{EVIL}", (whole,), EVIL, 0.5, (0.0, 1.0)),),
        stances=(Stance(Source(EVIL), "a", "favor", *whole), Stance("author", EVIL, EVIL, *whole)),
    )
    page = page_of(document, document, title=EVIL)
    assert [len(page.all(tag)) for tag in ("script", "img")] == [1, 0]
    assert not [name for each in page for name in each.attributes if name.startswith("on")]
    targets = {each.attributes["href"] for each in page if "href" in each.attributes}
    assert {target for target in targets if not target.startswith("#")} == {"data:,"}
    (first, _) = page.all("prose")
    assert words(first.text(without=("button",))) == words(EVIL)


def test_only_the_pages_own_script_may_run_and_nothing_is_loaded(predicted: Document) -> None:
    html = html_of(predicted)
    script = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert len(script) == 1
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in html
    page = parsed(html)
    assert not [each for each in page if "src" in each.attributes or each.tag in ("iframe", "object", "form")]
    assert not re.search(r"@import|url\(", page.all("style")[0].text())


def test_a_document_is_written_before_the_next_is_read(predicted: Document) -> None:
    stream = io.StringIO()
    seen: list[int] = []

    def documents() -> Iterator[Document]:
        for _ in range(3):
            seen.append(stream.getvalue().count("</article>"))
            yield predicted

    write_report(documents(), stream)
    assert seen == [0, 1, 2]


def test_no_documents_make_a_page_without_articles() -> None:
    page = page_of()
    assert (page.all("article"), len(page.all("footer"))) == ([], 1)


def test_half_a_surrogate_pair_does_not_stop_the_report() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    write_report([Document("a", "odd \ud83d text")], stream)
    stream.flush()


def test_what_begins_in_the_space_between_paragraphs_can_still_be_reached() -> None:
    document = Document("a", "One.\n\nTwo.", stances=(Stance("author", "x", "favor", 4, 10),))
    (text,) = page_of(document).all("prose")
    assert [anchor.attributes["id"] for anchor in text.all("p")[1].all("anchor")] == ["document-1/evidence-1"]


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60), st.data())
def test_any_text_comes_back_from_the_page_as_it_was(text: str, data: st.DataObject) -> None:
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)  # which browsers and parsers read each in their own way
    places = st.integers(0, len(text))
    spans = st.tuples(places, places).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Span(*pair))
    several = data.draw(st.lists(spans, max_size=4)) if text else []
    document = Document(
        "drawn",
        text,
        attributions=tuple(Attribution((span,), span) for span in several),
        actors=tuple(Actor(str(span), "A", "person", mentions=(span,)) for span in several),
    )
    (shown,) = page_of(document).all("prose")
    assert words(shown.text(without=("button",))) == words(text)


# the tones

STYLE = (Path(report.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")

# Machado, Oliveira & Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1
VISIONS = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)

Triple = tuple[float, float, float]


def palette(theme: str) -> dict[str, str]:
    """Return the colors of the style sheet by name; dark mode overrides light."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, flags=re.DOTALL)
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", light))
    return colors | (dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", dark)) if theme == "dark" else {})


def linear(color: str) -> Triple:
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _expand(red), _expand(green), _expand(blue)


def _expand(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def product(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def lab(color: Triple) -> Triple:
    """Return CIE L*a*b* (1976) of linear sRGB."""
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (part / white for part, white in zip(product(TO_XYZ, color), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(first: str, second: str, *, vision: str) -> float:
    seen = []
    for color in (first, second):
        red, green, blue = (min(1.0, max(0.0, part)) for part in product(VISIONS[vision], linear(color)))
        seen.append(lab((red, green, blue)))
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


def contrast(first: str, second: str) -> float:
    """Return the contrast of WCAG 2.2, from 1 to 21."""
    dark, light = sorted(product(TO_XYZ, linear(color))[1] for color in (first, second))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_the_three_tones_can_be_told_apart_by_every_eye(theme: str, vision: str) -> None:
    colors = palette(theme)
    for first, second in itertools.combinations(("fact", "attributed", "opinion"), 2):
        assert distance(colors[first], colors[second], vision=vision) > 10, (first, second)
    assert distance(colors["favor"], colors["against"], vision=vision) > 30


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_every_tone_has_the_contrast_that_wcag_asks_for(theme: str) -> None:
    colors = palette(theme)
    for ground in ("page", "raised", "fact", "attributed", "opinion", "lit"):
        assert contrast(colors["ink"], colors[ground]) >= 4.5, ground
    for ground in ("page", "raised"):
        for text in ("soft", "link", "source", "favor", "against"):
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
    for ground in ("fact", "attributed", "opinion"):
        for line in ("favor", "against", "source", "ink", "soft"):
            assert contrast(colors[line], colors[ground]) >= 3, (line, ground)
    assert contrast(colors["bar"], colors["opinion"]) >= 3


def test_each_voice_has_a_cue_besides_its_color() -> None:
    assert re.search(r"\.tile\.attributed \{[^}]*font-style: italic", STYLE)
    assert re.search(r"\.tile\.opinion \{[^}]*border-inline-start", STYLE)

"""Cutting a document at every border of every layer."""

from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stance.document import Actor, Attribution, Document, Span, Stance, VoiceSpan
from stance.labels import VOICES
from stance.show.segments import segments


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a document whose layers overlap and nest in every way."""
    text = draw(st.text("ab. \n\r<&é\u2028", min_size=1, max_size=40))
    places = st.integers(0, len(text))
    spans = st.tuples(places, places).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Span(*pair))
    several = st.lists(spans, max_size=3).map(tuple)
    borders = sorted(draw(st.sets(places)) | {0, len(text)})
    tiles = pairwise(borders)
    attributions = st.builds(Attribution, several, st.none() | spans, st.none() | spans)
    actors = st.builds(lambda mentions: Actor("a", "A", "person", mentions=mentions), several)
    stances = spans.map(lambda span: Stance("author", "a", "favor", *span))
    return Document(
        "drawn",
        text,
        voice=tuple(VoiceSpan(start, end, draw(st.sampled_from(VOICES))) for start, end in tiles),
        attributions=tuple(draw(st.lists(attributions, max_size=3))),
        actors=tuple(draw(st.lists(actors, max_size=3))),
        stances=tuple(draw(st.lists(stances, max_size=3))),
    )


@given(documents())
def test_the_segments_together_are_the_text(document: Document) -> None:
    cut = segments(document)
    assert "".join(segment.text for segment in cut) == document.text
    assert all(segment.text == document.text[segment.start : segment.end] != "" for segment in cut)


@given(documents())
def test_each_character_has_the_layers_that_cover_it_and_no_others(document: Document) -> None:
    for segment in segments(document):
        for place in range(segment.start, segment.end):
            inside = {
                "voice": [tile.label for tile in document.voice or () if tile.start <= place < tile.end],
                "contents": _covering(place, [item.content for item in document.attributions or ()]),
                "sources": _covering(place, [[item.source] for item in document.attributions or ()]),
                "cues": _covering(place, [[item.cue] for item in document.attributions or ()]),
                "evidence": _covering(place, [[Span(item.start, item.end)] for item in document.stances or ()]),
                "mentions": {
                    (n, m)
                    for n, actor in enumerate(document.actors or ())
                    for m, span in enumerate(actor.mentions)
                    if span.start <= place < span.end
                },
            }
            assert [segment.voice] == inside["voice"]
            for layer in ("contents", "sources", "cues", "evidence", "mentions"):
                assert set(getattr(segment, layer)) == inside[layer], layer
                assert len(getattr(segment, layer)) == len(inside[layer])


def _covering(place: int, items: list[list[Span | None]] | list[tuple[Span, ...]]) -> set[int]:
    return {
        number
        for number, spans in enumerate(items)
        if any(span is not None and span.start <= place < span.end for span in spans)
    }


def test_what_nests_stands_outermost_first(predicted: Document) -> None:
    cut = segments(predicted)
    assert [(part.mentions, part.contents) for part in cut if part.text == '"the deck may fall"'] == []
    (deck,) = [part for part in cut if part.text == "the deck may fall"]
    assert deck.contents == (1, 2)
    (town,) = [part for part in cut if part.text == "Quarryford" and len(part.mentions) == 2 and part.start > 400]
    assert town.mentions == ((1, 3), (3, 1))


def test_an_authors_adverb_inside_attributed_content_is_a_segment_of_its_own(predicted: Document) -> None:
    (aside,) = [part for part in segments(predicted) if part.text == "wisely"]
    assert (aside.voice, aside.contents, aside.evidence) == ("opinion", (), (0,))


def test_a_document_without_layers_is_cut_at_its_paragraphs_only() -> None:
    cut = segments(Document("a", "One.\n\nTwo.\n"))
    assert [(part.text, part.paragraph) for part in cut] == [("One.", 0), ("\n\n", None), ("Two.", 1), ("\n", None)]
    assert segments(Document("a", "")) == ()


def test_a_text_with_ten_thousand_spans_is_cut_in_seconds() -> None:
    text = "word " * 10_000
    mentions = tuple(Span(5 * place, 5 * place + 4) for place in range(10_000))
    document = Document("long", text, actors=(Actor("a", "A", "person", mentions=mentions),))
    begun = time.process_time()
    assert len(segments(document)) == 20_000
    assert time.process_time() - begun < 5

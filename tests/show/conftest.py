"""An invented op-ed with all that is hard to draw: nested and split attributions, an aside, mentions inside mentions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stance.document import Actor, Attribution, Document, Meta, ModelStamp, Source, Span, Stance, VoiceSpan

TEXT = """Quarryford deserves a better bridge

On Tuesday the Quarryford council closed the old bridge for good. The mayor, Ada Brandt, said that the repairs, \
wisely postponed in March, would cost four million. According to the Kestrel Post, an engineer warned that "the deck \
may fall", and nobody answered him.

Brandt has never hidden a bill from us. But Harbour Trust, which owns the quay & the cranes, cares for nothing but its \
rents. "The Trust has always been a good neighbour," Brandt insisted. The mayor of Quarryford is too kind.

Residents wait. So does the ferry crew."""

STAMP = ModelStamp("small", "0.1.0", "0123456789abcdef")


def span(words: str, *, after: str = "") -> Span:
    """Return where the words stand first, after other words."""
    start = TEXT.index(words, TEXT.index(after) if after else 0)
    return Span(start, start + len(words))


def _tile(label: str, first: str, last: str) -> VoiceSpan:
    start = TEXT.index(first)
    return VoiceSpan(start, TEXT.index(last, start) + len(last), label, 0.9)


VOICE = (
    _tile("opinion", "Quarryford deserves", "bridge"),
    _tile("fact", "On Tuesday", "for good."),
    _tile("attributed", "The mayor, Ada", "repairs,"),
    _tile("opinion", "wisely", "wisely"),
    _tile("attributed", "postponed", "four million."),
    _tile("attributed", "According to", 'may fall"'),
    _tile("fact", ", and nobody", "him."),
    _tile("opinion", "Brandt has never", "rents."),
    _tile("attributed", '"The Trust', "insisted."),
    _tile("opinion", "The mayor of", "kind."),
    _tile("fact", "Residents", "crew."),
)

COUNCIL, BRANDT, TRUST, TOWN, POST, CREW = "a1", "Q7", "a3", "a4", "a5", "a6"

ACTORS = (
    Actor(
        COUNCIL, "Quarryford council", "organization", None, (span("Quarryford council"),), "neutral", 0.04, (-0.3, 0.4)
    ),
    Actor(
        id=BRANDT,
        name="Ada Brandt",
        type="person",
        link="wikidata:Q7",
        mentions=(
            span("The mayor, Ada Brandt"),
            span("Brandt", after="\n\nBrandt"),
            span("Brandt", after="neighbour"),
            span("The mayor of Quarryford"),
        ),
        stance="mixed",
        score=0.21,
        interval=(-0.35, 0.62),
    ),
    Actor(
        TRUST,
        "Harbour Trust",
        "organization",
        None,
        (span("Harbour Trust"), span("The Trust")),
        "against",
        -0.74,
        (-0.9, -0.4),
    ),
    Actor(
        TOWN,
        "Quarryford",
        "group",
        "iso3166:XX",
        (span("Quarryford"), span("Quarryford", after="mayor of")),
        None,
        0.1,
        (-0.6, 0.7),
    ),
    Actor(POST, "Kestrel Post", "organization", None, (span("the Kestrel Post"),), "neutral", 0.0, (-0.2, 0.2)),
    Actor(CREW, "ferry crew", "group", None, (span("the ferry crew"),)),
)

ATTRIBUTIONS = (
    Attribution(
        content=(span("the repairs,"), span("postponed in March, would cost four million")),
        source=span("The mayor, Ada Brandt"),
        cue=span("said that"),
        actor=BRANDT,
        kind="indirect",
        score=0.93,
    ),
    Attribution(
        (span('an engineer warned that "the deck may fall"'),),
        span("the Kestrel Post"),
        span("According to"),
        POST,
        "mixed",
    ),
    Attribution((span('"the deck may fall"'),), span("an engineer"), span("warned that"), None, "direct", 0.81),
    Attribution(
        (span('"The Trust has always been a good neighbour,"'),),
        span("Brandt", after="neighbour"),
        None,
        BRANDT,
        "direct",
    ),
)


def _stance(holder: str | Source, actor: str, label: str, *, words: str, score: float) -> Stance:
    return Stance(holder, actor, label, *span(words), score)


STANCES = (
    _stance("author", BRANDT, "favor", words="wisely", score=0.71),
    _stance("author", BRANDT, "favor", words="has never hidden a bill from us", score=0.88),
    _stance("author", TRUST, "against", words="cares for nothing but its rents", score=0.97),
    _stance(BRANDT, TRUST, "favor", words="has always been a good neighbour", score=0.9),
    _stance("author", BRANDT, "against", words="too kind", score=0.66),
    _stance(Source("an engineer"), COUNCIL, "against", words="the deck may fall", score=0.55),
)

META = Meta("A better bridge", "The Quarryford Gazette", "Jo Lindqvist", "2024-05-01", "https://gazette.example/bridge")


@pytest.fixture
def predicted() -> Document:
    """Return the op-ed as a model would give it."""
    return Document("bridge", TEXT, META, None, VOICE, ATTRIBUTIONS, ACTORS, STANCES, None, STAMP)


@pytest.fixture
def gold(predicted: Document) -> Document:
    """Return the op-ed as if annotated by hand: no model, no scores of actors."""
    actors = tuple(replace(actor, score=None, interval=None) for actor in ACTORS)
    return replace(
        predicted, actors=actors, stances=tuple(replace(stance, score=1.0) for stance in STANCES), model=None
    )

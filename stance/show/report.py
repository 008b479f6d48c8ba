"""One self-contained HTML page for readers: voice as tints, who says what, and a panel of evidence for every actor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from stance.document import Document, ModelStamp, Span, Stance
from stance.labels import VOICE_DEFINITIONS, VOICES
from stance.reasons import StanceArgument, kind_words
from stance.show.findings import (
    LINKS,
    MARKS,
    SIDES,
    ActorFindings,
    Case,
    Evidence,
    actor_arguments,
    actor_findings,
    score_words,
    speaker,
    stance_words,
    voice_shares,
    whole_parts,
)
from stance.show.pages import environment, resource, script_digest, writable
from stance.show.segments import Segment, segments

_WIKIDATA: Final = re.compile(r"wikidata:(Q[1-9][0-9]*)")
_DEEPEST: Final = 5
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)


def write_report(documents: Iterable[Document], stream: TextIO, *, title: str = "Voice and stance") -> None:
    """Write one HTML page with every document to a text stream, each as soon as it comes.

    Nothing of a document is kept but its line of the index, so that memory does not grow with the texts. The page loads
    nothing: style and script stand in it, and its own policy forbids everything else. `#document-2/actor-3` in its
    address opens that actor's panel, `#document-2/evidence-7` shows that evidence and `#document-2/unit-4` that argument
    unit (counted from 1, in the order of `documents`, `Document.actors`, `Document.stances` and `Arguments.units`). Where
    there are units, a box switches them on in the text, and an actor's panel tells the author's reasons. The page is
    encoded as the stream is, which must be UTF-8; half a surrogate pair, which no encoding can hold, becomes "?".
    """
    script = resource("report.js")
    definitions = {voice: VOICE_DEFINITIONS[voice] for voice in VOICES}
    page = {"title": title, "style": resource("report.css"), "digest": script_digest(script), "voices": definitions}
    stream.write(writable(environment().get_template("head.html").render(page)))
    template = environment().get_template("document.html")
    index: list[dict[str, str]] = []
    models: dict[ModelStamp | None, None] = {}
    argued = False
    for number, document in enumerate(documents, start=1):
        stream.write(writable(template.render(view=_view(document, number=number))))
        meta = document.meta
        byline = " · ".join(part for part in (meta.outlet, meta.author, meta.date) if part)
        index.append({"id": f"document-{number}", "title": meta.title or document.id, "byline": byline})
        models[document.model] = None
        argued = argued or bool(document.arguments and document.arguments.units)
    closing = {"argued": argued, "index": index, "models": list(models), "marks": MARKS, "script": script}
    stream.write(writable(environment().get_template("foot.html").render(closing)))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment as the page has it; numbers count from 1.

    `said`, `actors` and `evidence` tell what it is part of, `roles` its part in the attributions; `chips` are the
    attributions whose content begins here, `anchors` the evidence and `heads` the argument units (number, kind) that begin
    here; `first` is false where a mention goes on, so that the keyboard stops once a mention.
    """

    text: str
    roles: tuple[str, ...]
    said: tuple[int, ...]
    actors: tuple[int, ...]
    evidence: tuple[int, ...]
    chips: tuple[int, ...]
    anchors: tuple[int, ...]
    units: tuple[int, ...]
    heads: tuple[tuple[int, str], ...]
    first: bool


@dataclass(frozen=True, slots=True)
class _Tile:
    """A run of pieces in one voice; None for what has no voice."""

    voice: str | None
    pieces: tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _Quotation:
    """An attribution as words: who speaks, and the source and the cue as the text has them."""

    number: int
    speaker: str
    source: str | None
    cue: str | None
    kind: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class _Proof:
    """An evidence within its sentence."""

    number: int
    label: str
    before: str
    text: str
    after: str
    score: float | None


@dataclass(frozen=True, slots=True)
class _Reason:
    """A reason as a line of a list; `opens` a list of what stands behind it, or ends as many lists as it `closes`."""

    word: str
    kind: str
    number: int
    text: str
    opens: bool
    closes: int


@dataclass(frozen=True, slots=True)
class _Argument:
    """A claim of the author's for or against an actor, with its reasons."""

    label: str
    side: str
    number: int
    text: str
    reasons: tuple[_Reason, ...]


@dataclass(frozen=True, slots=True)
class _Dossier:
    """What the panel of one actor shows; `bar` holds score, low and high as places from 0 to 200."""

    number: int
    name: str
    type: str
    mention_count: int
    link: str | None
    address: str | None
    stance: str | None
    mark: str
    words: str
    score: str | None
    interval: tuple[str, str] | None
    bar: tuple[float, float, float] | None
    cases: tuple[tuple[str, tuple[_Proof, ...], tuple[_Proof, ...]], ...]
    arguments: tuple[_Argument, ...]


def _view(document: Document, *, number: int) -> dict[str, object]:
    url = document.meta.url
    argued = actor_arguments(document)
    dossiers = [_dossier(document, item, argued=argued.get(item.actor.id, ())) for item in actor_findings(document)]
    return {
        "id": f"document-{number}",
        "title": document.meta.title or document.id,
        "meta": document.meta,
        "url": url if url and _WEB.match(url) else None,
        "shares": whole_parts(voice_shares(document)),
        "paragraphs": [_tiles(paragraph) for paragraph in _pieces(document)],
        "quotations": [_quotation(document, place) for place in range(len(document.attributions or ()))],
        "dossiers": dossiers,
        "judged": [dossier for dossier in dossiers if dossier.stance not in ("neutral", None)],
        "unjudged": [dossier for dossier in dossiers if dossier.stance in ("neutral", None)],
    }


def _pieces(document: Document) -> list[list[tuple[Segment, _Piece]]]:
    """Return the segments of each paragraph with what the page shows of them."""
    chips, anchors, heads = _beginnings(document)
    begun_chips: list[int] = []
    begun_anchors: list[int] = []
    begun_heads: list[tuple[int, str]] = []
    seen: set[tuple[int, int]] = set()
    drawn: dict[int, list[tuple[Segment, _Piece]]] = {}
    for segment in segments(document):
        # what begins in the space between paragraphs is shown where the next one begins
        begun_chips += chips.get(segment.start, [])
        begun_anchors += anchors.get(segment.start, [])
        begun_heads += heads.get(segment.start, [])
        if segment.paragraph is None:
            continue
        mention = segment.mentions[-1] if segment.mentions else None
        parts = (("content", segment.contents), ("source", segment.sources), ("cue", segment.cues))
        piece = _Piece(
            text=segment.text,
            roles=tuple(role for role, places in parts if places),
            said=_counted(dict.fromkeys(segment.contents + segment.sources + segment.cues)),
            actors=_counted(dict.fromkeys(place for place, _ in reversed(segment.mentions))),
            evidence=_counted(segment.evidence),
            chips=_counted(begun_chips),
            anchors=_counted(begun_anchors),
            units=_counted(segment.units),
            heads=tuple(begun_heads),
            first=mention not in seen,
        )
        drawn.setdefault(segment.paragraph, []).append((segment, piece))
        begun_chips, begun_anchors, begun_heads = [], [], []
        if mention is not None:
            seen.add(mention)
    return list(drawn.values())


def _beginnings(
    document: Document,
) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, list[tuple[int, str]]]]:
    """Return where attributed content begins, the widest first, and where evidence begins: places by offset.

    And where argument units begin: number, counted from 1, and kind by offset.
    """
    chips: dict[int, list[int]] = {}
    widths = [sum(end - start for start, end in item.content) for item in document.attributions or ()]
    for place, attribution in enumerate(document.attributions or ()):
        if attribution.content:
            chips.setdefault(min(attribution.content).start, []).append(place)
    for begun in chips.values():
        begun.sort(key=lambda place: -widths[place])
    anchors: dict[int, list[int]] = {}
    for place, stance in enumerate(document.stances or ()):
        anchors.setdefault(stance.start, []).append(place)
    heads: dict[int, list[tuple[int, str]]] = {}
    for number, unit in enumerate(document.arguments.units if document.arguments is not None else (), start=1):
        heads.setdefault(unit.start, []).append((number, kind_words(unit.label)))
    return chips, anchors, heads


def _counted(places: Iterable[int]) -> tuple[int, ...]:
    return tuple(place + 1 for place in places)


def _tiles(paragraph: Sequence[tuple[Segment, _Piece]]) -> list[_Tile]:
    """Group the pieces of a paragraph by voice; white space between two tiles of one voice joins them."""
    tiles: list[tuple[str | None, list[_Piece]]] = []
    waiting: list[_Piece] = []
    for segment, piece in paragraph:
        if segment.voice is None and segment.text.isspace():
            waiting.append(piece)
            continue
        if tiles and tiles[-1][0] == segment.voice:
            tiles[-1][1].extend([*waiting, piece])
        else:
            tiles += [(None, waiting)] if waiting else []
            tiles.append((segment.voice, [piece]))
        waiting = []
    tiles += [(None, waiting)] if waiting else []
    return [_Tile(voice, tuple(pieces)) for voice, pieces in tiles]


def _quotation(document: Document, place: int) -> _Quotation:
    attribution = (document.attributions or ())[place]
    return _Quotation(
        number=place + 1,
        speaker=speaker(attribution, document),
        source=_words(document, attribution.source),
        cue=_words(document, attribution.cue),
        kind=attribution.kind,
        score=attribution.score if document.model is not None else None,
    )


def _words(document: Document, span: Span | None) -> str | None:
    return None if span is None else " ".join(document.text[span.start : span.end].split())


def _dossier(document: Document, item: ActorFindings, *, argued: Sequence[tuple[Stance, StanceArgument]]) -> _Dossier:
    actor = item.actor
    wikidata = _WIKIDATA.fullmatch(actor.link or "")
    low, high = actor.interval if actor.interval is not None else (actor.score or 0.0, actor.score or 0.0)
    return _Dossier(
        number=item.place + 1,
        name=actor.name,
        type=actor.type,
        mention_count=len(actor.mentions),
        link=actor.link,
        address=f"https://www.wikidata.org/wiki/{wikidata[1]}" if wikidata else None,
        stance=actor.stance,
        mark=MARKS.get(actor.stance, MARKS[None]),
        words=stance_words(actor, predicted=document.model is not None),
        score=None if actor.score is None else score_words(actor.score),
        interval=None if actor.interval is None else (score_words(low), score_words(high)),
        bar=None if actor.score is None else (_place(actor.score), _place(low), _place(high)),
        cases=tuple(_case(document, case) for case in (item.author, *item.others)),
        arguments=tuple(_argument(document, *each) for each in argued),
    )


def _argument(document: Document, stance: Stance, argument: StanceArgument) -> _Argument:
    claim = argument.unit or 0
    text, _ = _unit(document, claim)
    reasons = tuple(_reasons(document, argument))
    return _Argument(stance.label, SIDES.get(stance.label, stance.label), claim + 1, text, reasons)


def _reasons(document: Document, argument: StanceArgument) -> Iterator[_Reason]:
    """Yield the reasons with what nests the lists of the page: `_DEEPEST` levels, what is deeper stands on the last."""
    depths = [min(reason.depth, _DEEPEST) for reason in argument.reasons] + [1]
    for reason, here, after in zip(argument.reasons, depths, depths[1:], strict=False):
        text, kind = _unit(document, reason.unit)
        yield _Reason(LINKS[reason.label], kind, reason.unit + 1, text, after > here, max(0, here - after))


def _unit(document: Document, place: int) -> tuple[str, str]:
    """Return the words of a unit on one line, and its kind."""
    unit = (document.arguments.units if document.arguments is not None else ())[place]
    return " ".join(document.text[unit.start : unit.end].split()), kind_words(unit.label)


def _place(score: float) -> float:
    return round(100 + 100 * min(1.0, max(-1.0, score)), 1)


def _case(document: Document, case: Case) -> tuple[str, tuple[_Proof, ...], tuple[_Proof, ...]]:
    favor, against = ([_proof(document, item) for item in side] for side in (case.favor, case.against))
    return case.holder, tuple(favor), tuple(against)


def _proof(document: Document, evidence: Evidence) -> _Proof:
    stance, context = evidence.stance, evidence.context
    return _Proof(
        number=evidence.place + 1,
        label=stance.label,
        before=document.text[context.start : stance.start],
        text=document.text[stance.start : stance.end],
        after=document.text[stance.end : context.end],
        score=stance.score if document.model is not None else None,
    )

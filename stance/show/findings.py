"""What a document says, in short: shares of voice, who speaks, and what is said for and against each actor by whom."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stance.document import Actor, Attribution, Document, Source, Span, Stance
from stance.labels import VOICES
from stance.reasons import StanceArgument, stance_arguments
from stance.text.sentences import sentence_spans

MARKS: Final = {"favor": "▲", "against": "▼", "mixed": "◆", "neutral": "●", None: "○"}
"""A sign for each stance, told apart by shape, so that nothing depends on color."""

UNNAMED: Final = "unnamed source"

ABSTAINS: Final = "the model abstains: too little evidence"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One opinion, its place in `Document.stances`, and the sentences around its evidence."""

    place: int
    stance: Stance
    context: Span


@dataclass(frozen=True, slots=True)
class Case:
    """What one holder says for and against one actor, each in the order of the text; `holder` is a name to show."""

    holder: str
    favor: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ActorFindings:
    """An actor with the author's case and, in the order in which they speak, everybody else's.

    `place` is the actor's in `Document.actors`. An actor that only `stances` name has its id as name and the type
    "unlisted"; its place goes on from the last one.
    """

    actor: Actor
    place: int
    author: Case
    others: tuple[Case, ...]


SIDES: Final = {"favor": "in favor of", "against": "against"}

LINKS: Final = {"support": "because", "attack": "but"}
"""How a reason is told: by what it does to the claim or reason that it stands behind."""


def actor_arguments(document: Document) -> dict[str, tuple[tuple[Stance, StanceArgument], ...]]:
    """Return the author's argued stances by actor, in the order of the text: those whose unit has reasons for or against it.

    Of stances of one side in one unit only the most probable is listed; and none whose unit is told already, as a reason
    that supports another stance of that side.
    """
    found: dict[str, list[tuple[Stance, StanceArgument]]] = {}
    for argument in stance_arguments(document):
        if argument.reasons:
            stance = (document.stances or ())[argument.stance]
            found.setdefault(stance.actor, []).append((stance, argument))
    return {actor: _told_once(argued) for actor, argued in found.items()}


def _told_once(argued: Iterable[tuple[Stance, StanceArgument]]) -> tuple[tuple[Stance, StanceArgument], ...]:
    kept: list[tuple[Stance, StanceArgument]] = []
    told: set[tuple[str, int | None]] = set()
    for stance, argument in sorted(argued, key=lambda pair: (-len(pair[1].supports), -pair[0].score, pair[0].start)):
        if (stance.label, argument.unit) not in told:
            kept.append((stance, argument))
            told |= {(stance.label, unit) for unit in (argument.unit, *(each.unit for each in argument.supports))}
    return tuple(sorted(kept, key=lambda pair: (pair[0].start, pair[1].stance)))


def voice_shares(document: Document) -> dict[str, float]:
    """Return the share of each of `labels.VOICES` among the characters that have a voice, spaces not counted.

    Empty where the document has no voice at all.

    >>> from stance.document import VoiceSpan
    >>> voice_shares(Document("a", "Ann won. Sad!", voice=(VoiceSpan(0, 8, "fact"), VoiceSpan(9, 13, "opinion"))))
    {'fact': 0.6363636363636364, 'attributed': 0.0, 'opinion': 0.36363636363636365}
    """
    counts = dict.fromkeys(VOICES, 0)
    for tile in document.voice or ():
        letters = sum(not character.isspace() for character in document.text[tile.start : tile.end])
        counts[tile.label] = counts.get(tile.label, 0) + letters
    total = sum(counts.values())
    return {label: count / total for label, count in counts.items()} if total else {}


def whole_parts(shares: Mapping[str, float], *, total: int = 100) -> dict[str, int]:
    """Return whole numbers, such as percentages, that add up to `total` as the shares do to 1 (largest remainders go up).

    >>> whole_parts({"fact": 1 / 3, "attributed": 1 / 3, "opinion": 1 / 3})
    {'fact': 34, 'attributed': 33, 'opinion': 33}
    >>> whole_parts({})
    {}
    """
    whole = {label: int(total * share) for label, share in shares.items()}
    by_remainder = sorted(shares, key=lambda label: whole[label] - total * shares[label])
    for label in by_remainder[: total - sum(whole.values())]:
        whole[label] += 1
    return whole


def actor_findings(document: Document) -> tuple[ActorFindings, ...]:
    """Return what is said of each actor: clear stances first, by strength, then by mentions; abstentions last.

    Gold has no scores: there a clear stance counts as of strength 1.
    """
    contexts = document.sentences if document.sentences is not None else sentence_spans(document.text)
    sentences = [Span(*span) for span in contexts]
    names = {actor.id: actor.name for actor in document.actors or ()}
    said: dict[str, dict[str | Source, list[Evidence]]] = {}
    for place, stance in enumerate(document.stances or ()):
        evidence = Evidence(place, stance, _context(Span(stance.start, stance.end), sentences))
        said.setdefault(stance.actor, {}).setdefault(stance.holder, []).append(evidence)
    actors = [*(document.actors or ()), *(Actor(id, id, "unlisted") for id in said if id not in names)]
    found = []
    for place, actor in enumerate(actors):
        by_holder = sorted(said.get(actor.id, {}).items(), key=lambda item: min(each.stance.start for each in item[1]))
        cases = {holder: _case(holder, evidence, names=names) for holder, evidence in by_holder}
        author = cases.pop("author", Case("author"))
        found.append(ActorFindings(actor, place, author, tuple(cases.values())))
    return tuple(sorted(found, key=lambda item: _rank(item.actor)))


def speaker(attribution: Attribution, document: Document) -> str:
    """Return who speaks: the actor's name, else the source as the text has it, else `UNNAMED`.

    >>> document = Document("a", "Ann spoke.", actors=(Actor("a1", "Ann Lee", "person"),))
    >>> [speaker(Attribution((Span(4, 9),), Span(0, 3), actor=id), document) for id in ("a1", None)]
    ['Ann Lee', 'Ann']
    """
    for actor in document.actors or ():
        if actor.id == attribution.actor:
            return actor.name
    if attribution.source is None:
        return UNNAMED
    return " ".join(document.text[attribution.source.start : attribution.source.end].split())


def stance_words(actor: Actor, *, predicted: bool) -> str:
    """Return the author's stance in words; without one, that the model abstains, or that nobody annotated it.

    >>> stance_words(Actor("a1", "Ann", "person"), predicted=True)
    'the model abstains: too little evidence'
    """
    if actor.stance is None:
        return ABSTAINS if predicted else "not annotated"
    return "in favor" if actor.stance == "favor" else actor.stance


def score_words(score: float) -> str:
    """Return a score with its sign.

    >>> score_words(0.625), score_words(-0.5), score_words(-0.001)
    ('+0.62', '−0.50', '0.00')
    """
    rounded = f"{abs(score):.2f}"
    if rounded == "0.00":
        return rounded
    return ("+" if score > 0 else "−") + rounded


def _case(holder: str | Source, evidence: Iterable[Evidence], *, names: Mapping[str, str]) -> Case:
    name = names.get(holder, holder) if isinstance(holder, str) else " ".join(holder.text.split()) or UNNAMED
    in_order = sorted(evidence, key=lambda item: (item.stance.start, item.stance.end))
    return Case(
        name,
        favor=tuple(item for item in in_order if item.stance.label == "favor"),
        against=tuple(item for item in in_order if item.stance.label != "favor"),
    )


def _context(evidence: Span, sentences: Sequence[Span]) -> Span:
    """Return the evidence widened to the sentences that it touches."""
    first = bisect_right(sentences, evidence.start, key=lambda span: span.end)
    end = bisect_left(sentences, evidence.end, key=lambda span: span.start)
    touched = sentences[first:end]
    if not touched:
        return evidence
    return Span(min(evidence.start, touched[0].start), max(evidence.end, touched[-1].end))


def _rank(actor: Actor) -> tuple[int, float, int]:
    clear = actor.stance in ("favor", "against", "mixed")
    strength = abs(actor.score) if actor.score is not None else float(actor.stance in ("favor", "against"))
    return (0 if clear else 1 if actor.stance is not None else 2, -strength, -len(actor.mentions))

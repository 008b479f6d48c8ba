"""Two annotations of a text laid beside each other: which actors are the same, what both say, and where they differ."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stance.document import Actor, Attribution, Document, Span, VoiceSpan
from stance.errors import DataError, Problem
from stance.measure import items
from stance.measure.pairing import Pair, sentences_of
from stance.measure.spans import LabelledSpan, best_pairs, count_first, matched_pairs, shared_characters

BORDER_LETTERS = 20
"""Borders of voices that stand no more letters and digits apart, all in all, are the same: some four words a sentence."""


@dataclass(frozen=True, slots=True)
class JoinedActor:
    """An actor as each annotation has it, None where it does not list it; `name` is the first's, and its alone."""

    name: str
    sides: tuple[Actor | None, Actor | None]

    @property
    def only(self) -> int | None:
        """The one side (0 or 1) that lists the actor; None if both do."""
        if None not in self.sides:
            return None
        return 0 if self.sides[1] is None else 1

    @property
    def entry(self) -> Actor:
        """The first entry that there is."""
        entry = self.sides[0] or self.sides[1]
        assert entry is not None
        return entry


class Mention(NamedTuple):
    """A mention: its span, and the place of its actor among the joined ones."""

    span: Span
    actor: int


@dataclass(frozen=True, slots=True)
class MentionCase:
    """A stretch that the two sides give to different actors, None where a side marks none there."""

    sides: tuple[Mention | None, Mention | None]

    @property
    def span(self) -> Span:
        """The first span that there is."""
        mention = self.sides[0] or self.sides[1]
        assert mention is not None
        return mention.span


class Kind(NamedTuple):
    """An opinion as far as it is compared: `holder` is `author` or `other`."""

    holder: str
    label: str


@dataclass(frozen=True, slots=True)
class OpinionCase:
    """What the two sides say in one sentence toward one actor: places in each one's `stances`.

    `common` are the places in the first's of what both say; `only` the places of what one side alone says.
    """

    sentence: int
    actor: int
    common: tuple[int, ...]
    only: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Joined:
    """Two annotations of a text beside each other.

    `voice` are the places of the sentences whose voice or sources differ; `mentions` the agreed ones, as the first has
    them; `mention_cases` those that are not agreed; `opinions` all opinions, agreed or not; `places` give the place of
    each side's actors among `actors`, by id.
    """

    pair: Pair
    sentences: tuple[Span, ...]
    actors: tuple[JoinedActor, ...]
    places: tuple[Mapping[str, int], Mapping[str, int]]
    voice: frozenset[int]
    mentions: tuple[Mention, ...]
    mention_cases: tuple[MentionCase, ...]
    opinions: tuple[OpinionCase, ...]


def join(one: Document, other: Document) -> Joined:
    """Return two annotations of the same text beside each other.

    - Voice agrees in a sentence if its runs of letters have the same voices in the same order, their borders at most
      `BORDER_LETTERS` apart, and the attributions that begin there name the same sources.
    - Actors are the same if they have the same name; of the rest, as `items.align_actors` finds, where a mention of one
      is more than half of one of the other's.
    - A mention agrees if both sides give overlapping spans to the same actor.
    - Opinions agree that are equal as tuples of sentence, actor, holder (author or other) and polarity.

    A layer that a side lacks is not compared. What the texts are is not looked at: see `evaluation.paired`.

    Raises:
        DataError: an opinion is about an actor that its annotation does not list.
    """
    pair = (one, other)
    _check_actors(pair)
    sentences = tuple(Span(*sentence) for sentence in sentences_of(pair))
    actors = _join_actors(one.actors or (), other.actors or ())
    places = _places(actors, 0), _places(actors, 1)
    voice = frozenset(place for place in range(len(sentences)) if not _same_voice(pair, sentences[place], places))
    mentions, cases = _join_mentions(actors)
    opinions = _join_opinions(pair, sentences, places)
    return Joined(pair, sentences, actors, places, voice, mentions, cases, opinions)


def voice_in(document: Document, sentence: Span) -> list[VoiceSpan]:
    """Return the voices of a sentence, cut at its borders."""
    return [
        VoiceSpan(max(span.start, sentence.start), min(span.end, sentence.end), span.label, span.score)
        for span in document.voice or ()
        if span.start < sentence.end and span.end > sentence.start
    ]


def attributions_in(document: Document, sentence: Span) -> list[Attribution]:
    """Return the attributions whose content begins in a sentence."""
    return [
        item
        for item in document.attributions or ()
        if item.content and sentence.start <= min(part.start for part in item.content) < sentence.end
    ]


def letter_runs(document: Document, sentence: Span) -> list[VoiceSpan]:
    """Return the voices of a sentence from its first letter or digit to its last; neighbours of one voice become one.

    >>> document = Document("a", "So, yes. ", voice=(VoiceSpan(0, 3, "fact"), VoiceSpan(3, 8, "fact")))
    >>> [(run.start, run.end) for run in letter_runs(document, Span(0, 8))]
    [(0, 7)]
    """
    runs: list[VoiceSpan] = []
    for span in sorted(voice_in(document, sentence), key=lambda span: span.start):
        letters = [place for place in range(span.start, span.end) if document.text[place].isalnum()]
        if not letters:
            continue
        start = letters[0]
        if runs and runs[-1].label == span.label:
            start = runs.pop().start
        runs.append(VoiceSpan(start, letters[-1] + 1, span.label))
    return runs


def differing_letters(pair: Pair, sentence: Span) -> list[int]:
    """Return the places of the letters and digits of a sentence to which the sides give different voices."""
    labels: list[dict[int, str]] = [
        {place: span.label for span in voice_in(side, sentence) for place in range(span.start, span.end)}
        for side in pair
    ]
    text = pair[0].text
    return [
        place for place in range(*sentence) if text[place].isalnum() and labels[0].get(place) != labels[1].get(place)
    ]


def _check_actors(pair: Pair) -> None:
    problems = []
    for side, document in enumerate(pair):
        listed = {actor.id for actor in document.actors or ()}
        problems += [
            Problem(
                f"annotation {'ab'[side]}, id {document.id!r}, stances[{at}]",
                f"its actor {stance.actor!r} is not among `actors`",
                wish="the id of a listed actor",
                cure="list the actor, or take the stance out",
            )
            for at, stance in enumerate(document.stances or ())
            if stance.actor not in listed
        ]
    if problems:
        raise DataError(problems)


def _join_actors(one: Sequence[Actor], other: Sequence[Actor]) -> tuple[JoinedActor, ...]:
    others = {actor.id: actor for actor in other}
    names: defaultdict[str, list[str]] = defaultdict(list)
    for actor in other:
        names[actor.name.casefold()].append(actor.id)
    same = {actor.id: found.pop(0) for actor in one if (found := names[actor.name.casefold()])}
    rest = [actor for actor in one if actor.id not in same]
    met = items.align_actors(rest, [actor for actor in other if actor.id not in same.values()])
    entries = {actor.id: actor for actor in rest}
    same |= {id: found for id, found in met.items() if _share_a_mention(entries[id], others[found])}
    pairs: list[tuple[Actor | None, Actor | None]] = [(actor, others.get(same.get(actor.id, ""))) for actor in one]
    pairs += [(None, actor) for actor in other if actor.id not in same.values()]
    joined: list[JoinedActor] = []
    for sides in pairs:
        entry = sides[0] or sides[1]
        assert entry is not None
        taken = {each.name for each in joined}
        joined.append(JoinedActor(entry.name if entry.name not in taken else f"{entry.name} ({entry.id})", sides))
    return tuple(joined)


def _share_a_mention(one: Actor, other: Actor) -> bool:
    """Return whether a mention of one covers more than half of one of the other's: `US` is no mention of a US firm."""
    return any(
        2 * (min(mine.end, its.end) - max(mine.start, its.start)) > max(mine.end - mine.start, its.end - its.start)
        for mine in one.mentions
        for its in other.mentions
    )


def _places(actors: Sequence[JoinedActor], side: int) -> dict[str, int]:
    return {entry.id: place for place, actor in enumerate(actors) if (entry := actor.sides[side]) is not None}


def _same_voice(pair: Pair, sentence: Span, places: Sequence[Mapping[str, int]]) -> bool:
    if any(document.voice is None for document in pair):
        return True
    runs = [letter_runs(document, sentence) for document in pair]
    if [run.label for run in runs[0]] != [run.label for run in runs[1]]:
        return False
    if any(one.start >= two.end or two.start >= one.end for one, two in zip(*runs, strict=True)):
        return False
    return len(differing_letters(pair, sentence)) <= BORDER_LETTERS and _same_sources(pair, sentence, places)


def _same_sources(pair: Pair, sentence: Span, places: Sequence[Mapping[str, int]]) -> bool:
    if any(document.attributions is None for document in pair):
        return True
    sides = [attributions_in(document, sentence) for document in pair]
    contents = [[LabelledSpan(item.content) for item in side] for side in sides]
    matched = best_pairs(count_first(shared_characters(*contents)))
    if not len(matched) == len(sides[0]) == len(sides[1]):
        return False
    for places_in_sides in matched:
        found = [side[place] for side, place in zip(sides, places_in_sides, strict=True)]
        actors = [places[side].get(item.actor or "") for side, item in enumerate(found)]
        sources = [item.source for item in found]
        if actors[0] is not None and actors[0] == actors[1]:
            continue
        if sources[0] is None or sources[1] is None:
            if sources[0] is not sources[1]:
                return False
        elif not (sources[0].start < sources[1].end and sources[1].start < sources[0].end):
            words = {pair[0].text[slice(*source)].casefold() for source in sources if source}
            if len(words) > 1:
                return False
    return True


def _join_mentions(actors: Sequence[JoinedActor]) -> tuple[tuple[Mention, ...], tuple[MentionCase, ...]]:
    agreed: list[Mention] = []
    rest: tuple[list[Mention], list[Mention]] = ([], [])
    for place, actor in enumerate(actors):
        mentions = [list(entry.mentions) if entry else [] for entry in actor.sides]
        pairs = matched_pairs(*([LabelledSpan((span,)) for span in side] for side in mentions), mode="overlap")
        agreed += [Mention(mentions[0][one], place) for one, _ in pairs]
        for side in (0, 1):
            matched = {pair[side] for pair in pairs}
            rest[side].extend(Mention(span, place) for at, span in enumerate(mentions[side]) if at not in matched)
    meeting = matched_pairs(*([LabelledSpan((mention.span,)) for mention in side] for side in rest), mode="overlap")
    cases = [MentionCase((rest[0][one], rest[1][two])) for one, two in meeting]
    met = [{pair[side] for pair in meeting} for side in (0, 1)]
    cases += [MentionCase((mention, None)) for at, mention in enumerate(rest[0]) if at not in met[0]]
    cases += [MentionCase((None, mention)) for at, mention in enumerate(rest[1]) if at not in met[1]]
    return tuple(agreed), tuple(sorted(cases, key=lambda case: case.span))


def _join_opinions(
    pair: Pair, sentences: Sequence[Span], places: Sequence[Mapping[str, int]]
) -> tuple[OpinionCase, ...]:
    starts = [sentence.start for sentence in sentences]
    said: defaultdict[tuple[int, int], list[defaultdict[Kind, list[int]]]] = defaultdict(
        lambda: [defaultdict(list), defaultdict(list)]
    )
    for side, document in enumerate(pair):
        for at, stance in enumerate(document.stances or ()):
            sentence = max(0, bisect.bisect_right(starts, stance.start) - 1)
            kind = Kind("author" if stance.holder == "author" else "other", stance.label)
            said[sentence, places[side][stance.actor]][side][kind].append(at)
    cases = []
    for (sentence, actor), (one, two) in sorted(said.items()):
        common = tuple(at for kind, places in one.items() if kind in two for at in places)
        first = tuple(at for kind, places in one.items() if kind not in two for at in places)
        second = tuple(at for kind, places in two.items() if kind not in one for at in places)
        cases.append(OpinionCase(sentence, actor, common, (first, second)))
    return tuple(cases)

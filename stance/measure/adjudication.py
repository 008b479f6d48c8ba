"""Verdicts on what two annotations disagree about, and the decided document that is built from them.

What both annotations say stays as the first has it. Every decision that `disagreements` gives must be taken.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from stance.corpora.gold import from_standoff
from stance.document import Actor, Attribution, Document, Source, Span, Stance, VoiceSpan
from stance.errors import DataError, InputError, Problem, nearest
from stance.labels import ACTOR_TYPES, DOCUMENT_STANCES, VOICES
from stance.measure.disagreements import (
    ENTRY,
    READING,
    SIDES,
    Disagreement,
    actor_id,
    disagreements,
    disputed,
    mention_groups,
    mention_id,
    opinion_id,
    opinions_toward,
    voice_id,
)
from stance.measure.joining import Joined, Mention, attributions_in, voice_in

Entries = tuple[Mapping[str, Any], ...]
"""A sentence's voice as stand-off entries: the sentence, then its sub-spans; see `corpora.gold`."""

Verdicts = Mapping[str, Any]
"""What was decided, by the id of the decision."""


class Verdict(NamedTuple):
    """One line of a file of verdicts: where it stands, which decision it takes, and what it says (None: undecided)."""

    place: str
    id: str
    value: Any


@dataclass(frozen=True, slots=True)
class DecidedActor:
    """An actor that is kept: its place among the joined ones, and its entry in the decided document."""

    place: int
    entry: Actor


@dataclass(frozen=True, slots=True)
class Decided:
    """Two annotations with all verdicts applied, still apart, so that either form of annotation can be built.

    `voice` says for each sentence which side (0 or 1) it is taken from, or gives a reading of its own; `opinions` are
    (side, place in that side's stances), by sentence.
    """

    joined: Joined
    voice: tuple[int | Entries, ...]
    actors: tuple[DecidedActor, ...]
    opinions: tuple[tuple[int, int], ...]


def read_verdicts(path: Path) -> list[Verdict]:
    """Return the verdicts of JSON lines such as `write_disagreements` writes, decided or not.

    Raises:
        InputError: the file cannot be read, or a line is no JSON object with an `id`.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # not `splitlines`: texts have other line breaks
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(str(path), f"cannot be read ({error})", wish="a file of verdicts", cure="name another file")
        raise InputError(problem) from None
    found, problems = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            values = json.loads(line)
            found.append(Verdict(place, str(values["id"]), values.get("verdict")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            cure = "write the file again with `stance agree A B --disagreements FILE`, and change only verdict and why"
            value = f"{type(error).__name__}: {error}"
            problems.append(Problem(place, value, wish="a JSON object with `id` and `verdict`", cure=cure))
    if problems:
        raise InputError(problems)
    return found


def adjudicate(joined: Sequence[Joined], verdicts: Iterable[Verdict]) -> list[Decided]:
    """Return the annotations with the verdicts applied.

    Raises:
        DataError: naming every decision that is not taken, taken twice, unknown, or taken as it cannot be.
    """
    asked: dict[str, tuple[Joined, Disagreement]] = {
        one.id: (each, one) for each in joined for one in disagreements(each)
    }
    taken: dict[str, Any] = {}
    problems = []
    for place, id, value in verdicts:
        if id not in asked:
            wish = "a decision that these annotations ask for"
            cure = "write the decisions again with `--disagreements`, or take the line out"
            problems.append(Problem(place, f"there is no decision {id!r}{nearest(id, asked)}", wish=wish, cure=cure))
        elif id in taken:
            problems.append(Problem(place, f"{id!r} stands there twice", wish="one verdict", cure="take one line out"))
        else:
            taken[id] = value
            if value is not None and (wrong := _wrong(value, *asked[id])):
                wish = f"one of {', '.join(asked[id][1].choices)}"
                problems.append(Problem(f"{place}, {id}", wrong, wish=wish, cure="correct the verdict"))
    for id in asked:
        if taken.get(id) is None:
            value = "undecided" if id in taken else "no verdict on it"
            problems.append(Problem(id, value, wish="a verdict", cure="set `verdict` to one of its `choices`"))
    if problems:
        raise DataError(problems)
    return [_decide(each, taken) for each in joined]


def build(decided: Decided) -> Document:
    """Return the decided document: with the first's text and meta, the layers that either side has, and no model.

    Voices are cut at the borders of sentences.
    """
    joined = decided.joined
    one, other = joined.pair
    ids = {actor.place: actor.entry.id for actor in decided.actors}
    layers = {
        name: any(getattr(document, name) is not None for document in joined.pair)
        for name in ("sentences", "voice", "attributions", "actors", "stances")
    }
    voice: list[VoiceSpan] = []
    attributions: list[Attribution] = []
    for sentence, chosen in zip(joined.sentences, decided.voice, strict=True):
        if isinstance(chosen, tuple):
            read = _read_entries(chosen, decided)
            voice += read.voice or ()
            attributions += read.attributions or ()
            continue
        side = chosen if joined.pair[chosen].attributions is not None else 1 - chosen
        voice += voice_in(joined.pair[chosen], sentence)
        attributions += (
            replace(item, actor=ids.get(joined.places[side].get(item.actor or "", -1)))
            for item in attributions_in(joined.pair[side], sentence)
        )
    stances = [_stance(decided, *opinion) for opinion in decided.opinions]
    return replace(
        one,
        sentences=joined.sentences if layers["sentences"] else None,
        voice=tuple(voice) if layers["voice"] else None,
        attributions=tuple(attributions) if layers["attributions"] else None,
        actors=tuple(actor.entry for actor in decided.actors) if layers["actors"] else None,
        stances=tuple(stances) if layers["stances"] else None,
        arguments=one.arguments if one.arguments is not None else other.arguments,
        model=None,
    )


def _wrong(value: Any, joined: Joined, decision: Disagreement) -> str | None:
    """Return what is wrong with a verdict, None if nothing is."""
    if isinstance(value, str):
        return None if value in set(decision.choices) - {READING, ENTRY} else f"the verdict is {value!r}"
    if not isinstance(value, Mapping) or not {READING, ENTRY} & set(decision.choices):
        return f"the verdict is {value!r}"
    if ENTRY in decision.choices:
        actor = next(
            place for place in range(len(joined.actors)) if actor_id(joined, place, layer="actor") == decision.id
        )
        return _wrong_entry(value, count=len(opinions_toward(joined, actor)))
    try:
        _entries(value, Span(decision.start, decision.end), text=joined.pair[0].text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"the reading does not fit its sentence ({type(error).__name__}: {error})"
    return None


def _wrong_entry(value: Mapping[str, Any], *, count: int) -> str | None:
    numbers = value.get("opinions", [])
    if unknown := sorted(value.keys() - {"type", "stance", "opinions"}):
        return f"the verdict has the keys {', '.join(unknown)}"
    if value.get("type", ACTOR_TYPES[0]) not in ACTOR_TYPES:
        return f"the type is {value['type']!r}, none of {', '.join(ACTOR_TYPES)}"
    if value.get("stance", DOCUMENT_STANCES[0]) not in DOCUMENT_STANCES:
        return f"the stance is {value['stance']!r}, none of {', '.join(DOCUMENT_STANCES)}"
    if not isinstance(numbers, list) or not all(type(one) is int and 1 <= one <= count for one in numbers):
        return f"the opinions are {numbers!r}, where the decision has {count}, numbered from 1"
    return None


def _entries(reading: Mapping[str, Any], sentence: Span, *, text: str) -> Entries:
    """Return a reading of a sentence as stand-off entries.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none.
    """
    if unknown := sorted(reading.keys() - {"voice", "source", "sub"}):
        raise ValueError(f"the keys {', '.join(unknown)}")
    entries: list[Mapping[str, Any]] = [{"span": list(sentence), **_voice_and_source(reading)}]
    words = text[slice(*sentence)]
    for part in reading.get("sub") or ():
        quote = part["quote"]
        if not quote.strip() or words.count(quote) != 1:
            raise ValueError(f"{quote!r} stands {words.count(quote) if quote else 0} times in it, not once")
        start = sentence.start + words.index(quote)
        entries.append({"span": [start, start + len(quote)], **_voice_and_source(part), "sub": True})
    return tuple(entries)


def _voice_and_source(part: Mapping[str, Any]) -> dict[str, Any]:
    voice, source = part["voice"], part.get("source")
    if voice not in VOICES:
        raise ValueError(f"{voice!r} is no voice")
    if (voice == "attributed") != (isinstance(source, str) and bool(source)):
        raise ValueError("`source` is for what is attributed, and for that alone; write 'unnamed' where there is none")
    return {"voice": voice, "source": source}


def _decide(joined: Joined, verdicts: Verdicts) -> Decided:
    kept = _kept(joined, verdicts)
    mentions = _mentions(joined, verdicts, kept=set(kept))
    actors: list[DecidedActor] = []
    for place, entry in kept.items():
        taken = {actor.entry.id for actor in actors}
        id = next(name for name in _names(entry.id) if name not in taken)
        actors.append(DecidedActor(place, replace(entry, id=id, mentions=tuple(sorted(mentions[place])))))
    voice = tuple(_voice(joined, place, verdicts) for place in range(len(joined.sentences)))
    return Decided(joined, voice, tuple(actors), _opinions(joined, verdicts, kept=set(kept)))


def _names(id: str) -> Iterable[str]:
    yield id
    number = 2
    while True:
        yield f"{id}-{number}"
        number += 1


def _kept(joined: Joined, verdicts: Verdicts) -> dict[int, Actor]:
    """Return the entries of the actors that are listed, by place, decided in type and document stance."""
    kept = {}
    for place, actor in enumerate(joined.actors):
        entry = actor.entry
        if actor.only is None:
            other = actor.sides[1]
            assert other is not None
            chosen: dict[str, Any] = {}
            for layer, name in (("actor type", "type"), ("document stance", "stance")):
                said = verdicts.get(actor_id(joined, place, layer=layer), "a")
                both = {"a": getattr(entry, name), "b": getattr(other, name)}
                chosen[name] = both.get(said, said)
            stance = chosen["stance"] if chosen["stance"] is not None else other.stance
            kept[place] = replace(entry, type=chosen["type"], stance=stance)
            continue
        said = verdicts.get(actor_id(joined, place, layer="actor"), SIDES[actor.only])
        if isinstance(said, Mapping):
            kept[place] = replace(entry, type=said.get("type", entry.type), stance=said.get("stance", entry.stance))
        elif said == SIDES[actor.only]:
            kept[place] = entry
    return kept


def _mentions(joined: Joined, verdicts: Verdicts, *, kept: set[int]) -> defaultdict[int, set[Span]]:
    """Return the mentions by actor. An actor that one side lists, once kept, takes its mentions from others."""
    chosen: list[Mention | None] = list(joined.mentions)
    grouped = set()
    for key, cases in mention_groups(joined).items():
        said = verdicts[mention_id(joined, key)]
        for case in cases:
            grouped.add(id(case))
            if said in SIDES:
                chosen.append(case.sides[SIDES.index(said)])
            else:
                chosen.append(
                    Mention(case.span, next(at for at, actor in enumerate(joined.actors) if actor.name == said))
                )
    for case in joined.mention_cases:
        if id(case) not in grouped:
            there = [mention for mention in case.sides if mention and mention.actor in kept]
            there.sort(key=lambda mention: joined.actors[mention.actor].only is None)  # stable: the first side's first
            chosen += there[:1]
    mentions: defaultdict[int, set[Span]] = defaultdict(set)
    for mention in chosen:
        if mention is not None:
            mentions[mention.actor].add(mention.span)
    return mentions


def _voice(joined: Joined, place: int, verdicts: Verdicts) -> int | Entries:
    if place not in joined.voice:
        return 0 if joined.pair[0].voice is not None else 1
    said = verdicts[voice_id(joined, place)]
    if said in SIDES:
        return SIDES.index(said)
    reading = said if isinstance(said, Mapping) else {"voice": said}
    return _entries(reading, joined.sentences[place], text=joined.pair[0].text)


def _opinions(joined: Joined, verdicts: Verdicts, *, kept: set[int]) -> tuple[tuple[int, int], ...]:
    """Return the opinions toward the actors that are kept, as (side, place), by sentence."""
    found: list[tuple[int, int, int]] = []  # (sentence, side, place)
    for case in joined.opinions:
        if case.actor not in kept:
            continue
        found += ((case.sentence, 0, at) for at in case.common)
        sides: tuple[int, ...] = (0, 1)
        if disputed(joined, case):
            sides = {"a": (0,), "b": (1,), "both": (0, 1), "neither": ()}[verdicts[opinion_id(joined, case)]]
        chosen = _chosen(joined, case.actor, verdicts)
        found += ((case.sentence, side, at) for side in sides for at in case.only[side] if chosen(at))
    return tuple((side, at) for _, side, at in sorted(found))


def _chosen(joined: Joined, actor: int, verdicts: Verdicts) -> Callable[[int], bool]:
    """Return which opinions toward an actor a verdict on the actor lets stand: all, unless it numbers them."""
    said = verdicts.get(actor_id(joined, actor, layer="actor"))
    if not isinstance(said, Mapping) or "opinions" not in said:
        return lambda _: True
    toward = opinions_toward(joined, actor)
    return {toward[number - 1] for number in said["opinions"]}.__contains__


def _read_entries(entries: Entries, decided: Decided) -> Document:
    """Return the voice and attributions of a sentence's stand-off entries, with the ids of the decided actors."""
    listed = [
        {"name": actor.name, "type": actor.type, "mentions": actor.mentions, "stance": actor.stance}
        for actor in (each.entry for each in decided.actors)
    ]
    one = decided.joined.pair[0]
    read = from_standoff({"actors": listed, "voice": entries, "stance": ()}, document=Document(one.id, one.text))
    ids = {made.id: actor.entry.id for made, actor in zip(read.actors or (), decided.actors, strict=True)}
    attributions: Sequence[Attribution] = read.attributions or ()
    return replace(read, attributions=tuple(replace(item, actor=ids.get(item.actor or "")) for item in attributions))


def _stance(decided: Decided, side: int, place: int) -> Stance:
    """Return an opinion in terms of the decided actors; a holder that is listed no more stays as a plain source."""
    joined = decided.joined
    stance = (joined.pair[side].stances or ())[place]
    entries = {actor.place: actor.entry for actor in decided.actors}
    toward = entries[joined.places[side][stance.actor]]
    holder = stance.holder
    if isinstance(holder, str) and holder != "author":
        at = joined.places[side].get(holder, -1)
        holder = entries[at].id if at in entries else Source(joined.actors[at].name if at >= 0 else holder)
    mention = _mention(stance, toward.mentions, sentences=joined.sentences)
    return replace(stance, holder=holder, actor=toward.id, mention=mention)


def _mention(stance: Stance, mentions: Sequence[Span], *, sentences: Sequence[Span]) -> Span | None:
    """Return the opinion's own mention, as far as it stands, otherwise the nearest to its evidence in the sentence."""
    own = stance.mention
    if own is not None and (same := [span for span in mentions if span.start < own.end and own.start < span.end]):
        return own if own in same else same[0]
    here = [one for one in sentences if one.start <= stance.start < one.end]
    inside = [span for one in here for span in mentions if one.start <= span.start and span.end <= one.end]
    return min(inside, key=lambda span: max(0, span.start - stance.end, stance.start - span.end), default=None)

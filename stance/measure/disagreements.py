"""What two annotations of a text disagree about, as decisions to read and take: JSON lines with room for a verdict.

A decision can be taken from its line alone: it gives the sentence with the words in question between [[ and ]], the
sentences around it, and what each annotation says. `verdict` is to become one of `choices`, mostly `a` or `b`;
`why` is for the reader. `adjudication` builds the decided document.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from stance.document import Actor, Attribution, Document, Source, Span
from stance.formats.atomic import writing
from stance.labels import ACTOR_TYPES, DOCUMENT_STANCES
from stance.measure.joining import (
    Joined,
    MentionCase,
    OpinionCase,
    attributions_in,
    differing_letters,
    letter_runs,
)

SIDES = ("a", "b")
READING = '{"voice": …, "source": …, "sub": [{"quote": …, "voice": …, "source": …}]}'
"""How a voice is said that neither annotation has: by words copied from the sentence, as in the annotation files."""

ENTRY = '{"type": …, "stance": …, "opinions": [numbers]}'
"""How an actor is listed otherwise than its annotation has it; what is left out stays."""

NOTHING = "nothing"
UNNAMED = "unnamed"
SHOWN = 4
"""How many sentences a decision about an actor shows at most; those about opinions show all."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One decision; `id` follows from the two annotations alone, `start` and `end` bound the place in the text."""

    id: str
    document: str
    layer: str
    start: int
    end: int
    text: str
    before: str
    after: str
    note: str
    a: str
    b: str
    choices: tuple[str, ...]


class MentionKey(NamedTuple):
    """Mentions that are decided together: the same words, given to the same actors (places, None for none)."""

    form: str
    one: int | None
    other: int | None


def disagreements(joined: Joined) -> list[Disagreement]:
    """Return the decisions that two annotations ask for: actors first, since others hang on them, then by place.

    - An actor that one side lists is decided with its type, document stance, mentions and opinions.
    - Mentions are decided by their words, all together that stand between the same two actors.
    - A voice is decided a sentence, an opinion a sentence and actor.
    """
    return [
        *_actors(joined),
        *_types(joined),
        *_mentions(joined),
        *sorted([*_voices(joined), *_opinions(joined)], key=lambda one: (one.start, one.layer, one.id)),
        *_document_stances(joined),
    ]


def write_disagreements(found: Iterable[Disagreement], path: Path) -> None:
    """Write decisions as JSON, one a line, each with `verdict` null and `why` empty.

    Raises:
        OutputError: the file cannot be written.
    """
    with writing(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        for one in found:
            stream.write(json.dumps(to_values(one), ensure_ascii=False) + "\n")


def to_values(one: Disagreement) -> dict[str, Any]:
    """Return a decision as JSON values; what is empty is left out."""
    values = {name: getattr(one, name) for name in ("id", "document", "layer", "start", "end")}
    values |= {name: said for name in ("before", "text", "after", "note") if (said := getattr(one, name))}
    return values | {"a": one.a, "b": one.b, "choices": list(one.choices), "verdict": None, "why": ""}


def mention_groups(joined: Joined) -> dict[MentionKey, list[MentionCase]]:
    """Return the mentions to decide, by what is decided together; not those that hang on an actor's decision."""
    groups: defaultdict[MentionKey, list[MentionCase]] = defaultdict(list)
    text = joined.pair[0].text
    for case in joined.mention_cases:
        places = [mention.actor if mention else None for mention in case.sides]
        if all(place is None or joined.actors[place].only is None for place in places):
            groups[MentionKey(text[slice(*case.span)].casefold(), *places)].append(case)
    return dict(groups)


def voice_id(joined: Joined, sentence: int) -> str:
    """Return the id of the decision about a sentence's voice."""
    start, end = joined.sentences[sentence]
    return f"{joined.pair[0].id}:voice:{start}-{end}"


def opinion_id(joined: Joined, case: OpinionCase) -> str:
    """Return the id of the decision about the opinions toward an actor in a sentence."""
    start, end = joined.sentences[case.sentence]
    return f"{joined.pair[0].id}:opinion:{start}-{end}:{joined.actors[case.actor].name}"


def mention_id(joined: Joined, key: MentionKey) -> str:
    """Return the id of the decision about mentions."""
    names = [NOTHING if place is None else joined.actors[place].name for place in key[1:]]
    return f"{joined.pair[0].id}:mention:{key.form}:{names[0]}:{names[1]}"


def actor_id(joined: Joined, actor: int, *, layer: str) -> str:
    """Return the id of a decision about an actor: `actor`, `actor type` or `document stance`."""
    return f"{joined.pair[0].id}:{layer}:{joined.actors[actor].name}"


def disputed(joined: Joined, case: OpinionCase) -> bool:
    """Return whether opinions in a sentence are to be decided: one side alone has some, and both list the actor."""
    both = all(document.stances is not None for document in joined.pair)
    return both and any(case.only) and joined.actors[case.actor].only is None


def opinions_toward(joined: Joined, actor: int) -> list[int]:
    """Return the places, in the stances of the one side that lists an actor, of the opinions toward it, in order."""
    side = joined.actors[actor].only
    return [] if side is None else [at for case in joined.opinions if case.actor == actor for at in case.only[side]]


def _actors(joined: Joined) -> Iterator[Disagreement]:
    for place, actor in enumerate(joined.actors):
        side = actor.only
        if side is None or any(document.actors is None for document in joined.pair):
            continue
        entry, document = actor.entry, joined.pair[side]
        opinions = opinions_toward(joined, place)
        said = f"lists {entry.name} ({entry.type}), document stance {entry.stance}, as {_forms(entry, document.text)}"
        said += f", opinions: {_opinions_said(joined, side, opinions, numbered=True)}"
        sides = [said if at == side else "does not list it" for at in (0, 1)]
        spans = [Span(document.stances[at].start, document.stances[at].end) for at in opinions if document.stances]
        shown = _sentences(joined, [*entry.mentions, *spans])
        text = _quoted(joined, shown if opinions else shown[:SHOWN], marks=[*entry.mentions, *spans])
        yield _disagreement(
            joined,
            actor_id(joined, place, layer="actor"),
            layer="actor",
            span=_place(entry),
            said=(*sides, text, _elsewhere(joined, place)),
            choices=(*SIDES, ENTRY),
        )


def _elsewhere(joined: Joined, actor: int) -> str:
    """Return to whom the other side gives mentions of an actor that it does not list."""
    side = joined.actors[actor].only
    assert side is not None
    names = {
        joined.actors[other.actor].name
        for case in joined.mention_cases
        if (mention := case.sides[side]) and mention.actor == actor and (other := case.sides[1 - side])
    }
    return f"{SIDES[1 - side]} gives some of its mentions to {', '.join(sorted(names))}" if names else ""


def _types(joined: Joined) -> Iterator[Disagreement]:
    for place, actor in enumerate(joined.actors):
        one, other = actor.sides
        if one is not None and other is not None and one.type != other.type:
            text = _quoted(joined, _sentences(joined, one.mentions)[:SHOWN], marks=one.mentions)
            yield _disagreement(
                joined,
                actor_id(joined, place, layer="actor type"),
                layer="actor type",
                span=_place(one),
                said=(f"{one.name}: {one.type}", f"{other.name}: {other.type}", text, ""),
                choices=(*SIDES, *ACTOR_TYPES),
            )


def _mentions(joined: Joined) -> Iterator[Disagreement]:
    for key, cases in mention_groups(joined).items():
        spans = [case.span for case in cases]
        names = [
            f"means {joined.actors[place].name}" if place is not None else "names no listed actor" for place in key[1:]
        ]
        others = tuple(actor.name for actor in joined.actors)
        yield _disagreement(
            joined,
            mention_id(joined, key),
            layer="mention",
            span=spans[0],
            said=(*names, _quoted(joined, _sentences(joined, spans)[:SHOWN], marks=spans), ""),
            choices=(*SIDES, *(others if None not in key else ())),
        )


def _voices(joined: Joined) -> Iterator[Disagreement]:
    for place in sorted(joined.voice):
        sentence = joined.sentences[place]
        letters = differing_letters(joined.pair, sentence)
        marks = [Span(letters[0], letters[-1] + 1)] if letters else []
        yield _disagreement(
            joined,
            voice_id(joined, place),
            layer="voice",
            span=sentence,
            said=(*(_reading(document, sentence) for document in joined.pair), _marked(joined, sentence, marks), ""),
            choices=(*SIDES, "fact", "opinion", READING),
        )


def _opinions(joined: Joined) -> Iterator[Disagreement]:
    for case in joined.opinions:
        if not disputed(joined, case):
            continue
        marks = [
            Span(stance.start, stance.end)
            for side, document in enumerate(joined.pair)
            for at, stance in enumerate(document.stances or ())
            if at in case.only[side]
        ]
        sides = (_opinions_said(joined, side, case.only[side], numbered=False) for side in (0, 1))
        sentence = joined.sentences[case.sentence]
        note = f"both say: {_opinions_said(joined, 0, case.common, numbered=False)}" if case.common else ""
        name = joined.actors[case.actor].name
        yield _disagreement(
            joined,
            opinion_id(joined, case),
            layer="opinion",
            span=sentence,
            said=(*(f"toward {name}: {side}" for side in sides), _marked(joined, sentence, marks), note),
            choices=(*SIDES, *(("both", "neither") if all(case.only) else ())),
        )


def _document_stances(joined: Joined) -> Iterator[Disagreement]:
    for place, actor in enumerate(joined.actors):
        one, other = actor.sides
        if one is None or other is None or one.stance is None or other.stance is None or one.stance == other.stance:
            continue
        spans = [
            Span(stance.start, stance.end)
            for side, document in enumerate(joined.pair)
            for stance in document.stances or ()
            if stance.holder == "author" and joined.places[side][stance.actor] == place
        ]
        shown = _sentences(joined, spans) or _sentences(joined, one.mentions)[:SHOWN]
        yield _disagreement(
            joined,
            actor_id(joined, place, layer="document stance"),
            layer="document stance",
            span=_place(one),
            said=(
                *(f"toward {actor.name}: {entry.stance}" for entry in (one, other)),
                _quoted(joined, shown, marks=spans or one.mentions),
                "",
            ),
            choices=(*SIDES, *DOCUMENT_STANCES),
        )


def _disagreement(
    joined: Joined,
    id: str,
    *,
    layer: str,
    span: Span,
    said: Sequence[str],
    choices: tuple[str, ...],
) -> Disagreement:
    """Return a decision; `said` is what each side says, the words, and a note: four strings."""
    a, b, text, note = said
    before = after = ""
    if layer in ("voice", "opinion"):
        place = joined.sentences.index(span)
        around = (place - 1, place + 1)
        before, after = (
            joined.pair[0].text[slice(*joined.sentences[at])] if 0 <= at < len(joined.sentences) else ""
            for at in around
        )
    return Disagreement(id, joined.pair[0].id, layer, *span, text, before, after, note, a, b, choices)


def _place(actor: Actor) -> Span:
    return actor.mentions[0] if actor.mentions else Span(0, 0)


def _forms(actor: Actor, text: str) -> str:
    counts: defaultdict[str, int] = defaultdict(int)
    for span in actor.mentions:
        counts[text[slice(*span)]] += 1
    return ", ".join(f"“{form}” ({count})" for form, count in counts.items()) or "no mention"


def _opinions_said(joined: Joined, side: int, places: Sequence[int], *, numbered: bool) -> str:
    document = joined.pair[side]
    stances = [(document.stances or ())[at] for at in places]
    names = {actor.id: actor.name for actor in document.actors or ()}
    said = []
    for number, stance in enumerate(stances, start=1):
        holder = stance.holder.text if isinstance(stance.holder, Source) else names.get(stance.holder, stance.holder)
        words = f"{holder} {stance.label} “{document.text[stance.start : stance.end]}”"
        said.append(f"({number}) {words}" if numbered else words)
    return "; ".join(said) or NOTHING


def _reading(document: Document, sentence: Span) -> str:
    """Say the voice of a sentence: that of most letters, then the parts in another, with their sources."""
    runs = letter_runs(document, sentence)
    if not runs:
        return NOTHING
    letters: defaultdict[str, int] = defaultdict(int)
    for run in runs:
        letters[run.label] += run.end - run.start
    main = max(letters, key=lambda label: letters[label])
    rest = attributions_in(document, sentence)
    said: list[str] = []
    for label, start, end in [(main, *sentence), *((run.label, run.start, run.end) for run in runs)]:
        whole = (start, end) == tuple(sentence) and not said
        if label == main and not whole:
            continue
        words = label
        if label == "attributed":
            covering = [item for item in rest if _covers(item, Span(start, end), whole=whole)]
            if covering:
                best = max(covering, key=_length)
                rest.remove(best)
                words += f" to {_source(document, best)}"
        said.append(words if whole else f"{words} “{document.text[start:end]}”")
    for item in rest:
        content = " … ".join(document.text[slice(*part)] for part in item.content)
        said.append(f"in it attributed to {_source(document, item)} “{content}”")
    return "; ".join(said)


def _covers(item: Attribution, span: Span, *, whole: bool) -> bool:
    return whole or any(part.start < span.end and span.start < part.end for part in item.content)


def _length(item: Attribution) -> int:
    return sum(part.end - part.start for part in item.content)


def _source(document: Document, item: Attribution) -> str:
    names = {actor.id: actor.name for actor in document.actors or ()}
    name = names.get(item.actor or "")
    words = document.text[slice(*item.source)] if item.source else None
    if name and words and name.casefold() != words.casefold():
        return f"{words} (= {name})"
    return words or name or UNNAMED


def _sentences(joined: Joined, spans: Iterable[Span]) -> list[Span]:
    """Return the sentences in which spans begin, in order."""
    starts = {span.start for span in spans}
    return [one for one in joined.sentences if any(one.start <= start < one.end for start in starts)]


def _quoted(joined: Joined, sentences: Sequence[Span], *, marks: Sequence[Span]) -> str:
    return " … ".join(_marked(joined, sentence, marks) for sentence in sentences)


def _marked(joined: Joined, sentence: Span, marks: Iterable[Span]) -> str:
    """Return a sentence with [[ and ]] around the marked stretches; those that overlap become one."""
    text, place, out = joined.pair[0].text, sentence.start, ""
    stretches: list[Span] = []
    for start, end in sorted(marks):
        if start >= sentence.end or end <= sentence.start:
            continue
        span = Span(max(start, sentence.start), min(end, sentence.end))
        if stretches and span.start <= stretches[-1].end:
            stretches[-1] = Span(stretches[-1].start, max(span.end, stretches[-1].end))
        else:
            stretches.append(span)
    for start, end in stretches:
        out += f"{text[place:start]}[[{text[start:end]}]]"
        place = end
    return out + text[place : sentence.end]

"""Typed mentions of people, organizations and places against gold, and a floor that knows capitals and a table of names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from stance.actors.aliases import AliasTable
from stance.actors.linking import bare_name, plain_form
from stance.corpora.gum import core_length, mention_kind
from stance.document import Actor, Document, Span
from stance.measure.spans import Counts, LabelledSpan, best_pairs, count_first, shared_characters
from stance.text.sentences import sentence_spans

Borders = Literal["exact", "name", "overlap"]
"""How borders must fit: the same characters; the same name, but for articles, genitive endings, titles, and what follows
the head ("President Ann Li, who left" is "Ann Li"); or one character in common."""

TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("person", "group"),
    "organization": ("organization", "group"),
    "place": ("country",),
}
"""Types of the corpora, with those of ours that are right for each."""

_OURS: Final = {"person": "person", "organization": "organization", "group": "organization", "country": "place"}

_WORD: Final = re.compile(r"[\w&@#]+(?:[-.'’&]+\w+)*|\S")
_CAPITALS: Final = re.compile(r"[A-Z][\w&]*(?:[-.'’]\w+)*(?:(?: of| of the| for)? [A-Z][\w&]*(?:[-.'’]\w+)*)*")


@dataclass(frozen=True, slots=True)
class EntityMention:
    """A mention: its place, its name without what is around it, its type and its kind (`name`, `nominal` or `pronoun`).

    The type of a gold mention is one of `TYPES`, that of a predicted one is ours. An `optional` gold mention is right
    where it was found and not missing where it was not.
    """

    span: Span
    name: Span
    type: str
    kind: str = "name"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What tells names from other words in a document: where sentences begin, and its words in small letters."""

    text: str
    openings: frozenset[int]
    small: frozenset[str]

    def kind(self, span: Span) -> str:
        """Return `name`, `nominal` or `pronoun` by GUM's reader's rule."""
        words = _WORD.findall(self.text[slice(*span)]) or [self.text[slice(*span)]]
        return mention_kind(words, opens_sentence=span.start in self.openings, common_words=self.small)


def words_of(document: Document) -> Words:
    """Return the words of a document."""
    sentences = document.sentences or sentence_spans(document.text)
    small = frozenset(word for word in _WORD.findall(document.text) if word.islower())
    return Words(document.text, frozenset(start for start, _ in sentences), small)


def name_place(text: str, span: Span, *, person: bool, table: AliasTable) -> Span:
    """Return where the name in a mention stands: without article, genitive ending, title, and what follows its head.

    >>> text = "They met the President Ann Li, who left."
    >>> start, end = name_place(text, Span(9, 39), person=True, table=AliasTable({}, {}, {}))
    >>> text[start:end]
    'Ann Li'
    """
    tokens = [
        Span(span.start + match.start(), span.start + match.end()) for match in _WORD.finditer(text[slice(*span)])
    ]
    if tokens:
        span = Span(span.start, tokens[core_length([text[slice(*token)] for token in tokens]) - 1].end)
    words = text[slice(*span)]
    form = plain_form(words)
    form = bare_name(form, table=table) if person else form
    place = words.rfind(form)
    return span if place < 0 else Span(span.start + place, span.start + place + len(form))


def predicted_mentions(
    words: Words, actors: Sequence[Actor], *, kinds: Mapping[Span, str], table: AliasTable
) -> list[EntityMention]:
    """Return the mentions of predicted actors, each place once.

    Args:
        kinds: what gold calls the mentions in these places; the others' kinds are guessed.
    """
    types = {span: actor.type for actor in reversed(actors) for span in actor.mentions}
    return [
        EntityMention(
            span,
            name_place(words.text, span, person=type in ("person", "group"), table=table),
            type,
            kinds.get(span) or words.kind(span),
        )
        for span, type in sorted(types.items())
    ]


def count_mentions(
    gold: Sequence[EntityMention], predicted: Sequence[EntityMention], *, borders: Borders
) -> dict[str, Counts]:
    """Return the counts of one document by type, matched one to one; and, as `any`, of all whatever their type.

    A predicted group is right for a person and for an organization. One that is wrong counts as an organization.
    """
    pairs = _compatible(gold, predicted, borders=borders)
    right = {pair: weight for pair, weight in pairs.items() if predicted[pair[1]].type in TYPES[gold[pair[0]].type]}
    matched, matched_any = dict(best_pairs(right)), best_pairs(pairs)
    owners = {other: gold[one].type for one, other in matched.items()}
    counted = {
        type: Counts(
            sum(gold[one].type == type for one in matched),
            sum(item.type == type and (place in matched or not item.optional) for place, item in enumerate(gold)),
            sum(owners.get(place, _OURS[item.type]) == type for place, item in enumerate(predicted)),
        )
        for type in TYPES
    }
    found = {one for one, _ in matched_any}
    wanted = sum(place in found or not item.optional for place, item in enumerate(gold))
    return counted | {"any": Counts(len(found), wanted, len(predicted))}


def _compatible(
    gold: Sequence[EntityMention], predicted: Sequence[EntityMention], *, borders: Borders
) -> dict[tuple[int, int], float]:
    """Return a weight for each pair (gold, predicted) whose borders fit."""
    if borders == "overlap":
        sides = [[LabelledSpan((item.span,)) for item in side] for side in (gold, predicted)]
        return count_first(shared_characters(*sides))
    return {
        (one, other): 1.0
        for one, item in enumerate(gold)
        for other, candidate in enumerate(predicted)
        if (item.span == candidate.span if borders == "exact" else item.name == candidate.name)
    }


def outermost(mentions: Sequence[EntityMention]) -> list[EntityMention]:
    """Return the mentions that stand inside no other's words up to its head; of those alike, the first."""
    ends = [max(item.name.end, item.span.start) for item in mentions]
    kept: list[EntityMention] = []
    for place, item in enumerate(mentions):
        inside = any(
            other.span.start <= item.span.start
            and item.name.end <= ends[number]
            and (other.span.start, ends[number]) != (item.span.start, ends[place])
            for number, other in enumerate(mentions)
            if number != place
        )
        if not inside and all(item.span != other.span for other in kept):
            kept.append(item)
    return kept


def capitalised_actors(document: Document, *, table: AliasTable) -> tuple[Actor, ...]:
    """Return the floor's actors: runs of words with capitals, of the type that the table of names says, otherwise persons.

    Names written alike, but for article and genitive ending, are one actor. A word that opens a sentence is a name only
    where the table knows it, another capital follows, or it stands nowhere in small letters and is no pronoun.

    >>> table = AliasTable({}, {}, {})
    >>> found = capitalised_actors(Document("a", "He met Ann Li. The mayor likes Ann Li, and the mayor is right."), table=table)
    >>> [(actor.name, len(actor.mentions)) for actor in found]
    [('Ann Li', 2)]
    """
    words = words_of(document)
    actors: dict[str, Actor] = {}
    for match in _CAPITALS.finditer(document.text):
        span = Span(*match.span())
        form = plain_form(match[0])
        known = table.aliases.get(form) or table.aliases.get(f"the {form}")
        alone = " " not in match[0] and span.start in words.openings
        if known is None and (words.kind(span) != "name" or (alone and form.lower() in words.small)):
            continue
        type = known.type if known else "person"
        made = actors.setdefault(form, Actor(f"a{len(actors)}", form, type, link=known.link if known else None))
        actors[form] = replace(made, mentions=(*made.mentions, span))
    return tuple(actors.values())


def majority_type(types: Sequence[str]) -> str:
    """Return the most frequent of the types, the first of those as frequent."""
    return Counter(types).most_common(1)[0][0]

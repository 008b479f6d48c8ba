"""Aliases found in a text as whole words, whatever a model sees there, and what that does to the model's mentions."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from stance.actors.aliases import AliasTable, KnownActor
from stance.actors.linking import TypedMention, bare_name, plain_form
from stance.actors.own import OwnTable, straight
from stance.document import Span

Node = dict[str, Any]
"""What may follow in a trie: by the next word, and under `_END` the actor of the form that ends here."""

_END: Final = ""
_TOKEN: Final = re.compile(r"(?:[^\W_]+[\u0300-\u036f]*)+|\S")
_ARTICLES: Final = ("the", "The")


@dataclass(frozen=True, slots=True)
class AliasFinder:
    """A trie of the words of all forms; `own` are the actors that it finds, other forms only shield what stands in them."""

    trie: Node
    own: frozenset[KnownActor]


def alias_finder(made: OwnTable) -> AliasFinder:
    """Return what finds a user's actors by their names and aliases.

    Seats of government and demonyms are not looked for, since they are places and adjectives as often; they, and the forms of
    the table's other actors, shield: "Washington" is not found in "Washington Post".
    """
    table, trie = made.table, Node()
    for form in (*table.demonyms, *table.metonyms, *table.aliases):
        known = table.aliases.get(form)
        _enter(trie, form, known=known if known in made.own else None)
    return AliasFinder(trie, made.own)


def _enter(trie: Node, form: str, *, known: KnownActor | None) -> None:
    words = [word for word, _, _ in _tokens(straight(form))]
    for first in _ARTICLES if len(words) > 1 and words[0] in _ARTICLES else words[:1]:
        node = trie.setdefault(first, {})
        for word in words[1:]:
            node = node.setdefault(word, {})
        if first == words[0] or _END not in node:
            node[_END] = known


def find_aliases(text: str, finder: AliasFinder) -> list[TypedMention]:
    """Return the user's actors where their forms stand in a text, in order and without overlaps.

    A form is found as whole words, in its case but for an article at its beginning, with any white space for a space (but
    no paragraph's end) and either apostrophe; of several that begin at a word the longest is taken. The work grows with the
    text, not with the number of forms. An apostrophe and a hyphen end a word: "Li" is found in "Li's" and in "Li-led".

    >>> from stance.actors.own import OwnActor, lay_over
    >>> own = [OwnActor("Ann Li", "person", ("Li",)), OwnActor("R+", "organization")]
    >>> finder = alias_finder(lay_over(AliasTable({}, {}, {}), own))
    >>> [(item.span, item.actor.name) for item in find_aliases("Li’s aides, like Olivia Lin, like R+.", finder)]
    [(Span(start=0, end=2), 'Ann Li'), (Span(start=34, end=36), 'R+')]
    """
    tokens = _tokens(text.replace("’", "'"))
    found: list[TypedMention] = []
    at = 0
    while at < len(tokens):
        word, start, _ = tokens[at]
        node = finder.trie.get(word.lstrip())
        after, end, known = at + 1, start, None
        place = at + 1
        while node is not None:
            if _END in node and _stands_alone(text, start, tokens[place - 1][2]):
                after, end, known = place, tokens[place - 1][2], node[_END]
            if place == len(tokens):
                break
            node = node.get(tokens[place][0])
            place += 1
        if known is not None:
            found.append(TypedMention(Span(start, end), known.type, actor=known))
        at = after
    return found


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Return words and single marks as (word, start, end); one with white space before it has a space before it."""
    tokens: list[tuple[str, int, int]] = []
    before = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        gap = text[before:start]
        space = "" if not gap else " " if gap.count("\n") < 2 else "\n"
        tokens.append((space + match.group() if tokens else match.group(), start, end))
        before = end
    return tokens


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether no letter or digit touches a form; words never do, but a form may begin or end in a mark."""
    return not (start and text[start - 1].isalnum() and not text[start].isalnum()) and not (
        end < len(text) and text[end].isalnum() and not text[end - 1].isalnum()
    )


def settle(text: str, mentions: Sequence[TypedMention], *, table: AliasTable) -> list[tuple[int, TypedMention]]:
    """Return (place in `mentions`, mention) of those that stay when aliases and the model found the same words.

    A mention of the model's that lies inside an alias, or crosses its border, goes. One that is the alias with a determiner,
    a title or a possessive ending around it takes its place and its actor. One that holds more stays beside it: in
    "Labour MP Ann Li" the model's person is not Labour, which is mentioned nevertheless.

    Args:
        mentions: in the order of the text; those found by an alias have an actor.
    """
    aliases = [(place, item) for place, item in enumerate(mentions) if item.actor is not None]
    ends = [item.span.end for _, item in aliases]
    kept = dict(enumerate(mentions))
    for place, item in enumerate(mentions):
        if item.actor is not None:
            continue
        for at in range(bisect.bisect_right(ends, item.span.start), len(aliases)):
            owner, alias = aliases[at]
            if alias.span.start >= item.span.end:
                break
            if not _inside(alias.span, item.span) or alias.span == item.span:
                kept.pop(place, None)
            elif _same_name(text, item, alias=alias, table=table):
                kept.pop(owner, None)
                kept[place] = replace(item, actor=alias.actor, type=alias.type)
    return sorted(kept.items())


def _same_name(text: str, item: TypedMention, *, alias: TypedMention, table: AliasTable) -> bool:
    whole, part = (plain_form(text[each.span.start : each.span.end]) for each in (item, alias))
    return whole == part or (alias.type == "person" and bare_name(whole, table=table) == part)


def nested(mentions: Sequence[TypedMention]) -> Iterator[int]:
    """Yield the places of mentions that lie inside another one: "Labour" in "Labour MP Ann Li"."""
    widest: Span | None = None
    for place in sorted(range(len(mentions)), key=lambda at: (mentions[at].span.start, -mentions[at].span.end)):
        span = mentions[place].span
        if widest is not None and span.end <= widest.end and span != widest:
            yield place
        if widest is None or span.end > widest.end:
            widest = span


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end

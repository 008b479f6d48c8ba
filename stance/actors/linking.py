"""Mentions to actors: by the alias table, by name within the document, and by acronym.

Pronouns and descriptions without a name ("the movement") are not resolved here; a description is an actor of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from stance.actors.aliases import AliasTable, KnownActor
from stance.document import Span


@dataclass(frozen=True, slots=True)
class TypedMention:
    """A mention as the model found it: its place, its type and the model's probability."""

    span: Span
    type: str
    score: float = 1.0


@dataclass(slots=True)
class LinkedActor:
    """An actor with the places of its mentions in the list that was linked."""

    name: str
    type: str
    link: str | None
    mentions: list[int] = field(default_factory=list)


_DETERMINER: Final = re.compile(r"^(?:the|a|an|its|their|his|her|our|this|that|these|those)\s+", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_TITLES: Final = re.compile(
    r"^(?:(?:former|late|then|vice|prime|foreign|us|u\.s\.|british|american|french|russian|israeli)[\s-]+)*"
    r"(?:president|minister|chancellor|premier|secretary|senator|sen\.?|congressman|congresswoman|representative|rep\.?|"
    r"governor|gov\.?|mayor|ambassador|general|gen\.?|colonel|col\.?|captain|capt\.?|sir|lord|lady|dame|king|queen|prince|"
    r"princess|pope|archbishop|bishop|professor|prof\.?|dr\.?|mr\.?|mrs\.?|ms\.?|miss|judge|justice|speaker)\s+",
    re.IGNORECASE,
)
_GOVERNMENT: Final = re.compile(
    r"^(?P<whose>.+?)['’]?s?\s+(?:government|regime|administration|authorities|leadership|state)$", re.IGNORECASE
)
_GOVERNMENT_OF: Final = re.compile(
    r"^(?:government|regime|administration|authorities|leadership|state) (?:of|in) (?:the )?(?P<whose>.+)$", re.IGNORECASE
)


def link_mentions(text: str, mentions: Sequence[TypedMention], *, table: AliasTable) -> list[LinkedActor]:
    """Return the actors of a document in the order of their first mention; every mention belongs to exactly one.

    >>> table = AliasTable({"Taliban": KnownActor("Taliban", "organization", "wikidata:Q42418")}, {}, {})
    >>> text = "Ann Li met the Taliban. Li left."
    >>> found = [TypedMention(Span(0, 6), "person"), TypedMention(Span(15, 22), "organization"), TypedMention(Span(24, 26), "person")]
    >>> [(actor.name, actor.mentions) for actor in link_mentions(text, found, table=table)]
    [('Ann Li', [0, 2]), ('Taliban', [1])]
    """
    forms = [plain_form(text[mention.span.start : mention.span.end]) for mention in mentions]
    groups: dict[object, LinkedActor] = {}
    full_names = _full_names(forms, mentions)
    acronyms = _acronyms(text, forms, mentions)
    for place, (form, mention) in enumerate(zip(forms, mentions, strict=True)):
        known = known_actor(form, type=mention.type, table=table)
        key: object
        if known is not None:
            key, name, type_, link = known.name, known.name, known.type, known.link
        elif mention.type == "person":
            bare = _TITLES.sub("", form)
            name = full_names.get(bare.casefold().split(" ")[-1], bare)
            key, type_, link = ("person", name.casefold()), "person", None
        else:
            name = acronyms.get(form, form)
            expanded = known_actor(name, type=mention.type, table=table) if name != form else None
            link = expanded.link if expanded else None
            key = expanded.name if expanded else ("other", name.casefold())
            name, type_ = (expanded.name, expanded.type) if expanded else (name, mention.type)
        groups.setdefault(key, LinkedActor(name, type_, link)).mentions.append(place)
    for actor in groups.values():
        if actor.link is None and len(actor.mentions) > 1:
            actor.type = Counter(mentions[place].type for place in actor.mentions).most_common(1)[0][0]
    return list(groups.values())


def plain_form(mention: str) -> str:
    """Return a mention without determiner, possessive ending and doubled white space.

    >>> plain_form("the  Kremlin’s")
    'Kremlin'
    """
    return _POSSESSIVE.sub("", _DETERMINER.sub("", " ".join(mention.split()))).replace("’", "'").strip() or mention


def known_actor(form: str, *, type: str, table: AliasTable) -> KnownActor | None:
    """Return the row of the table that a form means, given the type that the model saw in context.

    A demonym alone ("Afghan", "Afghans") is its country only where the model takes it for one; "the Afghan government" and "the
    government of Afghanistan" are the country.
    """
    if type == "person":
        return None
    if (known := table.aliases.get(form) or table.aliases.get(f"the {form}")) is not None:
        return known
    if type != "group" and (known := table.metonyms.get(form)) is not None:
        return known
    if type == "country" and (known := table.demonyms.get(form)) is not None:
        return known
    match = _GOVERNMENT.match(form) or _GOVERNMENT_OF.match(form)
    if match:
        whose = plain_form(match["whose"])
        return table.aliases.get(whose) or table.demonyms.get(whose) or table.metonyms.get(whose)
    return None


def _full_names(forms: Sequence[str], mentions: Sequence[TypedMention]) -> dict[str, str]:
    """Return the longest full name by last name, so that "Li" joins "Ann Li"; two people of one last name stay apart."""
    names: dict[str, set[str]] = {}
    for form, mention in zip(forms, mentions, strict=True):
        bare = _TITLES.sub("", form)
        if mention.type == "person" and " " in bare:
            names.setdefault(bare.casefold().split(" ")[-1], set()).add(bare)
    return {last: found.copy().pop() for last, found in names.items() if len(found) == 1}


def _acronyms(text: str, forms: Sequence[str], mentions: Sequence[TypedMention]) -> dict[str, str]:
    """Return the long form of each acronym that stands in brackets behind it: "Stimson Research Center (SRC)"."""
    found: dict[str, str] = {}
    for before, after in zip(range(len(mentions)), range(1, len(mentions)), strict=False):
        between = text[mentions[before].span.end : mentions[after].span.start]
        short, long = forms[after], forms[before]
        initials = "".join(word[0] for word in long.split() if word[0].isupper())
        if between.strip() in ("(", "(the") and short.isupper() and short.startswith(initials[:1]) and len(short) > 1:
            found[short] = long
    return found

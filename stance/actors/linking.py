"""Mentions to actors: by the alias table, by name within the document, and by acronym.

Pronouns and descriptions without a name ("the movement") are not resolved here but by `coreference`; a description is an actor
of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from stance.actors.aliases import AliasTable, KnownActor
from stance.actors.honorifics import pronoun_of
from stance.actors.short_forms import LIMITING, is_country_noun, longer_forms, title_holders
from stance.document import Span


@dataclass(frozen=True, slots=True)
class TypedMention:
    """A mention as the model found it: its place, its type and the model's probability.

    `actor` is set where the words are an alias of an actor that was looked for by its name.
    """

    span: Span
    type: str
    score: float = 1.0
    actor: KnownActor | None = None


@dataclass(slots=True)
class LinkedActor:
    """An actor with the places of its mentions in the list that was linked, and of the pronouns that mean it in the text."""

    name: str
    type: str
    link: str | None
    mentions: list[int] = field(default_factory=list)
    pronouns: list[Span] = field(default_factory=list)


_DETERMINER: Final = re.compile(r"^(?:the|a|an|its|their|his|her|our|this|that|these|those)\s+", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"['’]s?$", re.IGNORECASE)
_QUALIFIER: Final = re.compile(
    r"(?:former|ex-?|late|then|acting|interim|incoming|outgoing|vice|deputy|prime|foreign|defen[cs]e|interior|finance|"
    r"attorney|chief|major|lieutenant|brigadier|us|u\.s\.?|uk|u\.k\.?|un|u\.n\.?|eu|e\.u\.?)[\s-]+",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"(?:president|minister|chancellor|premier|secretary[\s-]general|secretary of (?:state|defense|defence)|secretary|"
    r"senator|sen\.?|congressman|congresswoman|representative|rep\.?|governor|gov\.?|mayor|ambassador|general|gen\.?|"
    r"colonel|col\.?|captain|capt\.?|sir|lord|lady|dame|king|queen|prince|princess|emir|sheikh|ayatollah|pope|archbishop|"
    r"bishop|professor|prof\.?|dr\.?|mr\.?|mrs\.?|ms\.?|miss|judge|justice|speaker|chief|officer|detective|sergeant|sgt\.?|"
    r"sheriff|commissioner|chairman|chairwoman|director|father|rev\.?|reverend|rabbi|imam)\s+",
    re.IGNORECASE,
)
_AFTER_NAME: Final = re.compile(r",?\s+(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_GOVERNMENT: Final = re.compile(
    r"^(?P<whose>.+?)\s+(?:government|regime|administration|authorities|leadership|state)$", re.IGNORECASE
)
_GOVERNMENT_OF: Final = re.compile(
    r"^(?:government|regime|administration|authorities|leadership|state) (?:of|in) (?:the )?(?P<whose>.+)$",
    re.IGNORECASE,
)


def link_mentions(text: str, mentions: Sequence[TypedMention], *, table: AliasTable) -> list[LinkedActor]:
    """Return the actors of a document in the order of their first mention; every mention belongs to exactly one.

    But a mention inside another of the same actor ("Russia" in "the government of Russia") belongs to none.

    Args:
        mentions: in the order of the text.

    >>> table = AliasTable({"Taliban": KnownActor("Taliban", "organization", "wikidata:Q42418")}, {}, {})
    >>> text = "Ann Li met the Taliban. Li left."
    >>> places = [(0, 6, "person"), (15, 22, "organization"), (24, 26, "person")]
    >>> found = [TypedMention(Span(start, end), type) for start, end, type in places]
    >>> [(actor.name, actor.mentions) for actor in link_mentions(text, found, table=table)]
    [('Ann Li', [0, 2]), ('Taliban', [1])]
    """
    forms = [plain_form(text[mention.span.start : mention.span.end]) for mention in mentions]
    persons = [
        (form, bare_name(form, table=table), pronoun_of(text[slice(*mention.span)]))
        for form, mention in zip(forms, mentions, strict=True)
        if mention.type == "person"
    ]
    full_names = _full_names(
        [bare for form, bare, _ in persons if form not in table.aliases or table.aliases[form].type == "person"]
    )
    titles = title_holders(
        [(form, bare, full_names.get(bare.casefold(), bare)) for form, bare, _ in persons if bare[:1].isupper()]
    )
    both = _couples([(full_names.get(bare.casefold(), bare), bare, spoken) for _, bare, spoken in persons if bare])
    longer = longer_forms(forms, types=[mention.type for mention in mentions])
    same_as = _acronyms(text, forms, mentions=mentions, table=table)
    groups: dict[object, LinkedActor] = {}
    countries: dict[int, KnownActor] = {}
    for place, (form, mention) in enumerate(zip(forms, mentions, strict=True)):
        # "Jordan" is the country, whatever the model took it for, unless the text names a person so
        known_name = form in table.aliases and form.casefold() not in full_names
        type_ = table.aliases[form].type if known_name else mention.type
        key: object
        if mention.actor is not None:
            actor = key = mention.actor
            if actor.type == "country":
                countries[place] = actor
        elif type_ == "person":
            bare = bare_name(form, table=table)
            name = titles.get(bare.casefold(), bare)
            full = full_names.get(name.casefold(), name)
            spoken = pronoun_of(text[slice(*mention.span)]) if full.casefold() in both else None
            apart = spoken is not None and spoken != both[full.casefold()]
            person = None if apart else _known_person((full, name), table=table)
            actor = person or KnownActor(form if apart else full, "person", None)
            key = person or ("person", full.casefold(), spoken if apart else None)
        else:
            name = same_as.get(form, form)
            known = known_actor(name, type=type_, table=table)
            if known is None and type_ == "country" and is_country_noun(form):
                known = countries[max(countries)] if countries else None
            if known is None:
                name = longer.get(name.casefold(), name)
                known = known_actor(name, type=type_, table=table)
            actor = known or KnownActor(name, type_, None)
            key = known or ("other", name.casefold())
            if known is not None and known.type == "country":
                countries[place] = known
        groups.setdefault(key, LinkedActor(actor.name, actor.type, actor.link)).mentions.append(place)
    for key, linked in groups.items():
        if not isinstance(key, KnownActor):
            linked.type = Counter(mentions[place].type for place in linked.mentions).most_common(1)[0][0]
        linked.mentions = _outermost(linked.mentions, mentions=mentions)
    return list(groups.values())


def _outermost(places: Sequence[int], *, mentions: Sequence[TypedMention]) -> list[int]:
    """Return the places of mentions that lie inside no other of them."""
    kept: list[int] = []
    for place in places:  # by their start, and of those that begin together the shorter first
        span = mentions[place].span
        while kept and mentions[kept[-1]].span.start == span.start and mentions[kept[-1]].span.end < span.end:
            kept.pop()
        if not kept or span.end > mentions[kept[-1]].span.end or mentions[kept[-1]].span == span:
            kept.append(place)
    return kept


def _known_person(names: Sequence[str], *, table: AliasTable) -> KnownActor | None:
    """Return the first of the names' rows that is a person's; the shipped table has none, a user's may."""
    known = (table.aliases.get(name) for name in names)
    return next((one for one in known if one is not None and one.type == "person"), None)


def plain_form(mention: str) -> str:
    """Return a mention without determiner, possessive ending and doubled white space, with straight apostrophes.

    >>> plain_form("the  Kremlin’s")
    'Kremlin'
    """
    words = " ".join(mention.split())
    return _POSSESSIVE.sub("", _DETERMINER.sub("", words)).replace("’", "'").strip() or words or mention


def names_somebody(mention: str) -> bool:
    """Return whether a mention has more than a determiner or marks in it.

    >>> names_somebody("The"), names_somebody("the union")
    (False, True)
    """
    return any(word[:1].isalnum() for word in _DETERMINER.sub("", f"{mention.strip()} ").split())


def bare_name(form: str, *, table: AliasTable) -> str:
    """Return a person's name without the titles and nationality before it, and without "Jr." behind; a title alone stays.

    >>> table = AliasTable({}, {}, {"Afghan": KnownActor("Afghanistan", "country", None)})
    >>> bare_name("Afghan President Ashraf Ghani", table=table), bare_name("prime minister", table=table)
    ('Ashraf Ghani', 'prime minister')
    >>> bare_name("Afghan scholar Ann de Li", table=table), bare_name("aide to Ann Li", table=table)
    ('Ann de Li', 'aide to Ann Li')
    """
    rest = _AFTER_NAME.sub("", form)
    words = rest.split(" ")
    nation = next((count for count in (2, 1) if " ".join(words[:count]) in table.demonyms), 0)
    titled = _from_title(" ".join(words[nation:]))
    while match := _QUALIFIER.match(titled):
        titled = titled[match.end() :]
    found = False
    while match := _TITLE.match(titled):
        titled, found = titled[match.end() :], True
    bare = titled if found and titled and not _is_small(titled.split(" ")[0]) else rest  # "king of Jordan"
    return _name_behind(bare, table=table) or bare


def _from_title(form: str) -> str:
    """Return a form from its title on where a place or an office stands before that: "Atlanta Mayor Ann Li"."""
    for match in re.finditer(r"(?<=\s)(?=[A-Z])", form):
        title = _TITLE.match(form, match.start())
        name = title and form[title.end() : title.end() + 1].isupper()
        if name and form[:1].isupper() and not _hangs(form[: match.start()].split()):
            return form[match.start() :]
    return form


def _name_behind(form: str, *, table: AliasTable) -> str | None:
    """Return the name behind a description in small letters ("ambassador to Chad Ann Li"), None where there is no such.

    The name after a preposition is another's: "former aide to Ann Li", "the man who shot Ann Li".
    """
    words = form.split(" ")
    small = [place for place, word in enumerate(words) if word[:1].islower() and word not in _PARTICLES]
    run = words[small[-1] + 1 :] if small else []
    count = len(run)
    while len(run) > 2 and any(_is_no_person(" ".join(run[:count]), table=table) for count in (1, 2)):
        run = run[1:]
    if len(run) == count and small and _hangs(words[: small[-1] + 1]):
        return None
    return " ".join(run) if len(run) > 1 and all(word[:1].isupper() or word in _PARTICLES for word in run) else None


def _hangs(words: Sequence[str]) -> bool:
    """Return whether what comes after words belongs to a preposition or a relative clause in them, titles apart."""
    last = next((word.casefold() for word in reversed(words) if not _is_office(word)), "")
    return last in _PREPOSITIONS or any(word in _RELATIVES for word in words)


def _is_office(form: str) -> bool:
    """Return whether a form has nothing but titles, what goes before these, and determiners: "Vice President"."""
    rest = _DETERMINER.sub("", f"{form} ")
    while match := _QUALIFIER.match(rest) or _TITLE.match(rest):
        rest = rest[match.end() :]
    return not rest.strip()


def _is_small(word: str) -> bool:
    return word.islower() and word not in _PARTICLES


_BEFORE_ANOTHER: Final = "of to for with without against from in on at by under over near behind between and or"
_PREPOSITIONS: Final = frozenset(_BEFORE_ANOTHER.split())
_RELATIVES: Final = frozenset(("who", "whom", "whose", "that", "which"))


def _is_no_person(form: str, *, table: AliasTable) -> bool:
    return form in table.aliases and table.aliases[form].type != "person"


_PARTICLES: Final = frozenset(
    ("al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "van", "von")
)


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
    if match is None:
        return None
    whose = plain_form(match["whose"])
    return table.aliases.get(whose) or table.demonyms.get(whose) or table.metonyms.get(whose)


def _full_names(persons: Sequence[str]) -> dict[str, str]:
    """Return the full name that a name stands for, by the name in small letters, so that "Li" joins "Ann Li".

    A last name, a first name ("Xi", "Hillary") or a shorter full name ("Hillary Clinton" of "Hillary Rodham Clinton") stands for
    a longer one where only one person of the document can be meant; two people of one last name stay apart.
    """
    full = {name.casefold(): name for name in persons if len(name.split()) > 1 and not _is_description(name)}
    holders: dict[str, set[str]] = {}
    for small in full:
        words = small.split()
        for word in (words[0], words[-1], words[-1].removeprefix("al-")):
            holders.setdefault(word, set()).add(small)
    longest: dict[str, str] = {}
    for small in full:
        words = small.split()
        wider = [other for other in holders[words[-1]] if set(words) < set(other.split())]
        top = max(wider, key=len, default=small)
        longest[small] = top if all(set(other.split()) <= set(top.split()) for other in wider) else small
    names = {small: full[top] for small, top in longest.items()}
    for word, found in holders.items():
        as_last = {
            longest[small] for small in found if small.split()[-1].removeprefix("al-") == word.removeprefix("al-")
        }
        tops = as_last or {longest[small] for small in found}
        if len(tops) == 1:
            names[word] = full[tops.pop()]
    return names


def _couples(persons: Sequence[tuple[str, str, str | None]]) -> dict[str, str | None]:
    """Return the names that a man and a woman share, "Mr. Li" and "Mrs. Li", in small letters, with whom the full name means.

    That is who an honorific right before the full name says, or else the first one with an honorific after it. None where
    there is no full name: a bare "Li" then is neither of them. Without both honorifics in the text they are one person.

    Args:
        persons: (the person's name, the name in the form, `he` or `she` if the form says that) of mentions in order.
    """
    spoken: dict[str, set[str]] = {}
    fits: dict[str, str] = {}
    for name, _, pronoun in persons:
        if pronoun is not None:
            spoken.setdefault(name.casefold(), set()).add(pronoun)
    for name, bare, pronoun in persons:
        if pronoun is not None and name == bare and " " in name:
            fits.setdefault(name.casefold(), pronoun)
    opened = set()
    for name, bare, pronoun in persons:
        if name == bare and " " in name:
            opened.add(name)
        if pronoun is not None and name in opened:
            fits.setdefault(name.casefold(), pronoun)
    return {name: fits.get(name) for name, kinds in spoken.items() if len(kinds) > 1}


def _is_description(form: str) -> bool:
    """Return whether a form of several words is no name, nor the longer form of another: "vice president", "aide to Ann Li"."""
    words = form.split()
    other = LIMITING.union(_PREPOSITIONS, _RELATIVES).intersection(words)
    return bool(other) or _is_office(form) or all(map(_is_small, words))


def _acronyms(
    text: str, forms: Sequence[str], *, mentions: Sequence[TypedMention], table: AliasTable
) -> Mapping[str, str]:
    """Return which form stands for which other, where an acronym stands in brackets behind a name: "Stimson Center (SC)".

    The acronym stands for the name; but where the table knows the acronym alone, the name stands for the acronym.
    """
    found: dict[str, str] = {}
    pairs = pairwise(zip(forms, mentions, strict=True))
    for (long, before), (short, after) in pairs:
        between = text[before.span.end : after.span.start].strip()
        if between not in ("(", "(the") or "person" in (before.type, after.type):
            continue
        if not _is_acronym(short, long):
            continue
        known = [known_actor(form, type=before.type, table=table) for form in (long, short)]
        source, target = (long, short) if known[1] and not known[0] else (short, long)
        found[source] = target
    return found


def _is_acronym(short: str, long: str) -> bool:
    letters = short.replace(".", "")
    initials = {word[0].upper() for word in long.split()}
    return " " not in short and sum(map(str.isupper, letters)) > 1 and letters[0] in initials

"""Which actor of one article is which of another: by public id, else by name and type; likely variants are listed."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stance.document import Actor

if TYPE_CHECKING:
    import pandas as pd

ACTOR_COLUMNS: Final = ("actor", "name", "type", "link", "articles", "names")
VARIANT_COLUMNS: Final = ("actor", "name", "articles", "like", "like_name", "like_articles", "reason")

UNLISTED: Final = "unlisted"
"""The type of an actor that only `Document.stances` names; its id stands for its name."""

Forms = Mapping[str, Counter[tuple[str, str, str | None]]]
"""For each actor's key, in how many articles it stands under which (name, type, link)."""


@dataclass(slots=True)
class Register:
    """The actors met so far: `merge` tells which keys become others, `known` are all keys as they were before that.

    `forms` and `articles` are by the key after merging: the names, types and links, and how many articles list the actor.
    """

    merge: Mapping[str, str]
    known: set[str] = field(default_factory=set)
    forms: defaultdict[str, Counter[tuple[str, str, str | None]]] = field(default_factory=lambda: defaultdict(Counter))
    articles: Counter[str] = field(default_factory=Counter)

    def enter(self, actors: Iterable[Actor]) -> dict[str, str]:
        """Take in the actors of one article, and return the key of each by its id."""
        keys, met = {}, set()
        for actor in actors:
            own = actor_key(actor)
            self.known.add(own)
            keys[actor.id] = key = self.merge.get(own, own)
            met.add((key, actor.name, actor.type, actor.link))
        for key, name, type_, link in met:
            self.forms[key][name, type_, link] += 1
        self.articles.update(set(keys.values()))
        return keys


def actor_key(actor: Actor) -> str:
    """Return the key under which an actor is one over all articles: its link, else TYPE:NAME.

    Case and runs of spaces in the name do not count. Nothing else is merged: an unlinked "Obama" stays apart from the
    linked "Barack Obama" and is listed among the variants (`variant_table`), for the reader to merge or not.

    >>> actor_key(Actor("a1", "Ann  LI", "person")), actor_key(Actor("a2", "UN", "organization", link="wikidata:Q1065"))
    ('person:ann li', 'wikidata:Q1065')
    """
    return actor.link or f"{actor.type}:{plain_name(actor.name)}"


def plain_name(name: str) -> str:
    """Return a name without case and runs of spaces.

    >>> plain_name(" The  Hague ")
    'the hague'
    """
    return " ".join(name.split()).casefold()


def is_name(words: str) -> bool:
    """Return whether an actor has a name, and is not only described, or pointed at, so that each article may mean another.

    >>> [is_name(words) for words in ("UN", "the Taliban", "government", "He")]
    [True, True, False, False]
    """
    return any(map(str.isupper, words)) and plain_name(words) not in _PRONOUNS


_PRONOUNS: Final = frozenset(("he", "him", "she", "her", "they", "them", "we"))  # not "us" and "who": US, WHO


def canonical(forms: Forms) -> dict[str, tuple[str, str, str | None]]:
    """Return each key's (name, type, link): the most frequent name and type over articles; the first by alphabet if tied."""
    chosen: dict[str, tuple[str, str, str | None]] = {}
    for key, counts in forms.items():
        names: Counter[str] = Counter()
        types: Counter[str] = Counter()
        for (name, type_, _), count in counts.items():
            names[name] += count
            types[type_] += count
        links = sorted({link for _, _, link in counts if link})
        chosen[key] = (_most(names), _most(types), (key if key in links else links[0]) if links else None)
    return chosen


def actor_table(register: Register) -> pd.DataFrame:
    """Return one row an actor, the most frequent first, with the columns of `ACTOR_COLUMNS`.

    `articles` counts those that list it; `names` holds all spellings of its name, the most frequent first, between " | ".
    """
    import pandas

    rows = []
    for key, (name, type_, link) in canonical(register.forms).items():
        names: Counter[str] = Counter()
        for (form, _, _), count in register.forms[key].items():
            names[form] += count
        spelled = " | ".join(sorted(names, key=lambda form: (-names[form], form)))
        rows.append((key, name, type_, link, register.articles[key], spelled))
    rows.sort(key=lambda row: (-row[4], row[0]))
    return pandas.DataFrame(rows, columns=list(ACTOR_COLUMNS))


def variant_table(register: Register) -> pd.DataFrame:
    """Return unlinked actors that may be another actor, one row a pair, with the columns of `VARIANT_COLUMNS`.

    Listed are unlinked actors with the name of another actor (`reason`: "same name"), and persons whose whole name is
    the last word of another person's ("last name"). `actor` and `like` are keys: what is the same after all goes into
    the `merge` argument of `rows.tables`. Nothing is merged here.
    """
    import pandas

    chosen, counts = canonical(register.forms), register.articles
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    by_last: defaultdict[str, set[str]] = defaultdict(set)
    for key, counter in register.forms.items():
        for form, _, _ in counter:
            plain = plain_name(form)
            by_name[plain].add(key)
            if " " in plain and chosen[key][1] == "person":
                by_last[plain.rpartition(" ")[2]].add(key)
    rows = []
    for key, (name, type_, link) in chosen.items():
        if link:
            continue
        same = by_name[plain_name(name)] - {key}
        last = (by_last[plain_name(name)] - {key} - same) if type_ == "person" else set()
        # two unlinked actors of one name and different types are told once, at the rarer one
        same = {other for other in same if chosen[other][2] or _rarer(key, other, counts)}
        for reason, others in (("same name", same), ("last name", last)):
            rows += [(key, name, counts[key], other, chosen[other][0], counts[other], reason) for other in others]
    rows.sort(key=lambda row: (-row[2], row[0], -row[5], row[3]))
    return pandas.DataFrame(rows, columns=list(VARIANT_COLUMNS))


def merged_keys(merge: Mapping[str, str]) -> dict[str, str]:
    """Return for each key to be merged the last one of its chain, so that a to b and b to c makes a c.

    >>> merged_keys({"person:obama": "wikidata:Q76", "person:barack": "person:obama"})["person:barack"]
    'wikidata:Q76'
    """
    ends = {}
    for key in merge:
        end = key
        for _ in itertools.repeat(None, len(merge)):
            end = merge.get(end, end)
        ends[key] = end
    return ends


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def _rarer(key: str, other: str, counts: Mapping[str, int]) -> bool:
    return (counts[key], key) < (counts[other], other)

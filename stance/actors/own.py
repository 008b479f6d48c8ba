"""A user's own actors, and the table of common ones with them laid over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stance.actors.aliases import AliasTable, KnownActor


@dataclass(frozen=True, slots=True)
class OwnActor:
    """One actor of a user's file: forms are other names, seats and demonyms as in `AliasTable`; `group` is free text."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    link: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class OwnTable:
    """The table with a user's actors laid over it, and which of its actors are the user's."""

    table: AliasTable
    own: frozenset[KnownActor]


_LINKS: Final = {"iso3166": re.compile(r"[A-Z]{2}"), "wikidata": re.compile(r"Q[1-9]\d*")}
_LINK: Final = re.compile(r"([a-z][a-z0-9._-]*):(?!//)(\S+)")


def is_link(link: str) -> bool:
    """Return whether a link is REGISTER:ID, by the register's own rule where that is Wikidata or ISO 3166.

    >>> is_link("wikidata:Q76"), is_link("parlgov:1234"), is_link("wikidata:76"), is_link("https://example.org")
    (True, True, False, False)
    """
    match = _LINK.fullmatch(link)
    return match is not None and (match[1] not in _LINKS or _LINKS[match[1]].fullmatch(match[2]) is not None)


def straight(form: str) -> str:
    """Return a form as it is looked up: with straight apostrophes and single spaces.

    >>> straight(" N’Djamena   City ")
    "N'Djamena City"
    """
    return " ".join(form.replace("’", "'").split())


def lay_over(table: AliasTable, own: Sequence[OwnActor]) -> OwnTable:
    """Return a new table in which the user's forms win over those of `table`.

    An actor with the link of one in the table takes its place and keeps its forms; so does one of the same name and type
    that has no other link, which gets the table's link.

    >>> table = AliasTable({"Labour": KnownActor("Labour Party", "organization", "wikidata:Q9630")}, {}, {})
    >>> made = lay_over(table, [OwnActor("UK Labour", "organization", link="wikidata:Q9630")])
    >>> made.table.aliases["Labour"].name
    'UK Labour'
    """
    shipped = dict.fromkeys((*table.aliases.values(), *table.metonyms.values(), *table.demonyms.values()))
    by_link = {known.link: known for known in shipped if known.link}
    linked = {actor.link for actor in own if actor.link}
    by_name = {(known.name, known.type): known for known in shipped if known.link not in linked}
    rows: list[tuple[OwnActor, KnownActor]] = []
    places: dict[KnownActor, KnownActor] = {}
    for actor in own:
        same = by_link.get(actor.link) if actor.link else None
        same = same or by_name.get((actor.name, actor.type))
        if same is not None and actor.link and same.link and same.link != actor.link:
            same = None
        known = KnownActor(actor.name, actor.type, actor.link or (same.link if same else None))
        rows.append((actor, known))
        if same is not None:
            places[same] = known
    aliases, metonyms, demonyms = (
        {form: places.get(known, known) for form, known in forms.items()}
        for forms in (table.aliases, table.metonyms, table.demonyms)
    )
    laid = AliasTable(aliases, metonyms, demonyms)
    for form, nation in _demonyms(rows).items():
        laid.aliases.pop(form, None)
        laid.metonyms.pop(form, None)
        laid.demonyms.pop(form, None)
        if nation is not None:
            laid.demonyms[form] = nation
    for actor, known in rows:
        for form in map(straight, actor.metonyms):
            laid.aliases.pop(form, None)
            laid.metonyms[form] = known
    for actor, known in rows:
        for form in map(straight, (actor.name, *actor.aliases)):
            laid.aliases[form] = known
            if form.startswith("The "):  # linking looks forms up without their article, then with a small one
                laid.aliases.setdefault(f"the {form[4:]}", known)
    return OwnTable(laid, frozenset(known for _, known in rows))


def _demonyms(rows: Sequence[tuple[OwnActor, KnownActor]]) -> dict[str, KnownActor | None]:
    """Return whom each demonym means, None where it means two."""
    found: dict[str, KnownActor | None] = {}
    for actor, known in rows:
        for form in map(straight, actor.demonyms):
            found[form] = known if found.get(form, known) == known else None
    return found

"""Actors taken together as the groups of a user's file, such as government and opposition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stance.actors.own import OwnActor, straight
from stance.compare.merging import plain_name
from stance.document import Actor, Document
from stance.errors import DataError, Problem


def as_groups(documents: Sequence[Document], own: Sequence[OwnActor]) -> tuple[list[Document], list[str]]:
    """Return documents in which an actor with a group has the group's name and key, and the keys of the groups met.

    Such actors then are one, as others are that are merged (`rows.tables`). An actor is found by the link of one in the file,
    else by its type and its name or an alias; case does not count. Actors without a group stay as they are.

    >>> own = [OwnActor("Ann Li", "person", group="government")]
    >>> found, keys = as_groups([Document("a", "Li won.", actors=(Actor("a0", "Ann LI", "person"),))], own)
    >>> found[0].actors[0].name, keys
    ('government', ['own-group:government'])

    Raises:
        DataError: no actor of the file has a group, or no article has an actor with one.
    """
    grouped = [actor for actor in own if actor.group]
    if not grouped:
        cure = "write one in the column `group` of some, such as government and opposition"
        raise DataError(Problem("--actors", "no actor has a group", wish="actors with groups", cure=cure))
    by_link = {actor.link: actor.group for actor in grouped if actor.link}
    by_name = {(actor.type, _plain(form)): actor.group for actor in grouped for form in (actor.name, *actor.aliases)}
    met: dict[str, None] = {}

    def renamed(actor: Actor) -> Actor:
        group = by_link.get(actor.link) if actor.link else None
        group = group or by_name.get((actor.type, _plain(actor.name)))
        if group is None:
            return actor
        key = f"own-group:{plain_name(group).replace(' ', '-')}"
        met[key] = None
        return replace(actor, name=group, type="group", link=key)

    found = [
        document if document.actors is None else replace(document, actors=tuple(map(renamed, document.actors)))
        for document in documents
    ]
    if not met:
        cure = "predict with the same file: `stance predict --actors FILE`"
        wish = "articles with actors of the file"
        raise DataError(Problem("--actors", "no article has an actor with a group", wish=wish, cure=cure))
    return found, list(met)


def _plain(form: str) -> str:
    return plain_name(straight(form))

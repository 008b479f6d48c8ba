"""Tidy rows, one for each article, actor and holder: what the tables of results hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stance.document import Actor, Document, Source

Cell = str | float | int | None

COLUMNS: Final[Mapping[str, type]] = {
    "document": str,
    "title": str,
    "outlet": str,
    "author": str,
    "date": str,
    "url": str,
    "actor": str,
    "type": str,
    "link": str,
    "holder": str,
    "stance": str,
    "score": float,
    "lower": float,
    "upper": float,
    "favor_count": int,
    "against_count": int,
    "mention_count": int,
}
"""The columns in order and the type of their cells; only `document`, `actor`, `holder` and counts are never None."""


def rows(document: Document) -> list[dict[str, Cell]]:
    """Return the rows of a document, with the keys of `COLUMNS`: each actor's holders, the author first.

    The author's row tells the stance over the whole document with its interval (None where the model abstains). The row
    of another holder (an actor by its name, anybody else as the text names them) sums up that holder's single stances:
    score = (favor - against) / (favor + against), stance its sign, `mixed` when they balance. `mention_count` counts
    the mentions of the actor by anybody. A document without actors has no rows.

    >>> from stance.document import Actor, Stance
    >>> actor = Actor("Q7", "The Senate", "organization", stance="against", score=-0.5)
    >>> said = Stance(Source("her aide"), "Q7", "favor", 0, 4)
    >>> document = Document("a", "Good.", actors=(actor,), stances=(said,))
    >>> [(row["holder"], row["stance"], row["score"]) for row in rows(document)]
    [('author', 'against', -0.5), ('her aide', 'favor', 1.0)]
    """
    named = {actor.id: actor for actor in document.actors or ()}
    counts: dict[str, dict[str | Source, dict[str, int]]] = {id: {"author": _none()} for id in named}
    for stance in document.stances or ():
        holders = counts.setdefault(stance.actor, {})
        count = holders.setdefault(stance.holder, _none())
        if stance.label in count:
            count[stance.label] += 1
    out: list[dict[str, Cell]] = []
    for id, holders in counts.items():
        actor = named.get(id) or Actor(id, id, "")
        for holder, count in holders.items():
            listed = named.get(holder) if isinstance(holder, str) else None
            name = holder.text if isinstance(holder, Source) else listed.name if listed else holder
            out.append(
                {
                    "document": document.id,
                    "title": document.meta.title,
                    "outlet": document.meta.outlet,
                    "author": document.meta.author,
                    "date": document.meta.date,
                    "url": document.meta.url,
                    "actor": actor.name,
                    "type": actor.type or None,
                    "link": actor.link,
                    "holder": name,
                    **(_of_author(actor) if holder == "author" else _of_other(count)),
                    "favor_count": count["favor"],
                    "against_count": count["against"],
                    "mention_count": len(actor.mentions),
                }
            )
    return out


def _none() -> dict[str, int]:
    return {"favor": 0, "against": 0}


def _of_author(actor: Actor) -> dict[str, Cell]:
    lower, upper = actor.interval or (None, None)
    return {"stance": actor.stance, "score": actor.score, "lower": lower, "upper": upper}


def _of_other(count: Mapping[str, int]) -> dict[str, Cell]:
    total = count["favor"] + count["against"]
    if total == 0:
        return {"stance": "neutral", "score": 0.0, "lower": None, "upper": None}
    score = (count["favor"] - count["against"]) / total
    stance = "favor" if score > 0 else "against" if score < 0 else "mixed"
    return {"stance": stance, "score": score, "lower": None, "upper": None}

"""What a caller may give to a pipeline: actors and mentions, checked and laid out as it takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stance.actors.linking import LinkedActor, TypedMention
from stance.document import Actor, Document
from stance.errors import Problem


def given_mentions(actors: Sequence[Actor]) -> list[TypedMention]:
    """Return each place that given actors are mentioned at once, in order."""
    types = {span: actor.type for actor in reversed(actors) for span in actor.mentions}
    return [TypedMention(span, types[span]) for span in sorted(types)]


def as_linked(actors: Sequence[Actor], mentions: Sequence[TypedMention]) -> dict[str, LinkedActor]:
    places = {mention.span: place for place, mention in enumerate(mentions)}
    return {
        actor.id: LinkedActor(
            actor.name, actor.type, actor.link, [places[span] for span in sorted(set(actor.mentions)) if span in places]
        )
        for actor in actors
    }


def actor_problems(document: Document, actors: Sequence[Actor]) -> Iterator[Problem]:
    """Yield what is wrong with the given actors of a document."""
    ids = [actor.id for actor in actors]
    for key in sorted({key for key in ids if ids.count(key) > 1}):
        yield Problem(document.id, f"two actors with the id {key!r}", wish="an id for each", cure="join or rename them")
    for actor in actors:
        yield from mention_problems(document.text, actor.mentions, place=f"{document.id}, actor {actor.id!r}")


def mention_problems(text: str, mentions: Sequence[tuple[int, int]], *, place: str) -> Iterator[Problem]:
    for number, (start, end) in enumerate(mentions):
        if not 0 <= start < end <= len(text):
            wish = f"(start, end) with 0 <= start < end <= {len(text)}, in characters of the text"
            yield Problem(f"{place}, mention {number}", f"({start}, {end})", wish=wish, cure="correct the mention")


def unreadable(place: int) -> Problem:
    cure = "take the text out"
    return Problem(f"text {place}", "nothing that the model can read around the mentions", wish="words", cure=cure)

"""What a model says of gold texts: of the text alone, or with gold's actors, or gold's mentions, given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stance.actors.linking import TypedMention
from stance.document import Actor, Document


class Predictor(Protocol):
    """What `predict.pipeline.Pipeline` is here."""

    def predict(
        self, documents: Sequence[Document], *, given: Sequence[Sequence[Actor]] | None = None
    ) -> list[Document]: ...


class ActorModel(Protocol):
    """What a `Pipeline` is here: every actor of each document, with the mentions that it finds or is given."""

    def actors_of(
        self, documents: Sequence[Document], *, mentions: Sequence[Sequence[TypedMention]] | None = None
    ) -> Sequence[tuple[Actor, ...]]: ...


def predict_texts(model: Predictor, gold: Sequence[Document], *, batch: int = 8) -> list[Document]:
    """Return predictions from text and meta alone: the model sees none of gold's layers, not even sentences."""
    return [
        document
        for start in range(0, len(gold), batch)
        for document in model.predict([_bare(document) for document in gold[start : start + batch]])
    ]


def predict_with_actors(model: Predictor, gold: Sequence[Document], *, batch: int = 8) -> list[Document]:
    """Return predictions where the actors and their mentions are gold's, without their stance.

    This shows how good stances would be if no actor was missed; documents without actors in gold are left out.
    """
    known = [document for document in gold if document.actors]
    predicted = []
    for start in range(0, len(known), batch):
        part = known[start : start + batch]
        given = [[_without_stance(actor) for actor in document.actors or ()] for document in part]
        predicted += model.predict([_bare(document) for document in part], given=given)
    return predicted


def predict_with_mentions(model: ActorModel, gold: Sequence[Document], *, batch: int = 8) -> list[Document]:
    """Return predictions of actors alone, where the places of mentions and their types are gold's.

    This shows who is taken for whom, if no mention was missed; documents without actors in gold are left out.
    """
    known = [document for document in gold if document.actors]
    predicted = []
    for start in range(0, len(known), batch):
        part = known[start : start + batch]
        mentions = [_mentions(document.actors or ()) for document in part]
        found = model.actors_of([_bare(document) for document in part], mentions=mentions)
        predicted += [
            Document(document.id, document.text, actors=tuple(actors))
            for document, actors in zip(part, found, strict=True)
        ]
    return predicted


def _mentions(actors: Sequence[Actor]) -> list[TypedMention]:
    types = {span: actor.type for actor in reversed(actors) for span in actor.mentions}
    return [TypedMention(span, types[span]) for span in sorted(types)]


def _bare(document: Document) -> Document:
    return Document(document.id, document.text, document.meta)


def _without_stance(actor: Actor) -> Actor:
    return Actor(actor.id, actor.name, actor.type, link=actor.link, mentions=actor.mentions)

"""What a model says of the arguments of gold texts: of the text alone, or with gold's units given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stance.document import Document, Span
from stance.measure.argument_scores import layer


class ArgumentPredictor(Protocol):
    """What `predict.pipeline.Pipeline` is here."""

    def argument_units(
        self, documents: Sequence[Document], *, scheme: str, given: Sequence[Sequence[Span]] | None = None
    ) -> list[Document]: ...


def predict_arguments(
    model: ArgumentPredictor, gold: Sequence[Document], *, scheme: str, batch: int = 8
) -> list[Document]:
    """Return predictions of a scheme from text and meta alone: the model sees none of gold's layers.

    Raises:
        ConfigError: the model has no head for the scheme.
    """
    return [
        document
        for start in range(0, len(gold), batch)
        for document in model.argument_units(
            [_bare(document) for document in gold[start : start + batch]], scheme=scheme
        )
    ]


def predict_given_units(
    model: ArgumentPredictor, gold: Sequence[Document], *, scheme: str, batch: int = 8
) -> list[Document]:
    """Return predictions where the units are gold's, without their labels and relations, in gold's order.

    Raises:
        ConfigError: the model has no head for the scheme.
    """
    predicted = []
    for start in range(0, len(gold), batch):
        part = gold[start : start + batch]
        given = [[Span(unit.start, unit.end) for unit in layer(document).units] for document in part]
        predicted += model.argument_units([_bare(document) for document in part], scheme=scheme, given=given)
    return predicted


def _bare(document: Document) -> Document:
    return Document(document.id, document.text, document.meta)

"""Which prediction belongs to which gold document, and the sentences in which both are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from stance.actors.coreference import is_pronoun
from stance.document import Actor, Document, Span
from stance.errors import DataError, Problem
from stance.text.sentences import sentence_spans

Pair = tuple[Document, Document]
"""A gold document and what was predicted of it."""


def paired(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Pair]:
    """Return each gold document with its prediction, by id.

    Mentions that are pronouns are left out of a prediction where gold lists none: hand annotation of op-eds lists names and nouns.

    Raises:
        DataError: naming every id that stands twice, is missing or has another text.
    """
    problems = []
    for side, documents in (("gold", gold), ("predicted", predicted)):
        for id, count in Counter(document.id for document in documents).items():
            if count > 1:
                value, cure = f"the document stands there {count} times", "keep one, or give each its own id"
                problems.append(Problem(f"{side}, id {id!r}", value, wish="every id once", cure=cure))
    by_id = {document.id: document for document in predicted}
    for document in gold:
        place = f"predicted, id {document.id!r}"
        other = by_id.get(document.id)
        if other is None:
            value, wish = "there is no such document", "one for each of gold's"
            problems.append(Problem(place, value, wish=wish, cure="predict this document too, or leave it out of gold"))
        elif other.text != document.text:
            first = next(
                (n for n, (one, two) in enumerate(zip(document.text, other.text, strict=False)) if one != two),
                min(len(document.text), len(other.text)),
            )
            value = f"its text differs from gold's from character {first} on"
            problems.append(Problem(place, value, wish="the same text", cure="predict the very text of the gold file"))
    if problems:
        raise DataError(problems)
    return [(document, _as_listed(by_id[document.id], document)) for document in gold]


def _as_listed(predicted: Document, gold: Document) -> Document:
    """Return a prediction without pronouns among the mentions, where gold has none."""
    if predicted.actors is None or any(_pronouns(gold, actor) for actor in gold.actors or ()):
        return predicted
    actors = []
    for actor in predicted.actors:
        spoken = _pronouns(predicted, actor)
        mentions = tuple(span for span in actor.mentions if span not in spoken)
        actors.append(replace(actor, mentions=mentions) if spoken and mentions else actor)
    return replace(predicted, actors=tuple(actors))


def _pronouns(document: Document, actor: Actor) -> set[Span]:
    return {span for span in actor.mentions if is_pronoun(document.text[span.start : span.end])}


def sentences_of(pair: Pair) -> Sequence[Span]:
    """Return the sentences in which both sides of a pair are looked at: gold's, or else the prediction's or the text's."""
    gold, predicted = pair
    return gold.sentences or predicted.sentences or [Span(*span) for span in sentence_spans(gold.text)]

"""The user's own annotated documents as a corpus: read, checked, some held out to judge a run by, and what each can teach.

A document teaches the heads whose layers it has: voice the voice head, actors the mention head, stances toward actors evidence
and stance. Attributions teach source, cue, content and their links only where every attribution of the document has a cue or
says its kind, as PolNeAR's and the model's own have; where they have not, they are whole clauses, as in the stand-off gold of this
package, and would teach other borders.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from stance.corpora.newsmtsc import ANYONE
from stance.document import Document, Source, Span
from stance.errors import DataError, Problem, nearest
from stance.labels import ACTOR_TYPES, ATTRIBUTION_KINDS, ATTRIBUTION_PARTS, DOCUMENT_STANCES, POLARITIES, VOICES
from stance.measure.annotated import read_annotated
from stance.model.encoding import Tokenizer
from stance.text.sentences import sentence_spans
from stance.train.examples import Example, document_examples

log = logging.getLogger(__name__)

FEWEST_HELD_OUT = 3
"""Documents that are held out at least, where a share is."""

FEWEST_TRAINED = 5
"""Documents that must be left to learn from."""


@dataclass(frozen=True, slots=True)
class OwnDocuments:
    """The documents to learn from, and those held out; `lost` counts, by reason, annotation that teaches nothing."""

    training: tuple[Document, ...]
    development: tuple[Document, ...]
    lost: Counter[str]


def read_own(path: Path, *, development: float | Path, seed: int) -> OwnDocuments:
    """Return the documents of a folder or file that `measure.annotated` reads, in order of their ids, divided by chance.

    Args:
        development: a share, of which `FEWEST_HELD_OUT` documents are held out at least; the same text is never on both
            sides. 0 holds out none. Or a folder or file of further documents.
        seed: same seed and documents, same division.

    Raises:
        InputError: nothing can be read there.
        DataError: naming every label that is unknown and every actor that is not listed; or the documents are too few, teach
            nothing, or stand in training and development alike.
    """
    lost: Counter[str] = Counter()
    documents = _ready(path, lost=lost)
    if isinstance(development, Path):
        held_out = _ready(development, lost=Counter())
        texts = {document.text for document in held_out}
        if both := [document.id for document in documents if document.text in texts]:
            value = f"{', '.join(both[:5])}{' and others' if len(both) > 5 else ''} to be learned from too"
            cure = "take them out of one of the two"
            raise DataError(Problem(str(development), value, wish="documents that training does not see", cure=cure))
        return OwnDocuments(tuple(documents), tuple(held_out), lost)
    chosen = _drawn([document.text for document in documents], development, place=str(path), seed=seed)
    return OwnDocuments(
        tuple(document for document in documents if document.text not in chosen),
        tuple(document for document in documents if document.text in chosen),
        lost,
    )


def own_heads(document: Document) -> tuple[str, ...]:
    """Return the heads that a document has targets for.

    >>> own_heads(Document("a", "Ann spoke.", voice=(), actors=()))
    ('voice', 'mention')
    """
    heads = ["voice"] if document.voice is not None or document.attributions is not None else []
    heads += [*ATTRIBUTION_PARTS, "link"] if document.attributions is not None else []
    heads += ["mention"] if document.actors is not None else []
    if document.actors is not None and document.stances is not None:
        heads.append("evidence")
        # without any stance, and without voice, nothing would tell whether author and sources were asked at all
        heads += ["stance"] if document.stances or document.voice is not None else []
    return tuple(heads)


def own_examples(documents: Iterable[Document], *, tokenizer: Tokenizer, lost: Counter[str]) -> Iterator[Example]:
    """Yield the examples of documents, with targets for the heads whose layers each has."""
    for document in documents:
        yield from document_examples(document, tokenizer=tokenizer, heads=own_heads(document), lost=lost)


def _drawn(texts: Sequence[str], share: float, *, place: str, seed: int) -> set[str]:
    """Return the texts that are held out."""
    if share == 0:
        return set()
    different = list(dict.fromkeys(texts))
    count = max(FEWEST_HELD_OUT, round(share * len(different)))
    if len(different) - count < FEWEST_TRAINED:
        value = f"{len(different)} annotated texts, of which {count} are to be held out"
        wish = f"at least {FEWEST_TRAINED} to learn from beside those"
        cure = (
            "annotate more, name a folder of others as `development`, or write `development: 0`: nothing is held out then, and "
            "the last state is kept as it is, with the calibration of the checkpoint that it starts from"
        )
        raise DataError(Problem(place, value, wish=wish, cure=cure))
    order = np.random.default_rng(seed).permutation(len(different))
    return {different[at] for at in order[:count]}


def _ready(path: Path, *, lost: Counter[str]) -> list[Document]:
    """Return the documents of a path with sentences in order, and without attributions that are whole clauses."""
    documents = sorted(read_annotated(path), key=lambda document: document.id)
    if problems := [problem for document in documents for problem in _problems(document, place=str(path))]:
        raise DataError(problems)
    usable = [_usable(document, lost=lost) for document in documents]
    ready = [document for document in usable if own_heads(document)]
    lost["document: without a layer that can be learned"] += len(usable) - len(ready)
    if not ready:
        value = f"none of its {len(documents)} documents has a layer that can be learned"
        wish = "voice, actors, stances with actors, or attributions with cues"
        raise DataError(Problem(str(path), value, wish=wish, cure="annotate one of these"))
    if stamped := sum(document.model is not None for document in ready):
        log.warning("%s: %d documents were written by a model; a model learns nothing new from itself", path, stamped)
    return ready


def _usable(document: Document, *, lost: Counter[str]) -> Document:
    sentences = tuple(sorted(set(document.sentences or ())))
    found = sentences or tuple(Span(*span) for span in sentence_spans(document.text))
    if _as_in_polnear(document):
        return replace(document, sentences=found)
    lost["attribution: neither cue nor kind, so a whole clause"] += len(document.attributions or ())
    return replace(document, sentences=found, attributions=None)


def _as_in_polnear(document: Document) -> bool:
    attributions = document.attributions or ()
    return bool(attributions) and all(one.cue is not None or one.kind is not None for one in attributions)


def _problems(document: Document, *, place: str) -> Iterator[Problem]:
    """Yield every label that is in no inventory, and every actor of a stance that is not listed or listed twice."""
    where = f"{place}, {document.id}"
    labels: list[tuple[str, str | None, Sequence[str]]] = []
    labels += [(f"voice[{at}].label", one.label, VOICES) for at, one in enumerate(document.voice or ())]
    for at, attribution in enumerate(document.attributions or ()):
        labels.append((f"attributions[{at}].kind", attribution.kind, ATTRIBUTION_KINDS))
    for at, actor in enumerate(document.actors or ()):
        labels.append((f"actors[{at}].type", actor.type, ACTOR_TYPES))
        labels.append((f"actors[{at}].stance", actor.stance, DOCUMENT_STANCES))
    ids = [actor.id for actor in document.actors or ()]
    for at, stance in enumerate(document.stances or ()):
        plain = POLARITIES if stance.holder == ANYONE else ("against", "favor")
        labels.append((f"stances[{at}].label", stance.label, plain))
        labels.append((f"stances[{at}].actor", stance.actor, ids))
        if not isinstance(stance.holder, Source):
            labels.append((f"stances[{at}].holder", stance.holder, ["author", *ids]))
    for name, found, wanted in labels:
        if found is not None and found not in wanted:
            wish = f"one of {', '.join(wanted)}" if wanted else "a listed actor"
            yield Problem(f"{where}, {name}", repr(found), wish=wish, cure=f"correct it{nearest(found, wanted)}")
    for key in sorted({key for key in ids if ids.count(key) > 1}):
        yield Problem(f"{where}, actors", f"two with the id {key!r}", wish="an id for each", cure="rename one")
    ordered = sorted(set(document.sentences or ()))
    if any(one.end > other.start for one, other in pairwise(ordered)):
        yield Problem(f"{where}, sentences", "they overlap", wish="one after another", cure="correct them")

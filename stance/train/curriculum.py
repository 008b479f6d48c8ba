"""What each corpus teaches: its documents with the heads, mentions and clusters to learn from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.corpora import gold, gum, webis, wnut17
from stance.corpora.registry import READERS
from stance.document import Document, Span
from stance.model.encoding import Tokenizer
from stance.model.heads import HEADS
from stance.text.sentences import sentence_spans
from stance.train.coreference import Clusters, gum_clusters
from stance.train.examples import ANYWHERE, Example, MaskedMention, document_examples

CORPUS_HEADS: Mapping[str, tuple[str, ...]] = {
    "newsmtsc": ("stance",),
    "polnear": ("source", "cue", "content", "link", "voice"),
    "webis-editorials-adu": ("voice", "unit-webis"),
    "aae2-conll": ("unit-aae2", "relation"),
    "cmv-modes": ("unit-cmv", "relation"),
    "gum": ("mention", "coreference"),
    "wnut17": ("mention",),
    "gold": ("voice", "mention", "evidence", "stance", "coreference"),
    "checkthat": (ANYWHERE,),
}
"""The heads that each corpus annotates in our sense. The gold's attributions are whole clauses, not content alone."""

BEGINNERS: Mapping[str, tuple[str, ...]] = {"coreference": ("gum",)}
"""The corpora without which a head is not begun, where others annotate a part of it: op-eds no pronouns."""


def taught_heads(corpora: Collection[str]) -> list[str]:
    """Return the heads that corpora can teach from the beginning, in the order of `HEADS`.

    >>> taught_heads(["webis-editorials-adu", "own"])[0]
    'voice'
    """
    annotated = {head for corpus in corpora for head in CORPUS_HEADS.get(corpus, ())}
    return [head for head in HEADS if head in annotated and set(BEGINNERS.get(head, corpora)) & set(corpora)]


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document to learn from: the heads that it teaches, and mentions and clusters where they are not those of its actors."""

    document: Document
    heads: tuple[str, ...]
    mentions: list[MaskedMention] | None = None
    clusters: Clusters | None = None


def corpus_examples(
    corpus: str,
    folder: Path,
    *,
    splits: Sequence[str],
    tokenizer: Tokenizer,
    lost: Counter[str],
    documents: int | None = None,
) -> Iterator[Example]:
    """Yield the examples of a public corpus, or of `gold`, with targets for the heads that it annotates.

    Args:
        documents: as in `annotated_documents`.

    Raises:
        DataError: the corpus or one of its splits is not there.
    """
    taken = annotated_documents(corpus, folder, splits=splits, documents=documents)
    yield from annotated_examples(taken, tokenizer=tokenizer, lost=lost)


def annotated_examples(
    taken: Iterable[AnnotatedDocument], *, tokenizer: Tokenizer, lost: Counter[str]
) -> Iterator[Example]:
    """Yield the examples of annotated documents, with targets for the heads that each teaches."""
    for one in taken:
        yield from document_examples(
            one.document,
            tokenizer=tokenizer,
            heads=one.heads,
            mentions=one.mentions,
            clusters=one.clusters,
            lost=lost,
        )


def annotated_documents(
    corpus: str, folder: Path, *, splits: Sequence[str], documents: int | None = None
) -> Iterator[AnnotatedDocument]:
    """Yield what a public corpus, or `gold`, teaches.

    Args:
        documents: how many to take at most, by the sha256 of their ids, so that fewer are a part of more.

    Raises:
        DataError: the corpus or one of its splits is not there.
    """
    taken = (one for split in splits for one in _of_split(corpus, folder, split=split))
    if documents is not None:
        first = sorted(taken, key=lambda one: hashlib.sha256(one.document.id.encode()).digest())[:documents]
        taken = (one for one in first)
    yield from taken


def _of_split(corpus: str, folder: Path, *, split: str) -> Iterator[AnnotatedDocument]:
    heads = CORPUS_HEADS[corpus]
    if corpus == gum.CORPUS:
        for document, found in gum.mentions(folder, split=split):
            yield AnnotatedDocument(document, heads, gum_mentions(found), gum_clusters(document, found))
    elif corpus == wnut17.CORPUS:
        for document, names in wnut17.names(folder, split=split):
            yield AnnotatedDocument(document, heads, wnut17_mentions(document.text, names))
    else:
        for document in READERS[corpus](folder, split=split):
            if taught := _taught(corpus, document.id):
                yield AnnotatedDocument(document, taught)


def _taught(corpus: str, id: str) -> tuple[str, ...]:
    """Return the heads that a document of a corpus teaches.

    Of the editorials that are hand-annotated too, the voices are left out, since these coarser ones would contradict ours; and
    those that judge us there (gold's `dev` and tests) teach nothing at all.
    """
    heads = CORPUS_HEADS[corpus]
    if corpus != webis.CORPUS or id not in gold.annotated():
        return heads
    return tuple(head for head in heads if head != "voice") if id in gold.learned() else ()


GUM_TYPES: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "group"),
    "organization": ("organization", "group"),
    "place": ("country",),
}


def gum_mentions(found: Iterable[gum.GumMention]) -> list[MaskedMention]:
    """Return what GUM's mentions teach of ours, names first.

    GUM tells neither groups from their members, nor actors from places. A description may be an actor or not; a pronoun
    is none, since our annotation lists names and nouns.
    """
    ordered = sorted(found, key=lambda mention: (mention.kind != "name", mention.start, -mention.end))
    return [
        MaskedMention(
            Span(mention.start, mention.end),
            GUM_TYPES[mention.type],
            none=mention.kind != "name" or mention.type == "place",
        )
        for mention in ordered
        if mention.type in GUM_TYPES and mention.kind != "pronoun"
    ]


WNUT17_TYPES: Mapping[str, tuple[str, ...]] = {
    "person": ("person",),
    "group": ("organization", "group"),
    "corporation": ("organization",),
    "location": ("country",),
}
SURE_NAMES = ("person", "group", "corporation")
"""What of WNUT17 is an actor by its type."""

_WORD = re.compile(r"(?<![\w@#'’-])[A-Za-z][a-z]*(?:-[a-z]+)*(?![\w'’])")


def wnut17_mentions(text: str, names: Iterable[wnut17.WnutName]) -> list[MaskedMention]:
    """Return what WNUT17's names teach of ours, and the words of which they say nothing.

    A location may be no actor; products and works are none. The corpus has names alone, where our annotation lists nouns
    too ("my neighbours"): a word outside a name may be an actor's or not where it is in small letters or opens a sentence,
    but for pronouns, which are none.
    """
    found = [
        MaskedMention(Span(name.start, name.end), WNUT17_TYPES.get(name.type, ()), none=name.type not in SURE_NAMES)
        for name in names
    ]
    inside = {place for mention in found for place in range(*mention.span)}
    openings = {start for start, _ in sentence_spans(text)}
    pronouns = gum.SINGULAR_PRONOUNS | gum.PLURAL_PRONOUNS | gum.OTHER_PRONOUNS
    words = [
        Span(*match.span())
        for match in _WORD.finditer(text)
        if (match[0].islower() or match.start() in openings)
        and match[0].lower() not in pronouns
        and match.start() not in inside
    ]
    return [*found, *(MaskedMention(word, ()) for word in words)]

"""Documents to features and targets of windows; says which gold it cannot represent.

An example is one window: a plain mapping of lists, as `datasets` stores it. Targets of token heads are bit masks of the
labels that the corpus allows at a token (0: it says nothing), so that a coarser corpus can teach a finer inventory.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stance.actors.coreference import is_pronoun
from stance.corpora import gold, gum, webis, wnut17
from stance.corpora.newsmtsc import ANYONE
from stance.corpora.registry import READERS
from stance.document import Attribution, Document, Span, Stance
from stance.labels import ACTOR_TYPES, ATTRIBUTION_PARTS, IGNORED, POLARITIES, UNIT_SCHEMES, VOICES
from stance.model.encoding import (
    EncodedText,
    Tokenizer,
    encode_text,
    is_judged_later,
    sentence_in_window,
    window_ids,
)
from stance.model.heads import HEADS, LATER_SENTENCES, LINK_PARTS, STANCE_VIEWS, TOKEN_LABELS
from stance.text.sentences import sentence_spans
from stance.train.argument_targets import RelatedUnit, related_units, unit_tokens, window_units
from stance.train.coreference import Clusters, actor_clusters, anaphora, gum_clusters, window_targets

Example = dict[str, Any]

CORPUS_HEADS: Mapping[str, tuple[str, ...]] = {
    "newsmtsc": ("stance",),
    "polnear": ("source", "cue", "content", "link", "voice"),
    "webis-editorials-adu": ("voice", "unit-webis"),
    "aae2-conll": ("unit-aae2", "relation"),
    "cmv-modes": ("unit-cmv", "relation"),
    "gum": ("mention", "coreference"),
    "wnut17": ("mention",),
    "gold": ("voice", "mention", "evidence", "stance", "coreference"),
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
class MaskedMention:
    """A mention whose type a corpus may leave open: `types` that it may have, and `none`: it may be no actor.

    Without any of these it is a stretch of which the corpus says nothing at all.
    """

    span: Span
    types: tuple[str, ...]
    none: bool = False


class JudgedMention(NamedTuple):
    """A mention and a sentence, both as token ranges, how many sentences later that one is, and its polarity id a view."""

    mention: tuple[int, int]
    sentence: tuple[int, int]
    later: int
    views: list[int]


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
        documents: how many to take at most, by the sha256 of their ids, so that fewer are a part of more.

    Raises:
        DataError: the corpus or one of its splits is not there.
    """
    for document, mentions, clusters in corpus_documents(corpus, folder, splits=splits, documents=documents):
        heads = _taught(corpus, document.id)
        yield from document_examples(
            document, tokenizer=tokenizer, heads=heads, mentions=mentions, clusters=clusters, lost=lost
        )


def corpus_documents(
    corpus: str, folder: Path, *, splits: Sequence[str], documents: int | None = None
) -> Iterator[tuple[Document, list[MaskedMention] | None, Clusters | None]]:
    """Yield the documents of a corpus to learn from, or as many of them as `corpus_examples` would take.

    Raises:
        DataError: the corpus or one of its splits is not there.
    """
    taken = _documents(corpus, folder, splits=splits)
    if documents is not None:
        taken = iter(sorted(taken, key=lambda item: hashlib.sha256(item[0].id.encode()).digest())[:documents])
    yield from taken


def _documents(
    corpus: str, folder: Path, *, splits: Sequence[str]
) -> Iterator[tuple[Document, list[MaskedMention] | None, Clusters | None]]:
    """Yield the documents of a corpus to learn from, with mentions and clusters to learn where they are not those of its actors."""
    for split in splits:
        if corpus == gum.CORPUS:
            for document, found in gum.mentions(folder, split=split):
                yield document, gum_mentions(found), gum_clusters(document, found)
        elif corpus == wnut17.CORPUS:
            for document, names in wnut17.names(folder, split=split):
                yield document, wnut17_mentions(document.text, names), None
        else:
            for document in READERS[corpus](folder, split=split):
                if _taught(corpus, document.id):
                    yield document, None, None


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


def document_examples(
    document: Document,
    *,
    tokenizer: Tokenizer,
    heads: Sequence[str],
    mentions: Iterable[MaskedMention] | None = None,
    clusters: Clusters | None = None,
    lost: Counter[str] | None = None,
) -> list[Example]:
    """Return an example a window with targets for the heads named.

    Args:
        document: gold, with the layers that the heads need; sentences are found where they are not given.
        mentions: what the mention head learns from, the first before others that overlap it; the actors' when None.
        clusters: what coreference is learned from; the actors when None.
        lost: counts, by reason, the gold that no target can represent.
    """
    lost = Counter() if lost is None else lost
    sentences = document.sentences or tuple(Span(*span) for span in sentence_spans(document.text))
    encoded = encode_text(tokenizer, document.text, sentences=sentences)
    mentions = _actor_mentions(document) if mentions is None else mentions
    masks: dict[str, NDArray[np.int64]] = {}
    if "voice" in heads:
        masks["voice"] = _voice(document, encoded)
    for part in ATTRIBUTION_PARTS:
        if part in heads:
            spans = [(*encoded.tokens(*span), 0) for span in _part_spans(document.attributions or (), part)]
            masks[part] = _tag_masks(spans, len(encoded.ids), lost=lost, name=part)
    if "mention" in heads:
        masks["mention"] = _mention_masks(mentions, encoded, lost=lost)
    if "evidence" in heads:
        spans = [
            (*encoded.tokens(stance.start, stance.end), ("against", "favor").index(stance.label))
            for stance in document.stances or ()
        ]
        masks["evidence"] = _tag_masks(sorted(set(spans)), len(encoded.ids), lost=lost, name="evidence")
    stances = _mention_stances(document, encoded, sentences=sentences, lost=lost) if "stance" in heads else []
    links = _links(document.attributions or (), encoded) if "link" in heads else []
    units: list[RelatedUnit] = []
    for scheme in UNIT_SCHEMES:
        if (head := f"unit-{scheme}") in heads:
            spans = unit_tokens(document, encoded, scheme=scheme, lost=lost)
            masks[head] = _tag_masks(spans, len(encoded.ids), lost=lost, name=head)
            units = related_units(document, encoded, scheme=scheme, lost=lost) if "relation" in heads else []
    examples = [
        _window_example(tokenizer, encoded, place=place, masks=masks, stances=stances, links=links)
        | window_units(units, encoded.windows[place], lost=lost)
        for place in range(len(encoded.windows))
    ]
    if "coreference" in heads:
        found = anaphora(document, encoded, clusters=clusters or actor_clusters(document), sentences=sentences)
        for example, window in zip(examples, encoded.windows, strict=True):
            example.update(window_targets(found, window))
    unseen = sum(targets.count(IGNORED) for example in examples for targets in example["content_targets"])
    lost["link: the window of a content does not reach its source or cue"] += unseen
    return examples


def _actor_mentions(document: Document) -> list[MaskedMention]:
    """Return the mentions of a document's actors, but for pronouns, which are no names for the mention head."""
    found = [(span, actor.type) for actor in document.actors or () for span in actor.mentions]
    named = [MaskedMention(span, (type,)) for span, type in found if not is_pronoun(document.text[slice(*span)])]
    return sorted(named, key=lambda mention: (mention.span.start, -mention.span.end))


def _window_example(
    tokenizer: Tokenizer,
    encoded: EncodedText,
    *,
    place: int,
    masks: Mapping[str, NDArray[np.int64]],
    stances: Sequence[JudgedMention],
    links: Sequence[tuple[int, list[int]]],
) -> Example:
    window = encoded.windows[place]
    example: Example = {"input_ids": window_ids(tokenizer, encoded, window=window)}
    for name in TOKEN_LABELS:
        inner = masks[name][window.first : window.end].tolist() if name in masks else [0] * (window.end - window.first)
        example[name] = [0, *inner, 0]
    shift = 1 - window.first
    example["mention_places"], example["mention_targets"] = [], []
    for (start, end), sentence, later, views in stances:
        own = window.own_first <= start < window.own_end and end <= window.end
        if own and (not later or is_judged_later(sentence, window)):
            bounds = sentence_in_window(sentence, window)
            example["mention_places"].append([start + shift, end + shift, *bounds, later])
            example["mention_targets"].append(views)
    example["content_places"], example["content_targets"] = [], []
    for content, targets in links:
        if window.own_first <= content < window.own_end:
            seen = [_pointer(target, first=window.first, end=window.end) for target in targets]
            example["content_places"].append([content + shift])
            example["content_targets"].append(seen)
    return example


def _pointer(target: int, *, first: int, end: int) -> int:
    """Return the place in the window of a document token; 0 for none (-1); IGNORED for one out of its sight."""
    if target < 0:
        return 0
    return target - first + 1 if first <= target < end else IGNORED


def _voice(document: Document, encoded: EncodedText) -> NDArray[np.int64]:
    """Return the allowed voices of each token; without voices, attributions tell attributed from the other two."""
    mask = np.zeros(len(encoded.ids), dtype=np.int64)
    if document.voice is not None:
        for voice in document.voice:
            first, end = encoded.tokens(voice.start, voice.end)
            mask[first:end] = 1 << VOICES.index(voice.label)
        return mask
    mask[:] = (1 << VOICES.index("fact")) | (1 << VOICES.index("opinion"))
    for part in ATTRIBUTION_PARTS:
        for span in _part_spans(document.attributions or (), part):
            first, end = encoded.tokens(*span)
            mask[first:end] = 1 << VOICES.index("attributed")
    return mask


def _part_spans(attributions: Iterable[Attribution], part: str) -> list[Span]:
    spans: set[Span] = set()
    for attribution in attributions:
        if part == "content":
            spans.update(attribution.content)
        elif (span := attribution.source if part == "source" else attribution.cue) is not None:
            spans.add(span)
    return sorted(spans)


def _tag_masks(
    spans: Iterable[tuple[int, int, int]], length: int, *, lost: Counter[str], name: str
) -> NDArray[np.int64]:
    """Return one-label masks of BIO tags for (first token, end token, name id) spans; what overlaps is lost."""
    mask = np.ones(length, dtype=np.int64)  # the tag O has bit 0
    for first, end, label in spans:
        if first == end or (mask[first:end] != 1).any():
            lost[f"{name}: overlaps another span"] += 1
            continue
        mask[first] = 1 << (2 * label + 1)
        mask[first + 1 : end] = 1 << (2 * label + 2)
    return mask


def _mention_masks(mentions: Iterable[MaskedMention], encoded: EncodedText, *, lost: Counter[str]) -> NDArray[np.int64]:
    mask = np.ones(len(encoded.ids), dtype=np.int64)
    taken = np.zeros(len(encoded.ids), dtype=bool)
    for mention in mentions:
        first, end = encoded.tokens(*mention.span)
        if first == end or taken[first:end].any():
            lost["mention: stands inside another"] += 1
            continue
        taken[first:end] = True
        ids = [ACTOR_TYPES.index(name) for name in mention.types]
        nothing = 1 if mention.none else 0
        mask[first] = sum(1 << (2 * label + 1) for label in ids) | nothing
        mask[first + 1 : end] = sum(1 << (2 * label + 2) for label in ids) | nothing
    return mask


def _mention_stances(
    document: Document, encoded: EncodedText, *, sentences: Sequence[Span], lost: Counter[str]
) -> list[JudgedMention]:
    """Return every mention of every actor with its sentence, and with the next ones that do not name the actor."""
    # a piece without any stance still tells author from source, unless nothing but targets was annotated
    only_anyone = document.voice is None and all(stance.holder == ANYONE for stance in document.stances or ())
    found: list[JudgedMention] = []
    placed: set[int] = set()
    for actor in document.actors or ():
        about = [(at, stance) for at, stance in enumerate(document.stances or ()) if stance.actor == actor.id]
        last: dict[int, tuple[int, int]] = {}  # the actor's last mention in each sentence that has one
        for mention in sorted(span for span in actor.mentions if not is_pronoun(document.text[slice(*span)])):
            place = next((n for n, span in enumerate(sentences) if span.start <= mention.start < span.end), None)
            first, end = encoded.tokens(*mention)
            if place is None or first == end:
                lost["stance: mention outside the sentences"] += 1
                continue
            last[place] = (first, end)
            here = [(at, stance) for at, stance in about if _inside(stance, sentences[place])]
            placed.update(at for at, _ in here)
            if only_anyone:
                views = [IGNORED] * len(STANCE_VIEWS)
                views[STANCE_VIEWS.index("anyone")] = _polarity([s for _, s in here if s.mention == mention])
            else:
                views = _holder_views([stance for _, stance in here])
            found.append(JudgedMention((first, end), encoded.sentences[place], 0, views))
        for place, tokens in last.items() if not only_anyone else ():
            for at in range(place + 1, min(place + 1 + LATER_SENTENCES, len(sentences))):
                if at in last:
                    break
                here = [(n, stance) for n, stance in about if _inside(stance, sentences[at])]
                placed.update(n for n, _ in here)
                views = _holder_views([stance for _, stance in here])
                found.append(JudgedMention(tokens, encoded.sentences[at], at - place, views))
    lost["stance: the actor is not named in the sentence or shortly before"] += len(document.stances or ()) - len(
        placed
    )
    return found


def _inside(stance: Stance, sentence: Span) -> bool:
    return sentence.start <= stance.start < sentence.end


def _holder_views(stances: Sequence[Stance]) -> list[int]:
    """Return polarity ids by view of the author's and the sources' stances; what anyone thinks was not asked."""
    views = [IGNORED] * len(STANCE_VIEWS)
    views[STANCE_VIEWS.index("author")] = _polarity([one for one in stances if one.holder == "author"])
    views[STANCE_VIEWS.index("source")] = _polarity([one for one in stances if one.holder != "author"])
    return views


def _polarity(stances: Sequence[Stance]) -> int:
    """Return the id of the one polarity that all share, neutral without any, IGNORED where they contradict."""
    labels = {stance.label for stance in stances}
    if len(labels) > 1:
        return IGNORED
    return POLARITIES.index(labels.pop() if labels else "neutral")


def _links(attributions: Iterable[Attribution], encoded: EncodedText) -> list[tuple[int, list[int]]]:
    """Return (first token of a content, first tokens of its source and cue, -1 for none)."""
    found = []
    for attribution in attributions:
        parts = [getattr(attribution, part) for part in LINK_PARTS]
        targets = [-1 if part is None else encoded.tokens(*part)[0] for part in parts]
        for span in attribution.content:
            first, end = encoded.tokens(*span)
            if first < end:
                found.append((first, targets))
    return found

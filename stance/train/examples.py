"""Documents to features and targets of windows; says which gold it cannot represent.

An example is one window: a plain mapping of lists, as `datasets` stores it. Targets of token heads are bit masks of the
labels that the corpus allows at a token (0: it says nothing), so that a coarser corpus can teach a finer inventory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stance.actors.coreference import is_pronoun
from stance.corpora.newsmtsc import ANYONE
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
from stance.model.heads import LATER_SENTENCES, LINK_PARTS, STANCE_VIEWS, TOKEN_LABELS
from stance.text.sentences import sentence_spans
from stance.train.argument_targets import RelatedUnit, related_units, unit_tokens, window_units
from stance.train.coreference import Clusters, actor_clusters, anaphora, window_targets

Example = dict[str, Any]

ANYWHERE = "voice-anywhere"
"""What teaches the voice head by whole sentences: whether the author's opinion stands anywhere in one."""


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
    bags = _bags(document, encoded, sentences=sentences) if ANYWHERE in heads else []
    examples = [
        _window_example(tokenizer, encoded, place=place, masks=masks, stances=stances, links=links)
        | window_units(units, encoded.windows[place], lost=lost)
        for place in range(len(encoded.windows))
    ]
    if "coreference" in heads:
        found = anaphora(document, encoded, clusters=clusters or actor_clusters(document), sentences=sentences)
        for example, window in zip(examples, encoded.windows, strict=True):
            example.update(window_targets(found, window))
    for example, window in zip(examples, encoded.windows, strict=True):
        held = [bag for bag in bags if window.own_first <= bag[0] < window.own_end and bag[1] <= window.end]
        example["voice_places"] = [[first - window.first + 1, end - window.first + 1] for first, end, _ in held]
        example["voice_targets"] = [target for *_, target in held]
    lost["voice: a sentence longer than a window"] += len(bags) - sum(len(one["voice_places"]) for one in examples)
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


def _bags(document: Document, encoded: EncodedText, *, sentences: Sequence[Span]) -> list[tuple[int, int, int]]:
    """Return (first token, end token, whether any opinion stands there) of each sentence."""
    opinions = [voice for voice in document.voice or () if voice.label == "opinion"]
    return [
        (first, end, int(any(one.start < sentence.end and sentence.start < one.end for one in opinions)))
        for sentence, (first, end) in zip(sentences, encoded.sentences, strict=True)
        if first < end
    ]


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

"""Scores to layers that obey the rules: voices tile the text, spans keep whole words, links point inside the window.

Letters in shape comments: T tokens of the document, K labels. Everything here is numpy on the scores of one document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.document import Span, VoiceSpan
from stance.labels import VOICES, tags_to_spans
from stance.predict.asides import comment_tokens
from stance.text.windows import sentence_tokens

Floats = NDArray[np.float64] | NDArray[np.float32]

COMMENT_BONUS = 3.0
"""What an authorial comment adds to opinion, in nats a token: of 48 that stand in reporting sentences of the hand-annotated
op-eds for training and development, 38 are opinion."""

SWITCH_COST = 1.0
"""What a change of voice inside a sentence costs, in nats, unless a checkpoint brings its own."""


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A stretch of tokens [first, end) with the id of its name and the mean probability of its tags."""

    first: int
    end: int
    name: int
    score: float


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a content points: probabilities over none and then the tokens that its window sees, from `first` on."""

    first: int
    source: Floats
    cue: Floats


def word_starts(text: str, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (T,): whether a token begins a word, or continues the letters and digits of the token before it.

    "U.S." is one word. Several tokens of one character are one word, and so are tokens with nothing but marks that the
    tokenizer dropped between them.

    >>> word_starts("Ann's regime", np.array([[0, 2], [2, 3], [3, 4], [4, 5], [6, 12]])).tolist()
    [True, False, True, True, True]
    """
    if not len(offsets):
        return np.ones(0, dtype=bool)
    mark = _characters_that(text, _is_mark)
    inner = np.append(mark | _characters_that(text, str.isalnum), False)  # (characters + 1,)
    for match in _ABBREVIATION.finditer(text):
        inner[match.start() : match.end()] = True
    breaks = np.concatenate(
        [[0], np.cumsum(~mark)]
    )  # (characters + 1,): before each place, characters that are no marks
    begins, ends = offsets[1:, 0], offsets[:-1, 1]
    side_by_side = inner[begins] & inner[np.maximum(ends - 1, 0)] & (breaks[begins] == breaks[ends])
    return np.concatenate([[True], ~(side_by_side | (begins < ends))])


_ENDS_IN_ABBREVIATION: Final = re.compile(r"(?:[^\W\d_]\.){2,}$|\b(?:Jr|Sr|Inc|Corp|Co|Ltd)\.$")
_ABBREVIATION: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}")


def _characters_that(text: str, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
    kinds = {character: holds(character) for character in set(text)}
    return np.fromiter(map(kinds.__getitem__, text), dtype=bool, count=len(text))


def _is_mark(character: str) -> bool:
    """Say whether a character only modifies its neighbours, and may be dropped by a tokenizer: accents, soft hyphens, joiners."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")


def joined(spans: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """Return spans in order, those of one name that touch as one; its score is the lower of theirs.

    >>> joined([ScoredSpan(0, 1, 0, 0.9), ScoredSpan(1, 5, 0, 0.6), ScoredSpan(5, 6, 1, 0.8)])
    [ScoredSpan(first=0, end=5, name=0, score=0.6), ScoredSpan(first=5, end=6, name=1, score=0.8)]
    """
    found: list[ScoredSpan] = []
    for span in sorted(spans, key=lambda span: span.first):
        last = found[-1] if found else None
        if last is not None and last.end == span.first and last.name == span.name:
            found[-1] = ScoredSpan(last.first, span.end, span.name, min(last.score, span.score))
        else:
            found.append(span)
    return found


def best_spans(probabilities: Floats, starts: NDArray[np.bool_], *, open_cost: float = 0.0) -> list[ScoredSpan]:
    """Return the spans of the likeliest sequence of BIO tags (Viterbi); a word takes the tag of its first token.

    An I follows its B or I only, and every B costs `open_cost` nats, which keeps fragments out.

    Args:
        probabilities: (T, K) over `labels.bio_tags`.
        starts: (T,) from `word_starts`; the first token begins a word in any case.
    """
    if not len(probabilities):
        return []
    words = np.flatnonzero(np.concatenate([[True], starts[1:]]))  # (W,)
    path = np.array(best_tags(np.log(probabilities[words] + 1e-9), open_cost=open_cost))  # (W,)
    led = np.repeat(path, np.diff(words, append=len(probabilities)))  # (T,)
    tags = led + led % 2  # O stays O; B and I are followed by I
    tags[words] = path
    taken = probabilities[np.arange(len(tags)), tags]  # (T,)
    sums = np.concatenate([[0.0], np.cumsum(taken, dtype=np.float64)]).tolist()
    return [
        ScoredSpan(first, end, name, (sums[end] - sums[first]) / (end - first))
        for first, end, name in tags_to_spans(tags.tolist())
    ]


def within_sentences(probabilities: Floats, begins: NDArray[np.int64]) -> Floats:
    """Return tag probabilities by which no span goes on over the border of a sentence: there, what an I had goes to its B.

    Args:
        probabilities: (T, K) over `labels.bio_tags`.
        begins: first tokens of sentences; those outside 0 to T - 1 are passed over.
    """
    bound = probabilities.copy()
    begins = begins[(begins >= 0) & (begins < len(bound))]
    bound[begins, 1::2] += bound[begins, 2::2]
    bound[begins, 2::2] = 0.0
    return bound


def bounded(head: str, probabilities: Floats, *, begins: NDArray[np.int64]) -> Floats:
    """Return a head's tag probabilities as they are decoded: contents alone may go on over the border of a sentence."""
    return probabilities if head == "content" else within_sentences(probabilities, begins)


def best_tags(scores: Floats, *, open_cost: float) -> list[int]:
    """Return the sequence of `labels.bio_tags` ids of highest total score.

    Args:
        scores: (W, K) logarithms of probabilities, W at least 1.

    >>> rows = np.log([[0.4, 0.6, 0.0001], [0.6, 0.1, 0.3], [0.1, 0.1, 0.8]])
    >>> best_tags(rows, open_cost=0.0), best_tags(rows, open_cost=2.0)
    ([1, 2, 2], [0, 0, 0])
    """
    never = float("-inf")
    total = [never if label and label % 2 == 0 else -open_cost * (label % 2) for label in range(scores.shape[1])]
    total = [before + score for before, score in zip(total, scores[0].tolist(), strict=True)]
    back: list[list[int]] = []
    for row in scores[1:].tolist():  # plain numbers: on rows this short, several times faster than arrays
        best = total.index(max(total))
        pointers, fresh = [best], [total[best] + row[0]]
        for begin in range(1, len(row), 2):
            inside = begin if total[begin] >= total[begin + 1] else begin + 1
            pointers += [best, inside]
            fresh += [total[best] - open_cost + row[begin], total[inside] + row[begin + 1]]
        back.append(pointers)
        total = fresh
    path = [total.index(max(total))]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]


def characters(span: ScoredSpan, offsets: NDArray[np.int64]) -> Span:
    """Return the characters that a token span covers."""
    return Span(int(offsets[span.first, 0]), int(offsets[span.end - 1, 1]))


def without_stop(text: str, span: Span) -> Span:
    """Return a span without the stop or comma at its end, but for the stop of an abbreviation.

    >>> without_stop("Ann Li.", Span(0, 7)), without_stop("the U.S.", Span(0, 8))
    (Span(start=0, end=6), Span(start=0, end=8))
    """
    words = text[span.start : span.end]
    if _ENDS_IN_ABBREVIATION.search(words):
        return span
    return Span(span.start, span.start + max(1, len(words.rstrip(".,;:"))))


def voice_tiles(
    text: str,
    offsets: NDArray[np.int64],
    *,
    probabilities: Floats,
    sentences: Sequence[tuple[int, int]],
    switch_cost: float = SWITCH_COST,
    comment_bonus: float = COMMENT_BONUS,
) -> tuple[VoiceSpan, ...]:
    """Return voices that tile every character that is not white space, at the grain of words, each within one sentence.

    Within a sentence the path of highest probability is taken, where each change of voice costs `switch_cost` nats (Viterbi).
    A sentence reaches to where the next one begins. Characters that the tokenizer dropped belong to the tile before them; a
    sentence of nothing else has the first voice, with the probability of a guess.

    Args:
        probabilities: (T, 3) over `labels.VOICES`.
        sentences: their borders in characters, in the order of their starts.
        comment_bonus: nats for opinion on tokens of an authorial comment (`asides`).
    """
    sentences = sentences or [(0, len(text))]
    ranges = sentence_tokens(offsets, sentences) if len(offsets) else [(0, 0)] * len(sentences)
    starts = word_starts(text, offsets) & ~_leaning(text, offsets)
    starts[[first for first, end in ranges if first < end]] = True
    words = np.flatnonzero(starts)  # (W,): the first token of each word
    sizes = np.diff(words, append=len(offsets))[:, None]  # (W, 1)
    means = np.add.reduceat(probabilities, words, axis=0) / sizes if len(words) else probabilities  # (W, 3)
    scores = np.log(means + 1e-9) * sizes  # (W, 3)
    if comment_bonus and len(words):
        commented = comment_tokens(text, offsets)[words] * sizes[:, 0]  # (W,)
        scores[:, VOICES.index("opinion")] += comment_bonus * commented
    begins = [0, *(start for start, _ in sentences[1:]), len(text)]
    tiles: list[VoiceSpan] = []
    for place, tokens in enumerate(ranges):
        first, end = np.searchsorted(words, tokens).tolist()
        runs = [
            (
                int(offsets[words[first + start], 0]),
                VOICES[label],
                float(means[first + start : first + stop, label].mean()),
            )
            for start, stop, label in _runs(best_path(scores[first:end], switch_cost=switch_cost))
        ]
        runs = runs or [(begins[place], VOICES[0], 1 / len(VOICES))]
        tiles.extend(_tiles(text, runs, begin=begins[place], end=begins[place + 1]))
    return tuple(tiles)


def _leaning(text: str, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (T,): whether a token belongs to the word before it, as a closing mark does and whatever follows an opening one."""
    words = [text[start:end] for start, end in offsets.tolist()]
    return np.array(
        [word in _CLOSING_MARKS or before in _OPENING_MARKS for before, word in pairwise(["", *words])], dtype=bool
    )


_CLOSING_MARKS, _OPENING_MARKS = frozenset(".,;:!?)]}”»%…"), frozenset("([{“«")


def _tiles(text: str, runs: Sequence[tuple[int, str, float]], *, begin: int, end: int) -> Iterator[VoiceSpan]:
    """Yield a tile for each run (start character, voice, score), reaching to the next, without the white space around it."""
    cuts = [begin, *(min(max(begin, start), end) for start, _, _ in runs[1:]), end]
    for (_, label, score), start, stop in zip(runs, cuts, cuts[1:], strict=False):
        tail = text[start:stop].lstrip()
        if tail:
            yield VoiceSpan(stop - len(tail), stop - len(tail) + len(tail.rstrip()), label, score)


def best_path(scores: NDArray[np.float64], *, switch_cost: float) -> list[int]:
    """Return the labels of highest total score (Viterbi) when every change of label costs `switch_cost`.

    >>> best_path(np.array([[2.0, 0.0], [0.0, 0.5], [2.0, 0.0]]), switch_cost=1.0)
    [0, 0, 0]
    """
    total = [0.0] * scores.shape[1]
    back: list[list[int]] = []
    for row in scores.tolist():  # plain numbers: on rows of three, several times faster than arrays
        best = total.index(max(total))
        change = total[best] - switch_cost
        back.append([label if value >= change else best for label, value in enumerate(total)])
        total = [max(value, change) + score for value, score in zip(total, row, strict=True)]
    path: list[int] = []
    label = total.index(max(total))
    for pointers in reversed(back):
        path.append(label)
        label = pointers[label]
    return path[::-1]


def _runs(path: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (start, end, label) of each stretch of one label."""
    borders = [place for place in range(len(path)) if place == 0 or path[place] != path[place - 1]]
    return [(start, end, path[start]) for start, end in pairwise([*borders, len(path)])]

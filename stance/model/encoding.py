"""Text to subwords and windows, ready for the encoder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from stance.text.windows import Window, plan_windows, sentence_tokens, token_range


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A fast tokenizer with the window sizes that go with a model."""

    subwords: PreTrainedTokenizerBase
    window_tokens: int
    context: int

    @property
    def first(self) -> int:
        """The id of the special token that begins a window."""
        return int(_known(self.subwords.cls_token_id, self.subwords.bos_token_id))

    @property
    def last(self) -> int:
        """The id of the special token that ends a window."""
        return int(_known(self.subwords.sep_token_id, self.subwords.eos_token_id))


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as T subwords, with sentences and windows as token ranges.

    `ids` (T,), `offsets` (T, 2) in characters; special tokens are in neither: they are put around each window, so that
    document token t stands at place `t - window.first + 1` of its window.
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]
    sentences: list[tuple[int, int]]
    windows: list[Window]

    def tokens(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the tokens that overlap characters [start, end)."""
        return token_range(self.offsets, start, end=end)


def load_tokenizer(source: str, *, window_tokens: int, context: int) -> Tokenizer:
    """Return the tokenizer of an encoder (hub id or folder)."""
    subwords = AutoTokenizer.from_pretrained(source)
    subwords.model_max_length = 10**9  # windows bound what the encoder sees; the tokenizer must neither cut nor warn
    return Tokenizer(subwords, window_tokens, context)


def encode_text(tokenizer: Tokenizer, text: str, *, sentences: Sequence[tuple[int, int]]) -> EncodedText:
    """Return the subwords of a text; characters that the tokenizer knows no subword for become its unknown token.

    Characters that it drops (control characters, for many tokenizers also accents that are characters of their own)
    are in no token, but an accent is within the offsets of the token before it.

    Args:
        sentences: their borders in characters, in the order of their starts.
    """
    readable = _LONE_SURROGATE.sub("\ufffd", text)  # tokenizers refuse half a surrogate pair
    encoding = tokenizer.subwords(
        readable,
        add_special_tokens=False,
        split_special_tokens=True,  # "[SEP]" in a text is text
        return_offsets_mapping=True,
        return_attention_mask=False,
    )
    offsets = np.asarray(encoding["offset_mapping"], dtype=np.int64).reshape(-1, 2)
    offsets = _with_accents(text, offsets)
    ranges = sentence_tokens(offsets, sentences)
    windows = plan_windows(ranges, limit=tokenizer.window_tokens - 2, context=tokenizer.context)
    return EncodedText(np.asarray(encoding["input_ids"], dtype=np.int64), offsets, ranges, windows)


def sentence_begins(encoded: EncodedText) -> NDArray[np.int64]:
    """Return the first token of every sentence that has one."""
    return np.array([first for first, end in encoded.sentences if first < end], dtype=np.int64)


def window_ids(tokenizer: Tokenizer, encoded: EncodedText, *, window: Window) -> list[int]:
    """Return the ids that the encoder sees for a window: special, tokens, special."""
    return [tokenizer.first, *encoded.ids[window.first : window.end].tolist(), tokenizer.last]


def sentence_in_window(sentence: tuple[int, int], window: Window) -> tuple[int, int]:
    """Return the part (first, end) of a sentence that a window sees, in places of the window; it may be empty."""
    shift = 1 - window.first
    first = max(sentence[0], window.first)
    return first + shift, max(first, min(sentence[1], window.end)) + shift


def is_judged_later(sentence: tuple[int, int], window: Window) -> bool:
    """Return whether a window sees enough of a sentence, its first half, to judge it for a mention before it."""
    first, end = sentence
    return window.first <= first < end and (first + end + 1) // 2 <= window.end


def pad(rows: Sequence[Sequence[int]], *, value: int) -> Tensor:
    """Return (B, T) of rows of unequal length, filled up with a value."""
    width = max((len(row) for row in rows), default=0)
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows], dtype=torch.long).reshape(
        len(rows), width
    )


def attention(rows: Sequence[Sequence[int]]) -> Tensor:
    """Return (B, T): 1 where a row has a token, 0 where it is filled up."""
    return pad([[1] * len(row) for row in rows], value=0)


_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def _with_accents(text: str, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let each token end behind the combining marks that follow it and that no token covers."""
    accents = {character for character in set(text) if unicodedata.category(character).startswith("M")}
    if not accents or not len(offsets):
        return offsets
    plain = np.arange(len(text) + 1)
    plain[np.flatnonzero([character in accents for character in text])] = len(text)
    following = np.minimum.accumulate(plain[::-1])[::-1]  # (characters + 1,): the next place that is no accent
    ends = offsets[:, 1]
    limits = np.append(offsets[1:, 0], len(text))
    widened = np.where(limits > ends, np.minimum(following[ends], limits), ends)
    return np.stack([offsets[:, 0], widened], axis=1)


def _known(*ids: int | None) -> int:
    return next(token for token in ids if token is not None)

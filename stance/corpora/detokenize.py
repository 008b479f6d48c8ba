"""Natural text again from a corpus's tokens: no space before a comma, none inside quotes, `ca n't` in one word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from stance.document import Span

_TO_THE_LEFT: Final = frozenset({",", ".", ";", ":", "!", "?", ")", "]", "}", "”", "%", "…", "...", "°", "’"})
_TO_THE_RIGHT: Final = frozenset({"(", "[", "{", "“", "‘", "$", "£", "€", "#"})
_JOINING: Final = frozenset({"-", "/"})
_CLITIC: Final = re.compile(r"(?:['’](?:s|re|ve|ll|d|m|em)|n['’]t)", re.IGNORECASE)
_MERGED: Final = frozenset({("gon", "na"), ("wan", "na"), ("got", "ta"), ("can", "not"), ("lem", "me"), ("gim", "me")})
_PAIRED: Final = ('"', "'")


def detokenize(sentences: Sequence[Sequence[str]]) -> tuple[str, list[Span]]:
    """Return the text of tokenized sentences, and the place of every token in it.

    A sentence follows the last one after a space, or after a line break where that does not end like a sentence (a
    heading, a line of verse). Spaces are set by the rules of English print, so that those of the original are met in
    most places only.

    >>> detokenize([["Ann", "did", "n't", "say", "\\"", "no", "\\"", ",", "we", "hear", "."], ["True", "?"]])[0]
    'Ann didn\\'t say "no", we hear. True?'
    >>> detokenize([["the", "parties", "'", "well", "-", "known", "'", "third", "'", "way", "(", "3", ")"]])[0]
    "the parties' well-known 'third' way (3)"
    """
    text = ""
    places: list[Span] = []
    for words in sentences:
        if text:
            ends = text.rstrip("\"'”’)]")
            text += " " if ends.endswith((".", "!", "?", "…", ":", ";")) else "\n"
        glued = _glued(words)
        for word, attached in zip(words, glued, strict=True):
            text += word if attached else f" {word}"
            places.append(Span(len(text) - len(word), len(text)))
    return text, places


def _glued(words: Sequence[str]) -> list[bool]:
    """Return for each word whether it follows the word before it without a space; the first one always does."""
    opens = _opening_marks(words)
    glued = [True]
    for place in range(1, len(words)):
        before, word = words[place - 1], words[place]
        after = words[place + 1] if place + 1 < len(words) else ""
        joined = (
            word in _TO_THE_LEFT
            or before in _TO_THE_RIGHT
            or opens.get(place - 1) is True
            or opens.get(place) is False
            or _CLITIC.fullmatch(word) is not None
            or (before.lower(), word.lower()) in _MERGED
            or (word in _JOINING and _is_word(before) and _is_word(after))
            or (before in _JOINING and place > 1 and _is_word(words[place - 2]) and _is_word(word))
            or (word == "–" and before.isdigit() and after.isdigit())
            or (before == "–" and place > 1 and words[place - 2].isdigit() and word.isdigit())
        )
        glued.append(joined)
    return glued


def _opening_marks(words: Sequence[str]) -> dict[int, bool]:
    """Return for each straight quotation mark, by its place, whether it opens (True) or closes (False) a quotation.

    They alternate. An odd mark out at the end of a sentence closes what an earlier sentence opened. A `'` after a word
    in -s closes nothing that is open: it is a genitive.
    """
    opens: dict[int, bool] = {}
    for mark in _PAIRED:
        places = [place for place, word in enumerate(words) if word == mark]
        if mark == "'":
            places = [place for place in places if not _is_genitive(words, place, marks=places)]
        is_open = len(places) % 2 == 1 and not any(map(_is_word, words[places[-1] :])) and len(places) == 1
        for place in places:
            opens[place] = not is_open
            is_open = not is_open
    for place, word in enumerate(words):
        if word == "'":
            opens.setdefault(place, False)
    return opens


def _is_genitive(words: Sequence[str], place: int, *, marks: Sequence[int]) -> bool:
    followed = place + 1 < len(words) and _is_word(words[place + 1])
    earlier = sum(mark < place for mark in marks)
    return place > 0 and words[place - 1].lower().endswith("s") and followed and earlier % 2 == 0


def _is_word(word: str) -> bool:
    return any(map(str.isalnum, word))

"""WNUT17: posts from social media with names that were new or rare in 2017.

Derczynski, Nichols, van Erp and Limsopatham (WNUT 2017). CC BY 4.0. Tokens in CoNLL columns, put together again here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stance.corpora.detokenize import detokenize
from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Actor, Document, Span
from stance.errors import DataError

CORPUS: Final = "wnut17"

SPLITS: Final = ("train", "dev", "test")

_FILES: Final = {"train": "wnut17train.conll", "dev": "emerging.dev.conll", "test": "emerging.test.annotated"}

TYPES: Final = ("person", "location", "group", "corporation", "product", "creative-work")
"""The corpus's own; a group is a team, a band, a party or another body that is no corporation."""

ACTOR_TYPES: Final[Mapping[str, str]] = {
    "person": "person",
    "group": "organization",
    "corporation": "organization",
    "location": "country",
}
"""Ours, of those that can be an actor's. A location is a place, which may be no country and may not act."""

_CLITICS: Final = frozenset({"s", "m", "d", "re", "ve", "ll"})
_APOSTROPHES: Final = frozenset({"'", "’", "´", "`"})

_BORDER: Final = re.compile(r"O|[BI]-(?:" + "|".join(TYPES) + ")")


@dataclass(frozen=True, slots=True)
class WnutName:
    """A name with its `type` in the corpus, one of `TYPES`."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    tag: str


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give a document a post, with an actor for each name that can be one; sentences are not annotated.

    Names that are written alike in a post are mentions of one actor; the corpus does not say who is who otherwise.
    Products and creative works are no actors; `names` has them.

    Args:
        folder: the data root, with `wnut17` below it.
        split: one of `SPLITS`. Train is from Twitter, dev from YouTube, test from Reddit, Twitter, YouTube and Stack Exchange.

    Raises:
        DataError: no such split or file, or a line that breaks the format.
    """
    return (document for document, _ in names(folder, split=split))


def names(folder: Path, *, split: str) -> Iterator[tuple[Document, tuple[WnutName, ...]]]:
    """Give each document as `read` does, with all of its names in order.

    Raises:
        DataError: as `read`.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    path = folder / CORPUS / _FILES[split]
    require_paths([path], corpus=CORPUS)
    return _documents(path, split=split)


def _documents(path: Path, *, split: str) -> Iterator[tuple[Document, tuple[WnutName, ...]]]:
    for number, tokens in enumerate(_posts(path)):
        whole = _rejoined(tokens)
        text, places = detokenize([[token.word for token in whole]])
        found: list[WnutName] = []
        for token, place in zip(whole, places, strict=True):
            if token.tag.startswith("B-"):
                found.append(WnutName(*place, token.tag[2:]))
            elif token.tag.startswith("I-"):
                found[-1] = WnutName(found[-1].start, place.end, found[-1].type)
        yield Document(f"wnut17-{split}-{number}", text, actors=_actors(text, found)), tuple(found)


def _posts(path: Path) -> Iterator[list[_Token]]:
    """Yield the tokens of each post; posts are set apart by lines of white space alone."""
    post: list[_Token] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            if post:
                yield post
            post = []
            continue
        word, _, tag = line.partition("\t")
        inside = tag.startswith("I-") and not (post and post[-1].tag[2:] == tag[2:])
        if not word.strip() or not _BORDER.fullmatch(tag) or inside:
            wish = "a word and its tag, and I- only where the name goes on"
            raise DataError(broken(f"{path}, line {number}", f"{line[:60]!r}", wish=wish, corpus=CORPUS))
        post.append(_Token(html.unescape(word).strip() or word, tag))
    if post:
        yield post


def _rejoined(tokens: Sequence[_Token]) -> list[_Token]:
    """Return the tokens with short forms in one piece, which the corpus often cuts at the apostrophe: `n ' t`, `it ' s`.

    Where a border of a name lies in between they stay apart.
    """
    whole: list[_Token] = []
    for token in tokens:
        mark = whole[-1] if whole else None
        if mark is not None and mark.word in _APOSTROPHES and mark.tag == token.tag:
            if token.word.lower() in _CLITICS:
                whole[-1] = _Token(f"'{token.word}", token.tag)
                continue
            if token.word.lower() == "t" and len(whole) > 1 and whole[-2].word.lower().endswith("n"):
                whole[-2:] = [_Token(f"{whole[-2].word}'{token.word}", whole[-2].tag)]
                continue
        whole.append(token)
    return whole


def _actors(text: str, found: Sequence[WnutName]) -> tuple[Actor, ...]:
    mentions: dict[tuple[str, str], list[Span]] = {}
    for name in found:
        if name.type in ACTOR_TYPES:
            key = (text[name.start : name.end], ACTOR_TYPES[name.type])
            mentions.setdefault(key, []).append(Span(name.start, name.end))
    return tuple(
        Actor(f"a{number}", name, type, mentions=tuple(spans))
        for number, ((name, type), spans) in enumerate(mentions.items())
    )

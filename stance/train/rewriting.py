"""Training data by rewriting: plain attributions of a corpus told again in rarer constructions, with exact places.

Most attributions of news are plain: "SOURCE CUE [that] CONTENT." or "CONTENT, SOURCE CUE."; passives, colons, "according to"
and odd quotation marks are too rare to be learned. Words stay the corpus's own; `constructions` has the wordings.
"""

from __future__ import annotations

import bisect
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from stance.document import Attribution, Document, Span
from stance.text.sentences import sentence_spans
from stance.train.constructions import CONSTRUCTIONS, DEEDS, STYLES, VERBS, Pieces, Plain, capital


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split(" "))


_FUNCTION_WORDS: Final = _words(
    "the a an this that these those his her its their our my some many most several few other others another both all each "
    "every no one two three four five six seven eight nine ten he she they it we you who more much half an in on at "
    "as former senior local federal"
)
"""Words that are written small inside a sentence, whatever they begin."""

_FIRST_PERSONS: Final = _words("i we you me us my our who which that what whose")

_NO_SUBJECT: Final = _words(
    "to of for about in on at by with as how why whether if what when who where which from against not into over than and or "
    "but so no more only also because while"
)
"""First words of contents that are no whole clause."""

_LEAD: Final = re.compile(r"(?:But|And|Yet|So|Then|[A-Z][^,\n]{1,40},) ")
"""Words before a source at the start of a sentence that go when the sentence is rewritten."""

_CUE: Final = re.compile(r"(?:(?:has|have|had|also|later|then) )*(?P<verb>\w+):?")
_WITHOUT_THAT: Final = frozenset(
    ("said", "thought", "believed", "claimed", "argued", "added", "insisted", "suggested", "noted")
)
"""Participles of verbs whose content is a clause even without "that"; what others say may be a thing ("found support")."""

_QUOTATION: Final = re.compile(r"(?P<opening>[“\"])(?P<words>[^“”\"«»„\n]+)(?P<closing>[”\"])")
_GAP: Final = re.compile(r"[ \u00a0]|, ")


class _Casing:
    """How a text writes its words inside sentences."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def small(self) -> frozenset[str]:
        """Words that stand in the text without a capital."""
        return frozenset(re.findall(r"(?<![\w’'])[a-z]\w*", self.text))

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Words that have a capital after a small word or a comma: names."""
        return frozenset(re.findall(r"[a-z,] ([A-Z][\w’]*)", self.text))

    def inside(self, words: str) -> str | None:
        """Return words from the start of a sentence as they are written inside one; None where that is not known.

        >>> casing = _Casing("The mayor met Ann Li. Critics laughed. Some critics left.")
        >>> casing.inside("The mayor"), casing.inside("Ann Li"), casing.inside("Critics"), casing.inside("Officials")
        ('the mayor', 'Ann Li', 'critics', None)
        """
        match = re.match(r"\w+", words)
        if match is None or not match[0][0].isupper():
            return words
        first = match[0]
        if first.lower() in _FUNCTION_WORDS:
            return words[0].lower() + words[1:]
        if first in self.capitals or first.isupper() or re.match(r"[\w’-]+\.? [A-Z]", words):
            return words
        return words[0].lower() + words[1:] if first.lower() in self.small else None


@dataclass(frozen=True, slots=True)
class _Change:
    """A sentence to replace, the attribution in it by its place, and the pieces that replace it."""

    sentence: Span
    place: int
    pieces: Pieces


def rewritten(documents: Iterable[Document], *, share: float, seed: int) -> Iterator[Document]:
    """Yield documents in which a share of the plain attributions is told in another construction.

    What is drawn for a document depends on its id and the seed alone. Of the layers, only attributions are kept.

    Args:
        share: of the plain attributions, from 0 to 1.

    >>> text = "Ann Li said that the bridge was closed. Nobody came."
    >>> spans = [Span(0, 6), Span(7, 11), Span(12, 38)]
    >>> plain = Document("a", text, attributions=(Attribution((spans[2],), source=spans[0], cue=spans[1]),))
    >>> (document,) = rewritten([plain], share=1, seed=4)
    >>> document.text
    'It was said by Ann Li that the bridge was closed. Nobody came.'
    >>> document.attributions[0].content
    (Span(start=22, end=48),)
    """
    for document in documents:
        key = int.from_bytes(hashlib.sha256(document.id.encode()).digest()[:8], "big")
        generator = np.random.default_rng([seed, key])
        changes = [change for change in _changes(document, generator=generator) if generator.random() < share]
        yield _applied(document, changes) if changes else document


def plain_attributions(document: Document) -> Iterator[tuple[int, Span, Plain]]:
    """Yield (place among the document's attributions, sentence, words) of the plain ones.

    They stand in one sentence, next to each other, and nothing of another attribution is in it. Little may stand before them
    ("But", "Last week,") and nothing after them.
    """
    casing = _Casing(document.text)
    attributions = document.attributions or ()
    hulls = [_hull(attribution) for attribution in attributions]
    sentences = [Span(*span) for span in sentence_spans(document.text)]
    begins = [sentence.start for sentence in sentences]
    for place, attribution in enumerate(attributions):
        hull = hulls[place]
        sentence = sentences[max(0, bisect.bisect_right(begins, hull.start) - 1)]
        if hull.end > sentence.end or any(
            other.start < sentence.end and sentence.start < other.end for at, other in enumerate(hulls) if at != place
        ):
            continue
        plain = _plain(document.text, attribution, sentence=sentence, casing=casing)
        if plain is not None:
            yield place, sentence, plain


def _hull(attribution: Attribution) -> Span:
    spans = _spans(attribution)
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _spans(attribution: Attribution) -> list[Span]:
    return [*attribution.content, *(span for span in (attribution.source, attribution.cue) if span is not None)]


def _plain(text: str, attribution: Attribution, *, sentence: Span, casing: _Casing) -> Plain | None:
    source, cue = attribution.source, attribution.cue
    if source is None or cue is None or len(attribution.content) != 1 or "\n" in text[sentence.start : sentence.end]:
        return None
    (content,) = attribution.content
    who, said, words = (text[start:end] for start, end in (source, cue, content))
    verb = _CUE.fullmatch(said)
    if verb is None or who.lower() in _FIRST_PERSONS or "," in who or who.endswith(("’s", "'s")):
        return None
    lead = text[sentence.start : min(source.start, content.start)]
    if lead and not _LEAD.fullmatch(lead):
        return None
    inside: str | None = who
    is_next: bool
    if source.end <= cue.start and cue.end <= content.start:
        gaps = text[source.end : cue.start], text[cue.end : content.start].removesuffix("that ") or " "
        is_next = gaps[0] == " " and bool(_GAP.fullmatch(gaps[1])) and text[content.end : sentence.end] in ("", ".")
        bare = not words.startswith("that ") and not text[: content.start].endswith("that ")
        inside = who if lead else casing.inside(who)
    elif content.end <= min(source.start, cue.start) and max(source.end, cue.end) == sentence.end - 1:
        between = text[min(source.end, cue.end) : max(source.start, cue.start)]
        is_next = between == " " and bool(_GAP.fullmatch(text[content.end : min(source.start, cue.start)]))
        bare = False
    else:
        return None
    parted = _quoted(words) or _clause(words if lead or content.start > source.start else casing.inside(words))
    if not is_next or parted is None:
        return None
    plain = Plain(capital(who), said.removesuffix(":"), parted[0], inside, marks=parted[1])
    if bare and plain.marks is None and verb["verb"] in VERBS and VERBS[verb["verb"]].participle not in _WITHOUT_THAT:
        return None
    return plain if _is_sound(plain, verb=verb["verb"]) else None


def _quoted(words: str) -> tuple[str, tuple[str, str]] | None:
    """Return what stands between quotation marks, and these, if the words are one quotation."""
    quotation = _QUOTATION.fullmatch(words)
    if quotation is None or (quotation["opening"] == "“") != (quotation["closing"] == "”"):
        return None
    return quotation["words"].strip().rstrip(".,"), (quotation["opening"], quotation["closing"])


def _clause(words: str | None) -> tuple[str, None] | None:
    """Return a content that is no quotation without "that" and stop; None for one that cannot stand elsewhere."""
    if words is None:
        return None
    clause = words.removeprefix("that ").rstrip(".,")
    if clause.endswith(("”", '"')):
        clause = clause[:-1].rstrip(".,") + clause[-1]
    whole = clause.count("“") == clause.count("”") and clause.count('"') % 2 == 0 and not clause.startswith("that")
    return (clause, None) if whole and clause[:1].isalpha() else None


def _is_sound(plain: Plain, *, verb: str) -> bool:
    """Say whether what a verb says is what constructions take it for: a clause, a quotation, or whom a deed is done to."""
    count, first = len(plain.content.split()), plain.content.split(" ")[0].lower()
    if plain.marks is not None:
        return verb in VERBS and count > 0
    if verb not in VERBS:
        return plain.cue in DEEDS and first not in _NO_SUBJECT
    return count >= 4 and first not in _NO_SUBJECT and not plain.content.endswith(("?", ",", ":", ";"))


def _changes(document: Document, *, generator: np.random.Generator) -> Iterator[_Change]:
    for place, sentence, plain in plain_attributions(document):
        pieces = _told_anew(plain, generator=generator)
        if pieces is not None:
            yield _Change(sentence, place, pieces)


def _told_anew(plain: Plain, *, generator: np.random.Generator) -> Pieces | None:
    """Return the pieces of one fitting construction: first a kind is drawn, then one of its constructions; None if none fits.

    A quotation gets other marks half of the time.
    """
    if plain.marks is not None and generator.random() < 0.5:
        style = STYLES[generator.integers(len(STYLES))]
        if not set("".join(style)) & set(plain.content):
            plain = Plain(plain.source, plain.cue, plain.content, plain.inner_source, marks=style)
    kinds = list(CONSTRUCTIONS)
    for kind in generator.permutation(len(kinds)).tolist():
        ways = CONSTRUCTIONS[kinds[kind]]
        for way in generator.permutation(len(ways)).tolist():
            pieces = ways[way](plain)
            if pieces is not None:
                return [(words, part) for words, part in pieces if words]
    return None


def _applied(document: Document, changes: Sequence[_Change]) -> Document:
    """Return a document with sentences replaced, and every other place moved along."""
    text: list[str] = []
    length, last = 0, 0
    made: dict[int, Attribution] = {}
    shifts: list[tuple[int, int]] = []  # where a sentence ended, and by how much what follows it moves
    for change in sorted(changes, key=lambda change: change.sentence):
        kept = document.text[last : change.sentence.start]
        text.append(kept)
        length += len(kept)
        parts: dict[str, list[Span]] = {}
        for words, part in change.pieces:
            parts.setdefault(part, []).append(Span(length, length + len(words)))
            text.append(words)
            length += len(words)
        made[change.place] = replace(
            document.attributions[change.place] if document.attributions else Attribution(()),
            content=tuple(parts["content"]),
            source=parts.get("source", [None])[0],
            cue=parts.get("cue", [None])[0],
            kind=None,
        )
        last = change.sentence.end
        shifts.append((last, length - last))
    text.append(document.text[last:])

    def moved(span: Span) -> Span:
        by = next((shift for end, shift in reversed(shifts) if span.start >= end), 0)
        return Span(span.start + by, span.end + by)

    attributions = []
    for place, attribution in enumerate(document.attributions or ()):
        attributions.append(
            made.get(place)
            or replace(
                attribution,
                content=tuple(moved(span) for span in attribution.content),
                source=None if attribution.source is None else moved(attribution.source),
                cue=None if attribution.cue is None else moved(attribution.cue),
            )
        )
    attributions.sort(key=lambda attribution: attribution.content)
    return Document(document.id, "".join(text), document.meta, attributions=tuple(attributions))

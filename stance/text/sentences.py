"""Sentence and paragraph borders of a plain text, as offsets that lose no character.

The borders come from sentencex (Wikimedia, MIT), which won a measurement against pysbd, syntok and blingfire
(`scripts/compare_sentence_splitters.py`). Around it stand three things that it leaves to its caller: which newlines end a
sentence, a few corrections, and pieces of bounded length, because unclosed curly quotation marks make it quadratic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from statistics import median
from typing import Final

from sentencex import get_sentence_boundaries

_LINE_BREAKS: Final = str.maketrans(dict.fromkeys("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_LIST_ITEM: Final = re.compile(r"(?:[-*+•‣◦]|\(?(?:\d{1,3}[.)]|[a-z]\)))\s")
_ELLIPSIS: Final = re.compile(r"(?<=\w)…")
_WRAPPED_SHARE: Final = 0.3
_WRAPPED_WIDTH: Final = 30
_FULL_SHARE: Final = 0.8
_PIECE_LENGTH: Final = 10_000

_LETTER_OR_DIGIT: Final = re.compile(r"[^\W_]")
_ITEM_NUMBER: Final = re.compile(r"\s*\(?\d{1,3}[.)]\s*")
_FIRST_ITEM: Final = re.compile(r"(?<=[:;!?]\s)\(?\d{1,2}[.)]\s*\Z")
_OPENING: Final = re.compile(r"\s+[\"'“‘(\[]*")
_ASIDE: Final = re.compile(r"(?:^|(?<=[.!?…]\s)|(?<=[.!?…][\"”’')]\s))\([^()]*[.!?…][\"”’']*\)")
_PLAIN_WORD: Final = re.compile(r"\b(?:me|[Nn]o|[Mm]ay|art|ill|miss)\.[\"”’']*")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text in order: half-open, in code points, without white space at either end.

    Together they cover every character that is not white space. A blank line always ends a sentence; a single newline does
    where `paragraph_spans` says so. What stands between quotation marks stays whole, however many stops it has. The
    rules are those of English; nothing is cleaned, and nothing is raised whatever the text holds.

    >>> text = 'Dr. Smith left the U.S. in 2010. "Why me?" he asked.'
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Dr. Smith left the U.S. in 2010.', '"Why me?" he asked.']
    >>> sentence_spans("   ")
    []
    """
    spans = []
    for start, end in paragraph_spans(text):
        paragraph = _readable(text[start:end])
        found = _library_cuts(paragraph) | _missed_cuts(paragraph)
        cuts = _kept_cuts(paragraph, [_moved_cut(paragraph, cut) for cut in found])
        spans += [_stripped(text, (start + left, start + right)) for left, right in pairwise(cuts)]
    return spans


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs of a text in order: half-open, in code points, without white space at either end.

    A blank line ends a paragraph. So does a single newline, unless the text is hard-wrapped: at least three in ten of its
    single newlines stand before a small letter, and the lines before those have a median length of at least thirty
    characters. There a newline ends a paragraph only before a list item, or after a line shorter than 0.8 of that median if
    no small letter follows. Nothing is raised.

    >>> paragraph_spans("A heading\\nOne paragraph a line.\\nAnother.")
    [(0, 9), (10, 31), (32, 40)]
    >>> paragraph_spans("A long line that was broken by its\\neditor.\\n\\nAnother.")
    [(0, 42), (44, 52)]
    """
    lines = _lines(text)
    width = _wrap_width(text, lines)
    spans: list[tuple[int, int]] = []
    for previous, line in pairwise([(0, 0), *lines]):
        previous_length = previous[1] - previous[0]
        if width and previous_length and _continues(text, line, width=width, previous_length=previous_length):
            spans[-1] = (spans[-1][0], line[1])
        elif line[0] < line[1]:
            spans.append(line)
    return spans


def _lines(text: str) -> list[tuple[int, int]]:
    """Return every line without the white space around it; a blank line is empty."""
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        lines.append(_stripped(text, (start, start + len(line))))
        start += len(line)
    return lines


def _stripped(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    tail = text[start:end].lstrip()
    return end - len(tail), end - len(tail) + len(tail.rstrip())


def _wrap_width(text: str, lines: list[tuple[int, int]]) -> float:
    """Return the usual length of a line of hard-wrapped text, or 0 for text with one paragraph a line."""
    neighbors = [(left, right) for left, right in pairwise(lines) if left[0] < left[1] and right[0] < right[1]]
    widths = [left[1] - left[0] for left, right in neighbors if text[right[0]].islower()]
    if not widths or len(widths) < _WRAPPED_SHARE * len(neighbors):
        return 0
    width = median(widths)
    return width if width >= _WRAPPED_WIDTH else 0


def _continues(text: str, line: tuple[int, int], *, width: float, previous_length: int) -> bool:
    """Say whether a line of hard-wrapped text goes on with the paragraph of the line before it."""
    if line[0] == line[1] or _LIST_ITEM.match(text, *line):
        return False
    return text[line[0]].islower() or previous_length >= _FULL_SHARE * width


def _readable(paragraph: str) -> str:
    """Return the paragraph as sentencex can read it, character for character: one line, `…` as a stop, no lone surrogates."""
    return _ELLIPSIS.sub(".", _LONE_SURROGATE.sub("?", paragraph.translate(_LINE_BREAKS)))


def _library_cuts(paragraph: str) -> set[int]:
    """Return where sentencex ends sentences, reading pieces that overlap, so that it never sees a long text at once."""
    cuts: set[int] = set()
    start, end = 0, 0
    while end < len(paragraph):
        end = min(start + _PIECE_LENGTH, len(paragraph))
        if end < len(paragraph) and paragraph.count('"', start, end) % 2:  # an odd one makes sentencex ignore them all
            end = max(paragraph.rfind('"', start, end), start + _PIECE_LENGTH // 2)
        boundaries = get_sentence_boundaries("en", paragraph[start:end])
        inner = [start + boundary["end_index"] for boundary in boundaries if start + boundary["end_index"] < end]
        cuts.update(inner)
        if inner and inner[-1] > start + _PIECE_LENGTH // 4:
            start = inner[-1]  # the last sentence may be cut short: read it again, whole
        else:  # a sentence of many pages: go on within it
            start = max(paragraph.rfind(" ", start, end) + 1, start + _PIECE_LENGTH // 2)
    return cuts


def _missed_cuts(paragraph: str) -> set[int]:
    """Return the ends of two kinds that sentencex passes over.

    One is a whole sentence in parentheses; the other a word that it takes for an abbreviation ("he told me."), outside
    quotation marks.
    """
    cuts = {match.end() for match in _ASIDE.finditer(paragraph)}
    counted, straight, curly = 0, 0, 0
    for match in _PLAIN_WORD.finditer(paragraph):
        passed = paragraph[counted : match.end()]
        counted, straight, curly = (
            match.end(),
            straight + passed.count('"'),
            curly + passed.count("“") - passed.count("”"),
        )
        if straight % 2 == 0 and curly <= 0:
            cuts.add(match.end())
    return {
        cut
        for cut in cuts
        if (gap := _OPENING.match(paragraph, cut)) and paragraph[gap.end() : gap.end() + 1].isupper()
    }


def _moved_cut(paragraph: str, cut: int) -> int:
    """Return the cut moved before an opening quotation mark or the number of a list's first item that it would leave behind."""
    if number := _FIRST_ITEM.search(paragraph, max(0, cut - 8), cut):
        return number.start()
    opening = paragraph[cut - 1] in "\"'“‘" and paragraph[cut - 2 : cut - 1].isspace() and not paragraph[cut].isspace()
    return cut - 1 if opening else cut


def _kept_cuts(paragraph: str, cuts: Iterable[int]) -> list[int]:
    """Return the cuts in order, from 0 to the end, without those that would part what belongs together.

    That is a sentence from a follow-up in small letters (`Yahoo! is`), from the number of its list item, or from bare signs.
    """
    kept = [0]
    for cut, following in pairwise([*sorted({cut for cut in cuts if 0 < cut < len(paragraph)}), len(paragraph)]):
        if not _LETTER_OR_DIGIT.search(paragraph, cut, following) or not _LETTER_OR_DIGIT.search(
            paragraph, kept[-1], cut
        ):
            continue
        start, _ = _stripped(paragraph, (cut, following))
        if not paragraph[start].islower() and not _ITEM_NUMBER.fullmatch(paragraph, kept[-1], cut):
            kept.append(cut)
    return [*kept, len(paragraph)]

"""Words of a text replaced, and the spans that follow them; with the grammar that a new name asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stance.document import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `new` in the place of `text[start:end]`; where these are equal, it is put in before that character."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with all edits made; they must not overlap.

    >>> edited("Ann spoke.", [Edit(0, 3, "Barbara")])
    'Barbara spoke.'
    """
    parts, at = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        parts += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, text[at:]])


def moved(spans: Iterable[Span], edits: Sequence[Edit]) -> tuple[Span, ...]:
    """Return where spans of the old text lie in the new one.

    A border inside an edit goes to the edit's own border, so that a span which held a part of what was replaced holds the
    whole of what came for it. A span that ends where something is put in takes it in; one that starts there does not.

    >>> moved([Span(0, 3), Span(4, 9)], [Edit(0, 3, "Barbara")])
    (Span(start=0, end=7), Span(start=8, end=13))
    """
    return tuple(Span(_border(span.start, edits, side=0), _border(span.end, edits, side=1)) for span in spans)


def _border(place: int, edits: Sequence[Edit], *, side: int) -> int:
    shift = 0
    for edit in edits:
        grown = len(edit.new) - (edit.end - edit.start)
        if edit.end <= place:
            shift += grown
        elif edit.start < place:  # inside: to the edit's start, or to the end of what came for it
            shift += edit.start - place if side == 0 else edit.start + len(edit.new) - place
    return place + shift


_STARTERS = (
    "a after all also although an and another any are as at because before both but by can could did do does each even "
    "every few for from had has have here how however if in is it its like many may meanwhile more most much my neither "
    "no nor not now of on once one only or other our out over perhaps since so some still such than that the their then "
    "there these they this those though through thus to too under unless unlike until up upon was were what when where "
    "whereas whether which while who whose why will with within without would yet your today"
)
STARTERS = frozenset(_STARTERS.split())
"""Words that begin a sentence with a capital letter, and are no part of the name after them."""


def word_before(text: str, start: int) -> str:
    """Return the word that stands directly before a place, with its punctuation; empty where something else does."""
    found = re.search(r"(\S+)[ \u00a0]+$", text[max(0, start - 60) : start])
    return found.group(1) if found else ""


def word_after(text: str, end: int) -> str:
    """Return the word that stands a space behind a place; empty where something else does."""
    found = re.match(r"[ \u00a0]+([\w’'-]+)", text[end : end + 60])
    return found.group(1) if found else ""


def begins_sentence(text: str, start: int) -> bool:
    """Return whether a place looks like the first of a sentence, a line or a quotation.

    >>> begins_sentence("It rains. Ann left.", 10), begins_sentence("It rains.", 3)
    (True, False)
    """
    before = text[:start].rstrip(" \u00a0")
    return (
        not before or before[-1] in '.!?:\n“"‘—–•*' or (len(before) > 1 and before[-1] in "”’'" and before[-2] in ".!?")
    )


def with_articles(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits, and those that make "a" of "an" and "an" of "a" before words that begin otherwise now.

    >>> edits = with_articles("an Obama aide", [Edit(3, 8, "Kepler")])
    >>> edited("an Obama aide", edits)
    'a Kepler aide'
    """
    found = list(edits)
    for edit in edits:
        article = word_before(text, edit.start)
        at = text.rfind(article, 0, edit.start) if article else -1
        if (
            article.lower() not in ("a", "an")
            or not edit.new
            or any(one.start < edit.start <= one.end for one in edits)
        ):
            continue
        fitting = "an" if _sounds_open(edit.new) else "a"
        if fitting != article.lower() and _sounds_open(text[edit.start : edit.end]) != _sounds_open(edit.new):
            cased = fitting.capitalize() if article[0].isupper() else fitting
            found.append(Edit(at, at + len(article), cased))
    return sorted(found, key=lambda one: (one.start, one.end))


def _sounds_open(word: str) -> bool:
    """Return whether a name begins with the sound of a vowel; letters that are read one by one have their own sounds."""
    first = re.split(r"[\s-]", word)[0]
    if first.isupper() and len(first) > 1 and first not in ("NATO", "OPEC", "UNESCO", "UNICEF"):
        return first[0] in "AEFHILMNORSX"
    return first[:1].lower() in "aeio" or (first[:1].lower() == "u" and not re.match(r"U(n[ie]|S|K|ru|kr|ga|N)", first))

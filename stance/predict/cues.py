"""Constructions that say who speaks by closed classes of words: a lexicon that stands behind the attribution heads.

"According to", "in somebody's view", passives and "reportedly" are rare in what a small model learned from. Where a sentence has
one, the probabilities of its source, cue and content are raised by a bonus (`CONSTRUCTION_BONUS`), and these are linked if the
model finds them; the lexicon decides nothing alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.document import Attribution, Span

Floats = NDArray[np.float64] | NDArray[np.float32]

CONSTRUCTION_BONUS = 4.0
"""Nats by which a token of a construction's part gains on the tags that it does not have there.

Chosen on cases that are no tests, `attribution_development.json`; from 4 to 6 it makes no difference.
"""

_WHO: Final = r"(?P<source>(?!my\b|our\b|me\b|us\b)[^,;:“”\"«»„\n]{2,90}?)"
_OWNER: Final = r"(?P<source>his|her|their|its|[^,;:“”\"«»„\n]{2,60}?[’'](?:s\b|(?= )))"
_VIEW: Final = r"(?:view|opinion|eyes|judge?ment|estimation|reckoning|telling)"
_SAID: Final = (
    r"(?:said|claimed|argued|believed|thought|suggested|noted|reported|insisted|predicted|announced|alleged|rumou?red|stated|"
    r"declared|decided|feared|hoped|understood|estimated|concluded|confirmed|assumed)"
)
_JUDGED: Final = (
    r"(?:accused|described|portrayed|praised|criticized|blamed|condemned|mocked|denounced|called|labelled|labeled|hailed|dubbed|"
    r"dismissed|welcomed|endorsed|rejected|charged)"
)
_TELLS: Final = (
    r"(?:said|says?|adds?|added|notes?|noted|argues?|argued|insists?|insisted|warns?|warned|explains?|explained|admits?|"
    r"admitted)"
)
_BE: Final = (
    r"(?:(?:is|are|was|were)(?: (?:also|now|widely|not|never|once))?|"
    r"(?:has|have|had) (?:also |often |long )?been|(?:will|would) be)"
)
_SUBJECT: Final = r"(?P<first>(?!There\b|It\b)(?:[^\s,;:“”\"]+ ){1,8}?)"

_HEADLINE: Final = r"(?P<source>[A-Z][\w’'.-]*(?: [\w’'.-]+){0,3})(?P<cue>:) (?P<content>[A-Z][^“”\".?!]+)"
"""A headline, "Mayor Hale: Bridge to open", which has no stop at its end."""

_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<cue>According to|In the words of) {_WHO}, (?P<content>.+)",
        rf"In the (?P<cue>{_VIEW}) of {_WHO}, (?P<content>.+)",
        rf"In {_OWNER} (?P<cue>{_VIEW}), (?P<content>.+)",
        rf"As {_WHO} (?P<cue>puts? it), (?P<content>.+)",
        rf"(?P<content>[^,;:]+), (?P<cue>according to) {_WHO}",
        rf"(?P<content>[^,;:]+), in {_OWNER} (?P<cue>{_VIEW})",
        rf"(?P<first>[^,;:]+), (?P<cue>according to) {_WHO}, (?P<content>.+)",
        rf"(?P<first>[^,;:]+), in {_OWNER} (?P<cue>{_VIEW}), (?P<content>.+)",
        rf"It (?P<cue>{_BE} {_SAID}) by {_WHO} (?P<content>that .+)",
        rf"It (?P<cue>{_BE} {_SAID}) (?P<content>that .+)",
        rf"{_SUBJECT}(?P<cue>{_BE} {_SAID}) by {_WHO} (?P<content>to .+)",
        rf"{_SUBJECT}(?P<cue>{_BE} (?:{_SAID}|expected)) (?P<content>to .+)",
        rf"{_SUBJECT}(?P<cue>{_BE} {_JUDGED}) by {_WHO} (?P<content>(?:of|as|for|with) .+)",
        rf"{_SUBJECT}(?P<cue>{_BE} (?:accused|charged)) (?P<content>(?:of|with) .+)",
        rf"{_SUBJECT}(?P<cue>{_BE} (?:called|labell?ed|dubbed)) (?P<content>.+?) by {_WHO}",
        rf"{_SUBJECT}(?P<cue>{_BE} {_JUDGED}) by {_WHO}",
        rf"{_SUBJECT}(?P<cue>reportedly|allegedly|supposedly|purportedly) (?P<content>.+)",
        rf"(?P<content>[^,;:“”\"]+), (?P<cue>{_TELLS}) {_WHO}",
        rf"(?P<first>[^,;:“”\"]+), (?P<source>[^,;:“”\"]{{2,40}}) (?P<cue>(?:has |have )?{_TELLS}), (?P<content>.+)",
        rf"(?P<first>[^,;:“”\"]+) [—–-] (?P<source>[^;:“”\"]{{2,60}}) (?P<cue>(?:has |have )?{_TELLS}) [—–-] (?P<content>.+)",
        _HEADLINE,
        r"(?P<cue>There (?:is|are|was|were) (?:[a-z]+ )?(?:concern|fear|hope|talk|speculation|suspicion|worry)s?) "
        r"(?P<content>that .+)",
    )
)


def constructions(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[Attribution]:
    """Yield the attributions that sentences make by one of the constructions, at most one each.

    >>> text = "According to the mayor, it rained."
    >>> [(text[one.source.start:one.source.end], one.content) for one in constructions(text, [(0, 34)]) if one.source]
    [('the mayor', (Span(start=24, end=33),))]
    """
    text = text.replace("\n", " ")  # hard-wrapped text breaks its lines anywhere
    for start, end in sentences:
        stripped = text[start:end].rstrip()
        words = stripped if stripped.endswith(("”", '"', "?", "!")) else stripped.rstrip(".")
        for pattern in _PATTERNS:
            if match := pattern.fullmatch(stripped if pattern.pattern == _HEADLINE else words):
                parts = match.groupdict()
                spans = [
                    _trimmed(text, Span(start + match.start(name), start + match.end(name)))
                    for name in ("first", "content")
                    if parts.get(name)
                ]
                source = Span(start + match.start("source"), start + match.end("source")) if "source" in parts else None
                cue = Span(start + match.start("cue"), start + match.end("cue"))
                yield Attribution(tuple(spans), source=source, cue=cue)
                break


def _trimmed(text: str, span: Span) -> Span:
    return Span(span.start, span.start + len(text[span.start : span.end].rstrip()))


def raised(
    probabilities: Floats,
    offsets: NDArray[np.int64],
    *,
    spans: Sequence[Span],
    bonus: float = CONSTRUCTION_BONUS,
) -> Floats:
    """Return (T, 3) probabilities of O, B and I of one part in which those of the tags of given spans are raised.

    Args:
        offsets: (T, 2) start and end character of each token.
    """
    if not spans:
        return probabilities
    found = probabilities.astype(np.float64)
    for start, end in spans:
        first = int(np.searchsorted(offsets[:, 1], start, side="right"))
        last = int(np.searchsorted(offsets[:, 0], end, side="left"))
        if first < last:
            found[first, 1] *= np.exp(bonus)
            found[first + 1 : last, 2] *= np.exp(bonus)
    scaled: NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)
    return scaled

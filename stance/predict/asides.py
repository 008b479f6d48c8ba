"""Words by which an author comments on what he reports: a lexicon that stands behind the voice head.

A small model sees too few asides to know the rarer ones ("wisely, in my opinion"). What is marked here raises the probability of
opinion by a bonus (`decode.COMMENT_BONUS`); it decides nothing alone.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

_ADVERBS: Final = (
    "absurdly|admirably|alarmingly|amazingly|amusingly|appallingly|arguably|astonishingly|bizarrely|bravely|commendably|"
    "conveniently|courageously|criminally|curiously|cynically|disappointingly|disgracefully|fatuously|foolishly|"
    "fortunately|frankly|generously|grotesquely|happily|hypocritically|implausibly|improbably|incredibly|"
    "inevitably|inexcusably|inexplicably|interestingly|ironically|laughably|lamentably|laudably|luckily|mercifully|"
    "misleadingly|naively|needlessly|oddly|outrageously|paradoxically|perversely|preposterously|predictably|"
    "recklessly|regrettably|remarkably|revealingly|ridiculously|rightly|sadly|scandalously|sensibly|shamefully|"
    "shamelessly|shockingly|stupidly|surprisingly|suspiciously|tellingly|thankfully|tragically|unaccountably|"
    "unbelievably|understandably|unfairly|unfortunately|unhappily|unsurprisingly|unwisely|wisely|wrongly"
)
_FIRST_PERSON: Final = (
    r"in (?:my|our) (?:own )?(?:humble )?(?:opinion|view|judge?ment|eyes|book)|to (?:my|our) mind|for my part|if you ask me|"
    r"(?:I|we) (?:think|believe|suspect|fear|hope|submit|confess|must say|would say|dare say|would argue)|"
    r"to (?:his|her|its|their) (?:great |lasting )?(?:credit|shame|discredit)"
)
_MARK: Final = re.compile(rf"\b(?:(?:{_ADVERBS})(?: enough)?|{_FIRST_PERSON})\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[,\s]*")
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"\n]*\"|«[^»]*»")


def comments(text: str) -> list[tuple[int, int]]:
    """Return the stretches that comment, outside quotations; neighbours that only a comma parts are one.

    >>> text = 'The report, wisely in my opinion, calls it "sadly" late.'
    >>> [text[start:end] for start, end in comments(text)]
    ['wisely in my opinion']
    """
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        start, end = match.span()
        if any(first < end and start < last for first, last in quoted):
            continue
        if found and _BETWEEN.fullmatch(text, found[-1][1], start):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def comment_tokens(text: str, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (T,): whether a token lies in a comment.

    Args:
        offsets: (T, 2) start and end character of each token.
    """
    inside = np.zeros(len(offsets), dtype=bool)
    for start, end in comments(text):
        inside |= (offsets[:, 0] < end) & (offsets[:, 1] > start)
    return inside

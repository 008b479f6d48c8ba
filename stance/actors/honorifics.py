"""What the words of a mention say about "he" and "she": honorifics before a name, and nouns for a man or a woman.

Closed lists of English words. First names are not among them: which are a man's and which a woman's depends on the language.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_BEFORE_NAME: Final = {
    "he": "mr sir king prince lord congressman councilman assemblyman pope father",
    "she": "mrs ms miss mme madam madame dame lady queen princess congresswoman councilwoman assemblywoman chairwoman sister",
}
_ANYWHERE: Final = {
    "he": (
        "man boy gentleman guy husband father dad son brother uncle nephew grandfather grandson widower congressman spokesman "
        "businessman statesman policeman gunman clergyman councilman assemblyman salesman fisherman fireman nobleman king prince"
    ),
    "she": (
        "woman girl lady wife mother mom mum daughter sister aunt niece grandmother granddaughter widow congresswoman spokeswoman "
        "businesswoman stateswoman policewoman clergywoman councilwoman assemblywoman saleswoman chairwoman noblewoman actress "
        "waitress heiress queen princess"
    ),
}
_HONORIFICS: Final = {word: kind for kind, words in _BEFORE_NAME.items() for word in words.split()}
_NOUNS: Final = {word: kind for kind, words in _ANYWHERE.items() for word in words.split()}
_MARK: Final = re.compile(r"^[\"“”‘’'(\[]+|[\"“”‘’'.,;:!?)\]]+$")
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_SEVERAL: Final = re.compile(r"\b(?:and|or)\b|&")
_END: Final = re.compile(r"(?:,|\s(?:of|in|from|for|with|on|at|to|who|whom|whose|that|which|against)\s).*$", re.DOTALL)
_OWNER: Final = re.compile(r"^.*(?:['’]s|s['’])\s", re.DOTALL)
_AFTER_NAME: Final = frozenset(("jr", "sr", "ii", "iii", "iv"))
_BEFORE_HONORIFIC: Final = frozenset(("crown", "former", "late", "then", "the", "a", "an"))


def pronoun_of(mention: str) -> str | None:
    """Return `he` or `she` where the words of a mention say that one of them fits; None where they do not, or say both.

    Before a name the honorific counts, else a noun that stands for the whole; what belongs to somebody is not the owner.

    >>> [pronoun_of(words) for words in ("Mr. Hale", "Queen Anne", "Larry King", "Ann Li", "the congresswoman")]
    ['he', 'she', None, None, 'she']
    >>> pronoun_of("Mr. Hale’s wife"), pronoun_of("the wife of Mr. Hale"), pronoun_of("Mr. and Mrs. Hale")
    ('she', 'she', None)
    """
    whole = _POSSESSIVE.sub("", mention.strip())
    if _SEVERAL.search(whole):
        return None
    words = _END.sub("", _OWNER.sub("", whole)).split()
    for at, (word, after) in enumerate(pairwise(words)):
        leads = all(one.islower() or _plain(one) in _BEFORE_HONORIFIC for one in words[:at])
        if leads and after[:1].isupper() and _plain(after) not in _AFTER_NAME and _plain(word) in _HONORIFICS:
            return _HONORIFICS[_plain(word)]
    alone = len(words) == 2 and _plain(words[0]) in _BEFORE_HONORIFIC  # "the King"
    nouns = [word for word in words if word.islower() or (alone and word == words[-1])]
    if words and words[-1] not in nouns:  # "the actress Ann Li"
        return next((_NOUNS[_plain(word)] for word in reversed(nouns) if _plain(word) in _NOUNS), None)
    return _NOUNS.get(_plain(words[-1])) if words else None


def _plain(word: str) -> str:
    return _MARK.sub("", word).casefold()

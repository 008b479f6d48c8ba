"""Short forms and descriptions that stand for a longer name of the same document: "the hospital", "the president", "the country".

Lexical and cautious: what could stand for two is left alone. It reads forms, not meaning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

_HEAD_ALONE: Final = frozenset({"country", "nation", "state"})
"""Nouns that stand for the country named last."""


def longer_forms(forms: Sequence[str], *, types: Sequence[str]) -> dict[str, str]:
    """Return which longer form each short one stands for, for organizations and groups, by the short form in small letters.

    A form stands for a longer one that ends in its words ("hospital" for "Hinchingbrooke hospital", "General Assembly" for
    "UN General Assembly"), or that goes on after them in small letters ("Hinchingbrooke" for "Hinchingbrooke hospital"),
    where all such longer ones are parts of the longest.

    >>> forms = ["Hinchingbrooke hospital", "hospital", "UN", "courts", "federal courts", "state courts"]
    >>> longer_forms(forms, types=["organization"] * 6)
    {'hospital': 'Hinchingbrooke hospital'}
    """
    named = {
        form.casefold(): form for form, type in zip(forms, types, strict=True) if type in ("organization", "group")
    }
    wider: defaultdict[str, set[str]] = defaultdict(set)
    for small, form in named.items():
        words = small.split()
        for cut in range(1, len(words)):
            if (tail := " ".join(words[cut:])) in named:
                wider[tail].add(small)
        rest = form.split()
        for cut in range(1, len(rest)):
            head = " ".join(words[:cut])
            if head in named and rest[0][:1].isupper() and rest[cut][:1].islower() and rest[cut].isalpha():
                wider[head].add(small)
    found = {}
    for short, longer in wider.items():
        longest = max(longer, key=len)
        if all(
            other == longest or longest.endswith(f" {other}") or longest.startswith(f"{other} ") for other in longer
        ):
            found[short] = named[longest]
    return found


_LOWER_OFFICES: Final = "vice deputy assistant associate attorney prime lieutenant shadow"
_OTHER_TIMES: Final = "former ex late then acting interim incoming outgoing"
LIMITING: Final = frozenset(f"{_LOWER_OFFICES} {_OTHER_TIMES}".split())
"""Words that make another office of a title: the vice president is not the president."""


def title_holders(mentions: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return which person a title alone stands for, by the title in small letters, where only one person bears it.

    Who is vice president, or was president, is not "the president".

    Args:
        mentions: (form, the name in it, the person's name) of the mentions with a name.

    >>> title_holders([("President Li", "Li", "Ann Li"), ("Judge Fox", "Fox", "Fox"), ("Judge Bo", "Bo", "Bo")])
    {'president': 'Ann Li'}
    >>> title_holders([("former US Vice President Ann Li", "Ann Li", "Ann Li")])
    {'former us vice president': 'Ann Li', 'former vice president': 'Ann Li'}
    """
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for form, name, person in mentions:
        before = form.casefold().removesuffix(name.casefold()).strip(" ,")
        if before and before != form.casefold():
            words = before.split()
            for cut in range(len(words)):
                kept = [word for word in words[:cut] if word in LIMITING]
                bearers[" ".join([*kept, *words[cut:]])].add(person)
    return {title: names.pop() for title, names in bearers.items() if len(names) == 1}


def is_country_noun(form: str) -> bool:
    """Return whether a form means a country that was named before.

    >>> is_country_noun("beleaguered country"), is_country_noun("Islamic State"), is_country_noun("country music")
    (True, False, False)
    """
    return bool(_COUNTRY_NOUN.fullmatch(form))


_COUNTRY_NOUN: Final = re.compile(rf"(?:[a-z]+ )?(?:{'|'.join(sorted(_HEAD_ALONE))})")

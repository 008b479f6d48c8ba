"""Where a text names a person, by full name, given or family name, and whether a man or a woman is spoken of."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from stance.document import Span
from stance.measure.edits import STARTERS, begins_sentence, word_after, word_before

_TITLES = (
    "president mr mrs ms miss dr sen senator senators rep representative gov governor justice judge chief secretary minister "
    "prime chancellor vice sir professor prof general gen colonel col captain capt lieutenant lt sergeant sgt officer speaker "
    "attorney director former mayor congressman congresswoman chairman chairwoman chair ambassador commissioner leader rabbi "
    "majority minority pastor rev reverend comrade inspector sheriff candidate nominee deputy premier republican democrat "
    "democratic republicans democrats ex-president then-president spokesman spokeswoman sec adm admiral maj major ayatollah "
    "uncle hon detective agent coach actor actress host sir taoiseach mp lawmaker"
)
TITLES = frozenset(_TITLES.split())
"""Words that stand before a name without being part of it."""

_ONE_NAME = "pope popes king queen prince princess saint st sister father mother emperor empress tsar prophet"
ONE_NAME = frozenset(_ONE_NAME.split())
"""Titles of persons who go by one name, which no other full name can stand in for."""

_PARTICLES = "de la le von van der den bin ibn al el ul ben di da du dos abu"
PARTICLES = frozenset(_PARTICLES.split())

_PRONOUNS = "i me my mine myself he him his himself she her hers herself they them their we us our you your who it"
PRONOUNS = frozenset(_PRONOUNS.split())

_MAN = "he him his himself mr sir king prince lord man spokesman chairman congressman husband father son brother"
_WOMAN = "she her hers herself mrs ms miss queen princess lady woman spokeswoman chairwoman congresswoman wife mother daughter"
CUES = {"man": frozenset(_MAN.split()), "woman": frozenset(_WOMAN.split())}
"""Words that tell whether a man or a woman is spoken of."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A family name, and the given name where it is known."""

    family: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch that names an actor, in one of its forms; `upper` where it is set in capitals."""

    start: int
    end: int
    form: str
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replaced to rename an actor: the places, how many others keep the old name, and what a stand-in must be.

    `article` is "the" where the name takes it, `gender` that of a person whose gender the text tells.
    """

    places: tuple[Place, ...]
    kept: int = 0
    article: str = ""
    gender: str = ""


def person_name(mention: str, *, taken: Container[str] = ()) -> PersonName | str:
    """Return the name in a mention, without titles and descriptions; or why there is none that could be replaced.

    Args:
        taken: forms that name countries, organizations or groups.

    >>> person_name("Russian President Vladimir Putin")
    PersonName(family='Putin', given='Vladimir')
    >>> person_name("Mr. Tsipras’s"), person_name("he"), person_name("Pope Francis")
    (PersonName(family='Tsipras', given=''), 'a pronoun or description', 'a person of one name')
    """
    cleaned = re.split(r"[,(\[;]", mention)[0].strip(" \t\n\u00a0\"'“”‘’—–-.…:")
    words = re.sub(r"[’']s?$", "", cleaned).split()
    while words and words[-1].strip(".") in ("Jr", "Sr", "II", "III"):
        words.pop()
    plain = [word.lower().strip(".") for word in words]
    if "and" in plain or "&" in plain:
        return "several persons"
    if ONE_NAME & set(plain):
        return "a person of one name"
    marks = [
        at
        for at, word in enumerate(words)
        if plain[at] in TITLES or re.search(r"[’']s$", word) or (word[0].islower() and not _particle(word))
    ]
    core = words[max(marks, default=-1) + 1 :]
    last = re.sub(r"^(al|el|Al|El)-", "", core[-1]) if core else ""
    if not re.fullmatch(r"[A-Z][\w’'-]+", last) or last.lower() in PRONOUNS | STARTERS | TITLES:
        return "a pronoun or description"
    if len(core) > 4 or not all(_particle(word) or re.fullmatch(r"[A-Z][\w.’'-]*", word) for word in core):
        return "a pronoun or description"
    if " ".join(core) in taken:
        return "the name of no person"
    given = core[0] if len(core) > 1 and not _particle(core[0]) and not re.fullmatch(r"(?:[A-Z]\.?)+", core[0]) else ""
    return PersonName(last, given)


def plan_person(text: str, mentions: Sequence[Span], *, name: PersonName) -> Plan | str:
    """Return what to replace so that a person has another name everywhere in a text, or why that is not possible.

    Words that are made from the name ("Thatcherism"), and longer names that it is part of ("Clinton Foundation"), stay.
    """
    places, kept = [], 0
    for found in _pattern(name).finditer(text):
        form = next(form for form in ("full", "family", "given") if found.group(form))
        inside = any(span.start <= found.start() and found.end() <= span.end for span in mentions)
        if word_after(text, found.end()).strip(".") in ("Jr", "Sr", "II", "III") and not inside:
            return "shares a name with somebody"
        if form != "full" and not _stands_alone(text, found.start()):
            return "shares a name with somebody"
        if found.group("plural"):
            form = "families"
        following = word_after(text, found.end())
        if not inside and following[:1].isupper() and form != "full" and following.lower() not in TITLES:
            kept += 1
            continue
        places.append(Place(found.start(), found.end(), form, upper=found.group().isupper()))
    kept += len(re.findall(rf"(?<!\w){re.escape(name.family)}(?!e?s\b)\w{{2,}}", text))
    if not any(span.start <= place.start and place.end <= span.end for span in mentions for place in places):
        return "a pronoun or description"
    if not any(place.form == "family" for place in places):  # who goes by the first of two names, goes by a family name
        places = [Place(one.start, one.end, "family" if one.form == "given" else one.form, one.upper) for one in places]
    return Plan(tuple(places), kept, gender=told_gender(text, mentions))


def told_gender(text: str, mentions: Sequence[Span]) -> str:
    """Return "man" or "woman" where the lines and sentences around the mentions have only words of the one, else "".

    >>> told_gender("Li said that she would stay.", [Span(0, 2)])
    'woman'
    """
    words: set[str] = set()
    for span in mentions:
        start = max((text.rfind(stop, 0, span.start) for stop in (". ", "! ", "? ", "\n")), default=-1) + 1
        ends = [at for stop in (". ", "! ", "? ", "\n") if (at := text.find(stop, span.end)) >= 0]
        words.update(re.findall(r"\w+", text[start : min(ends, default=len(text))].lower()))
    told = [gender for gender, cues in CUES.items() if words & cues]
    return told[0] if len(told) == 1 else ""


def _particle(word: str) -> bool:
    return word.lower() in PARTICLES or bool(re.match(r"(?:al|el)-[A-Z]", word))


def _pattern(name: PersonName) -> re.Pattern[str]:
    """Return what finds the full name, the family name (also of several), and the given name."""
    particles = rf"(?:(?:{'|'.join(sorted(PARTICLES))})[ -])*"
    family = rf"(?i:{particles})(?:{re.escape(name.family)}|{re.escape(name.family.upper())})"
    plural = r"(?P<plural>e?s(?!\w))?"
    parts = []
    if name.given:
        given = rf"(?:{re.escape(name.given)}|{re.escape(name.given.upper())})"
        parts += [rf"(?P<full>{given}(?:\s+[A-Z][\w.’'-]*){{0,2}}?\s+{family})"]
        parts += [rf"(?P<family>(?:[A-Z]\.\s?)*{family}{plural})", rf"(?P<given>{given})"]
    else:
        parts += [rf"(?P<full>(?!))|(?P<family>(?:[A-Z]\.\s?)*{family}{plural})|(?P<given>(?!))"]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?!\w)")


def _stands_alone(text: str, start: int) -> bool:
    """Return whether the word before a name is no other part of a name."""
    word = word_before(text, start)
    bare = word.strip("\"'“”‘’([").lower()
    if not re.search(r"[A-Z]", word) or re.search(r"[,;:)!?”\"]$|[’']s?$", word) or bare.strip(".") in TITLES:
        return True
    return bare in STARTERS or bare.split("-")[-1] in TITLES or (word.endswith(".") and begins_sentence(text, start))

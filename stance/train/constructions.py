"""Rarer ways to say who says what: from the parts of a plain attribution, the pieces of a sentence with the same meaning.

A construction takes a `Plain` attribution and gives pieces, each some words and the part that they are ("" for none), or
None where it does not fit. Parts reach as far as PolNeAR has them: "that" is content, an auxiliary is cue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

Piece = tuple[str, str]

Pieces = list[Piece]


@dataclass(frozen=True, slots=True)
class Plain:
    """A sentence "SOURCE CUE [that] CONTENT." by its words.

    `content` has neither "that" nor the stop. It is a clause, or, with `marks` (opening and closing), what stands between them.
    `inner_source` is the source as it is written inside a sentence, None where its case there is not known.
    """

    source: str
    cue: str
    content: str
    inner_source: str | None
    marks: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of saying: its participle ("It was said by"), and its noun ("the claim that"), if it has a common one."""

    participle: str
    noun: str | None = None


def _verbs() -> dict[str, Verb]:
    table = (
        "said say says said statement|claimed claim claims claimed claim|argued argue argues argued argument|"
        "believed believe believes believed belief|suggested suggest suggests suggested suggestion|noted note notes noted -|"
        "reported report reports reported report|insisted insist insists insisted insistence|warned warn warns warned warning|"
        "predicted predict predicts predicted prediction|announced announce announces announced announcement|"
        "acknowledged acknowledge acknowledges acknowledged acknowledgment|admitted admit admits admitted admission|"
        "maintained maintain maintains maintained -|alleged allege alleges alleged allegation|stated state states stated statement|"
        "explained explain explains explained explanation|concluded conclude concludes concluded conclusion|"
        "asserted assert asserts asserted assertion|contended contend contends contended contention|"
        "confirmed confirm confirms confirmed confirmation|declared declare declares declared declaration|"
        "thought think thinks thought -|found find finds found finding|shown show shows showed -|added add adds added -"
    )
    found: dict[str, Verb] = {}
    for line in table.split("|"):
        participle, *forms, noun = line.split(" ")
        found |= {form: Verb(participle, None if noun == "-" else noun) for form in (*forms, participle)}
    return found


VERBS: Final[Mapping[str, Verb]] = _verbs()
"""Verbs that may stand after what is said, by their forms."""

DEEDS: Final[Mapping[str, str]] = {
    "accused": "of", "described": "as", "portrayed": "as", "dismissed": "as", "praised": "for", "criticized": "for",
    "blamed": "for", "urged": "to", "condemned": "for", "mocked": "for", "faulted": "for", "attacked": "for", "cast": "as",
    "welcomed": "", "endorsed": "", "backed": "", "rejected": "", "denounced": "", "embraced": "", "opposed": "",
    "supported": "", "questioned": "", "slammed": "",
}  # fmt: skip
"""Verbs of judging somebody or something, which have a passive, and the word that may part that from what is said of it."""

OBJECTS: Final = {"he": "him", "she": "her", "they": "them", "it": "it"}
SUBJECTS: Final = {"him": "he", "her": "she", "them": "they", "it": "it"}
POSSESSIVES: Final = {"he": "his", "she": "her", "they": "their", "it": "its"}

STYLES: Final = (
    ("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("«", "»"), ("„", "“"), ("„", "”"), ("“", ""), ('"', ""),
)  # fmt: skip
"""Quotation marks, the last two without the closing one."""

OUTSIDE: Final = frozenset("«„")
"""Opening marks after whose closing ones a comma or stop stands, not before them."""

_SPLIT = re.compile(
    r"(?P<subject>(?:[^\W\d_][\w’'.-]* ){1,6})(?P<verb>is|are|was|were|will|would|has|have|had|can|could|should|must|may|might)"
    r" (?P<rest>(?!to ).{8,})",
)
_SUBORDINATE = re.compile(
    r"\b(?:that|who|which|and|when|if|because|as|while|what|there|where|than|to|or|not|"
    r"is|are|was|were|will|would|has|have|had|can|could|should|must|may|might|said|says)\b",
    re.IGNORECASE,
)
_INFINITIVES: Final = {
    "is": "to be", "are": "to be", "was": "to have been", "were": "to have been", "has": "to have", "have": "to have",
    "had": "to have",
}  # fmt: skip


def capital(words: str) -> str:
    """Return words with a capital at their start.

    >>> capital("the end")
    'The end'
    """
    return words[:1].upper() + words[1:]


def _split(clause: str) -> tuple[str, str, str] | None:
    """Return subject, auxiliary and the rest of a clause that surely begins with them.

    >>> _split("the old bridge is no longer safe")
    ('the old bridge', 'is', 'no longer safe')
    """
    match = _SPLIT.fullmatch(clause)
    if match is None or _SUBORDINATE.search(match["subject"]):
        return None
    return match["subject"].strip(), match["verb"], match["rest"]


def _possessive(source: str) -> str:
    return POSSESSIVES.get(source, source + ("’" if source.endswith("s") else "’s"))


def _object(source: str) -> str:
    return OBJECTS.get(source, source)


def _is_pronoun(source: str) -> bool:
    return source.lower() in OBJECTS


def _content(plain: Plain, *, mark: str, first: bool = False) -> Pieces:
    """Return the content with a comma or a stop after it, on the side of the quotation mark where it belongs."""
    words = capital(plain.content) if first else plain.content
    mark = "" if words.endswith(("?", "!")) else mark
    if plain.marks is None:
        if words.endswith(("”", '"')):  # quoted words at its end
            return [(words[:-1] + mark + words[-1], "content")]
        return [(words, "content"), (mark, "")]
    opening, closing = plain.marks
    if opening in OUTSIDE:
        return [(opening + words + closing, "content"), (mark, "")]
    return [(opening + words + mark + closing, "content")]


def _verb(plain: Plain) -> Verb | None:
    return VERBS.get(plain.cue.split(" ")[-1])


def _told(plain: Plain) -> bool:
    return plain.marks is not None or _verb(plain) is not None


def _is(plain: Plain) -> str:
    return "is" if plain.cue.endswith("s") else "was"


def prepositional(plain: Plain, *, cue: str) -> Pieces | None:
    """Return "According to SOURCE, CONTENT." """
    if plain.inner_source is None or not _told(plain) or (plain.marks is None and cue != "According to"):
        return None
    source = (_object(plain.inner_source), "source")
    return [(cue, "cue"), (" ", ""), source, (", ", ""), *_content(plain, mark=".")]


def put(plain: Plain) -> Pieces | None:
    """Return "As SOURCE put it, CONTENT." """
    if plain.inner_source is None or plain.marks is None:
        return None
    return [
        ("As ", ""), (plain.inner_source, "source"), (" ", ""), ("put it", "cue"), (", ", ""), *_content(plain, mark="."),
    ]  # fmt: skip


def according_last(plain: Plain) -> Pieces | None:
    """Return "CONTENT, according to SOURCE." """
    if plain.inner_source is None or not _told(plain):
        return None
    begin = _content(plain, mark=",", first=True)
    return [*begin, (" ", ""), ("according to", "cue"), (" ", ""), (_object(plain.inner_source), "source"), (".", "")]


def cue_last(plain: Plain) -> Pieces | None:
    """Return "CONTENT, SOURCE CUE." """
    if plain.inner_source is None or _verb(plain) is None:
        return None
    begin = _content(plain, mark=",", first=True)
    return [*begin, (" ", ""), (plain.inner_source, "source"), (" ", ""), (plain.cue, "cue"), (".", "")]


def inverted(plain: Plain) -> Pieces | None:
    """Return "CONTENT, said SOURCE." """
    if plain.inner_source is None or plain.cue not in VERBS or _is_pronoun(plain.inner_source):
        return None
    begin = _content(plain, mark=",", first=True)
    return [*begin, (" ", ""), (plain.cue, "cue"), (" ", ""), (plain.inner_source, "source"), (".", "")]


def colon(plain: Plain) -> Pieces | None:
    """Return "SOURCE: CONTENT" """
    if _is_pronoun(plain.source) or not _told(plain):
        return None
    return [(plain.source, "source"), (":", "cue"), (" ", ""), *_content(plain, mark=".", first=True)]


def signed(plain: Plain) -> Pieces | None:
    """Return "CONTENT — SOURCE" """
    if plain.inner_source is None or plain.marks is None or _is_pronoun(plain.source):
        return None
    return [*_content(plain, mark=".", first=True), (" ", ""), ("—", "cue"), (" ", ""), (plain.inner_source, "source")]


def remarked(plain: Plain) -> Pieces | None:
    """Return "SOURCE CUE, CONTENT." as it was, for other quotation marks."""
    if plain.marks is None:
        return None
    return [
        (plain.source, "source"), (" ", ""), (plain.cue, "cue"), (", ", ""), *_content(plain, mark=".", first=True),
    ]  # fmt: skip


def answer(plain: Plain, *, noun: str) -> Pieces | None:
    """Return "SOURCE’s answer was: CONTENT" """
    if plain.marks is None:
        return None
    possessive = capital(_possessive(plain.source.lower() if _is_pronoun(plain.source) else plain.source))
    return [
        (possessive, "source"), (" ", ""), (f"{noun} {_is(plain)}:", "cue"), (" ", ""),
        *_content(plain, mark=".", first=True),
    ]  # fmt: skip


def _clause(plain: Plain) -> bool:
    return plain.marks is None and _verb(plain) is not None


def view(plain: Plain) -> Pieces | None:
    """Return "In SOURCE’s view, CONTENT." """
    if plain.inner_source is None or not _clause(plain) or len(plain.source.split()) > 6:
        return None
    return [
        ("In ", ""), (_possessive(plain.inner_source), "source"), (" ", ""), ("view", "cue"), (", ", ""),
        *_content(plain, mark="."),
    ]  # fmt: skip


def passive(plain: Plain) -> Pieces | None:
    """Return "It was said by SOURCE that CONTENT." """
    verb = _verb(plain)
    if plain.inner_source is None or verb is None or plain.marks is not None:
        return None
    content = _content(plain, mark=".")
    return [
        ("It ", ""), (f"{_is(plain)} {verb.participle}", "cue"), (" by ", ""), (_object(plain.inner_source), "source"),
        (" ", ""), ("that " + content[0][0], "content"), *content[1:],
    ]  # fmt: skip


def impersonal(plain: Plain) -> Pieces | None:
    """Return "It was said that CONTENT.", which hides the source."""
    pieces = passive(plain)
    return None if pieces is None else [*pieces[:2], *pieces[4:]]


def noun_is(plain: Plain) -> Pieces | None:
    """Return "SOURCE’s claim is that CONTENT." """
    verb = _verb(plain)
    if not _clause(plain) or verb is None or verb.noun is None or len(plain.source.split()) > 6:
        return None
    possessive = capital(_possessive(plain.source.lower() if _is_pronoun(plain.source) else plain.source))
    content = _content(plain, mark=".")
    return [
        (possessive, "source"), (" ", ""), (f"{verb.noun} {_is(plain)}", "cue"), (" ", ""),
        ("that " + content[0][0], "content"), *content[1:],
    ]  # fmt: skip


def noun_by(plain: Plain, *, end: str) -> Pieces | None:
    """Return "The claim by SOURCE that CONTENT" and an end of the author's own."""
    verb = _verb(plain)
    if plain.inner_source is None or not _clause(plain) or verb is None or verb.noun is None:
        return None
    if plain.content.endswith(("”", '"')):
        return None
    return [
        ("The ", ""), (verb.noun, "cue"), (" by ", ""), (_object(plain.inner_source), "source"), (" ", ""),
        ("that " + plain.content, "content"), (end, ""),
    ]  # fmt: skip


def between(plain: Plain, *, way: str) -> Pieces | None:
    """Return "CONTENT, according to SOURCE, CONTENT.": source and cue after the subject."""
    parts = _split(plain.content)
    if plain.inner_source is None or not _clause(plain) or parts is None or _is_pronoun(parts[0]):
        return None
    subject, verb, rest = parts
    middle: dict[str, Pieces] = {
        "according": [("according to", "cue"), (" ", ""), (_object(plain.inner_source), "source")],
        "says": [(plain.inner_source, "source"), (" ", ""), (plain.cue, "cue")],
        "view": [("in ", ""), (_possessive(plain.inner_source), "source"), (" ", ""), ("view", "cue")],
    }
    before, after = (" — ", " — ") if way == "dash" else (", ", ", ")
    inner = middle["says" if way == "dash" else way]
    tail = _content(Plain(plain.source, plain.cue, f"{verb} {rest}", plain.inner_source), mark=".")
    return [(capital(subject), "content"), (before, ""), *inner, (after, ""), *tail]


def raised(plain: Plain, *, agent: str) -> Pieces | None:
    """Return "SUBJECT is said to REST.", with or without "by SOURCE"."""
    parts, verb = _split(plain.content), _verb(plain)
    if plain.inner_source is None or not _clause(plain) or parts is None or verb is None:
        return None
    subject, auxiliary, rest = parts
    be = "are" if auxiliary in ("are", "were", "have") or subject.lower() in ("they", "we", "you") else "is"
    if subject.lower() == "i" or (agent == "named" and _is_pronoun(subject)) or re.match(r"(?:not|n’t)\b", rest):
        return None
    if auxiliary == "will":
        cue, infinitive = f"{be} expected", "to"
    elif auxiliary in _INFINITIVES:
        cue, infinitive = f"{be} {verb.participle}", _INFINITIVES[auxiliary]
    else:
        return None
    by: Pieces = [(" by ", ""), (_object(plain.inner_source), "source")] if agent == "named" else []
    tail = _content(Plain(plain.source, plain.cue, f"{infinitive} {rest}", plain.inner_source), mark=".")
    return [(capital(subject), "content"), (" ", ""), (cue, "cue"), *by, (" ", ""), *tail]


def adverb(plain: Plain, *, word: str) -> Pieces | None:
    """Return "SUBJECT is reportedly REST." """
    parts = _split(plain.content)
    if not _clause(plain) or parts is None:
        return None
    tail = _content(Plain(plain.source, plain.cue, parts[2], plain.inner_source), mark=".")
    return [(f"{capital(parts[0])} {parts[1]}", "content"), (" ", ""), (word, "cue"), (" ", ""), *tail]


def existential(plain: Plain, *, noun: str) -> Pieces | None:
    """Return "There is concern that CONTENT." """
    if not _clause(plain):
        return None
    content = _content(plain, mark=".")
    return [
        (f"There {_is(plain)} {noun}", "cue"), (" ", ""), ("that " + content[0][0], "content"), *content[1:],
    ]  # fmt: skip


def judged(plain: Plain, *, agent: str) -> Pieces | None:
    """Return "WHOM was accused by SOURCE of WHAT." """
    word = DEEDS.get(plain.cue)
    if word is None or plain.marks is not None or plain.inner_source is None:
        return None
    whom, _, rest = plain.content.partition(f" {word} ") if word else (plain.content, "", "")
    if not 0 < len(whom.split()) <= 7 or (word == "to") > bool(rest) or whom.endswith((",", "”", '"')):
        return None
    whom = SUBJECTS.get(whom, whom)
    last = re.split(r" (?:of|for|in|on|by|from|to|at|with|who|that)\b", whom)[0]
    plural = whom == "they" or " and " in whom or (last.endswith("s") and last.islower())
    cue = f"{'were' if plural else 'was'} {plain.cue}"
    by: Pieces = [(" by ", ""), (_object(plain.inner_source), "source")] if agent == "named" else []
    tail: Pieces = [(" ", ""), (f"{word} {rest}", "content")] if rest else []
    return [(capital(whom), "content"), (" ", ""), (cue, "cue"), *by, *tail, (".", "")]


Construction = Callable[[Plain], Pieces | None]

CONSTRUCTIONS: Final[Mapping[str, tuple[Construction, ...]]] = {
    "according to": (partial(prepositional, cue="According to"), according_last),
    "other prepositions": (partial(prepositional, cue="In the words of"), put, view),
    "last": (cue_last, inverted),
    "colon": (colon, partial(answer, noun="answer"), partial(answer, noun="message"), partial(answer, noun="response")),
    "marks": (remarked, cue_last, inverted, signed),
    "passive": (passive, partial(judged, agent="named"), partial(raised, agent="named")),
    "noun": (
        noun_is,
        partial(noun_by, end=" has been heard before."),
        partial(noun_by, end=" drew little notice."),
        partial(noun_by, end=" did not surprise anyone."),
    ),
    "between": tuple(partial(between, way=way) for way in ("according", "says", "view", "dash")),
    "unnamed": (
        impersonal,
        partial(judged, agent="hidden"),
        partial(raised, agent="hidden"),
        *(partial(adverb, word=word) for word in ("reportedly", "allegedly", "supposedly")),
        *(partial(existential, noun=noun) for noun in ("growing concern", "speculation", "talk", "some hope")),
    ),
}
"""By kind, the constructions that a plain attribution may be told in."""

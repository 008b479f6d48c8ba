"""Renaming an actor all over a text: which words name it, and what stands there when it is another."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from stance.actors.aliases import AliasTable, KnownActor
from stance.actors.stand_ins import StandIn
from stance.document import Span
from stance.measure.edits import STARTERS, Edit, begins_sentence, with_articles, word_after, word_before
from stance.measure.persons import TITLES, Place, Plan

_VERBS = "is are be been being said says would shall must am himself herself itself does did do has had have"
_FUNCTION_WORDS = STARTERS | frozenset(_VERBS.split())


@dataclass(frozen=True, slots=True)
class KnownForms:
    """What a table says of an actor: its forms by kind (name, metonym, adjective, noun, plural)."""

    actor: KnownActor
    kinds: dict[str, str] = field(default_factory=dict)


def known_forms(actor: KnownActor, table: AliasTable) -> KnownForms:
    """Return the forms of an actor; of its demonyms, those for one member and for many are told apart by their ends."""
    kinds = {form: "metonym" for form, other in table.metonyms.items() if other == actor}
    demonyms = [form for form, other in table.demonyms.items() if other == actor]
    many = {form for form in demonyms if re.search(r"(?:[^s]s|men|women)$", form)}
    adjectives = [form for form in demonyms if form not in many and f"{form}s" not in demonyms]
    for form in demonyms:
        single = form not in many and (form in adjectives or not adjectives)
        kinds[form] = "plural" if form in many else "adjective" if single else "noun"
    for form, other in table.aliases.items():
        if other == actor:
            member = actor.type == "group" or form.removesuffix("s") in demonyms or form == "Tories"
            kinds[form] = "plural" if member else "name"
    return KnownForms(actor, kinds)


def plan_known(
    text: str, mentions: Sequence[Span], *, forms: KnownForms, table: AliasTable, articled: Container[str]
) -> Plan | str:
    """Return what to replace so that a known country, organization or group is another one, or why that is not possible.

    Left as they are: longer names that a form is part of ("Bank of England", "US Congress"), seats of government where no
    mention has them, and the members of an organization ("Republicans"), which others have no word for.

    Args:
        articled: names of countries that take an article, as "the Netherlands".
    """
    matches, kept = _matches(text, forms=forms, table=table)
    inside = {_key(one) for one in matches if any(span.start <= one.start and one.end <= span.end for span in mentions)}
    metonyms = {text[one.start : one.end] for one in matches if _key(one) in inside and one.form == "metonym"}
    places = []
    for one in matches:
        if one.form == "metonym" and text[one.start : one.end] not in metonyms:
            continue
        if forms.actor.type == "organization" and one.form != "name":
            kept += one.form != "metonym"
            continue
        if _in_longer_name(text, one):
            kept += 1
            continue
        places.append(one)
    if not any(_key(one) in inside for one in places):
        return "named only by descriptions, or inside other names"
    article = ""
    if forms.actor.type == "country" and forms.actor.name in articled:
        article = "the"
        places = [_attributive(text, one) for one in places]
    elif forms.actor.type == "organization":
        article = _article(text, places)
        places = places if article else [_without_the(text, one) for one in places]
    elif forms.actor.type == "country":
        places = [_without_the(text, one) for one in places]
    return Plan(tuple(places), kept, article)


def renaming(text: str, plan: Plan, *, stand_in: StandIn, seat: str = "") -> list[Edit]:
    """Return the edits that give an actor the stand-in's name.

    Args:
        seat: the stand-in's seat of government.
    """
    edits = []
    for place in plan.places:
        new = _words(place.form, stand_in=stand_in, seat=seat)
        if place.upper and len(text[place.start : place.end]) > 4:
            new = new.upper()
        elif begins_sentence(text, place.start) and text[place.start].isupper():
            new = new[:1].upper() + new[1:]
        edits.append(Edit(place.start, place.end, new))
        if _bare_possessive(text, place) and not new.lower().endswith("s"):
            edits.append(Edit(place.end + 1, place.end + 1, "s"))
    return with_articles(text, edits)


def _words(form: str, *, stand_in: StandIn, seat: str) -> str:
    given, _, family = stand_in.name.partition(" ")
    words = {
        "full": stand_in.name,
        "given": given,
        "family": family,
        "families": family + ("es" if re.search(r"(?:s|z|x|ch|sh)$", family) else "s"),
        "name": stand_in.name,
        "the name": f"the {stand_in.name}",
        "metonym": seat or stand_in.name,
        "adjective": stand_in.adjective,
        "noun": stand_in.noun,
        "plural": stand_in.plural,
    }
    return words[form]


def _key(place: Place) -> tuple[int, int]:
    return place.start, place.end


def _matches(text: str, *, forms: KnownForms, table: AliasTable) -> tuple[list[Place], int]:
    """Return where the forms stand, and how many stand inside a longer form of another actor."""
    ours = "|".join(re.escape(form) for form in forms.kinds)
    part = re.compile(rf"(?<!\w)(?:{ours})(?!\w)")
    others = [
        form
        for known in (table.aliases, table.metonyms, table.demonyms)
        for form in known
        if form not in forms.kinds and part.search(form)
    ]
    longest_first = sorted([*forms.kinds, *others], key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    found = [(match, forms.kinds.get(match.group())) for match in pattern.finditer(text)]
    places = [Place(match.start(), match.end(), _kind(text, match, kind=kind)) for match, kind in found if kind]
    return places, sum(kind is None for _, kind in found)


def _kind(text: str, match: re.Match[str], *, kind: str) -> str:
    """Return the kind of a form; an adjective that an article stands before and no noun behind is a noun."""
    if kind != "adjective" or word_before(text, match.start()).lower() not in ("a", "an"):
        return kind
    following = word_after(text, match.end())
    return "noun" if not following or following.lower() in _FUNCTION_WORDS else kind


def _in_longer_name(text: str, place: Place) -> bool:
    following = word_after(text, place.end)
    if following[:1].isupper() and following.lower() not in TITLES:
        return True
    if re.search(r"[A-Z][\w’'-]*\s+of\s+(?:the\s+)?$", text[max(0, place.start - 40) : place.start]):
        return True
    if re.search(r"[A-Z]\w*-$", text[max(0, place.start - 20) : place.start]):
        return place.form in ("adjective", "noun")
    word = word_before(text, place.start)
    bare = word.strip("\"'“”‘’([").lower()
    if not word[:1].isupper() or re.search(r"[,;:.)!?”\"]$|[’']s?$", word) or bare in STARTERS or bare in TITLES:
        return False
    return not begins_sentence(text, text.rfind(word, 0, place.start))


def _article(text: str, places: Sequence[Place]) -> str:
    """Return "the" where most of the places have it before them; those right before another noun say nothing."""
    nouns = [one for one in places if word_after(text, one.end).lower() in _FUNCTION_WORDS | {""}] or places
    with_the = sum(_has_the(text, one) for one in nouns)
    return "the" if 2 * with_the > len(nouns) else ""


def _has_the(text: str, place: Place) -> bool:
    return word_before(text, place.start).lower().strip('“"(') == "the"


def _attributive(text: str, place: Place) -> Place:
    """Return the place of a name that takes an article, in the form that fits where none stands before it."""
    if place.form != "name" or _has_the(text, place):
        return place
    short = text[place.start : place.end].replace(".", "").isupper() or " " in text[place.start : place.end]
    following = word_after(text, place.end)
    if short and ((following and following.lower() not in _FUNCTION_WORDS) or text[place.end : place.end + 1] == "-"):
        return Place(place.start, place.end, "adjective")
    return Place(place.start, place.end, "the name")


def _without_the(text: str, place: Place) -> Place:
    """Return the place of a name without article, with the article that one of its longer forms has before it."""
    words = text[place.start : place.end].split()
    before = re.search(r"(?<!\w)[Tt]he\s$", text[max(0, place.start - 5) : place.start])
    return Place(place.start - 4, place.end, "name") if before and place.form == "name" and len(words) > 1 else place


def _bare_possessive(text: str, place: Place) -> bool:
    """Return whether the name ends in s and has an apostrophe alone behind it, which no quotation mark opens."""
    return bool(
        text[place.end - 1] in "sS"
        and re.match(r"[’'](?!\w)", text[place.end :])
        and not re.search(r"(?:^|[\s(])[‘']\w[^’']*$", text[max(0, place.end - 200) : place.end])
    )

"""Who may be meant: pronouns of a text, mentions as candidates, what a pair of them has in common, and joining actors by it.

Names are linked before (`linking`), and what is linked apart stays apart: coreference brings pronouns and descriptions ("the
movement") to an actor. Pronouns of the first and second person are left out, since the author and the reader are no actors.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.actors.honorifics import pronoun_of
from stance.actors.linking import LinkedActor, TypedMention, plain_form
from stance.document import Span
from stance.labels import ACTOR_TYPES

PRONOUNS: Final[Mapping[str, str]] = {
    form: kind
    for kind, forms in {
        "he": "he him his himself",
        "she": "she her hers herself",
        "they": "they them their theirs themselves themself",
        "it": "it its itself",
    }.items()
    for form in forms.split()
}
"""The pronouns that are resolved, with their kind."""

KINDS: Final = ("name", "description", "he", "she", "they", "it")

FARTHEST: Final = 150
"""How many candidates back an antecedent may stand."""

FEATURE_SIZES: Final = (3, 2, 3, 8, 8, 25, 36, 2, 2)
"""How many values each feature of a pair has: same form (3: a pronoun is in it), same head, one form's words in the other's (3: as
before), sentences between, candidates between, types, kinds, whether the antecedent is the first candidate of its sentence, and
whether both stand inside quotation marks, or both outside."""

COREFERENCE_THRESHOLDS: Final[Mapping[str, float]] = {"coreference-pronoun": 0.5, "coreference-description": 0.8}
"""The least probability at which a pronoun, or a description, is joined to an actor; a checkpoint's `decoding` brings its own."""

_PRONOUN: Final = re.compile(rf"(?<![\w’'])(?<!\w-)(?:{'|'.join(PRONOUNS)})(?![\w]|-\w)", re.IGNORECASE)
_QUOTE: Final = re.compile(r"[\"“”«»]")


def is_pronoun(words: str) -> bool:
    """Return whether words are one of the pronouns that are resolved.

    >>> is_pronoun("Their"), is_pronoun("our"), is_pronoun("IT")
    (True, False, False)
    """
    return words.lower() in PRONOUNS and not words.isupper()


def find_pronouns(text: str) -> list[Span]:
    """Return the places of the pronouns of a closed class, in order, whether they mean somebody or nobody.

    >>> text = "It's his IT; they'll do it themselves."
    >>> [text[slice(*span)] for span in find_pronouns(text)]
    ['It', 'his', 'they', 'it', 'themselves']
    """
    return [Span(*match.span()) for match in _PRONOUN.finditer(text) if is_pronoun(match.group())]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention or a pronoun that may mean what one before it means; `type` is empty for pronouns."""

    span: Span
    kind: str
    type: str
    form: str
    head: str
    sentence: int
    quoted: bool


def candidates(
    text: str, mentions: Sequence[tuple[Span, str]], *, pronouns: Iterable[Span], sentences: Sequence[Span]
) -> list[Candidate]:
    """Return mentions (place, type) and pronouns as candidates in the order of the text, the longer of two that begin together
    first.

    >>> text = "Ann Li met the rebels. They cheered."
    >>> mentions = [(Span(0, 6), "person"), (Span(11, 21), "group")]
    >>> [one.kind for one in candidates(text, mentions, pronouns=[Span(23, 27)], sentences=[Span(0, 22), Span(23, 36)])]
    ['name', 'description', 'they']
    """
    starts = np.array([sentence.start for sentence in sentences] or [0])
    quotes = np.array([match.start() for match in _QUOTE.finditer(text)])
    opening = {sentence.start for sentence in sentences}
    found = []
    places = [*mentions, *((span, "") for span in pronouns)]
    for span, type in sorted(places, key=lambda item: (item[0].start, -item[0].end, item[1])):
        words = text[span.start : span.end]
        form = plain_form(words)
        named = has_name(form, opens=span.start in opening)
        kind = ("name" if named else "description") if type else PRONOUNS[words.lower()]
        sentence = max(0, int(np.searchsorted(starts, span.start, side="right")) - 1)
        quoted = bool(np.searchsorted(quotes, span.start) % 2)
        small = form.casefold()
        found.append(Candidate(span, kind, type, small, head_word(small), sentence, quoted))
    return found


def has_name(form: str, *, opens: bool = False) -> bool:
    """Return whether a form has a word that begins with a capital, but for the first one of a sentence.

    >>> has_name("US troops"), has_name("Voters", opens=True), has_name("Ann Li", opens=True), has_name("rebels")
    (True, False, True, False)
    """
    words = form.split()
    capital = [word[:1].isupper() for word in words]
    return any(capital[1:]) or (bool(words) and capital[0] and not (opens and words[0][1:].islower()))


_TAIL: Final = re.compile(r"(?:,|\s(?:of|in|from|for|with|on|at|to|who|that|which|against)\s).*$", re.DOTALL)


def head_word(form: str) -> str:
    """Return the last word before a comma, a preposition or a relative clause.

    >>> head_word("leaders of the movement"), head_word("ann li")
    ('leaders', 'li')
    """
    words = _TAIL.sub("", form).split() or form.split() or [form]
    return words[-1]


def antecedent_pairs(found: Sequence[Candidate], *, farthest: int = FARTHEST) -> NDArray[np.int64]:
    """Return (P, 2) places of anaphor and antecedent: every candidate with those before it, the nearest first.

    None with what overlaps it: in "the president and his aides" the pronoun is not the whole.

    >>> ann, her, li = (Candidate(Span(*span), "name", "person", "", "", 0, False) for span in ((0, 5), (2, 4), (6, 8)))
    >>> antecedent_pairs([ann, her, li]).tolist(), antecedent_pairs([ann, her, li], farthest=1).tolist()
    ([[2, 1], [2, 0]], [[2, 1]])
    """
    spans = np.array([one.span for one in found], dtype=np.int64).reshape(-1, 2)
    later = np.repeat(np.arange(len(found), dtype=np.int64), np.minimum(np.arange(len(found)), farthest))
    back = np.arange(1, len(later) + 1) - np.searchsorted(later, later)
    pairs = np.stack([later, later - back], axis=1)
    apart = spans[pairs[:, 1], 1] <= spans[pairs[:, 0], 0]
    return np.asarray(pairs[apart], dtype=np.int64)


def pair_features(found: Sequence[Candidate], pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (P, F) what the candidates of each pair have in common, a number below `FEATURE_SIZES` each."""
    if not len(pairs):
        return np.zeros((0, len(FEATURE_SIZES)), dtype=np.int64)
    later, earlier = pairs[:, 0], pairs[:, 1]
    forms, heads = _numbered([one.form for one in found]), _numbered([one.head for one in found])
    kinds = np.array([KINDS.index(one.kind) for one in found])
    types = np.array([ACTOR_TYPES.index(one.type) + 1 if one.type else 0 for one in found])
    sentences = np.array([one.sentence for one in found])
    quoted = np.array([one.quoted for one in found])
    firsts = np.array([place == 0 or found[place - 1].sentence != one.sentence for place, one in enumerate(found)])
    spoken = (kinds[later] > 1) | (kinds[earlier] > 1)  # a pronoun is in it
    same_form = np.where(spoken, 2, forms[later] == forms[earlier])
    inside = np.where(spoken, 2, 0)
    words = [frozenset(one.form.split()) for one in found]
    for place in np.flatnonzero(~spoken):
        one, other = words[later[place]], words[earlier[place]]
        inside[place] = one <= other or other <= one
    columns = (
        same_form,
        (heads[later] == heads[earlier]) & ~spoken,
        inside,
        _bucket(sentences[later] - sentences[earlier]),
        _bucket(later - earlier - 1),
        types[later] * (len(ACTOR_TYPES) + 1) + types[earlier],
        kinds[later] * len(KINDS) + kinds[earlier],
        firsts[earlier],
        quoted[later] == quoted[earlier],
    )
    return np.stack([np.asarray(column, dtype=np.int64) for column in columns], axis=1)


def _numbered(words: Sequence[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int64)


def _bucket(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0, 1, 2, 3 as they are, then 4 from 4 on, 5 from 8, 6 from 16, 7 from 32."""
    return np.where(counts < 4, counts, np.clip(np.log2(np.maximum(counts, 1)).astype(np.int64) + 2, 4, 7))


@dataclass(slots=True)
class _Group:
    """An actor with the candidates that mean it; `pronoun` is `he` or `she` where one of them is known to fit.

    `plural` where a form of it is one of several people.
    """

    actor: LinkedActor
    members: set[int]
    named: bool
    pronoun: str | None
    plural: bool


def join_actors(
    actors: Sequence[LinkedActor],
    mentions: Sequence[TypedMention],
    *,
    text: str,
    found: Sequence[Candidate],
    shares: NDArray[np.float64],
    thresholds: Mapping[str, float],
) -> list[LinkedActor]:
    """Return actors with the pronouns and descriptions that mean them, in the order of their first mention.

    A description joins the actor that its mention means with the greatest share above the threshold, surest first; then pronouns
    do, in the order of the text. What never is joined: two actors with a name, a person and what is none, mentions that overlap;
    `he` and `she`, of which an honorific decides ("Ms. Li"), or else the greater sum of shares; `it` and a person or several
    people; `he` or `she` and no person; `they` and a named person where there is anybody else.

    Args:
        actors: as `linking.link_mentions` gives them, with places in `mentions`.
        found: the candidates, of mentions and pronouns.
        shares: (N, 1 + A) the probability of each candidate's antecedents: none, the candidate before it, the one before that, ...
        thresholds: as `COREFERENCE_THRESHOLDS`, which fill up what is not there.
    """
    limits = {**COREFERENCE_THRESHOLDS, **thresholds}
    at = {one.span: place for place, one in enumerate(found) if one.type}
    small = {word for word in _WORD.findall(text) if word.islower()}
    groups = {}
    for key, actor in enumerate(actors):
        members = {at[mentions[place].span] for place in actor.mentions if mentions[place].span in at}
        named = actor.link is not None or any(mentions[place].actor is not None for place in actor.mentions)
        named = named or any(found[place].kind == "name" for place in members)
        copy = LinkedActor(actor.name, actor.type, actor.link, list(actor.mentions), list(actor.pronouns))
        words = [text[slice(*mentions[place].span)] for place in actor.mentions]
        named = named or any(_is_one_name(plain_form(one), small=small) for one in words)
        plural = any(_PLURAL.search(found[place].head) for place in members)
        groups[key] = _Group(copy, members, named, _only(pronoun_of(one) for one in words), plural)
    owner = {place: key for key, group in groups.items() for place in group.members}
    _join_descriptions(groups, owner, found=found, shares=shares, limit=limits["coreference-description"])
    for place, key in _pronoun_owners(
        groups, owner, found=found, shares=shares, limit=limits["coreference-pronoun"]
    ).items():
        groups[key].actor.pronouns.append(found[place].span)
    return sorted((group.actor for group in groups.values()), key=lambda actor: actor.mentions[:1])


_WORD: Final = re.compile(r"[^\W\d_]+")


def _is_one_name(form: str, *, small: Collection[str]) -> bool:
    """Return whether a form is one word with a capital that the text never has in small letters, as a sentence may open with."""
    return form[:1].isupper() and " " not in form and form.casefold() not in small


def _only(kinds: Iterable[str | None]) -> str | None:
    """Return the one pronoun that there is; None where there is none, or more than one."""
    found = set(kinds) - {None}
    return found.pop() if len(found) == 1 else None


def _pronoun_owners(
    groups: Mapping[int, _Group],
    owner: Mapping[int, int],
    *,
    found: Sequence[Candidate],
    shares: NDArray[np.float64],
    limit: float,
) -> dict[int, int]:
    """Return which group each pronoun means, and settle which of `he` and `she` fits a group.

    Whether it is `he` or `she` is seen only after all have been looked at; then they are looked at anew.
    """
    while True:
        owners = dict(owner)
        sums: dict[int, dict[str, float]] = {}
        for place, one in enumerate(found):
            by_group = {} if one.type else _by_group(place, owner=owners, found=found, shares=shares)
            allowed = {key: share for key, share in by_group.items() if _may_mean(one.kind, groups[key])}
            if one.kind == "they" and not all(_is_single(groups[key]) for key in allowed):
                allowed = {key: share for key, share in allowed.items() if not _is_single(groups[key])}
            best = max(allowed, key=lambda key: allowed[key], default=None)
            if best is not None and allowed[best] >= limit:
                owners[place] = best
                if one.kind in _OPPOSITE and groups[best].pronoun is None:
                    kinds = sums.setdefault(best, {})
                    kinds[one.kind] = kinds.get(one.kind, 0.0) + allowed[best]
        if not sums:
            return {place: key for place, key in owners.items() if place not in owner}
        for key, kinds in sums.items():
            groups[key].pronoun = max(kinds, key=lambda kind: kinds[kind])


def _join_descriptions(
    groups: dict[int, _Group],
    owner: dict[int, int],
    *,
    found: Sequence[Candidate],
    shares: NDArray[np.float64],
    limit: float,
) -> None:
    """Join groups that have no name to others, surest first, where one's first mention means the other."""
    wishes = []
    for key, group in groups.items():
        if group.members:
            for other, share in _by_group(min(group.members), owner=owner, found=found, shares=shares).items():
                if other != key and share >= limit:
                    wishes.append((share, key, other))
    into: dict[int, int] = {}
    for _, one, other in sorted(wishes, key=lambda wish: (-wish[0], wish[1:])):
        first, second = sorted((_last(one, into), _last(other, into)))
        if first == second or not _may_join(groups[first], groups[second], found=found):
            continue
        kept, gone = (second, first) if groups[second].named else (first, second)
        target, source = groups[kept], groups.pop(gone)
        into[gone] = kept
        target.members |= source.members
        target.pronoun, target.plural = target.pronoun or source.pronoun, target.plural or source.plural
        target.actor.mentions = sorted({*target.actor.mentions, *source.actor.mentions})
        owner |= dict.fromkeys(source.members, kept)


def _last(key: int, into: Mapping[int, int]) -> int:
    while key in into:
        key = into[key]
    return key


def _by_group(
    place: int, *, owner: Mapping[int, int], found: Sequence[Candidate], shares: NDArray[np.float64]
) -> dict[int, float]:
    """Return the share of each group in the antecedents of a candidate; a `she` before a `he` is none."""
    by_group: defaultdict[int, float] = defaultdict(float)
    opposite = _OPPOSITE.get(found[place].kind)
    for back in np.flatnonzero(shares[place, 1:] > 0):
        before = place - 1 - int(back)
        if (key := owner.get(before)) is not None and found[before].kind != opposite:
            by_group[key] += float(shares[place, 1 + back])
    return by_group


def _may_join(one: _Group, other: _Group, *, found: Sequence[Candidate]) -> bool:
    if (one.named and other.named) or (one.actor.type == "person") != (other.actor.type == "person"):
        return False
    if len({one.pronoun, other.pronoun} - {None}) > 1:
        return False
    spans = [[found[place].span for place in sorted(group.members)] for group in (one, other)]
    return not any(here.start < there.end and there.start < here.end for here in spans[0] for there in spans[1])


_OPPOSITE: Final = {"he": "she", "she": "he"}


def _may_mean(kind: str, group: _Group) -> bool:
    if group.actor.type != "person":
        return kind not in _OPPOSITE and not (kind == "it" and group.actor.type == "group" and group.plural)
    return kind != "it" and (kind == group.pronoun or group.pronoun is None)


_PLURAL: Final = re.compile(r"(?<![sui])s$|(?:people|men|women|children|police)$")


def _is_single(group: _Group) -> bool:
    """Return whether an actor is one person with a name, whom "they" seldom means."""
    return group.actor.type == "person" and group.named

"""Who was found over a whole corpus: one entry an actor, its variants merged, ready to be edited and used as one's own actors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from stance.actors.aliases import load_aliases
from stance.actors.coreference import is_pronoun
from stance.actors.linking import bare_name, plain_form
from stance.actors.own import is_link, straight
from stance.compare.merging import Register, canonical, is_name, merged_keys, plain_name, variant_table
from stance.document import Document
from stance.labels import ACTOR_TYPES, DOCUMENT_STANCES

COUNTS: Final = ("documents", "mentions", "favor", "against", "neutral", "mixed", "withheld")
"""In how many articles it stands, how often it is mentioned, and the articles by the author's stance toward it."""

Row = Mapping[str, str | int | Sequence[str]]


@dataclass(slots=True)
class _Tally:
    """What is counted of one actor: its mentions, their words, its names, and the author's stances by the article's place."""

    mentions: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    stances: defaultdict[int, set[str | None]] = field(default_factory=lambda: defaultdict(set))

    def join(self, other: _Tally) -> None:
        """Take in what was counted of the same actor under another key."""
        self.mentions += other.mentions
        self.forms.update(other.forms)
        self.names.update(other.names)
        for place, stances in other.stances.items():
            self.stances[place] |= stances

    def counts(self) -> dict[str, int]:
        """Return the numbers of `COUNTS`; an article with favor and against counts as mixed."""
        labels = Counter(map(_label, self.stances.values()))
        counted = {name: labels[name] for name in COUNTS[2:]}
        return {"documents": len(self.stances), "mentions": self.mentions} | counted


def _label(stances: Set[str | None]) -> str:
    if {"favor", "against"} <= stances:
        return "mixed"
    return next((label for label in DOCUMENT_STANCES if label in stances), "withheld")


def census(documents: Iterable[Document]) -> list[Row]:
    """Return one row an actor, those in most articles first, with the keys of a file of actors and `COUNTS`.

    Actors are one by their link, else by type and name (`merging.actor_key`); one without a link also joins the only other
    of its very name, unless just one of the two is a person. `aliases` are its other names, and the words of mentions that
    share a word with its name and have capitals, where no other actor goes by them. `notes` name who may be the same
    after all, and names that are mere descriptions: as a user's own actors they would be found wherever their words stand.
    Actors of other types than `labels.ACTOR_TYPES` are passed over.
    """
    register = Register({})
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for place, document in enumerate(documents):
        actors = [actor for actor in document.actors or () if actor.type in ACTOR_TYPES and actor.name.strip()]
        keys = register.enter(actors)
        for actor in actors:
            tally = tallies[keys[actor.id]]
            tally.mentions += len(actor.mentions)
            tally.names[" ".join(actor.name.split())] += 1
            forms = [document.text[span.start : span.end] for span in actor.mentions]
            tally.forms.update(_bare(form, actor.type) for form in forms if not is_pronoun(form))
            tally.stances[place].add(actor.stance)
    return _rows(register, tallies)


def _bare(form: str, type_: str) -> str:
    plain = plain_form(form)
    return bare_name(plain, table=load_aliases()) if type_ == "person" else plain


def _rows(register: Register, tallies: Mapping[str, _Tally]) -> list[Row]:
    same, like = _variants(register)
    ends = merged_keys(same)
    joined: defaultdict[str, _Tally] = defaultdict(_Tally)
    for key, tally in tallies.items():
        joined[ends.get(key, key)].join(tally)
    chosen = canonical(register.forms)
    order = sorted(joined, key=lambda key: (-len(joined[key].stances), -joined[key].mentions, key))
    names = _distinct_names({key: chosen[key] for key in order})
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for key in order:
        for form in (names[key], *joined[key].names, *joined[key].forms):
            owners[straight(form)].add(key)
    rows: list[Row] = []
    for key in order:
        _, type_, link = chosen[key]
        tally = joined[key]
        forms = dict.fromkeys(form for form, _ in [*tally.names.most_common(), *tally.forms.most_common()])
        fitting = [form for form in forms if form in tally.names or _is_short_name(form, names[key], type=type_)]
        aliases = [
            form for form in fitting if len(owners[straight(form)]) == 1 and "|" not in form and form != names[key]
        ]
        notes = [f"perhaps {names[other]}" for other in like.get(key, ()) if other in names]
        if not is_name(names[key]):
            notes.append("a description, no name")
        if link and not is_link(link):
            notes.append(f"its link was {link}")
        row: Row = {
            "name": names[key],
            "type": type_,
            "aliases": aliases,
            "link": link if link and is_link(link) else "",
            "group": "",
            "notes": "; ".join(notes),
            **tally.counts(),
        }
        rows.append(row)
    return rows


def _variants(register: Register) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return which keys are the same as others by their name, and which may be."""
    chosen = canonical(register.forms)
    same: dict[str, str] = {}
    others: defaultdict[str, list[str]] = defaultdict(list)
    named: defaultdict[str, list[str]] = defaultdict(list)
    for row in variant_table(register).itertuples():
        others[row.actor].append(row.like)
        persons = [chosen[key][1] == "person" for key in (row.actor, row.like)]
        if row.reason == "same name" and persons[0] == persons[1]:
            named[row.actor].append(row.like)
    before = -1
    while before < len(same):  # what seemed to be two may be one by now
        before, ends = len(same), merged_keys(same)
        same |= {key: found[0] for key, found in named.items() if len({ends.get(one, one) for one in found}) == 1}
    return same, {key: found for key, found in others.items() if key not in same}


def _distinct_names(chosen: Mapping[str, tuple[str, str, str | None]]) -> dict[str, str]:
    """Return a name for each key that no other has: the second "Georgia" becomes "Georgia (country)"."""
    taken: set[str] = set()
    names = {}
    for key, (spelled, type_, link) in chosen.items():
        name = " ".join(spelled.split())
        tries = (name, f"{name} ({type_})", f"{name} ({link or key})", f"{name} ({key})")
        names[key] = next(one for one in tries if plain_name(straight(one)) not in taken)
        taken.add(plain_name(straight(names[key])))
    return names


def _is_short_name(form: str, name: str, *, type: str) -> bool:
    """Return whether a form shares a word with a name, and begins and ends as names do.

    One word alone, unless it is a person's or in capitals, says too little: "Council" of "Security Council".

    >>> _is_short_name("Li", "Ann Li", type="person"), _is_short_name("Council", "City Council", type="organization")
    (True, False)
    >>> _is_short_name("Li camp", "Ann Li", type="person"), _is_short_name("NATO", "NATO forces", type="organization")
    (False, True)
    """
    words = form.split()
    shared = {word.casefold() for word in words} & {word.casefold() for word in name.split() if word[:1].isupper()}
    if not shared or (len(words) == 1 and type != "person" and not form.isupper()):
        return False
    return all(word[:1].isupper() or word[:1].isdigit() for word in (words[0], words[-1]))

"""What stands behind the numbers of a comparison: the articles of each group and actor, with the evidence in their sentences."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from stance.compare.comparison import Comparison
from stance.compare.merging import actor_key, merged_keys
from stance.document import Document
from stance.show.comparison_cells import anchor_of, said_anchor
from stance.show.comparison_words import counted, rows_of
from stance.show.findings import MARKS, Evidence, actor_findings, score_words, voice_shares, whole_parts

ARTICLES: Final = 60
"""The most articles that one list of evidence shows, the strongest stances first; the tables count all."""

PROOFS: Final = 4
"""The most pieces of evidence of one article, the author's first, the surest first."""

_Item = TypeVar("_Item")

_WEB: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """An article as the page lists it; numbers count from 1. `shares` are percentages by voice, `url` is None if no web address."""

    number: int
    id: str
    title: str
    byline: str
    url: str | None
    shares: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence within its sentence; `holder` is "author" or who is quoted, `score` the model's probability."""

    holder: str
    label: str
    mark: str
    before: str
    text: str
    after: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one article says of an actor: the author's stance and the evidence; `hidden` pieces of it are not shown."""

    article: Article
    mark: str
    stance: str
    score: str
    mentions: int
    proofs: tuple[Proof, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Evidences:
    """The articles of a group, or what they say of one actor; `hidden` articles are not shown."""

    anchor: str
    title: str
    count: str
    entries: tuple[Entry, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a group's articles put into one source's mouth: pairs of article and words; `hidden` ones are not shown."""

    anchor: str
    title: str
    quotations: tuple[tuple[Article, str], ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Roll:
    """The articles of a group."""

    anchor: str
    title: str
    articles: tuple[Article, ...]


def rolls(found: Comparison) -> tuple[Roll, ...]:
    """Return all articles by group, in the order of their dates as they are written, then of reading."""
    by_group: defaultdict[str, list[Article]] = defaultdict(list)
    for number, document in enumerate(found.documents, start=1):
        by_group[found.groups[document.id]].append(_article(document, number))
    return tuple(Roll(anchor_of(found, group), group, tuple(by_group[group])) for group in found.names)


def evidences(found: Comparison) -> dict[str, tuple[Evidences, ...]]:
    """Return for each actor the groups' articles that list it, the strongest stances first; groups without one are left out."""
    rows = found.tables.rows
    authors = rows[(rows["holder_kind"] == "author") & rows["actor"].isin(found.actors)]
    stances = {(row["document"], row["actor"]): row for row in rows_of(authors)}
    gathered: defaultdict[tuple[str, str], list[tuple[float, Entry]]] = defaultdict(list)
    wanted, merged = set(found.actors), merged_keys(found.plan.merge)
    for number, document in enumerate(found.documents, start=1):
        article = _article(document, number)
        for key, proofs in _proofs(document, wanted, merged).items():
            row = stances.get((document.id, key))
            if row is not None:
                entry = _entry(article, row, proofs, predicted=document.model is not None)
                gathered[found.groups[document.id], key].append((-abs(row["score"]), entry))
    out = {}
    for actor in found.actors:
        ranked = {group: sorted(gathered[group, actor], key=_rank) for group in found.names}
        out[actor] = tuple(
            Evidences(
                anchor=anchor_of(found, group, actor=actor),
                title=group,
                count=counted(len(shown) + hidden, "article"),
                entries=tuple(entry for _, entry in shown),
                hidden=hidden,
            )
            for group, shown, hidden in _shown(ranked)
        )
    return out


def quoted_words(found: Comparison, *, limit: int) -> list[tuple[str, tuple[Said, ...]]]:
    """Return the `limit` sources quoted most by name, each with what the articles of the groups put into its mouth.

    Content in several parts is joined by " … ".
    """
    names = dict(zip(found.quotations["source"], found.quotations["name"], strict=True))
    wanted, merged = set(list(names)[:limit]), merged_keys(found.plan.merge)
    gathered: defaultdict[tuple[str, str], list[tuple[Article, str]]] = defaultdict(list)
    for number, document in enumerate(found.documents, start=1):
        keys = {actor.id: merged.get(actor_key(actor), actor_key(actor)) for actor in document.actors or ()}
        spoken = [(keys.get(each.actor or "", ""), each.content) for each in document.attributions or ()]
        spoken = [(source, content) for source, content in spoken if source in wanted]
        if spoken:
            article = _article(document, number)
            for source, content in spoken:
                words = " … ".join(document.text[start:end] for start, end in sorted(content))
                gathered[source, found.groups[document.id]].append((article, words))
    out = []
    for place, source in enumerate(list(names)[:limit]):
        held = {group: gathered[source, group] for group in found.names}
        parts = (
            Said(said_anchor(found, group, source=place), group, tuple(shown), hidden)
            for group, shown, hidden in _shown(held)
        )
        out.append((names[source], tuple(parts)))
    return out


def _shown(by_group: Mapping[str, Sequence[_Item]]) -> Iterator[tuple[str, Sequence[_Item], int]]:
    """Yield each group that has items, the first `ARTICLES` of them, and how many there are beyond."""
    for group, items in by_group.items():
        if items:
            yield group, items[:ARTICLES], max(0, len(items) - ARTICLES)


def _rank(pair: tuple[float, Entry]) -> tuple[float, int]:
    strength, entry = pair
    return (1.0 if math.isnan(strength) else strength, entry.article.number)


def _article(document: Document, number: int) -> Article:
    meta = document.meta
    byline = " · ".join(part for part in (meta.outlet, meta.author, meta.date) if part)
    url = meta.url if meta.url and _WEB.match(meta.url) else None
    return Article(number, document.id, meta.title or document.id, byline, url, whole_parts(voice_shares(document)))


def _proofs(document: Document, wanted: set[str], merged: Mapping[str, str]) -> dict[str, list[Proof]]:
    """Return the evidence about each wanted actor, the author's first, then the surest."""
    found: dict[str, list[tuple[bool, float, Proof]]] = {}
    for item in actor_findings(document):
        key = merged.get(actor_key(item.actor), actor_key(item.actor))
        if key not in wanted:
            continue
        held = found.setdefault(key, [])
        for case in (item.author, *item.others):
            for evidence in (*case.favor, *case.against):
                quoted = evidence.stance.holder != "author"
                held.append((quoted, -evidence.stance.score, _proof(document, evidence, holder=case.holder)))
    return {key: [proof for *_, proof in sorted(held, key=lambda each: each[:2])] for key, held in found.items()}


def _proof(document: Document, evidence: Evidence, *, holder: str) -> Proof:
    stance, context = evidence.stance, evidence.context
    return Proof(
        holder=holder,
        label=stance.label,
        mark=MARKS.get(stance.label, MARKS[None]),
        before=document.text[context.start : stance.start],
        text=document.text[stance.start : stance.end],
        after=document.text[stance.end : context.end],
        score=stance.score if document.model is not None else None,
    )


def _entry(article: Article, row: Mapping[str, Any], proofs: Iterable[Proof], *, predicted: bool) -> Entry:
    proofs = tuple(proofs)
    stance = row["stance"] if isinstance(row["stance"], str) else None
    words = stance or ("abstains" if predicted else "not annotated")
    score = "" if math.isnan(row["score"]) else score_words(row["score"])
    kept = proofs[:PROOFS]
    return Entry(
        article, MARKS.get(stance, MARKS[None]), words, score, int(row["mentions"]), kept, len(proofs) - len(kept)
    )

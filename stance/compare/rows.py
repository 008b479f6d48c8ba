"""Tidy tables of many documents: one row for each article, actor and holder, and one for each article."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stance.compare.merging import UNLISTED, Register, actor_table, canonical, merged_keys, variant_table
from stance.document import Actor, Document, Source, Stance
from stance.errors import DataError, InputError, OutputError, Problem, nearest
from stance.formats.atomic import writing
from stance.labels import UNIT_TYPES, VOICES

if TYPE_CHECKING:
    import pandas as pd

_SHARED: Final[dict[str, type]] = {
    "document": str,
    "outlet": str,
    "author": str,
    "date": str,
    "section": str,
    "words": int,
    "weight": float,
}

ROW_COLUMNS: Final[Mapping[str, type]] = (
    _SHARED
    | dict.fromkeys(("actor", "name", "type", "link", "holder_kind", "holder", "holder_actor", "stance"), str)
    | dict.fromkeys(("score", "low", "high"), float)
    | dict.fromkeys(("mentions", "favor", "against"), int)
    | {"abstained": bool}
)
"""The columns of `Tables.rows` in order, and what their cells hold."""

ARTICLE_COLUMNS: Final[Mapping[str, type]] = (
    _SHARED
    | dict.fromkeys(("title", "url", "model"), str)
    | dict.fromkeys((f"share_{voice}" for voice in VOICES), float)
    | dict.fromkeys(("attributions", "actors", "units", *(f"units_{kind}" for kind in UNIT_TYPES)), float)
)
"""The columns of `Tables.articles` in order, and what their cells hold; columns of `Meta.more` follow them, as text."""

SCORES: Final = {"favor": 1.0, "against": -1.0, "neutral": 0.0, "mixed": 0.0}
"""The score of a stance that comes without one, as in gold. Mixed counts as neutral: favor and against, neither of which
outweighs, balance at nought."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """All that comparison reads.

    articles: one row an article (`ARTICLE_COLUMNS`, then one column for each key of `Meta.more`; a key that is also one of
        our columns gets `meta.` before it). `share_*` are shares of the characters that have a voice and are no spaces;
        `attributions`, `actors` and `units*` are counts. All are missing where the layer was not annotated. `weight` is
        what the article counts for: the number in the meta column `weight`, else 1.
    rows: one row for each article, actor and holder (`ROW_COLUMNS`). `holder_kind` is "author" (one row for each listed
        actor: the stance over the whole article, `score` from -1 to 1, its interval from `low` to `high` at 95 %;
        `abstained` where it has no stance, and then stance, score and interval are missing) or "source" (all
        opinions of one holder: `score` = (favor - against) / (favor + against), `stance` its sign, "mixed" if they
        balance; `holder_actor` is the holder's key if it is an actor). `favor` and `against` count single opinions of
        that holder; `mentions` counts the actor's mentions by anybody, the same in all its rows of the article.
    actors: one row an actor (`merging.actor_table`).
    variants: unlinked actors that may be another (`merging.variant_table`).
    """

    articles: pd.DataFrame
    rows: pd.DataFrame
    actors: pd.DataFrame
    variants: pd.DataFrame


def tables(documents: Iterable[Document], *, merge: Mapping[str, str] | None = None) -> Tables:
    """Return the tables of the documents, which are read once.

    Actors are one over all documents by `merging.actor_key`; `merge` says which further keys are the same (key to key).
    Two actors of one article that become one have their mentions and opinions added; their score is the mean weighted by
    mentions of those that have one, the interval likewise, and the stance is "mixed" where favor meets against.

    >>> document = Document("a", "Ann won.", actors=(Actor("a1", "Ann", "person", stance="favor"),))
    >>> made = tables([document])
    >>> made.rows[["actor", "holder", "stance", "score"]].to_dict("records")
    [{'actor': 'person:ann', 'holder': 'author', 'stance': 'favor', 'score': 1.0}]

    Raises:
        DataError: two documents have one id, a `weight` is no number of 0 or more, or `merge` names an unknown actor.
    """
    import pandas

    register = Register(merged_keys(merge or {}))
    articles: list[Record] = []
    rows: list[Record] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            cure = "give every article an id of its own, or leave the second copy out"
            problems.append(Problem(f"document {document.id!r}", "the id stands twice", wish="each id once", cure=cure))
        seen.add(document.id)
        article = _article(document, problems=problems)
        articles.append(article)
        rows += _rows(document, article=article, register=register)
    problems += _unknown(register)
    if problems:
        raise DataError(problems)
    chosen = canonical(register.forms)
    for row in rows:
        row["name"], row["type"], row["link"] = chosen[row["actor"]]
        if row["holder_actor"] in chosen:
            row["holder"] = chosen[row["holder_actor"]][0]
    more = sorted({name for article in articles for name in article} - set(ARTICLE_COLUMNS))
    kinds: dict[str, type] = {**ARTICLE_COLUMNS, **dict.fromkeys(more, str)}
    return Tables(
        typed(pandas.DataFrame(articles, columns=list(kinds)), kinds=kinds),
        typed(pandas.DataFrame(rows, columns=list(ROW_COLUMNS)), kinds=ROW_COLUMNS),
        actor_table(register),
        variant_table(register),
    )


def subset(tables: Tables, *, documents: Iterable[str]) -> Tables:
    """Return the tables of some articles, by their ids, in the order that they had; actors and variants stay as they are."""
    wanted = set(documents)
    articles = tables.articles[tables.articles["document"].isin(wanted)].reset_index(drop=True)
    rows = tables.rows[tables.rows["document"].isin(wanted)].reset_index(drop=True)
    return Tables(articles, rows, tables.actors, tables.variants)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet or CSV, by the ending of the name; the file appears whole or not at all.

    CSV is UTF-8 with commas; a missing cell is empty, and numbers have all their digits.

    Raises:
        OutputError: another ending, or a place that cannot be written.
    """
    _check_suffix(path, OutputError)
    with writing(path) as temporary:
        if path.suffix.lower() == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            table.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def read(path: Path) -> pd.DataFrame:
    """Return a table that `write` wrote; columns of rows and articles get their types back, others of a CSV are text.

    Raises:
        InputError: another ending, or no such table.
    """
    import pandas
    import pyarrow

    _check_suffix(path, InputError)
    kinds: dict[str, type] = {**ARTICLE_COLUMNS, **ROW_COLUMNS}
    try:
        if path.suffix.lower() == ".parquet":
            table = pandas.read_parquet(path)
            kinds |= {name: float for name in table.select_dtypes("number").columns if name not in kinds}
        else:
            table = pandas.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8")
        return typed(table, kinds={name: kinds.get(name, str) for name in table.columns})
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        value = f"it cannot be read as a table ({' '.join(str(error).split())})"
        cure = "name a table that `stance compare` wrote"
        raise InputError(Problem(str(path), value, wish="a table of rows", cure=cure)) from None


def typed(table: pd.DataFrame, *, kinds: Mapping[str, type]) -> pd.DataFrame:
    """Return the table with its columns as text, whole numbers, numbers or truth values; missing text is None."""
    import pandas

    out = {}
    for name, kind in kinds.items():
        column = table[name]
        if kind is str:
            out[name] = column.astype(object).where(column.notna(), None)
        elif kind is bool:
            out[name] = column.astype(str) == "True"
        else:
            out[name] = pandas.to_numeric(column).astype(float if kind is float else int)
    return pandas.DataFrame(out, columns=list(kinds))


def _check_suffix(path: Path, kind: type[InputError] | type[OutputError]) -> None:
    if path.suffix.lower() not in (".parquet", ".csv"):
        cure = "name the file so that it ends in .parquet or .csv"
        raise kind(Problem(str(path), f"the ending {path.suffix!r}", wish=".parquet or .csv", cure=cure))


def _article(document: Document, *, problems: list[Problem]) -> Record:
    meta, stamp = document.meta, document.model
    article: Record = {
        "document": document.id,
        "outlet": meta.outlet,
        "author": meta.author,
        "date": meta.date,
        "section": meta.more.get("section"),
        "words": len(document.text.split()),
        "weight": article_weight(document, problems=problems),
        "title": meta.title,
        "url": meta.url,
        "model": None if stamp is None else f"{stamp.name} {stamp.version}",
        **_voice_shares(document),
        "attributions": _count(document.attributions),
        "actors": _count(document.actors),
    }
    units = None if document.arguments is None else document.arguments.units
    article["units"] = _count(units)
    counts = Counter(unit.label for unit in units or ())
    article |= {f"units_{kind}": math.nan if units is None else float(counts[kind]) for kind in UNIT_TYPES}
    for name, value in meta.more.items():
        if name not in ("section", "weight"):
            article[f"meta.{name}" if name in ARTICLE_COLUMNS or name in ROW_COLUMNS else name] = value
    return article


def article_weight(document: Document, *, problems: list[Problem]) -> float:
    """Return what an article counts for, by its meta column `weight`, else 1; one that is no number is added to the problems."""
    said = document.meta.more.get("weight")
    if said is None:
        return 1.0
    try:
        weight = float(said)
    except ValueError:
        weight = -1.0
    if not (0 <= weight < math.inf):
        cure = "correct the column `weight`, or give it another name if it is no weight"
        problems.append(
            Problem(f"document {document.id!r}, weight", repr(said), wish="a number of 0 or more", cure=cure)
        )
        return 1.0
    return weight


def _voice_shares(document: Document) -> Record:
    counts: Counter[str] = Counter()
    for tile in document.voice or ():
        counts[tile.label] += sum(map(len, document.text[tile.start : tile.end].split()))
    total = sum(counts.values())
    return {f"share_{voice}": counts[voice] / total if total else math.nan for voice in VOICES}


def _count(layer: Sequence[object] | None) -> float:
    return math.nan if layer is None else float(len(layer))


def _rows(document: Document, *, article: Record, register: Register) -> list[Record]:
    listed = {actor.id: actor for actor in document.actors or ()}
    for stance in document.stances or ():
        listed.setdefault(stance.actor, Actor(stance.actor, stance.actor, UNLISTED))
    keys = register.enter(listed.values())
    groups: defaultdict[str, list[Actor]] = defaultdict(list)
    for id, actor in listed.items():
        groups[keys[id]].append(actor)
    said: defaultdict[str, defaultdict[_Holder, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for stance in document.stances or ():
        said[keys[stance.actor]][_holder(stance, keys)][stance.label] += 1
    shared = {name: article[name] for name in _SHARED}
    rows = []
    for key, actors in groups.items():
        author = _AUTHOR if any(actor.type != UNLISTED for actor in actors) or _AUTHOR in said[key] else None
        holders = dict.fromkeys([*([author] if author else []), *said[key]])
        mentions = sum(len(actor.mentions) for actor in actors)
        for kind, name, holder_actor in holders:
            counts = said[key][(kind, name, holder_actor)]
            whole = of_author(actors) if kind == "author" else _of_source(counts)
            row = shared | {"actor": key, "holder_kind": kind, "holder": name, "holder_actor": holder_actor}
            row |= {"mentions": mentions, "favor": counts["favor"], "against": counts["against"]}
            rows.append(row | whole)
    return rows


_Holder = tuple[str, str, str | None]
_AUTHOR: Final[_Holder] = ("author", "author", None)


def _holder(stance: Stance, keys: Mapping[str, str]) -> _Holder:
    """Return (kind, name, key if it is an actor); the words for a source that is none are kept, but for runs of spaces."""
    if isinstance(stance.holder, Source):
        return ("source", " ".join(stance.holder.text.split()), None)
    if stance.holder == "author":
        return _AUTHOR
    key = keys.get(stance.holder)
    return ("source", key or stance.holder, key)  # an actor's name follows when those of all documents are known


def of_author(actors: Sequence[Actor]) -> Record:
    """Return the author's stance toward what may be several actors of the article (see `tables`).

    The keys are `stance`, `score`, `low`, `high` and `abstained`.
    """
    held = [(actor, float(max(1, len(actor.mentions)))) for actor in actors if actor.stance is not None]
    if not held:
        return {"stance": None, "score": math.nan, "low": math.nan, "high": math.nan, "abstained": True}
    total = sum(weight for _, weight in held)
    score = sum(weight * _score(actor) for actor, weight in held) / total
    bounds = [
        sum(weight * (_score(actor) if actor.interval is None else actor.interval[side]) for actor, weight in held)
        / total
        for side in (0, 1)
    ]
    if all(actor.interval is None for actor, _ in held):
        bounds = [math.nan, math.nan]
    labels = {actor.stance for actor, _ in held}
    most = max(held, key=lambda pair: pair[1])[0].stance
    stance = "mixed" if {"favor", "against"} <= labels else most
    return {"stance": stance, "score": score, "low": bounds[0], "high": bounds[1], "abstained": False}


def _score(actor: Actor) -> float:
    return SCORES.get(actor.stance or "", 0.0) if actor.score is None else actor.score


def _of_source(counts: Mapping[str, int]) -> Record:
    favor, against = counts["favor"], counts["against"]
    score = (favor - against) / (favor + against) if favor + against else math.nan
    stance = None if math.isnan(score) else "favor" if score > 0 else "against" if score < 0 else "mixed"
    return {"stance": stance, "score": score, "low": math.nan, "high": math.nan, "abstained": False}


def _unknown(register: Register) -> list[Problem]:
    """Return what `merge` names and no article has: a misspelled key would make an actor of its own."""
    pairs = sorted(register.merge.items())
    return [
        Problem("merge", f"no actor {key!r}{nearest(key, register.known)}", wish="keys of actors", cure=_SEE_ACTORS)
        for key in dict.fromkeys(itertools.chain.from_iterable(pairs))
        if key not in register.known
    ]


_SEE_ACTORS: Final = "take it from the column `actor` of the table of actors"

"""Who quotes whom: how often each group passes on what an actor says, and what the quoted say of other actors."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from stance.compare.merging import actor_key, is_name, merged_keys
from stance.compare.rows import Tables
from stance.document import Document

if TYPE_CHECKING:
    import pandas as pd

QUOTATION_COLUMNS: Final = ("group", "source", "name", "attributions", "articles", "population", "share")
OPINION_COLUMNS: Final = ("group", "source", "name", "actor", "actor_name", "favor", "against", "articles")


def quotations(
    documents: Iterable[Document], tables: Tables, *, groups: Mapping[str, str], merge: Mapping[str, str]
) -> pd.DataFrame:
    """Return how often each group quotes each source, one row (`QUOTATION_COLUMNS`) each, the most quoted source first.

    attributions: pieces of content put into that source's mouth; articles: those with at least one; population: all
        articles of the group that have the layer; share = articles / population, each article counted by its weight.
    source, name: of the actor that the source is. Sources that are no listed actor, and those without a name
        (`merging.is_name`), such as "he", are not here.

    Args:
        tables: gives actors their names.
        groups: the group of each article by its id; articles without one are passed over.
        merge: which keys of actors are the same, as in `rows.tables`.
    """
    import pandas

    merged = merged_keys(merge)
    names = dict(zip(tables.actors["actor"], tables.actors["name"], strict=True))
    attributions: Counter[tuple[str, str]] = Counter()
    articles: Counter[tuple[str, str]] = Counter()
    population: Counter[str] = Counter()
    weight = dict(zip(tables.articles["document"], tables.articles["weight"], strict=True))
    weighed: defaultdict[tuple[str, str | None], float] = defaultdict(float)  # by source, None: all articles
    for document in documents:
        group = groups.get(document.id)
        if group is None or document.attributions is None:
            continue
        population[group] += 1
        keys = {actor.id: merged.get(actor_key(actor), actor_key(actor)) for actor in document.actors or ()}
        keys = {id: key for id, key in keys.items() if is_name(names.get(key, key))}
        said = Counter(keys[each.actor] for each in document.attributions if each.actor in keys)
        attributions.update({(group, source): count for source, count in said.items()})
        articles.update((group, source) for source in said)
        for source in (None, *said):
            weighed[group, source] += weight.get(document.id, 1.0)
    total: Counter[str] = Counter()
    for (_, source), count in articles.items():
        total[source] += count
    rows = [
        (group, source, names.get(source, source), attributions[group, source], articles[group, source])
        for source in sorted(total, key=lambda source: (-total[source], source))
        for group in sorted(population)
    ]
    counted = []
    for row in rows:
        whole = weighed[row[0], None]
        counted.append((*row, population[row[0]], weighed[row[0], row[1]] / whole if whole > 0 else math.nan))
    return pandas.DataFrame(counted, columns=list(QUOTATION_COLUMNS))


def opinions_of_sources(tables: Tables, *, groups: Mapping[str, str]) -> pd.DataFrame:
    """Return what quoted actors say of whom, one row (`OPINION_COLUMNS`) for each group, source and actor, most first.

    favor, against: single opinions of that source toward that actor in all articles of the group; articles: how many
        articles have one. Sources without a name are left out, as in `quotations`.
    """
    import pandas

    rows = tables.rows[(tables.rows["holder_kind"] == "source") & tables.rows["holder_actor"].notna()]
    rows = rows.assign(group=rows["document"].map(groups.get))
    rows = rows[rows["group"].notna() & (rows["favor"] + rows["against"] > 0) & rows["holder"].map(is_name)]
    found = rows.groupby(["group", "holder_actor", "actor"], sort=True, as_index=False).agg(
        name=("holder", "first"),
        actor_name=("name", "first"),
        favor=("favor", "sum"),
        against=("against", "sum"),
        articles=("document", "nunique"),
    )
    if found.empty:
        return pandas.DataFrame([], columns=list(OPINION_COLUMNS))
    found = found.rename(columns={"holder_actor": "source"}).assign(said=found["favor"] + found["against"])
    found = found.sort_values(["said", "group", "source", "actor"], ascending=[False, True, True, True], kind="stable")
    return found[list(OPINION_COLUMNS)].reset_index(drop=True)

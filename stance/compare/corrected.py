"""Stances of several actors set right by hand-coded articles, as one table: naive, hand-coded and corrected beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stance.compare.correction import METHODS, correct
from stance.compare.merging import actor_key, merged_keys, plain_name
from stance.compare.pairing import Pairs, pair_gold
from stance.compare.rows import Tables
from stance.document import Actor, Document
from stance.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

CORRECTED_COLUMNS: Final = (
    *("actor", "name", "group", "minus", "method", "estimate", "error", "low", "high", "articles", "coded"),
    *("stances", "borrowed", "wide_low", "wide_high", "warning"),
)

LEVEL: Final = 0.95


def corrected(
    documents: Sequence[Document],
    gold: Sequence[Document],
    *,
    actors: Mapping[str, str],
    groups: Mapping[str, str],
    probabilities: Mapping[str, float] | None,
    minimum: int,
) -> pd.DataFrame:
    """Return the mean stance toward each actor by all of `correction.METHODS`, one row (`CORRECTED_COLUMNS`) each.

    Rows are of a group, or of a pair of groups: group minus `minus`. `estimate` to `high` are on the scale of -1
    (against) to 1 (favor), missing where too few articles were coded; see `correction.Estimate`. From `wide_low` to
    `wide_high` is an interval so wide that those of one method for all actors and groups, or all their pairs, hold at once
    (Bonferroni, over those that have a number: how many articles were coded says which, whatever they say). `stances` counts
    the articles behind the number, of both groups together: those with a stance toward the actor, hand-coded ones but for
    `naive`. With fewer than `minimum` in a group there is a `warning` and no number. A group with next to no coded article may
    have the average correction of three others (`borrowed`), if each of these has `minimum` coded articles with a stance and
    it has itself as many with a predicted one.

    Gold of articles that belong to no group is passed over. Documents and gold must be keyed by `keyed_documents`;
    `actors` are the keys and their names.

    Raises:
        DataError: gold and predictions do not go together (see `pairing.pair_gold`), or no gold is left.
    """
    import pandas

    inside = [_grouped(document, groups) for document in documents if document.id in groups]
    outside = {document.id for document in documents if document.id not in groups}
    coded = [document for document in gold if document.id not in outside]
    if not coded:
        value = f"none of its {len(gold)} articles is compared"
        cure = "hand-code articles of the groups that are compared: `stance sample` draws some"
        raise DataError(Problem("gold", value, wish="hand-coded articles of the comparison", cure=cure))
    found = {key: pair_gold(coded, inside, actor=key, probabilities=probabilities) for key in actors}
    narrow = {key: list(_rows(pairs, level=LEVEL, minimum=minimum)) for key, pairs in found.items()}
    told = [_family(row) for rows in narrow.values() for row in rows if row["warning"] is None]
    levels = {family: 1 - (1 - LEVEL) / told.count(family) for family in set(told)}
    wide = {
        level: {key: list(_rows(pairs, level=level, minimum=minimum)) for key, pairs in found.items()}
        for level in set(levels.values())
    }
    rows: list[dict[str, Any]] = []
    for key, own in narrow.items():
        for place, row in enumerate(own):
            at_once = wide[levels[_family(row)]][key][place] if _family(row) in levels else row
            named = {"actor": key, "name": actors[key], "wide_low": at_once["low"], "wide_high": at_once["high"]}
            rows.append(row | named)
    table = pandas.DataFrame(rows, columns=list(CORRECTED_COLUMNS))
    table["minus"] = table["minus"].astype(object).where(table["minus"].notna(), None)
    return table


def keyed_documents(documents: Sequence[Document], tables: Tables, *, merge: Mapping[str, str]) -> list[Document]:
    """Return documents whose actors have the key as link under which the tables have them.

    An actor whose own key the tables lack, as hand-coded ones that nobody linked, gets that of the actor with its name.
    """
    merged = merged_keys(merge)
    known = set(tables.actors["actor"])
    by_name: dict[str, str] = {}
    for key, names in zip(tables.actors["actor"], tables.actors["names"], strict=True):
        for name in names.split(" | "):
            by_name.setdefault(plain_name(name), key)  # the most frequent actor of that name

    def keyed(actor: Actor) -> Actor:
        own = merged.get(actor_key(actor), actor_key(actor))
        return replace(actor, link=own if own in known else by_name.get(plain_name(actor.name), own))

    return [
        document if document.actors is None else replace(document, actors=tuple(map(keyed, document.actors)))
        for document in documents
    ]


def _grouped(document: Document, groups: Mapping[str, str]) -> Document:
    """Return the document with its group as its outlet, whatever groups are made by."""
    return replace(document, meta=replace(document.meta, outlet=groups[document.id]))


def _rows(pairs: Pairs, *, level: float, minimum: int) -> Iterator[dict[str, Any]]:
    """Yield one actor's means and then differences, without the names of the actor."""
    supports = {method: _supports(pairs, method=method) for method in METHODS}
    found = correct(pairs, level=level, minimum=minimum)
    borrowing = {(each.method, each.group) for each in found.means if each.borrowed}
    for each in (*found.means, *found.differences):
        sides = [group for group in (each.group, each.minus) if group is not None]
        row = asdict(each) | {"estimate": each.value, "stances": sum(supports[each.method][group] for group in sides)}
        told = {group: "naive" if (each.method, group) in borrowing else each.method for group in sides}
        yield row | _warned([(method, supports[method][group]) for group, method in told.items()], minimum=minimum)


def _family(row: Mapping[str, Any]) -> tuple[str, bool]:
    """Return with which other rows an interval is to hold at once: those of its method, means or differences."""
    return row["method"], row["minus"] is None


def _supports(pairs: Pairs, *, method: str) -> dict[str, int]:
    """Return how many articles stand behind a method's number in each group: with a prediction for the naive, else coded."""
    there = ~np.isnan(pairs.predicted if method == "naive" else np.where(pairs.coded, pairs.gold, np.nan))
    return {str(group): int(there[pairs.group == group].sum()) for group in np.unique(pairs.group)}


def _warned(sides: Sequence[tuple[str, int]], *, minimum: int) -> dict[str, Any]:
    """Return the warning, and numbers that are missing, where a side, given as what it stands on, has too few articles."""
    method, least = min(sides, key=lambda side: side[1])
    if least >= minimum:
        return {"warning": None}
    of = "articles" if method == "naive" else "hand-coded articles"
    missing = dict.fromkeys(("estimate", "error", "low", "high"), math.nan)
    return missing | {"warning": f"only {least} {of} with a stance, fewer than {minimum}: no number"}

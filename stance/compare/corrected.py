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
    `naive`. With fewer than `minimum` in a group, counted by their weights, there is a `warning` and no number. A group with
    next to no coded article may have the average correction of three others (`borrowed`), if each of these has `minimum`
    coded articles with a stance and it has itself as many with a predicted one.

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
    stances, few = _supports(pairs, minimum=minimum)
    found = correct(pairs, level=level, minimum=minimum)
    borrowing = {(each.method, each.group) for each in found.means if each.borrowed}
    for each in (*found.means, *found.differences):
        sides = [(each.method, group) for group in (each.group, each.minus) if group is not None]
        row = asdict(each) | {"estimate": each.value, "stances": sum(map(stances.__getitem__, sides))}
        on = (("naive", side[1]) if side in borrowing else side for side in sides)
        warning = next((few[side] for side in on if side in few), None)
        if warning is None and math.isnan(each.value):
            warning = "too few of the articles coded by chance have a stance: no number"
        missing = dict.fromkeys(("estimate", "error", "low", "high"), math.nan)
        yield row | (missing if warning else {}) | {"warning": warning}


def _family(row: Mapping[str, Any]) -> tuple[str, bool]:
    """Return with which other rows an interval is to hold at once: those of its method, means or differences."""
    return row["method"], row["minus"] is None


def _supports(pairs: Pairs, *, minimum: int) -> tuple[dict[_Side, int], dict[_Side, str]]:
    """Return by method and group how many articles stand behind the number, and a warning where these are too few.

    They are those with a prediction for the naive, else with a code. Hand-coded articles count toward the minimum by how much they
    tell together (Kish 1965): two that stand for seventy others tell no more for thirty that stand for themselves alone.
    """
    stances: dict[_Side, int] = {}
    few: dict[_Side, str] = {}
    for name in np.unique(pairs.group):
        group, own = str(name), pairs.group == name
        for method in METHODS:
            values = pairs.predicted if method == "naive" else np.where(pairs.coded, pairs.gold, np.nan)
            there = own & ~np.isnan(values) & (True if pairs.weight is None else pairs.weight > 0)
            count, of = int(there.sum()), "articles" if method == "naive" else "hand-coded articles"
            weight = np.ones(count) if method == "naive" else 1 / pairs.probability[there]
            effective = float(weight.sum() ** 2 / (weight @ weight)) if count else 0.0
            stances[method, group] = count
            if count < minimum:
                few[method, group] = f"only {count} {of} with a stance, fewer than {minimum}: no number"
            elif effective < minimum - 1e-9:
                told = f"{count} {of} with a stance tell no more than {effective:.1f} of equal weight"
                few[method, group] = f"{told}, fewer than {minimum}: no number"
    return stances, few


_Side = tuple[str, str]

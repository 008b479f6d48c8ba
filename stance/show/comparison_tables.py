"""The tables of a comparison as rows of words and numbers, the same for terminal and page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stance.compare.comparison import Comparison
from stance.compare.correction import METHODS
from stance.compare.estimands import ESTIMANDS
from stance.labels import UNIT_TYPES, VOICES
from stance.show.comparison_cells import (
    Cell,
    WordTable,
    anchor_of,
    count_cell,
    difference_range,
    difference_words,
    estimate_cells,
    said_anchor,
    value_cell,
)
from stance.show.comparison_words import best_means, naive_mark, naive_title, p_words, range_words, rows_of, value_words

if TYPE_CHECKING:
    import pandas as pd


def actor_table(found: Comparison, actor: str) -> WordTable:
    """Return what each group's articles say of one actor: author and quoted, labels, and how often it is named."""
    table = found.estimates[found.estimates["actor"] == actor]
    by: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows_of(table):
        by.setdefault(row["group"], {})[row["estimand"]] = row
    rows = []
    for group in found.names:
        own = by.get(group, {})
        if "stance" not in own:
            continue
        anchor = anchor_of(found, group, actor=actor)
        stance = own["stance"]
        cells = [Cell(group), *estimate_cells(stance, anchor)]
        cells += [value_cell(own[f"share_{label}"], anchor) for label in ("favor", "against", "neutral", "mixed")]
        cells += [count_cell(stance["articles"], anchor), count_cell(stance["abstained"], anchor)]
        cells += estimate_cells(own["quoted"], anchor)
        rows.append(cells)
    columns = [
        (found.plan.by, ""),
        (
            "naive stance" if found.corrected is not None else "stance",
            "mean of the author's score, −1 (against) to +1 (in favor)",
        ),
        ("95 %", "interval, over articles"),
        ("for", "share of articles in favor"),
        ("against", "share of articles against"),
        ("neutral", "share of articles that are neutral"),
        ("mixed", "share of articles that are clearly both"),
        ("articles", "that list the actor and have a stance"),
        ("abstained", "articles on which the model abstains"),
        ("quoted", "opinions of quoted sources, from −1 to +1"),
        ("95 %", "interval of the quoted"),
    ]
    note = "" if found.corrected is None else "Naive throughout: of the model's labels as they are."
    return WordTable(f"table-{found.actors.index(actor) + 1}", found.actor_names[actor], columns, rows, note)


def stance_table(found: Comparison) -> WordTable:
    """Return the mean stance of every group toward every actor, groups as columns."""
    means = {(row["actor"], row["group"]): row for row in best_means(found)}
    rows = []
    for actor in found.actors:
        cells = [Cell(found.actor_names[actor])]
        for group in found.names:
            row = means[actor, group]
            text = value_words(row["estimate"], "-1") + naive_mark(found, row)
            if math.isfinite(row["low"]):
                text += f" ({range_words(row['low'], row['high'], unit='-1')})"
            else:
                text = f"– ({row['articles']})"
            cells.append(Cell(text, row["estimate"], anchor_of(found, group, actor=actor)))
        rows.append(cells)
    note = "Mean of the author's score, −1 (against) to +1 (in favor), and its 95 % interval"
    note += (
        ", corrected by hand-coded articles; * naive where too few were coded" if found.corrected is not None else ""
    )
    note += "; – where too few articles stand behind it, with their number."
    return WordTable(
        "table-stances", "Stance toward actors", [("actor", ""), *((name, "") for name in found.names)], rows, note
    )


def difference_table(found: Comparison, estimand: str) -> WordTable:
    """Return the differences between groups in an estimand that have a number, by p; the note counts the others."""
    table = found.differences[found.differences["estimand"] == estimand]
    told = table[table["difference"].notna()].sort_values(["p", "actor", "left", "right"], kind="stable")
    unit, of_actor = ESTIMANDS[estimand].unit, ESTIMANDS[estimand].of_actor
    rows = []
    for row in rows_of(told):
        actor = row["actor"] if of_actor else None
        sides = [(row["left"], row["left_estimate"]), (row["right"], row["right_estimate"])]
        cells = [Cell(row["name"])] if of_actor else []
        for group, estimate in sides:
            cells += [Cell(group), Cell(value_words(estimate, unit), estimate, anchor_of(found, group, actor=actor))]
        cells += [Cell(difference_words(row["difference"], unit), row["difference"]), Cell(difference_range(row, unit))]
        cells += [Cell(p_words(row["p"]), row["p"]), Cell(p_words(row["p_holm"]), row["p_holm"])]
        cells += [
            Cell(p_words(row["p_bh"]), row["p_bh"]),
            Cell(difference_words(row["detectable"], unit, sign=False), row["detectable"]),
        ]
        rows.append(cells)
    few = len(table) - len(told)
    note = f"{few} of {len(table)} pairs have too few articles on a side and no number." if few else ""
    columns = [("actor", "")] if of_actor else []
    columns += [
        (found.plan.by, ""),
        ("estimate", ""),
        ("less", "the group whose estimate is taken off"),
        ("its estimate", ""),
        ("difference", "the first less the second"),
        ("95 %", "interval of the difference"),
        ("p", "of the permutation test, not adjusted"),
        ("p Holm", "adjusted so that any false alarm in this table has a chance of 5 %"),
        ("p BH", "adjusted so that 5 % of the alarms in this table are false on average"),
        (
            "detectable",
            "the least true difference that a single test, not adjusted, finds four times in five with these articles",
        ),
    ]
    title = naive_title(found, DIFFERENCE_TITLES.get(estimand, estimand))
    return WordTable(f"table-differences-{estimand}", title, columns, rows, note)


DIFFERENCE_TITLES: Final[Mapping[str, str]] = {
    "stance": "Differences in the author's stance",
    "quoted": "Differences in what the quoted say",
    "mentions": "Differences in mentions for each 1000 words",
    **{voice: f"Differences in the share of {voice}" for voice in VOICES},
    **{f"units_{kind}": f"Differences in the share of {kind} among argument units" for kind in UNIT_TYPES},
}


def voice_table(found: Comparison) -> WordTable:
    """Return the shares of voices of each group, and of argument units where they are annotated."""
    wanted = [
        name
        for name in (*VOICES, *(f"units_{kind}" for kind in UNIT_TYPES))
        if name in set(found.estimates["estimand"])
    ]
    cells: dict[tuple[str, str], dict[str, Any]] = {
        (row["group"], row["estimand"]): row
        for row in rows_of(found.estimates[found.estimates["estimand"].isin(wanted)])
    }
    rows = []
    for group in found.names if wanted else ():
        row = [Cell(group)]
        for name in wanted:
            row += estimate_cells(cells[group, name], anchor_of(found, group))
        rows.append([*row, count_cell(cells[group, wanted[0]]["articles"], anchor_of(found, group))])
    columns = [(found.plan.by, "")]
    for name in wanted:
        columns += [(name.removeprefix("units_"), ESTIMANDS[name].definition), ("95 %", "interval, over articles")]
    return WordTable(
        "table-voices",
        naive_title(found, "Voices"),
        [*columns, ("articles", "")],
        rows,
        "Shares of the letters of an article, averaged over articles.",
    )


def salience_table(found: Comparison) -> WordTable:
    """Return how often each group mentions each actor, for each 1000 words."""
    table = found.estimates[found.estimates["estimand"] == "mentions"]
    cells = {(row["actor"], row["group"]): row for row in rows_of(table)}
    rows = []
    for actor in found.actors:
        row = [Cell(found.actor_names[actor])]
        for group in found.names:
            one = cells[actor, group]
            text = value_words(one["estimate"], "1/1000 words")
            text += (
                f" ({range_words(one['low'], one['high'], unit='1/1000 words')})" if math.isfinite(one["low"]) else ""
            )
            row.append(Cell(text, one["estimate"], anchor_of(found, group, actor=actor)))
        rows.append(row)
    columns = [("actor", ""), *((name, "") for name in found.names)]
    title = naive_title(found, "Mentions for each 1000 words")
    return WordTable("table-salience", title, columns, rows, "With 95 % intervals, over articles.")


def coverage_table(found: Comparison) -> WordTable:
    """Return how many articles of each group mention each actor, and how many chance would give."""
    rows = []
    for row in rows_of(found.coverage):
        anchor = anchor_of(found, row["group"], actor=row["actor"])
        ratio = row["ratio"]
        cells = [
            Cell(row["name"]),
            Cell(row["group"]),
            count_cell(row["mentioning"], anchor),
            count_cell(row["articles"], anchor_of(found, row["group"])),
        ]
        cells += [Cell("–" if math.isnan(row["share"]) else f"{100 * row['share']:.0f} %", row["share"])]
        cells += [Cell("–" if math.isnan(row["expected"]) else f"{row['expected']:.1f}", row["expected"])]
        cells += [Cell("–" if math.isnan(ratio) else f"{ratio:.2f}", ratio), Cell(p_words(row["p"]), row["p"])]
        cells += [Cell(p_words(row["p_holm"]), row["p_holm"]), Cell(p_words(row["p_bh"]), row["p_bh"])]
        rows.append(cells)
    columns = [
        ("actor", ""), (found.plan.by, ""), ("mentioning", "articles that mention the actor"), ("articles", "of the group"),
        ("share", ""), ("expected", "articles, if all groups mentioned the actor alike"), ("ratio", "mentioning / expected"),
        ("p", "Fisher's exact test, two-sided"), ("p Holm", ""), ("p BH", ""),
    ]  # fmt: skip
    note = "Chance spreads the articles that mention the actor over the groups as all articles are."
    return WordTable("table-coverage", naive_title(found, "Coverage against chance"), columns, rows, note)


def opinion_table(found: Comparison, *, limit: int) -> WordTable:
    """Return what quoted actors say of whom, the most frequent first, over all groups."""
    table = found.opinions
    total = table.groupby(["source", "actor"], as_index=False, sort=True).agg(
        name=("name", "first"), actor_name=("actor_name", "first"), favor=("favor", "sum"), against=("against", "sum"),
        articles=("articles", "sum"),
    )  # fmt: skip
    total = total.assign(said=total["favor"] + total["against"]).sort_values("said", ascending=False, kind="stable")
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows_of(table):
        groups.setdefault((row["source"], row["actor"]), []).append(f"{row['group']} {row['favor']}:{row['against']}")
    rows = []
    for row in rows_of(total.head(limit)):
        anchor = f"actor-{found.actors.index(row['actor']) + 1}" if row["actor"] in found.actors else None
        said = ", ".join(groups[row["source"], row["actor"]])
        rows.append(
            [
                Cell(row["name"]),
                Cell(row["actor_name"], anchor=anchor),
                count_cell(row["favor"]),
                count_cell(row["against"]),
                count_cell(row["articles"]),
                Cell(said),
            ]
        )
    columns = [
        ("quoted", ""),
        ("on", ""),
        ("for", "opinions"),
        ("against", "opinions"),
        ("articles", ""),
        ("where (for:against)", ""),
    ]
    note = f"The first {limit} of {len(total)} pairs." if len(total) > limit else ""
    title = naive_title(found, "Whom the quoted speak for and against")
    return WordTable("table-opinions", title, columns, rows, note)


def change_table(found: Comparison) -> WordTable:
    """Return the stance after the event less that before it, for those with a number."""
    table = found.before_after
    assert table is not None
    rows = []
    for row in rows_of(table[table["difference"].notna()].sort_values("p", kind="stable")):
        anchor = anchor_of(found, row["group"], actor=row["actor"])
        cells = [Cell(row["name"]), Cell(row["group"])]
        cells += [
            Cell(value_words(row[f"{side}_estimate"], "-1"), row[f"{side}_estimate"], anchor)
            for side in ("right", "left")
        ]
        cells += [
            Cell(value_words(row["difference"], "-1"), row["difference"]),
            Cell(range_words(row["low"], row["high"], unit="-1")),
        ]
        cells += [count_cell(row["right_articles"], anchor), count_cell(row["left_articles"], anchor)]
        cells += [Cell(p_words(row[name]), row[name]) for name in ("p", "p_holm")]
        rows.append([*cells, Cell(value_words(row["detectable"], "1"), row["detectable"])])
    columns = [
        ("actor", ""), (found.plan.by, ""), ("before", "mean stance"), ("after", "mean stance, the day itself included"),
        ("change", "after less before"), ("95 %", "interval of the change"), ("articles before", ""), ("articles after", ""),
        ("p", "of the permutation test"), ("p Holm", ""),
        ("detectable", "the least true change that a single test, not adjusted, finds four times in five"),
    ]  # fmt: skip
    note = "A trend that was there before looks like an effect of the event."
    title = naive_title(found, f"Before and after {found.plan.event}")
    return WordTable("table-event", title, columns, rows, note)


def quotation_table(found: Comparison, *, limit: int) -> WordTable:
    """Return in what share of its articles each group quotes each source, the most quoted first."""
    table = found.quotations
    sources = list(dict.fromkeys(table["source"]))
    cells = {(row["source"], row["group"]): row for row in rows_of(table)}
    groups = [name for name in found.names if name in set(table["group"])]
    rows = []
    for place, source in enumerate(sources[:limit]):
        own = [cells[source, group] for group in groups]
        shares = [
            Cell(
                f"{100 * row['share']:.0f} % ({row['articles']})",
                row["share"],
                said_anchor(found, row["group"], source=place),
            )
            for row in own
        ]
        rows.append([Cell(own[0]["name"]), *shares])
    note = "Share of articles that put words into the actor's mouth, and their number. Sources that are no listed actor, or "
    note += "have no name, are left out."
    note += f" The first {limit} of {len(sources)} sources." if len(sources) > limit else ""
    columns = [("source", ""), *((name, "") for name in groups)]
    return WordTable("table-quotations", naive_title(found, "Who quotes whom"), columns, rows, note)


def corrected_means_table(found: Comparison) -> WordTable:
    """Return the mean stances by method: naive, hand-coded alone, corrected."""
    assert found.corrected is not None
    table = found.corrected[found.corrected["minus"].isna()]
    columns = [("actor", ""), (found.plan.by, ""), *_METHOD_COLUMNS, ("coded", "hand-coded articles of the group")]
    columns.append(("stances", "hand-coded articles with a stance toward the actor"))
    rows, few = [], 0
    for (actor, group), own in table.groupby(["actor", "group"], sort=False):
        if own["estimate"].isna().all():
            few += 1
            continue
        row = rows_of(own[own["method"] == "ppi"])[0]
        cells = [Cell(row["name"]), Cell(group, anchor=anchor_of(found, group, actor=actor)), *_by_method(own)]
        rows.append([*cells, *(count_cell(row[name]) for name in ("coded", "stances"))])
    note = "– where too few articles were coded; † where so few that the correction is the other groups' average."
    note += f" {few} rows have too few articles for any number and are left out." if few else ""
    return WordTable("table-corrected", "Stances set right by hand-coded articles", columns, rows, note)


def corrected_difference_table(found: Comparison) -> WordTable:
    """Return the differences between groups by method, with intervals that hold at once."""
    assert found.corrected is not None
    table = found.corrected[found.corrected["minus"].notna()]
    rows = []
    for (_, group, minus), own in table.groupby(["actor", "group", "minus"], sort=False):
        best = rows_of(own[own["method"] == "ppi"])[0]
        if math.isnan(best["low"]):
            continue
        at_once = Cell(range_words(best["wide_low"], best["wide_high"], unit="-1"))
        rows.append([Cell(best["name"]), Cell(group), Cell(minus), *_by_method(own[own["method"] != "hand"]), at_once])
    columns = [("actor", ""), (found.plan.by, ""), ("less", "the group whose mean is taken off")]
    columns += [*_METHOD_COLUMNS[:2], *_METHOD_COLUMNS[4:]]
    columns.append(
        ("all at once", "interval of the corrected, so wide that those of all rows hold at once (Bonferroni)")
    )
    return WordTable("table-corrected-differences", "Differences set right", columns, rows)


_METHOD_COLUMNS: Final = tuple(
    (name, explanation)
    for method, explanation in METHODS.items()
    if method != "dsl"
    for name, explanation in (({"ppi": "corrected"}.get(method, method), explanation), ("95 %", "its interval"))
)


def _by_method(own: pd.DataFrame) -> list[Cell]:
    cells = []
    found = {row["method"]: row for row in rows_of(own)}
    for method in METHODS:
        if method != "dsl" and method in found:
            row = found[method]
            mark = "†" if row["borrowed"] else ""
            cells.append(Cell(value_words(row["estimate"], "-1") + mark, row["estimate"]))
            cells.append(Cell(range_words(row["low"], row["high"], unit="-1")))
    return cells

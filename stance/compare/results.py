"""All numbers of a comparison in one tidy table, one row a number, for CSV, Parquet and statistics packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stance.compare.comparison import Comparison

if TYPE_CHECKING:
    import pandas as pd

RESULT_COLUMNS: Final = (
    *("kind", "estimand", "actor", "name", "group", "minus", "start", "method", "estimate", "low", "high", "error"),
    *(
        "p",
        "p_holm",
        "p_bh",
        "detectable",
        "expected",
        "articles",
        "minus_articles",
        "population",
        "abstained",
        "coded",
        "borrowed",
    ),
    "warning",
)


def results(found: Comparison) -> pd.DataFrame:
    """Return one row a number, with `RESULT_COLUMNS`; what a kind does not have is missing.

    kind: `estimate` (of a group), `difference` (group minus `minus`), `coverage` (`estimate` articles that mention the
        actor where chance gives `expected`), `trend` (of the period that begins on `start`), `before and after`
        (`group` after the event, minus itself before), `corrected` and `corrected difference` (by `method`), `quotation` (share of
        articles that quote the actor). borrowed: whether a corrected number has the average correction of other groups, as its
        own had next to no coded article.
    """
    import pandas

    differing = {"left": "group", "right": "minus", "difference": "estimate", "left_articles": "articles"}
    both = differing | {"right_articles": "minus_articles"}
    parts = [
        found.estimates.assign(kind="estimate"),
        found.differences.rename(columns=both).assign(kind="difference"),
        _coverage(found.coverage),
        found.quotations.rename(columns={"source": "actor", "share": "estimate"}).assign(kind="quotation"),
    ]
    if found.trends is not None:
        parts.append(found.trends.assign(kind="trend"))
    if found.before_after is not None:
        columns = {"difference": "estimate", "left_articles": "articles", "right_articles": "minus_articles"}
        parts.append(found.before_after.rename(columns=columns).assign(kind="before and after"))
    if found.corrected is not None:
        is_mean = found.corrected["minus"].isna()
        kinds = is_mean.map({True: "corrected", False: "corrected difference"})
        parts.append(found.corrected.assign(kind=kinds, estimand="stance"))
    shaped = [part.reindex(columns=list(RESULT_COLUMNS)).astype(object) for part in parts if len(part)]
    table = pandas.concat(shaped, ignore_index=True) if shaped else pandas.DataFrame(columns=list(RESULT_COLUMNS))
    return _typed(table)


def _coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Return coverage with the number of mentioning articles as the estimate, and all articles as the population."""
    renamed = table.rename(columns={"mentioning": "estimate", "articles": "population"})
    return renamed.assign(kind="coverage", estimand="mentioning", articles=table["mentioning"])


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    import pandas

    out = {}
    for name in RESULT_COLUMNS:
        column = table[name]
        if name in _TEXTS:
            out[name] = column.where(column.notna(), None)
        elif name == "borrowed":
            out[name] = column.astype("boolean")
        else:
            out[name] = pandas.to_numeric(column).astype("Int64" if name in _COUNTS else float)
    return pandas.DataFrame(out, columns=list(RESULT_COLUMNS))


_TEXTS: Final = frozenset(("kind", "estimand", "actor", "name", "group", "minus", "start", "method", "warning"))
_COUNTS: Final = frozenset(("articles", "minus_articles", "population", "abstained", "coded"))

"""A comparison in words: what a reader should know first, as sentences with numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stance.compare.comparison import COPIES, Comparison
from stance.compare.dates import days
from stance.labels import VOICES
from stance.show.findings import score_words

if TYPE_CHECKING:
    import pandas as pd

SURE: Final = 0.05
"""An adjusted p below this is told as a difference."""

_MANY: Final = 3
"""The most differences, coverages and changes that the summary tells, each."""

_GROUPS: Final = 8
"""The most groups whose articles and stances the summary tells."""

LABELLER: Final = (
    "These are naive estimates: they carry the labeller's error, which the intervals leave out and which may differ between "
    "groups. Hand-code a sample (`stance sample`) and give it with `--gold` to have the numbers corrected."
)

REST: Final = (
    "Only mean stances and their differences are corrected. All other numbers (changes over time, what the quoted say, voices, "
    "quotations and mentions) are naive: they carry the labeller's error, which the intervals leave out."
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the summary, and the part of the page that shows what it says."""

    text: str
    about: str


def summary_sentences(found: Comparison) -> list[Sentence]:
    """Return what was compared, what differs and what can be trusted of it, the most important first."""
    return [
        Sentence(_compared(found), "articles"),
        *_stances(found),
        *_divided(found),
        *_events(found),
        *_voices(found),
        *_coverages(found),
        *_quoted(found),
        *_cautions(found),
    ]


def caution(found: Comparison) -> str | None:
    """Return what must be known of the numbers that are not corrected: of all, or of the rest beside corrected ones."""
    if found.corrected is not None:
        return REST
    return LABELLER if found.models else None


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "article"), counted(1200, "article")
    ('1 article', '1,200 articles')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def p_words(p: float) -> str:
    """Return a p-value as a reader expects it.

    >>> p_words(0.00004), p_words(0.0321), p_words(1.0), p_words(float("nan"))
    ('< 0.001', '0.032', '1', '–')
    """
    if math.isnan(p):
        return "–"
    if p < 0.001:
        return "< 0.001"
    return "1" if p > 0.9995 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def value_words(value: float, unit: str) -> str:
    """Return an estimate as its unit has it: a score with its sign, a share in percent, a rate; – where there is none.

    >>> value_words(0.25, "-1 (against) to 1 (favor)"), value_words(0.25, "0 to 1"), value_words(2.5, "1/1000 words")
    ('+0.25', '25 %', '2.50')
    """
    if not math.isfinite(value):
        return "–"
    if unit == "0 to 1":
        return f"{100 * value:.0f} %"
    return score_words(value) if unit.startswith("-1") else f"{value:.2f}"


def range_words(low: float, high: float, *, unit: str) -> str:
    """Return an interval in words, "from" its lower end where it has no upper one; – where there is none.

    >>> range_words(0.1, 0.5, unit="0 to 1"), range_words(0.0, float("nan"), unit="1/1000 words")
    ('10 % to 50 %', 'from 0.00')
    """
    if math.isnan(low):
        return "–"
    if math.isnan(high):
        return f"from {value_words(low, unit)}"
    return f"{value_words(low, unit)} to {value_words(high, unit)}"


def day_span(found: Comparison) -> str | None:
    """Return the first and the last day of the articles, None where no date can be read."""
    known = days(found.tables.articles).day.dropna()
    if known.empty:
        return None
    first, last = str(known.min())[:10], str(known.max())[:10]
    return first if first == last else f"{first} to {last}"


def best_means(found: Comparison) -> list[dict[str, Any]]:
    """Return each group's mean stance toward each actor as rows: corrected where its hand-coded articles allow, else naive.

    Each has actor, name, group, estimate, low, high, articles, warning and `method` (`ppi` or `naive`).
    """
    naive = rows_of(found.estimates[found.estimates["estimand"] == "stance"])
    right: dict[tuple[str, str], dict[str, Any]] = {}
    if found.corrected is not None:
        own = _own_corrections(found.corrected)
        means = own[own["minus"].isna()]
        right = {(row["actor"], row["group"]): row for row in rows_of(means) if math.isfinite(row["low"])}
    out = []
    for row in naive:
        better = right.get((row["actor"], row["group"]))
        kept = {"method": "naive"} | {name: row[name] for name in _MEAN}
        if better is not None:
            kept |= {"method": "ppi", "warning": None} | {name: better[name] for name in ("estimate", "low", "high")}
        out.append(kept)
    return out


_MEAN: Final = ("actor", "name", "group", "estimate", "low", "high", "articles", "warning")


def _own_corrections(corrected: pd.DataFrame) -> pd.DataFrame:
    """Return the corrected rows that stand on hand-coded articles of their own groups."""
    return corrected[(corrected["method"] == "ppi") & ~corrected["borrowed"].astype(bool)]


def naive_mark(found: Comparison, row: Mapping[str, Any]) -> str:
    """Return "*" for a row of `best_means` that is naive among corrected ones, else nothing."""
    return "*" if found.corrected is not None and row["method"] == "naive" else ""


def naive_title(found: Comparison, title: str) -> str:
    """Return the title of what is naive, which says so where other numbers are corrected."""
    return title if found.corrected is None else f"{title} (naive)"


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as rows."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _compared(found: Comparison) -> str:
    counts = found.tables.articles["document"].map(found.groups.get).value_counts()
    shown = [f"{name} ({counts[name]:,})" for name in found.names[:_GROUPS]]
    more = len(found.names) - len(shown)
    listed = _listed(shown + ([f"{more} more"] if more else []))
    span = day_span(found)
    text = f"{counted(len(found.documents), 'article')}: {listed}"
    text += f", dated {span}." if span else "."
    copies = len(found.duplicates.clusters)
    if copies:
        text += f" {counted(copies, 'article')} share a text with another; {COPIES[found.plan.copies]}"
        text += f", so {found.left_out} {'is' if found.left_out == 1 else 'are'} left out." if found.left_out else "."
    return text


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


_SCORE: Final = "-1 (against) to 1 (favor)"


def _stances(found: Comparison) -> Iterator[Sentence]:
    """Say for each group toward whom its stance is clear: the interval leaves nought out."""
    wanted = "naive" if found.corrected is None else "ppi"
    means = [row for row in best_means(found) if math.isfinite(row["low"]) and row["method"] == wanted]
    for group in found.names[:_GROUPS]:
        own = sorted((row for row in means if row["group"] == group), key=lambda row: -abs(row["estimate"]))
        sides = {
            "in favor of": [row for row in own if row["low"] > 0],
            "against": [row for row in own if row["high"] < 0],
        }
        said = [
            f"{word} " + _listed([f"{row['name']} ({score_words(row['estimate'])})" for row in rows[:4]])
            for word, rows in sides.items()
            if rows
        ]
        if said:
            yield Sentence(f"{group} is on average clearly {' and '.join(said)}.", "stances")
        elif own:
            yield Sentence(
                f"{group} is clearly for or against none of the actors with enough articles ({len(own)}).",
                "stances",
            )
    if means and len(found.names) > _GROUPS:
        text = f"The stances of the first {_GROUPS} of {len(found.names)} groups are told here; the table has all."
        yield Sentence(text, "stances")


def _divided(found: Comparison) -> Iterator[Sentence]:
    """Tell the greatest differences in stance that are beyond chance, or how great one must be to be found."""
    if len(found.names) < 2:
        yield Sentence(f"There is only one {found.plan.by}, so there is nothing to compare it with.", "differences")
        return
    if found.corrected is not None:
        yield from _divided_corrected(found)
        return
    table = found.differences[found.differences["estimand"] == "stance"]
    told = table[table["p"].notna()]
    if told.empty:
        text = "No two groups have enough articles about one actor for their stances to be compared."
        yield Sentence(text, "differences")
        return
    tests = int(told["tests"].iloc[0])
    sure = told[told["p_holm"] < SURE].sort_values("difference", key=abs, ascending=False, kind="stable")
    for row in rows_of(sure.head(_MANY)):
        more, less = (row["left"], row["right"]) if row["difference"] > 0 else (row["right"], row["left"])
        yield Sentence(
            f"Toward {row['name']}, {more} is more favorable than {less} by {abs(row['difference']):.2f} on the scale from −1 to "
            f"+1 (95 % interval {_interval(row, difference=row['difference'])}, adjusted p {_equals(row['p_holm'])}).",
            "differences",
        )
    least = told["detectable"].median()
    verb = "is" if len(sure) < 2 else "are"
    seen = f"{len(sure) or 'None'} of {counted(tests, 'difference')} in stance {verb} beyond chance"
    text = f"{seen} after adjustment for their number (Holm)."
    if math.isfinite(least):
        text += (
            f" A single test, not adjusted, would miss a true difference of less than {least:.2f} more often than one time in "
            "five (median over the comparisons)"
            + ("; adjusted for their number, it misses more." if tests > 1 else ".")
        )
    yield Sentence(text, "differences")


def _divided_corrected(found: Comparison) -> Iterator[Sentence]:
    assert found.corrected is not None
    own = _own_corrections(found.corrected)
    told = own[own["minus"].notna() & own["low"].notna()]
    if told.empty:
        text = f"Too few articles are hand-coded ({found.gold_count}) for a corrected difference in stance."
        yield Sentence(text, "correction")
        return
    sure = told[(told["wide_low"] > 0) | (told["wide_high"] < 0)]
    sure = sure.sort_values("estimate", key=abs, ascending=False, kind="stable")
    for row in rows_of(sure.head(_MANY)):
        more, less = (row["group"], row["minus"]) if row["estimate"] > 0 else (row["minus"], row["group"])
        yield Sentence(
            f"Toward {row['name']}, {more} is more favorable than {less} by {abs(row['estimate']):.2f} on the scale from −1 to "
            f"+1 (corrected, 95 % interval {_interval(row, difference=row['estimate'])}).",
            "correction",
        )
    have = (
        "has a simultaneous 95 % interval that leaves"
        if len(sure) < 2
        else "have simultaneous 95 % intervals that leave"
    )
    yield Sentence(
        f"Corrected by {counted(found.gold_count, 'hand-coded article')}, {len(sure) or 'none'} of "
        f"{counted(len(told), 'difference')} in stance {have} nought out (Bonferroni).",
        "correction",
    )


def _interval(row: Mapping[str, Any], *, difference: float) -> str:
    """Return the interval of a difference that is told as positive, with signs: it may reach beyond nought."""
    low, high = (row["low"], row["high"]) if difference > 0 else (-row["high"], -row["low"])
    return range_words(low, high, unit=_SCORE)


def _equals(p: float) -> str:
    words = p_words(p)
    return words if words.startswith("<") else f"= {words}"


def _events(found: Comparison) -> Iterator[Sentence]:
    if found.before_after is None:
        return
    told = found.before_after[found.before_after["p"].notna()]
    if told.empty:
        text = f"Too few articles before or after {found.plan.event} to test whether a stance changes."
        yield Sentence(text, "event")
        return
    sure = told[told["p_holm"] < SURE].sort_values("difference", key=abs, ascending=False, kind="stable")
    naive = "" if found.corrected is None else "naive, "
    for row in rows_of(sure.head(_MANY)):
        how = "more favorable" if row["difference"] > 0 else "less favorable"
        yield Sentence(
            f"From {found.plan.event} on, {row['group']} is {how} toward {row['name']} by {abs(row['difference']):.2f} "
            f"({naive}adjusted p {_equals(row['p_holm'])}).",
            "event",
        )
    if sure.empty:
        text = f"No group's stance toward an actor changes beyond chance with {found.plan.event} "
        yield Sentence(f"{text}({naive}{counted(len(told), 'comparison')}, adjusted by Holm).", "event")


def _voices(found: Comparison) -> Iterator[Sentence]:
    for voice in reversed(VOICES):
        table = found.estimates[(found.estimates["estimand"] == voice) & found.estimates["estimate"].notna()]
        if len(table) < 2:
            continue
        rows = sorted(rows_of(table), key=lambda row: float(row["estimate"]))
        least, most = rows[0], rows[-1]
        verb = {"opinion": "the author's opinion", "attributed": "attributed content", "fact": "fact"}[voice]
        pair = found.differences[(found.differences["estimand"] == voice)]
        ends = {least["group"], most["group"]}
        p = [float(row["p_holm"]) for row in rows_of(pair) if {row["left"], row["right"]} == ends]
        told = f" (adjusted p {_equals(p[0])})" if p and math.isfinite(p[0]) else ""
        if voice == "opinion" or (p and p[0] < SURE):
            yield Sentence(
                f"Of the letters of an article, {verb} takes from {100 * least['estimate']:.0f} % ({least['group']}) to "
                f"{100 * most['estimate']:.0f} % ({most['group']}){told}.",
                "voices",
            )


def _coverages(found: Comparison) -> Iterator[Sentence]:
    table = found.coverage
    sure = table[table["p_holm"] < SURE].sort_values(["p", "actor", "group"], kind="stable")
    for row in rows_of(sure.head(_MANY)):
        how = "more" if row["mentioning"] > row["expected"] else "less"
        yield Sentence(
            f"{row['group']} mentions {row['name']} {how} often than chance: in {row['mentioning']} of {row['articles']} "
            f"articles, where {row['expected']:.0f} would be expected (adjusted p {_equals(row['p_holm'])}).",
            "coverage",
        )


def _quoted(found: Comparison) -> Iterator[Sentence]:
    if found.quotations.empty:
        return
    table = found.quotations
    first = table[table["source"] == table["source"].iloc[0]]
    rows = sorted(rows_of(first), key=lambda row: -float(row["share"]))
    shares = _listed([f"{100 * row['share']:.0f} % of the articles of {row['group']}" for row in rows[:4]])
    yield Sentence(f"The actor quoted most is {rows[0]['name']}: in {shares}.", "quotation")


def _cautions(found: Comparison) -> Iterator[Sentence]:
    stances = best_means(found)
    few = sum(not math.isfinite(row["estimate"]) for row in stances)
    if few:
        yield Sentence(
            f"{few} of {len(stances)} mean stances have fewer than {found.plan.options.minimum} articles and no number.",
            "stances",
        )
    for note in found.notes:
        yield Sentence(note[:1].upper() + note[1:] + ".", "methods")
    told = caution(found)
    if told is not None:
        yield Sentence(told, "methods")

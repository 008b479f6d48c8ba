"""One self-contained HTML page of a comparison: the summary, figures, tables, and the articles behind every number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO

from markupsafe import Markup

from stance.compare.comparison import Comparison
from stance.compare.correction import METHODS
from stance.show import comparison_plots
from stance.show.comparison_cells import WordTable
from stance.show.comparison_evidence import Evidences, evidences, quoted_words, rolls
from stance.show.comparison_methods import methods_paragraph
from stance.show.comparison_plots import Plot, plots
from stance.show.comparison_tables import (
    DIFFERENCE_TITLES,
    actor_table,
    change_table,
    corrected_difference_table,
    corrected_means_table,
    coverage_table,
    difference_table,
    opinion_table,
    quotation_table,
    salience_table,
    stance_table,
    voice_table,
)
from stance.show.comparison_words import caution, counted, rows_of, summary_sentences
from stance.show.pages import environment, resource, script_digest, writable

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCES: Final = 15
"""The most sources of the matrix of quotations."""

_PAIRS: Final = 40

_INKS: Final = {
    comparison_plots.INK: "var(--ink)",
    comparison_plots.SOFT: "var(--soft)",
    comparison_plots.LINE: "var(--line)",
    comparison_plots.PAGE: "var(--page)",
    comparison_plots.FAVOR: "var(--favor)",
    comparison_plots.AGAINST: "var(--against)",
    comparison_plots.LINK: "var(--link)",
    **{color: f"var(--{voice})" for voice, color in comparison_plots.VOICE_COLORS.items()},
}
"""What the colors of the figures are called on the page, so that they follow it into the dark."""

_COLOR: Final = re.compile("|".join(_INKS))
_FONT: Final = re.compile(r"font(?:-family)?: [^;\"]*'DejaVu Sans'[^;\"]*;?")
_NAME: Final = re.compile(r'( id="|href="#|url\(#)')
_BEHIND: Final = re.compile(r'<a [^>]*href="#((?:behind|said)-[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Part:
    """One actor's part of the page."""

    id: str
    name: str
    about: str
    figures: Sequence[Plot]
    table: WordTable
    evidence: Sequence[Evidences]


def write_comparison_page(found: Comparison, stream: TextIO, *, version: str) -> None:
    """Write the page to a text stream, which must be UTF-8; `version` is the package's, for the methods.

    The page loads nothing. It can be read without its script, which sorts tables, opens what a number leads to, and copies the
    paragraph on methods. `#actor-1` in its address is the first actor's part, `#behind-2-1` the articles of the second group
    that list that actor.
    """
    script = resource("comparison.js")
    behind = evidences(found)
    articles = rolls(found)
    said = quoted_words(found, limit=_PAIRS)
    anchors = {part.anchor for parts in behind.values() for part in parts} | {roll.anchor for roll in articles}
    anchors |= {each.anchor for _, parts in said for each in parts}
    figures = plots(found, sources=SOURCES)
    shown = {
        name: _inline(plot, number, anchors=anchors) for number, (name, plot) in enumerate(figures.items(), start=1)
    }
    several = len(found.names) > 1
    warned = caution(found) or ""
    estimands = dict.fromkeys(found.differences["estimand"]) if several else {}
    differing = {name: difference_table(found, name) for name in estimands if name in DIFFERENCE_TITLES}
    page = {
        "style": resource("report.css") + resource("comparison.css"),
        "script": script,
        "digest": script_digest(script),
        "title": f"Comparison by {found.plan.by}",
        "by": found.plan.by,
        "names": found.names,
        "anchors": anchors | {f"actor-{number}" for number in range(1, len(found.actors) + 1)},
        "sentences": [each for each in summary_sentences(found) if each.text != warned],
        "caution": _with_code(warned),
        "figures": figures,
        "svg": shown,
        "stances": stance_table(found) if found.actors else None,
        "parts": [_part(found, actor, number, figures, behind) for number, actor in enumerate(found.actors, start=1)],
        "differences": [table for table in differing.values() if table.rows],
        "without": [table for table in differing.values() if not table.rows],
        "corrected": []
        if found.corrected is None
        else [corrected_means_table(found), corrected_difference_table(found)],
        "methods_of_correction": {name: said for name, said in METHODS.items() if name != "dsl"},
        "change": None if found.before_after is None else change_table(found),
        "event": found.plan.event,
        "quotations": [quotation_table(found, limit=_PAIRS), opinion_table(found, limit=_PAIRS)],
        "said": said,
        "voices": voice_table(found),
        "salience": salience_table(found) if found.actors else None,
        "coverage": coverage_table(found) if several and found.actors else None,
        "rolls": articles,
        "copies": _copies(found),
        "variants": _variants(found),
        "methods": methods_paragraph(found, version=version),
        "models": found.models,
        "counted": counted,
    }
    stream.write(writable(environment().get_template("comparison.html").render(page)))


def _part(
    found: Comparison,
    actor: str,
    number: int,
    figures: Mapping[str, Plot],
    behind: Mapping[str, Sequence[Evidences]],
) -> _Part:
    own = [figures[f"{kind}-{number}"] for kind in ("stance", "quoted", "time") if f"{kind}-{number}" in figures]
    row = rows_of(found.tables.actors[found.tables.actors["actor"] == actor])[0]
    about = " · ".join(part for part in (row["type"], row["link"]) if isinstance(part, str))
    spelled = row["names"].split(" | ")
    if len(spelled) > 1:
        about += f" · also {', '.join(spelled[1:6])}"
    return _Part(f"actor-{number}", found.actor_names[actor], about, own, actor_table(found, actor), behind[actor])


def _inline(plot: Plot, number: int, *, anchors: set[str]) -> Markup:
    """Return the figure for the page: names of its own, the page's colors and letters, words for those who do not see it."""
    kept = _BEHIND.sub(lambda link: link[0] if link[1] in anchors else link[2], plot.svg)
    own = _NAME.sub(rf"\g<1>f{number}-", kept)
    own = re.sub(rf'href="#f{number}-(behind|said)-', r'href="#\1-', own)
    colored = _COLOR.sub(lambda color: _INKS[color[0]], _FONT.sub("", own))
    label = Markup('<svg class="plot" role="img" aria-label="{}"').format(plot.words)
    return Markup(colored.replace("<svg", label, 1))


def _with_code(text: str) -> Markup:
    """Return a text whose words between backticks are set as what one types."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def _copies(found: Comparison) -> list[list[str]]:
    """Return the texts that stand more than once: title, and every copy with its outlet, date and whether it counts."""
    titles = {document.id: document.meta.title or document.id for document in found.documents}
    counting = set(found.groups)
    texts: dict[str, list[str]] = {}
    for row in rows_of(found.duplicates.clusters):
        where = ", ".join(part for part in (row["outlet"], row["date"]) if isinstance(part, str))
        said = f"{row['document']} ({where})" if where else row["document"]
        lines = texts.setdefault(row["cluster"], [titles.get(row["cluster"], row["cluster"])])
        lines.append(said if row["document"] in counting else f"{said}: not counted")
    return list(texts.values())


def _variants(found: Comparison) -> list[str]:
    """Return sentences on actors that may be one of those compared but are kept apart."""
    table = found.tables.variants
    wanted = table[table["like"].isin(found.actors) | table["actor"].isin(found.actors)]
    return [
        f"{row['name']} ({row['actor']}, {counted(row['articles'], 'article')}) may be {row['like_name']} ({row['like']})"
        for row in rows_of(wanted.head(20))
    ]

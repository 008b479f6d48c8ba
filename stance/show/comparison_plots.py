"""Plots of a comparison as SVG: forests of intervals, a heat map, voices, who quotes whom, and stances over time."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stance.compare.comparison import Comparison
from stance.labels import VOICES
from stance.show.comparison_cells import anchor_of, said_anchor
from stance.show.comparison_words import best_means, naive_mark, naive_title, rows_of, value_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1b1c1e"
SOFT: Final = "#56595e"
LINE: Final = "#d5d8dc"
PAGE: Final = "#ffffff"
FAVOR: Final = "#166a2f"
AGAINST: Final = "#762a83"
VOICE_COLORS: Final = {"fact": "#eceef0", "attributed": "#c9e2f8", "opinion": "#fbdf9e"}
LINK: Final = "#0b5394"

_WIDTH: Final = 4.6
"""Inches: what a phone shows without making letters smaller, and two of which stand side by side elsewhere."""

_MOST_TINT: Final = 0.5
"""How far a heat map covers the page: letters on it stay readable on a light page and on a dark one."""

_LABEL: Final = 20
_HEAD: Final = 13


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure: a name that is its own, a title, the SVG, and in words what it shows.

    The letters are text, so that they can be read out, searched and shown in the font of the page.
    """

    name: str
    title: str
    svg: str
    words: str

    def _repr_svg_(self) -> str:
        """Return what a notebook shows."""
        return self.svg


def plots(found: Comparison, *, sources: int = 15) -> dict[str, Plot]:
    """Return all figures that have something to show, by name, in the order of the page.

    Names: `heat`, `voices`, `quotations` (the first `sources` of them), and for actor N, counted from 1, `stance-N`, `quoted-N` and
    `time-N`.
    """
    made: list[Plot | None] = [heat_map(found)]
    for number, actor in enumerate(found.actors, start=1):
        made += [forest_plot(found, actor, estimand=name, name=f"{name}-{number}") for name in ("stance", "quoted")]
        made.append(timeline(found, actor, name=f"time-{number}"))
    made += [voice_plot(found), quotation_matrix(found, limit=sources)]
    return {plot.name: plot for plot in made if plot is not None}


def forest_plot(found: Comparison, actor: str, *, estimand: str = "stance", name: str = "forest") -> Plot | None:
    """Return the groups' estimates about one actor with their intervals, one line a group; None if none has a number.

    A point's area grows with the number of articles. A pale bar shows what abstentions could make of it. Where there is
    gold, the corrected stance is a filled diamond with a thick line, the naive one a hollow circle with a thin one.
    """
    table = found.estimates[(found.estimates["actor"] == actor) & (found.estimates["estimand"] == estimand)]
    rows = {row["group"]: row for row in rows_of(table)}
    right = {}
    if estimand == "stance" and found.corrected is not None:
        right = {row["group"]: row for row in best_means(found) if row["actor"] == actor and row["method"] == "ppi"}
    if not any(math.isfinite(row["estimate"]) for row in (*rows.values(), *right.values())):
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.axvline(0, color=SOFT, linewidth=0.8)
        for place, group in enumerate(found.names):
            _forest_line(axes, place, rows[group], right.get(group))
        axes.set(xlim=(-1.02, 1.02), ylim=(len(found.names) - 0.4, -0.6), xticks=[-1, -0.5, 0, 0.5, 1])
        axes.set_xticklabels(["−1\nagainst", "−0.5", "0", "+0.5", "+1\nin favor"])
        axes.set_yticks(range(len(found.names)), [_broken(group, _LABEL) for group in found.names])
        axes.tick_params(axis="y", length=0)
        said = axes.secondary_yaxis("right")
        best = {group: right.get(group, rows[group]) for group in found.names}
        said.set_yticks(range(len(found.names)), [value_words(best[group]["estimate"], "-1") for group in found.names])
        said.tick_params(axis="y", length=0)
        said.spines["right"].set_visible(False)

    whose = "The author's stance toward" if estimand == "stance" else "The quoted on"
    title = f"{whose} {found.actor_names[actor]}"
    title = title if estimand == "stance" else naive_title(found, title)
    words = "; ".join(_estimate_words(right.get(group, rows[group])) for group in found.names)
    return Plot(name, title, _svg(draw, height=0.42 * len(found.names) + 0.65), f"{title}: {words}.")


def heat_map(found: Comparison) -> Plot | None:
    """Return the mean stance of groups (columns) toward actors (rows), each cell with its number; None without actors.

    Green favors, purple is against; bold is what its interval tells from nought. Cells link to the articles behind them.
    """
    means = {(row["actor"], row["group"]): row for row in best_means(found)}
    if not any(math.isfinite(row["estimate"]) for row in means.values()):
        return None

    def draw(figure: Figure) -> None:
        axes = _grid(figure, rows=[found.actor_names[actor] for actor in found.actors], columns=found.names)
        for down, actor in enumerate(found.actors):
            for across, group in enumerate(found.names):
                row = means[actor, group]
                value = row["estimate"]
                known = math.isfinite(value)
                tint = _MOST_TINT * abs(value) if known else 0.0
                color = (FAVOR if value > 0 else AGAINST) if known else PAGE
                sure = known and (row["low"] > 0 or row["high"] < 0)
                text = value_words(value, "-1") + naive_mark(found, row) if known else "–"
                square = _Square(color, tint, text, sure, anchor_of(found, group, actor=actor))
                _draw_square(axes, square, down=down, across=across)

    title = "Stance toward actors"
    words = "; ".join(
        f"{found.actor_names[actor]}: "
        + ", ".join(f"{group} {value_words(means[actor, group]['estimate'], '-1')}" for group in found.names)
        for actor in found.actors
    )
    return Plot("heat", title, _grid_svg(draw, rows=len(found.actors), columns=len(found.names)), f"{title}: {words}.")


def quotation_matrix(found: Comparison, *, limit: int = 15) -> Plot | None:
    """Return in what share of its articles each group (column) quotes each source (row); None if nobody is quoted."""
    table = found.quotations
    if table.empty:
        return None
    sources = list(dict.fromkeys(table["source"]))[:limit]
    rows = {(row["source"], row["group"]): row for row in rows_of(table)}
    groups = [group for group in found.names if group in set(table["group"])]
    most = max(rows[source, group]["share"] for source in sources for group in groups)
    names = [rows[source, groups[0]]["name"] for source in sources]

    def draw(figure: Figure) -> None:
        axes = _grid(figure, rows=names, columns=groups)
        for down, source in enumerate(sources):
            for across, group in enumerate(groups):
                share = rows[source, group]["share"]
                tint = _MOST_TINT * share / most
                words = f"{100 * share:.0f} %" if share else "·"
                square = _Square(LINK, tint, words, link=said_anchor(found, group, source=down) if share else "")
                _draw_square(axes, square, down=down, across=across)

    title = naive_title(found, "Who quotes whom: share of articles that quote the actor")
    words = "; ".join(
        f"{name}: " + ", ".join(f"{group} {100 * rows[source, group]['share']:.0f} %" for group in groups)
        for name, source in zip(names, sources, strict=True)
    )
    return Plot("quotations", title, _grid_svg(draw, rows=len(sources), columns=len(groups)), f"{title}. {words}.")


def voice_plot(found: Comparison) -> Plot | None:
    """Return the shares of fact, attributed and opinion of each group as stacked bars; None without voices."""
    table = found.estimates[found.estimates["estimand"].isin(VOICES)]
    shares = {(row["group"], row["estimand"]): row["estimate"] for row in rows_of(table)}
    groups = [group for group in found.names if math.isfinite(shares.get((group, "fact"), math.nan))]
    if not groups:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for place, group in enumerate(groups):
            left = 0.0
            for voice in VOICES:
                share = shares[group, voice]
                axes.barh(
                    place, share, left=left, height=0.62, color=VOICE_COLORS[voice], edgecolor=SOFT, linewidth=0.8
                )
                text = f"{100 * share:.0f} %"
                if share > 0.08:
                    axes.text(left + share / 2, place, text, ha="center", va="center", color=INK)
                if place == 0:
                    axes.text(left + share / 2, -0.45, voice, ha="center", va="bottom", color=SOFT)
                left += share
        axes.set(xlim=(0, 1), ylim=(len(groups) - 0.5, -0.85), xticks=[])
        axes.set_yticks(range(len(groups)), [_broken(group, _LABEL) for group in groups])
        axes.tick_params(axis="y", length=0)
        axes.spines["bottom"].set_visible(False)

    title = naive_title(found, "Voices: shares of the letters of an article")
    words = "; ".join(
        f"{group}: " + ", ".join(f"{v} {100 * shares[group, v]:.0f} %" for v in VOICES) for group in groups
    )
    return Plot("voices", title, _svg(draw, height=0.42 * len(groups) + 0.35), f"{title}. {words}.")


def timeline(found: Comparison, actor: str, *, name: str = "time") -> Plot | None:
    """Return the stance toward one actor over time, one panel a group; None where no group has a curve or number.

    The line and its 95 % band are the smooth curve; points with their intervals are periods with enough articles, and a
    dotted line is the event.
    """
    if found.trends is None:
        return None
    table = found.trends[found.trends["actor"] == actor]
    series = {group: rows_of(table[table["group"] == group]) for group in found.names}
    drawn = [
        group
        for group in found.names
        if any(math.isfinite(row["smooth"]) or math.isfinite(row["estimate"]) for row in series[group])
    ]
    if not drawn:
        return None

    def draw(figure: Figure) -> None:
        import datetime

        panels = figure.subplots(len(drawn), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, group in zip(panels, drawn, strict=True):
            rows = series[group]
            days = [datetime.date.fromisoformat(row["start"]) for row in rows]
            keys = ("smooth", "smooth_low", "smooth_high", "estimate", "low", "high")
            columns = {key: [row[key] for row in rows] for key in keys}
            axes.axhline(0, color=SOFT, linewidth=0.8)
            axes.fill_between(days, columns["smooth_low"], columns["smooth_high"], color=LINK, alpha=0.22, linewidth=0)
            axes.plot(days, columns["smooth"], color=LINK, linewidth=1.6)
            axes.vlines(days, columns["low"], columns["high"], color=SOFT, linewidth=0.8)
            axes.plot(days, columns["estimate"], "o", color=INK, markersize=3)
            if found.plan.event is not None:
                from stance.compare.dates import event_day

                axes.axvline(event_day(found.plan.event), color=INK, linewidth=1.2, linestyle=(0, (1, 1.5)))
            axes.set(ylim=(-1, 1), yticks=[-1, 0, 1])
            axes.set_yticklabels(["−1", "0", "+1"])
            axes.set_title(f"  {group}", loc="left", size=8.5, color=INK, pad=3)
        _dates(panels[-1])

    title = naive_title(found, f"Toward {found.actor_names[actor]}, by {found.period}")
    ends = []
    for group in drawn:
        curve = [row for row in series[group] if math.isfinite(row["smooth"])]
        if curve:
            first, last = (value_words(curve[place]["smooth"], "-1") for place in (0, -1))
            ends.append(f"{group} from {first} in {curve[0]['start'][:7]} to {last} in {curve[-1]['start'][:7]}")
    words = f"{title}: {'; '.join(ends)}." if ends else f"{title}: single periods, too few for a curve."
    return Plot(name, title, _svg(draw, height=0.85 * len(drawn) + 0.35), words)


def _dates(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=6)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _forest_line(axes: Axes, place: int, naive: dict[str, Any], right: dict[str, Any] | None) -> None:
    value, low, high = (naive[key] for key in ("estimate", "low", "high"))
    if not math.isfinite(value) and right is None:
        axes.text(0.03, place, f"too few articles: {naive['articles']}", va="center", color=SOFT, size=7.5)
        return
    if right is None:
        axes.plot([naive["bound_low"], naive["bound_high"]], [place] * 2, color=SOFT, alpha=0.3, linewidth=8,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot([low, high], [place] * 2, color=INK, linewidth=1.6)
        size = 14 + 60 * min(1.0, naive["articles"] / 100)
        axes.scatter([value], [place], s=size, marker="s", color=INK, zorder=3, clip_on=False)
        return
    axes.plot([low, high], [place - 0.16] * 2, color=SOFT, linewidth=1.0)
    axes.scatter([value], [place - 0.16], s=22, color=PAGE, edgecolors=SOFT, zorder=3, clip_on=False)
    axes.plot([right["low"], right["high"]], [place + 0.14] * 2, color=INK, linewidth=2)
    axes.scatter([right["estimate"]], [place + 0.14], s=34, marker="D", color=INK, zorder=3, clip_on=False)


def _estimate_words(row: dict[str, Any]) -> str:
    if not math.isfinite(row["estimate"]):
        return f"{row['group']} too few articles ({row['articles']})"
    low, high = value_words(row["low"], "-1"), value_words(row["high"], "-1")
    return f"{row['group']} {value_words(row['estimate'], '-1')}, interval {low} to {high}, {row['articles']} articles"


def _grid(figure: Figure, *, rows: Sequence[str], columns: Sequence[str]) -> Axes:
    """Return axes for squares, rows and columns with their names."""
    axes = figure.subplots()
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), [_broken(name, _HEAD) for name in columns])
    axes.set_yticks(range(len(rows)), [_broken(name, _LABEL) for name in rows])
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


@dataclass(frozen=True, slots=True)
class _Square:
    """One cell of a grid: how far its color covers the page (0 to 1), its words, bold if sure, and where they lead."""

    color: str
    tint: float
    text: str
    sure: bool = False
    link: str = ""


def _draw_square(axes: Axes, square: _Square, *, down: int, across: int) -> None:
    from matplotlib.patches import Rectangle

    corner = (across - 0.48, down - 0.46)
    axes.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=square.color, alpha=square.tint, linewidth=0))
    axes.add_patch(Rectangle(corner, 0.96, 0.92, facecolor="none", edgecolor=LINE, linewidth=0.8))
    weight = "bold" if square.sure else "normal"
    written = axes.text(across, down, square.text, ha="center", va="center", color=INK, weight=weight)
    if square.link:
        written.set_url(f"#{square.link}")


def _broken(name: str, width: int) -> str:
    """Return a name on at most two lines of that many characters."""
    return "\n".join(textwrap.wrap(name, width, max_lines=2, placeholder="…", break_on_hyphens=False))


def _grid_svg(draw: Callable[[Figure], None], *, rows: int, columns: int) -> str:
    return _svg(draw, height=0.3 * rows + 0.5, width=max(2.6, 1.6 + 0.8 * columns))


def _svg(draw: Callable[[Figure], None], *, height: float, width: float = _WIDTH) -> str:
    """Return the SVG of what `draw` puts into a figure of that size in inches; the same each time."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style = rc_context(
        {
            "font.family": ["DejaVu Sans"],
            "font.size": 8.0,
            "text.color": INK,
            "axes.edgecolor": SOFT,
            "axes.labelcolor": INK,
            "xtick.color": SOFT,
            "ytick.color": SOFT,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.facecolor": "none",
            "svg.fonttype": "none",
            "svg.hashsalt": "stance",
            "text.parse_math": False,
        }
    )
    with style:
        figure = Figure(figsize=(width, height), layout="constrained", facecolor=PAGE)
        draw(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    text = buffer.getvalue()
    return text[text.index("<svg") :]

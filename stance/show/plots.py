"""Plots as SVG: reliability, one panel a task, readable in black and white."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from stance.measure.calibration import Calibration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL_WIDTH: Final = 2.7
_HEIGHT: Final = 3.3
_COLUMNS: Final = 2
_FEW: Final = 0.02


def reliability_plot(calibrations: Mapping[str, Calibration]) -> str:
    """Return an SVG of accuracy by confidence, one panel a task, with the number of claims in each bin beneath.

    A point stands at the mean confidence and the accuracy of a bin, hollow where the bin holds less than 2 % of the claims;
    the line to the diagonal is the gap. Under the diagonal the model is surer than it should be. The same calibrations
    give the same text; without any, an empty string. Letters are drawn as shapes of the font that matplotlib brings, so that a
    plot looks the same everywhere; say in words beside it what it shows.
    """
    if not calibrations:
        return ""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    columns = min(_COLUMNS, len(calibrations))
    rows = -(-len(calibrations) // columns)
    style = rc_context(
        {
            "font.family": ["DejaVu Sans"],
            "font.size": 9.0,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "stance",
        }
    )
    with style:
        figure = Figure(figsize=(_PANEL_WIDTH * columns + 0.6, _HEIGHT * rows), layout="constrained", facecolor="white")
        panels = figure.subfigures(rows, columns, squeeze=False, hspace=0.06)
        for place, (task, one) in enumerate(calibrations.items()):
            row, column = divmod(place, columns)
            above, below = panels[row, column].subplots(2, 1, sharex=True, height_ratios=[3, 1])
            _points(above, one, title=task)
            _counts(below, one)
            if column == 0:
                above.set_ylabel("share that is right")
                below.set_ylabel("number")
            panels[row, column].align_ylabels()
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _points(axes: Axes, one: Calibration, *, title: str) -> None:
    axes.plot([0, 1], [0, 1], color="0.45", linewidth=1, linestyle=(0, (4, 3)))
    confidence, accuracy = ([getattr(each, name) for each in one.bins] for name in ("confidence", "accuracy"))
    axes.vlines(confidence, confidence, accuracy, color="0.45", linewidth=1.2)
    fills = ["white" if each.count < _FEW * one.count else "black" for each in one.bins]
    axes.scatter(confidence, accuracy, s=26, color=fills, edgecolors="black", zorder=3, clip_on=False)
    axes.set_title(f"{title}: ECE {100 * one.error:.1f} %", loc="left", weight="bold", size=10)
    axes.set(xlim=(0, 1), ylim=(0, 1), yticks=[0, 0.5, 1])


def _counts(axes: Axes, one: Calibration) -> None:
    edges = [each.low for each in one.bins]
    widths = [each.high - each.low for each in one.bins]
    counts = [each.count for each in one.bins]
    axes.bar(edges, counts, width=widths, align="edge", color="0.75", edgecolor="black", linewidth=0.7)
    most = max(counts)
    axes.set(xlim=(0, 1), ylim=(0, most * 1.15), xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[0, most])
    axes.set_yticklabels(["0", f"{round(most):,}"])
    axes.set_xlabel(f"confidence ({one.count:,} {one.unit})")

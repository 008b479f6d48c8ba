"""The reliability plot: an SVG that is the same each time and says nothing by color."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np

from stance.measure.calibration import Calibration, Claims, calibration
from stance.show.plots import reliability_plot


def made(*, seed: int = 0) -> Calibration:
    generator = np.random.default_rng(seed)
    confidence = np.concatenate([generator.uniform(0.5, 1, 200), [0.02]])
    right = (generator.random(201) < confidence).astype(float)
    return calibration(Claims(confidence, right, np.ones(201), np.arange(201) // 20), unit="tuples")


def test_the_plot_is_an_svg_with_a_panel_for_points_and_one_for_counts_a_task() -> None:
    svg = reliability_plot({"voice": made(), "opinion": made(seed=1), "content": made(seed=2)})
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    axes = [each for each in root.iter() if re.fullmatch(r"axes_\d+", each.get("id", ""))]
    assert len(axes) == 6


def test_the_same_calibrations_give_the_same_bytes() -> None:
    assert reliability_plot({"voice": made()}) == reliability_plot({"voice": made()})


def test_the_plot_has_no_color_names_no_font_and_loads_nothing() -> None:
    svg = reliability_plot({"voice": made()})
    colors = set(re.findall(r"#[0-9a-f]{6}", svg))
    assert colors and all(color[1:3] == color[3:5] == color[5:7] for color in colors)
    assert "<text" not in svg and "font-family" not in svg
    assert set(re.findall(r"""(?:href|src)="([^#"][^"]*)""", svg)) == set()


def test_a_bin_with_few_claims_is_hollow() -> None:
    svg = reliability_plot({"voice": made()})
    points = re.search(r'<g id="PathCollection_1">.*?</g>\s*</g>', svg, flags=re.DOTALL)
    assert points is not None
    styles = re.findall(r'<use [^>]*y="[0-9.]+" style="([^"]*)"', points[0])
    assert len(styles) == len(made().bins)
    assert ["fill: #ffffff" in style for style in styles] == [each.count < 0.02 * 201 for each in made().bins]


def test_without_scores_there_is_no_plot() -> None:
    assert reliability_plot({}) == ""

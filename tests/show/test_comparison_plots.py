"""The figures of a comparison: well-formed, the same each time, with names that mean nothing to a plotting library."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from stance.compare.choosing import Options
from stance.compare.comparison import Comparison, Plan, compare
from stance.document import Document
from stance.show.comparison_plots import forest_plot, heat_map, plots, timeline

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found(outlets: list[Document]) -> Comparison:
    return compare(outlets, Plan(options=Options(draws=200, permutations=200)))


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_figures_are_well_formed_and_the_same_each_time(found: Comparison) -> None:
    one, other = plots(found), plots(found)
    assert one == other and next(iter(one)) == "heat"
    assert all(ElementTree.fromstring(plot.svg).tag == f"{SVG}svg" for plot in one.values())


def test_a_heat_map_names_rows_and_columns_and_has_a_number_in_each_square(found: Comparison) -> None:
    plot = heat_map(found)
    assert plot is not None and plot._repr_svg_() == plot.svg
    assert {"Ada Brandt", "Harbour Trust", "Dawn", "Dusk", "Noon", "+0.70", "−0.60", "0.00"} <= set(texts(plot.svg))
    assert "Ada Brandt: Dawn +0.70, Dusk −0.60, Noon" in plot.words


def test_a_forest_says_where_articles_are_too_few(outlets: list[Document]) -> None:
    options = Options(draws=200, permutations=200, minimum=8)
    found = compare(outlets, Plan(actors=["Ada Brandt"], options=options))
    plot = forest_plot(found, found.actors[0])
    assert plot is not None and "too few articles: 7" in texts(plot.svg)
    assert "Noon too few articles (7)" in plot.words


def test_without_dates_or_numbers_there_is_no_figure(outlets: list[Document], found: Comparison) -> None:
    undated = [replace(each, meta=replace(each.meta, date=None)) for each in outlets]
    without = compare(undated, Plan(actors=["Ada Brandt"], options=Options(draws=200, permutations=200, minimum=20)))
    assert timeline(without, without.actors[0]) is None and heat_map(without) is None
    assert timeline(found, found.actors[0]) is not None


def test_dollars_and_angles_in_a_name_are_only_letters(outlets: list[Document]) -> None:
    odd = [replace(each, meta=replace(each.meta, outlet=f"{each.meta.outlet} $x_1$ <i>")) for each in outlets]
    plot = heat_map(compare(odd, Plan(options=Options(draws=200, permutations=200))))
    assert plot is not None and "Dawn $x_1$" in texts(plot.svg)

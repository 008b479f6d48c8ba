"""`stance.compare_outlets`: data frames, figures, sentences and files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import stance
from stance.compare import rows
from stance.document import Document
from stance.errors import ConfigError, OutputError
from stance.show.comparison import OutletComparison
from stance.show.comparison_text import render_comparison
from stance.show.comparison_words import p_words


@pytest.fixture(scope="module")
def comparison(outlets: list[Document]) -> OutletComparison:
    return stance.compare_outlets(outlets, by="outlet", actors=["Ada Brandt"])


def test_the_function_and_the_folder_of_that_name_do_not_meet() -> None:
    assert callable(stance.compare_outlets) and stance.compare.__name__ == "stance.compare"


def test_frames_have_every_number_and_figures_every_plot(comparison: OutletComparison) -> None:
    frames = comparison.frames
    means = frames["estimates"].query("estimand == 'stance'").set_index("group")["estimate"]
    assert means.round(3).to_dict() == {"Dawn": 0.7, "Dusk": -0.6, "Noon": pytest.approx(0.004, abs=0.01)}
    assert {"results", "differences", "coverage", "quotations", "opinions", "articles", "trends"} <= set(frames)
    assert set(comparison.figures) >= {"heat", "stance-1", "quoted-1", "voices", "quotations"}
    assert comparison.sentences[0].startswith("24 articles: Dawn (8)")
    assert "stance " + stance.__version__ in comparison.methods


@pytest.mark.parametrize("ending", ["txt", "html", "json", "csv", "parquet"])
def test_each_ending_writes_its_format(comparison: OutletComparison, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    comparison.write(path)
    if ending in ("csv", "parquet"):
        table = rows.read(path)
        assert len(table) == len(comparison.frames["results"]) and set(table["kind"]) >= {"estimate", "difference"}
    elif ending == "json":
        values = json.loads(path.read_text(encoding="utf-8"))
        assert len(values["results"]) == len(comparison.frames["results"]) and values["plan"]["seed"] == 0
    else:
        beginning = {"txt": "• 24 articles", "html": "<!doctype html>"}[ending]
        assert path.read_text(encoding="utf-8").startswith(beginning)


def test_a_format_that_there_is_not_is_told(comparison: OutletComparison, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'html'"):
        comparison.write(tmp_path / "out.html", format="htlm")
    with pytest.raises(OutputError, match="ends in .parquet"):
        comparison.write(tmp_path / "out.csv", format="parquet")


def test_the_text_keeps_to_its_width_and_cleans_what_a_terminal_would_obey(outlets: list[Document]) -> None:
    from dataclasses import replace

    odd = [replace(each, meta=replace(each.meta, outlet=f"{each.meta.outlet}\x1b[2J")) for each in outlets]
    text = render_comparison(stance.compare_outlets(odd).found, width=72)
    assert "\x1b" not in text and max(map(len, text.splitlines())) <= 72


def test_p_values_are_never_nought() -> None:
    assert [p_words(p) for p in (0.0002, 0.001, 0.049, 0.3, 0.9999)] == ["< 0.001", "0.001", "0.049", "0.30", "1"]

"""A comparison for its users: data frames, figures, sentences, and files of every format."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stance.compare import rows
from stance.compare.comparison import Comparison
from stance.compare.results import results
from stance.errors import ConfigError, OutputError, Problem, nearest
from stance.formats.atomic import writing
from stance.show.comparison_methods import methods_paragraph
from stance.show.comparison_page import write_comparison_page
from stance.show.comparison_plots import Plot, plots
from stance.show.comparison_text import render_comparison
from stance.show.comparison_words import rows_of, summary_sentences
from stance.show.pages import writable

if TYPE_CHECKING:
    import pandas as pd

FORMATS: Final = ("text", "html", "json", "csv", "parquet")

SUFFIXES: Final[Mapping[str, str]] = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
}
"""The format that a file's name asks for."""


@dataclass(frozen=True, slots=True)
class OutletComparison:
    """What `stance.compare_outlets` returns: `found` holds all tables, the rest is made of them when it is asked for.

    `version` is the package's, for the paragraph on methods.
    """

    found: Comparison
    version: str

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The data frames by name; `results` has every number, one a row, the others more columns of one kind each."""
        found = self.found
        optional = {"trends": found.trends, "before_after": found.before_after, "corrected": found.corrected}
        return {
            "results": results(found),
            "estimates": found.estimates,
            "differences": found.differences,
            "coverage": found.coverage,
            "quotations": found.quotations,
            "opinions": found.opinions,
            **{name: table for name, table in optional.items() if table is not None},
            "articles": found.tables.articles,
            "rows": found.tables.rows,
            "actors": found.tables.actors,
            "variants": found.tables.variants,
            "duplicates": found.duplicates.clusters,
        }

    @property
    def figures(self) -> dict[str, Plot]:
        """The figures by name, see `comparison_plots.plots`; a notebook draws them."""
        return plots(self.found)

    @property
    def sentences(self) -> list[str]:
        """The summary."""
        return [sentence.text for sentence in summary_sentences(self.found)]

    @property
    def methods(self) -> str:
        """A paragraph on the methods, for a paper."""
        return methods_paragraph(self.found, version=self.version)

    def text(self, *, width: int = 100) -> str:
        """Return the summary and the main tables for a terminal."""
        return render_comparison(self.found, width=width)

    def write(self, path: Path | None, *, format: str | None = None, width: int = 100) -> None:
        """Write a file in a format of `FORMATS`, by its ending if None; to standard output if `path` is None.

        `html` is the page, `csv` and `parquet` are the frame `results`, `json` has it with plan, summary and methods.
        `width` is that of the text. The file appears whole or not at all.

        Raises:
            ConfigError, OutputError: no such format, an ending that names none, or a place that cannot be written.
        """
        named = find_format(path, format)
        if named == "parquet":
            assert path is not None
            rows.write(results(self.found), path)
        elif path is None:
            self._write(sys.stdout, format=named, width=width)
        else:
            with writing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
                self._write(stream, format=named, width=width)

    def _write(self, stream: Any, *, format: str, width: int) -> None:
        if format == "html":
            write_comparison_page(self.found, stream, version=self.version)
        elif format == "csv":
            results(self.found).to_csv(stream, index=False, lineterminator="\n")
        elif format == "json":
            stream.write(writable(json.dumps(self._values(), ensure_ascii=False, indent=1)) + "\n")
        else:
            stream.write(self.text(width=width))

    def _values(self) -> dict[str, Any]:
        found = self.found
        table = rows_of(results(found).astype(object))
        return {
            "by": found.plan.by,
            "groups": {name: list(found.groups.values()).count(name) for name in found.names},
            "actors": {key: found.actor_names[key] for key in found.actors},
            "plan": asdict(found.plan),
            "left_out": found.left_out,
            "models": [asdict(model) for model in found.models],
            "summary": self.sentences,
            "methods": self.methods,
            "results": [{name: value for name, value in row.items() if _there(value)} for row in table],
        }


def find_format(path: Path | None, format: str | None = None) -> str:
    """Return the format that is named, or that the ending of the path names; text where there is neither.

    Raises:
        ConfigError: no such format. OutputError: an ending that names none, or Parquet without a file.
    """
    if format is not None and format not in FORMATS:
        wish = f"one of {', '.join(FORMATS)}{nearest(format, FORMATS)}"
        raise ConfigError(Problem("format", repr(format), wish=wish, cure="choose one of them"))
    suffix = "" if path is None else path.suffix.lower()
    if path is not None and format is None and suffix not in SUFFIXES:
        cure = "end the name so, or say the format"
        problem = Problem(str(path), f"the ending {suffix!r}", wish=f"one of {', '.join(SUFFIXES)}", cure=cure)
        raise OutputError(problem)
    if format == "parquet" and suffix != ".parquet":
        value = "no file to write it to" if path is None else f"the ending {suffix!r}"
        raise OutputError(Problem("parquet", value, wish="a file that ends in .parquet", cure="name one with `-o`"))
    return format or SUFFIXES.get(suffix, "text")


def _there(value: object) -> bool:
    """Return whether a cell holds something."""
    import pandas

    return value is not None and value is not pandas.NA and not (isinstance(value, float) and not math.isfinite(value))

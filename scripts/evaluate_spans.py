"""Precision, recall and F1 of predicted spans against hand-annotated ones: `evaluate_spans.py GOLD PREDICTED`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from stance.document import Document
from stance.errors import StanceError
from stance.labels import ATTRIBUTION_PARTS
from stance.measure import items
from stance.measure.annotated import read_annotated
from stance.measure.pairing import paired
from stance.measure.spans import LabelledSpan
from stance.measure.summary import span_table
from stance.measure.tables import render
from stance.measure.tallies import NO_SPANS, SpanScores, span_scores

Spans = Callable[[Document], Sequence[LabelledSpan]]


def _part(name: str) -> Spans:
    return lambda document: items.attribution_parts(document.attributions or (), part=name)


LAYERS: Mapping[str, tuple[str, Mapping[str, Spans]]] = {
    "voice": ("voice", {"voice": lambda document: items.voice_spans(document.voice or ())}),
    "attributions": ("attributions", {name: _part(name) for name in ATTRIBUTION_PARTS}),
    "mentions": ("actors", {"mention": lambda document: items.mention_spans(document.actors or ())}),
    "arguments": ("arguments", {"unit": items.unit_spans}),
}
"""By the names of `--layer`: the document's layer, and the kinds of span that it holds."""


def main() -> int:
    """Print one table a layer, a row for each label and one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="hand-annotated documents: JSON lines, or a folder")
    parser.add_argument("predicted", type=Path, help="predictions of the same texts, with the same ids")
    parser.add_argument("--layer", choices=tuple(LAYERS), action="append", help="only this layer (may be repeated)")
    arguments = parser.parse_args()
    try:
        pairs = paired(read_annotated(arguments.gold), read_annotated(arguments.predicted))
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    tables = []
    for name in arguments.layer or LAYERS:
        layer, kinds = LAYERS[name]
        annotated = [pair for pair in pairs if getattr(pair[0], layer) is not None]
        rows: dict[str, SpanScores] = {}
        for kind, spans in kinds.items():
            for gold, predicted in ((spans(one), spans(other)) for one, other in annotated):
                labels = {span.label for span in (*gold, *predicted)}
                for label in sorted(labels):
                    sides = ([span for span in side if span.label == label] for side in (gold, predicted))
                    row = label or kind
                    rows[row] = rows.get(row, NO_SPANS) + span_scores(*sides)
        if len(rows) > 1:
            rows["all"] = sum(rows.values(), NO_SPANS)
        if rows:
            tables.append(span_table(f"{name.capitalize()} of {len(annotated)} documents, in percent", name, rows=rows))
        else:
            print(f"{name}: no document of GOLD is annotated with it", file=sys.stderr)
    print(render(tables), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

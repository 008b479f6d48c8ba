"""How often each publisher quotes an actor: as predicted, beside the people who annotated PolNeAR, on its held-out articles.

    python scripts/study_quotations.py election-predicted.jsonl --data data --actor "Hillary Clinton" "Donald Trump"

Reads what `stance predict` made of `scripts/study_articles.py election`. An annotated source counts as the actor where it overlaps
one of the actor's mentions as the model found them, so that only attributions are judged. "He said" counts on neither side.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from stance.compare.choosing import find_actors
from stance.compare.quotations import quotations
from stance.compare.rows import Tables, tables
from stance.corpora import polnear
from stance.document import Attribution, Document
from stance.errors import StanceError
from stance.measure.annotated import read_annotated
from stance.measure.tables import Table, to_markdown
from stance.show.comparison_words import rows_of

HELD_OUT = ("dev", "test")


def main() -> int:
    """Print the table; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="study_quotations.py"
    )
    parser.add_argument("predicted", type=Path, help="JSON lines with the corpus's `article` in the meta")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("--actor", nargs="+", metavar="NAME", required=True)
    arguments = parser.parse_args()
    try:
        gold = {
            document.meta.more["article"]: document.attributions or ()
            for split in HELD_OUT
            for document in polnear.read(arguments.data, split=split)
        }
        predicted = [each for each in read_annotated(arguments.predicted) if each.id in gold]
        annotated = [with_attributions(each, gold[each.id]) for each in predicted]
        made = tables(predicted)
        keys = find_actors(made, arguments.actor)
        sides = [counts(documents, made) for documents in (predicted, annotated)]
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    names = dict(zip(made.actors["actor"], made.actors["name"], strict=True))
    rows = []
    for group in sorted({each.meta.outlet or "" for each in predicted}):
        row: list[str | int] = [group, sum(each.meta.outlet == group for each in predicted)]
        for key in keys:
            row += [f"{side.get((group, key), (0, 0))[0]} ({side.get((group, key), (0, 0))[1]})" for side in sides]
        rows.append(row)
    columns = ["outlet", "articles", *(f"{names[key]}, {who}" for key in keys for who in ("predicted", "annotated"))]
    note = "Articles that quote the actor by name, and in brackets how many times."
    print("\n".join(to_markdown(Table("Who is quoted", columns, rows, note))))
    return 0


def with_attributions(document: Document, annotated: Sequence[Attribution]) -> Document:
    """Return a predicted document with annotated attributions, their sources being the actors whose mentions they overlap."""

    def owned(attribution: Attribution) -> Attribution:
        source = attribution.source
        ids = [
            actor.id
            for actor in document.actors or ()
            for mention in actor.mentions
            if source is not None and mention.start < source.end and source.start < mention.end
        ]
        return replace(attribution, actor=ids[0] if ids else None)

    return replace(document, attributions=tuple(map(owned, annotated)))


def counts(documents: Sequence[Document], made: Tables) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return by outlet and actor how many articles quote it, and how many times they do."""
    groups = {document.id: document.meta.outlet or "" for document in documents}
    table = quotations(documents, made, groups=groups, merge={})
    return {(row["group"], row["source"]): (row["articles"], row["attributions"]) for row in rows_of(table)}


if __name__ == "__main__":
    sys.exit(main())

"""Whether predicted stances follow an outside rating of outlets from left to right: rank correlations as a table.

    python scripts/study_ratings.py climate-predicted.jsonl --most 5

Reads what `stance predict` made of `scripts/study_articles.py climate`. The rating is the corpus's own, by no label of ours.
`--questionable 4` gives the outlets that are rated for reliability instead a place beyond the right, to see what that changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.compare.choosing import Options, Question
from stance.compare.duplicates import counted_once, find_duplicates
from stance.compare.merging import is_name
from stance.compare.ratings import rating_correlations
from stance.compare.rows import Tables, tables
from stance.corpora.narratives import RATINGS
from stance.document import Document
from stance.errors import StanceError
from stance.measure.annotated import read_annotated
from stance.measure.tables import Table, to_markdown
from stance.show.comparison_words import p_words, rows_of
from stance.show.findings import score_words


def main() -> int:
    """Print the table; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="study_ratings.py"
    )
    parser.add_argument("predicted", type=Path, help="JSON lines with `rating` in the meta")
    parser.add_argument(
        "--most", type=int, default=5, metavar="N", help="the actors that most articles name (default: 5)"
    )
    parser.add_argument("--actor", nargs="+", metavar="NAME", help="these actors instead")
    parser.add_argument("--same", action="append", default=[], metavar="KEY=KEY", help="as of `stance compare`")
    parser.add_argument("--questionable", type=int, metavar="RANK", help="a rank for outlets rated as questionable")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    ranks = dict(RATINGS)
    if arguments.questionable is not None:
        ranks["questionable_source"] = arguments.questionable
    try:
        documents = read_annotated(arguments.predicted)
        rated = [each for each in documents if each.meta.more.get("rating") in ranks]
        made = tables(rated, merge=dict(pair.split("=", 1) for pair in arguments.same))
        made = counted_once(made, find_duplicates(rated), scope="everywhere")
        actors = arguments.actor or named_most(made, arguments.most)
        by_outlet = {each.meta.outlet or "": ranks[each.meta.more["rating"]] for each in rated}
        options = Options(draws=2000, permutations=5000)
        found = rating_correlations(
            made, by_outlet, question=Question(actors=actors), seed=arguments.seed, options=options
        )
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(to_markdown(table(rows_of(found.table), means_by_rating(made, rated)))))
    return 0


def named_most(made: Tables, count: int) -> list[str]:
    """Return the keys of the actors that the most articles mention by name."""
    authors = made.rows[(made.rows["holder_kind"] == "author") & (made.rows["mentions"] > 0)]
    counts = authors.loc[authors["name"].map(is_name), "actor"].value_counts()
    return [str(key) for key in counts.index[:count]]


def means_by_rating(made: Tables, documents: Sequence[Document]) -> Mapping[str, str]:
    """Return for each actor its mean stance by rating from left to right, with the number of articles."""
    rating = {each.id: each.meta.more["rating"] for each in documents}
    authors = made.rows[(made.rows["holder_kind"] == "author") & ~made.rows["abstained"]]
    authors = authors.assign(rating=authors["document"].map(rating))
    order = [*RATINGS, *sorted(set(authors["rating"]) - set(RATINGS))]
    out = {}
    for actor, own in authors.groupby("actor"):
        by = own.groupby("rating")["score"].agg(["mean", "count"])
        out[str(actor)] = " / ".join(
            f"{score_words(by['mean'][name])} ({by['count'][name]})" for name in order if name in by.index
        )
    return out


def table(rows: Sequence[Mapping[str, Any]], means: Mapping[str, str]) -> Table:
    """Return the correlations as a table to print."""
    shown = [
        (
            row["name"],
            row["coefficient"],
            "–" if row["warning"] else score_words(row["correlation"]),
            row["warning"] or f"{score_words(row['low'])} to {score_words(row['high'])}",
            "–" if row["warning"] else f"{score_words(row['low_articles'])} to {score_words(row['high_articles'])}",
            p_words(row["p"]),
            p_words(row["p_holm"]),
            row["articles"],
            row["groups"],
            means.get(row["actor"], ""),
        )
        for row in rows
    ]
    columns = ("actor", "coefficient", "correlation", "95 %, outlets drawn", "articles drawn", "p", "p Holm")
    return Table("Stance and rating", (*columns, "articles", "outlets", "mean by rating, left to right"), tuple(shown))


if __name__ == "__main__":
    sys.exit(main())

"""`stance sample`: articles to code by hand, drawn by chance, with the width of the interval that coding them will give."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stance.compare.sampling import Frame, Sample
    from stance.document import Document

ALLOCATIONS: Final = ("equal", "proportional", "neyman")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "predicted", type=Path, metavar="PREDICTED", help="what `stance predict` wrote: JSON lines, or a folder of them"
    )
    parser.add_argument("-n", "--size", type=int, required=True, metavar="N", help="how many articles to code in all")
    parser.add_argument("--by", default="outlet", metavar="COLUMN", help="what will be compared (default: outlet)")
    parser.add_argument("--actor", metavar="NAME", help="only articles that mention this actor, by name or link")
    parser.add_argument(
        "--allocation",
        choices=ALLOCATIONS,
        default="equal",
        help="the same number of each (default), by its share of articles, or more where the model is unsure",
    )
    parser.add_argument(
        "--accuracy",
        type=float,
        default=0.6,
        metavar="SHARE",
        help="of the model's stances, for the forecast (default: 0.6)",
    )
    parser.add_argument("--keep-duplicates", action="store_true", help="draw from all copies of a text, not the first")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the draw (default: 0)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the draw, which `stance compare --sample` reads"
    )
    parser.add_argument(
        "--texts",
        type=Path,
        metavar="FILE",
        help="write the drawn articles in an order by chance, without the predictions",
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw, print the ids of the articles to standard output and the forecast to standard error.

    Raises:
        ConfigError, DataError: a size that does not go, an unknown column or actor, or articles without a value.
        InputError, OutputError: what was named cannot be read or written.
    """
    import numpy

    from stance.compare.sampling import draw_sample, frame_of, write_sample
    from stance.errors import ConfigError, Problem
    from stance.measure.annotated import read_annotated

    if arguments.seed < 0:
        raise ConfigError(Problem("--seed", str(arguments.seed), wish="a number of 0 or more", cure="change it"))
    documents = _with_value(read_annotated(arguments.predicted), arguments.by)
    documents = documents if arguments.keep_duplicates else _once(documents)
    actor = None if arguments.actor is None else _found_actor(documents, arguments.actor)
    frame = frame_of(documents, actor=actor, by=arguments.by)
    sample = draw_sample(frame, size=arguments.size, allocation=arguments.allocation, seed=arguments.seed)
    forecast = list(_forecast(frame, sample, accuracy=arguments.accuracy))
    order = numpy.random.default_rng([arguments.seed, 1]).permutation(numpy.flatnonzero(sample.drawn))
    chosen = [sample.ids[place] for place in order]  # by chance, so that what is coded first is a sample too
    if arguments.output is not None:
        write_sample(sample, arguments.output)
    if arguments.texts is not None:
        _write_texts(documents, chosen, path=arguments.texts)
    print("\n".join(chosen))
    for line in forecast:
        print(line, file=sys.stderr)
    return 0


def _with_value(documents: Sequence[Document], by: str) -> list[Document]:
    """Return the articles that have a value in the column; the others are counted on standard error."""
    from stance.errors import DataError, Problem, nearest

    found = [each for each in documents if getattr(each.meta, by, None) or each.meta.more.get(by)]
    if not found:
        known = {name for each in documents for name in each.meta.more}
        known |= {name for name in ("outlet", "author", "date") if any(getattr(each.meta, name) for each in documents)}
        wish = f"one of {', '.join(sorted(known))}" if known else "a column in the articles' meta, which have none"
        value = f"no article has {by!r}{nearest(by, known)}"
        raise DataError(Problem("--by", value, wish=wish, cure="name a column, or predict a table that has it"))
    if len(found) < len(documents):
        print(f"stance: {len(documents) - len(found)} articles have no {by} and cannot be drawn", file=sys.stderr)
    return found


def _once(documents: Sequence[Document]) -> list[Document]:
    """Return the articles without copies, as a comparison counts them; the copies are counted on standard error."""
    from stance.compare.duplicates import find_duplicates

    clusters = find_duplicates(documents).clusters
    copies = set(clusters.loc[~clusters["kept"], "document"])
    if copies:
        said = "1 article is a copy" if len(copies) == 1 else f"{len(copies)} articles are copies"
        print(f"stance: {said} of another and cannot be drawn", file=sys.stderr)
    return [each for each in documents if each.id not in copies]


def _found_actor(documents: Sequence[Document], name: str) -> str:
    """Return the link of the actor of that name, or else its usual name; the nearest is told where there is none."""
    from stance.compare.choosing import find_actors
    from stance.compare.rows import tables

    made = tables(documents)
    row = made.actors[made.actors["actor"] == find_actors(made, [name])[0]].iloc[0]
    return str(row["link"] if isinstance(row["link"], str) else row["name"])


def _forecast(frame: Frame, sample: Sample, *, accuracy: float) -> Iterator[str]:
    """Yield a line for each stratum: how many are drawn, and how wide the interval of its mean stance will be."""
    import numpy

    from stance.compare.forecast import forecast_width, unexplained_share

    left_open = unexplained_share(accuracy)
    strata = numpy.array(frame.strata)
    names = sorted(set(frame.strata))
    longest = max(map(len, names))
    yield f"stance: {int(sample.drawn.sum())} of {len(frame.ids):,} articles drawn"
    for name in names:
        there = strata == name
        total, coded = int(there.sum()), int(sample.drawn[there].sum())
        if coded < 2:
            yield f"  {name:<{longest}}  {coded:>4} of {total:>6,}  too few for an interval"
            continue
        both, alone = (
            float(forecast_width([coded], articles=total, unexplained=share)[0]) for share in (left_open, 1.0)
        )
        widths = [f"{min(width, 2.0):.2f}" for width in (both, alone)]
        yield f"  {name:<{longest}}  {coded:>4} of {total:>6,}  interval {widths[0]} wide ({widths[1]} by hand-coding alone)"
    yield (
        "Widths are of 95 % intervals of the mean stance, on the scale from -1 to 1, if the model has "
        f"{100 * accuracy:g} % of stances right and every article takes one; an actor that few articles mention gets wider ones."
    )


def _write_texts(documents: Sequence[Document], chosen: Sequence[str], *, path: Path) -> None:
    """Write the drawn articles as JSON lines without layers, so that coders do not see what the model says."""
    from stance.document import Document
    from stance.formats import write

    by_id = {each.id: each for each in documents}
    drawn = (by_id[id] for id in chosen)
    write((Document(each.id, each.text, each.meta) for each in drawn), path, format="jsonl")

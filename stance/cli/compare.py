"""`stance compare`: how outlets differ in stance, quotation, voice and coverage, with intervals; as text, a page or a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stance.compare.comparison import Comparison
    from stance.compare.sampling import Sample

FORMATS: Final = ("text", "html", "json", "csv", "parquet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "predicted", type=Path, metavar="PREDICTED", help="what `stance predict` wrote: JSON lines, or a folder of them"
    )
    parser.add_argument(
        "--by",
        default="outlet",
        metavar="COLUMN",
        help="what is compared: outlet (default), author, any other column of meta, or week, month, year of the date",
    )
    parser.add_argument(
        "--only", nargs="+", action="extend", metavar="VALUE", help="only these outlets (or values of --by)"
    )
    parser.add_argument(
        "--actor",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="toward whom, by name, link or key (default: the actors that most articles take a stance on)",
    )
    parser.add_argument(
        "--actors",
        type=Path,
        metavar="FILE",
        help="your own actors (.yaml, .csv): those with a group are compared as one, such as government and opposition",
    )
    parser.add_argument(
        "--same",
        action="append",
        default=[],
        metavar="KEY=KEY",
        help="the first actor is the second, by the keys that the page and the JSON show; may be given again",
    )
    parser.add_argument(
        "--gold", type=Path, metavar="GOLD", help="hand-coded articles out of PREDICTED, to correct the model's errors"
    )
    parser.add_argument(
        "--sample",
        type=Path,
        metavar="FILE",
        help="what `stance sample -o` wrote: how likely each article was to be coded, and which were drawn",
    )
    parser.add_argument("--event", metavar="DATE", help="compare from this day on with before, such as 2015-01-07")
    parser.add_argument("--keep-duplicates", action="store_true", help="count copies of a text as often as they occur")
    parser.add_argument(
        "--minimum", type=int, default=5, metavar="N", help="no number from fewer articles than these (default: 5)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the resampling (default: 0)")
    parser.add_argument(
        "--format", choices=FORMATS, help="by the output's suffix, else text; csv and parquet have a number a row"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Compare and print or write; 0 whatever the difference.

    Raises:
        ConfigError, DataError: an unknown column, outlet, actor or day, or gold that does not fit.
        InputError, OutputError: what was named cannot be read or written.
    """
    _check(arguments)
    import logging
    import shutil

    import stance
    from stance.actors.own_files import read_actors
    from stance.compare.choosing import Options
    from stance.compare.comparison import Plan, compare
    from stance.compare.sides import as_groups
    from stance.measure.annotated import read_annotated
    from stance.show.comparison import OutletComparison, find_format

    own = None if arguments.actors is None else read_actors(arguments.actors)
    format = find_format(arguments.output, arguments.format)
    if sys.stderr.isatty():
        logging.getLogger("stance.compare.comparison").setLevel(logging.INFO)  # what it is at, for who waits
    documents = read_annotated(arguments.predicted)
    gold = None if arguments.gold is None else read_annotated(arguments.gold)
    actors = arguments.actor
    if own is not None:
        documents, groups = as_groups(documents, own)
        gold = None if gold is None else as_groups(gold, own)[0]
        actors = actors or groups
    plan = Plan(
        by=arguments.by,
        groups=arguments.only,
        actors=actors,
        event=arguments.event,
        copies="keep" if arguments.keep_duplicates else "everywhere",
        merge=dict(pair.split("=", 1) for pair in arguments.same),
        seed=arguments.seed,
        options=Options(minimum=arguments.minimum),
    )
    found = compare(documents, plan, gold=gold, sample=_sample(arguments.sample))
    width = 100 if arguments.output is not None else min(120, shutil.get_terminal_size((100, 24)).columns)
    OutletComparison(found, stance.__version__).write(arguments.output, format=format, width=width)
    if format != "text" or arguments.output is not None:
        print(_closing(found), file=sys.stderr)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Tell what is wrong before the work, not after it."""
    from stance.errors import ConfigError, Problem

    problems = []
    if arguments.sample is not None and arguments.gold is None:
        cure = "name the hand-coded articles with `--gold`"
        problems.append(Problem("--sample", "there is no gold to weigh", wish="--gold beside it", cure=cure))
    if arguments.seed < 0:
        problems.append(Problem("--seed", str(arguments.seed), wish="a number of 0 or more", cure="change it"))
    problems += [
        Problem(f"--same {pair}", "no KEY=KEY", wish="two keys", cure="write --same person:obama=wikidata:Q76, say")
        for pair in arguments.same
        if not all(part.strip() for part in pair.partition("="))
    ]
    if problems:
        raise ConfigError(problems)


def _sample(path: Path | None) -> Sample | None:
    from stance.compare.sampling import read_sample
    from stance.errors import InputError, Problem

    if path is None:
        return None
    if not path.is_file():
        cure = "name the file that `stance sample -o` wrote"
        raise InputError(Problem(str(path), "no such file", wish="a sample", cure=cure))
    return read_sample(path)


def _closing(found: Comparison) -> str:
    """Return the line that tells what was compared."""
    parts = [f"{len(found.documents):,} articles", f"{len(found.names)} groups", f"{len(found.actors)} actors"]
    if len(found.duplicates.clusters):
        parts.append(
            f"{len(found.duplicates.clusters)} share a text with another, {found.left_out} of them not counted"
        )
    few = int(found.estimates.loc[found.estimates["estimand"] == "stance", "estimate"].isna().sum())
    if few:
        have = "mean stance has" if few == 1 else "mean stances have"
        parts.append(f"warning: {few} {have} too few articles and no number")
    return f"stance: {', '.join(parts)}"

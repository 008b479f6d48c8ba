"""`stance benchmark`: a model on the public test sets, with floors and published scores beside it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="the benchmarks to run, such as newsmtsc, polnear, gum or aae2 (default: all that the model has heads for)",
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="where scripts/get_data.py put the public corpora"
    )
    parser.add_argument("--model", metavar="NAME|DIR|HUB_ID", help="the model to score (default: the shipped one)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="a table (default), or JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmarks and print their tables; 0 whatever the score.

    Where none is named, those for which the model has no head, or whose corpus is missing, are left out, and standard error
    says so. Those that are named must all be possible; what is done is printed all the same.

    Raises:
        ConfigError, DataError, CheckpointError: no such benchmark, corpus or model.
    """
    from stance.measure.benchmark import find_benchmarks, require_corpora, run_benchmarks

    runners = find_benchmarks(arguments.names)
    if arguments.names:
        require_corpora(runners, folder=arguments.data)
    import json
    import sys

    from stance.errors import ConfigError
    from stance.measure.tables import render, to_values
    from stance.predict.pipeline import load_pipeline

    pipeline = load_pipeline(arguments.model)
    tables, lacking = run_benchmarks(pipeline, arguments.data, runners=runners)
    refused = lacking if arguments.names or not tables else {}
    for name, error in lacking.items() if not refused else ():
        print(f"{name} is left out. {error}", file=sys.stderr)
    if tables and arguments.format == "json":
        values = {name: to_values(table) for name, table in tables.items()}
        print(json.dumps({"model": pipeline.stamp.name, "benchmarks": values}, ensure_ascii=False, indent=2))
    elif tables:
        print(render(tables.values()), end="")
    if refused:
        raise ConfigError([problem for error in lacking.values() for problem in error.problems])
    return 0

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
        help="the benchmarks to run, such as newsmtsc, polnear, checkthat, gum or wnut17 (default: all)",
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="where scripts/get_data.py put the public corpora"
    )
    parser.add_argument("--model", metavar="NAME|DIR|HUB_ID", help="the model to score (default: the shipped one)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="a table (default), or JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run the benchmarks and print their tables; 0 whatever the score.

    Raises:
        ConfigError, DataError, CheckpointError: no such benchmark, corpus or model.
    """
    from stance.measure.benchmark import find_benchmarks

    runners = find_benchmarks(arguments.names)
    import json

    from stance.measure.tables import render, to_values
    from stance.predict.pipeline import load_pipeline

    pipeline = load_pipeline(arguments.model)
    tables = {name: run_one(pipeline, arguments.data) for name, run_one in runners.items()}
    if arguments.format == "json":
        values = {name: to_values(table) for name, table in tables.items()}
        print(json.dumps({"model": pipeline.stamp.name, "benchmarks": values}, ensure_ascii=False, indent=2))
    else:
        print(render(tables.values()), end="")
    return 0

"""`stance audit`: how much a model leans on names."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="the test sets to use: newsmtsc, gold (default: both)")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="where scripts/get_data.py put the public corpora"
    )
    parser.add_argument("--model", metavar="NAME|DIR|HUB_ID", help="the model to audit (default: the shipped one)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample of targets and names (default: 0)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="tables (default), or JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run the audit and print its tables; 0 whatever they say.

    Raises:
        ConfigError, DataError, CheckpointError: no such test, corpus or model.
    """
    from stance.measure.audit import audit, find_corpora

    corpora = find_corpora(arguments.names)
    import json

    from stance.measure.audit_tables import audit_tables
    from stance.measure.tables import render, to_values
    from stance.predict.pipeline import load_pipeline

    pipeline = load_pipeline(arguments.model)
    tables = audit_tables(audit(pipeline, arguments.data, corpora=corpora, seed=arguments.seed))
    if arguments.format == "json":
        values = [to_values(table) for table in tables]
        print(json.dumps({"model": pipeline.stamp.name, "audit": values}, ensure_ascii=False, indent=2))
    else:
        print(render(tables), end="")
    return 0

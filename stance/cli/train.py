"""`stance train`: one training run from a YAML config."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("config", type=Path, help="YAML file, such as configs/small.yaml")
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="overrides",
        help="lay a value over the config's",
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last state of a run that was interrupted")


def run(arguments: argparse.Namespace) -> int:
    """Train, and write the checkpoint."""
    from stance.config import read_train_config

    config = read_train_config(arguments.config, overrides=arguments.overrides)
    logging.getLogger("stance").setLevel(logging.INFO)
    from stance.train.finishing import finish
    from stance.train.states import is_first
    from stance.train.training import train

    with redirect_stdout(sys.stderr):  # the Trainer prints its log to standard output
        folder = finish(train(config, resume=arguments.resume), config)
    if is_first():
        print(folder)
    return 0

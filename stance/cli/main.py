"""The `stance` command: finds the subcommand, prints users' mistakes without a traceback, sets the exit code."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from types import ModuleType

COMMANDS = {
    "predict": "read op-eds; mark voices, attributions, actors and stances",
    "report": "show what was predicted: a page, or summaries in the terminal",
    "actors": "list who was found, as a file of actors to edit and to predict with",
    "train": "train a model from a YAML config",
    "evaluate": "compare predictions with hand annotation",
    "agree": "compare annotations of the same documents; decide between two",
    "benchmark": "run the public test sets, with floors and published scores",
    "audit": "tell how much a model leans on names",
    "sample": "draw articles to code by hand, and tell how wide the intervals will be",
    "compare": "compare outlets: stance, quotation, voice and coverage, with intervals",
}
"""The commands and what they do; each lives in the file of its name, imported only when it is called."""

USER_MISTAKE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 2 a mistake of the user's, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words)
    parsed = parser.parse_args(words)
    if parsed.command is None:
        parser.print_help()
        return 0
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING)
    from stance.errors import StanceError

    try:
        return int(_module(parsed.command).run(parsed))
    except StanceError as error:
        for problem in error.problems:
            print(f"stance: {problem}", file=sys.stderr)
        return USER_MISTAKE
    except KeyboardInterrupt:
        print("stance: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser; of the commands, only the one that is called is imported."""
    from stance import __version__

    parser = argparse.ArgumentParser(prog="stance", description="Argument and stance mining in op-eds.")
    parser.add_argument("--version", action="version", version=f"stance {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    called = next((word for word in words if not word.startswith("-")), None)
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        if name == called:
            _module(name).add_arguments(command)
    return parser


def _module(name: str) -> ModuleType:
    """Return a module of this folder, with `add_arguments` and `run`."""
    return importlib.import_module(f"stance.cli.{name}")

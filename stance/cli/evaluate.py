"""`stance evaluate`: predictions against gold, as tables or JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stance.measure.evaluation import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("gold", type=Path, metavar="GOLD", help="annotated documents: JSON lines, or a folder")
    parser.add_argument(
        "predicted", type=Path, nargs="?", metavar="PREDICTED", help="predictions of the same texts, with the same ids"
    )
    parser.add_argument(
        "--model", metavar="NAME|DIR|HUB_ID", help="score this model, instead of predictions from a file"
    )
    parser.add_argument(
        "--given-actors", action="store_true", help="score the model a second time, with gold's actors given to it"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="tables (default), or JSON")
    parser.add_argument(
        "--mistakes", type=Path, metavar="FILE", help="write every mistake to FILE, one JSON object a line"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Score and print; 0 whatever the score.

    Raises:
        ConfigError: neither predictions nor a model were named, or both.
        InputError, DataError, CheckpointError, OutputError: what was named cannot be read, compared or written.
    """
    _check(arguments)
    from stance.measure.annotated import read_annotated
    from stance.measure.evaluation import evaluate
    from stance.measure.mistakes import find_mistakes, write_mistakes

    gold = read_annotated(arguments.gold)
    sections = {}
    if arguments.model is None:
        predicted = read_annotated(arguments.predicted)
        sections["evaluation"] = evaluate(gold, predicted)
    else:
        from stance.measure.prediction import predict_texts, predict_with_actors
        from stance.predict.pipeline import load_pipeline

        pipeline = load_pipeline(arguments.model)
        predicted = predict_texts(pipeline, gold)
        sections["evaluation"] = evaluate(gold, predicted)
        if arguments.given_actors:
            known = [document for document in gold if document.actors]
            sections["given_actors"] = evaluate(known, predict_with_actors(pipeline, known))
    if arguments.mistakes is not None:
        write_mistakes(find_mistakes(gold, predicted), arguments.mistakes)
    _write(_text(sections) if arguments.format == "text" else _json(sections), arguments.output)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    from stance.errors import ConfigError, Problem

    problems = []
    if (arguments.predicted is None) == (arguments.model is None):
        value = "neither predictions nor a model" if arguments.model is None else "predictions and a model"
        cure = "type `stance evaluate GOLD PREDICTED`, or `stance evaluate GOLD --model NAME`"
        problems.append(Problem("stance evaluate", f"{value} to score", wish="one of the two", cure=cure))
    if arguments.given_actors and arguments.model is None:
        cure = "name the model with `--model`, or leave `--given-actors` out"
        problems.append(Problem("--given-actors", "no model to give actors to", wish="a model", cure=cure))
    if problems:
        raise ConfigError(problems)


def _text(sections: Mapping[str, Evaluation]) -> str:
    from stance.measure.summary import summary
    from stance.measure.tables import render

    parts = []
    for name, evaluation in sections.items():
        if name == "given_actors":
            parts.append("With gold's actors given\n========================\n")
            tables = [table for table in summary(evaluation) if "tuples" in table.title or "stance" in table.title]
        else:
            parts.append(f"{evaluation.documents} documents; all scores in percent\n")
            tables = summary(evaluation)
        parts.append(render(tables))
    return "\n".join(parts)


def _json(sections: Mapping[str, Evaluation]) -> str:
    import json

    from stance.measure.summary import values

    return (
        json.dumps({name: values(evaluation) for name, evaluation in sections.items()}, ensure_ascii=False, indent=2)
        + "\n"
    )


def _write(text: str, path: Path | None) -> None:
    from stance.formats.atomic import writing

    if path is None:
        print(text, end="")
        return
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")

"""`stance evaluate`: predictions against gold, with intervals, and two systems compared; as tables or JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stance.document import Document
    from stance.measure.evaluation import Evaluation
    from stance.measure.intervals import Difference
    from stance.measure.tables import Table

    Sections = Mapping[str, Sequence[Evaluation]]
    """What was scored, document by document, by name."""


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
        "--given-actors",
        action="store_true",
        help="score the model a second and a third time, with gold's actors given to it, and with gold's mentions",
    )
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="OTHER",
        help="compare with the predictions of another system for the same texts",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="tables (default), or JSON")
    parser.add_argument(
        "--mistakes",
        type=Path,
        metavar="FILE",
        help="write the mistakes, worst first: a page to read if FILE ends in .html, otherwise one JSON object a line; "
        "- prints the worst",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    """Score and print; 0 whatever the score.

    Raises:
        ConfigError: neither predictions nor a model were named, or both.
        InputError, DataError, CheckpointError, OutputError: what was named cannot be read, compared or written.
    """
    _check(arguments)
    from stance.document import Document
    from stance.measure.annotated import read_annotated
    from stance.measure.evaluation import evaluate_each
    from stance.measure.intervals import compare

    gold = read_annotated(arguments.gold)
    sections = {}
    if arguments.model is None:
        predicted = read_annotated(arguments.predicted)
        sections["evaluation"] = evaluate_each(gold, predicted)
    else:
        from stance.measure.prediction import predict_texts, predict_with_actors, predict_with_mentions
        from stance.predict.pipeline import load_pipeline

        _require_short(gold)
        pipeline = load_pipeline(arguments.model)
        predicted = predict_texts(pipeline, gold)
        sections["evaluation"] = evaluate_each(gold, predicted)
        if arguments.given_actors:
            known = [document for document in gold if document.actors]
            sections["given_actors"] = evaluate_each(known, predict_with_actors(pipeline, known))
            bare = [Document(document.id, document.text, actors=document.actors) for document in known]
            sections["given_mentions"] = evaluate_each(bare, predict_with_mentions(pipeline, known))
    differences = None
    if arguments.compare is not None:
        other = evaluate_each(gold, read_annotated(arguments.compare))
        differences = compare(sections["evaluation"], other)
    calibration = _calibration(gold, predicted)
    listed = _mistakes(gold, predicted, path=arguments.mistakes) if arguments.mistakes is not None else []
    if arguments.format == "json":
        text = _json(sections, differences, calibration=calibration)
    else:
        shown = [] if calibration is None else [_rendered(calibration)]
        text = "\n".join([_text(sections, differences), *shown, *listed])
    _write(text, arguments.output)
    return 0


def _require_short(gold: Sequence[Document]) -> None:
    """Raise where a model would have to read more than it does unless told to."""
    from stance.errors import InputError, Problem
    from stance.formats.limits import MAXIMUM_CHARACTERS

    wish = f"at most {MAXIMUM_CHARACTERS:,} characters for a model to read"
    cure = "take it out of gold, or predict it by `stance predict --max-characters N` and score that file"
    problems = [
        Problem(
            f"document {document.id!r}", f"the text is {len(document.text):,} characters long", wish=wish, cure=cure
        )
        for document in gold
        if len(document.text) > MAXIMUM_CHARACTERS
    ]
    if problems:
        raise InputError(problems)


def _calibration(gold: Sequence[Document], predicted: Sequence[Document]) -> Table | None:
    """Return the table of how far the scores can be taken for probabilities; None where there are none."""
    from stance.measure.calibration import calibration_table, calibrations, interval_check

    found = calibrations(gold, predicted)
    return calibration_table(found, check=interval_check(gold, predicted)) if found else None


def _rendered(table: Table) -> str:
    from stance.measure.tables import render

    return render([table])


def _mistakes(gold: Sequence[Document], predicted: Sequence[Document], *, path: Path) -> list[str]:
    """Write the mistakes to a file, or return the worst to print."""
    from stance.measure.mistakes import find_mistakes
    from stance.show.mistakes_list import render_mistakes
    from stance.show.mistakes_page import write_mistakes_file

    if str(path) == "-":
        return [render_mistakes(find_mistakes(gold, predicted))]
    write_mistakes_file(gold, predicted, path=path)
    return []


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
    if str(arguments.mistakes) == "-" and arguments.format == "json":
        cure = "name a FILE, which gets them beside the JSON, or leave `--format json` out"
        problems.append(Problem("--mistakes -", "a list to read, in JSON", wish="the name of a file", cure=cure))
    if problems:
        raise ConfigError(problems)


def _text(sections: Sections, differences: Sequence[Difference] | None) -> str:
    from stance.measure.evaluation import pooled
    from stance.measure.intervals import intervals
    from stance.measure.summary import comparison, detailed_scores, main_scores, summary
    from stance.measure.tables import render

    parts = []
    for name, evaluations in sections.items():
        evaluation, bounds = pooled(evaluations), intervals(evaluations)
        tables = [main_scores(evaluation, bounds), detailed_scores(evaluation, bounds), *summary(evaluation)]
        if name == "given_actors":
            parts.append("With gold's actors given\n========================\n")
            tables = [
                _rows(tables[0], _is_about_stances),
                *(table for table in tables[2:] if _is_about_stances(table.title)),
            ]
        elif name == "given_mentions":
            parts.append("With gold's mentions given\n==========================\n")
            tables = [_rows(tables[0], _is_about_identity)]
        else:
            parts.append(f"{evaluation.documents} documents; all scores in percent\n")
            if differences is not None:
                tables.insert(1, comparison(differences))
        parts.append(render(tables))
    return "\n".join(parts)


def _rows(table: Table, wanted: Callable[[str], bool]) -> Table:
    """Return the rows of the scores that what was given leaves open."""
    from dataclasses import replace

    return replace(table, rows=[row for row in table.rows if wanted(str(row[0]))])


def _is_about_identity(name: str) -> bool:
    return name in ("actor_f1", "mention_in_right_actor")


def _is_about_stances(name: str) -> bool:
    return "tuple" in name or "stance" in name


def _json(sections: Sections, differences: Sequence[Difference] | None, *, calibration: Table | None) -> str:
    import json

    from stance.measure.evaluation import pooled
    from stance.measure.intervals import intervals
    from stance.measure.summary import comparison_values, values
    from stance.measure.tables import to_values

    out: dict[str, object] = {
        name: values(pooled(evaluations), intervals(evaluations)) for name, evaluations in sections.items()
    }
    if differences is not None:
        out["comparison"] = comparison_values(differences)
    if calibration is not None:
        out["calibration"] = to_values(calibration)
    return json.dumps(out, ensure_ascii=False, indent=2) + "\n"


def _write(text: str, path: Path | None) -> None:
    from stance.formats.atomic import writing

    if path is None:
        print(text, end="")
        return
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")

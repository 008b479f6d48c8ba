"""Whether the unit that each stance is linked to is a sensible one: items to judge by eye, and the shares of what was judged.

    python scripts/judge_units.py write --data data -o items.jsonl [--model small] [--op-eds 10]
    python scripts/judge_units.py report seeds/judgements/stance-units.jsonl

`write` draws op-eds from the hand-annotated test part, predicts, and writes one line for each of the author's stances, with the
words of evidence, unit and reasons. A judge fills in `verdicts` and takes `words` out, so that what is kept has offsets and no
text: `seeds/judgements/README.md` says what is asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from stance.corpora import gold
from stance.document import Document
from stance.errors import DataError, Problem, StanceError
from stance.formats.atomic import writing
from stance.measure.formulas import recall
from stance.measure.intervals import in_percent, score_interval
from stance.measure.tables import Cell, Table, render
from stance.predict.pipeline import load_pipeline
from stance.reasons import StanceArgument, stance_arguments

VERDICTS: Final = ("stance", "unit", "reasons")
"""Is the stance right; does the unit express it (null: there is none); does each reason bear on the unit as it is said to."""


def main() -> int:
    """Write items or print shares; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="judge_units.py"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("write", help="write items to judge")
    drawing.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    drawing.add_argument("--model", metavar="NAME|DIR|HUB_ID", help="the model (default: the shipped one)")
    drawing.add_argument("--op-eds", type=int, default=10, metavar="N", help="how many op-eds to draw (default: 10)")
    drawing.add_argument("-o", "--output", type=Path, required=True, help="file to write")
    reporting = commands.add_parser("report", help="print the shares of what was judged")
    reporting.add_argument("judged", type=Path, metavar="JUDGED.jsonl")
    arguments = parser.parse_args()
    try:
        if arguments.command == "write":
            documents = list(gold.read(arguments.data, split="test"))
            drawn = random.Random(0).sample(documents, min(arguments.op_eds, len(documents)))
            bare = [Document(one.id, one.text) for one in sorted(drawn, key=lambda one: one.id)]
            items = unit_items(load_pipeline(arguments.model).predict(bare))
            with writing(arguments.output) as path:
                path.write_text(
                    "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in items), encoding="utf-8"
                )
        else:
            print(render([shares(read_judged(arguments.judged))]), end="")
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def unit_items(predicted: Iterable[Document]) -> Iterator[dict[str, Any]]:
    """Yield an item for each of the author's stances in predicted documents."""
    for document in predicted:
        for argument in stance_arguments(document):
            yield _item(document, argument)


def _item(document: Document, argument: StanceArgument) -> dict[str, Any]:
    stance = (document.stances or ())[argument.stance]
    units = document.arguments.units if document.arguments is not None else ()
    names = {actor.id: actor.name for actor in document.actors or ()}

    def place(unit: int) -> dict[str, Any]:
        return {"start": units[unit].start, "end": units[unit].end, "label": units[unit].label}

    def words(start: int, end: int) -> str:
        return " ".join(document.text[start:end].split())

    return {
        "document": document.id,
        "sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "model": document.model.sha256 if document.model is not None else None,
        "actor": names[stance.actor],
        "stance": {"start": stance.start, "end": stance.end, "label": stance.label, "mention": stance.mention},
        "unit": None if argument.unit is None else place(argument.unit),
        "reasons": [{**place(one.unit), "does": one.label, "depth": one.depth} for one in argument.reasons],
        "verdicts": {"stance": None, "unit": None, "reasons": [None] * len(argument.reasons)},
        "words": {
            "evidence": words(stance.start, stance.end),
            "unit": None if argument.unit is None else words(units[argument.unit].start, units[argument.unit].end),
            "reasons": [words(units[one.unit].start, units[one.unit].end) for one in argument.reasons],
        },
    }


def read_judged(path: Path) -> list[dict[str, Any]]:
    """Return judged items.

    Raises:
        DataError: the file cannot be read, a line is no item, or one has no verdicts yet.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(Problem(str(path), str(error), wish="judged items", cure="name another file")) from error
    items, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            item = json.loads(line)
            open_questions = list(_unanswered(item))
        except (ValueError, KeyError, TypeError, AttributeError):
            problems.append(Problem(f"{path}:{number}", "no item", wish="a line of `write`", cure="write it again"))
            continue
        if open_questions:
            cure = "fill in true or false"
            value = f"no verdict on {', '.join(open_questions)}"
            problems.append(Problem(f"{path}:{number}", value, wish="a verdict on each", cure=cure))
        items.append(item)
    if problems or not items:
        raise DataError(problems or Problem(str(path), "it is empty", wish="judged items", cure="judge some"))
    return items


def shares(items: Sequence[Mapping[str, Any]]) -> Table:
    """Return the shares of stances and reasons that were judged good, with intervals by resampling op-eds."""
    right = [item for item in items if item["verdicts"]["stance"]]
    reasons = [(item["document"], verdict) for item in items for verdict in item["verdicts"]["reasons"]]
    rows = [
        _share("stances that are right", [(item["document"], item["verdicts"]["stance"]) for item in items]),
        _share("stances linked to a unit", [(item["document"], item["unit"] is not None) for item in items]),
        _share("stances linked to a sensible unit", [(item["document"], item["verdicts"]["unit"]) for item in items]),
        _share("the same of right stances", [(item["document"], item["verdicts"]["unit"]) for item in right]),
        _share("reasons that are sensible", reasons),
    ]
    documents = len({item["document"] for item in items})
    note = f"{documents} op-eds, judged by eye; intervals by resampling op-eds."
    return Table("Stances of the author's and their units", ("share of", "%", "95 %", "count"), rows, note)


def _share(name: str, verdicts: Sequence[tuple[str, bool | None]]) -> list[Cell]:
    place = {document: number for number, document in enumerate(dict.fromkeys(document for document, _ in verdicts))}
    counts = np.zeros((len(place), 1, 3))
    for document, verdict in verdicts:
        counts[place[document], 0] += (bool(verdict), 1, 1)
    interval = score_interval(counts, recall) if len(place) else None
    return [name, float(recall(counts.sum(axis=0))) if len(place) else None, in_percent(interval), len(verdicts)]


def _unanswered(item: Mapping[str, Any]) -> Iterator[str]:
    verdicts = item["verdicts"]
    if verdicts["stance"] not in (True, False):
        yield "stance"
    if (item["unit"] is None) != (verdicts["unit"] is None):
        yield "unit"
    if len(verdicts["reasons"]) != len(item["reasons"]) or None in verdicts["reasons"]:
        yield "reasons"


if __name__ == "__main__":
    sys.exit(main())

"""From sentences to a piece: the learned document stance beside rules that need no learning, on the test op-eds.

    python scripts/compare_aggregations.py --data data [--model small]

Gold's actors are given, and every rule reads the same author's scores of the sentences that mention an actor. What a rule has to
choose is chosen on the development op-eds. Intervals at 95 % by resampling op-eds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.corpora import gold
from stance.errors import StanceError
from stance.labels import DOCUMENT_STANCES, POLARITIES
from stance.measure.formulas import Formula, Triples, macro_f1, recall
from stance.measure.intervals import in_percent, score_interval
from stance.measure.tables import Cell, Table, render
from stance.model.heads import STANCE_VIEWS
from stance.predict.document_stance import AGAINST, DEFAULT, FAVOR, Aggregation, document_stance, sentence_rows
from stance.predict.pipeline import load_pipeline
from stance.train.calibration import ActorScores, fit_aggregation, score_actors

Floats = NDArray[np.float64]
Rule = Callable[[Floats], str | None]
"""From (S, 3) author's scores of the sentences that mention an actor, in the order of the text, to a document stance."""

LINES: Final = tuple(round(0.05 * step, 2) for step in range(1, 19))
"""How far from 0 a mean score has to be to count as for or against: the values that are tried on development."""


def main() -> int:
    """Print the table; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="compare_aggregations.py"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("--model", metavar="NAME|DIR|HUB_ID", help="the model (default: the shipped one)")
    arguments = parser.parse_args()
    try:
        checkpoint = load_pipeline(arguments.model).checkpoint
        fitted, tested = (
            score_actors(checkpoint, list(gold.read(arguments.data, split=split))) for split in ("dev", "test")
        )
        print(render([rules_table(fitted, tested)]), end="")
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def rules_table(fitted: Sequence[ActorScores], tested: Sequence[ActorScores]) -> Table:
    """Return how often each rule is right of the actors of `tested` that gold gives a stance; choices are made on `fitted`."""
    known = [item for item in tested if item.actor.stance is not None]
    labels = [str(item.actor.stance) for item in known]
    documents = [item.document.id for item in known]
    rows: list[list[Cell]] = []
    for name, rule in _rules([item for item in fitted if item.actor.stance is not None]).items():
        said = [rule(_author_rows(item)) for item in known]
        counts = _counts(labels, said, documents=documents)
        clear = _counts([label if label != "mixed" else None for label in labels], said, documents=documents)
        answered = [one == label for one, label in zip(said, labels, strict=True) if one is not None]
        rows.append(
            [
                name,
                *_with_interval(counts, recall),
                *_with_interval(clear, macro_f1),
                1 - len(answered) / len(said),
                float(np.mean(answered)) if answered else None,
            ]
        )
    columns = ("rule", "right", "95 %", "macro-F1 without mixed", "95 %", "silent", "right where not")
    note = f"{len(known)} actors of {len(set(documents))} op-eds; a rule that is silent is not right."
    return Table("The author's stance over the piece, gold's actors given", columns, rows, note)


def last_sentence(rows: Floats) -> str:
    """Return what the last sentence that mentions the actor says.

    >>> last_sentence(np.array([[0.9, 0.1, 0.0], [0.2, 0.1, 0.7]]))
    'favor'
    """
    return POLARITIES[int(rows[-1].argmax())]


def majority_of_sentences(rows: Floats) -> str:
    """Return what most sentences say that say something; `mixed` where as many are for as against, `neutral` where all are.

    >>> majority_of_sentences(np.array([[0.9, 0.1, 0.0], [0.1, 0.8, 0.1], [0.1, 0.9, 0.0]]))
    'against'
    """
    said = np.bincount(rows.argmax(axis=1), minlength=len(POLARITIES))
    if said[FAVOR] == said[AGAINST]:
        return "mixed" if said[FAVOR] else "neutral"
    return "favor" if said[FAVOR] > said[AGAINST] else "against"


def mean_score(rows: Floats, *, line: float) -> str:
    """Return the side of the mean of favor less against; `neutral` where it is nearer to 0 than the line.

    >>> mean_score(np.array([[0.0, 0.8, 0.2], [0.6, 0.4, 0.0]]), line=0.1)
    'favor'
    """
    score = float((rows[:, FAVOR] - rows[:, AGAINST]).mean())
    if abs(score) < line:
        return "neutral"
    return "favor" if score > 0 else "against"


def _rules(fitted: Sequence[ActorScores]) -> Mapping[str, Rule]:
    labels = [item.actor.stance for item in fitted]
    rows = [_author_rows(item) for item in fitted]

    def right(line: float) -> int:
        return sum(mean_score(one, line=line) == label for one, label in zip(rows, labels, strict=True))

    line = max(LINES, key=right)
    learned = fit_aggregation(fitted) or DEFAULT
    unsilenced = Aggregation(learned.weights, learned.bias, learned.prior, abstain_below=0.0)
    return {
        "learned, may be silent": lambda one: document_stance(one, aggregation=learned).label,
        "learned": lambda one: document_stance(one, aggregation=unsilenced).label,
        f"mean score beyond {line}": lambda one: mean_score(one, line=line),
        "majority of sentences": majority_of_sentences,
        "last sentence": last_sentence,
        "always neutral": lambda _: "neutral",
    }


def _author_rows(item: ActorScores) -> Floats:
    return sentence_rows(item.rows[:, STANCE_VIEWS.index("author")].astype(float), item.sentences)


def _counts(labels: Sequence[str | None], said: Sequence[str | None], *, documents: Sequence[str]) -> Floats:
    """Return (documents, 4, 3): matched, gold and predicted of each stance; what has no label is not asked."""
    order = DOCUMENT_STANCES
    place = {name: number for number, name in enumerate(dict.fromkeys(documents))}
    counts = np.zeros((len(place), len(order), 3))
    for label, one, document in zip(labels, said, documents, strict=True):
        if label is None:
            continue
        counts[place[document], order.index(label), 1] += 1
        if one is not None:
            counts[place[document], order.index(one), 2] += 1
        if one == label:
            counts[place[document], order.index(label), 0] += 1
    return counts


def _with_interval(counts: Triples, formula: Formula) -> tuple[float, str]:
    return float(formula(counts.sum(axis=0))), in_percent(score_interval(counts, formula))


if __name__ == "__main__":
    sys.exit(main())

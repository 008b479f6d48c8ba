"""One self-contained HTML page of the mistakes of a prediction, worst first, with what is confused and how sure it was."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from stance.document import Document
from stance.formats.atomic import writing
from stance.measure.calibration import calibration_table, calibrations, interval_check
from stance.measure.confusion import confusions
from stance.measure.mistakes import TASKS, Mistake, find_mistakes, worst_of_each, write_mistakes
from stance.show.pages import environment, resource, script_digest, writable
from stance.show.plots import reliability_plot

LIMIT: Final = 2000
"""The most mistakes that a page shows; more can be had as JSON lines."""

EXPLANATIONS: Final[Mapping[str, str]] = {
    "voice": "Stretches of a sentence whose voice is not gold's. A border that is a word off stands far down.",
    "source": "Whose words or thoughts are passed on: sources that overlap none of the other side's.",
    "cue": "The words that say that somebody says or thinks something.",
    "content": "What is put into a source's mouth or mind.",
    "mention": "Places that name an actor. The only mention of an actor weighs most.",
    "actor": "Actors that have no partner on the other side. Those mentioned most stand first; the first mention is marked.",
    "actor type": "Actors that were found, as something else than they are.",
    "document stance": "The author's stance toward an actor over the whole piece; the first mention is marked.",
    "opinion": "Who is for or against whom in one sentence; the evidence is marked, the prediction's where there is one.",
}


def write_mistakes_file(gold: Sequence[Document], predicted: Sequence[Document], *, path: Path) -> None:
    """Write the mistakes to a file: a page if its name ends in `.html` or `.htm`, otherwise JSON lines, all of them.

    Raises:
        DataError: the documents do not go together, see `pairing.paired`.
        OutputError: the file cannot be written.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        write_mistakes(find_mistakes(gold, predicted), path)
        return
    with writing(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        write_mistakes_page(gold, predicted, stream=stream)


def write_mistakes_page(
    gold: Sequence[Document], predicted: Sequence[Document], *, stream: TextIO, limit: int = LIMIT
) -> None:
    """Write one HTML page: mistakes counted by kind, what is confused with what, calibration, and the mistakes to read.

    The page loads nothing and can be read without its script, which only filters. Where there are more mistakes than
    `limit`, each task in turn gives its worst until there are enough, and the page says so. Calibration is left out where
    the predictions carry no scores. The stream must be UTF-8.

    Raises:
        DataError: the documents do not go together, see `pairing.paired`.
    """
    mistakes = find_mistakes(gold, predicted)
    numbers = {document.id: place for place, document in enumerate(gold)}
    titles = [document.meta.title or document.id for document in gold]
    chosen = worst_of_each(mistakes, limit=limit)
    found = calibrations(gold, predicted)
    plot = base64.b64encode(reliability_plot(found).encode()).decode()
    script = resource("mistakes.js")
    page = {
        "style": resource("report.css") + resource("mistakes.css"),
        "script": script,
        "digest": script_digest(script),
        "titles": titles,
        "models": sorted({f"{one.model.name} {one.model.version}" for one in predicted if one.model is not None}),
        "total": len(mistakes),
        "shown": sum(map(len, chosen.values())),
        "sections": [
            _section(task, mistakes, chosen=chosen[task], numbers=numbers) for task in TASKS if task in chosen
        ],
        "confusions": confusions(gold, predicted),
        "calibrations": found,
        "calibration_table": calibration_table(found, check=interval_check(gold, predicted)) if found else None,
        "plot": plot,
    }
    stream.write(writable(environment().get_template("mistakes.html").render(page)))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A mistake as the page has it: `document` is its place among the documents, a side of None is nothing."""

    mistake: Mistake
    rank: int
    document: int
    gold: str | None
    predicted: str | None


@dataclass(frozen=True, slots=True)
class _Section:
    """A task: all its mistakes by kind, the most frequent first (kind, count, share in percent), and those to read."""

    task: str
    id: str
    explanation: str
    total: int
    kinds: tuple[tuple[str, int, float], ...]
    entries: tuple[_Entry, ...]


def _section(
    task: str, mistakes: Sequence[Mistake], *, chosen: Sequence[Mistake], numbers: Mapping[str, int]
) -> _Section:
    kinds = Counter(mistake.kind for mistake in mistakes if mistake.task == task)
    total = kinds.total()
    return _Section(
        task,
        task.replace(" ", "-"),
        EXPLANATIONS[task],
        total,
        tuple((kind, count, 100 * count / total) for kind, count in sorted(kinds.items(), key=lambda item: -item[1])),
        tuple(
            _Entry(one, rank, numbers[one.document], _side(one, one.gold), _side(one, one.predicted))
            for rank, one in enumerate(chosen, start=1)
        ),
    )


def _side(mistake: Mistake, side: str | None) -> str | None:
    return "the marked words" if side is not None and side == mistake.text else side

"""What the README shows is what the shipped model says, and what it tells to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import stance
from stance.cli.main import COMMANDS
from stance.document import Document, Source

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (
    "The port commission, wisely in our view, recommends that the pilots stay. “The government has broken every promise it "
    "made,” said Ann Li, who speaks for the dockers. The government should be ashamed of itself."
)


@pytest.fixture(scope="module")
def example() -> Document:
    """Return the README's example, read by the shipped model."""
    return stance.load()(EXAMPLE)


def test_the_rows_of_the_example_are_those_of_the_shipped_model(example: Document) -> None:
    names = {actor.id: actor.name for actor in example.actors or ()}
    rows = []
    for found in example.stances or ():
        holder = found.holder.text if isinstance(found.holder, Source) else names.get(found.holder, found.holder)
        evidence = example.text[found.start : found.end]
        rows.append(f"| {holder} | {found.label} | {names[found.actor]} | {found.score:.2f} | {evidence} |")
    table = re.findall(r"^\| (?:Ann Li|author) \|.*$", README, flags=re.MULTILINE)
    assert sorted(rows) == sorted(table)


def test_the_voices_of_the_example_are_those_of_the_shipped_model(example: Document) -> None:
    shown = re.sub(r"\n> ", " ", README[README.index("> <sub>") : README.index("The shipped model reads")])
    parts = re.findall(r"<sub>(\w+)</sub> [*]+(.*?)[*]+(?= <sub>|\s*$)", shown.strip(), flags=re.DOTALL)
    joined: list[list[str]] = []
    for span in example.voice or ():
        words = example.text[span.start : span.end]
        if joined and joined[-1][0] == span.label:
            joined[-1][1] += f" {words}"
        else:
            joined.append([span.label, words])
    assert joined == [[label, words] for label, words in parts]


def test_every_command_and_file_that_the_readme_names_exists() -> None:
    commands = set(re.findall(r"^stance (\w+)", README, flags=re.MULTILINE))
    assert commands
    assert commands <= COMMANDS.keys()
    paths = re.findall(r"\b(?:configs|scripts|seeds|docs)/[\w./-]*\w", README)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []

"""Argdown: what is written, and that Argdown's own parser reads it."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.document import Arguments, Document, Meta, Relation, Unit
from stance.errors import OutputError
from stance.formats import write as write_any
from stance.formats.argdown import escape, write

ODD = (
    "[1.1 claim]: no title",
    "<an argument>: no",
    "# no heading",
    "+ - -> +> >< _> <- no relation",
    "1. no list",
    "(1) no premise",
    "----\nno inference\n----",
    "=== no: front\nmatter ===",
    "{no: data} and {x} y }, }}",
    "// no comment /* nor this */ <!-- nor that -->",
    "*no* __bold__ _it_ **x**",
    "@[no mention] @<none> #tag #(more tags)",
    "[no](https://link.example/a_b.html?c=d#e)",
    ":smile: .not. a shortcode: 3.5.1 ::",
    "\\ back \\\\ slash \\",
    "“Quotes” 'and' \"these\", 😀 \u00a0 \u2028 \x00 \x1f \x7f",
    "   ",
    "\u200b",
    "...",
    "a\tb\r\nc",
)


def documents_of(texts: list[str]) -> list[Document]:
    """Return a document a text: title, label and both units are the text, the second attacks the first."""
    found = []
    for text in texts:
        units = (Unit(0, len(text), "claim"), Unit(0, len(text), text))
        arguments = Arguments(units, (Relation(1, 0, "attack"), Relation(0, 1, "support")))
        found.append(Document(text, text, Meta(title=text, outlet=text), arguments=arguments))
    return found


def written(*documents: Document) -> str:
    stream = io.StringIO()
    write(documents, stream)
    return stream.getvalue()


def test_the_example_is_written_as_statements_with_titles(
    argued: Document, same_as_golden: Callable[[str, str], None]
) -> None:
    same_as_golden("argued.argdown", written(argued))


def test_statements_are_counted_over_all_documents(argued: Document) -> None:
    text = written(argued, Document("none", "Rain.", arguments=Arguments()), argued)
    titles = re.findall(r"^\[(.*?)\]:", text, flags=re.MULTILINE)
    assert len(titles) == len(set(titles)) == 18 and titles[9] == "3.1 major claim"
    assert text.count("\n# ") == 3


def test_gold_has_no_scores(argued: Document) -> None:
    assert "score" in written(argued) and "score" not in written(replace(argued, model=None))


def test_relations_that_argdown_has_no_words_for_are_told(argued: Document, caplog: pytest.LogCaptureFixture) -> None:
    arguments = argued.arguments or Arguments()
    more = (*arguments.relations, *arguments.relations[:1], Relation(0, 1, "elaborates"))
    with caplog.at_level(logging.WARNING):
        assert written(replace(argued, arguments=Arguments(arguments.units, more))) == written(argued)
    assert "truce: relations other than support and attack are left out: elaborates" in caplog.text


def test_a_document_without_the_layer_is_refused_and_nothing_is_written(argued: Document, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="document 'truce': it has no argument units.*--model"):
        write_any([replace(argued, arguments=None)], tmp_path / "x.argdown", format="argdown")
    assert list(tmp_path.iterdir()) == []


def unescaped(line: str) -> str:
    """Return what Argdown reads of escaped words, by its rule: a backslash gives the character behind it."""
    return re.sub(r"\\(.)", r"\1", line, flags=re.DOTALL)


@given(st.one_of(st.sampled_from(ODD), st.text(st.characters(codec="utf-8")), st.text("[]<>#*_{}@=.:/\\ -+(1)a\n")))
def test_odd_texts_survive_the_escaping(text: str) -> None:
    line = escape(text)
    assert unescaped(line) == " ".join(text.split())
    assert "\n" not in line and not re.search(r"(?<!\\)(?:\\\\)*[\[\]<>{}#@*_=]", line)


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert escape("odd \ud83d text") == "odd ? text"


PARSER = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { argdown } = await import(pathToFileURL(process.argv[1]));
const input = readFileSync(0, "utf-8");
const read = argdown.run({ input, process: ["parse-input", "build-model"], throwExceptions: false, logLevel: "silent" });
const text = (statement) => statement.members.map((member) => member.text).filter((words) => words).map((words) => words.trim());
console.log(JSON.stringify({
  wrong: [...read.lexerErrors, ...read.parserErrors.map((error) => error.message), ...(read.exceptions || []).map(String)],
  sections: read.sections.map((section) => section.title),
  statements: Object.values(read.statements).map(
    (each) => ({ title: each.title, text: text(each), tags: each.tags, data: each.data })
  ),
  relations: read.relations.map((each) => [each.from.title, each.relationType, each.to.title]),
}));
"""


def parsed(text: str) -> dict[str, Any]:
    """Return what @argdown/core finds in a text: version 2.0.1, which is not part of this project, is made use of if there."""
    module = Path(
        os.environ.get("STANCE_ARGDOWN", "."), "node_modules", "@argdown", "core", "dist", "index.js"
    ).resolve()
    if shutil.which("node") is None or not module.exists():
        pytest.skip("no Argdown parser: `npm install @argdown/core` in a folder, and STANCE_ARGDOWN=that folder")
    command = ["node", "--input-type=module", "-e", PARSER, str(module)]
    answer = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.slow
def test_argdowns_own_parser_reads_the_example_as_it_was(argued: Document) -> None:
    found = parsed(written(argued))
    arguments = argued.arguments or Arguments()
    assert found["wrong"] == [] and found["sections"] == ["Nobody should talk to the [Taliban]"]
    titles = [statement["title"] for statement in found["statements"]]
    places = {title: int(title.split()[0].removeprefix("1.")) - 1 for title in titles}
    for statement in found["statements"]:
        unit = arguments.units[places[statement["title"]]]
        assert statement["text"] == [" ".join(argued.text[unit.start : unit.end].split())]
        assert statement["tags"] == [unit.label]
        assert [statement["data"][key] for key in ("start", "end", "score")] == [unit.start, unit.end, unit.score]
    first = next(statement for statement in found["statements"] if statement["title"] == "1.1 major claim")
    assert first["data"]["against"] == ["Taliban"]
    read = {(places[source], places[target], label) for source, label, target in found["relations"]}
    assert read == {(each.source, each.target, each.label) for each in arguments.relations}


@pytest.mark.slow
def test_argdowns_own_parser_finds_nothing_but_words_in_odd_texts() -> None:
    found = parsed(written(*documents_of(list(ODD))))
    assert found["wrong"] == []
    statements = {statement["title"].split()[0]: statement for statement in found["statements"]}
    assert len(statements) == len(found["statements"]) == 2 * len(ODD)
    for number, text in enumerate(ODD, start=1):
        words = " ".join(text.split())
        for place in (1, 2):
            assert statements[f"{number}.{place}"]["text"] == [words or "…"]
        assert statements[f"{number}.2"]["data"] == {"kind": text, "start": 0, "end": len(text)}
    assert found["sections"] == [" ".join(text.split()) or "untitled" for text in ODD]
    assert len(found["relations"]) == 2 * len(ODD)

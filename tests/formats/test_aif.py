"""AIF: what is written, that others read it, and that what others write is read."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.document import Arguments, Document, Meta, Relation, Unit
from stance.errors import InputError, OutputError
from stance.formats import write as write_any
from stance.formats.aif import parse, read, write


def written(*documents: Document) -> str:
    stream = io.StringIO()
    write(documents, stream)
    return stream.getvalue()


def words_of(document: Document) -> list[str]:
    units = document.arguments.units if document.arguments is not None else ()
    return [" ".join(document.text[unit.start : unit.end].split()) for unit in units]


def test_the_example_is_written_as_one_graph(argued: Document, same_as_golden: Callable[[str, str], None]) -> None:
    same_as_golden("argued.aif.json", written(argued))


def test_every_key_that_aifdb_gives_is_there_with_its_type(argued: Document) -> None:
    # the types of arguebuf's `schemas.aif` (2.7.2), after AIFdb's own files; our keys stand beside them
    graph = json.loads(written(argued, argued))
    assert all(isinstance(node[key], str) for node in graph["nodes"] for key in ("nodeID", "text", "type", "timestamp"))
    assert {node["type"] for node in graph["nodes"]} == {"I", "RA", "CA"}
    assert all(isinstance(edge[key], str) for edge in graph["edges"] for key in ("edgeID", "fromID", "toID"))
    assert all(edge["formEdgeID"] is None for edge in graph["edges"])
    ids = [node["nodeID"] for node in graph["nodes"]]
    assert len(ids) == len(set(ids)) and {edge[end] for edge in graph["edges"] for end in ("fromID", "toID")} <= set(
        ids
    )
    kinds = {node["nodeID"]: node["type"] for node in graph["nodes"]}
    assert all((kinds[edge["fromID"]] == "I") != (kinds[edge["toID"]] == "I") for edge in graph["edges"])
    assert graph["locutions"] == graph["participants"] == graph["descriptorfulfillments"] == []
    assert {entry["schemeID"] for entry in graph["schemefulfillments"]} == {"71", "72"}


def test_the_time_of_a_node_is_the_date_of_its_document(argued: Document) -> None:
    for date, time in {"2024-05-01T09:30": "2024-05-01", "May 1": "1970-01-01", None: "1970-01-01"}.items():
        nodes = json.loads(written(replace(argued, meta=Meta(date=date))))["nodes"]
        assert {node["timestamp"] for node in nodes} == {f"{time} 00:00:00"}


def test_what_is_written_is_read_again(argued: Document, tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    other = replace(argued, id="other", text=argued.text.upper())
    write_any([argued, other], path, format="aif")
    first, second = read(path)
    assert (first.id, second.id) == ("truce", "other")
    for document, gave in ((first, argued), (second, other)):
        assert document.arguments is not None and gave.arguments is not None
        assert words_of(document) == words_of(gave) == document.text.split("\n\n")
        assert [(unit.label, unit.score) for unit in document.arguments.units] == [
            (unit.label, unit.score) for unit in gave.arguments.units
        ]
        assert document.arguments.relations == gave.arguments.relations


def test_a_document_without_the_layer_is_refused(argued: Document) -> None:
    with pytest.raises(OutputError, match="no argument units"):
        written(replace(argued, arguments=None))


FOREIGN: dict[str, Any] = {
    "nodes": [
        {"nodeID": 1, "text": "We should leave.", "type": "I"},
        {"nodeID": 2, "text": "It  rains.", "type": "I"},
        {"nodeID": 3, "text": "Default Inference", "type": "RA"},
        {"nodeID": 4, "text": "Ann: It rains.", "type": "L"},
        {"nodeID": 5, "text": "Asserting", "type": "YA"},
        {"nodeID": 6, "text": "Rain is fine.", "type": "I"},
        {"nodeID": 7, "text": "Default Conflict", "type": "CA"},
        {"nodeID": 8, "text": "Sure.", "type": "I"},
        {"nodeID": 9, "text": "Default Rephrase", "type": "MA"},
    ],
    "edges": [
        {"edgeID": number, "fromID": source, "toID": to}
        for number, (source, to) in enumerate(
            [(2, 3), (3, 1), (4, 5), (5, 2), (6, 7), (7, 3), (6, 9), (9, 2), (7, 1), (0, 7)]
        )
    ],
}


def test_a_graph_of_others_is_read_without_its_locutions() -> None:
    for values in (FOREIGN, {"AIF": FOREIGN, "OVA": {}, "text": ""}):
        (document,) = parse(values, default_id="nodeset1", place="x.json")
        assert document.id == "nodeset1"
        assert document.text == "We should leave.\n\nIt rains.\n\nRain is fine.\n\nSure."
        assert document.arguments is not None
        assert [unit.label for unit in document.arguments.units] == ["claim", "premise", "premise", "claim"]
        assert document.arguments.relations == (Relation(1, 0, "support"), Relation(2, 0, "attack"))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"nodes": [1], "edges": []}', '{"nodes": [{"nodeID": 1}], "edges": []}']
)
def test_what_is_no_aif_is_told_with_its_place(content: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    with pytest.raises(InputError, match="odd.json"):
        read(path)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4))
def test_odd_texts_survive(parts: list[str]) -> None:
    ends = [sum(map(len, parts[: place + 1])) for place in range(len(parts))]
    units = tuple(Unit(end - len(part), end, part) for part, end in zip(parts, ends, strict=True))
    relations = tuple(Relation(place, 0, "attack") for place in range(1, len(parts)))
    document = Document(parts[0], "".join(parts), arguments=Arguments(units, relations))
    found = list(parse(json.loads(written(document)), default_id="x", place="x"))
    kept = [words for words in words_of(document) if words]
    assert [words for each in found for words in words_of(each)] == kept
    if len(kept) == len(parts):
        assert [each.arguments.relations for each in found if each.arguments] == [relations]


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    document = Document("a", "odd \ud83d", arguments=Arguments((Unit(0, 5, "claim"),)))
    assert json.loads(written(document))["nodes"][0]["text"] == "odd ?"


@pytest.mark.filterwarnings("ignore")
def test_the_reader_of_the_makers_of_xaif_finds_the_relations(argued: Document) -> None:
    xaif = pytest.importorskip("xaif", reason="no xaif: `pip install xaif`")
    graph = xaif.AIF({"AIF": json.loads(written(argued))})
    assert graph.is_valid_json_aif() and not graph.is_json_aif_dialog()
    table = graph.get_csv("argument-relation")
    found = table[table["relation"] != "None"]
    words, arguments = words_of(argued), argued.arguments or Arguments()
    assert list(zip(found["proposition1_text"], found["proposition2_text"], found["relation"], strict=True)) == [
        (
            words[each.source],
            words[each.target],
            {"support": "Default Inference", "attack": "Default Conflict"}[each.label],
        )
        for each in arguments.relations
    ]


ARGUEBUF = """
import arguebuf, json, sys
graph = arguebuf.load.aif(json.load(sys.stdin))
json.dump({
    "texts": [node.plain_text for node in graph.atom_nodes.values()],
    "edges": len(graph.edges),
    "times": sorted({str(node.metadata.created.date()) for node in graph.nodes.values()}),
    "relations": [
        [source.plain_text, type(scheme.scheme).__name__, target.plain_text]
        for scheme in graph.scheme_nodes.values()
        for source in graph.incoming_nodes(scheme)
        for target in graph.outgoing_nodes(scheme)
    ],
}, sys.stdout)
"""


@pytest.mark.slow
def test_arguebuf_reads_every_unit_and_relation(argued: Document) -> None:
    python = os.environ.get("STANCE_ARGUEBUF")
    if python is None:
        pytest.skip(
            "no arguebuf: install it in an environment of its own, and STANCE_ARGUEBUF=that environment's python"
        )
    text = written(argued)
    command = [python, "-c", ARGUEBUF]
    answer = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True)
    found = json.loads(answer.stdout)
    words, arguments = words_of(argued), argued.arguments or Arguments()
    assert found["texts"] == words and found["edges"] == 2 * len(arguments.relations)
    assert found["times"] == ["2024-05-01"]
    assert found["relations"] == [
        [words[each.source], each.label.capitalize(), words[each.target]] for each in arguments.relations
    ]

"""AIF, the Argument Interchange Format, as the JSON of AIFdb: units as I-nodes, supports as RA-nodes, attacks as CA-nodes.

The format: Chesñevar et al. 2006, "Towards an Argument Interchange Format"; its JSON is that which AIFdb and OVA exchange
(Lawrence et al. 2012, "AIFdb: Infrastructure for the Argument Web").
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from stance.document import Arguments, Document, Relation, Unit
from stance.errors import InputError, Problem
from stance.formats.argued import arguments_of, stances_by_unit
from stance.formats.decoding import decode

_SCHEMES: Final = {"support": ("RA", "Default Inference", "72"), "attack": ("CA", "Default Conflict", "71")}
"""Type, scheme and the scheme's number in AIFdb, by relation."""

_LABELS: Final = {"RA": "support", "CA": "attack"}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_NO_DAY: Final = "1970-01-01"


def write(documents: Iterable[Document], stream: TextIO) -> None:
    """Write documents as one AIF graph, in which those of different documents are not connected.

    An I-node holds a unit's words (lines become one) and, in keys that AIF does not have and readers pass over, `document`
    (its id), `kind` (label), `start`, `end`, `score` (predictions only), and `favor` and `against` (the actors whom the
    author is for or against there). A relation is an RA- or CA-node between two edges; other relations are left out with a
    warning. There are no locutions. Node and edge ids count from 1 over all documents; a node's time is the document's
    date, 1970-01-01 where it has none, so that the same documents give the same bytes.

    Raises:
        OutputError: a document has no argument layer.
    """
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    for document in documents:
        _add(document, nodes, edges=edges)
    fulfilled = [{"nodeID": node["nodeID"], "schemeID": node["schemeID"]} for node in nodes if "schemeID" in node]
    graph = {"nodes": nodes, "edges": edges, "schemefulfillments": fulfilled, "descriptorfulfillments": []}
    written = json.dumps({**graph, "participants": [], "locutions": []}, ensure_ascii=False, indent=1)
    stream.write(written.encode("utf-8", "replace").decode("utf-8") + "\n")  # half a surrogate pair becomes "?"


def read(path: Path) -> list[Document]:
    """Return the documents of an AIF graph, see `parse`; ids that the graph lacks are the file's name.

    Raises:
        InputError: no UTF-8, no JSON, or no AIF.
    """
    content = decode(path.read_bytes(), source=path)
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        problem = Problem(str(path), f"no valid JSON ({error})", wish="an AIF graph", cure="save it as JSON again")
        raise InputError(problem) from None
    return list(parse(values, default_id=path.stem, place=str(path)))


def parse(values: Any, *, default_id: str, place: str) -> Iterator[Document]:
    """Yield the documents of an AIF graph, bare or under the key `AIF` (xAIF).

    AIF does not hold the text around the units: the text of a document is the units' words, a paragraph each, in the order of
    the nodes. A unit without `kind` is a claim where something supports or attacks it or it stands alone, else a premise.
    Only relations between I-nodes are read, not those between others (locutions, preferences, rephrasings).

    Raises:
        InputError: no AIF.
    """
    graph = values.get("AIF", values) if isinstance(values, dict) else None
    try:
        nodes = {str(node["nodeID"]): node for node in graph["nodes"]}  # type: ignore[index]
        edges = [(str(edge["fromID"]), str(edge["toID"])) for edge in graph["edges"]]  # type: ignore[index]
        words = {id: " ".join(str(node["text"]).split()) for id, node in nodes.items() if node["type"] == "I"}
    except (KeyError, TypeError, AttributeError) as error:
        value = f"no AIF graph ({type(error).__name__}: {error})"
        wish = "an object with `nodes` (nodeID, text, type) and `edges` (fromID, toID)"
        raise InputError(Problem(place, value, wish=wish, cure="export it as AIF JSON again")) from None
    words = {id: text for id, text in words.items() if text}
    relations = list(_between(nodes, edges, units=words))
    targets, sources = {relation[1] for relation in relations}, {relation[0] for relation in relations}
    units_of: dict[str, list[str]] = {}
    for id in words:
        units_of.setdefault(str(nodes[id].get("document", default_id)), []).append(id)
    for document_id, ids in units_of.items():
        text, units = "", []
        for id in ids:
            kind = nodes[id].get("kind") or ("claim" if id in targets or id not in sources else "premise")
            text += "\n\n" if text else ""
            units.append(Unit(len(text), len(text) + len(words[id]), str(kind), _score(nodes[id])))
            text += words[id]
        order = {id: at for at, id in enumerate(ids)}
        inside = tuple(
            Relation(order[source], order[to], label, score)
            for source, to, label, score in relations
            if source in order and to in order
        )
        yield Document(document_id, text, arguments=Arguments(tuple(units), inside))


def _add(document: Document, nodes: list[dict[str, Any]], *, edges: list[dict[str, Any]]) -> None:
    arguments, relations = arguments_of(document)
    day = _DAY.match(document.meta.date or "")
    time = f"{day[0] if day else _NO_DAY} 00:00:00"
    sides = stances_by_unit(document)
    first = len(nodes) + 1
    for place, unit in enumerate(arguments.units):
        words = " ".join(document.text[unit.start : unit.end].split())
        facts = {"document": document.id, "kind": unit.label, "start": unit.start, "end": unit.end}
        score = {"score": round(unit.score, 4)} if document.model is not None else {}
        node = {"nodeID": str(first + place), "text": words, "type": "I", "timestamp": time}
        nodes.append({**node, **facts, **score, **sides.get(place, {})})
    for relation in relations:
        kind, scheme, number = _SCHEMES[relation.label]
        id = str(len(nodes) + 1)
        named = {"nodeID": id, "text": scheme, "type": kind, "timestamp": time, "scheme": scheme, "schemeID": number}
        nodes.append({**named, **({"score": round(relation.score, 4)} if document.model is not None else {})})
        for source, to in ((str(first + relation.source), id), (id, str(first + relation.target))):
            edges.append({"edgeID": str(len(edges) + 1), "fromID": source, "toID": to, "formEdgeID": None})


def _score(node: dict[str, Any]) -> float:
    score = node.get("score")
    return float(score) if isinstance(score, int | float) and 0 <= score <= 1 else 1.0


def _between(
    nodes: dict[str, Any], edges: list[tuple[str, str]], *, units: Collection[str]
) -> Iterator[tuple[str, str, str, float]]:
    """Yield (source, target, label, score) of the relations between I-nodes, each once, in the order of the scheme nodes."""
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    for source, to in edges:
        into.setdefault(to, []).append(source)
        out.setdefault(source, []).append(to)
    found: dict[tuple[str, str, str], float] = {}
    for id, node in nodes.items():
        for source, to in itertools.product(into.get(id, ()), out.get(id, ())):
            if node["type"] in _LABELS and source in units and to in units:
                found.setdefault((source, to, _LABELS[node["type"]]), _score(node))
    for (source, to, label), score in found.items():
        yield source, to, label, score

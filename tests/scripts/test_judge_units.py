"""Verdicts on stances and their units: items say all that is judged, shares count it, and what is unanswered is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stance.document import Actor, Arguments, Document, Relation, Stance, Unit
from stance.errors import DataError

TEXT = "The Taliban betray us. They broke the truce. It rained."


def predicted(name: str) -> Document:
    return Document(
        name,
        TEXT,
        actors=(Actor("t", "Taliban", type="organization"),),
        stances=(Stance("author", "t", "against", 12, 21), Stance("author", "t", "against", 45, 54)),
        arguments=Arguments((Unit(0, 22, "claim"), Unit(23, 44, "testimony")), (Relation(1, 0, "support"),)),
    )


@pytest.fixture
def items(script: Any) -> list[dict[str, Any]]:
    return list(script.unit_items([predicted("a"), predicted("b")]))


def judge(item: dict[str, Any], *, stance: bool, unit: bool | None, reasons: list[bool]) -> dict[str, Any]:
    return {**item, "verdicts": {"stance": stance, "unit": unit, "reasons": reasons}}


def test_an_item_shows_the_words_of_evidence_unit_and_reasons(items: list[dict[str, Any]]) -> None:
    linked, alone = items[:2]
    assert linked["words"] == {
        "evidence": "betray us",
        "unit": "The Taliban betray us.",
        "reasons": ["They broke the truce."],
    }
    assert linked["reasons"] == [{"start": 23, "end": 44, "label": "testimony", "does": "support", "depth": 1}]
    assert (alone["unit"], alone["reasons"]) == (None, [])


def test_shares_count_a_stance_without_a_unit_as_not_linked_to_a_sensible_one(
    script: Any, items: list[dict[str, Any]]
) -> None:
    judged = [
        judge(items[0], stance=True, unit=True, reasons=[True]),
        judge(items[1], stance=False, unit=None, reasons=[]),
        judge(items[2], stance=True, unit=False, reasons=[False]),
        judge(items[3], stance=True, unit=None, reasons=[]),
    ]
    found = {row[0]: (row[1], row[3]) for row in script.shares(judged).rows}
    assert found == {
        "stances that are right": (0.75, 4),
        "stances linked to a unit": (0.5, 4),
        "stances linked to a sensible unit": (0.25, 4),
        "the same of right stances": (pytest.approx(1 / 3), 3),
        "reasons that are sensible": (0.5, 2),
    }


def test_what_has_no_verdict_is_named_by_line(script: Any, items: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    rows = [judge(items[0], stance=True, unit=True, reasons=[]), items[1]]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows) + "nonsense\n")
    with pytest.raises(DataError) as caught:
        script.read_judged(path)
    said = str(caught.value)
    assert f"{path}:1" in said and "no verdict on reasons" in said
    assert f"{path}:2" in said and "no verdict on stance" in said
    assert f"{path}:3" in said and "no item" in said


def test_judged_items_are_read_as_they_were_written(script: Any, items: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    judged = judge(items[0], stance=True, unit=True, reasons=[True])
    path.write_text(json.dumps(judged) + "\n")
    assert script.read_judged(path) == [judged]

"""Stances find the units that express them, and units their reasons, also in circles and far away."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from stance.document import Arguments, Document, Relation, Source, Span, Stance, Unit
from stance.formats.jsonl import line_of, parse
from stance.reasons import stance_arguments, stance_units

GOLDEN = Path(__file__).parent / "golden" / "argued.jsonl"


def document_of(spans: list[tuple[int, int]], evidence: list[tuple[int, int]], *relations: Relation) -> Document:
    units = tuple(Unit(*span, "claim") for span in spans)
    stances = tuple(Stance("author", "a", "favor", *span) for span in evidence)
    return Document("a", "x" * 60, stances=stances, arguments=Arguments(units, relations))


def sides(document: Document) -> list[tuple[int, int, str, int, str]]:
    (argument,) = stance_arguments(document)
    return [(each.unit, each.target, each.label, each.depth, each.side) for each in argument.reasons]


def test_the_example_tells_whom_the_author_is_against_and_why(argued: Document) -> None:
    first, second, outside, third = stance_arguments(argued)
    assert (first.unit, second.unit, outside.unit, third.unit) == (0, 1, None, 7)
    assert [(each.unit, each.depth) for each in first.supports] == [(1, 1), (2, 2), (3, 2), (4, 3), (6, 2)]
    assert [(each.unit, each.depth) for each in first.attacks] == [(5, 1), (8, 2)]
    assert [each.unit for each in first.reasons] == [
        1,
        2,
        3,
        4,
        5,
        8,
        6,
    ]  # as a tree, the objection with its answer last
    assert [each.unit for each in second.reasons] == [2, 3, 4]
    assert outside.reasons == third.reasons == ()


def test_only_the_authors_stances_are_joined_and_without_units_they_have_none(argued: Document) -> None:
    assert {argument.stance for argument in stance_arguments(argued)} == {0, 1, 2, 3}
    bare = stance_arguments(replace(argued, arguments=None))
    assert [(each.stance, each.unit, each.reasons) for each in bare] == [(place, None, ()) for place in range(4)]
    assert stance_arguments(Document("a", "Rain.")) == ()


def test_evidence_goes_to_the_unit_that_holds_most_of_it() -> None:
    document = document_of([(0, 10), (10, 30), (12, 20)], [(5, 14), (8, 11), (13, 15), (30, 40), (9, 40)])
    assert stance_units(document) == (0, 0, 2, None, 1)


def test_of_two_units_that_are_the_same_the_first_is_taken() -> None:
    assert stance_units(document_of([(0, 10), (0, 10)], [(2, 4)])) == (0,)


def test_circles_end_and_each_unit_is_told_once_by_its_shortest_way() -> None:
    spans = [(0, 5), (5, 10), (10, 15), (15, 20)]
    circle = [Relation(1, 0, "support"), Relation(2, 1, "support"), Relation(0, 2, "support"), Relation(0, 0, "attack")]
    both = [*circle, Relation(3, 2, "attack"), Relation(3, 0, "support"), Relation(3, 0, "attack")]
    assert sides(document_of(spans, [(0, 5)], *both)) == [
        (1, 0, "support", 1, "support"),
        (2, 1, "support", 2, "support"),
        (3, 0, "support", 1, "support"),
    ]


def test_an_attack_on_an_attack_speaks_for_the_claim_and_its_support_against() -> None:
    spans = [(0, 5), (5, 10), (10, 15), (15, 20), (20, 25)]
    relations = [
        Relation(1, 0, "attack"),
        Relation(2, 1, "attack"),
        Relation(3, 1, "support"),
        Relation(4, 3, "attack"),
    ]
    told = sides(document_of(spans, [(0, 5)], *relations))
    assert {unit: side for unit, *_, side in told} == {1: "attack", 2: "support", 3: "attack", 4: "support"}


def test_relations_of_other_labels_are_not_followed() -> None:
    assert sides(document_of([(0, 5), (5, 10)], [(0, 5)], Relation(1, 0, "elaborates"))) == []


def test_a_chain_as_long_as_a_book_is_followed_to_its_end() -> None:
    count = 3000
    units = tuple(Unit(place, place + 1, "premise") for place in range(count))
    chain = tuple(Relation(place + 1, place, "support") for place in range(count - 1))
    document = Document(
        "a", "x" * count, stances=(Stance("author", "a", "favor", 0, 1),), arguments=Arguments(units, chain)
    )
    (argument,) = stance_arguments(document)
    assert [each.depth for each in argument.reasons] == list(range(1, count))


SPANS = st.tuples(st.integers(0, 29), st.integers(1, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(SPANS, max_size=8), st.lists(SPANS, min_size=1, max_size=5))
def test_the_unit_found_is_the_best_of_all(spans: list[tuple[int, int]], evidence: list[tuple[int, int]]) -> None:
    for found, (start, end) in zip(stance_units(document_of(spans, evidence)), evidence, strict=True):
        shared = [min(end, unit[1]) - max(start, unit[0]) for unit in spans]
        worth = [
            (share, unit[0] - unit[1], -place) for place, (share, unit) in enumerate(zip(shared, spans, strict=True))
        ]
        assert found == (max(range(len(spans)), key=worth.__getitem__) if max(shared, default=0) > 0 else None)


def test_json_lines_say_in_which_unit_each_stance_stands(argued: Document) -> None:
    line = GOLDEN.read_text(encoding="utf-8")
    assert line_of(argued) == line
    assert [stance["unit"] for stance in json.loads(line)["stances"]] == [0, 1, None, 7, 2]
    assert "unit" not in json.loads(line_of(replace(argued, arguments=None)))["stances"][0]
    assert "stances" not in json.loads(line_of(replace(argued, stances=None)))


def test_files_without_units_of_stances_and_with_wrong_ones_are_read_the_same(argued: Document) -> None:
    values = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for place, unit in enumerate([None, 99, "x", -1, 2]):
        values["stances"][place]["unit"] = unit
    old = {**values, "stances": [{key: part[key] for key in part if key != "unit"} for part in values["stances"]]}
    for line in (json.dumps(values), json.dumps(old)):
        assert list(parse([line], on_problem=_fail, text_column=None, prefix="x", place="x")) == [argued]


def _fail(error: Exception) -> None:
    raise error


def test_a_sources_stance_has_a_unit_in_json_and_no_argument(argued: Document) -> None:
    stances = (Stance(Source("the envoy"), "a1", "against", *Span(79, 90)),)
    document = replace(argued, stances=stances)
    assert (stance_units(document), stance_arguments(document)) == ((2,), ())

"""Units and relations scored against cases worked by hand, and against themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stance.document import Arguments, Document, Relation, Unit
from stance.labels import COMPONENT_TYPES
from stance.measure import formulas
from stance.measure.argument_floors import first_claims, relabelled, sentence_units
from stance.measure.argument_scores import (
    Edge,
    Overlap,
    component_counts,
    edge_counts,
    essay_edges,
    linked_edges,
    matched_types,
    matched_units,
    score_row,
    span_counts,
)
from stance.measure.spans import Counts

TEXT = "Gates in parks\n\nI say gates must go. They are old, so they break.\n\nParks need none, for deer jump over all of them."


def document(*units: tuple[str, str], relations: tuple[tuple[int, int, str], ...] = ()) -> Document:
    placed = tuple(Unit(TEXT.index(words), TEXT.index(words) + len(words), label) for words, label in units)
    return Document("a", TEXT, arguments=Arguments(placed, tuple(Relation(*edge) for edge in relations)))


GOLD = document(
    ("gates must go", "major-claim"),
    ("They are old", "premise"),
    ("they break", "claim"),
    ("Parks need none", "claim"),
    ("deer jump over all of them", "premise"),
    relations=((1, 2, "support"), (4, 3, "support"), (2, 0, "support"), (3, 0, "attack")),
)
OTHER = document(
    ("I say gates must go", "major-claim"),  # 3 of 5 tokens
    ("They are old, so they break.", "claim"),  # 3 of 8 tokens, and 2 of 8
    ("Parks need none", "premise"),  # another type
    ("deer jump over all of them.", "premise"),  # 6 of 7
    relations=((3, 2, "support"),),
)


def test_units_match_at_50_percent_if_they_share_more_than_half_of_the_longer_and_at_100_if_all() -> None:
    assert matched_units(GOLD, OTHER, overlap="50 %") == [(0, 0), (3, 2), (4, 3)]
    assert matched_units(GOLD, OTHER, overlap="100 %") == [(3, 2)]
    assert span_counts(GOLD, OTHER, overlap="50 %") == Counts(3, 5, 4)


def test_exactly_half_is_not_enough() -> None:
    half, whole = document(("gates must", "claim")), document(("I say gates must", "claim"))
    assert matched_units(half, whole, overlap="50 %") == []


def test_components_must_have_the_same_type_and_each_type_counts_for_itself() -> None:
    found = component_counts(GOLD, OTHER, overlap="50 %", labels=COMPONENT_TYPES)
    assert found == {"major-claim": Counts(1, 1, 1), "claim": Counts(0, 2, 1), "premise": Counts(1, 2, 2)}
    assert matched_types(GOLD, OTHER, overlap="50 %") == [
        ("major-claim", "major-claim"),
        ("claim", "premise"),
        ("premise", "premise"),
    ]


def test_essays_have_one_edge_a_component_within_paragraphs() -> None:
    assert essay_edges(GOLD) == [
        Edge(0, None, ("major-claim", "")),
        Edge(1, 2, ("premise", "support")),
        Edge(2, 0, ("claim", "support")),
        Edge(3, None, ("claim", "attack")),  # no major claim in its paragraph
        Edge(4, 3, ("premise", "support")),
    ]
    assert linked_edges(GOLD, sources=["premise"]) == [Edge(1, 2, ("", "support")), Edge(4, 3, ("", "support"))]


def test_edges_match_if_both_ends_and_the_kind_do() -> None:
    pairs = matched_units(GOLD, OTHER, overlap="50 %")
    # of gold's five edges: the major claim's and the last premise's; the other predicts a claim more
    assert edge_counts(essay_edges(GOLD), essay_edges(OTHER), pairs=pairs) == Counts(2, 5, 3)
    assert edge_counts(linked_edges(GOLD), linked_edges(OTHER), pairs=pairs) == Counts(1, 4, 1)
    attack = document(*[(TEXT[u.start : u.end], u.label) for u in OTHER.arguments.units], relations=((3, 2, "attack"),))  # type: ignore[union-attr]
    assert edge_counts(linked_edges(GOLD), linked_edges(attack), pairs=pairs).true_positive == 0


def test_an_edge_to_a_unit_that_matches_none_is_no_edge_to_the_text() -> None:
    gold, predicted = [Edge(0, None, ("claim", "support"))], [Edge(0, 7, ("claim", "support"))]
    assert edge_counts(gold, predicted, pairs=[(0, 0)]) == Counts(0, 1, 1)


def test_documents_of_two_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="different texts"):
        matched_units(GOLD, Document("b", "Gates."), overlap="50 %")


def test_floors_take_sentences_for_units_and_the_first_of_a_paragraph_for_the_claim() -> None:
    titled = Document("a", TEXT, GOLD.meta)
    floor = first_claims(sentence_units(titled, label="premise", marks="."))
    assert floor.arguments is not None
    assert [(TEXT[unit.start : unit.end], unit.label) for unit in floor.arguments.units] == [
        ("Gates in parks", "claim"),
        ("I say gates must go", "claim"),
        ("They are old, so they break", "premise"),
        ("Parks need none, for deer jump over all of them", "claim"),
    ]
    assert [(edge.source, edge.target) for edge in floor.arguments.relations] == [(2, 1)]
    same = relabelled(GOLD, label="premise").arguments
    assert same is not None
    assert {unit.label for unit in same.units} == {"premise"}
    assert same.relations == ()


def test_a_row_has_the_pooled_score_and_bounds_only_where_there_are_documents_enough() -> None:
    counts = [{"": Counts(1, 2, 2)}, {"": Counts(2, 2, 2)}]
    assert score_row("units", "model", counts=counts, formula=formulas.f1) == ["units", "model", 0.75, None, None, 4]
    low, high = score_row("units", "model", counts=counts * 5, formula=formulas.f1)[3:5]
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low < 0.75 < high


@some.composite
def annotated(draw: some.DrawFn) -> Document:
    """Return a text of words in paragraphs with units that do not overlap, each with at most one relation."""
    words = draw(some.lists(some.sampled_from(["gate", "park", "deer", ",", "."]), min_size=1, max_size=30))
    gaps = draw(some.lists(some.sampled_from([" ", "\n\n"]), min_size=len(words), max_size=len(words)))
    text, spans = "", []
    for word, gap in zip(words, gaps, strict=True):
        spans.append((len(text), len(text) + len(word)))
        text += word + gap
    cuts = sorted(draw(some.sets(some.integers(0, len(words)), max_size=8)))
    units = tuple(
        Unit(spans[first][0], spans[end - 1][1], draw(some.sampled_from(COMPONENT_TYPES)))
        for first, end in zip(cuts[::2], cuts[1::2], strict=False)
    )
    number = some.integers(0, max(len(units) - 1, 0))
    edges = {draw(number): draw(number) for _ in units}
    relations = tuple(Relation(one, other, "support") for one, other in edges.items() if one != other)
    return Document("a", text, arguments=Arguments(units, relations))


@given(annotated(), some.sampled_from(["100 %", "50 %"]))
def test_gold_against_itself_is_right_in_everything(gold: Document, overlap: Overlap) -> None:
    assert gold.arguments is not None
    pairs = matched_units(gold, gold, overlap=overlap)
    assert pairs == [(number, number) for number in range(len(gold.arguments.units))]
    for edges in (essay_edges(gold), linked_edges(gold)):
        assert edge_counts(edges, edges, pairs=pairs).f1 == 1
    for counts in component_counts(gold, gold, overlap=overlap, labels=COMPONENT_TYPES).values():
        assert counts.f1 == 1


@given(annotated())
def test_what_matches_at_100_percent_matches_at_50_and_never_twice(gold: Document) -> None:
    floor = sentence_units(gold, label="claim", marks=".")
    exact, half = (matched_units(gold, floor, overlap=overlap) for overlap in ("100 %", "50 %"))
    assert set(exact) <= set(half)
    for side in zip(*half, strict=True):
        assert len(set(side)) == len(side)

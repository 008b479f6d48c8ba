"""Matching of spans: hand-computed cases, and what must hold for any spans."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.document import VoiceSpan
from stance.measure.spans import Counts, LabelledSpan, Mode, best_pairs, character_counts, match, matched_pairs

MODES: tuple[Mode, ...] = ("exact", "overlap")


def span(*parts: tuple[int, int], label: str = "") -> LabelledSpan:
    return LabelledSpan(parts, label)


@st.composite
def labelled_spans(draw: st.DrawFn) -> LabelledSpan:
    borders = sorted(draw(st.sets(st.integers(0, 30), min_size=2, max_size=6)))
    parts = tuple(zip(borders[::2], borders[1::2], strict=False))
    return LabelledSpan(parts, draw(st.sampled_from(["fact", "opinion"])))


layers = st.lists(labelled_spans(), max_size=8)


def test_spans_that_touch_do_not_overlap() -> None:
    assert match([span((0, 4))], [span((4, 8))], mode="overlap") == Counts(0, gold=1, predicted=1)


def test_one_common_character_is_an_overlap_but_no_exact_match() -> None:
    gold, predicted = [span((0, 5))], [span((4, 8))]
    assert match(gold, predicted, mode="overlap").true_positive == 1
    assert match(gold, predicted, mode="exact").true_positive == 0


def test_another_label_is_no_match() -> None:
    gold, predicted = [span((0, 5), label="fact")], [span((0, 5), label="opinion")]
    assert all(match(gold, predicted, mode=mode).true_positive == 0 for mode in MODES)


def test_two_predictions_within_one_gold_span_count_once() -> None:
    assert match([span((0, 20))], [span((0, 5)), span((6, 9))], mode="overlap") == Counts(1, gold=1, predicted=2)


def test_nested_spans_go_to_those_that_leave_the_most_matches() -> None:
    # greedily, the outer prediction takes the inner gold span first and leaves the other two without a partner
    gold = [span((5, 8)), span((0, 10))]
    predicted = [span((0, 10)), span((8, 10))]
    assert matched_pairs(gold, predicted, mode="overlap") == [(0, 0), (1, 1)]


def test_of_equally_many_matches_those_with_most_characters_in_common_are_taken() -> None:
    gold = [span((0, 10)), span((9, 20))]
    predicted = [span((8, 20)), span((0, 10))]
    assert matched_pairs(gold, predicted, mode="overlap") == [(0, 1), (1, 0)]


def test_a_gap_of_a_discontinuous_span_is_not_a_part_of_it() -> None:
    gold = [span((0, 4), (10, 14))]
    assert match(gold, [span((5, 9))], mode="overlap").true_positive == 0
    assert match(gold, [span((12, 20))], mode="overlap").true_positive == 1
    assert match(gold, [span((0, 14))], mode="exact").true_positive == 0


def test_parts_in_another_order_or_cut_where_they_touch_are_the_same_span() -> None:
    assert match([span((0, 4), (10, 14))], [span((10, 12), (12, 14), (0, 4))], mode="exact").true_positive == 1


def test_a_span_predicted_twice_matches_once() -> None:
    assert match([span((0, 4))], [span((0, 4)), span((0, 4))], mode="exact") == Counts(1, gold=1, predicted=2)


def test_scores_of_empty_layers_are_as_documented() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (1.0, 1.0, 1.0)
    missed, made_up = Counts(0, gold=3), Counts(0, predicted=3)
    assert [missed.precision, missed.recall, missed.f1] == [made_up.precision, made_up.recall, made_up.f1] == [0, 0, 0]


def test_precision_recall_and_f1_of_counts_by_hand() -> None:
    counts = Counts(3, gold=4, predicted=6)
    assert (counts.precision, counts.recall) == (0.5, 0.75)
    assert counts.f1 == pytest.approx(0.6)


@settings(deadline=None)
@given(layers)
def test_a_layer_against_itself_scores_one(spans: list[LabelledSpan]) -> None:
    assert all(match(spans, spans, mode=mode).f1 == 1 for mode in MODES)


@settings(deadline=None)
@given(layers, layers, st.randoms())
def test_order_does_not_matter(gold: list[LabelledSpan], predicted: list[LabelledSpan], random: object) -> None:
    shuffled = [sorted(side, key=lambda _: random.random()) for side in (gold, predicted)]  # type: ignore[attr-defined]
    for mode in MODES:
        assert match(gold, predicted, mode=mode) == match(*shuffled, mode=mode)


@settings(deadline=None)
@given(layers, layers)
def test_swapping_the_sides_swaps_precision_and_recall(gold: list[LabelledSpan], predicted: list[LabelledSpan]) -> None:
    for mode in MODES:
        one, other = match(gold, predicted, mode=mode), match(predicted, gold, mode=mode)
        assert (one.precision, one.recall, one.f1) == (other.recall, other.precision, other.f1)


@settings(deadline=None)
@given(layers, layers)
def test_overlap_is_never_harsher_than_exact(gold: list[LabelledSpan], predicted: list[LabelledSpan]) -> None:
    assert match(gold, predicted, mode="overlap").true_positive >= match(gold, predicted, mode="exact").true_positive


@settings(deadline=None)
@given(st.lists(st.tuples(layers, layers), max_size=4))
def test_counts_of_documents_add_up_to_those_of_one_long_document(
    documents: list[tuple[list[LabelledSpan], list[LabelledSpan]]],
) -> None:
    def moved(spans: list[LabelledSpan], by: int) -> list[LabelledSpan]:
        return [LabelledSpan(tuple((start + by, end + by) for start, end in parts), label) for parts, label in spans]

    for mode in MODES:
        pooled = sum((match(gold, predicted, mode=mode) for gold, predicted in documents), Counts())
        gold = [one for place, (side, _) in enumerate(documents) for one in moved(side, 40 * place)]
        predicted = [one for place, (_, side) in enumerate(documents) for one in moved(side, 40 * place)]
        assert pooled == match(gold, predicted, mode=mode)


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(1, 9), max_size=9))
def test_the_best_pairs_are_as_good_as_the_best_of_all_assignments(weights: dict[tuple[int, int], int]) -> None:
    chosen = best_pairs(weights)
    assert len({row for row, _ in chosen}) == len({column for _, column in chosen}) == len(chosen)
    best = max(sum(weights.get(pair, 0) for pair in enumerate(order)) for order in itertools.permutations(range(4)))
    assert sum(weights[pair] for pair in chosen) == best


def test_character_counts_pass_over_spaces_and_what_gold_leaves_out() -> None:
    text = "It rained. Sadly."
    gold = [VoiceSpan(0, 10, "fact")]
    predicted = [VoiceSpan(0, 2, "opinion"), VoiceSpan(3, 9, "fact"), VoiceSpan(11, 17, "opinion")]
    assert character_counts(text, gold, predicted=predicted) == {
        ("fact", "opinion"): 2,
        ("fact", "fact"): 6,
        ("fact", ""): 1,
    }

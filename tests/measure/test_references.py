"""Scores beside those of reference scorers: seqeval and nervaluate for spans, scikit-learn for classes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from sklearn.metrics import classification_report as class_report

from stance.document import Actor, Arguments, Document, Span, Unit, VoiceSpan
from stance.labels import VOICES, bio_tags, tags_to_spans
from stance.measure.evaluation import detailed_metrics, evaluate
from stance.measure.tallies import ArgumentTable

LABELS = ("claim", "premise")
TAGS = bio_tags(LABELS)
LENGTH = 16
TEXT = "ab " * LENGTH

runs = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([-1, 0, 1])), min_size=LENGTH, max_size=LENGTH)


@st.composite
def tagged(draw: st.DrawFn) -> list[int]:
    """Return the tag ids of a flat layer that is well formed: runs of tokens of a label or of none."""
    tags: list[int] = []
    for length, name in draw(runs):
        tags += [0] * length if name < 0 else [1 + 2 * name] + [2 + 2 * name] * (length - 1)
    return tags[:LENGTH]


def spans(tags: list[int]) -> list[tuple[int, int, int]]:
    return tags_to_spans(tags)


def document(tags: list[int], *, id: str) -> Document:
    """Return the tagged spans as argument units of a text whose tokens have three characters each."""
    units = tuple(Unit(3 * first, 3 * end - 1, LABELS[name]) for first, end, name in spans(tags))
    return Document(id, TEXT, arguments=Arguments(units))


def scored(pairs: list[tuple[list[int], list[int]]]) -> ArgumentTable:
    sides = ([document(pair[side], id=str(place)) for place, pair in enumerate(pairs)] for side in (0, 1))
    table = evaluate(*sides).arguments
    assert table is not None
    return table


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(tagged(), tagged()), min_size=1, max_size=3))
def test_exact_spans_are_scored_as_seqeval_does(pairs: list[tuple[list[int], list[int]]]) -> None:
    gold, predicted = ([[TAGS[tag] for tag in pair[side]] for pair in pairs] for side in (0, 1))
    assume(any(tag != "O" for tags in gold for tag in tags))
    table = scored(pairs)
    theirs = classification_report(gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    ours = {label: scores.exact for label, scores in table.units.items()} | {"micro avg": table.labelled.exact}
    for label, counts in ours.items():
        if counts.gold:
            found = [theirs[label][name] for name in ("precision", "recall", "f1-score", "support")]
            assert [counts.precision, counts.recall, counts.f1, counts.gold] == pytest.approx(found)


def alone(gold: list[int], predicted: list[int]) -> list[int]:
    """Return the prediction without spans that are not the only one over one span of gold: there, nervaluate's order decides."""
    kept = list(predicted)
    for first, end, _ in spans(predicted):
        met = [one for one in spans(gold) if one[0] < end and first < one[1]]
        rivals = [one for one in spans(predicted) for other in met if one[0] < other[1] and other[0] < one[1]]
        if len(met) > 1 or len(rivals) > 1:
            kept[first:end] = [0] * (end - first)
    return kept


def judged(gold: list[list[dict[str, object]]], predicted: list[list[dict[str, object]]]) -> dict[str, Any]:
    """Return nervaluate's results by its strategies."""
    overall: dict[str, Any] = Evaluator(gold, predicted, tags=list(LABELS), loader="dict").evaluate()["overall"]
    return overall


def entities(tags: list[int]) -> list[dict[str, object]]:
    return [{"label": LABELS[name], "start": first, "end": end - 1} for first, end, name in spans(tags)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(tagged(), tagged()), min_size=1, max_size=3))
def test_spans_are_scored_as_nervaluate_does_where_its_order_does_not_matter(
    pairs: list[tuple[list[int], list[int]]],
) -> None:
    pairs = [(gold, alone(gold, predicted)) for gold, predicted in pairs]
    theirs = judged([entities(gold) for gold, _ in pairs], [entities(predicted) for _, predicted in pairs])
    table = scored(pairs)
    ours = {
        "strict": table.labelled.exact, "exact": table.spans.exact, "ent_type": table.labelled.overlap
    }  # fmt: skip
    for strategy, counts in ours.items():
        found = theirs[strategy]
        assert (counts.true_positive, counts.gold, counts.predicted) == (found.correct, found.possible, found.actual)
        if counts.gold and counts.predicted:
            assert [counts.precision, counts.recall, counts.f1] == pytest.approx(
                [found.precision, found.recall, found.f1]
            )
    assert table.spans.overlap.true_positive == theirs["partial"].correct + theirs["partial"].partial


def test_of_two_predictions_for_two_spans_nervaluate_finds_one_or_two_by_their_order_and_we_find_two() -> None:
    gold = [{"label": "claim", "start": 0, "end": 3}, {"label": "claim", "start": 4, "end": 7}]
    over_both, over_first = {"label": "claim", "start": 2, "end": 7}, {"label": "claim", "start": 0, "end": 1}
    theirs = [
        judged([gold], [order])["partial"].partial for order in ([over_both, over_first], [over_first, over_both])
    ]
    assert theirs == [1, 2]
    units = Arguments((Unit(6, 24, "claim"), Unit(0, 6, "claim")))
    truth = Arguments((Unit(0, 12, "claim"), Unit(12, 24, "claim")))
    for guess in (units, Arguments(units.units[::-1])):
        table = evaluate([Document("a", TEXT, arguments=truth)], [Document("a", TEXT, arguments=guess)]).arguments
        assert table is not None and table.spans.overlap.true_positive == 2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(VOICES), st.sampled_from(VOICES)), min_size=LENGTH, max_size=LENGTH))
def test_voices_are_scored_by_characters_as_scikit_learn_does(pairs: list[tuple[str, str]]) -> None:
    gold, predicted = ([pair[side] for pair in pairs] for side in (0, 1))
    layers = [
        tuple(VoiceSpan(3 * place, 3 * place + 2, label) for place, label in enumerate(side))
        for side in (gold, predicted)
    ]
    evaluation = evaluate(*([Document("a", TEXT, voice=layer)] for layer in layers))
    present = [label for label in VOICES if label in gold]
    theirs = class_report(gold, predicted, labels=present, output_dict=True, zero_division=0)
    assert evaluation.metrics()["voice_macro_f1"] == pytest.approx(theirs["macro avg"]["f1-score"])
    for label in present:
        ours = [metric.value(evaluation) for metric in detailed_metrics(evaluation)[f"voice_{label}"]]
        assert ours == pytest.approx([theirs[label][name] for name in ("precision", "recall", "f1-score")])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["favor", "against", "neutral"]), st.sampled_from(["favor", "against", None])),
                min_size=1, max_size=LENGTH))  # fmt: skip
def test_document_stances_are_scored_as_scikit_learn_does(pairs: list[tuple[str, str | None]]) -> None:
    sides = [
        tuple(
            Actor(f"a{place}", f"name {place}", "person", mentions=(Span(3 * place, 3 * place + 2),), stance=pair[side])
            for place, pair in enumerate(pairs)
        )
        for side in (0, 1)
    ]
    metrics = evaluate(*([Document("a", TEXT, actors=side)] for side in sides)).metrics()
    gold, predicted = [one for one, _ in pairs], [other or "none" for _, other in pairs]
    theirs = class_report(gold, predicted, labels=sorted(set(gold)), output_dict=True, zero_division=0)
    assert metrics["document_stance_macro_f1"] == pytest.approx(theirs["macro avg"]["f1-score"])
    right = sum(one == other for one, other in zip(gold, predicted, strict=True))
    assert metrics["document_stance_accuracy"] == pytest.approx(right / len(pairs))

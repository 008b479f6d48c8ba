"""Evaluation of documents: what must hold for any gold and any prediction."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.document import Actor, Arguments, Attribution, Document, Relation, Span, Stance, Unit, VoiceSpan
from stance.measure.evaluation import detailed_metrics, evaluate
from stance.measure.mistakes import find_mistakes

TEXT = "The harbour board, wisely, asked for time. Mayor Lund refused. He told the board that it had slept."
FIRST, SECOND, THIRD = Span(0, 42), Span(43, 62), Span(63, 99)

words = st.sampled_from(
    [Span(start, end) for start in range(0, 90, 7) for end in range(start + 3, start + 20, 5) if end <= len(TEXT)]
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    voices = draw(st.lists(st.sampled_from(["fact", "attributed", "opinion"]), min_size=10, max_size=10))
    tiles = tuple(VoiceSpan(10 * place, min(10 * place + 10, len(TEXT)), label) for place, label in enumerate(voices))
    attributions = st.builds(
        Attribution,
        st.lists(words, min_size=1, max_size=2, unique=True).map(tuple),
        source=st.none() | words,
        cue=st.none() | words,
    )
    spans = draw(st.lists(words, min_size=3, max_size=9, unique=True))
    actors = tuple(
        Actor(f"p{place}", f"name {place}", "person", mentions=tuple(spans[place::3]), stance=stance)
        for place, stance in enumerate(
            draw(st.tuples(*[st.sampled_from(["favor", "against", "neutral", "mixed"])] * 3))
        )
    )
    stances = st.builds(
        lambda holder, actor, label, span: Stance(holder, actor, label, *span),
        st.sampled_from(["author", "p0"]),
        st.sampled_from(["p1", "p2"]),
        st.sampled_from(["favor", "against"]),
        words,
    )
    units = tuple(
        Unit(*span, draw(st.sampled_from(["claim", "premise"]))) for span in draw(st.lists(words, max_size=5))
    )
    places = st.integers(0, max(len(units) - 1, 0))
    relations = st.lists(st.builds(Relation, places, places, st.sampled_from(["support", "attack"])), max_size=4)
    return Document(
        "d",
        TEXT,
        sentences=(FIRST, SECOND, THIRD),
        arguments=Arguments(units, tuple(draw(relations)) if units else ()),
        voice=tiles,
        attributions=tuple(draw(st.lists(attributions, max_size=4))),
        actors=actors,
        stances=tuple(draw(st.lists(stances, max_size=4))),
    )


@settings(max_examples=30, deadline=None)
@given(documents())
def test_any_document_against_itself_scores_one_and_has_no_mistakes(document: Document) -> None:
    assert set(evaluate([document], [document]).metrics().values()) == {1.0}
    assert list(find_mistakes([document], [document])) == []


def turned_around(arguments: Arguments) -> Arguments:
    last = len(arguments.units) - 1
    edges = [replace(edge, source=last - edge.source, target=last - edge.target) for edge in arguments.relations]
    return Arguments(arguments.units[::-1], tuple(edges[::-1]))


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_the_order_within_a_layer_does_not_matter(gold: Document, guess: Document) -> None:
    def turned(document: Document) -> Document:
        return replace(
            document,
            attributions=(document.attributions or ())[::-1],
            actors=(document.actors or ())[::-1],
            stances=(document.stances or ())[::-1],
            arguments=turned_around(document.arguments or Arguments()),
        )

    one, other = evaluate([gold], [guess]), evaluate([turned(gold)], [turned(guess)])
    assert one.metrics() == other.metrics()
    assert one == other


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_swapping_gold_and_prediction_swaps_precision_and_recall(gold: Document, guess: Document) -> None:
    one, other = evaluate([gold], [guess]), evaluate([guess], [gold])
    assert one.actors is not None and other.actors is not None and one.voice is not None and other.voice is not None
    assert one.arguments is not None and other.arguments is not None
    for here, there in [
        (one.actors.mentions.overlap, other.actors.mentions.overlap),
        (one.actors.found, other.actors.found),
        (one.voice.asides, other.voice.asides),
        (one.arguments.spans.overlap, other.arguments.spans.overlap),
        (one.arguments.labelled.exact, other.arguments.labelled.exact),
        (one.arguments.related, other.arguments.related),
        (one.voice.spans["opinion"].exact, other.voice.spans["opinion"].exact),
    ]:
        assert (here.precision, here.recall) == (there.recall, there.precision)


PERMUTED = st.permutations(range(4))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(documents(), documents()), min_size=4, max_size=4), PERMUTED)
def test_evaluations_of_parts_add_up_to_that_of_all_in_any_order(
    pairs: list[tuple[Document, Document]], order: list[int]
) -> None:
    gold, guessed = ([replace(pair[side], id=str(place)) for place, pair in enumerate(pairs)] for side in (0, 1))
    whole = evaluate(gold, guessed)
    assert whole == evaluate(gold[:1], guessed[:1]) + evaluate(gold[1:], guessed[1:])
    assert whole == evaluate([gold[place] for place in order], guessed[::-1])
    assert whole.metrics() == evaluate(gold[::-1], guessed).metrics()


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_overlap_is_never_harsher_than_exact_nor_a_label_more_lenient_than_none(
    gold: Document, guess: Document
) -> None:
    metrics = evaluate([gold], [guess]).metrics()
    for name, value in metrics.items():
        if "_exact_" in name:
            assert metrics[name.replace("exact", "overlap")] >= value
        if "labelled" in name:
            assert metrics[name.replace("_labelled", "")] >= value


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_the_metrics_are_what_the_tables_say(gold: Document, guess: Document) -> None:
    evaluation = evaluate([gold], [guess])
    assert evaluation.voice is not None and evaluation.document_stance is not None
    assert evaluation.actors is not None and evaluation.arguments is not None
    metrics = evaluation.metrics()
    assert metrics["voice_macro_f1"] == pytest.approx(evaluation.voice.characters.macro_f1)
    assert metrics["mention_typed_f1"] == pytest.approx(evaluation.actors.typed.exact.f1)
    if evaluation.document_stance.aligned:
        assert metrics["document_stance_macro_f1"] == pytest.approx(evaluation.document_stance.four.macro_f1)
        assert metrics["document_stance_accuracy"] == pytest.approx(evaluation.document_stance.four.accuracy)
    for kind, three in detailed_metrics(evaluation).items():
        if kind.startswith("voice_"):
            score = evaluation.voice.characters.classes[kind.removeprefix("voice_")]
            found = [metric.value(evaluation) for metric in three]
            assert found == pytest.approx([score.precision, score.recall, score.f1])

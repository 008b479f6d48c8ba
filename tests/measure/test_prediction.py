"""Predictions of gold texts: what the model is told, with a tiny pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stance.document import Actor, Document, Span, VoiceSpan
from stance.measure.evaluation import evaluate
from stance.measure.prediction import predict_texts, predict_with_actors
from stance.measure.target_benchmark import toward_sentences, toward_targets

if TYPE_CHECKING:
    from stance.predict.pipeline import Pipeline

TEXT = "Ann Li praised the report. The minister called it a failure."
ACTORS = (
    Actor("li", "Ann Li", "person", mentions=(Span(0, 6),), stance="favor"),
    Actor("minister", "minister", "person", mentions=(Span(31, 39),), stance="against"),
)
GOLD = [
    Document("one", TEXT, sentences=(Span(0, 60),), voice=(VoiceSpan(0, 60, "fact"),), actors=ACTORS),
    Document("two", TEXT, voice=(VoiceSpan(0, 60, "opinion"),)),
]


def test_the_model_sees_nothing_but_the_text(tiny_pipeline: Pipeline) -> None:
    one, two = predict_texts(tiny_pipeline, GOLD, batch=1)
    assert (one.id, two.id) == ("one", "two")
    assert len(one.sentences or ()) == 2  # the text's own, not gold's
    assert (one.voice, one.actors, one.stances) == (two.voice, two.actors, two.stances)


def test_given_actors_are_found_whole_and_their_gold_stance_is_not_repeated(tiny_pipeline: Pipeline) -> None:
    [predicted] = predict_with_actors(tiny_pipeline, GOLD)
    evaluation = evaluate(GOLD[:1], [predicted])
    assert evaluation.actors is not None
    assert evaluation.actors.found.f1 == evaluation.actors.typed.exact.f1 == 1
    unlike = [
        Document("one", TEXT, actors=(Actor("li", "Ann Li", "person", mentions=(Span(0, 6),), stance="against"),))
    ]
    like = [Document("one", TEXT, actors=(Actor("li", "Ann Li", "person", mentions=(Span(0, 6),), stance="favor"),))]
    assert predict_with_actors(tiny_pipeline, unlike) == predict_with_actors(tiny_pipeline, like)


def test_targets_and_whole_sentences_are_both_answered_once_a_target(tiny_pipeline: Pipeline) -> None:
    documents = [GOLD[0], Document("three", "Ann Li wrote.", actors=ACTORS[:1])]
    assert len(toward_targets(tiny_pipeline, documents)) == 3
    told_nothing = toward_sentences(tiny_pipeline, documents)
    assert len(told_nothing) == 3 and told_nothing[0] == told_nothing[1]

"""Evaluation of documents: each table by hand on a small text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from stance.document import Actor, Arguments, Attribution, Document, Relation, Source, Span, Stance, Unit, VoiceSpan
from stance.errors import DataError
from stance.measure.evaluation import evaluate, evaluate_each, main_metrics, pooled
from stance.measure.intervals import compare, intervals
from stance.measure.items import align_actors
from stance.measure.spans import Counts
from stance.measure.summary import comparison, detailed_scores, main_scores, summary, values
from stance.measure.tables import render

TEXT = "The harbour board, wisely, asked for time. Mayor Lund refused. He told the board that it had slept."


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def voice(words: str, label: str) -> VoiceSpan:
    return VoiceSpan(*at(words), label)


FIRST, SECOND, THIRD = (at(words) for words in ("The harbour board, wisely, asked for time.", "Mayor Lund refused.",
                                                "He told the board that it had slept."))  # fmt: skip
BOARD = Actor("a0", "harbour board", "organization", mentions=(at("harbour board"), at("the board")), stance="favor")
MAYOR = Actor("a1", "Lund", "person", mentions=(at("Mayor Lund"), at("He")), stance="against")

GOLD = Document(
    "harbour",
    TEXT,
    sentences=(FIRST, SECOND, THIRD),
    voice=(
        voice("The harbour board,", "fact"),
        voice("wisely,", "opinion"),
        voice("asked for time.", "fact"),
        voice("Mayor Lund refused.", "fact"),
        voice("He told the board that it had slept.", "attributed"),
    ),
    attributions=(Attribution((at("that it had slept"),), source=at("He"), cue=at("told")),),
    actors=(BOARD, MAYOR),
    stances=(
        Stance("author", "a0", "favor", *at("wisely"), mention=at("harbour board")),
        Stance("a1", "a0", "against", *at("that it had slept"), mention=at("the board")),
    ),
)


def predicted(**layers: object) -> Document:
    return replace(GOLD, **layers)  # type: ignore[arg-type]


def test_gold_against_itself_scores_one_everywhere() -> None:
    metrics = evaluate([GOLD], [GOLD]).metrics()
    assert set(metrics.values()) == {1.0}
    assert {
        "voice_macro_f1",
        "aside_f1",
        "cue_exact_f1",
        "attribution_f1",
        "tuple_f1",
        "document_stance_accuracy",
    } <= set(metrics)


def test_an_aside_is_found_by_overlap_and_a_whole_sentence_of_opinion_is_none() -> None:
    longer = (voice("The harbour board", "fact"), voice(", wisely, asked", "opinion"), voice("for time.", "fact"))
    rest = (VoiceSpan(*SECOND, "opinion"), VoiceSpan(*THIRD, "attributed"))
    table = evaluate([GOLD], [predicted(voice=longer + rest)]).voice
    assert table is not None
    assert table.asides == Counts(1, gold=1, predicted=1)


def test_half_a_sentence_of_opinion_in_a_sentence_that_is_mostly_opinion_is_no_aside() -> None:
    mostly = (voice("The harbour board, wisely,", "opinion"), voice("asked", "fact"), voice("for time.", "opinion"))
    document = predicted(voice=mostly)
    table = evaluate([document], [document]).voice
    assert table is not None
    # the last words have 17 letters of opinion and 5 of fact beside them; the first ones 7 and 5
    assert table.asides.gold == 0


def test_voice_is_scored_by_characters_and_by_spans() -> None:
    table = evaluate([GOLD], [predicted(voice=(VoiceSpan(*FIRST, "fact"), *GOLD.voice[3:]))]).voice  # type: ignore[index]
    assert table is not None
    assert table.characters.confusion[("opinion", "fact")] == len("wisely,")
    assert table.characters.classes["opinion"].recall == 0
    assert table.spans["fact"].exact == Counts(1, gold=3, predicted=2)
    assert table.spans["fact"].overlap == Counts(2, gold=3, predicted=2)


def test_an_attribution_with_another_source_is_wrong_as_a_whole_though_its_parts_are_found() -> None:
    other = (
        Attribution((at("it had slept"),), source=at("the board"), cue=at("told")),
        Attribution((at("asked for time"),), source=at("He"), cue=at("told")),
    )
    table = evaluate([GOLD], [predicted(attributions=other)]).attributions
    assert table is not None
    assert table.parts["cue"].exact == Counts(1, gold=1, predicted=1)  # one cue, though two attributions share it
    assert table.parts["source"].exact == Counts(1, gold=1, predicted=2)
    assert table.parts["content"].overlap == Counts(1, gold=1, predicted=2)
    assert table.whole == Counts(0, gold=1, predicted=2)


def test_cues_are_not_asked_for_where_gold_has_none_at_all() -> None:
    without = replace(GOLD, attributions=(replace(GOLD.attributions[0], cue=None),))  # type: ignore[index]
    evaluation = evaluate([without], [GOLD])
    assert evaluation.attributions is not None
    assert set(evaluation.attributions.parts) == {"source", "content"}
    assert evaluation.attributions.whole.f1 == 1
    assert "cue_exact_f1" not in evaluation.metrics()


def test_a_source_where_gold_says_that_there_is_none_is_a_wrong_attribution() -> None:
    gold = replace(GOLD, attributions=(*GOLD.attributions, Attribution((at("asked for time"),), cue=at("asked"))))  # type: ignore[misc]
    guess = replace(GOLD, attributions=(Attribution((at("asked for time"),), source=at("He"), cue=at("asked")),))
    table = evaluate([gold], [guess]).attributions
    assert table is not None and table.whole == Counts(0, gold=2, predicted=1)


def test_mentions_are_scored_with_and_without_type() -> None:
    wrong_type = (replace(BOARD, type="group", mentions=(at("The harbour board"), at("the board"))), MAYOR)
    table = evaluate([GOLD], [predicted(actors=wrong_type)]).actors
    assert table is not None
    assert table.mentions.exact == Counts(3, gold=4, predicted=4)
    assert table.mentions.overlap == Counts(4, gold=4, predicted=4)
    assert table.typed.exact == Counts(2, gold=4, predicted=4)


def test_an_actor_goes_to_the_predicted_one_that_shares_most_mentions() -> None:
    actors = (
        Actor("x", "everybody", "group", mentions=(at("the board"), at("Mayor Lund"), at("He")), stance="against"),
        Actor("y", "board", "organization", mentions=(at("harbour board"),), stance="favor"),
        Actor("z", "time", "group", mentions=(at("time"),)),
    )
    evaluation = evaluate([GOLD], [predicted(actors=actors, stances=())])
    assert evaluation.actors is not None and evaluation.document_stance is not None
    assert evaluation.actors.found == Counts(2, gold=2, predicted=3)
    assert evaluation.document_stance.four.accuracy == 1


def test_an_actor_found_has_a_type_and_each_of_golds_mentions_an_actor() -> None:
    both = Actor("x", "everybody", "organization", mentions=(at("The harbour board"), at("the board"), at("He")))
    table = evaluate([GOLD], [predicted(actors=(both, replace(MAYOR, type="group", mentions=(at("Lund"),))))]).actors
    assert table is not None
    assert table.types == Counts(1, gold=2, predicted=2)
    assert table.placed == Counts(3, gold=4, predicted=4)  # "He" was given to the board
    alone = evaluate([GOLD], [predicted(actors=(both,))])
    assert alone.metrics()["actor_type_accuracy"] == 1.0
    assert alone.metrics()["mention_in_right_actor"] == 0.5  # the mayor was not found
    nobody = evaluate([GOLD], [predicted(actors=())])
    assert "actor_type_accuracy" not in nobody.metrics()
    assert nobody.metrics()["mention_in_right_actor"] == 0.0
    note = "50.0 % have gold's type. 75.0 % of gold's mentions lie in the actor"
    shown = summary(evaluate([GOLD], [predicted(actors=(both, replace(MAYOR, type="group", mentions=(at("Lund"),))))]))
    assert any(note in shown_table.note for shown_table in shown)


def test_of_two_predicted_actors_that_share_as_many_mentions_the_one_of_the_same_name_is_taken() -> None:
    namesakes = [
        Actor("x", "Lund", "person", mentions=(at("Mayor Lund"),)),
        Actor("b", "aldermen", "group", mentions=(at("He"),)),
    ]
    for order in (namesakes, namesakes[::-1]):
        assert align_actors([MAYOR], order) == {"a1": "x"}
        renamed = [replace(order[0], name=order[1].name), replace(order[1], name=order[0].name)]
        assert align_actors([MAYOR], renamed) == {"a1": "b"}


def test_two_common_names_do_not_outdo_a_shared_mention() -> None:
    one = [
        Actor("p", "Fleet", "group", mentions=(Span(21, 24),)),
        Actor("q", "Lund", "group", mentions=(Span(0, 3),)),
        Actor("r", "Rand", "group", mentions=(Span(14, 17),)),
    ]
    other = [
        Actor("x", "Fleet", "group", mentions=(Span(0, 13),)),
        Actor("y", "Lund", "group", mentions=(Span(0, 18),)),
        Actor("z", "Rand", "group", mentions=(Span(7, 25),)),
    ]
    assert align_actors(one, other) == {"p": "z", "q": "x", "r": "y"}
    assert align_actors(other, one) == {"z": "p", "x": "q", "y": "r"}


def test_a_tuple_needs_sentence_actor_holder_and_polarity() -> None:
    author = Stance("author", "a0", "favor", *FIRST)
    cases = {
        author: 1,
        replace(author, label="against"): 0,
        replace(author, actor="a1"): 0,
        replace(author, holder="a1"): 0,
        replace(author, start=SECOND.start, end=SECOND.end): 0,
        Stance(Source("the mayor's office"), "a0", "against", *THIRD): 1,
    }
    for stance, expected in cases.items():
        table = evaluate([GOLD], [predicted(stances=(stance, stance))]).tuples
        assert table is not None
        assert table.all == Counts(expected, gold=2, predicted=1), stance


def test_holders_are_judged_where_both_sides_have_the_opinion_whoever_holds_it() -> None:
    author, other = GOLD.stances or ()
    swapped = evaluate([GOLD], [predicted(stances=(replace(author, holder="a1"), other))])
    assert swapped.tuples is not None and swapped.tuples.holders == Counts(1, gold=2, predicted=2)
    assert swapped.metrics()["holder_accuracy"] == 0.5
    both = evaluate([GOLD], [predicted(stances=(author, replace(author, holder="a1"), replace(other, label="favor")))])
    assert both.tuples is not None and both.tuples.holders == Counts(0, gold=1, predicted=1)


def test_opinions_toward_an_actor_that_gold_does_not_have_are_wrong() -> None:
    stranger = Actor("a9", "time", "group", mentions=(at("time"),))
    document = predicted(actors=(*GOLD.actors, stranger), stances=(Stance("author", "a9", "favor", *FIRST),))  # type: ignore[misc]
    table = evaluate([GOLD], [document]).tuples
    assert table is not None and table.author == Counts(0, gold=1, predicted=1)


def test_an_abstention_is_a_wrong_document_stance_and_costs_coverage() -> None:
    evaluation = evaluate([GOLD], [predicted(actors=(BOARD, replace(MAYOR, stance=None)))])
    table = evaluation.document_stance
    assert table is not None
    assert (table.gold, table.aligned, table.answered) == (2, 2, 1)
    assert (table.coverage, table.four.accuracy, table.four.macro_f1) == (0.5, 0.5, 0.5)


def test_mixed_counts_among_four_stances_and_not_among_the_clear_ones() -> None:
    gold = replace(GOLD, actors=(BOARD, replace(MAYOR, stance="mixed")))
    table = evaluate([gold], [GOLD]).document_stance
    assert table is not None
    assert table.four.accuracy == 0.5
    assert (table.clear.count, table.clear.accuracy) == (1, 1)


def unit(words: str, label: str) -> Unit:
    return Unit(*at(words), label)


ARGUED = replace(
    GOLD,
    arguments=Arguments(
        (unit("The harbour board, wisely, asked for time", "claim"), unit("Mayor Lund refused", "premise"),
         unit("it had slept", "premise")),
        (Relation(1, 0, "attack"), Relation(2, 0, "attack")),
    ),
)  # fmt: skip


def test_argument_units_are_scored_with_and_without_label_and_relations_by_overlapping_ends() -> None:
    guess = Arguments(
        (unit("asked for time", "claim"), unit("Mayor Lund refused", "claim"), unit("that it had slept", "premise")),
        (
            Relation(1, 0, "attack"),
            Relation(2, 0, "support"),
            Relation(2, 1, "attack"),  # from the right unit to a wrong one
            Relation(0, 0, "attack"),  # and from a wrong one to the right one
        ),
    )
    evaluation = evaluate([ARGUED], [predicted(arguments=guess)])
    table = evaluation.arguments
    assert table is not None
    assert (table.spans.exact, table.spans.overlap) == (Counts(1, 3, 3), Counts(3, 3, 3))
    assert (table.labelled.exact, table.labelled.overlap) == (Counts(0, 3, 3), Counts(2, 3, 3))
    assert table.units["claim"].overlap == Counts(1, gold=1, predicted=2)
    assert table.relations == {"attack": Counts(1, gold=2, predicted=3), "support": Counts(0, gold=0, predicted=1)}
    metrics = evaluation.metrics()
    assert metrics["unit_macro_overlap_f1"] == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert metrics["unit_labelled_overlap_f1"] == pytest.approx(2 / 3)
    assert metrics["relation_f1"] == pytest.approx(2 / 6)


def test_two_relations_within_one_of_gold_match_once() -> None:
    halves = Arguments(
        (unit("The harbour board", "claim"), unit("asked for time", "claim"), unit("it had slept", "premise")),
        (Relation(2, 0, "attack"), Relation(2, 1, "attack")),
    )
    table = evaluate([ARGUED], [predicted(arguments=halves)]).arguments
    assert table is not None and table.related == Counts(1, gold=2, predicted=2)


def test_the_majority_floor_is_that_of_the_labels_gold_has() -> None:
    floors = {metric.name: metric.floor(evaluate([GOLD], [GOLD])) for metric in main_metrics(evaluate([GOLD], [GOLD]))}
    assert floors["document_stance_accuracy"] == 0.5
    assert floors["document_stance_macro_f1"] == pytest.approx((2 / 3 + 0) / 2)
    fact, attributed, opinion = (
        sum(
            not sign.isspace()
            for span in GOLD.voice or ()
            if span.label == label
            for sign in TEXT[span.start : span.end]
        )
        for label in ("fact", "attributed", "opinion")
    )
    assert floors["voice_macro_f1"] == pytest.approx(2 * fact / (2 * fact + attributed + opinion) / 3)
    assert floors["mention_f1"] is None


def test_layers_that_gold_does_not_have_are_not_judged_and_missing_predictions_count_as_empty() -> None:
    bare = Document("harbour", TEXT)
    assert evaluate([bare], [GOLD]).metrics() == {}
    evaluation = evaluate([GOLD], [bare])
    metrics = evaluation.metrics()
    assert evaluation.document_stance is not None and evaluation.document_stance.coverage == 0
    assert set(metrics.values()) == {0.0}


def test_predictions_of_other_documents_are_passed_over_and_order_does_not_matter() -> None:
    second = replace(GOLD, id="second", voice=())
    guess = replace(second, actors=(MAYOR,), stances=())
    one = evaluate([GOLD, second], [GOLD, guess])
    other = evaluate([second, GOLD], [Document("more", "More."), guess, GOLD])
    assert one == other


def test_every_missing_repeated_or_altered_document_is_named_at_once() -> None:
    gold = [GOLD, replace(GOLD, id="second"), replace(GOLD, id="third")]
    altered = Document("third", TEXT.replace("wisely", "wisel!"))
    with pytest.raises(DataError) as caught:
        evaluate(gold, [GOLD, GOLD, altered])
    message = str(caught.value)
    assert "'second': there is no such document" in message
    assert "'harbour': the document stands there 2 times" in message
    assert f"differs from gold's from character {TEXT.index('wisely') + 5} on" in message


def test_the_summary_fits_a_hundred_columns_and_its_json_is_plain() -> None:
    guess = predicted(actors=(BOARD, replace(MAYOR, stance=None)))
    parts = evaluate_each([ARGUED] + [replace(ARGUED, id=str(place)) for place in range(5)],
                          [guess] + [replace(guess, id=str(place)) for place in range(5)])  # fmt: skip
    evaluation, bounds = pooled(parts), intervals(parts, draws=200)
    assert (
        max(map(len, render([main_scores(evaluation, bounds), detailed_scores(evaluation, bounds)]).splitlines()))
        <= 100
    )
    assert max(map(len, render([comparison(compare(parts, parts, draws=200))]).splitlines())) <= 100
    evaluation = parts[0]
    text = render(summary(evaluation))
    assert max(map(len, text.splitlines())) <= 100
    assert "2 were found, and 1 answered (50.0 %)" in text
    assert json.loads(json.dumps(values(evaluation), allow_nan=False))["metrics"]["mention_f1"] == 1

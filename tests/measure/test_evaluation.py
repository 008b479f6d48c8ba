"""Evaluation of documents: each table by hand on a small text, and what must hold for any prediction."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.document import Actor, Attribution, Document, Source, Span, Stance, VoiceSpan
from stance.errors import DataError
from stance.measure.evaluation import evaluate
from stance.measure.items import align_actors
from stance.measure.mistakes import find_mistakes
from stance.measure.spans import Counts
from stance.measure.summary import summary, values
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


def test_of_two_predicted_actors_that_share_as_many_mentions_the_one_of_the_same_name_is_taken() -> None:
    namesakes = [
        Actor("x", "Lund", "person", mentions=(at("Mayor Lund"),)),
        Actor("b", "aldermen", "group", mentions=(at("He"),)),
    ]
    for order in (namesakes, namesakes[::-1]):
        assert align_actors([MAYOR], order) == {"a1": "x"}
        renamed = [replace(order[0], name=order[1].name), replace(order[1], name=order[0].name)]
        assert align_actors([MAYOR], renamed) == {"a1": "b"}


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


words = st.sampled_from([Span(start, end) for start in range(0, 90, 7) for end in range(start + 3, start + 20, 5)])


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
    return Document(
        "d",
        TEXT,
        sentences=(FIRST, SECOND, THIRD),
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


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_the_order_within_a_layer_does_not_matter(gold: Document, guess: Document) -> None:
    def turned(document: Document) -> Document:
        return replace(
            document,
            attributions=(document.attributions or ())[::-1],
            actors=(document.actors or ())[::-1],
            stances=(document.stances or ())[::-1],
        )

    one, other = evaluate([gold], [guess]), evaluate([turned(gold)], [turned(guess)])
    assert one.metrics() == other.metrics()
    assert (one.attributions, one.actors, one.tuples) == (other.attributions, other.actors, other.tuples)


@settings(max_examples=30, deadline=None)
@given(documents(), documents())
def test_swapping_gold_and_prediction_swaps_precision_and_recall(gold: Document, guess: Document) -> None:
    one, other = evaluate([gold], [guess]), evaluate([guess], [gold])
    assert one.actors is not None and other.actors is not None and one.voice is not None and other.voice is not None
    for here, there in [
        (one.actors.mentions.overlap, other.actors.mentions.overlap),
        (one.actors.found, other.actors.found),
        (one.voice.asides, other.voice.asides),
        (one.voice.spans["opinion"].exact, other.voice.spans["opinion"].exact),
    ]:
        assert (here.precision, here.recall) == (there.recall, there.precision)


def test_mistakes_say_what_gold_has_what_was_predicted_and_the_words() -> None:
    guess = predicted(
        voice=(VoiceSpan(*FIRST, "fact"), *GOLD.voice[3:]),  # type: ignore[index]
        attributions=(),
        actors=(replace(BOARD, stance="neutral"),),
        stances=(Stance("author", "a0", "against", *SECOND),),
    )
    found = {(one.task, one.gold, one.predicted, one.text) for one in find_mistakes([GOLD], [guess])}
    assert found == {
        ("voice", "opinion", "fact", "wisely"),
        ("source", "He", None, "He"),
        ("cue", "told", None, "told"),
        ("content", "that it had slept", None, "that it had slept"),
        ("mention", "Mayor Lund", None, "Mayor Lund"),
        ("mention", "He", None, "He"),
        ("actor", "Lund (person)", None, "Mayor Lund"),
        ("document stance", "favor toward harbour board", "neutral toward harbour board", "harbour board"),
        ("opinion", "author favor harbour board", None, TEXT[slice(*FIRST)]),
        ("opinion", "other against harbour board", None, TEXT[slice(*THIRD)]),
        ("opinion", None, "author against harbour board", TEXT[slice(*SECOND)]),
    }


def test_the_summary_fits_a_hundred_columns_and_its_json_is_plain() -> None:
    evaluation = evaluate([GOLD], [predicted(actors=(BOARD, replace(MAYOR, stance=None)))])
    text = render(summary(evaluation))
    assert max(map(len, text.splitlines())) <= 100
    assert "2 were found, and 1 answered (50.0 %)" in text
    assert json.loads(json.dumps(values(evaluation), allow_nan=False))["metrics"]["mention_f1"] == 1

"""The pipeline gives every text all layers, streams in order, and keeps what the user gave."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.actors.linking import TypedMention
from stance.document import Actor, Arguments, Document, Span, Unit, from_json, to_json
from stance.errors import InputError
from stance.predict.pipeline import Pipeline

TEXT = (
    "The Afghan government said that the Taliban had broken the ceasefire. Critics of the president, she wrote, "
    "are wrong about taxes. Ann Li praised the report; the Taliban called it “a shameful failure”. "
    "Nobody in Kabul believes what Moscow promises, according to the United Nations. The Taliban left."
)
TEXTS = st.text(
    st.sampled_from("ab Z9.,!? \n\u200b\u00ad\u0301\x00\ufeff김é👩\u200d🫠’“”'-\ud83d") | st.characters(), max_size=80
)


def spans_of(document: Document) -> Iterator[Span]:
    yield from document.sentences or ()
    for actor in document.actors or ():
        yield from actor.mentions
    for item in document.attributions or ():
        yield from (part for part in (item.source, item.cue, *item.content) if part is not None)
    for item in (*(document.voice or ()), *(document.stances or ())):
        yield Span(item.start, item.end)


@settings(max_examples=30, deadline=None)
@given(text=TEXTS)
def test_any_text_gets_all_layers_with_spans_inside_it(tiny_pipeline: Pipeline, text: str) -> None:
    document = tiny_pipeline(text)
    assert document.text == text
    assert None not in (document.sentences, document.voice, document.attributions, document.actors, document.stances)
    assert all(0 <= span.start < span.end <= len(text) for span in spans_of(document))
    ids = {actor.id for actor in document.actors or ()}
    assert {stance.actor for stance in document.stances or ()} <= ids
    assert {stance.holder for stance in document.stances or () if isinstance(stance.holder, str)} <= ids | {"author"}
    assert {item.actor for item in document.attributions or ()} <= ids | {None}


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "Yes", ".", "  \n Ann Li spoke. \n", "word " * 300, "x" * 3000])
def test_the_smallest_and_the_longest_texts_are_predicted(tiny_pipeline: Pipeline, text: str) -> None:
    document = tiny_pipeline(text)
    covered = {place for tile in document.voice or () for place in range(tile.start, tile.end)}
    assert {place for place, character in enumerate(text) if not character.isspace()} <= covered


def test_a_piece_that_is_all_title_keeps_its_title(tiny_pipeline: Pipeline) -> None:
    document = Document("a", "")
    document = replace(document, meta=replace(document.meta, title="Nobody believes Moscow"))
    found = tiny_pipeline.predict([document])[0]
    assert (found.meta, found.voice, found.actors) == (document.meta, (), ())


def test_a_prediction_survives_json(tiny_pipeline: Pipeline) -> None:
    document = tiny_pipeline(TEXT)
    assert document.actors and document.stances and document.attributions
    assert to_json(from_json(to_json(document))) == to_json(document)


def test_the_same_text_gives_the_same_bytes(tiny_pipeline: Pipeline) -> None:
    assert to_json(tiny_pipeline(TEXT)) == to_json(tiny_pipeline(TEXT))


def test_layers_of_an_annotated_document_do_not_leak_into_its_prediction(tiny_pipeline: Pipeline) -> None:
    gold = Document("a", TEXT, actors=(), stances=(), arguments=Arguments((Unit(0, 4, "assumption"),)))
    assert tiny_pipeline.predict([gold])[0] == replace(tiny_pipeline(TEXT), id="a")


def test_given_sentences_are_kept_in_order(tiny_pipeline: Pipeline) -> None:
    spans = (Span(70, 132), Span(0, 69), Span(60, 90), Span(0, 69))
    document = tiny_pipeline.predict([Document("a", TEXT, sentences=spans)])[0]
    assert document.sentences == (Span(0, 69), Span(60, 90), Span(70, 132))


def test_pipe_reads_no_further_than_it_has_to_and_keeps_the_order(tiny_pipeline: Pipeline) -> None:
    asked: list[int] = []

    def source() -> Iterator[Document]:
        for place in range(100):
            asked.append(place)
            yield Document(str(place), TEXT[: 10 + 20 * (place % 7)])

    stream = tiny_pipeline.pipe(source(), batch=3)
    assert asked == []
    found = [next(stream) for _ in range(4)]
    assert [document.id for document in found] == ["0", "1", "2", "3"]
    assert asked == list(range(6))


def test_pipe_says_what_predicting_one_by_one_says(tiny_pipeline: Pipeline) -> None:
    documents = [
        Document(str(place), text) for place, text in enumerate([TEXT, "", TEXT[70:], "Ann Li left.", TEXT * 2])
    ]
    for piped, document in zip(tiny_pipeline.pipe(documents, batch=3), documents, strict=True):
        alone = tiny_pipeline.predict([document])[0]
        assert (piped.id, piped.text, piped.sentences) == (alone.id, alone.text, alone.sentences)
        assert [(tile.start, tile.end, tile.label) for tile in piped.voice or ()] == [
            (tile.start, tile.end, tile.label) for tile in alone.voice or ()
        ]
        assert [(actor.name, actor.mentions) for actor in piped.actors or ()] == [
            (actor.name, actor.mentions) for actor in alone.actors or ()
        ]
        scores, expected = ([actor.score for actor in one.actors or ()] for one in (piped, alone))
        assert scores == pytest.approx(expected, abs=0.02)


def test_stance_toward_has_a_row_for_each_mention_asked_in_that_order(tiny_pipeline: Pipeline) -> None:
    taliban, president, united = (TEXT.index(name) for name in ("Taliban", "president", "United"))
    mentions = [(united, united + 14), (taliban, taliban + 7), (president, president + 9), (taliban, taliban + 7)]
    rows = tiny_pipeline.stance_toward(TEXT, mentions)
    assert rows.shape == (4, 3)
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert np.array_equal(rows[1], rows[3])
    assert tiny_pipeline.stance_toward(TEXT, mentions[::-1]) == pytest.approx(rows[::-1], abs=0.02)
    assert not np.allclose(rows[0], rows[1])


def test_stance_toward_nothing_has_no_rows(tiny_pipeline: Pipeline) -> None:
    assert tiny_pipeline.stance_toward(TEXT, []).shape == tiny_pipeline.stance_toward("", []).shape == (0, 3)


def test_a_mention_that_the_tokenizer_drops_is_scored_by_its_neighbour(tiny_pipeline: Pipeline) -> None:
    rows = tiny_pipeline.stance_toward("\u200b Ann left.\u200b", [(0, 1), (2, 5), (11, 12)])
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_mentions_that_are_no_part_of_the_text_are_named_all_at_once(tiny_pipeline: Pipeline) -> None:
    with pytest.raises(InputError) as caught:
        tiny_pipeline.stances_toward([("Ann.", [(0, 3), (3, 3)]), ("Bob.", [(2, 9), (-1, 2)])])
    assert [problem.place for problem in caught.value.problems] == [
        "text 0, mention 1",
        "text 1, mention 0",
        "text 1, mention 1",
    ]
    with pytest.raises(InputError, match="text 0: nothing that the model can read"):
        tiny_pipeline.stance_toward("\u200b\u200b", [(0, 1)])


def test_every_actor_is_there_with_all_mentions_and_those_that_are_predicted_are_among_them(
    tiny_pipeline: Pipeline,
) -> None:
    document = Document("a", TEXT)
    (everybody,) = tiny_pipeline.actors_of([document])
    listed = tiny_pipeline.predict([document])[0].actors or ()
    by_id = {actor.id: actor for actor in everybody}
    assert listed
    assert all(replace(actor, stance=None, score=None, interval=None) == by_id[actor.id] for actor in listed)
    assert sum(len(actor.mentions) == 1 for actor in everybody) > 0


def test_given_mentions_are_linked_and_no_others_looked_for(tiny_pipeline: Pipeline) -> None:
    places = [(words, TEXT.index(words)) for words in ("Afghan government", "Ann Li", "Kabul", "United Nations")]
    types = ("organization", "person", "country", "organization")
    given = [
        TypedMention(Span(start, start + len(words)), type) for (words, start), type in zip(places, types, strict=True)
    ]
    found = tiny_pipeline.actors_of([Document("a", TEXT), Document("b", "Nobody.")], mentions=[given, []])
    assert [(actor.name, actor.link, len(actor.mentions)) for actor in found[0]] == [
        ("Afghanistan", "iso3166:AF", 2),
        ("Ann Li", None, 1),
        ("United Nations", "wikidata:Q1065", 1),
    ]
    assert found[1] == ()


def test_given_actors_keep_ids_names_and_mentions(tiny_pipeline: Pipeline) -> None:
    taliban, left = TEXT.index("Taliban"), TEXT.rindex("Taliban")
    given = [
        Actor("t", "The Students", "group", link="x:1", mentions=(Span(left, left + 7), Span(taliban, taliban + 7))),
        Actor("u", "Taliban again", "organization", mentions=(Span(taliban, taliban + 7), Span(taliban, taliban + 7))),
        Actor("n", "Nobody", "person", stance="favor", score=1.0, interval=(0.0, 1.0)),
    ]
    document = tiny_pipeline.predict([Document("a", TEXT)], given=[given])[0]
    found = document.actors or ()
    kept = [(actor.id, actor.name, actor.type, actor.link, actor.mentions) for actor in found]
    assert kept == [(actor.id, actor.name, actor.type, actor.link, actor.mentions) for actor in given]
    assert found[0].score is not None and found[1].score is not None
    assert (found[2].stance, found[2].score, found[2].interval) == (None, None, None)
    assert {stance.actor for stance in document.stances or ()} <= {"t", "u"}


def test_no_given_actors_means_that_none_are_looked_for(tiny_pipeline: Pipeline) -> None:
    document = tiny_pipeline.predict([Document("a", TEXT)], given=[[]])[0]
    assert (document.actors, document.stances) == ((), ())


def test_given_actors_that_share_an_id_or_point_outside_the_text_are_refused(tiny_pipeline: Pipeline) -> None:
    given = [Actor("a", "A", "person"), Actor("a", "B", "person", mentions=(Span(0, 99),))]
    with pytest.raises(InputError) as caught:
        tiny_pipeline.predict([Document("d", "Ann.")], given=[given])
    assert [problem.place for problem in caught.value.problems] == ["d", "d, actor 'a', mention 0"]


def test_prediction_takes_time_in_proportion_to_the_text(tiny_pipeline: Pipeline) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        tiny_pipeline(f"{TEXT} " * count)
        return time.process_time() - began

    seconds(2)
    assert seconds(60) < 3 * 10 * seconds(6)  # 18,000 characters; a quadratic part would take a hundred times as long

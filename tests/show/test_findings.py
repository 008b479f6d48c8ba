"""What a document says, in short."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.document import Actor, Document, Source, Span, Stance, VoiceSpan
from stance.show.findings import actor_findings, speaker, stance_words, voice_shares, whole_parts


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.integers(1, 200))
def test_whole_parts_add_up_and_are_less_than_one_off(counts: list[int], total: int) -> None:
    shares = {str(place): count / sum(counts) for place, count in enumerate(counts)}
    parts = whole_parts(shares, total=total)
    assert sum(parts.values()) == total
    assert all(abs(parts[label] - total * shares[label]) < 1 + 1e-9 for label in shares)


def test_spaces_have_no_part_in_the_shares_of_voice() -> None:
    document = Document("a", "ab        cd", voice=(VoiceSpan(0, 10, "fact"), VoiceSpan(10, 12, "opinion")))
    assert voice_shares(document) == {"fact": 0.5, "attributed": 0.0, "opinion": 0.5}


def test_a_document_without_voice_has_no_shares() -> None:
    assert voice_shares(Document("a", "Text.")) == {}
    assert whole_parts(voice_shares(Document("a", "Text."))) == {}


def test_clear_stances_come_first_by_strength_and_abstentions_last(predicted: Document) -> None:
    names = [item.actor.name for item in actor_findings(predicted)]
    assert names == ["Harbour Trust", "Ada Brandt", "Quarryford council", "Kestrel Post", "Quarryford", "ferry crew"]


def test_gold_without_scores_puts_clear_stances_before_mixed_ones(gold: Document) -> None:
    assert [item.actor.name for item in actor_findings(gold)][:2] == ["Harbour Trust", "Ada Brandt"]


def test_the_authors_case_is_kept_apart_from_those_of_sources(predicted: Document) -> None:
    trust, brandt, council, *_ = actor_findings(predicted)
    assert [item.place for item in trust.author.against] == [2]
    assert trust.author.favor == ()
    assert [(case.holder, [item.place for item in case.favor]) for case in trust.others] == [("Ada Brandt", [3])]
    assert ([item.place for item in brandt.author.favor], [item.place for item in brandt.author.against]) == (
        [0, 1],
        [4],
    )
    assert [case.holder for case in council.others] == ["an engineer"]


def test_a_source_that_is_called_author_is_not_the_author() -> None:
    stances = (Stance("author", "a", "favor", 0, 1), Stance(Source("author"), "a", "against", 2, 3))
    document = Document("a", "x y", actors=(Actor("a", "A", "person"),), stances=stances)
    (found,) = actor_findings(document)
    assert (len(found.author.favor), len(found.author.against), len(found.others)) == (1, 0, 1)


def test_an_actor_that_only_stances_name_is_not_lost() -> None:
    document = Document("a", "x y", actors=(), stances=(Stance("author", "Q1", "against", 0, 1),))
    (found,) = actor_findings(document)
    assert (found.actor.name, found.actor.type, found.place) == ("Q1", "unlisted", 0)


@pytest.mark.parametrize(
    ("sentences", "shown"), [(None, "It fell. Sad!"), ((Span(0, 5), Span(6, 14), Span(15, 19)), "It fell. Sad!")]
)
def test_evidence_is_shown_in_the_sentences_that_it_touches(sentences: tuple[Span, ...] | None, shown: str) -> None:
    text = "Rain. It fell. Sad! End."
    document = Document("a", text, sentences=sentences, stances=(Stance("author", "a", "favor", 9, 18),))
    (found,) = actor_findings(document)
    (evidence,) = found.author.favor
    assert text[evidence.context.start : evidence.context.end] == shown


def test_evidence_outside_every_sentence_is_shown_alone() -> None:
    document = Document("a", "Rain. It fell.", sentences=(), stances=(Stance("author", "a", "favor", 6, 8),))
    assert actor_findings(document)[0].author.favor[0].context == Span(6, 8)


def test_the_speaker_is_the_actor_or_else_the_source_or_else_unnamed(predicted: Document) -> None:
    council, _, engineer, _ = predicted.attributions or ()
    assert speaker(council, predicted) == "Ada Brandt"
    assert speaker(engineer, predicted) == "an engineer"
    assert speaker(replace(engineer, source=None), predicted) == "unnamed source"
    assert speaker(replace(council, actor="nobody"), predicted) == "The mayor, Ada Brandt"


def test_no_stance_is_an_abstention_of_a_model_but_a_gap_in_gold() -> None:
    actor = Actor("a", "A", "person")
    assert stance_words(actor, predicted=True) == "the model abstains: too little evidence"
    assert stance_words(actor, predicted=False) == "not annotated"

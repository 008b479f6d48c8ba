"""The mistakes behind an evaluation: what they say, where they point, and which comes first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stance.document import Actor, Attribution, Document, ModelStamp, Source, Span, Stance, VoiceSpan
from stance.measure.confusion import confusions
from stance.measure.mistakes import Mistake, find_mistakes, worst_of_each, write_mistakes

TEXT = "The harbour board, wisely, asked for time. Mayor Lund refused. He told the board that it had slept."
STAMP = ModelStamp("small", "0.1.0", "")


def at(words: str, *, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def voice(words: str, label: str, score: float = 1.0) -> VoiceSpan:
    return VoiceSpan(*at(words), label, score)


FIRST, SECOND, THIRD = (
    at(words)
    for words in (
        "The harbour board, wisely, asked for time.",
        "Mayor Lund refused.",
        "He told the board that it had slept.",
    )
)
BOARD = Actor("a0", "harbour board", "organization", mentions=(at("harbour board"), at("the board")), stance="favor")
MAYOR = Actor("a1", "Lund", "person", mentions=(at("Mayor Lund"), at("He")), stance="against")
FAVOR = Stance("author", "a0", "favor", *at("wisely"), mention=at("harbour board"))
AGAINST = Stance("a1", "a0", "against", *at("that it had slept"), mention=at("the board"))
SAID = Attribution((at("that it had slept"),), source=at("He"), cue=at("told"))

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
    attributions=(SAID,),
    actors=(BOARD, MAYOR),
    stances=(FAVOR, AGAINST),
)


def predicted(**layers: object) -> Document:
    return replace(GOLD, model=STAMP, **layers)  # type: ignore[arg-type]


def mistakes(guess: Document, *, task: str) -> list[Mistake]:
    return [one for one in find_mistakes([GOLD], [guess]) if one.task == task]


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
        ("opinion", "author: favor toward harbour board", None, "wisely"),
        ("opinion", "source Lund: against toward harbour board", None, "that it had slept"),
        ("opinion", None, "author: against toward harbour board", TEXT[slice(*SECOND)]),
    }


def test_a_place_stands_in_its_sentences() -> None:
    guess = predicted(voice=(VoiceSpan(*FIRST, "fact"), *GOLD.voice[3:]))  # type: ignore[index]
    (aside,) = mistakes(guess, task="voice")
    assert (aside.before, aside.text, aside.after) == ("The harbour board, ", "wisely", ", asked for time.")
    across = Attribution((Span(at("asked").start, at("refused").end),), None, None, score=0.8)
    wrong = mistakes(predicted(attributions=(SAID, across)), task="content")[0]
    assert (wrong.before, wrong.after) == ("The harbour board, wisely, ", ".")


def test_a_missed_aside_is_as_wrong_as_a_sentence_and_a_border_that_is_a_word_off_hardly_is() -> None:
    whole = (VoiceSpan(*FIRST, "fact", 0.9), voice("Mayor Lund refused.", "fact"), VoiceSpan(*THIRD, "fact", 0.9))
    assert [(one.kind, one.text, one.wrongness) for one in mistakes(predicted(voice=whole), task="voice")] == [
        ("opinion → fact", "wisely", 0.9),
        ("attributed → fact", "He told the board that it had slept", 0.9),
    ]
    gold = replace(GOLD, voice=(voice("He told the", "fact"), voice("board that it had slept.", "attributed")))
    later = (voice("He told", "fact", 0.9), voice("the board that it had slept.", "attributed", 0.8))
    (border,) = (one for one in find_mistakes([gold], [predicted(voice=later)]) if one.task == "voice")
    assert (border.text, border.confidence) == ("the", 0.8)
    assert border.wrongness == pytest.approx(0.8 * len("the") / len("Hetoldthe"))


def test_a_confident_wrong_prediction_comes_before_a_doubtful_one_and_before_what_was_missed() -> None:
    extra = [Attribution((at(words),), score=score) for words, score in (("asked for time", 0.6), ("refused", 0.97))]
    found = mistakes(predicted(attributions=tuple(extra)), task="content")
    assert [(one.text, one.kind, one.confidence) for one in found] == [
        ("refused", "not in gold", 0.97),
        ("asked for time", "not in gold", 0.6),
        ("that it had slept", "missed", None),
    ]
    assert found[2].wrongness == 0.5 * len("thatithadslept") / len("Hetoldtheboardthatithadslept")


def test_scores_of_hand_annotation_are_no_confidence() -> None:
    guess = replace(GOLD, attributions=(SAID, Attribution((at("refused"),))))
    (wrong,) = mistakes(guess, task="content")
    assert (wrong.confidence, wrong.wrongness) == (None, 0.5)


def test_of_a_missed_mention_the_only_one_of_its_actor_weighs_most() -> None:
    gold = replace(GOLD, actors=(BOARD, replace(MAYOR, mentions=(at("Mayor Lund"),))), stances=())
    found = [one for one in find_mistakes([gold], [predicted(actors=(), stances=())]) if one.task == "mention"]
    assert [(one.text, one.wrongness) for one in found] == [
        ("Mayor Lund", 0.5),
        ("harbour board", 0.25),
        ("the board", 0.25),
    ]


def test_an_actor_that_was_split_or_merged_is_told_from_one_that_was_not_seen() -> None:
    split = (replace(BOARD, mentions=BOARD.mentions[:1]), Actor("x", "the board", "group", mentions=BOARD.mentions[1:]))
    found = find_mistakes([GOLD], [predicted(actors=(*split, MAYOR), stances=(FAVOR, replace(AGAINST, actor="x")))])
    assert [one.kind for one in found if one.task == "actor"] == ["split off another"]
    assert {one.kind for one in found if one.task == "opinion"} == {
        "missed",
        "not in gold, its actor split off another",
    }
    merged = replace(BOARD, mentions=(*BOARD.mentions, *MAYOR.mentions[:1]))
    assert [one.kind for one in mistakes(predicted(actors=(merged,)), task="actor")] == ["merged into another"]
    assert [one.kind for one in mistakes(predicted(actors=(BOARD,)), task="actor")] == ["missed"]
    assert [one.kind for one in mistakes(predicted(actors=(BOARD, MAYOR, Actor("z", "time", "group", mentions=(at("time"),)))),
                                         task="actor")] == ["not in gold"]  # fmt: skip


def test_opinions_of_one_sentence_and_actor_are_one_mistake_of_polarity_or_holder() -> None:
    flipped = replace(FAVOR, label="against", score=0.8)
    (one,) = mistakes(predicted(stances=(flipped, AGAINST)), task="opinion")
    assert (one.kind, one.confidence, one.wrongness) == ("favor → against", 0.8, 0.8)
    held = replace(AGAINST, holder="author", score=0.7)
    (other,) = mistakes(predicted(stances=(FAVOR, held)), task="opinion")
    assert (other.kind, other.gold) == ("source → author", "source Lund: against toward harbour board")
    both = replace(AGAINST, holder="author", label="favor")
    assert mistakes(predicted(stances=(FAVOR, both)), task="opinion")[0].kind == "source against → author favor"
    guesses = tuple(replace(AGAINST, holder=holder, label="favor") for holder in ("author", "a1"))
    kinds = [one.kind for one in mistakes(predicted(stances=(FAVOR, *guesses)), task="opinion")]
    assert sorted(kinds) == ["against → favor", "not in gold"]
    unlisted = Stance(Source("a clerk"), "a1", "against", *at("refused"), score=0.6)
    (spurious,) = mistakes(predicted(stances=(FAVOR, AGAINST, unlisted)), task="opinion")
    assert (spurious.kind, spurious.predicted) == ("not in gold", "source a clerk: against toward Lund")


def test_a_document_stance_on_the_other_side_is_more_wrong_than_one_in_the_middle() -> None:
    wrong = [("favor", 0.8, 0.9), ("neutral", 0.2, 0.6), (None, 0.0, 0.5)]
    for label, score, wrongness in wrong:
        guess = predicted(actors=(BOARD, replace(MAYOR, stance=label, score=score)))
        (one,) = mistakes(guess, task="document stance")
        assert one.kind == f"against → {label or 'none'}"
        assert abs(one.wrongness - wrongness) < 1e-9


def test_the_worst_are_taken_from_all_tasks_in_turn() -> None:
    found = find_mistakes([GOLD], [predicted(voice=(), attributions=(), actors=(), stances=())])
    assert [len(worst) for worst in worst_of_each(found, limit=9).values()] == [2, 1, 1, 1, 2, 1, 1]
    assert list(worst_of_each(found, limit=3)) == ["voice", "source", "cue"]
    assert sum(map(len, worst_of_each(found, limit=1000).values())) == len(found)
    assert worst_of_each([], limit=5) == {}


def test_mistakes_are_written_as_json_lines_with_their_confidence(tmp_path: Path) -> None:
    guess = predicted(attributions=(SAID, Attribution((at("refused"),), score=0.97)))
    write_mistakes(find_mistakes([GOLD], [guess]), tmp_path / "mistakes.jsonl")
    (line,) = (tmp_path / "mistakes.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "document": "harbour",
        "task": "content",
        "gold": None,
        "predicted": "refused",
        "start": at("refused").start,
        "end": at("refused").end,
        "text": "refused",
        "kind": "not in gold",
        "before": "Mayor Lund ",
        "after": ".",
        "confidence": 0.97,
        "wrongness": 0.97,
    }


def test_what_is_taken_for_what_is_counted_over_characters_and_over_actors_that_were_found() -> None:
    guess = predicted(
        voice=(VoiceSpan(*FIRST, "fact"), *GOLD.voice[3:4]),  # type: ignore[index]
        actors=(replace(BOARD, type="group"), replace(MAYOR, stance=None)),
    )
    voices, stances, types = confusions([GOLD], [guess])
    assert voices.counts["opinion", "fact"] == len("wisely,")
    assert voices.counts["attributed", ""] == len(TEXT[slice(*THIRD)].replace(" ", ""))
    assert (voices.rows, voices.columns) == (("fact", "attributed", "opinion"), ("fact", "attributed", "opinion", ""))
    assert (stances.counts, stances.columns) == (
        {("favor", "favor"): 1, ("against", "none"): 1},
        ("favor", "against", "none"),
    )
    assert types.share("organization", "group") == 1
    assert types.share("group", "group") == 0

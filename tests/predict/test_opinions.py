"""Opinions name who holds them, where they stand, and nobody who was not there."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from stance.actors.coreference import find_pronouns
from stance.actors.linking import LinkedActor, TypedMention
from stance.document import Attribution, Source, Span
from stance.labels import POLARITIES
from stance.model.heads import STANCE_VIEWS
from stance.predict.opinions import (
    OpinionView,
    attributions_by_sentence,
    author_rows,
    evidence_by_sentence,
    gate_quoted,
    opinions,
    with_source_actors,
)

TEXT = "Ann calls Bob a liar. Bob is honest. Bob left."
SENTENCES = (Span(0, 21), Span(22, 36), Span(37, 46))
MENTIONS = [TypedMention(Span(*span), "person") for span in [(0, 3), (10, 13), (22, 25), (37, 40)]]
BOB = LinkedActor("Bob", "person", None, [1, 2, 3])
NOBODY, FOR, AGAINST = [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.7, 0.2, 0.1]


def view(
    *,
    author: Sequence[Sequence[float]],
    source: Sequence[Sequence[float]],
    said: Attribution | None = None,
    later: Sequence[dict[int, np.ndarray]] | None = None,
) -> OpinionView:
    scores = [np.array([NOBODY, *pair], dtype=np.float32) for pair in zip(author, source, strict=True)]
    evidence = [(Span(14, 20), "against"), (Span(0, 9), "against"), (Span(26, 35), "favor"), (Span(30, 46), "favor")]
    return OpinionView(
        text=TEXT,
        sentences=SENTENCES,
        mentions=MENTIONS,
        scores=scores,
        later=later or [{} for _ in scores],
        attributions=attributions_by_sentence([said] if said else [], SENTENCES),
        evidence=evidence_by_sentence(evidence, SENTENCES),
    )


def test_the_author_is_for_an_actor_where_the_nearest_evidence_says_so() -> None:
    found = list(opinions(view(author=[NOBODY, NOBODY, FOR, NOBODY], source=[NOBODY] * 4), BOB, key="b"))
    assert [(o.holder, o.actor, o.label, o.start, o.end, o.mention) for o in found] == [
        ("author", "b", "favor", 26, 35, Span(22, 25))
    ]
    assert found[0].score == pytest.approx(0.8)


def test_without_evidence_the_sentence_is_the_evidence() -> None:
    found = list(opinions(view(author=[NOBODY] * 3 + [FOR], source=[NOBODY] * 4), BOB, key="b"))
    assert [(o.start, o.end) for o in found] == [SENTENCES[2]]


@pytest.mark.parametrize(
    ("said", "holder"),
    [
        (Attribution((Span(10, 20),), source=Span(0, 3), actor="a"), "a"),
        (Attribution((Span(10, 20),), source=Span(0, 3)), Source("Ann")),
        (Attribution((Span(10, 20),)), Source("unnamed")),
        (Attribution((Span(4, 9),), source=Span(0, 3)), Source("Ann")),
    ],
)
def test_a_source_s_stance_is_held_by_the_source_of_the_content_around(said: Attribution, holder: str | Source) -> None:
    found = list(opinions(view(author=[NOBODY] * 4, source=[NOBODY, AGAINST, NOBODY, NOBODY], said=said), BOB, key="b"))
    assert [(o.holder, o.label, (o.start, o.end)) for o in found] == [(holder, "against", (14, 20))]


def later_scores(*, author: Sequence[float], source: Sequence[float]) -> np.ndarray:
    return np.array([NOBODY, author, source], dtype=np.float32)


def test_a_sentence_that_does_not_name_the_actor_is_judged_by_the_nearest_mention_before() -> None:
    later = [{1: later_scores(author=FOR, source=NOBODY), 2: later_scores(author=FOR, source=NOBODY)}, {}, {}, {}]
    seen = view(author=[NOBODY] * 4, source=[NOBODY] * 4, later=later)
    ann = LinkedActor("Ann", "person", None, [0])
    assert [(o.label, (o.start, o.end), o.mention) for o in opinions(seen, ann, key="a")] == [
        ("favor", (26, 35), None),
        ("favor", tuple(SENTENCES[2]), None),
    ]
    nearer = view(
        author=[NOBODY] * 4,
        source=[NOBODY] * 4,
        later=[later[0], {2: later_scores(author=NOBODY, source=NOBODY)}, {}, {}],
    )
    both = LinkedActor("Ann", "person", None, [0, 1])
    assert [(o.start, o.end) for o in opinions(nearer, both, key="a")] == [(26, 35)]


def test_a_sentence_that_names_the_actor_is_judged_by_that_mention_alone() -> None:
    later = [{}, {1: later_scores(author=FOR, source=NOBODY)}, {}, {}]
    assert not list(opinions(view(author=[NOBODY] * 4, source=[NOBODY] * 4, later=later), BOB, key="b"))


@pytest.mark.parametrize("said", [None, Attribution((Span(10, 20),), source=Span(0, 3), actor="b")])
def test_a_source_s_stance_that_nobody_else_holds_is_no_opinion(said: Attribution | None) -> None:
    assert not list(opinions(view(author=[NOBODY] * 4, source=[AGAINST] * 4, said=said), BOB, key="b"))


def test_a_content_over_several_sentences_is_seen_in_each() -> None:
    said = Attribution((Span(10, 36),), source=Span(0, 3))
    found = opinions(view(author=[NOBODY] * 4, source=[NOBODY, NOBODY, FOR, NOBODY], said=said), BOB, key="b")
    assert [o.holder for o in found] == [Source("Ann")]


def test_a_sentence_counts_once_for_the_author() -> None:
    rows, count = author_rows(
        view(author=[FOR, NOBODY, FOR, NOBODY], source=[NOBODY] * 4), LinkedActor("", "", None, [0, 1, 3])
    )
    assert (rows.shape, count) == ((2, 3), 2)
    assert rows[0].argmax() == 2
    rows, count = author_rows(view(author=[FOR] * 4, source=[FOR] * 4), LinkedActor("", "", None))
    assert (rows.shape, count) == ((0, 3), 0)


def test_a_source_is_the_first_actor_that_its_words_mention() -> None:
    said = [
        Attribution((Span(14, 20),), source=source)
        for source in (Span(0, 13), Span(4, 13), Span(14, 20), Span(11, 12), None)
    ]
    linked = with_source_actors(said, text=TEXT, mentions=MENTIONS, owner={0: "a", 1: "b"}, pronouns={})
    assert [item.actor for item in linked] == ["a", "b", None, "b", None]


@pytest.mark.parametrize(
    ("source", "actor"),
    [
        ("He", "a"),
        ("he himself", "a"),
        ("his", "a"),
        ("his lawyer", None),
        ("the man he hired", None),
        ("he and Bob", "b"),
    ],
)
def test_a_source_that_is_a_pronoun_is_the_actor_that_it_means(source: str, actor: str | None) -> None:
    text = f"Ann came. Yes, said {source}."
    start = text.index(source)
    mentions = [TypedMention(Span(at, at + 3), "person") for at in (0, text.find("Bob")) if at >= 0]
    pronouns = dict.fromkeys(find_pronouns(text), "a")
    said = [Attribution((Span(10, 13),), source=Span(start, start + len(source)))]
    (found,) = with_source_actors(said, text=text, mentions=mentions, owner={0: "a", 1: "b"}, pronouns=pronouns)
    assert found.actor == actor


@pytest.mark.parametrize(
    ("source", "actor"),
    [
        ("Ann’s lawyer, Bob", "b"),
        ("Ann's Bob", "b"),
        ("Ann’s lawyer", "a"),
        ("Ann’s", "a"),
        ("Ann, Bob’s lawyer", "a"),
        ("Ann and Bob", "a"),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_who_owns_a_source_does_not_speak_where_the_source_is_named(source: str, actor: str, *, whole: bool) -> None:
    """Whether or not a mention holds its possessive ending."""
    mentions = [
        TypedMention(Span(match.start(), match.end() if whole else match.start() + 3), "person")
        for match in re.finditer(r"(?:Ann|Bob)(?:['’]s)?", source)
    ]
    said = [Attribution((Span(0, 1),), source=Span(0, len(source)))]
    (found,) = with_source_actors(said, text=source, mentions=mentions, owner={0: "a", 1: "b"}, pronouns={})
    assert found.actor == actor


def test_a_text_without_sentences_has_its_whole_for_evidence() -> None:
    bob = TypedMention(Span(0, 3), "person")
    nothing = OpinionView("Bob", (), [bob], [np.array([FOR] * 3, np.float32)], [{}], {}, {})
    assert [(o.start, o.end) for o in opinions(nothing, LinkedActor("", "", None, [0]), key="b")] == [(0, 3)]


def test_the_author_is_neutral_toward_what_stands_in_a_direct_quotation_and_sources_are_not() -> None:
    rows = np.full((3, 3), 0.1, dtype=np.float32)
    rows[:, POLARITIES.index("against")] = 0.8
    mentions = [Span(4, 9), Span(20, 25)]
    direct = Attribution((Span(0, 12),), kind="direct")
    indirect = Attribution((Span(18, 30),), kind="indirect")
    quoted, free = gate_quoted([rows, rows], mentions, attributions=[direct, indirect])
    assert quoted[STANCE_VIEWS.index("author")].tolist() == [0.0, 1.0, 0.0]
    assert quoted[STANCE_VIEWS.index("source")].tolist() == rows[0].tolist()
    assert free.tolist() == rows.tolist()

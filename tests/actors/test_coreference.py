"""Pronouns and descriptions come to actors; names that were told apart stay apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from stance.actors.aliases import AliasTable, KnownActor
from stance.actors.coreference import (
    FARTHEST,
    FEATURE_SIZES,
    KINDS,
    PRONOUNS,
    Candidate,
    antecedent_pairs,
    candidates,
    find_pronouns,
    join_actors,
    pair_features,
)
from stance.actors.linking import LinkedActor, TypedMention, link_mentions
from stance.document import Span

TABLE = AliasTable({"Taliban": KnownActor("Taliban", "organization", "wikidata:Q42418")}, {}, {})


def spans(text: str, words: Sequence[str]) -> list[Span]:
    """Return where words stand, each behind the one before it."""
    found, at = [], 0
    for word in words:
        at = text.index(word, at)
        found.append(Span(at, at + len(word)))
        at += len(word)
    return found


def joined(
    text: str, typed: Sequence[tuple[str, str]], means: Mapping[int, int | Mapping[int, float]], *, share: float = 0.9
) -> list[tuple[str, list[str]]]:
    """Return the actors of a text of one sentence, each with all its mentions, where candidates mean others, by place.

    Args:
        means: the place that each means, or several, each with its share.
    """
    mentions = [
        TypedMention(span, type) for span, (_, type) in zip(spans(text, [w for w, _ in typed]), typed, strict=True)
    ]
    found = candidates(
        text,
        [(mention.span, mention.type) for mention in mentions],
        pronouns=find_pronouns(text),
        sentences=[Span(0, len(text))],
    )
    shares = np.zeros((len(found), 1 + len(found)))
    shares[:, 0] = 1
    for place, target in means.items():
        for where, much in (target if isinstance(target, Mapping) else {target: share}).items():
            shares[place, 0], shares[place, place - where] = shares[place, 0] - much, much
    actors = link_mentions(text, mentions, table=TABLE)
    made = join_actors(actors, mentions, text=text, found=found, shares=shares, thresholds={})
    return [(actor.name, [text[slice(*span)] for span in _all(actor, mentions)]) for actor in made]


def _all(actor: LinkedActor, mentions: Sequence[TypedMention]) -> list[Span]:
    return sorted([*(mentions[place].span for place in actor.mentions), *actor.pronouns])


def test_the_pronouns_of_the_closed_class_are_found_as_whole_words() -> None:
    text = "He's hit; the IT firm’s THEM, it-girl, SHE: Theirs (itself)—him. I, we, you, who, one."
    assert [text[slice(*span)] for span in find_pronouns(text)] == ["He", "Theirs", "itself", "him"]
    assert set(PRONOUNS.values()) == set(KINDS[2:])


def test_pronouns_and_descriptions_come_to_the_actor_that_they_mean() -> None:
    text = "the Taliban fled; the movement said it would return, and Ann Li said she would too"
    typed = [("the Taliban", "organization"), ("the movement", "group"), ("Ann Li", "person")]
    found = joined(text, typed, {1: 0, 2: 1, 4: 3})
    assert found == [("Taliban", ["the Taliban", "the movement", "it"]), ("Ann Li", ["Ann Li", "she"])]


def test_a_chain_of_pronouns_goes_back_to_its_actor() -> None:
    text = "so Ann Li said she knew that she had lost her way"
    assert joined(text, [("Ann Li", "person")], {1: 0, 2: 1, 3: 2}) == [("Ann Li", ["Ann Li", "she", "she", "her"])]


def test_what_is_not_sure_enough_stays_alone() -> None:
    text = "the Taliban fled; the movement said it would return"
    typed = [("the Taliban", "organization"), ("the movement", "group")]
    names = [name for name, _ in joined(text, typed, {1: 0, 2: 0}, share=0.4)]
    assert names == ["Taliban", "movement"]
    assert joined(text, typed, {1: 0, 2: 0}, share=0.6) == [
        ("Taliban", ["the Taliban", "it"]),
        ("movement", ["the movement"]),
    ]


@pytest.mark.parametrize(
    ("text", "typed", "means"),
    [
        ("so Ann Li met Bob Fox", [("Ann Li", "person"), ("Bob Fox", "person")], {1: 0}),
        ("so the Taliban met Hezbollah", [("the Taliban", "organization"), ("Hezbollah", "organization")], {1: 0}),
        ("so Ann Li met the movement", [("Ann Li", "person"), ("the movement", "group")], {1: 0}),
        ("so Ann Li said it", [("Ann Li", "person")], {1: 0}),
        ("so the Taliban said he fled", [("the Taliban", "organization")], {1: 0}),
    ],
)
def test_what_cannot_be_the_same_is_never_joined(
    text: str, typed: Sequence[tuple[str, str]], means: Mapping[int, int]
) -> None:
    assert joined(text, typed, means, share=1.0) == joined(text, typed, {})


def test_he_and_she_are_never_one() -> None:
    text = "so Ann Li said she saw that he left"
    assert joined(text, [("Ann Li", "person")], {1: 0, 2: 1}, share=1.0) == [("Ann Li", ["Ann Li", "she"])]


def test_an_honorific_says_which_pronoun_fits() -> None:
    text = "Mr. Hale met Ms. Ortiz; she smiled, he left"
    typed = [("Mr. Hale", "person"), ("Ms. Ortiz", "person")]
    assert joined(text, typed, {2: {0: 0.6}, 3: {0: 0.9}}) == [("Hale", ["Mr. Hale", "he"]), ("Ortiz", ["Ms. Ortiz"])]
    assert joined(text, typed, {2: {1: 0.6}, 3: {1: 0.9}}) == [("Hale", ["Mr. Hale"]), ("Ortiz", ["Ms. Ortiz", "she"])]


def test_without_an_honorific_the_likelier_pronoun_is_kept_not_the_first() -> None:
    text = "so Hale met Ortiz; she smiled, he left, his hat stayed"
    typed = [("Hale", "person"), ("Ortiz", "person")]
    found = joined(text, typed, {2: {0: 0.6}, 3: {0: 0.9}, 4: {3: 0.9}})
    assert found == [("Hale", ["Hale", "he", "his"]), ("Ortiz", ["Ortiz"])]
    assert joined(text, typed, {2: {0: 0.9}, 3: {0: 0.6}}) == [("Hale", ["Hale", "she"]), ("Ortiz", ["Ortiz"])]


def test_a_description_of_a_man_joins_no_woman() -> None:
    text = "so Ms. Ortiz came; the spokesman left, the congresswoman stayed"
    typed = [("Ms. Ortiz", "person"), ("the spokesman", "person"), ("the congresswoman", "person")]
    found = joined(text, typed, {1: 0, 2: 0})
    assert found == [("Ortiz", ["Ms. Ortiz", "the congresswoman"]), ("spokesman", ["the spokesman"])]


def test_they_are_a_named_person_only_where_there_is_nobody_else() -> None:
    typed = [("the farmers", "group"), ("Ann Li", "person")]
    text = "so the farmers met Ann Li; they left their ploughs"
    found = joined(text, typed, {2: {0: 0.6, 1: 0.4}, 3: {0: 0.3, 1: 0.7}})
    assert found == [("farmers", ["the farmers", "they"]), ("Ann Li", ["Ann Li"])]
    found = joined(text, typed, {2: 0, 3: 1})
    assert found == [("farmers", ["the farmers", "they"]), ("Ann Li", ["Ann Li", "their"])]
    text = "so Ms. Li said they left"
    assert joined(text, [("Ms. Li", "person")], {1: 0}) == [("Li", ["Ms. Li"])]


def test_it_is_a_movement_but_not_several_people() -> None:
    assert joined("so the farmers said it fell", [("the farmers", "group")], {1: 0}) == [("farmers", ["the farmers"])]
    assert joined("so the movement said it fell", [("the movement", "group")], {1: 0}) == [
        ("movement", ["the movement", "it"])
    ]


def test_a_name_that_opens_a_sentence_is_no_description_but_a_common_word_is() -> None:
    text = "Putin disagreed with Ann Li"
    typed = [("Putin", "person"), ("Ann Li", "person")]
    assert joined(text, typed, {1: 0}) == [("Putin", ["Putin"]), ("Ann Li", ["Ann Li"])]
    text = "Rebels met the Taliban, and the rebels won"
    typed = [("Rebels", "group"), ("the Taliban", "organization")]
    assert joined(text, typed, {1: 0}) == [("Taliban", ["Rebels", "the Taliban"])]


def test_a_description_joins_two_names_not_even_through_itself() -> None:
    text = "so Ann Li met the senator and Bob Fox met the senator"
    typed = [("Ann Li", "person"), ("the senator", "person"), ("Bob Fox", "person"), ("the senator", "person")]
    found = joined(text, typed, {1: 0, 2: 1}, share=1.0)
    assert found == [("Ann Li", ["Ann Li", "the senator", "the senator"]), ("Bob Fox", ["Bob Fox"])]


def test_a_name_that_comes_after_its_description_gives_its_name() -> None:
    text = "so the senator came; Ann Li spoke"
    typed = [("the senator", "person"), ("Ann Li", "person")]
    assert joined(text, typed, {1: 0}) == [("Ann Li", ["the senator", "Ann Li"])]


def test_an_antecedent_stands_before_and_apart_and_not_too_far() -> None:
    words = [
        Candidate(Span(3 * n, 3 * n + 2), "name", "person", "a", "a", n, quoted=False) for n in range(FARTHEST + 9)
    ]
    pairs = antecedent_pairs(words)
    distance = pairs[:, 0] - pairs[:, 1]
    assert (distance.min(), distance.max()) == (1, FARTHEST)
    assert len(np.unique(pairs, axis=0)) == len(pairs) == sum(min(n, FARTHEST) for n in range(len(words)))


def features(text: str, typed: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
    places = [(span, type) for span, (_, type) in zip(spans(text, [word for word, _ in typed]), typed, strict=True)]
    ends = [place + 1 for place, mark in enumerate(text) if mark == "."] or [len(text)]
    sentences = [Span(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    found = candidates(text, places, pronouns=find_pronouns(text), sentences=sentences)
    return pair_features(found, antecedent_pairs(found))


def test_features_say_what_words_have_in_common() -> None:
    same, head, inside = features("The rebels met armed rebels.", [("The rebels", "group"), ("armed rebels", "group")])[
        0, :3
    ]
    assert (same, head, inside) == (0, 1, 1)
    assert features("The rebels met the rebels.", [("The rebels", "group"), ("the rebels", "group")])[
        0, :3
    ].tolist() == [1, 1, 1]
    assert features("The rebels met them.", [("The rebels", "group")])[0, :3].tolist() == [2, 0, 2]


def test_features_count_sentences_and_candidates_between_and_see_quotation_marks() -> None:
    rows = features("Ann came. “Bob left her.” It rained.", [("Ann", "person"), ("Bob", "person")])
    her = rows[2]  # of her and Ann; the nearest come first
    assert (her[3], her[4], her[8]) == (1, 1, 0)
    assert rows[1][8] == 1
    assert (rows >= 0).all() and (rows < np.array(FEATURE_SIZES)).all()

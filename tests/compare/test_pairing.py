"""Gold beside predictions: which document, which actor, which value, and what is not coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from stance.compare.correction import correct
from stance.compare.pairing import SHARES, pair_gold
from stance.compare.rows import tables
from stance.document import Actor, Document, Meta, Span
from stance.errors import DataError

TEXT = "Ann Li met the Union. Ms. Li was right."
LI = (Span(0, 6), Span(26, 28))


def article(id: str, actors: Sequence[Actor] | None, *, outlet: str | None = "Daily", text: str = TEXT) -> Document:
    return Document(id, text, Meta(outlet=outlet), actors=None if actors is None else tuple(actors))


def li(stance: str | None, *, score: float | None = None, name: str = "Ann Li", link: str | None = "Q1") -> Actor:
    return Actor("a1", name, "person", link=link, mentions=LI, stance=stance, score=score)


def test_gold_labels_are_scores_and_mixed_is_nought() -> None:
    labels = ["favor", "against", "neutral", "mixed"]
    gold = [article(label, [li(label)]) for label in labels]
    predicted = [article(label, [li("favor", score=0.4)]) for label in [*labels, "not coded"]]
    pairs = pair_gold(gold, predicted, actor="Q1")
    np.testing.assert_array_equal(pairs.gold, [1.0, -1.0, 0.0, 0.0, np.nan])
    assert pairs.predicted.tolist() == [0.4] * 5
    assert pairs.coded.tolist() == [True] * 4 + [False]
    assert pairs.probability.tolist() == [0.8] * 5


def test_shares_count_labels_and_together_are_the_whole() -> None:
    gold = [article("one", [li("mixed")]), article("two", [li("favor")])]
    predicted = [article("one", [li("against")]), article("two", [li("mixed")]), article("three", [li("favor")])]
    pairs = {each: pair_gold(gold, predicted, actor="ann li", measure=each) for each in ("favor", "against", "neutral")}
    assert {name: each.gold[:2].tolist() for name, each in pairs.items()} == {
        "favor": [0.0, 1.0], "against": [0.0, 0.0], "neutral": [1.0, 0.0]
    }  # fmt: skip
    assert sum(each.predicted for each in pairs.values()).tolist() == [1.0, 1.0, 1.0]
    assert pairs["favor"].bounds == (0.0, 1.0)
    estimates = [correct(each).means[0].value for each in pairs.values()]
    assert sum(estimates) == pytest.approx(1)


def test_the_actor_of_gold_is_the_one_with_the_same_mentions_whatever_its_name() -> None:
    namesake = Actor("a2", "Q1 fan club", "group", mentions=(Span(15, 20),), stance="favor")
    gold = article("one", [li("against", name="The minister", link=None), namesake])
    pairs = pair_gold([gold], [article("one", [li("favor", score=0.9)])], actor="Ann Li")
    assert (pairs.gold[0], pairs.predicted[0]) == (-1.0, 0.9)


def both(ann: str | None, bob: str | None, *, scores: tuple[float, float] | None = None, id: str = "one") -> Document:
    """Return an article in which Ann, of four mentions, and Bob, of three, are one actor."""
    text = "Ann, Ann, Ann, Ann. Bob, Bob, Bob."
    given = ((ann, 0, 4), (bob, 20, 3))
    actors = [
        Actor(
            id=f"a{place}",
            name=("Ann", "Bob")[place],
            type="person",
            link="group:two",
            mentions=tuple(Span(start + 5 * each, start + 5 * each + 3) for each in range(count)),
            stance=stance,
            score=None if scores is None else scores[place],
        )
        for place, (stance, start, count) in enumerate(given)
    ]
    return article(id, actors, text=text)


def test_actors_of_an_article_that_are_one_are_taken_together_on_both_sides_as_the_tables_take_them() -> None:
    predicted = both("favor", "against", scores=(0.9, -0.93))
    pairs = pair_gold([both("favor", "against")], [predicted], actor="group:two")
    made = tables([predicted]).rows
    assert pairs.predicted.tolist() == pytest.approx([(4 * 0.9 - 3 * 0.93) / 7])
    assert made["score"].tolist() == pytest.approx(pairs.predicted.tolist())
    assert pairs.gold.tolist() == pytest.approx([1 / 7])
    shares = {
        name: pair_gold([both("favor", "against")], [predicted], actor="group:two", measure=name) for name in SHARES
    }
    assert {name: (each.gold[0], each.predicted[0]) for name, each in shares.items()} == {
        "favor": (0, 0), "against": (0, 0), "neutral": (1, 1)
    }  # fmt: skip
    half = pair_gold([both(None, "against")], [both(None, "against", scores=(0.0, -0.5))], actor="group:two")
    assert (half.gold[0], half.predicted[0]) == (-1.0, -0.5)


def test_scores_that_stand_in_gold_are_those_of_a_model_and_do_not_count() -> None:
    pairs = pair_gold([both("favor", "favor", scores=(-0.4, -0.4))], [both("favor", "favor")], actor="group:two")
    assert pairs.gold.tolist() == [1.0]


def test_gold_that_has_the_actor_by_its_link_needs_no_mention_in_common() -> None:
    linked = replace(li("against"), mentions=(Span(33, 35),))
    other = Actor("a2", "The Union", "organization", mentions=LI, stance="favor")
    pairs = pair_gold([article("one", [other, linked])], [article("one", [li("favor", score=0.5)])], actor="Q1")
    assert pairs.gold.tolist() == [-1.0]


def test_what_the_model_misses_or_invents_is_there_to_be_corrected() -> None:
    gold = [article("missed", [li("favor")]), article("invented", []), article("neither", [])]
    predicted = [article("missed", []), article("invented", [li("against", score=-0.5)]), article("neither", [])]
    pairs = pair_gold(gold, predicted, actor="Q1")
    np.testing.assert_array_equal(pairs.gold, [1.0, np.nan, np.nan])
    np.testing.assert_array_equal(pairs.predicted, [np.nan, -0.5, np.nan])
    assert pairs.coded.all()


def test_abstention_predicts_nothing_and_gold_without_stance_is_not_coded() -> None:
    gold = [article("one", [li("favor")]), article("two", [li(None)]), article("three", None)]
    predicted = [article(id, [li(None, score=0.1)]) for id in ("one", "two", "three")]
    pairs = pair_gold(gold, predicted, actor="Q1")
    assert np.isnan(pairs.predicted).all()
    assert pairs.coded.tolist() == [True, False, False]


def test_probabilities_are_those_of_the_draw_and_articles_outside_of_it_are_left_out() -> None:
    predicted = [article(id, [li("favor")]) for id in ("one", "two", "three")]
    pairs = pair_gold([article("two", [li("favor")])], predicted, actor="Q1", probabilities={"one": 0.3, "two": 0.6})
    assert (pairs.document.tolist(), pairs.probability.tolist()) == (["one", "two"], [0.3, 0.6])


def test_gold_that_does_not_say_its_stance_lowers_the_probability_of_the_others() -> None:
    gold = [article("one", [li("favor")]), article("two", [li(None)]), article("three", None), article("four", [])]
    predicted = [article(each.id, [li("favor")]) for each in gold]
    pairs = pair_gold(gold, predicted, actor="Q1", probabilities=dict.fromkeys(("one", "two", "three", "four"), 1.0))
    assert pairs.coded.tolist() == [True, False, False, True]
    assert pairs.probability[pairs.coded].tolist() == [0.5, 0.5]


def test_groups_are_of_any_column_of_the_meta() -> None:
    document = Document("one", TEXT, Meta(more={"country": "NZ"}), actors=(li("favor"),))
    assert pair_gold([document], [document], actor="Q1", by="country").group.tolist() == ["NZ"]


def test_what_does_not_fit_is_named_all_at_once() -> None:
    gold = [article("one", [li("pro")]), article("two", [], text="Another text."), article("lost", [])]
    heavy = replace(article("one", []), meta=Meta(outlet="Daily", more={"weight": "much"}))
    predicted = [heavy, article("two", [], outlet=None), article("two", [])]
    with pytest.raises(DataError) as caught:
        pair_gold(gold, predicted, actor="Q1", measure="favour", probabilities={"one": 0.5, "two": 0.5})
    message = str(caught.value)
    for said in (
        "measure: 'favour'; expected one of score, favor, against, neutral (did you mean 'favor'?)",
        "gold, document 'one': the stances ['pro']",
        "gold, document 'lost': it is not among the predicted ones",
        "gold, document 'lost': it has no probability of being drawn",
        "predicted, document 'two': stands there twice",
        "predicted, document 'two': no outlet",
        "document 'one', weight: 'much'; expected a number of 0 or more",
    ):
        assert said in message
    with pytest.raises(DataError, match="its text differs"):
        pair_gold([article("one", [], text="Other.")], [article("one", [])], actor="Q1")
    with pytest.raises(DataError, match="no document"):
        pair_gold([], [], actor="Q1")


def test_an_id_of_gold_that_nobody_predicted_is_told_with_what_it_may_have_been() -> None:
    predicted = [article("daily-001", []), article("daily-002", [], text="Another text.")]
    with pytest.raises(DataError) as caught:
        pair_gold(
            [article("daily_1", [], text="Another text."), article("daily-003", [], text="?")], predicted, actor="Q1"
        )
    message = str(caught.value)
    assert "'daily_1': it is not among the predicted ones, but its text is, as 'daily-002'" in message
    assert "'daily-003': it is not among the predicted ones (did you mean 'daily-00" in message


def test_many_such_ids_are_all_named_without_a_line_each() -> None:
    gold = [article(f"lost-{number}", [], text=f"{number}") for number in range(9)]
    with pytest.raises(
        DataError, match="4 more of its 9 ids are not among the 1 predicted ones: lost-5, lost-6"
    ) as caught:
        pair_gold(gold, [article("one", [])], actor="Q1")
    assert len(caught.value.problems) == 6

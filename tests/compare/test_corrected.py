"""The table of corrected stances: what has a number, and on how many articles it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from stance.compare.choosing import Options
from stance.compare.comparison import Comparison, Plan, compare
from stance.compare.results import results
from stance.compare.sampling import Sample
from stance.document import Actor, Document, Meta, Span
from stance.show.comparison_words import best_means, summary_sentences

PLAN = Plan(actors=["Ann"], copies="keep", options=Options(draws=200, permutations=200))
NAN = float("nan")

Maker = Callable[..., list[Document]]


def coded(documents: Sequence[Document], *, each: dict[str, int]) -> list[Document]:
    """Return the first articles of outlets as if coded by hand, every other one with another label than predicted."""
    other = {"favor": "neutral", "neutral": "against", "against": "neutral"}
    gold = []
    for document in documents:
        place = int(document.id.rpartition("-")[2])
        if place < each.get(document.meta.outlet or "", 0):
            labels = [
                (actor, other[actor.stance or ""] if place % 2 else actor.stance) for actor in document.actors or ()
            ]
            gold.append(
                replace(document, actors=tuple(replace(actor, stance=label, score=None) for actor, label in labels))
            )
    return gold


def corrected_means(found: Comparison, *, method: str = "ppi") -> pd.DataFrame:
    assert found.corrected is not None
    table = found.corrected[found.corrected["minus"].isna() & (found.corrected["method"] == method)]
    return table.set_index("group")


def four(articles: Maker, *, of_last: Sequence[float]) -> list[Document]:
    draw = np.random.default_rng(0)
    scores = {name: draw.choice([-0.9, 0.1, 0.8], 10).tolist() for name in "ABC"}
    return articles({**scores, "D": [*of_last, *[NAN] * (10 - len(of_last))]})


def test_a_group_without_coded_articles_gets_no_number_from_groups_that_have_too_few_for_one(articles: Maker) -> None:
    documents = four(articles, of_last=[-0.9])
    found = compare(documents, PLAN, gold=coded(documents, each=dict.fromkeys("ABC", 2)))
    means = corrected_means(found)
    assert means["estimate"].isna().all() and not means["borrowed"].any()
    assert means.loc["D", "warning"] == "only 0 hand-coded articles with a stance, fewer than 5: no number"
    assert not any("D is on average" in sentence.text for sentence in summary_sentences(found))


def test_a_borrowed_correction_wants_as_many_predicted_articles_as_any_number_and_as_many_coded_of_the_lenders(
    articles: Maker,
) -> None:
    for least, of_last in ((4, [-0.9, -0.8, -0.9, -0.7]), (5, [-0.9, -0.8, -0.9, -0.7, -0.9])):
        documents = four(articles, of_last=of_last)
        found = compare(documents, PLAN, gold=coded(documents, each=dict.fromkeys("ABC", 6)))
        means = corrected_means(found)
        assert means.loc["D", "borrowed"] and not means.loc["A", "borrowed"]
        assert np.isfinite(means.loc["D", "low"]) == (least >= 5)
        assert found.corrected is not None
        pairs = found.corrected[(found.corrected["method"] == "ppi") & found.corrected["minus"].notna()]
        given = pairs[pairs["estimate"].notna()]
        assert set(given["minus"]) == ({"B", "C", "D"} if least >= 5 else {"B", "C"})
    two_lend = compare(documents, PLAN, gold=coded(documents, each={"A": 6, "B": 6, "C": 4}))
    assert np.isnan(corrected_means(two_lend).loc["D", "estimate"])


def test_certain_articles_do_not_count_toward_the_minimum_for_others(articles: Maker) -> None:
    draw = np.random.default_rng(0)
    documents = articles({"D": draw.choice([-0.9, 0.1, 0.8], 100).tolist()})
    gold = coded(documents, each={"D": 40})
    for drawn, given in ((2, False), (3, True)):
        at = np.arange(100)
        probability = np.where(at < 30, 1.0, drawn / 70)
        sample = Sample(tuple(each.id for each in documents), ("D",) * 100, probability, at < 30 + drawn)
        means = corrected_means(compare(documents, PLAN, gold=gold, sample=sample), method="hand")
        assert np.isfinite(means.loc["D", "low"]) == given and means.loc["D", "stances"] == 30 + drawn
        if not given:
            told = "32 hand-coded articles with a stance tell no more than 4.0 of equal weight, fewer than 5: no number"
            assert means.loc["D", "warning"] == told


def test_weights_of_articles_weigh_corrected_stances_and_shares_of_quotation_as_they_do_naive_ones(
    outlets: list[Document],
) -> None:
    weighed = [
        replace(each, meta=replace(each.meta, more={"weight": str(1 + int(each.id[-1]))}), attributions=())
        if each.id[-1] in "0123"
        else replace(each, meta=replace(each.meta, more={"weight": str(1 + int(each.id[-1]))}))
        for each in outlets
    ]
    gold = [
        replace(each, model=None, actors=tuple(replace(actor, score=None) for actor in (each.actors or ())[:1]))
        for each in weighed
    ]
    found = compare(weighed, Plan(actors=["Ada Brandt"], options=PLAN.options), gold=gold)
    stances = found.estimates[found.estimates["estimand"] == "stance"].set_index("group")["estimate"]
    naive = corrected_means(found, method="naive")["estimate"]
    assert naive.to_dict() == pytest.approx(stances.to_dict())
    assert naive["Dawn"] != pytest.approx(0.7)
    assert found.quotations["articles"].tolist() == [4, 4, 4]
    assert found.quotations["share"].tolist() == pytest.approx([26 / 36] * 3)


def test_actors_that_are_merged_are_corrected_as_they_are_estimated() -> None:
    text = "Ann and Ann and Ann and Ann met Bob and Bob and Bob."
    spans = [[Span(start, start + 3) for start in starts] for starts in ((0, 8, 16, 24), (32, 40, 48))]

    def document(place: int, *, scores: tuple[float | None, float | None]) -> Document:
        actors = tuple(
            Actor(name, name, "person", None, tuple(own), label, score)
            for name, own, label, score in zip(("Ann", "Bob"), spans, ("favor", "against"), scores, strict=True)
        )
        return Document(f"D-{place}", text, Meta(outlet="D"), actors=actors)

    documents = [document(place, scores=(0.9, -0.93 + 0.01 * place)) for place in range(8)]
    gold = [document(place, scores=(None, None)) for place in range(8)]
    plan = replace(PLAN, merge={"person:bob": "person:ann"})
    found = compare(documents, plan, gold=gold)
    (estimate,) = found.estimates.loc[found.estimates["estimand"] == "stance", "estimate"]
    assert corrected_means(found, method="naive").loc["D", "estimate"] == pytest.approx(estimate)
    assert corrected_means(found).loc["D", "estimate"] == pytest.approx(1 / 7)


def test_a_borrowed_number_stands_in_the_tables_with_its_mark_and_nowhere_as_the_best_that_is_known(
    articles: Maker,
) -> None:
    documents = four(articles, of_last=[-0.9, -0.8, -0.9, -0.7, -0.9, -0.8])
    found = compare(documents, PLAN, gold=coded(documents, each=dict.fromkeys("ABC", 8)))
    methods = {row["group"]: row["method"] for row in best_means(found)}
    assert methods == {"A": "ppi", "B": "ppi", "C": "ppi", "D": "naive"}
    said = " ".join(sentence.text for sentence in summary_sentences(found))
    assert "D is on average" not in said and "of 3 differences in stance" in said
    table = results(found)
    told = table[(table["kind"] == "corrected") & (table["method"] == "ppi")].set_index("group")["borrowed"]
    assert told.to_dict() == {"A": False, "B": False, "C": False, "D": True}
    assert table.loc[table["kind"] == "estimate", "borrowed"].isna().all()

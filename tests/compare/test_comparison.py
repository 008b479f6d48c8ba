"""The whole comparison: what is counted, what is asked, who quotes whom, and all numbers in one table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stance.compare.choosing import Options
from stance.compare.comparison import Comparison, Plan, compare
from stance.compare.results import RESULT_COLUMNS, results
from stance.document import Actor, Document, Meta, Span
from stance.errors import DataError

QUICK = Options(draws=200, permutations=200)


@pytest.fixture(scope="module")
def found(outlets: list[Document]) -> Comparison:
    return compare(outlets, Plan(options=QUICK))


def test_the_actors_of_most_articles_are_compared_where_none_is_named(found: Comparison) -> None:
    assert found.actors == ("organization:harbour trust", "wikidata:Q7")
    assert found.names == ("Dawn", "Dusk", "Noon") and len(found.documents) == 24


def test_actors_without_a_name_are_compared_only_where_they_are_named_and_quoted_by_nobody(
    outlets: list[Document],
) -> None:
    def described(document: Document) -> Document:
        trust = next(actor for actor in document.actors or () if actor.id == "a2")
        return replace(document, actors=(*(document.actors or ())[:1], replace(trust, name="government")))

    documents = [described(document) for document in outlets]
    found = compare(documents, Plan(options=QUICK))
    assert found.actors == ("wikidata:Q7",)
    assert "such as government, are not compared unless you name them" in found.notes[-1]
    assert found.quotations.empty and found.opinions.empty
    assert compare(documents, Plan(actors=["government"], options=QUICK)).actors == ("organization:government",)


def test_articles_without_a_group_are_told_and_left_out(outlets: list[Document]) -> None:
    homeless = replace(outlets[0], meta=replace(outlets[0].meta, outlet=None))
    found = compare([homeless, *outlets[1:]], Plan(options=QUICK))
    assert len(found.documents) == 23 and found.notes == ("1 of 24 articles have no outlet and are left out",)


def test_groups_can_be_years_and_then_there_is_no_curve(outlets: list[Document]) -> None:
    found = compare(outlets, Plan(by="year", options=QUICK))
    assert found.names == ("2023", "2024") and found.trends is None
    assert len(found.tables.articles) == 24


def test_who_quotes_whom_counts_articles_and_the_quoted_have_opinions(found: Comparison) -> None:
    assert found.quotations[["group", "name", "attributions", "articles", "share"]].to_dict("records") == [
        {"group": group, "name": "Harbour Trust", "attributions": 8, "articles": 8, "share": 1.0}
        for group in ("Dawn", "Dusk", "Noon")
    ]
    assert found.opinions[["group", "name", "actor_name", "favor", "against"]].to_dict("records") == [
        {"group": group, "name": "Harbour Trust", "actor_name": "Ada Brandt", "favor": 0, "against": 4}
        for group in ("Dawn", "Dusk", "Noon")
    ]


def test_a_copy_counts_in_the_outlet_that_had_it_first_or_in_both(outlets: list[Document]) -> None:
    copy = replace(outlets[0], id="copy", meta=replace(outlets[0].meta, outlet="Noon", date="2023-02-01"))
    sizes = {}
    for copies in ("everywhere", "outlet", "keep"):
        found = compare([copy, *outlets], Plan(copies=copies, options=QUICK))
        sizes[copies] = (list(found.groups.values()).count("Dawn"), list(found.groups.values()).count("Noon"))
        assert len(found.duplicates.clusters) == 2
    assert sizes == {"everywhere": (8, 8), "outlet": (8, 9), "keep": (8, 9)}


def test_a_copy_whose_first_version_has_no_outlet_stays(outlets: list[Document]) -> None:
    stray = replace(outlets[0], id="stray", meta=replace(outlets[0].meta, outlet=None, date="2015-01-01"))
    found = compare([stray, *outlets], Plan(options=QUICK))
    assert found.groups["Dawn-0"] == "Dawn" and found.left_out == 0 and found.duplicates.clusters.empty


def test_a_copy_of_what_another_outlet_had_first_is_told_where_that_one_is_not_compared(
    outlets: list[Document],
) -> None:
    copy = replace(outlets[0], id="copy", meta=replace(outlets[0].meta, outlet="Noon", date="2024-12-01"))
    documents, note = [*outlets, copy], "1 article is a copy of a text that another outlet, not compared, had first"
    found = compare(documents, Plan(groups=["Dusk", "Noon"], options=QUICK))
    assert "copy" not in found.groups and found.left_out == 1
    assert any(each.startswith(note) for each in found.notes)
    assert not any(each.startswith(note) for each in compare(documents, Plan(options=QUICK)).notes)


def test_coding_of_a_copy_that_does_not_count_is_told(outlets: list[Document]) -> None:
    copy = replace(outlets[0], id="copy", meta=replace(outlets[0].meta, outlet="Noon", date="2024-12-01"))
    found = compare([*outlets, copy], Plan(actors=["Ada Brandt"], options=QUICK), gold=[*outlets, copy])
    assert found.gold_count == 24
    assert "1 of 25 hand-coded articles is not used: a copy that does not count, or in no group compared" in found.notes


def test_more_groups_than_can_be_compared_in_pairs_are_told_with_those_that_have_articles_enough() -> None:
    documents = [
        Document(f"{author}-{place}", f"{author} wrote number {place}.", Meta(author=author))
        for author in (f"A{number:03}" for number in range(150))
        for place in range(5 if author in ("A007", "A120") else 1)
    ]
    with pytest.raises(
        DataError, match=r"its 150 values make 11,175 pairs(.|\n)*2 have 5 articles or more: A007, A120"
    ):
        compare(documents, Plan(by="author", options=QUICK))
    assert compare(documents, Plan(by="author", groups=["A007", "A120"], options=QUICK)).names == ("A007", "A120")


def test_many_tests_get_permutations_enough_for_their_adjustment(found: Comparison) -> None:
    assert found.plan.options.permutations == 300  # 2 actors, 3 pairs, 50 for each


def test_all_numbers_stand_in_one_table(found: Comparison) -> None:
    table = results(found)
    assert list(table.columns) == list(RESULT_COLUMNS)
    assert set(table["kind"]) == {"estimate", "difference", "coverage", "quotation", "trend"}
    told = table[(table["kind"] == "difference") & (table["estimand"] == "stance") & (table["name"] == "Ada Brandt")]
    assert told[["group", "minus"]].to_numpy().tolist() == [["Dawn", "Dusk"], ["Dawn", "Noon"], ["Dusk", "Noon"]]
    assert told["estimate"].iloc[0] == pytest.approx(1.3)


def test_gold_that_is_not_compared_is_told(outlets: list[Document]) -> None:
    noon = [each for each in outlets if each.meta.outlet == "Noon"]
    with pytest.raises(DataError, match="none of its 8 articles is compared"):
        compare(outlets, Plan(groups=["Dawn", "Dusk"], options=QUICK), gold=noon)


def test_nothing_and_an_unknown_way_with_copies_are_told(outlets: list[Document]) -> None:
    with pytest.raises(DataError, match="there is none"):
        compare([])
    with pytest.raises(DataError, match="did you mean 'keep'"):
        compare(outlets, Plan(copies="kep"))


def test_a_hand_coded_actor_that_the_model_missed_is_known_by_its_name(outlets: list[Document]) -> None:
    dawn = [each for each in outlets if each.meta.outlet == "Dawn"]
    missed = replace(dawn[0], actors=dawn[0].actors[1:] if dawn[0].actors else None, stances=())
    gold = []
    for place, each in enumerate(dawn):
        ada = Actor("g", "ada  Brandt", "person", None, (Span(0, 3),), "against" if place == 0 else "favor")
        gold.append(Document(each.id, each.text, each.meta, actors=(ada,)))
    found = compare([missed, *dawn[1:]], Plan(actors=["wikidata:Q7"], options=QUICK), gold=gold)
    assert found.corrected is not None
    hand = found.corrected[found.corrected["method"] == "hand"].iloc[0]
    assert (hand["estimate"], hand["coded"]) == (pytest.approx((7 - 1) / 8), 8)


def test_few_hand_coded_articles_give_no_number_and_unanimous_ones_no_certainty(outlets: list[Document]) -> None:
    gold = [
        replace(each, model=None, actors=tuple(replace(actor, score=None) for actor in (each.actors or ())[:1]))
        for each in outlets
        if each.id[-1] in "0123" or each.id.startswith("Dawn")
    ]
    found = compare(outlets, Plan(actors=["Ada Brandt"], options=QUICK), gold=gold)
    assert found.corrected is not None
    table = found.corrected[found.corrected["method"] == "ppi"]
    means = table[table["minus"].isna()].set_index("group")
    assert means.loc["Dawn", "estimate"] == pytest.approx(1.0) and means.loc["Dawn", "stances"] == 8
    assert means.loc["Dawn", "low"] < 0.3 < means.loc["Dawn", "high"] == 1.0
    assert means.loc["Dusk", "estimate"] != means.loc["Dusk", "estimate"]
    assert means.loc["Dusk", "warning"] == "only 4 hand-coded articles with a stance, fewer than 5: no number"
    assert table[table["minus"].notna()]["estimate"].isna().all()

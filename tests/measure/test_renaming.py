"""Renaming an actor in a text: which words are taken for its name, what comes for them, and where its mentions lie then."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.actors.aliases import load_aliases
from stance.actors.stand_ins import StandIn, load_stand_ins
from stance.document import Actor, Document, Span
from stance.measure.audit import plan_actor, renamed
from stance.measure.edits import Edit, begins_sentence, edited, moved, with_articles
from stance.measure.persons import Plan, person_name, told_gender

CURIE = StandIn("person", "Marie Curie", gender="woman", kind="scholar or artist")
PERU = next(one for one in load_stand_ins() if one.name == "Peru")
DUTCH = next(one for one in load_stand_ins() if one.name == "Netherlands")
JEWS = next(one for one in load_stand_ins() if one.name == "Jews")


def document(text: str, kind: str, name: str, *, mentions: tuple[str, ...]) -> tuple[Document, Actor]:
    spans, at = [], 0
    for mention in mentions:
        start = text.index(mention, at)
        at = start + len(mention)
        spans.append(Span(start, at))
    return Document("d", text), Actor("a0", name, kind, mentions=tuple(spans))


def rename(text: str, kind: str, name: str, *, mentions: tuple[str, ...], stand_in: StandIn) -> tuple[str, list[str]]:
    """Return the new text, and the mentions in it."""
    old, actor = document(text, kind, name, mentions=mentions)
    plan = plan_actor(old, actor, table=load_aliases())
    assert isinstance(plan, Plan), plan
    new, moved_actor = renamed(old, actor, plan=plan, stand_in=stand_in)
    return new.text, [new.text[slice(*span)] for span in moved_actor.mentions]


def reason(text: str, kind: str, name: str, *, mentions: tuple[str, ...]) -> str:
    found = plan_actor(*document(text, kind, name, mentions=mentions), table=load_aliases())
    assert isinstance(found, str), found
    return found


def test_a_person_is_renamed_by_full_given_and_family_name_all_over_the_text() -> None:
    text = (
        "Barack Obama left. An Obama aide says Obama’s plan, or the Obamas’ own, is BARACK’s. Barack himself is silent."
    )
    new, mentions = rename(text, "person", "Barack Obama", mentions=("Barack Obama", "Obama’s"), stand_in=CURIE)
    assert new == (
        "Marie Curie left. A Curie aide says Curie’s plan, or the Curies’ own, is MARIE’s. Marie himself is silent."
    )
    assert mentions == ["Marie Curie", "Curie’s"]


def test_initials_titles_and_particles_go_with_the_name_as_they_should() -> None:
    text = "President George W. Bush met Bashar al-Assad; Mr. Assad smiled at Bush."
    new, _ = rename(text, "person", "George W. Bush", mentions=("President George W. Bush", "Bush."), stand_in=CURIE)
    assert new == "President Marie Curie met Bashar al-Assad; Mr. Assad smiled at Curie."
    new, _ = rename(text, "person", "Bashar al-Assad", mentions=("Bashar al-Assad",), stand_in=CURIE)
    assert new == "President George W. Bush met Marie Curie; Mr. Curie smiled at Bush."


def test_a_bare_apostrophe_gets_its_s_back_inside_the_mention() -> None:
    new, mentions = rename("It is Burns' fault.", "person", "Burns", mentions=("Burns'",), stand_in=CURIE)
    assert (new, mentions) == ("It is Curie's fault.", ["Curie's"])
    quoted, _ = rename("'We like Burns' is a column.", "person", "Burns", mentions=("Burns",), stand_in=CURIE)
    assert quoted == "'We like Curie' is a column."


def test_who_shares_a_name_or_has_none_is_left_out_with_the_reason() -> None:
    both = "Donald Trump and Ivanka Trump arrived."
    assert reason(both, "person", "Trump", mentions=("Trump",)) == "shares a name with somebody"
    assert reason(both, "person", "Donald Trump", mentions=("Donald Trump",)) == "shares a name with somebody"
    assert reason("Pope Francis prays.", "person", "Pope Francis", mentions=("Pope Francis",)) == "a person of one name"
    assert reason("He prays.", "person", "He", mentions=("He",)) == "a pronoun or description"
    assert reason("A city.", "organization", "city", mentions=("city",)) == "not in the table of actors"


@pytest.mark.parametrize(
    ("mention", "family"),
    [
        ("Republican state Insurance Commissioner Mike Causey", "Causey"),
        ("Sylvia Mathews Burwell, the secretary of health", "Burwell"),
        ("NPR's Ari Shapiro", "Shapiro"),
        ('" Powell', "Powell"),
        ("Robert Mueller's", "Mueller"),
    ],
)
def test_titles_and_descriptions_are_no_part_of_a_name(mention: str, family: str) -> None:
    name = person_name(mention)
    assert not isinstance(name, str) and name.family == family


def test_gender_is_told_only_where_all_words_agree() -> None:
    assert told_gender("He fell. Li rose, she says. He left.", [Span(9, 11)]) == "woman"
    assert told_gender("He says she saw Li.", [Span(16, 18)]) == ""


def test_a_country_is_renamed_with_its_people_but_not_inside_other_names() -> None:
    text = "Afghanistan waits. An Afghan minister and two Afghans left Kabul for the Bank of Afghanistan."
    new, mentions = rename(text, "country", "Afghanistan", mentions=("Afghanistan",), stand_in=PERU)
    assert new == "Peru waits. A Peruvian minister and two Peruvians left Kabul for the Bank of Afghanistan."
    assert mentions == ["Peru"]
    seat = rename(
        "Kabul lied; Afghanistan paid.", "country", "Afghanistan", mentions=("Kabul", "Afghanistan"), stand_in=PERU
    )
    assert seat == ("Lima lied; Peru paid.", ["Lima", "Peru"])
    inside = reason("The African National Congress met.", "country", "South Africa", mentions=("African",))
    assert inside == "named only by descriptions, or inside other names"


def test_a_country_with_an_article_becomes_one_with_an_article() -> None:
    text = "The US said that US troops leave. The US Congress met. America is tired."
    new, _ = rename(text, "country", "United States", mentions=("The US", "America"), stand_in=DUTCH)
    assert new == "The Netherlands said that Dutch troops leave. The US Congress met. The Netherlands is tired."


def test_a_people_is_renamed_as_noun_and_as_adjective() -> None:
    text = "Muslims pray. A Muslim said that Muslim leaders came."
    new, mentions = rename(text, "group", "Muslims", mentions=("Muslims",), stand_in=JEWS)
    assert (new, mentions) == ("Jews pray. A Jew said that Jewish leaders came.", ["Jews"])


def test_members_of_an_organization_keep_their_name() -> None:
    nato = StandIn("organization", "NATO")
    text = "Hamas spoke. The Republican Party did not; Republicans wept."
    party, _ = rename(
        text,
        "organization",
        "Republican Party",
        mentions=("Republican Party",),
        stand_in=StandIn("organization", "World Bank", article="the"),
    )
    assert party == "Hamas spoke. The World Bank did not; Republicans wept."
    assert rename(text, "organization", "Hamas", mentions=("Hamas",), stand_in=nato)[0].startswith("NATO spoke.")


def test_articles_follow_the_sound_of_the_new_name() -> None:
    for old, new, wanted in (
        ("CIA", "FBI", "an FBI"),
        ("Obama", "Eunson", "an Eunson"),
        ("Italian", "Ugandan", "a Ugandan"),
    ):
        text = f"{'an' if old[0] in 'OI' else 'a'} {old} man"
        start = text.index(old)
        assert edited(text, with_articles(text, [Edit(start, start + len(old), new)])) == f"{wanted} man"


def test_where_sentences_begin() -> None:
    text = "One. “Two,” he said\nThree"
    assert [begins_sentence(text, text.index(word)) for word in ("One", "Two", "he", "Three")] == [
        True,
        True,
        False,
        True,
    ]


FORMS = ("Barack Obama", "Obama", "President Obama", "Obama's", "Obama’s", "Mr. Obama")
FILLERS = st.text("abcdefghij ,;\u00e9\U0001f600", min_size=1, max_size=12)
PERSONS = [one for one in load_stand_ins() if one.type == "person"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FILLERS, st.sampled_from(FORMS)), min_size=1, max_size=8), st.sampled_from(PERSONS))
def test_mentions_point_to_the_new_names_whatever_stands_between(parts: list[tuple[str, str]], person: StandIn) -> None:
    text, spans = "", []
    for filler, form in parts:
        text += f"{filler} , "
        spans.append(Span(len(text), len(text) + len(form)))
        text += form + " "
    old, actor = Document("d", text), Actor("a0", "Barack Obama", "person", mentions=tuple(spans))
    plan = plan_actor(old, actor, table=load_aliases())
    assert isinstance(plan, Plan)
    new, moved_actor = renamed(old, actor, plan=plan, stand_in=person)
    given_name, family = person.name.split()
    wanted = [form.replace("Barack", given_name).replace("Obama", family) for _, form in parts]
    assert [new.text[slice(*span)] for span in moved_actor.mentions] == wanted
    assert "Obama" not in new.text


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_spans_beside_edits_keep_their_words_and_spans_of_edits_get_the_new_ones(data: st.DataObject) -> None:
    text = data.draw(st.text("abc ", min_size=1, max_size=30))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)))
    pieces = [Span(start, end) for start, end in pairwise(cuts)]
    edits = [Edit(*piece, data.draw(st.text("XYZ", max_size=5))) for piece in pieces[::2]]
    new = edited(text, edits)
    found = [new[slice(*span)] for span in moved(pieces, edits)]
    wanted = [edits[place // 2].new if place % 2 == 0 else text[slice(*piece)] for place, piece in enumerate(pieces)]
    assert found == wanted

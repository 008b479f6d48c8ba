"""A user's actors win over the shipped table, and keep what it knows of them."""

from stance.actors.aliases import AliasTable, KnownActor, load_aliases
from stance.actors.linking import TypedMention, link_mentions
from stance.actors.own import OwnActor, is_link, lay_over
from stance.document import Span

RUSSIA = KnownActor("Russia", "country", "iso3166:RU")
TABLE = AliasTable({"Russia": RUSSIA, "Russian Federation": RUSSIA}, {"Kremlin": RUSSIA}, {"Russian": RUSSIA})


def test_a_form_of_the_users_wins_and_other_forms_stay() -> None:
    made = lay_over(TABLE, [OwnActor("Hotel Kremlin", "organization", ("Kremlin",))])
    assert made.table.aliases["Kremlin"].name == "Hotel Kremlin"
    assert made.table.aliases["Russia"] == RUSSIA
    assert TABLE.aliases == {"Russia": RUSSIA, "Russian Federation": RUSSIA}, "the shipped table stays as it is"


def test_an_actor_with_a_shipped_link_takes_that_place_with_all_its_forms() -> None:
    made = lay_over(TABLE, [OwnActor("Moscow government", "organization", link="iso3166:RU")])
    own = KnownActor("Moscow government", "organization", "iso3166:RU")
    assert made.own == {own}
    assert {*made.table.aliases.values(), *made.table.metonyms.values(), *made.table.demonyms.values()} == {own}


def test_an_actor_of_a_shipped_name_gets_its_link_unless_it_has_another_or_is_another_kind() -> None:
    assert lay_over(TABLE, [OwnActor("Russia", "country")]).own == {RUSSIA}
    other = lay_over(TABLE, [OwnActor("Russia", "country", link="wikidata:Q1")])
    assert other.table.aliases["Russian Federation"] == RUSSIA
    band = lay_over(TABLE, [OwnActor("Russia", "group")])
    assert band.own == {KnownActor("Russia", "group", None)}
    assert band.table.metonyms["Kremlin"] == RUSSIA


def test_seats_and_demonyms_of_the_users_win_too_and_a_shared_demonym_means_nobody() -> None:
    own = [
        OwnActor("Novgorod", "country", metonyms=("Kremlin",), demonyms=("Russian", "Rus")),
        OwnActor("Rus'", "country", demonyms=("Rus",)),
    ]
    made = lay_over(TABLE, own)
    assert made.table.metonyms["Kremlin"].name == made.table.demonyms["Russian"].name == "Novgorod"
    assert "Rus" not in made.table.demonyms


def test_a_person_that_the_model_finds_by_a_short_name_or_a_title_is_the_users() -> None:
    made = lay_over(load_aliases(), [OwnActor("Ann Li", "person", link="x:1")])
    text = "President Ann Li spoke. Li left. The president slept."
    places = [(0, 16), (24, 26), (33, 46)]
    mentions = [TypedMention(Span(*place), "person") for place in places]
    found = link_mentions(text, mentions, table=made.table)
    assert [(actor.name, actor.link, actor.mentions) for actor in found] == [("Ann Li", "x:1", [0, 1, 2])]


def test_links_of_public_registers_keep_their_registers_form() -> None:
    assert all(map(is_link, ("wikidata:Q7", "iso3166:GB", "parlgov:1234", "viaf:97006424")))
    assert not any(map(is_link, ("Q7", "wikidata:7", "iso3166:gb", "https://x.org/Q7", "a b:c", "", ":1", "x:")))

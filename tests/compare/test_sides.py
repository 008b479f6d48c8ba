"""Actors with a group are compared as that group."""

from dataclasses import replace

import pytest

from stance.actors.own import OwnActor
from stance.compare.rows import tables
from stance.compare.sides import as_groups
from stance.document import Document
from stance.errors import DataError


def test_actors_are_found_by_link_name_and_alias_and_become_one_row(outlets: list[Document]) -> None:
    own = [
        OwnActor("Brandt", "person", link="wikidata:Q7", group="The Government"),
        OwnActor("Trust", "organization", ("harbour trust",), group="The Government"),
        OwnActor("Bo Fox", "person", group="opposition"),
    ]
    found, keys = as_groups(outlets, own)
    assert keys == ["own-group:the-government"]
    rows = tables(found).rows
    author = rows[rows["holder_kind"] == "author"]
    assert list(author["actor"]) == keys * len(outlets)
    assert set(author["name"]) == {"The Government"} and list(author["mentions"]) == [3] * len(outlets)
    assert [replace(one, actors=None) for one in found] == [replace(one, actors=None) for one in outlets]


def test_actors_without_a_group_or_of_another_type_stay(outlets: list[Document]) -> None:
    own = [OwnActor("Ada Brandt", "person", group="government"), OwnActor("Harbour Trust", "group", group="opposition")]
    found, keys = as_groups(outlets, own)
    assert keys == ["own-group:government"]
    assert [(one.actors or ())[1] for one in found] == [(one.actors or ())[1] for one in outlets]


def test_a_file_without_groups_or_without_an_actor_of_the_articles_is_refused(outlets: list[Document]) -> None:
    with pytest.raises(DataError, match="no actor has a group"):
        as_groups(outlets, [OwnActor("Ada Brandt", "person")])
    with pytest.raises(DataError, match="no article has an actor with a group"):
        as_groups(outlets, [OwnActor("Bo Fox", "person", group="opposition")])

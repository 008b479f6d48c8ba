"""A census lists everybody once, and what it writes can be given back."""

from pathlib import Path

from stance.actors.own_files import read_actors, write_actors
from stance.compare.census import COUNTS, census
from stance.document import Actor, Document, Span

TEXT = "Ann Li, President Li, UN, United Nations, Li camp, Georgia"


def spans(*words: str) -> tuple[Span, ...]:
    return tuple(Span(TEXT.index(word), TEXT.index(word) + len(word)) for word in words)


def corpus() -> list[Document]:
    ann = Actor("a0", "Ann Li", "person", "x:1", spans("Ann Li", "President Li", "Li camp"), "favor", 0.5)
    un = Actor("a1", "United Nations", "organization", None, spans("UN", "United Nations"), "against", -0.5)
    return [
        Document("1", TEXT, actors=(ann, un)),
        Document("2", TEXT, actors=(Actor("a0", "Ann  LI", "person", None, spans("Ann Li"), "against"), un)),
        Document("3", TEXT, actors=(Actor("a7", "Ann Li", "group", None, spans("Ann Li")),)),
        Document("4", TEXT, actors=(Actor("a1", "Georgia", "country", "iso3166:GE", spans("Georgia"), "neutral"),)),
        Document("5", TEXT, actors=(Actor("a1", "Georgia", "country", "wikidata:Q1428", spans("Georgia"), "mixed"),)),
        Document("6", TEXT, actors=(Actor("a1", "critics", "group"), Actor("a2", "Li", "person", stance="favor"))),
        Document("7", TEXT, actors=(Actor("a0", "united nations", "group", stance="favor"),)),
        Document("8", TEXT),
    ]


def test_actors_are_one_by_link_and_by_name_with_their_counts() -> None:
    rows = {row["name"]: row for row in census(corpus())}
    assert {name: [row[key] for key in COUNTS] for name, row in rows.items()} == {
        "Ann Li": [2, 4, 1, 1, 0, 0, 0],
        "Ann Li (group)": [1, 1, 0, 0, 0, 0, 1],
        "United Nations": [3, 4, 1, 2, 0, 0, 0],
        "Georgia": [1, 1, 0, 0, 1, 0, 0],
        "Georgia (country)": [1, 1, 0, 0, 0, 1, 0],
        "critics": [1, 0, 0, 0, 0, 0, 1],
        "Li": [1, 0, 1, 0, 0, 0, 0],
    }
    assert rows["United Nations"]["type"] == "organization"
    assert rows["Ann Li"]["link"] == "x:1" and rows["Ann Li"]["type"] == "person"


def test_what_may_be_the_same_and_what_is_no_name_is_noted() -> None:
    notes = {row["name"]: row["notes"] for row in census(corpus())}
    assert notes["Li"] == notes["Ann Li (group)"] == "perhaps Ann Li"
    assert notes["critics"] == "a description, no name"
    assert notes["Ann Li"] == ""


def test_an_article_with_two_of_one_actor_counts_once_and_as_mixed() -> None:
    pair = tuple(Actor(f"a{at}", "Ann", "person", stance=stance) for at, stance in enumerate(("favor", "against")))
    row = census([Document("1", TEXT, actors=pair)])[0]
    assert (row["documents"], row["mixed"], row["favor"]) == (1, 1, 0)


def test_the_list_is_a_file_of_actors_in_both_formats(tmp_path: Path) -> None:
    rows = census(corpus())
    found = []
    for name in ("a.csv", "a.yaml"):
        write_actors(rows, tmp_path / name)
        found.append(read_actors(tmp_path / name))
    assert found[0] == found[1]
    assert [actor.name for actor in found[0]] == [row["name"] for row in rows]
    assert found[0][0].name == "United Nations" and found[0][1].link == "x:1"

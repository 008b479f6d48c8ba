"""Files of actors are read whole, and what is wrong with them is told at once, with its place and its cure."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.actors.own import OwnActor, straight
from stance.actors.own_files import read_actors, write_actors
from stance.errors import InputError, OutputError, StanceError
from stance.labels import ACTOR_TYPES
from stance.shipped import shipped_path

TABLE = """name,type,aliases,link,group
Ann Li,person,Li|Mayor Li,wikidata:Q7,government
"Harbour Trust, Ltd.",organization,the Trust,,opposition

NO,group,,,
"""
LIST = """# ours
- name: Ann Li
  type: person
  aliases: [Li, Mayor Li]
  link: wikidata:Q7
  group: government
- name: Harbour Trust, Ltd.
  type: organization
  aliases: the Trust
  group: opposition
- name: NO
  type: group
  link: ~
"""
EXPECTED = (
    OwnActor("Ann Li", "person", ("Li", "Mayor Li"), link="wikidata:Q7", group="government"),
    OwnActor("Harbour Trust, Ltd.", "organization", ("the Trust",), group="opposition"),
    OwnActor("NO", "group"),
)


def file(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(path: Path) -> list[str]:
    with pytest.raises(StanceError) as caught:
        read_actors(path)
    for problem in caught.value.problems:
        assert problem.place.startswith(str(path)) and problem.wish and problem.cure
    return [str(problem).replace(str(path), "FILE") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", TABLE),
        ("a.CSV", "\ufeff" + TABLE.replace("\n", "\r\n")),
        ("a.csv", TABLE.replace('"Harbour Trust, Ltd."', "Harbour Trust/ Ltd.").replace(",", ";").replace("/", ",")),
        ("a.tsv", TABLE.replace('"Harbour Trust, Ltd."', "Harbour Trust/ Ltd.").replace(",", "\t").replace("/", ",")),
        ("a.yaml", LIST),
        ("a.yml", "\ufeff" + LIST),
    ],
)
def test_yaml_and_tables_say_the_same(name: str, text: str, tmp_path: Path) -> None:
    assert read_actors(file(tmp_path, name, text)) == EXPECTED


def test_the_shipped_table_is_a_file_of_actors() -> None:
    actors = {actor.name: actor for actor in read_actors(shipped_path("seeds/actors/actors.csv"))}
    assert "Kremlin" in actors["Russia"].metonyms and "Russian" in actors["Russia"].demonyms


def test_all_mistakes_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        "name,type,aliases,link,group",
        "Ann Li,person,Li,wikidata:Q7,",
        ",person,,,",
        "Bo Fox,persn,,,",
        "Cy Oak,,,,",
        "Di Ash,person,Ash||Di,,",
        "Ed Elm,person,Li|Ann Li,,",
        "ANN LI,person,,,",
        "Flo Fir,person,,https://www.wikidata.org/wiki/Q7,",
        "Gus Yew,person,,wikidata:Q7,",
        "Hal,person",
        "Ivy,person,—,,",
    ]
    said = told(file(tmp_path, "a.csv", "\n".join(rows)))
    wanted = [
        "FILE, row 10 (line 11): the row has 2 cells, the header 5",
        "FILE, row 2 (line 3): a missing name",
        "FILE, row 3 (line 4): the type 'persn' (did you mean 'person'?) of 'Bo Fox'",
        "FILE, row 4 (line 5): a missing type of 'Cy Oak'",
        "FILE, row 5 (line 6): an empty one among the aliases of 'Di Ash'",
        "FILE, row 8 (line 9): the link 'https://www.wikidata.org/wiki/Q7' of 'Flo Fir'",
        "FILE, row 11 (line 12): '—' among the aliases of 'Ivy'",
        "FILE, row 6 (line 7): 'Li' is shared by 'Ed Elm' and 'Ann Li' in row 1 (line 2)",
        "FILE, row 6 (line 7): 'Ann Li' is shared by 'Ed Elm' and 'Ann Li' in row 1 (line 2)",
        "FILE, row 7 (line 8): the name 'ANN LI' stands twice, first in row 1 (line 2)",
        "FILE, row 9 (line 10): the link 'wikidata:Q7' of 'Gus Yew' is also that of 'Ann Li' in row 1 (line 2)",
    ]
    assert [one.partition("; expected")[0] for one in said] == wanted
    assert "write wikidata:Q7" in said[5]


def test_all_mistakes_of_a_yaml_file_are_told_at_once(tmp_path: Path) -> None:
    text = (
        "- type: person\n- name: [A]\n  type: group\n- name: B\n  type: group\n  alias: b\n  aliases: ['', null]\n- C\n"
    )
    text += "- name: D\n  name: E\n  type: group\n- name: Li’s\n  type: group\n- name: F\n  type: group\n  aliases: [Li's]\n"
    wanted = [
        "FILE, actor 2 (line 2), name: a list or keys",
        "FILE, actor 3 (line 4): unknown 'alias' (did you mean 'aliases'?)",
        "FILE, actor 4 (line 8): no name with a type under it",
        "FILE, actor 5 (line 9): 'name' stands there twice",
        "FILE, actor 1 (line 1): a missing name",
        "FILE, actor 2 (line 2): a missing name",
        "FILE, actor 3 (line 4): an empty one among the aliases of 'B'",
        """FILE, actor 7 (line 14): "Li's" is shared by 'F' and 'Li’s' in actor 6 (line 12)""",
    ]
    assert [one.partition("; expected")[0] for one in told(file(tmp_path, "a.yaml", text))] == wanted


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "[]", "the ending '.json'"),
        ("a.csv", "", "it holds no actor"),
        ("a.yaml", "", "it holds no actor"),
        ("a.yaml", "[]", "it holds no actor"),
        ("a.csv", "name,type\n", "it holds no actor"),
        ("a.csv", "Ann Li,Bo Fox\nCy Oak,Di Ash\n", "line 1: no header: 'Ann Li', 'Bo Fox'"),
        ("a.csv", "name,alias\nAnn Li,Li\n", "unknown 'alias' (did you mean 'aliases'?)"),
        ("a.csv", "name,name,type\nA,B,group\n", "'name' stands there twice"),
        ("a.csv", 'name,type\n"Ann" Li,person\n', "line 2: no valid CSV"),
        ("a.yaml", "name: Ann\n", "line 1: no list"),
        ("a.yaml", "- name: 'Ann\n", "no valid YAML"),
        ("a.yaml", "- name: Ann\n   type: person\n", "line 2: no valid YAML"),
        ("a.csv", "name,type\nZoë,person\n".encode("latin-1"), "not UTF-8"),
        ("a.csv", b"PK\x03\x04 a workbook", "a zip archive"),
    ],
)
def test_what_is_no_file_of_actors_is_refused(name: str, text: str | bytes, said: str, tmp_path: Path) -> None:
    assert said in told(file(tmp_path, name, text))[0]


def test_a_missing_file_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    file(tmp_path, "actors.yaml", LIST)
    assert "actors.yaml'?)" in told(tmp_path / "actor.yaml")[0]
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in told(tmp_path / "folder.csv")[0]


def test_a_file_in_another_encoding_is_told_by_the_readers_of_articles(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-16"):
        read_actors(file(tmp_path, "a.csv", TABLE.encode("utf-16")))


FORMS = st.text(
    st.sampled_from("aB1é’' .:-#&*[]{}?!~\"\\,;\t") | st.characters(exclude_categories=["C", "Z"]), max_size=9
)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(
        FORMS.map(lambda form: f"A{form}".strip()),
        min_size=1,
        max_size=5,
        unique_by=lambda name: straight(name).casefold(),
    ),
    aliases=st.lists(FORMS.map(lambda form: f"b{form}".replace("|", "").strip()), max_size=4, unique=True),
    suffix=st.sampled_from([".csv", ".yaml"]),
)
def test_what_is_written_is_read_again(
    names: list[str], aliases: list[str], suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("actors") / f"a{suffix}"
    rows = [
        {"name": name, "type": ACTOR_TYPES[at % 4], "aliases": aliases if not at else (), "notes": "~", "documents": at}
        for at, name in enumerate(names)
    ]
    write_actors(rows, path)
    found = read_actors(path)
    assert [actor.name for actor in found] == [" ".join(name.split()) for name in names]
    assert [actor.type for actor in found] == [row["type"] for row in rows]
    assert found[0].aliases == tuple(dict.fromkeys(" ".join(form.split()) for form in aliases))


def test_an_output_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.yaml or \.csv"):
        write_actors([], tmp_path / "a.xlsx")

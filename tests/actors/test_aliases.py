"""The alias table is read whole or refused with every mistake of it."""

from pathlib import Path

import pytest

from stance.actors.aliases import load_aliases
from stance.errors import DataError

HEADER = "name,type,aliases,metonyms,demonyms,link\n"


def table(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "actors.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_every_form_of_a_row_points_to_its_actor(tmp_path: Path) -> None:
    found = load_aliases(
        table(tmp_path, HEADER + "Ruritania,country,RU|Kingdom of Ruritania,Strelsau,Ruritanian,x:1\n")
    )
    assert set(found.aliases) == {"Ruritania", "RU", "Kingdom of Ruritania"}
    assert (set(found.metonyms), set(found.demonyms)) == ({"Strelsau"}, {"Ruritanian"})
    assert {actor.link for actor in found.aliases.values()} == {"x:1"}


def test_a_demonym_of_two_states_points_to_neither_and_one_listed_twice_stays(tmp_path: Path) -> None:
    rows = "A,country,,,Congolese|Aish|Aish,\nB,country,,,Congolese,\nC,country,,,Congolese,\n"
    assert set(load_aliases(table(tmp_path, HEADER + rows)).demonyms) == {"Aish"}


def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    found = load_aliases(table(tmp_path, "\ufeff" + HEADER.replace(",link", "") + 'A,country," B | ",,\n'))
    assert set(found.aliases) == {"A", "B"}


def test_every_wrong_row_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_aliases(table(tmp_path, HEADER + ",country,,,,\nA,,,,,\nB,contry,,,,\nC,country,,,,\n"))
    assert [problem.place.rpartition(", ")[2] for problem in caught.value.problems] == ["line 2", "line 3", "line 4"]
    assert "did you mean 'country'" in str(caught.value)


def test_a_table_that_is_missing_or_not_in_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(HEADER.encode() + "Perú,country,,,,\n".encode("latin-1"))
    for broken in (tmp_path / "none.csv", path):
        with pytest.raises(DataError, match="cannot be read"):
            load_aliases(broken)


def test_the_shipped_table_is_read() -> None:
    assert load_aliases().aliases["US"].link == "iso3166:US"

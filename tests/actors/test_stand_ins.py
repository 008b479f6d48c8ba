"""The list of stand-ins: what it holds, that it fits the table of actors, and what is said of a broken one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stance.actors.aliases import load_aliases
from stance.actors.stand_ins import LIST, load_stand_ins
from stance.errors import DataError


def test_every_stand_in_but_persons_is_an_actor_of_the_table_by_all_its_forms() -> None:
    table = load_aliases()
    for one in load_stand_ins():
        if one.type == "person":
            continue
        assert (table.aliases[one.name].name, table.aliases[one.name].type) == (one.name, one.type)
        for form in filter(None, (one.adjective, one.noun, one.plural)):
            known = table.demonyms.get(form) or table.aliases.get(form)
            assert known == table.aliases[one.name], form


def test_there_are_enough_of_each_kind_and_as_many_women_as_men() -> None:
    persons = [one for one in load_stand_ins() if one.type == "person"]
    genders = Counter((one.kind, one.origin, one.gender) for one in persons)
    assert all(genders[kind, origin, "woman"] == genders[kind, origin, "man"] for kind, origin, _ in genders)
    pools = Counter((one.type, one.article) for one in load_stand_ins())
    assert all(count >= 9 for count in pools.values()), pools
    names = [one.name for one in load_stand_ins()]
    assert len(names) == len(set(names))


def test_a_broken_list_is_reported_by_line(tmp_path: Path) -> None:
    header = LIST.read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "list.csv"
    path.write_text(f"{header}\nperson,Ann,,,,,woman,,invented\nstar,Sun,,,,,,,\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_stand_ins(path)
    assert [problem.place.rpartition(" ")[2] for problem in caught.value.problems] == ["2", "3"]
    with pytest.raises(DataError, match="cannot be read"):
        load_stand_ins(tmp_path / "none.csv")

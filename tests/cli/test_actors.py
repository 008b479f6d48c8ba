"""`stance actors`, and the files of actors that `predict` and `compare` take."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stance.actors.own_files import read_actors
from stance.cli.main import main
from stance.document import Document, from_json, to_json

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint

ARTICLE = "Zed Quux spoke to the union. The union kept its word, said Quux. Nobody in Kabul noticed."


@pytest.fixture
def predicted(tmp_path: Path, outlets: list[Document]) -> str:
    path = tmp_path / "predicted.jsonl"
    path.write_text("".join(to_json(document) + "\n" for document in outlets), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def model(tiny_checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a saved tiny checkpoint."""
    from stance.model.checkpoint import save_checkpoint

    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_checkpoint(tiny_checkpoint, folder, extras={})
    return str(folder)


def test_a_pipe_gets_a_table_of_who_was_found(predicted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actors", predicted]) == 0
    said = capsys.readouterr()
    rows = list(csv.DictReader(said.out.splitlines()))
    assert [(row["name"], row["link"], row["documents"], row["mentions"]) for row in rows] == [
        ("Ada Brandt", "wikidata:Q7", "24", "48"),
        ("Harbour Trust", "", "24", "24"),
    ]
    assert [rows[0][key] for key in ("favor", "against", "neutral", "withheld")] == ["8", "8", "7", "1"]
    assert "stance: 2 actors in 24 articles" in said.err


@pytest.mark.parametrize("name", ["found.csv", "found.yaml"])
def test_the_file_can_be_given_back_to_predict_and_compare(
    name: str, predicted: str, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / name, tmp_path / "out.jsonl"
    assert main(["actors", predicted, "-o", str(path)]) == 0
    brandt, trust = read_actors(path)
    assert (brandt.name, brandt.aliases, brandt.link) == ("Ada Brandt", ("Brandt",), "wikidata:Q7")
    assert trust.aliases == ()
    (tmp_path / "a.txt").write_text("Brandt spoke. Ada Brandt left.", encoding="utf-8")
    words = ["predict", str(tmp_path / "a.txt"), "--model", model, "--actors", str(path), "--only-actors"]
    assert main([*words, "-o", str(out)]) == 0
    document = from_json(out.read_text(encoding="utf-8"))
    assert [(actor.name, len(actor.mentions)) for actor in document.actors or ()] == [("Ada Brandt", 2)]
    assert main(["compare", predicted, "--actors", str(path)]) == 2
    assert "no actor has a group" in capsys.readouterr().err


def test_a_minimum_leaves_rare_actors_out_and_says_so(
    predicted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["actors", predicted, "--minimum", "25", "-o", str(tmp_path / "a.csv")]) == 0
    assert "0 actors in 24 articles, 2 more in fewer than 25" in capsys.readouterr().err


def test_an_output_that_is_no_file_of_actors_is_refused(predicted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actors", predicted, "-o", "found.xlsx"]) == 2
    assert "To mend it: name the file so that it ends in .yaml or .csv" in capsys.readouterr().err


def test_predict_adds_actors_to_those_of_the_shipped_table(model: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    own = tmp_path / "own.csv"
    own.write_text("name,type,aliases\nZed Quux,person,Quux\n", encoding="utf-8")
    found = []
    for more in ([], ["--only-actors"]):
        out = tmp_path / "out.jsonl"
        words = ["predict", str(tmp_path / "a.txt"), "--model", model, "--actors", str(own), "-o", str(out)]
        assert main([*words, *more]) == 0
        found.append([actor.name for actor in from_json(out.read_text(encoding="utf-8")).actors or ()])
    assert "Zed Quux" in found[0] and found[1] == ["Zed Quux"]


def test_mistakes_in_the_file_are_told_before_the_work(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("name,type\nZed Quux,persn\n,group\n", encoding="utf-8")
    words = ["predict", str(tmp_path / "none.txt"), "--model", model]
    assert main([*words, "--actors", str(own)]) == 2
    said = capsys.readouterr().err
    assert said.count("To mend it") == 2 and "row 1 (line 2)" in said and "row 2 (line 3)" in said
    assert main([*words, "--only-actors"]) == 2
    assert "name your actors with `--actors FILE`" in capsys.readouterr().err


def test_compare_takes_actors_of_a_group_together(predicted: str, tmp_path: Path) -> None:
    own, out = tmp_path / "own.yaml", tmp_path / "out.json"
    own.write_text(
        "- {name: Ada Brandt, type: person, link: 'wikidata:Q7', group: government}\n"
        "- {name: Harbour Trust, type: organization, group: opposition}\n",
        encoding="utf-8",
    )
    assert main(["compare", predicted, "--actors", str(own), "-o", str(out)]) == 0
    values = json.loads(out.read_text(encoding="utf-8"))
    assert values["actors"] == {"own-group:government": "government", "own-group:opposition": "opposition"}

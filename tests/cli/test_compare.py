"""`stance compare` from files to what is printed and written."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from stance.cli.compare import FORMATS as OFFERED
from stance.cli.main import main
from stance.document import Document, Meta, to_json
from stance.show.comparison import FORMATS


def _write(path: Path, documents: list[Document]) -> str:
    path.write_text("".join(to_json(document) + "\n" for document in documents), encoding="utf-8")
    return str(path)


@pytest.fixture
def predicted(tmp_path: Path, outlets: list[Document]) -> str:
    return _write(tmp_path / "predicted.jsonl", outlets)


def test_the_terminal_gets_sentences_with_numbers_and_tables(
    predicted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", predicted, "--by", "outlet"]) == 0
    text = capsys.readouterr().out
    assert "24 articles: Dawn (8), Dusk (8) and Noon (8), dated 2023-01-05 to 2024-10-05." in text
    assert "Dawn is on average clearly in favor of Ada Brandt (+0.70)." in text
    flat = " ".join(text.split())
    assert "Toward Ada Brandt, Dawn is more favorable than Dusk by 1.30" in flat
    assert "naive estimates" in flat and "STANCE TOWARD ACTORS" in text and "WHO QUOTES WHOM" in text
    assert max(map(len, text.splitlines())) <= 120


def test_one_actor_of_some_outlets_before_and_after_a_day(predicted: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", predicted, "--actor", "ada brandt", "--only", "Dawn", "dusk", "--event", "2024-01-01"]
    assert main([*words, "--minimum", "4", "--format", "json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["groups"] == {"Dawn": 8, "Dusk": 8} and values["actors"] == {"wikidata:Q7": "Ada Brandt"}
    changes = [row for row in values["results"] if row["kind"] == "before and after"]
    assert [(row["group"], round(row["estimate"], 3), row["articles"], row["minus_articles"]) for row in changes] == [
        ("Dawn", 0.0, 4, 4),
        ("Dusk", 0.0, 4, 4),
    ]


def test_csv_has_one_number_a_row_and_is_the_same_for_the_same_seed(predicted: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.csv" for name in "abc"]
    for path, seed in zip(paths, ("3", "3", "4"), strict=True):
        assert main(["compare", predicted, "--seed", seed, "-o", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes() != paths[2].read_bytes()
    rows = list(csv.DictReader(paths[0].read_text(encoding="utf-8").splitlines()))
    found = {
        (row["group"], row["name"]): row for row in rows if row["kind"] == "estimate" and row["estimand"] == "stance"
    }
    assert float(found["Dawn", "Ada Brandt"]["estimate"]) == pytest.approx(0.7)
    assert found["Noon", "Ada Brandt"]["articles"] == "7" and found["Noon", "Ada Brandt"]["abstained"] == "1"


def test_too_few_articles_are_a_warning_and_no_number(
    predicted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.json"
    assert main(["compare", predicted, "--actor", "Ada Brandt", "--minimum", "8", "-o", str(path)]) == 0
    assert "warning: 1 mean stance has too few articles" in capsys.readouterr().err
    rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    noon = next(
        row for row in rows if row["estimand"] == "stance" and row["group"] == "Noon" and row["kind"] == "estimate"
    )
    assert "estimate" not in noon and noon["warning"] == "only 7 articles, fewer than 8: no number"


def test_copies_count_once_unless_they_are_kept(
    outlets: list[Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = replace(outlets[0], id="copy", meta=replace(outlets[0].meta, outlet="Noon", date="2023-01-09"))
    predicted = _write(tmp_path / "copies.jsonl", [*outlets, copy])
    assert main(["compare", predicted]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "2 articles share a text with another; each text counts once" in text
    assert "Noon (8)" in text and "so 1 is left out" in text
    assert main(["compare", predicted, "--keep-duplicates"]) == 0
    text = capsys.readouterr().out
    assert "Noon (9)" in text and "every copy counts" in text


def test_gold_corrects_what_the_model_gets_wrong(outlets: list[Document], tmp_path: Path) -> None:
    predicted = _write(tmp_path / "predicted.jsonl", outlets)
    gold = []
    for document in outlets:
        label = "against" if document.meta.outlet == "Dawn" else document.actors[0].stance or "neutral"  # type: ignore[index]
        actors = tuple(replace(each, stance=label, score=None, interval=None) for each in (document.actors or ())[:1])
        gold.append(Document(document.id, document.text, document.meta, actors=actors))
    path = tmp_path / "out.json"
    coded = _write(tmp_path / "gold.jsonl", [each for each in gold if not each.id.endswith(("6", "7"))])
    assert main(["compare", predicted, "--gold", coded, "--actor", "Ada Brandt", "-o", str(path)]) == 0
    values = json.loads(path.read_text(encoding="utf-8"))
    dawn = {
        row["method"]: row["estimate"]
        for row in values["results"]
        if row["kind"] == "corrected" and row["group"] == "Dawn"
    }
    assert dawn["naive"] == pytest.approx(0.7) and dawn["ppi"] == pytest.approx(-1, abs=0.1)
    assert "18 hand-coded articles" in values["methods"] and "PPI++" in values["methods"]
    assert any("Dawn is on average clearly against Ada Brandt (−1.00)" in said for said in values["summary"])


def test_actors_that_are_the_same_become_one(outlets: list[Document], tmp_path: Path) -> None:
    apart = []
    for each in outlets:
        actors = each.actors or ()
        if each.id.endswith(("6", "7")):
            actors = (replace(actors[0], name="Brandt", link=None), *actors[1:])
        apart.append(replace(each, actors=actors))
    predicted, path = _write(tmp_path / "apart.jsonl", apart), tmp_path / "out.json"
    words = ["compare", predicted, "--actor", "wikidata:Q7", "-o", str(path)]
    counts = []
    for more in ([], ["--same", "person:brandt=wikidata:Q7"]):
        assert main([*words, *more]) == 0
        rows = json.loads(path.read_text(encoding="utf-8"))["results"]
        counts.append([row["articles"] for row in rows if row["kind"] == "estimate" and row["estimand"] == "stance"])
    assert counts == [[6, 6, 5], [8, 8, 7]]
    assert main([*words, "--same", "person:brant=wikidata:Q7"]) == 2
    assert main([*words, "--same", "wikidata:Q7"]) == 2


def test_every_mistake_is_told_with_the_nearest_name(predicted: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", predicted, "--by", "outlte", "--actor", "Ada Brant", "--event", "spring"]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "did you mean 'outlet'?" in told
    assert "did you mean 'ada brandt'?" in told
    assert "'spring' names no one day" in told
    assert main(["compare", predicted, "--only", "Dawm"]) == 2
    assert "did you mean 'Dawn'?" in capsys.readouterr().err


def test_what_cannot_be_read_compared_or_written_is_told(
    predicted: str, outlets: list[Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = _write(tmp_path / "elsewhere.jsonl", [replace(outlets[0], id="other")])
    bare = _write(tmp_path / "bare.jsonl", [Document("a", "Ann won.", Meta(outlet="Dawn"))])
    homeless = _write(tmp_path / "homeless.jsonl", [replace(each, meta=Meta()) for each in outlets])
    wrong = {
        "has an annotation": [bare],
        "no article has 'outlet'": [homeless],
        "it is not among the predicted ones": [predicted, "--gold", elsewhere],
        "there is no gold to weigh": [predicted, "--sample", predicted],
        "no such file": [predicted, "--gold", elsewhere, "--sample", "nowhere.jsonl"],
        "one of .txt, .html": [predicted, "-o", str(tmp_path / "out.doc")],
        "no file to write it to": [predicted, "--format", "parquet"],
        "at least 2": [predicted, "--minimum", "1"],
        "a number of 0 or more": [predicted, "--seed", "-1"],
        "there is no folder": [predicted, "-o", str(tmp_path / "none" / "out.html")],
    }
    for said, words in wrong.items():
        assert main(["compare", *words]) == 2, said
        assert said in capsys.readouterr().err
    assert not (tmp_path / "out.doc").exists()


def test_the_formats_that_are_offered_are_those_that_are_written() -> None:
    assert OFFERED == FORMATS

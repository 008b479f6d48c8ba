"""`stance sample` from files to the articles that are drawn, and on to a comparison that knows how they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stance.cli.main import main
from stance.document import Document, Meta, to_json


@pytest.fixture
def predicted(tmp_path: Path, outlets: list[Document]) -> str:
    path = tmp_path / "predicted.jsonl"
    path.write_text("".join(to_json(document) + "\n" for document in outlets), encoding="utf-8")
    return str(path)


def test_as_many_of_each_outlet_are_drawn_and_the_width_is_told(
    predicted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", predicted, "-n", "12", "--by", "outlet"]) == 0
    told = capsys.readouterr()
    ids = told.out.split()
    assert len(ids) == 12 and all(sum(id.startswith(name) for id in ids) == 4 for name in ("Dawn", "Dusk", "Noon"))
    assert "12 of 24 articles drawn" in told.err and "Dawn     4 of      8  interval" in told.err
    assert main(["sample", predicted, "-n", "12"]) == 0
    assert capsys.readouterr().out.split() == ids


def test_more_coded_articles_forecast_narrower_intervals(predicted: str, capsys: pytest.CaptureFixture[str]) -> None:
    widths = []
    for size in ("6", "12", "21"):
        assert main(["sample", predicted, "-n", size, "--accuracy", "0.9"]) == 0
        line = next(line for line in capsys.readouterr().err.splitlines() if "Dusk" in line)
        widths.append(float(line.split("interval ")[1].split()[0]))
    assert widths == sorted(widths, reverse=True) and widths[0] > widths[-1]


def test_the_draw_and_its_texts_lead_to_a_corrected_comparison(predicted: str, tmp_path: Path) -> None:
    draw, texts, out = (tmp_path / name for name in ("draw.jsonl", "texts.jsonl", "out.json"))
    assert main(["sample", predicted, "-n", "15", "--actor", "Ada Brandt", "-o", str(draw), "--texts", str(texts)]) == 0
    drawn = [json.loads(line) for line in draw.read_text(encoding="utf-8").splitlines()]
    assert len(drawn) == 24 and sum(row["drawn"] for row in drawn) == 15
    lines = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 15 and all(set(line) == {"id", "text", "meta"} for line in lines)
    coded = tmp_path / "gold.jsonl"
    actor = {"id": "x", "name": "Ada Brandt", "type": "person", "mentions": [[0, 10]], "stance": "neutral"}
    coded.write_text("".join(json.dumps(line | {"actors": [actor]}) + "\n" for line in lines), encoding="utf-8")
    words = ["compare", predicted, "--actor", "Ada Brandt", "--gold", str(coded), "--sample", str(draw), "-o", str(out)]
    assert main(words) == 0
    rows = json.loads(out.read_text(encoding="utf-8"))["results"]
    hand = [row for row in rows if row["kind"] == "corrected" and row["method"] == "hand"]
    assert [(row["estimate"], row["coded"]) for row in hand] == [(0.0, 5)] * 3


def test_a_draw_that_is_coded_in_part_gives_wider_intervals_and_is_told(predicted: str, tmp_path: Path) -> None:
    draw, texts, out = (tmp_path / name for name in ("draw.jsonl", "texts.jsonl", "out.json"))
    assert main(["sample", predicted, "-n", "24", "-o", str(draw), "--texts", str(texts)]) == 0
    lines = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    labels = ("favor", "neutral", "against")
    rows = [
        line | {"actors": [{"id": "x", "name": "Ada Brandt", "type": "person", "mentions": [[0, 10]], "stance": label}]}
        for line, label in zip(sorted(lines, key=lambda line: line["id"]), labels * 8, strict=True)
    ]
    found = []
    for kept in (rows, [row for row in rows if row["id"][-1] in "012345"]):
        coded = tmp_path / "gold.jsonl"
        coded.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        words = ["--actor", "Ada Brandt", "--gold", str(coded), "--sample", str(draw), "-o", str(out)]
        assert main(["compare", predicted, *words]) == 0
        values = json.loads(out.read_text(encoding="utf-8"))
        hand = next(row for row in values["results"] if row["kind"] == "corrected" and row["method"] == "hand")
        note = [said for said in values["summary"] if "drawn articles have not been hand-coded" in said]
        found.append((hand["error"], note))
    assert found[1][0] > 1.2 * found[0][0]
    assert found[0][1] == [] and found[1][1][0].startswith("6 of 24 drawn articles have not been hand-coded")


def test_texts_come_in_an_order_by_chance_so_that_what_is_coded_first_is_a_sample_too(
    predicted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = []
    for seed in ("0", "0", "1"):
        assert main(["sample", predicted, "-n", "24", "--seed", seed, "--texts", str(tmp_path / "texts.jsonl")]) == 0
        lines = (tmp_path / "texts.jsonl").read_text(encoding="utf-8").splitlines()
        orders.append([json.loads(line)["id"] for line in lines])
        assert capsys.readouterr().out.split() == orders[-1]
    assert orders[0] == orders[1] != orders[2] and sorted(orders[0]) == sorted(orders[2])
    assert len({id.partition("-")[0] for id in orders[0][:8]}) == 3


def test_articles_without_an_outlet_are_told_and_not_drawn(
    outlets: list[Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.jsonl"
    some = [*outlets, replace(outlets[0], id="homeless", meta=Meta())]
    path.write_text("".join(to_json(document) + "\n" for document in some), encoding="utf-8")
    assert main(["sample", str(path), "-n", "24"]) == 0
    told = capsys.readouterr()
    assert "1 articles have no outlet" in told.err and "homeless" not in told.out


def test_a_text_is_drawn_once_however_often_it_stands_there_unless_copies_are_kept(
    outlets: list[Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "copies.jsonl"
    copy = replace(outlets[0], id="copy", meta=replace(outlets[0].meta, outlet="Noon", date="2024-12-01"))
    path.write_text("".join(to_json(each) + "\n" for each in [copy, *outlets]), encoding="utf-8")
    assert main(["sample", str(path), "-n", "24"]) == 0
    told = capsys.readouterr()
    assert "1 article is a copy of another and cannot be drawn" in told.err and "copy" not in told.out.split()
    assert main(["sample", str(path), "-n", "25", "--keep-duplicates"]) == 0
    assert "copy" in capsys.readouterr().out.split()


def test_what_does_not_go_is_told(predicted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {
        "from 6 (2 of each of 3 strata) to 24": ["-n", "3"],
        "did you mean 'outlet'?": ["-n", "9", "--by", "outlte"],
        "did you mean 'ada brandt'?": ["-n", "9", "--actor", "Ada Brant"],
        "accuracy": ["-n", "9", "--accuracy", "65"],
        "a number of 0 or more": ["-n", "9", "--seed", "-1"],
    }
    for said, words in wrong.items():
        assert main(["sample", predicted, *words, "-o", str(tmp_path / "draw.jsonl")]) == 2, said
        told = capsys.readouterr()
        assert said in told.err and not told.out
    assert not (tmp_path / "draw.jsonl").exists()

"""The benchmarks of arguments: a model that knows gold is right in all, and floors are what they are on the corpora."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from stance.corpora import aae2, microtexts, webis
from stance.document import Arguments, Document, Relation, Span, Unit
from stance.errors import ConfigError
from stance.measure.argument_prediction import predict_arguments, predict_given_units
from stance.measure.benchmark import BENCHMARKS, ON_REQUEST, OTHER_NAMES, find_benchmarks, run_benchmarks
from stance.measure.editorial_benchmark import outlet_table, webis_table
from stance.measure.essay_benchmark import aae2_table, essay_counts, given_counts
from stance.measure.microtext_benchmark import claim_rank, microtext_counts, microtexts_table
from stance.measure.tables import Table
from stance.model.checkpoint import Checkpoint
from stance.model.network import Network
from stance.predict.pipeline import Pipeline


class Knowing:
    """A model that has read the gold of a scheme, and remembers what it was asked with."""

    def __init__(self, gold: Iterable[Document]) -> None:
        self.gold = {document.id: document.arguments for document in gold}
        self.asked: list[Document] = []
        self.given: list[Sequence[Span]] = []

    def argument_units(
        self, documents: Sequence[Document], *, scheme: str, given: Sequence[Sequence[Span]] | None = None
    ) -> list[Document]:
        self.asked += documents
        self.given += given or ()
        return [replace(document, arguments=self.gold[document.id]) for document in documents]


def values(table: Table, system: str) -> dict[str, object]:
    """Return a system's value by score."""
    return {str(row[0]): row[2] for row in table.rows if row[1] == system}


TEXT = "Gates must go. They hurt deer. Some like them. Gates must go!"
UNITS = (Unit(0, 14, "major-claim"), Unit(15, 30, "premise"), Unit(31, 46, "premise"), Unit(47, 61, "major-claim"))
GOLD = Document("a", TEXT, arguments=Arguments(UNITS, (Relation(1, 0, "support"), Relation(2, 0, "attack"))))


def test_a_model_is_shown_the_text_alone_or_with_the_places_of_units() -> None:
    model = Knowing([GOLD])
    predict_arguments(model, [GOLD], scheme="aae2")
    assert (model.asked, model.given) == ([Document("a", TEXT)], [])
    predict_given_units(model, [GOLD], scheme="aae2")
    assert model.asked == [Document("a", TEXT)] * 2
    assert model.given == [[Span(0, 14), Span(15, 30), Span(31, 46), Span(47, 61)]]


def test_the_central_claim_counts_as_one_wherever_it_is_said() -> None:
    guess = replace(
        GOLD,
        arguments=Arguments(
            (
                replace(UNITS[0], label="premise", score=0.4),
                replace(UNITS[1], label="claim", score=0.5),
                replace(UNITS[2], label="premise"),
                replace(UNITS[3], label="claim", score=0.6),
            ),
            (Relation(1, 3, "support"), Relation(2, 3, "support"), Relation(0, 3, "support")),
        ),
    )
    found = microtext_counts(GOLD, guess)
    assert found["central claim"][""].f1 == 1
    assert found["attachment"][""].f1 == 1
    assert (found["relations"]["support"].f1, found["relations"]["attack"].f1) == (2 / 3, 0)
    assert found["claim or premise"]["claim"].true_positive == 1


def test_the_likeliest_claim_is_a_major_claim_then_a_claim_then_the_least_sure_premise() -> None:
    units = [
        Unit(4, 5, "major-claim", 0.3),
        Unit(3, 4, "claim", 0.8),
        Unit(2, 3, "claim", 0.4),
        Unit(1, 2, "premise", 0.5),
        Unit(0, 1, "premise", 0.9),
    ]
    assert sorted(units, key=claim_rank, reverse=True) == units


def test_essays_given_their_components_are_scored_by_type_and_edge() -> None:
    other = replace(GOLD, arguments=Arguments(tuple(replace(unit, label="premise") for unit in UNITS)))
    found = given_counts(GOLD, other)
    assert found["types, given"]["premise"].true_positive == 2
    assert found["links, given"][""].recall == 0
    free = essay_counts(GOLD, GOLD)
    assert all(counts.f1 == 1 for labels in free.values() for counts in labels.values())


def test_benchmarks_of_arguments_are_found_by_their_name_and_by_that_of_their_corpus() -> None:
    assert list(find_benchmarks(["aae2-conll", "aae2", "arg-microtexts"])) == ["aae2", "microtexts"]
    assert set(OTHER_NAMES.values()) <= BENCHMARKS.keys()
    assert list(find_benchmarks(["webis-only-guardian"])) == ["webis-only-guardian"]
    assert not ON_REQUEST.keys() & find_benchmarks([]).keys()
    with pytest.raises(ConfigError, match="did you mean 'microtexts'"):
        find_benchmarks(["microtext"])


def write_essay(folder: Path) -> None:
    rows = [("Gates", "O"), ("hurt", "B-Premise:1:Support"), ("deer", "I-Premise:1:Support"), ("so", "O")]
    rows += [("they", "B-Claim:For"), ("must", "I-Claim:For"), ("go", "I-Claim:For"), (".", "O")]
    for level in ("Essay_Level", "Paragraph_Level"):
        path = folder / "aae2-conll" / "data" / "conll" / level / "test.dat"
        path.parent.mkdir(parents=True)
        lines = [f"{number}\t{token}\t_\t_\t{tag}\n" for number, (token, tag) in enumerate(rows, start=1)]
        path.write_text("".join(lines), encoding="utf-8")


def test_a_pipeline_is_judged_on_what_it_has_heads_for_and_the_cure_is_named_for_the_rest(
    tmp_path: Path, tiny_pipeline: Pipeline, tiny_checkpoint: Checkpoint
) -> None:
    write_essay(tmp_path)
    runners = find_benchmarks(["aae2"])
    tables, lacking = run_benchmarks(tiny_pipeline, tmp_path, runners=runners)
    assert (list(tables), lacking) == (["aae2"], {})
    assert {row[5] for row in tables["aae2"].rows if row[0] == "components 100 %"} == {2, None}
    heads = [head for head in tiny_checkpoint.network.heads if not head.startswith("unit-")]
    poorer = replace(tiny_checkpoint, network=Network(tiny_checkpoint.network.encoder, heads=heads).eval())
    tables, lacking = run_benchmarks(replace(tiny_pipeline, checkpoint=poorer), tmp_path, runners=runners)
    assert tables == {}
    assert "unit-aae2" in str(lacking["aae2"])
    assert "configs/small.yaml" in str(lacking["aae2"])


@pytest.mark.data
def test_who_knows_the_essays_scores_all_and_floors_score_little(data_folder: Path) -> None:
    table = aae2_table(Knowing(aae2.read(data_folder, split="test")), data_folder)
    assert set(values(table, "this model").values()) == {1.0}
    assert all(row[5] in (1266, 809) for row in table.rows if row[1] == "this model")
    assert values(table, "sentences (floor)")["components 100 %"] == pytest.approx(0.283, abs=0.005)
    assert values(table, "majority (floor)")["types, given"] == pytest.approx(0.260, abs=0.001)


@pytest.mark.data
def test_who_knows_the_editorials_scores_all_in_every_outlet(data_folder: Path) -> None:
    model = Knowing(webis.read(data_folder, split="all"))
    table = webis_table(model, data_folder)
    for system in ("this model", *(f"this model, {outlet}" for outlet in webis.OUTLETS.values())):
        assert set(values(table, system).values()) == {1.0}
    assert values(table, "majority (floor)")["accuracy, given"] == pytest.approx(0.688, abs=0.001)
    assert len({document.id for document in model.asked}) == 25


@pytest.mark.data
def test_who_knows_the_microtexts_scores_all_where_the_claim_is_written(data_folder: Path) -> None:
    table = microtexts_table(Knowing(microtexts.read(data_folder, split="test")), data_folder)
    assert set(values(table, "this model, as of essays").values()) == {1.0}
    assert table.rows[0][5] == 283 - 34


@pytest.mark.data
def test_an_outlet_left_out_of_training_is_tested_but_for_what_judges_the_run(data_folder: Path) -> None:
    model = Knowing(webis.read(data_folder, split="all"))
    outlet_table(model, data_folder, outlet="foxnews")
    splits = {
        split: {document.id for document in webis.read(data_folder, split=split)}
        for split in ("all", "train", "dev", "train-without-foxnews")
    }
    tested = {document.id for document in model.asked}
    assert tested == {id for id in splits["all"] - splits["dev"] if id.startswith("foxnews-")}
    assert splits["train-without-foxnews"] == splits["train"] - tested

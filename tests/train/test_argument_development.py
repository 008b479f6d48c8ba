"""A run is judged by the arguments that it finds on development documents, and their costs are chosen there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stance.document import Arguments, Document, Relation, Unit
from stance.labels import UNIT_SCHEMES
from stance.model.checkpoint import Checkpoint
from stance.model.network import Network
from stance.predict.pipeline import Pipeline
from stance.train.development import ARGUED, ARGUED_CHARACTERS, argument_development, argument_scores
from stance.train.tuning import RELATION_COSTS, UNIT_COSTS, fit_argument_costs

TEXT = "The president is wrong. Critics said that trade is a failure. Taxes are shameful. Nobody in Kabul believes it."


def argued(scheme: str) -> Document:
    parts = [
        (TEXT.index(words), TEXT.index(words) + len(words))
        for words in ("The president is wrong", "Taxes are shameful")
    ]
    units = tuple(Unit(*part, UNIT_SCHEMES[scheme][place]) for place, part in enumerate(parts))
    return Document("one", TEXT, arguments=Arguments(units, () if scheme == "webis" else (Relation(1, 0, "support"),)))


@pytest.mark.parametrize("scheme", UNIT_SCHEMES)
def test_a_model_without_a_head_scores_nothing_where_one_with_it_is_judged_alike(
    tiny_pipeline: Pipeline, scheme: str
) -> None:
    names = {f"{scheme}_unit_f1"} | ({f"{scheme}_relation_f1"} if scheme != "webis" else set())
    encoder = tiny_pipeline.checkpoint.network.encoder
    poorer = replace(tiny_pipeline.checkpoint, network=Network(encoder, heads=()).eval())
    none = argument_scores(replace(tiny_pipeline, checkpoint=poorer), [argued(scheme)], scheme=scheme)
    assert none == dict.fromkeys(names, 0.0)
    assert argument_scores(tiny_pipeline, [argued(scheme)], scheme=scheme).keys() == names


@pytest.mark.parametrize("scheme", UNIT_SCHEMES)
def test_costs_are_chosen_for_units_and_where_there_are_any_for_relations(
    tiny_checkpoint: Checkpoint, scheme: str
) -> None:
    costs = fit_argument_costs(tiny_checkpoint, [argued(scheme)], scheme=scheme)
    heads = {f"unit-{scheme}": UNIT_COSTS} | ({} if scheme == "webis" else {f"relation-{scheme}": RELATION_COSTS})
    assert costs.keys() == heads.keys()
    assert all(cost in heads[head] for head, cost in costs.items())


def test_the_costs_that_are_chosen_are_those_of_the_highest_score(
    tiny_checkpoint: Checkpoint, tiny_pipeline: Pipeline
) -> None:
    (found,) = tiny_pipeline.argument_units([Document("one", TEXT)], scheme="cmv")
    assert found.arguments is not None and len(found.arguments.units) > 2
    assert fit_argument_costs(tiny_checkpoint, [found], scheme="cmv")["unit-cmv"] == 0.0, "what no cost gives is gold"


@pytest.mark.data
def test_development_documents_of_arguments_are_few_and_none_that_is_learned_from(data_folder: Path) -> None:
    from stance.corpora.registry import READERS

    for corpus in ARGUED:
        chosen = argument_development(data_folder, corpus)
        assert len(chosen) >= 4 and sum(len(document.text) for document in chosen) <= ARGUED_CHARACTERS
        assert all(document.arguments and document.arguments.units for document in chosen)
        learned = {document.id for document in READERS[corpus](data_folder, split="train")}
        assert not learned & {document.id for document in chosen}
        assert argument_development(data_folder, corpus) == chosen

"""Thresholds of coreference are chosen by how well mentions fall into their actors, where there is enough to choose by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stance.actors.aliases import AliasTable
from stance.corpora.gum import GumMention
from stance.document import Document, Span
from stance.model.checkpoint import Checkpoint
from stance.model.heads import FIRST_HEADS
from stance.model.network import Network
from stance.text.sentences import sentence_spans
from stance.train.coreference import Clusters, gum_clusters
from stance.train.resolution import THRESHOLDS, b_cubed_f1, fit_coreference

TABLE = AliasTable({}, {}, {})
TEXT = "Ann Li spoke; she left. It rained."


@pytest.fixture
def spoken() -> list[tuple[Document, Clusters]]:
    mentions = (
        GumMention(0, 6, 6, "person", "name", 0, None),
        GumMention(14, 17, 17, "person", "pronoun", 0, None),
    )
    sentences = tuple(Span(*span) for span in sentence_spans(TEXT))
    documents = [Document(f"{number}", TEXT, sentences=sentences) for number in range(50)]
    return [(document, gum_clusters(document, mentions)) for document in documents]


def test_a_threshold_is_chosen_of_those_that_are_tried(
    tiny_checkpoint: Checkpoint, spoken: list[tuple[Document, Clusters]]
) -> None:
    found = fit_coreference(tiny_checkpoint, spoken=spoken, op_eds=(), table=TABLE)
    assert found.keys() == {"coreference-pronoun"}
    assert found["coreference-pronoun"] in THRESHOLDS


def test_too_few_pronouns_and_a_network_without_the_head_choose_nothing(
    tiny_checkpoint: Checkpoint, spoken: list[tuple[Document, Clusters]]
) -> None:
    assert fit_coreference(tiny_checkpoint, spoken=spoken[:3], op_eds=(), table=TABLE) == {}
    older = replace(tiny_checkpoint, network=Network(tiny_checkpoint.network.encoder, heads=FIRST_HEADS))
    assert fit_coreference(older, spoken=spoken, op_eds=(), table=TABLE) == {}


def test_b_cubed_is_one_for_the_same_clusters_whatever_their_names() -> None:
    spans = [Span(at, at + 1) for at in range(6)]
    gold = {span: at // 2 for at, span in enumerate(spans)}
    assert b_cubed_f1(gold, {span: f"c{number}" for span, number in gold.items()}) == pytest.approx(1.0)
    assert b_cubed_f1(gold, dict.fromkeys(spans, 0)) == pytest.approx(0.5)  # precision 1/3, recall 1

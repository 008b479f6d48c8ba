"""What an op-ed argues: units by kind of evidence, claims and premises, one major claim at most, and a forest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stance.document import Arguments, Document, from_json, to_json
from stance.errors import ConfigError
from stance.labels import COMPONENT_TYPES, UNIT_SCHEMES
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.model.heads import TOKEN_LABELS
from stance.model.network import Network
from stance.predict.arguments import ArgumentView, editorial_arguments
from stance.predict.pipeline import Pipeline
from stance.predict.scoring import DocumentScores
from stance.text.sentences import sentence_spans

TEXT = (
    "The president is wrong. Critics said that trade is a failure. Taxes are shameful. Nobody in Kabul believes it. Hm."
)
KINDS = ("assumption", "testimony", "assumption", "assumption", "other")


def view(checkpoint: Checkpoint, roles: list[tuple[float, float, float]]) -> ArgumentView:
    """Return a text of which each sentence is a unit of a kind, with chances of major claim, claim and premise."""
    sentences = sentence_spans(TEXT)
    encoded = encode_text(checkpoint.tokenizer, TEXT, sentences=sentences)
    tokens = {name: np.full((len(encoded.ids), len(TOKEN_LABELS[name])), 1e-6, np.float32) for name in TOKEN_LABELS}
    for (first, end), kind, role in zip(encoded.sentences, KINDS, roles, strict=True):
        at = TOKEN_LABELS["unit-webis"].index(f"B-{kind}")
        tokens["unit-webis"][first, at] = tokens["unit-webis"][first + 1 : end, at + 1] = 0.9
        for scheme in ("aae2", "cmv"):
            tokens[f"unit-{scheme}"][first, 1::2] = tokens[f"unit-{scheme}"][first + 1 : end, 2::2] = np.array(role) / 2
            tokens[f"unit-{scheme}"][first:end, 0] = 0.5
    features = np.zeros((len(encoded.ids), 128), np.float16)
    return ArgumentView(checkpoint, TEXT, encoded, DocumentScores(tokens, features=features))


def labels(arguments: Arguments | None) -> list[str]:
    assert arguments is not None
    return [unit.label for unit in arguments.units]


def test_evidence_keeps_its_kind_and_an_assumption_is_claim_or_premise(tiny_checkpoint: Checkpoint) -> None:
    roles = [(0.1, 0.6, 0.3), (0.1, 0.8, 0.1), (0.3, 0.2, 0.5), (0.1, 0.2, 0.7), (0.0, 0.9, 0.1)]
    found = editorial_arguments(view(tiny_checkpoint, roles))
    assert labels(found) == ["claim", "testimony", "claim", "premise"], "what does not argue is left out"
    assert found is not None and found.units[0].score == pytest.approx(0.9 * 0.6, abs=0.02)


def test_the_likeliest_major_claim_alone_is_one_and_only_if_it_is_likely(tiny_checkpoint: Checkpoint) -> None:
    roles = [(0.6, 0.3, 0.1), (0.9, 0.1, 0.0), (0.8, 0.1, 0.1), (0.1, 0.1, 0.8), (1.0, 0.0, 0.0)]
    assert labels(editorial_arguments(view(tiny_checkpoint, roles))) == ["claim", "testimony", "major-claim", "premise"]
    assert "major-claim" not in labels(editorial_arguments(view(tiny_checkpoint, roles), threshold=0.85))


def test_a_model_without_one_of_the_heads_says_nothing_of_arguments(
    tiny_checkpoint: Checkpoint, tiny_pipeline: Pipeline
) -> None:
    heads = [head for head in tiny_checkpoint.network.heads if head not in ("unit-webis", "relation")]
    poorer = replace(tiny_checkpoint, network=Network(tiny_checkpoint.network.encoder, heads=heads).eval())
    pipeline = replace(tiny_pipeline, checkpoint=poorer)
    assert pipeline(TEXT).arguments is None
    with pytest.raises(ConfigError, match="unit-webis"):
        pipeline.argument_units([Document("a", TEXT)], scheme="webis")
    assert pipeline.argument_units([Document("a", TEXT)], scheme="aae2")[0].arguments.relations == ()  # type: ignore[union-attr]


def test_an_unknown_scheme_is_refused_with_the_known_ones(tiny_pipeline: Pipeline) -> None:
    with pytest.raises(ConfigError, match=r"aae.*one of webis, aae2, cmv.*did you mean 'aae2'"):
        tiny_pipeline.argument_units([Document("a", TEXT)], scheme="aae")


@pytest.mark.parametrize("text", ["", " ", TEXT, " ".join([TEXT] * 6)])
def test_every_layer_of_arguments_is_one_that_can_be_written_and_read_again(tiny_pipeline: Pipeline, text: str) -> None:
    whole = tiny_pipeline.predict([Document("a", text)])[0]
    layers = [(whole.arguments, {*UNIT_SCHEMES["webis"], *COMPONENT_TYPES} - {"assumption", "other"})]
    for scheme, types in UNIT_SCHEMES.items():
        (document,) = tiny_pipeline.argument_units([Document("a", text)], scheme=scheme)
        assert (document.voice, document.actors, document.model) == (None, None, None)
        layers.append((document.arguments, set(types)))
    for arguments, types in layers:
        assert arguments is not None
        assert set(labels(arguments)) <= types
        assert [unit.start for unit in arguments.units] == sorted({unit.start for unit in arguments.units})
        sources = [edge.source for edge in arguments.relations]
        assert len(sources) == len(set(sources)), "one parent each"
        parents = {edge.source: edge.target for edge in arguments.relations}
        for source in sources:
            above = [source]
            while above[-1] in parents:
                above.append(parents[above[-1]])
                assert len(above) <= len(sources) + 1, "a circle"
        document = Document("a", text, arguments=arguments)
        assert labels(from_json(to_json(document)).arguments) == labels(arguments)
    assert sum(label == "major-claim" for label in labels(whole.arguments)) <= 1


def test_a_text_has_the_same_arguments_alone_and_among_others(tiny_pipeline: Pipeline) -> None:
    documents = [Document(str(count), " ".join([TEXT] * count)) for count in (1, 5, 2)]
    together = tiny_pipeline.argument_units(documents, scheme="cmv")
    for document, found in zip(documents, together, strict=True):
        (alone,) = tiny_pipeline.argument_units([document], scheme="cmv")
        assert labels(alone.arguments) == labels(found.arguments)

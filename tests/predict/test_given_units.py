"""Types and relations of units that are given: theirs are place and order, the model's are label and score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stance.document import Document, Span
from stance.errors import InputError
from stance.labels import UNIT_SCHEMES
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.model.heads import TOKEN_LABELS
from stance.predict.arguments import ArgumentView, given_arguments
from stance.predict.pipeline import Pipeline
from stance.predict.scoring import DocumentScores
from stance.text.sentences import sentence_spans

TEXT = "The president is wrong. Critics said that trade is a failure. Taxes are shameful."
UNITS = [Span(*span) for span in sentence_spans(TEXT)]


def test_a_unit_has_the_type_that_its_tokens_make_likeliest_however_few_of_them_are_in_a_unit(
    tiny_checkpoint: Checkpoint,
) -> None:
    encoded = encode_text(tiny_checkpoint.tokenizer, TEXT, sentences=UNITS)
    tags = TOKEN_LABELS["unit-webis"]
    scores = np.full((len(encoded.ids), len(tags)), 1e-6, np.float32)
    scores[:, 0] = 0.9
    first, end = encoded.tokens(*UNITS[1])
    scores[first:end, tags.index("I-testimony")] = 0.06
    scores[first:end, tags.index("I-statistics")] = 0.02
    view = ArgumentView(tiny_checkpoint, TEXT, encoded, DocumentScores({"unit-webis": scores}))
    (unit,) = given_arguments(view, [UNITS[1]], scheme="webis").units
    assert (unit.start, unit.end, unit.label) == (*UNITS[1], "testimony")
    assert unit.score == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("scheme", UNIT_SCHEMES)
def test_given_units_keep_place_and_order_and_are_the_same_in_any_order(tiny_pipeline: Pipeline, scheme: str) -> None:
    document = Document("a", TEXT)
    forward, backward = tiny_pipeline.argument_units([document] * 2, scheme=scheme, given=[UNITS, UNITS[::-1]])
    assert forward.arguments is not None
    assert backward.arguments is not None
    assert [Span(unit.start, unit.end) for unit in forward.arguments.units] == UNITS
    assert backward.arguments.units == forward.arguments.units[::-1]
    last = len(UNITS) - 1
    turned = {(last - edge.source, last - edge.target, edge.label) for edge in backward.arguments.relations}
    assert turned == {(edge.source, edge.target, edge.label) for edge in forward.arguments.relations}


def test_no_units_are_given_where_a_document_has_none(tiny_pipeline: Pipeline) -> None:
    (found,) = tiny_pipeline.argument_units([Document("a", TEXT)], scheme="cmv", given=[[]])
    assert found.arguments is not None
    assert found.arguments.units == ()


def test_units_that_are_no_part_of_the_text_or_hold_nothing_readable_are_refused_together(
    tiny_pipeline: Pipeline,
) -> None:
    given = [[Span(0, len(TEXT) + 1), Span(5, 5)], [Span(3, 4)]]
    documents = [Document("a", TEXT), replace(Document("b", TEXT))]
    with pytest.raises(InputError) as caught:
        tiny_pipeline.argument_units(documents, scheme="aae2", given=given)
    assert [problem.place for problem in caught.value.problems] == ["a, unit 0", "a, unit 1", "b, unit 0"]

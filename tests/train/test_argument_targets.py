"""Targets of argument units and relations hold the gold; who judges us teaches nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stance.corpora import gold, webis
from stance.document import Arguments, Document, Relation, Span, Unit
from stance.labels import IGNORED, RELATION_LABELS, UNIT_SCHEMES
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import Tokenizer, encode_text
from stance.model.heads import RELATION_SCHEMES, TOKEN_LABELS
from stance.predict.decode import best_spans, bounded, characters, word_starts
from stance.text.sentences import sentence_spans
from stance.train.argument_targets import collated_units
from stance.train.curriculum import CORPUS_HEADS, annotated_documents, corpus_examples
from stance.train.examples import Example, document_examples

TEXT = (
    "Taxes are wrong.\n\n"
    "Trade, critics said, is a failure. The minister praised the ceasefire and the president called it shameful. "
    "Nobody in Kabul believes the report.\n\n"
    "Therefore taxes are wrong and the government is wrong about trade."
)
UNITS = (
    ("Taxes are wrong", "major-claim"),
    ("is a failure", "claim"),
    ("The minister praised the ceasefire", "premise"),
    (" and the president called it shameful", "premise"),  # it touches the one before it, of the same type
    ("Nobody in Kabul believes the report", "premise"),
    ("taxes are wrong and the government is wrong about trade", "claim"),
)
RELATIONS = (
    Relation(1, 0, "support"),
    Relation(2, 1, "support"),
    Relation(3, 1, "attack"),
    Relation(4, 3, "support"),
    Relation(5, 0, "support"),
)


def essay() -> Document:
    units = tuple(Unit(TEXT.index(words), TEXT.index(words) + len(words), label) for words, label in UNITS)
    return Document("one", TEXT, arguments=Arguments(units, RELATIONS))


@pytest.fixture(params=[(200, 8), (40, 10), (24, 4)], ids=["one window", "few windows", "many windows"])
def tokenizer(request: pytest.FixtureRequest, tiny_checkpoint: Checkpoint) -> Tokenizer:
    tokens, context = request.param
    return replace(tiny_checkpoint.tokenizer, window_tokens=tokens, context=context)


def related(examples: Sequence[Example]) -> set[tuple[tuple[int, ...], tuple[int, ...] | None, int]]:
    """Return the ids of the subwords of each unit that has a target, of its parent, and the label."""
    found = set()
    for example in examples:
        words = [tuple(example["input_ids"][start:end]) for _, start, end, _ in example["unit_places"]]
        for unit, (parent, label) in zip(words, example["unit_targets"], strict=True):
            if parent != IGNORED:
                found.add((unit, words[parent - 1] if parent else None, label))
    return found


def test_units_that_touch_come_back_from_their_targets_with_their_types(tokenizer: Tokenizer) -> None:
    document = essay()
    encoded = encode_text(tokenizer, TEXT, sentences=sentence_spans(TEXT))
    lost: Counter[str] = Counter()
    examples = document_examples(document, tokenizer=tokenizer, heads=["unit-aae2"], lost=lost)
    masks: list[int] = []
    for example, window in zip(examples, encoded.windows, strict=True):
        inner = example["unit-aae2"][window.own_first - window.first + 1 : window.own_end - window.first + 1]
        masks += inner
        assert not any(example["unit-cmv"]) and not any(example["unit-webis"]) and not example["unit_places"]
    scores = (np.array(masks)[:, None] >> np.arange(len(TOKEN_LABELS["unit-aae2"])) & 1).astype(float)
    begins = np.array([first for first, _ in encoded.sentences])
    spans = best_spans(bounded("unit-aae2", scores, begins=begins), word_starts(TEXT, encoded.offsets))
    found = [(TEXT[slice(*characters(span, encoded.offsets))], UNIT_SCHEMES["aae2"][span.name]) for span in spans]
    assert found == [(words.strip(), label) for words, label in UNITS]
    assert not lost.total()


def test_each_unit_points_to_its_parent_where_its_window_sees_it(tokenizer: Tokenizer) -> None:
    document = essay()
    lost: Counter[str] = Counter()
    examples = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["aae2-conll"], lost=lost)
    encoded = encode_text(tokenizer, TEXT, sentences=sentence_spans(TEXT))
    units = [
        tuple(encoded.ids[slice(*encoded.tokens(unit.start, unit.end))].tolist()) for unit in document.arguments.units
    ]  # type: ignore[union-attr]
    gold_pairs = {(units[edge.source], units[edge.target], RELATION_LABELS.index(edge.label)) for edge in RELATIONS}
    found = related(examples)
    assert (units[0], None, IGNORED) in found, "the major claim has no parent"
    assert found - {(units[0], None, IGNORED)} <= gold_pairs
    counted = lost["relation: the window of a unit does not reach its parent"]
    counted += lost["relation: a unit is longer than its window"]
    assert len(found) + counted == len(units), "what has no target is counted"
    if len(encoded.windows) == 1:
        assert not counted
    targets = [target for example in examples for target in example["unit_targets"] if target[0] != IGNORED]
    assert len(targets) == len(found), "a unit has a target in one window alone"


def test_units_know_their_paragraph_and_their_scheme(tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=200, context=8)
    for corpus, scheme in (("aae2-conll", "aae2"), ("cmv-modes", "cmv")):
        (example,) = document_examples(essay(), tokenizer=tokenizer, heads=CORPUS_HEADS[corpus])
        assert [place[3] for place in example["unit_places"]] == [0, 1, 1, 1, 1, 2]
        assert {place[0] for place in example["unit_places"]} == {RELATION_SCHEMES.index(scheme)}


def test_of_several_parents_the_nearest_is_learned_and_the_others_are_counted(tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=200, context=8)
    document = essay()
    edges = (Relation(4, 0, "attack"), Relation(4, 3, "support"), Relation(2, 2, "support"), Relation(1, 0, "because"))
    document = replace(document, arguments=replace(document.arguments, relations=edges))  # type: ignore[type-var]
    lost: Counter[str] = Counter()
    (example,) = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["cmv-modes"], lost=lost)
    assert example["unit_targets"] == [[0, IGNORED]] * 4 + [[4, RELATION_LABELS.index("support")], [0, IGNORED]]
    assert lost["relation: a unit has several parents"] == 1
    assert lost["relation: from or to no other unit"] == lost["relation: of an unknown label"] == 1


def test_a_batch_counts_parents_over_the_units_of_all_its_windows(tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=200, context=8)
    (example,) = document_examples(essay(), tokenizer=tokenizer, heads=CORPUS_HEADS["aae2-conll"])
    empty = example | {"unit_places": [], "unit_targets": []}
    batch = collated_units([example, empty, example])
    windows, parents = batch["unit_places"][:, 0].tolist(), batch["unit_targets"][:, 0].tolist()
    assert windows == [0] * 6 + [2] * 6
    assert parents == [0, 1, 2, 2, 4, 1, 0, 7, 8, 8, 10, 7]
    assert collated_units([empty]) == {}


def editorial(id: str) -> Document:
    """Return what a reader of editorials gives: units, and the coarse voice that follows from them."""
    text = "Taxes are wrong."
    voice = webis.VoiceSpan(0, 15, "opinion")
    return Document(
        id, text, sentences=(Span(0, 16),), voice=(voice,), arguments=Arguments((Unit(0, 15, "assumption"),))
    )


def test_an_editorial_teaches_units_always_but_when_it_judges_and_voice_only_when_nobody_annotated_it_better(
    monkeypatch: pytest.MonkeyPatch, tiny_checkpoint: Checkpoint, tmp_path: Path
) -> None:
    learned, every = gold.learned(), gold.annotated()
    one, judging = min(learned), min(every - learned)
    documents = [editorial("nobody-1"), editorial(one), editorial(judging)]
    monkeypatch.setattr("stance.train.curriculum.READERS", {webis.CORPUS: lambda folder, split: iter(documents)})
    examples = list(
        corpus_examples(webis.CORPUS, tmp_path, splits=["train"], tokenizer=tiny_checkpoint.tokenizer, lost=Counter())
    )
    assert [(any(example["voice"]), any(example["unit-webis"])) for example in examples] == [
        (True, True),
        (False, True),
    ]


def test_the_pieces_that_judge_are_all_of_gold_but_its_training_parts() -> None:
    assert gold.learned() < gold.annotated()
    assert len(gold.learned()) == 123 + 12 + 40


@pytest.mark.data
def test_no_editorial_that_judges_is_among_those_that_are_learned_from(data_folder: Path) -> None:
    for split in ("train", "all"):
        taught = {one.document.id: one.heads for one in annotated_documents(webis.CORPUS, data_folder, splits=[split])}
        taken = set(taught)
        assert taken and not taken & (gold.annotated() - gold.learned())
        assert all(taught[id] == ("unit-webis",) for id in taken & gold.annotated())
    assert len(taken & gold.learned()) > 120

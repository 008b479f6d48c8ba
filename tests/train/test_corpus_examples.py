"""The examples of a corpus are those of its documents, of all of them or of some."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from stance.model.checkpoint import Checkpoint
from stance.train.curriculum import corpus_examples


def test_the_examples_of_a_corpus_are_those_of_its_documents(tiny_corpora: Path, tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=60)
    lost: Counter[str] = Counter()
    for corpus, splits in (("newsmtsc", ("train", "dev-rw")), ("polnear", ("train", "dev"))):
        examples = list(corpus_examples(corpus, tiny_corpora, splits=splits, tokenizer=tokenizer, lost=lost))
        assert len(examples) >= 6
        if corpus == "newsmtsc":
            targets = [target[0] for example in examples for target in example["mention_targets"]]
            assert Counter(targets) == {0: 6, 1: 3, 2: 3}
        else:
            assert sum(len(example["content_places"]) for example in examples) == 18
    assert not lost.total()


def test_fewer_documents_of_a_corpus_are_a_part_of_more(tiny_corpora: Path, tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=600, context=80)

    def texts(documents: int | None) -> list[list[int]]:
        examples = corpus_examples(
            "newsmtsc", tiny_corpora, splits=["train"], tokenizer=tokenizer, lost=Counter(), documents=documents
        )
        return [example["input_ids"] for example in examples]

    everything, five, two = texts(None), texts(5), texts(2)
    assert (len(everything), len(five), len(two)) == (8, 5, 2)
    assert two == five[:2]
    assert all(ids in everything for ids in five)
    assert sorted(texts(8)) == sorted(everything) == sorted(texts(99))


@pytest.mark.data
def test_almost_all_gold_of_the_real_corpora_can_be_learned(data_folder: Path, tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=600, context=80)  # it cuts words into small pieces
    lost: Counter[str] = Counter()
    examples = list(corpus_examples("polnear", data_folder, splits=["dev"], tokenizer=tokenizer, lost=lost))
    contents = sum(len(example["content_places"]) for example in examples)
    assert contents > 2000
    assert lost.total() < 0.02 * contents

"""Scores of windows come together as if the text had been read at once, in bounded memory."""

import random
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.actors.linking import TypedMention
from stance.document import Span
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.predict.scoring import ScoringTask, score_documents
from stance.text.sentences import sentence_spans

WORDS = st.sampled_from(
    ["Taliban", "the", "report", "said", "shameful.", "Kabul", "김정은", ",", "Moscow", "!", "\u200b"]
)


def task(checkpoint: Checkpoint, text: str, given: list[tuple[int, int]] | None = None) -> ScoringTask:
    encoded = encode_text(checkpoint.tokenizer, text, sentences=sentence_spans(text))
    return ScoringTask(
        text, encoded, None if given is None else [TypedMention(Span(*span), "person") for span in given]
    )


@settings(max_examples=20, deadline=None)
@given(texts=st.lists(st.lists(WORDS, max_size=80).map(" ".join), max_size=3))
def test_every_token_gets_probabilities_whatever_the_windows(tiny_checkpoint: Checkpoint, texts: list[str]) -> None:
    tasks = [task(tiny_checkpoint, text) for text in texts]
    for item, scores in zip(tasks, score_documents(tiny_checkpoint, tasks, batch_tokens=60), strict=True):
        for values in scores.tokens.values():
            assert len(values) == len(item.encoded.ids)
            assert values.sum(axis=1) == pytest.approx(1, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(words=st.lists(WORDS, max_size=80))
def test_found_mentions_are_in_order_and_apart_and_have_a_stance_each(
    tiny_checkpoint: Checkpoint, words: list[str]
) -> None:
    scores = score_documents(tiny_checkpoint, [task(tiny_checkpoint, " ".join(words))])[0]
    ends = [0, *(mention.span.end for mention in scores.mentions)]
    assert all(end <= mention.span.start for end, mention in zip(ends, scores.mentions, strict=False))
    assert len(scores.stances) == len(scores.mentions)
    assert all(row.sum(axis=-1) == pytest.approx(1, abs=1e-3) for row in scores.stances)


@settings(max_examples=20, deadline=None)
@given(
    words=st.lists(WORDS, min_size=1, max_size=80),
    pairs=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=8),
)
def test_every_given_mention_is_scored_wherever_it_stands(
    tiny_checkpoint: Checkpoint, words: list[str], pairs: list[tuple[int, int]]
) -> None:
    text = "Ann " + " ".join(words)
    given = sorted({(start % len(text), min(len(text), start % len(text) + size)) for start, size in pairs})
    scores = score_documents(tiny_checkpoint, [task(tiny_checkpoint, text, given)])[0]
    assert [tuple(mention.span) for mention in scores.mentions] == given


def test_a_mention_at_a_cut_that_two_windows_see_with_different_borders_is_kept_once(
    tiny_checkpoint: Checkpoint,
) -> None:
    words = [
        "Taliban",
        "the",
        "report",
        "said",
        "shameful",
        "Kabul",
        "Moscow",
        "of",
        "Ann",
        "Li",
        "president",
        "praised",
        "wrong",
        "about",
        "taxes",
        "nations",
    ]
    seen = 0
    for seed in range(30):
        text = " ".join(random.Random(seed).choices(words, k=60))  # one sentence of several windows
        mentions = score_documents(tiny_checkpoint, [task(tiny_checkpoint, text)])[0].mentions
        seen += len(mentions)
        assert all(one.span.end <= other.span.start for one, other in pairwise(mentions))
    assert seen > 100


def test_a_text_is_scored_the_same_alone_and_among_others(tiny_checkpoint: Checkpoint) -> None:
    texts = ["Ann Li praised the report. " * count for count in (1, 9, 3)]
    together = score_documents(tiny_checkpoint, [task(tiny_checkpoint, text) for text in texts])
    for text, scores in zip(texts, together, strict=True):
        alone = score_documents(tiny_checkpoint, [task(tiny_checkpoint, text)])[0]
        for name, values in alone.tokens.items():
            assert scores.tokens[name] == pytest.approx(values, abs=0.02)


def test_memory_for_hidden_states_does_not_grow_with_the_text(tiny_checkpoint: Checkpoint) -> None:
    sizes: list[int] = []
    hook = tiny_checkpoint.network.encoder.register_forward_hook(
        lambda module, inputs, output: sizes.append(output.last_hidden_state[..., 0].numel())
    )
    try:
        for count in (20, 200):
            score_documents(
                tiny_checkpoint, [task(tiny_checkpoint, "Ann Li praised the report. " * count)], batch_tokens=96
            )
            assert max(sizes) <= 96
    finally:
        hook.remove()
    assert len(sizes) > 20


def test_a_sentence_longer_than_a_window_has_a_pointer_for_the_start_of_each_content(
    tiny_checkpoint: Checkpoint,
) -> None:
    item = task(tiny_checkpoint, "the report that Kabul wrote and Moscow praised and " * 6)
    scores = score_documents(tiny_checkpoint, [item])[0]
    for first, pointer in scores.pointers.items():
        assert pointer.first <= first < pointer.first + len(pointer.source) - 1
        assert [pointer.source.sum(), pointer.cue.sum()] == pytest.approx([1, 1], abs=1e-3)


def test_scoring_leaves_no_gradient_and_the_same_scores_twice(tiny_checkpoint: Checkpoint) -> None:
    first, second = (
        score_documents(tiny_checkpoint, [task(tiny_checkpoint, "Ann Li praised it.")])[0] for _ in range(2)
    )
    assert all(np.array_equal(first.tokens[name], second.tokens[name]) for name in first.tokens)
    assert torch.is_grad_enabled()

"""What coreference learns from GUM's clusters and from actors, window by window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from stance.actors.coreference import FEATURE_SIZES, find_pronouns
from stance.corpora.gum import GumMention
from stance.document import Actor, Document, Span
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.text.sentences import sentence_spans
from stance.train.coreference import (
    PAIRS,
    PLACES,
    TARGETS,
    actor_clusters,
    anaphora,
    collate_coreference,
    gum_clusters,
    window_targets,
)
from stance.train.curriculum import corpus_examples, taught_heads
from stance.train.examples import document_examples

TEXT = "Ann Li praised the report. She said it rained. The minister of Kabul called her wrong."


def mention(
    words: str, cluster: int, *, type: str = "person", kind: str = "name", core: str | None = None
) -> GumMention:
    start = TEXT.index(words)
    return GumMention(start, start + len(words), start + len(core or words), type, kind, cluster, None)


GUM = (
    mention("Ann Li", 0),
    mention("the report", 1, type="object", kind="nominal"),
    mention("She", 0, kind="pronoun"),
    mention("The minister of Kabul", 2, kind="nominal", core="The minister"),
    mention("Kabul", 3, type="place"),
    mention("her", 0, kind="pronoun"),
)


def right_pairs(example: dict[str, list[int]], tokens: list[str]) -> list[tuple[str, str]]:
    """Return (anaphor, antecedent) that a window calls right, in words."""
    rows = torch.tensor(example[PAIRS]).reshape(-1, 2 + len(FEATURE_SIZES))
    words = [" ".join(tokens[first:end]) for first, end in example[PLACES]]
    chosen = [row for row, right in zip(rows.tolist(), example[TARGETS], strict=True) if right]
    return [(words[row[0]], words[row[1]]) for row in chosen]


@pytest.fixture
def wide(tiny_checkpoint: Checkpoint) -> Checkpoint:
    return replace(tiny_checkpoint, tokenizer=replace(tiny_checkpoint.tokenizer, window_tokens=64))


def test_gum_teaches_pronouns_of_persons_and_that_it_may_mean_nobody(wide: Checkpoint) -> None:
    clusters = gum_clusters(Document("a", TEXT), GUM)
    assert [TEXT[slice(*span)] for span in clusters.mentions] == ["Ann Li", "The minister", "Kabul"]
    assert {TEXT[slice(*span)]: number for span, number in clusters.pronouns.items()} == {
        "She": 0,
        "it": None,
        "her": 0,
    }
    (example,) = document_examples(
        Document("a", TEXT), tokenizer=wide.tokenizer, heads=["coreference"], clusters=clusters
    )
    tokens = wide.tokenizer.subwords.convert_ids_to_tokens(example["input_ids"])
    found = right_pairs(example, tokens)
    assert len(found) == 3  # She and her each mean Ann Li, and her She
    assert all("it" not in pair for pair in found)


def test_op_eds_teach_names_and_descriptions_without_pronouns(wide: Checkpoint) -> None:
    spans = [Span(0, 6), *find_pronouns(TEXT)[:1], Span(TEXT.index("The minister"), TEXT.index(" called"))]
    document = Document("a", TEXT, actors=(Actor("a0", "Ann Li", "person", mentions=tuple(spans)),))
    assert list(actor_clusters(document).mentions) == [spans[0], spans[2]]
    (example,) = document_examples(document, tokenizer=wide.tokenizer, heads=["coreference"])
    assert example[TARGETS] == [1]


def test_an_anaphor_whose_antecedents_a_window_does_not_see_is_left_out(tiny_checkpoint: Checkpoint) -> None:
    document = Document("a", TEXT)
    sentences = [Span(*span) for span in sentence_spans(TEXT)]
    encoded = encode_text(tiny_checkpoint.tokenizer, TEXT, sentences=sentences)
    assert len(encoded.windows) > 1
    found = anaphora(document, encoded, clusters=gum_clusters(document, GUM), sentences=sentences)
    asked: list[int] = []
    for window in encoded.windows:
        rows = torch.tensor(window_targets(found, window)[PAIRS]).reshape(-1, 2 + len(FEATURE_SIZES))
        seen = [at for at, (first, end) in enumerate(found.tokens) if window.first <= first and end <= window.end]
        for place in sorted(set(rows[:, 0].tolist())):
            at = seen[place]
            asked.append(at)
            before = [other for other in range(at) if found.clusters[other] == found.clusters[at] >= 0]
            assert not before or set(before) & set(seen)
            assert window.own_first <= found.tokens[at][0] < window.own_end
    assert len(asked) == len(set(asked)) > 0, "each anaphor is asked about in one window"


def test_a_batch_shifts_the_places_of_its_windows(wide: Checkpoint) -> None:
    clusters = gum_clusters(Document("a", TEXT), GUM)
    (example,) = document_examples(
        Document("a", TEXT), tokenizer=wide.tokenizer, heads=["coreference"], clusters=clusters
    )
    batch = collate_coreference([example, {PAIRS: [], PLACES: [], TARGETS: []}, {}, example])
    count, pairs = len(example[PLACES]), len(example[TARGETS])
    assert batch[PLACES][:, 0].tolist() == [0] * count + [3] * count
    assert torch.equal(batch[PAIRS][:pairs, :2] + count, batch[PAIRS][pairs:, :2])
    assert torch.equal(batch[PAIRS][:pairs, 2:], batch[PAIRS][pairs:, 2:])
    assert collate_coreference([{}]) == {}


def test_only_what_annotates_pronouns_begins_the_head() -> None:
    assert "coreference" in taught_heads(["gold", "gum"])
    assert "coreference" not in taught_heads(["gold", "polnear"])


@pytest.mark.data
def test_gum_has_pronouns_with_and_without_antecedents(data_folder: Path, wide: Checkpoint) -> None:
    from collections import Counter

    rows = list(
        corpus_examples("gum", data_folder, splits=["dev"], tokenizer=wide.tokenizer, lost=Counter(), documents=3)
    )
    targets = [target for row in rows for target in row[TARGETS]]
    assert 0.03 < sum(targets) / len(targets) < 0.6

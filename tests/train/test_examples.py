"""Targets hold the gold: decoded again they give it back, and what they cannot hold is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from stance.corpora.newsmtsc import ANYONE
from stance.document import Actor, Attribution, Document, Source, Span, Stance, VoiceSpan
from stance.labels import ACTOR_TYPES, IGNORED, POLARITIES, VOICES
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import EncodedText, Tokenizer, encode_text
from stance.model.heads import STANCE_VIEWS, TOKEN_LABELS
from stance.predict.attributing import attribution_layer
from stance.predict.decode import (
    Pointer,
    ScoredSpan,
    best_spans,
    characters,
    voice_tiles,
    word_starts,
)
from stance.text.sentences import sentence_spans
from stance.train.curriculum import CORPUS_HEADS
from stance.train.examples import ANYWHERE, Example, document_examples

TEXT = (
    "Ann Li praised the report; the minister called it a shameful failure. "
    "Nobody in Kabul believes what Moscow promises. "
    "Critics of the president, she wrote, are wrong about taxes and about trade. "
    "Oslo, by contrast, is a model for Kabul."
)


def span(words: str, *, after: str = "") -> Span:
    start = TEXT.index(words, TEXT.index(after))
    return Span(start, start + len(words))


def sentences() -> tuple[Span, ...]:
    starts = [TEXT.index(words) for words in ("Ann Li", "Nobody", "Critics", "Oslo")]
    return tuple(Span(start, end - 1) for start, end in zip(starts, [*starts[1:], len(TEXT) + 1], strict=True))


def opinions() -> Document:
    """Return a document as the hand-annotated op-eds are, but for attributions."""
    ann, kabul, moscow = (span(name) for name in ("Ann Li", "Kabul", "Moscow"))
    actors = (
        Actor("a0", "Ann Li", "person", mentions=(ann,)),
        Actor("a1", "Kabul", "country", mentions=(kabul, span("Kabul", after="model"))),
        Actor("a2", "Moscow", "country", mentions=(moscow,)),
        Actor("a3", "Critics", "group", mentions=(span("Critics of the president"),)),
    )
    stances = (
        Stance("a0", "a2", "favor", *span("believes what Moscow promises")),
        Stance("author", "a2", "against", *span("Nobody in Kabul")),
        Stance("author", "a1", "favor", *span("is a model")),
        Stance(Source("she"), "a3", "against", *span("are wrong about taxes")),
    )
    minister = span("the minister").start
    voice = [VoiceSpan(0, minister - 1, "fact"), VoiceSpan(minister, sentences()[0].end, "attributed")]
    voice += [
        VoiceSpan(*place, label)
        for place, label in zip(sentences()[1:], ("opinion", "attributed", "opinion"), strict=True)
    ]
    return Document("one", TEXT, sentences=sentences(), voice=tuple(voice), actors=actors, stances=stances)


def quotations() -> Document:
    """Return a document as those of PolNeAR are: without sentences or voice, a content in two parts among its attributions."""
    attributions = (
        Attribution((span("it a shameful failure"),), source=span("the minister"), cue=span("called")),
        Attribution((span("what Moscow promises"),), source=None, cue=span("believes")),
        Attribution(
            (span("Critics of the president"), span("are wrong about taxes and about trade")),
            source=span("she"),
            cue=span("wrote"),
        ),
    )
    return Document("two", TEXT, attributions=attributions)


@pytest.fixture(params=[(200, 8), (40, 10), (24, 4)], ids=["one window", "few windows", "many windows"])
def tokenizer(request: pytest.FixtureRequest, tiny_checkpoint: Checkpoint) -> Tokenizer:
    tokens, context = request.param
    return replace(tiny_checkpoint.tokenizer, window_tokens=tokens, context=context)


def encode(document: Document, tokenizer: Tokenizer) -> EncodedText:
    return encode_text(tokenizer, document.text, sentences=document.sentences or sentence_spans(document.text))


def own_targets(examples: Sequence[Example], encoded: EncodedText, *, head: str) -> np.ndarray:
    """Return the target of each token of the document, from the window that owns it."""
    parts = []
    for example, window in zip(examples, encoded.windows, strict=True):
        assert example[head][0] == example[head][-1] == 0, "special tokens have no target"
        parts += example[head][window.own_first - window.first + 1 : window.own_end - window.first + 1]
    return np.array(parts)


def probabilities(masks: np.ndarray, *, head: str) -> np.ndarray:
    """Return (T, K): all on the label that a mask allows, which must be one."""
    bits = (masks[:, None] >> np.arange(len(TOKEN_LABELS[head]))) & 1
    assert (bits.sum(axis=1) == 1).all()
    return bits.astype(float)


def decoded_spans(
    examples: Sequence[Example], document: Document, encoded: EncodedText, *, head: str
) -> list[ScoredSpan]:
    scores = probabilities(own_targets(examples, encoded, head=head), head=head)
    return best_spans(scores, word_starts(document.text, encoded.offsets))


def test_voice_comes_back_from_its_targets(tokenizer: Tokenizer) -> None:
    document = opinions()
    encoded = encode(document, tokenizer)
    examples = document_examples(document, tokenizer=tokenizer, heads=["voice"])
    scores = probabilities(own_targets(examples, encoded, head="voice"), head="voice")
    tiles = voice_tiles(document.text, encoded.offsets, probabilities=scores, sentences=document.sentences or ())
    assert [(tile.start, tile.end, tile.label) for tile in tiles] == [
        (tile.start, tile.end, tile.label) for tile in document.voice or ()
    ]


def test_sentences_that_hold_an_opinion_are_told_from_those_that_hold_none(tokenizer: Tokenizer) -> None:
    subjective = Document("s", "A shameful failure.", sentences=(Span(0, 19),), voice=(VoiceSpan(0, 19, "opinion"),))
    objective = Document("o", "She wrote. She wrote.", sentences=(Span(0, 10), Span(11, 21)))
    for document, targets in ((subjective, [1]), (objective, [0, 0])):
        (example,) = document_examples(document, tokenizer=tokenizer, heads=[ANYWHERE])
        assert example["voice_targets"] == targets
        assert not any(any(example[name]) for name in TOKEN_LABELS)
        count = len(encode(document, tokenizer).ids)
        places = [place for start, end in example["voice_places"] for place in range(start - 1, end - 1)]
        assert places == list(range(count))


def test_mentions_and_their_types_come_back_from_their_targets(tokenizer: Tokenizer) -> None:
    document = opinions()
    encoded = encode(document, tokenizer)
    lost: Counter[str] = Counter()
    examples = document_examples(document, tokenizer=tokenizer, heads=["mention"], lost=lost)
    found = {
        (characters(item, encoded.offsets), ACTOR_TYPES[item.name])
        for item in decoded_spans(examples, document, encoded, head="mention")
    }
    assert found == {(mention, actor.type) for actor in document.actors or () for mention in actor.mentions}
    assert not lost.total()


def test_evidence_comes_back_from_its_targets(tokenizer: Tokenizer) -> None:
    document = replace(opinions(), stances=(opinions().stances or ())[1:])  # without the one that overlaps another
    encoded = encode(document, tokenizer)
    lost: Counter[str] = Counter()
    examples = document_examples(document, tokenizer=tokenizer, heads=["evidence"], lost=lost)
    found = {
        (characters(item, encoded.offsets), ("against", "favor")[item.name])
        for item in decoded_spans(examples, document, encoded, head="evidence")
    }
    assert found == {(Span(stance.start, stance.end), stance.label) for stance in document.stances or ()}
    assert not lost.total()


def mention_views(examples: Sequence[Example], encoded: EncodedText) -> dict[Span, list[int]]:
    """Return the stance targets of mentions in their own sentence, after a look at what each is pooled from."""
    found = {}
    for example, window in zip(examples, encoded.windows, strict=True):
        judged = zip(example["mention_places"], example["mention_targets"], strict=True)
        for (first, end, from_, to), views in [(place[:4], views) for place, views in judged if not place[4]]:
            assert 1 <= from_ <= first < end <= to <= len(example["input_ids"]) - 1
            shift = window.first - 1
            place = Span(int(encoded.offsets[first + shift, 0]), int(encoded.offsets[end + shift - 1, 1]))
            assert place not in found, "a mention is learned from once"
            found[place] = views
    return found


def test_stances_of_author_and_sources_come_back_from_the_targets_of_mentions(tokenizer: Tokenizer) -> None:
    document = opinions()
    lost: Counter[str] = Counter()
    examples = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["gold"], lost=lost)
    against, neutral, favor = range(len(POLARITIES))
    assert mention_views(examples, encode(document, tokenizer)) == {
        span("Ann Li"): [IGNORED, neutral, neutral],
        span("Kabul"): [IGNORED, neutral, neutral],
        span("Moscow"): [IGNORED, against, favor],
        span("Critics of the president"): [IGNORED, neutral, against],
        span("Kabul", after="model"): [IGNORED, favor, neutral],
    }
    assert not lost.total()


def test_a_stance_whoever_holds_it_teaches_that_view_alone(tokenizer: Tokenizer) -> None:
    actors = tuple(
        Actor(name, words, "person", mentions=(span(words),))
        for name, words in (("a0", "Ann Li"), ("a1", "the minister"), ("a2", "Moscow"))
    )
    stances = (
        Stance(ANYONE, "a0", "favor", 0, len(TEXT), mention=span("Ann Li")),
        Stance(ANYONE, "a2", "against", 0, len(TEXT), mention=span("Moscow")),
    )
    document = Document("three", TEXT, sentences=(Span(0, len(TEXT)),), actors=actors, stances=stances)
    examples = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["newsmtsc"])
    found = mention_views(examples, encode(document, tokenizer))
    labels = {place: views[STANCE_VIEWS.index("anyone")] for place, views in found.items()}
    assert labels == {span("Ann Li"): 2, span("the minister"): 1, span("Moscow"): 0}
    assert all(views[1:] == [IGNORED, IGNORED] for views in found.values())
    assert not any(any(example[head]) for example in examples for head in TOKEN_LABELS), "it annotates no tokens"


def pointers(examples: Sequence[Example], encoded: EncodedText) -> dict[int, Pointer]:
    found = {}
    for example, window in zip(examples, encoded.windows, strict=True):
        for (place,), targets in zip(example["content_places"], example["content_targets"], strict=True):
            assert IGNORED not in targets
            mass = np.zeros((2, len(example["input_ids"]) - 1))
            mass[[0, 1], targets] = 1.0
            found[place + window.first - 1] = Pointer(window.first, mass[0], mass[1])
    return found


@pytest.mark.parametrize("tokens", [200, 70], ids=["one window", "two windows"])
def test_attributions_come_back_from_their_targets(tiny_checkpoint: Checkpoint, tokens: int) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=tokens, context=20)
    document = quotations()
    encoded = encode(document, tokenizer)
    lost: Counter[str] = Counter()
    examples = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["polnear"], lost=lost)
    assert not lost.total()
    parts = {part: decoded_spans(examples, document, encoded, head=part) for part in ("source", "cue", "content")}
    found = attribution_layer(document.text, encoded.offsets, parts=parts, pointers=pointers(examples, encoded))
    assert [replace(item, kind=None, score=1.0) for item in found] == list(document.attributions or ())


def test_without_voice_the_words_of_an_attribution_are_attributed_and_others_fact_or_opinion(
    tokenizer: Tokenizer,
) -> None:
    document = quotations()
    encoded = encode(document, tokenizer)
    examples = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["polnear"])
    masks = own_targets(examples, encoded, head="voice")
    inside = np.zeros(len(masks), dtype=bool)
    for item in document.attributions or ():
        for part in (item.source, item.cue, *item.content):
            if part is not None:
                first, end = encoded.tokens(*part)
                inside[first:end] = True
    fact, attributed, opinion = (1 << VOICES.index(name) for name in ("fact", "attributed", "opinion"))
    assert (masks[inside] == attributed).all()
    assert (masks[~inside] == fact | opinion).all()


def test_a_voice_layer_with_gaps_teaches_nothing_in_them(tokenizer: Tokenizer) -> None:
    document = replace(opinions(), voice=(VoiceSpan(*span("Oslo, by contrast, is a model for Kabul"), "opinion"),))
    encoded = encode(document, tokenizer)
    examples = document_examples(document, tokenizer=tokenizer, heads=CORPUS_HEADS["webis-editorials-adu"])
    masks = own_targets(examples, encoded, head="voice")
    first, end = encoded.tokens(*span("Oslo, by contrast, is a model for Kabul"))
    assert not masks[:first].any()
    assert not masks[end:].any()
    assert (masks[first:end] == 1 << VOICES.index("opinion")).all()


def test_heads_that_a_corpus_does_not_annotate_have_no_target(tokenizer: Tokenizer) -> None:
    for corpus, heads in CORPUS_HEADS.items():
        document = replace(opinions(), attributions=quotations().attributions)
        for example in document_examples(document, tokenizer=tokenizer, heads=heads):
            assert all(len(example[head]) == len(example["input_ids"]) for head in TOKEN_LABELS)
            assert not any(any(example[head]) for head in TOKEN_LABELS if head not in heads), corpus
            assert "stance" in heads or not example["mention_places"]
            assert "link" in heads or not example["content_places"]


def test_a_text_longer_than_a_window_loses_no_token(tiny_checkpoint: Checkpoint) -> None:
    tokenizer = tiny_checkpoint.tokenizer
    document = replace(opinions(), text=TEXT + " " + "and so on and on " * 60, sentences=None, voice=())
    encoded = encode(document, tokenizer)
    examples = document_examples(document, tokenizer=tokenizer, heads=["voice", "mention"])
    assert len(examples) > 10
    assert max(len(example["input_ids"]) for example in examples) <= tokenizer.window_tokens
    assert own_targets(examples, encoded, head="mention").shape == encoded.ids.shape
    seen = [
        token
        for example, window in zip(examples, encoded.windows, strict=True)
        for token in example["input_ids"][window.own_first - window.first + 1 : window.own_end - window.first + 1]
    ]
    assert seen == encoded.ids.tolist()


def test_a_text_without_words_gives_no_example(tokenizer: Tokenizer) -> None:
    assert document_examples(Document("empty", " \n"), tokenizer=tokenizer, heads=["voice", "stance", "link"]) == []


def test_spans_that_overlap_others_are_counted_as_lost(tokenizer: Tokenizer) -> None:
    nested = Attribution((span("a shameful failure"),), source=span("minister"), cue=span("called"))
    document = replace(quotations(), attributions=(*(quotations().attributions or ()), nested))
    lost: Counter[str] = Counter()
    document_examples(document, tokenizer=tokenizer, heads=["source", "cue", "content"], lost=lost)
    assert +lost == {"content: overlaps another span": 1, "source: overlaps another span": 1}


def test_a_mention_inside_another_is_counted_as_lost(tokenizer: Tokenizer) -> None:
    inner = Actor("a9", "the president", "person", mentions=(span("the president"),))
    document = replace(opinions(), actors=(*(opinions().actors or ()), inner))
    lost: Counter[str] = Counter()
    document_examples(document, tokenizer=tokenizer, heads=["mention"], lost=lost)
    assert +lost == {"mention: stands inside another": 1}


def test_a_stance_far_behind_its_actor_s_name_is_counted_as_lost(tokenizer: Tokenizer) -> None:
    more = Stance("author", "a0", "favor", *span("is a model"))
    document = replace(opinions(), stances=(*(opinions().stances or ()), more))
    lost: Counter[str] = Counter()
    document_examples(document, tokenizer=tokenizer, heads=["stance"], lost=lost)
    assert +lost == {"stance: the actor is not named in the sentence or shortly before": 1}


def test_stances_of_one_holder_that_contradict_each_other_teach_nothing(tokenizer: Tokenizer) -> None:
    more = Stance("author", "a2", "favor", *span("what Moscow promises"))
    document = replace(opinions(), stances=(*(opinions().stances or ()), more))
    examples = document_examples(document, tokenizer=tokenizer, heads=["stance"])
    views = mention_views(examples, encode(document, tokenizer))[span("Moscow")]
    assert views == [IGNORED, IGNORED, POLARITIES.index("favor")]


def test_a_source_that_the_window_does_not_reach_is_ignored_and_counted(tiny_checkpoint: Checkpoint) -> None:
    far = Attribution((span("Oslo, by contrast"),), source=span("Ann Li"), cue=span("is"))
    document = replace(quotations(), attributions=(far,))
    lost: Counter[str] = Counter()
    examples = document_examples(
        document, tokenizer=tiny_checkpoint.tokenizer, heads=["source", "cue", "content", "link"], lost=lost
    )
    targets = [target for example in examples for target in example["content_targets"]]
    assert len(targets) == 1
    assert targets[0][0] == IGNORED
    assert lost["link: the window of a content does not reach its source or cue"] >= 1

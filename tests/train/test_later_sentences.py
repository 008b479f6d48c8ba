"""Sentences soon after a mention teach a stance toward an actor that they do not name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from stance.document import Actor, Document, Span, Stance, VoiceSpan
from stance.labels import IGNORED, POLARITIES
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.text.sentences import sentence_spans
from stance.train.examples import document_examples

TEXT = "Ann Li met Bob Stone. She lied to the house. The rain went on. Bob Stone was kind. Nobody spoke."


def test_the_next_two_sentences_are_judged_unless_one_names_the_actor(tiny_checkpoint: Checkpoint) -> None:
    tokenizer = replace(tiny_checkpoint.tokenizer, window_tokens=300, context=8)
    sentences = tuple(Span(*span) for span in sentence_spans(TEXT))
    bob, again = (Span(place, place + 9) for place in (11, TEXT.rindex("Bob")))
    actors = (
        Actor("a0", "Ann Li", "person", mentions=(Span(0, 6),)),
        Actor("a1", "Bob Stone", "person", mentions=(bob, again)),
    )
    stances = (
        Stance("author", "a0", "against", *sentences[1]),
        Stance("author", "a1", "favor", *sentences[3]),
        Stance("a1", "a0", "against", *sentences[4]),
    )
    voice = tuple(VoiceSpan(*span, "opinion") for span in sentences)
    document = Document("one", TEXT, sentences=sentences, voice=voice, actors=actors, stances=stances)
    lost: Counter[str] = Counter()
    (example,) = document_examples(document, tokenizer=tokenizer, heads=["stance"], lost=lost)
    encoded = encode_text(tokenizer, TEXT, sentences=sentences)
    found = {}
    for (*tokens, later), views in zip(example["mention_places"], example["mention_targets"], strict=True):
        first, _, start, end = (token - 1 for token in tokens)
        found[int(encoded.offsets[first, 0]), encoded.sentences.index((start, end)), later] = views
    against, neutral, favor = range(len(POLARITIES))
    nothing = [IGNORED, neutral, neutral]
    assert found == {
        (0, 0, 0): nothing,
        (0, 1, 1): [IGNORED, against, neutral],
        (0, 2, 2): nothing,
        (bob.start, 0, 0): nothing,
        (bob.start, 1, 1): nothing,
        (bob.start, 2, 2): nothing,
        (again.start, 3, 0): [IGNORED, favor, neutral],
        (again.start, 4, 1): nothing,
    }
    assert +lost == {"stance: the actor is not named in the sentence or shortly before": 1}

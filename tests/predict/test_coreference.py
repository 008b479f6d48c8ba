"""Windows leave what coreference needs, and a document's pronouns come to its actors over all of them."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from stance.actors.aliases import load_aliases
from stance.actors.coreference import COREFERENCE_THRESHOLDS, candidates, find_pronouns, is_pronoun
from stance.actors.linking import LinkedActor, TypedMention
from stance.actors.matching import alias_finder
from stance.actors.own import OwnActor, lay_over
from stance.document import Actor, Document, Span, from_json, to_json
from stance.model.checkpoint import Checkpoint
from stance.model.coreference import RANK
from stance.model.encoding import encode_text
from stance.model.network import Network
from stance.predict import coreference
from stance.predict.coreference import antecedent_shares, resolve
from stance.predict.pipeline import Pipeline
from stance.predict.scoring import DocumentScores, ScoringTask, score_documents
from stance.show.segments import segments
from stance.text.sentences import sentence_spans

TEXT = (
    "Ann Li praised the report, she said. The minister called it a failure; his critics agreed. "
    "Critics in Kabul say that they believe her. The Taliban broke its promises, and Ann Li left them."
)


def lenient(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with thresholds that any share reaches, and with Ann Li and the Taliban for its only names."""
    network = copy.deepcopy(pipeline.checkpoint.network)
    mention = network.tokens["mention"].output
    torch.nn.init.zeros_(mention.weight)
    mention.bias.data = 20.0 * torch.eye(len(mention.bias))[0]
    info = replace(pipeline.checkpoint.info, decoding=dict.fromkeys(COREFERENCE_THRESHOLDS, 0.0))
    made = lay_over(load_aliases(), [OwnActor("Ann Li", "person"), OwnActor("Taliban", "group")])
    checkpoint = replace(pipeline.checkpoint, network=network, info=info)
    return replace(pipeline, checkpoint=checkpoint, table=made.table, finder=alias_finder(made))


def without_head(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline of the same weights as a checkpoint has them that was made before there was coreference."""
    whole = pipeline.checkpoint.network
    network = Network(whole.encoder, heads=[name for name in whole.heads if name != "coreference"])
    kept = {name: value for name, value in whole.state_dict().items() if "coreference" not in name}
    network.load_state_dict(kept)
    return replace(pipeline, checkpoint=replace(pipeline.checkpoint, network=network.eval()))


def spoken(document: Document) -> list[Span]:
    spans = [span for actor in document.actors or () for span in actor.mentions]
    return [span for span in spans if is_pronoun(document.text[slice(*span)])]


def test_resolved_pronouns_are_mentions_of_one_actor_each(tiny_pipeline: Pipeline) -> None:
    document = lenient(tiny_pipeline)(TEXT)
    found = spoken(document)
    assert TEXT.index("she") in {span.start for span in found}
    assert len(found) == len(set(found))
    assert set(found) <= set(find_pronouns(TEXT))
    for actor in document.actors or ():
        assert list(actor.mentions) == sorted(set(actor.mentions))
        assert not is_pronoun(TEXT[slice(*actor.mentions[0])]), "a pronoun means what stands before it"
    assert to_json(from_json(to_json(document))) == to_json(document)


def test_pronouns_alone_change_neither_opinions_nor_stances(tiny_pipeline: Pipeline) -> None:
    base = lenient(tiny_pipeline)
    info = replace(base.checkpoint.info, decoding={"coreference-pronoun": 0.0, "coreference-description": 2.0})
    with_pronouns = replace(base, checkpoint=replace(base.checkpoint, info=info))(TEXT)
    plain = without_head(base)(TEXT)
    assert spoken(with_pronouns)
    assert not spoken(plain)
    assert with_pronouns.stances == plain.stances
    judged = [[(actor.name, actor.stance, actor.score) for actor in one.actors or ()] for one in (with_pronouns, plain)]
    assert judged[0] == judged[1]


def test_given_actors_keep_their_mentions(tiny_pipeline: Pipeline) -> None:
    given = [Actor("t", "Ann Li", "person", mentions=(Span(0, 6),))]
    (document,) = lenient(tiny_pipeline).predict([Document("a", TEXT)], given=[given])
    assert [actor.mentions for actor in document.actors or ()] == [(Span(0, 6),)]


def test_resolved_pronouns_are_drawn_like_other_mentions(tiny_pipeline: Pipeline) -> None:
    document = lenient(tiny_pipeline)(TEXT)
    drawn = "".join(segment.text for segment in segments(document))
    assert drawn == TEXT
    marked = {Span(one.start, one.end) for one in segments(document) if one.mentions}
    assert set(spoken(document)) <= marked


def test_every_mention_and_pronoun_leaves_a_vector_whatever_the_windows(tiny_checkpoint: Checkpoint) -> None:
    given = [TypedMention(Span(0, 6), "person"), TypedMention(Span(37, 49), "person")]
    sentences = sentence_spans(TEXT)
    encoded = encode_text(tiny_checkpoint.tokenizer, TEXT, sentences=sentences)
    assert len(encoded.windows) > 1
    (scores,) = score_documents(tiny_checkpoint, [ScoringTask(TEXT, encoded, given)])
    assert set(scores.vectors) == {*(mention.span for mention in given), *find_pronouns(TEXT)}
    assert {vector.shape for vector in scores.vectors.values()} == {(RANK,)}


def test_shares_are_the_same_in_one_piece_and_in_many(
    tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = tiny_checkpoint.network.coreference
    assert head is not None
    found = candidates(TEXT, [(Span(0, 6), "person")], pronouns=find_pronouns(TEXT), sentences=[Span(0, len(TEXT))])
    vectors = np.random.default_rng(2).standard_normal((len(found), RANK)).astype(np.float32)
    whole = antecedent_shares(head, vectors, found=found)
    assert np.allclose(whole.sum(axis=1), 1)
    assert whole[0].tolist() == [1.0] + [0.0] * (whole.shape[1] - 1), "nothing stands before the first"
    monkeypatch.setattr(coreference, "PAIRS_AT_ONCE", 3)
    assert np.allclose(antecedent_shares(head, vectors, found=found), whole, atol=1e-6)


def test_without_a_head_or_actors_nothing_is_joined(tiny_checkpoint: Checkpoint) -> None:
    actors = [LinkedActor("Ann Li", "person", None, [0])]
    scores = DocumentScores({}, mentions=[TypedMention(Span(0, 6), "person")])
    document = Document("a", TEXT, sentences=(Span(0, len(TEXT)),))
    assert resolve(document, scores, actors=actors, head=None, thresholds={}) == actors
    head = tiny_checkpoint.network.coreference
    assert resolve(document, scores, actors=[], head=head, thresholds={}) == []


def test_a_pronoun_far_behind_its_windows_finds_the_actor_before_them(tiny_checkpoint: Checkpoint) -> None:
    head = tiny_checkpoint.network.coreference
    assert head is not None
    text = "Ann Li spoke. " + "It rained and rained all day. " * 30 + "Then she left."
    document = Document("a", text, sentences=tuple(Span(*span) for span in sentence_spans(text)))
    she = text.index("she")
    vectors = {span: np.zeros(RANK, np.float32) for span in (Span(0, 6), Span(she, she + 3))}
    scores = DocumentScores({}, mentions=[TypedMention(Span(0, 6), "person")], vectors=vectors)
    actors = [LinkedActor("Ann Li", "person", None, [0])]
    with torch.no_grad():
        (actor,) = resolve(document, scores, actors=actors, head=head, thresholds={"coreference-pronoun": 0.0})
    assert actor.pronouns == [Span(she, she + 3)]

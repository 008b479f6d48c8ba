"""The one path from text to opinions, for users, training and evaluation alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stance.actors.aliases import AliasTable, KnownActor, load_aliases
from stance.actors.linking import LinkedActor, TypedMention, link_mentions
from stance.actors.matching import AliasFinder, alias_finder, find_aliases, nested, settle
from stance.actors.own import OwnActor, lay_over
from stance.actors.own_files import read_actors
from stance.document import Actor, Attribution, Document, ModelStamp, Span
from stance.errors import ConfigError, InputError, Problem
from stance.labels import ATTRIBUTION_PARTS
from stance.model.checkpoint import Checkpoint, find_checkpoint, load_checkpoint
from stance.model.encoding import EncodedText, encode_text, sentence_begins
from stance.model.heads import STANCE_VIEWS
from stance.predict.arguments import ArgumentView, editorial_arguments, with_scheme_arguments
from stance.predict.attributing import attribution_layer
from stance.predict.coreference import as_actor, resolve
from stance.predict.cues import constructions, raised
from stance.predict.decode import (
    SWITCH_COST,
    best_spans,
    bounded,
    characters,
    joined,
    voice_tiles,
    word_starts,
)
from stance.predict.document_stance import Aggregation, document_stance, from_parameters
from stance.predict.given import actor_problems, as_linked, given_mentions, mention_problems, unreadable
from stance.predict.opinions import (
    EVIDENCE_LABELS,
    STANCE_THRESHOLDS,
    OpinionView,
    attributions_by_sentence,
    author_rows,
    evidence_by_sentence,
    gate_quoted,
    opinions,
    with_source_actors,
)
from stance.predict.scoring import DocumentScores, ScoringTask, score_documents
from stance.text.sentences import sentence_spans

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A checkpoint with the alias table: call it with a text, or stream documents through `pipe`.

    `finder` finds the actors of a user's file by their names, whatever the model sees; with `only` there are no others.
    """

    checkpoint: Checkpoint
    table: AliasTable
    stamp: ModelStamp
    finder: AliasFinder | None = None
    only: bool = False

    def __call__(self, text: str) -> Document:
        """Return the text as a document with all layers."""
        return self.predict([Document("text", text)])[0]

    def pipe(self, documents: Iterable[Document], *, batch: int = 8) -> Iterator[Document]:
        """Yield documents with all layers, in order, reading `batch` of them at a time."""
        stream = iter(documents)
        while chunk := list(islice(stream, batch)):
            yield from self.predict(chunk)

    def predict(
        self, documents: Sequence[Document], *, given: Sequence[Sequence[Actor]] | None = None
    ) -> list[Document]:
        """Return documents with all layers; those that they had are replaced, but for sentences, which are put in order.

        Arguments are None where the checkpoint has no heads for them.

        Args:
            given: the actors of each document; with them, no others are looked for, not even those of a user's file, and
                theirs keep ids, names and mentions.

        Raises:
            InputError: actors of a document share an id, or a given mention is no part of the text.
        """
        known = [None] * len(documents) if given is None else list(given)
        problems = [
            problem
            for document, actors in zip(documents, known, strict=True)
            for problem in actor_problems(document, actors or ())
        ]
        if problems:
            raise InputError(problems)
        ready = [replace(document, sentences=_sentences(document), arguments=None) for document in documents]
        tasks = [
            self._task(document, None if actors is None else given_mentions(actors))
            for document, actors in zip(ready, known, strict=True)
        ]
        scored = zip(ready, tasks, score_documents(self.checkpoint, tasks), known, strict=True)
        return [
            self._assemble(document, task.encoded, scores=scores, given=actors)
            for document, task, scores, actors in scored
        ]

    def argument_units(
        self, documents: Sequence[Document], *, scheme: str, given: Sequence[Sequence[Span]] | None = None
    ) -> list[Document]:
        """Return the documents with `arguments` alone, by the rules of one scheme of `labels.UNIT_SCHEMES`.

        `webis` has units by their kind of evidence, without relations; `aae2` and `cmv` have components, and relations that
        make a forest. Sentences that the documents have are kept; all other layers are taken out.

        Args:
            given: the units of each document; with them no others are looked for, and theirs keep place and order.

        Raises:
            ConfigError: there is no such scheme, or the checkpoint has no head for it.
            InputError: a given unit is no part of its text, or holds nothing that the model can read.
        """
        ready = [
            Document(document.id, document.text, document.meta, sentences=_sentences(document))
            for document in documents
        ]
        return with_scheme_arguments(self.checkpoint, ready, scheme=scheme, given=given)

    def actors_of(
        self, documents: Sequence[Document], *, mentions: Sequence[Sequence[TypedMention]] | None = None
    ) -> list[tuple[Actor, ...]]:
        """Return every actor of each document with all of its mentions, in the order of the first; without stances.

        `predict` lists those alone that matter for opinions; here are those too that are mentioned once.

        Args:
            mentions: those of each document, in the order of its text, to be linked; with them, no others are looked for.
        """
        ready = [replace(document, sentences=_sentences(document)) for document in documents]
        given = [None] * len(documents) if mentions is None else list(mentions)
        tasks = [self._task(document, found) for document, found in zip(ready, given, strict=True)]
        scored = zip(ready, score_documents(self.checkpoint, tasks), strict=True)
        return [self._linked_actors(document, scores) for document, scores in scored]

    def stance_toward(self, text: str, mentions: Sequence[tuple[int, int]]) -> Floats:
        """Return (M, 3) probabilities by `labels.POLARITIES` of the stance toward given mentions, whoever holds it.

        This is the plain target-dependent task of NewsMTSC (Hamborg and Donnay 2021).

        Raises:
            InputError: a mention is no part of the text, or the text has nothing that the model can read.
        """
        return self.stances_toward([(text, mentions)])[0]

    def stances_toward(self, items: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> list[Floats]:
        """Return what `stance_toward` returns for each of many texts, faster than one by one.

        Raises:
            InputError: naming every mention that is no part of its text, and texts with nothing that the model can read.
        """
        problems = [
            problem
            for place, (text, mentions) in enumerate(items)
            for problem in mention_problems(text, mentions, place=f"text {place}")
        ]
        if problems:
            raise InputError(problems)
        tasks = []
        for text, mentions in items:
            encoded = encode_text(self.checkpoint.tokenizer, text, sentences=sentence_spans(text))
            spans = sorted({Span(*span) for span in mentions})
            tasks.append(ScoringTask(text, encoded, [TypedMention(span, "person") for span in spans]))
        unread = [unreadable(place) for place, task in enumerate(tasks) if task.given and not len(task.encoded.ids)]
        if unread:
            raise InputError(unread)
        results, view = [], STANCE_VIEWS.index("anyone")
        for (_, mentions), scores in zip(items, score_documents(self.checkpoint, tasks), strict=True):
            by_span = {mention.span: row for mention, row in zip(scores.mentions, scores.stances, strict=True)}
            results.append(np.array([by_span[Span(*span)][view] for span in mentions], dtype=float).reshape(-1, 3))
        return results

    def _assemble(
        self, document: Document, encoded: EncodedText, *, scores: DocumentScores, given: Sequence[Actor] | None
    ) -> Document:
        """Return a document with the layers that its scores say."""
        sentences = document.sentences or ()
        costs = self.checkpoint.info.decoding
        voice = voice_tiles(
            document.text,
            encoded.offsets,
            probabilities=scores.tokens["voice"],
            sentences=sentences,
            switch_cost=costs.get("voice", SWITCH_COST),
        )
        arguments = editorial_arguments(ArgumentView(self.checkpoint, document.text, encoded, scores))
        attributions, evidence = _token_layers(document.text, encoded, sentences=sentences, scores=scores, costs=costs)
        owner: dict[int, str | None] = {}
        if given is None:
            scores = self._settled(document.text, scores)
            actors = self._linked(document, scores)
            if self.only:
                owner = dict.fromkeys(range(len(scores.mentions)))  # whoever else speaks has no id
                actors = [actor for actor in actors if self._is_own(actor)]
            linked = _named(actors)
        else:
            linked = as_linked(given, scores.mentions)
        owner |= {place: key for key, actor in reversed(linked.items()) for place in actor.mentions}
        if given is None:
            for place in nested(scores.mentions):
                owner.pop(place, None)
        pronouns = {span: key for key, actor in linked.items() for span in actor.pronouns}
        attributions = with_source_actors(
            attributions, text=document.text, mentions=scores.mentions, owner=owner, pronouns=pronouns
        )
        view = OpinionView(
            text=document.text,
            sentences=sentences,
            mentions=scores.mentions,
            scores=gate_quoted(scores.stances, [item.span for item in scores.mentions], attributions=attributions),
            later=_gated_later(scores.later, sentences, attributions=attributions),
            attributions=attributions_by_sentence(attributions, sentences),
            evidence=evidence_by_sentence(evidence, sentences),
            thresholds=self.checkpoint.info.thresholds or STANCE_THRESHOLDS,
        )
        stances = tuple(stance for key, actor in linked.items() for stance in opinions(view, actor, key=key))
        named = {stance.actor for stance in stances} | {item.actor for item in attributions if item.actor is not None}
        aggregation = from_parameters(self.checkpoint.info.aggregation)
        named |= {key for key, actor in linked.items() if self._is_own(actor)}
        unsummed = _found_actors(linked, view=view, named=named) if given is None else given
        return replace(
            document,
            voice=voice,
            attributions=attributions,
            actors=tuple(
                _summed(actor, view=view, linked=linked[actor.id], aggregation=aggregation) for actor in unsummed
            ),
            stances=stances,
            arguments=arguments,
            model=self.stamp,
        )

    def _task(self, document: Document, given: Sequence[TypedMention] | None) -> ScoringTask:
        encoded = encode_text(self.checkpoint.tokenizer, document.text, sentences=document.sentences or ())
        known = () if self.finder is None else find_aliases(document.text, self.finder)
        return ScoringTask(document.text, encoded, given, known)

    def _linked_actors(self, document: Document, scores: DocumentScores) -> tuple[Actor, ...]:
        scores = self._settled(document.text, scores)
        linked = _named(self._linked(document, scores))
        return tuple(
            as_actor(key, actor, mentions=scores.mentions)
            for key, actor in linked.items()
            if not self.only or self._is_own(actor)
        )

    def _linked(self, document: Document, scores: DocumentScores) -> list[LinkedActor]:
        """Return every actor of a document, however rarely it is mentioned, with all that means it."""
        return resolve(
            document,
            scores,
            actors=link_mentions(document.text, scores.mentions, table=self.table),
            head=self.checkpoint.network.coreference,
            thresholds=self.checkpoint.info.decoding,
        )

    def _settled(self, text: str, scores: DocumentScores) -> DocumentScores:
        """Return scores of the mentions that stay when aliases and the model found the same words."""
        if self.finder is None:
            return scores
        kept = settle(text, scores.mentions, table=self.table)
        return replace(
            scores,
            mentions=[mention for _, mention in kept],
            stances=[scores.stances[place] for place, _ in kept],
            later=[scores.later[place] for place, _ in kept],
        )

    def _is_own(self, actor: LinkedActor) -> bool:
        """Return whether an actor is one of a user's file."""
        return self.finder is not None and KnownActor(actor.name, actor.type, actor.link) in self.finder.own


def _summed(actor: Actor, *, view: OpinionView, linked: LinkedActor, aggregation: Aggregation) -> Actor:
    """Return an actor with the author's stance toward it; without a scored mention there is none."""
    rows, count = author_rows(view, linked)
    if not count:
        return replace(actor, stance=None, score=None, interval=None)
    summary = document_stance(rows, aggregation=aggregation)
    return replace(actor, stance=summary.label, score=summary.score, interval=summary.interval)


def load_pipeline(
    model: str | Path | None = None,
    *,
    actors: str | Path | Sequence[OwnActor] | None = None,
    only_actors: bool = False,
) -> Pipeline:
    """Return the pipeline of a checkpoint: a shipped name, a folder or a hub id; the default when None.

    Args:
        actors: a file of one's own actors (`own_files.read_actors`), or these; they win over the shipped table.
        only_actors: there are no actors but these.

    Raises:
        CheckpointError: no such checkpoint, or a file of it is missing or corrupt.
        ConfigError: `only_actors` without actors.
        DataError: the file of actors is missing, or wrong.
    """
    if only_actors and actors is None:
        cure = "name a file of actors, or leave it out"
        raise ConfigError(Problem("only_actors", "there are no actors", wish="`actors` beside it", cure=cure))
    own = read_actors(Path(actors)) if isinstance(actors, str | Path) else actors
    checkpoint = load_checkpoint(find_checkpoint(model))
    info = checkpoint.info
    stamp = ModelStamp(info.name, info.version, info.weights_sha256)
    if own is None:
        return Pipeline(checkpoint, load_aliases(), stamp)
    made = lay_over(load_aliases(), own)
    return Pipeline(checkpoint, made.table, stamp, finder=alias_finder(made), only=only_actors)


def _sentences(document: Document) -> tuple[Span, ...]:
    """Return a document's own sentences in order, or those of its text where it has none."""
    return tuple(sorted(set(document.sentences or ()))) or tuple(Span(*span) for span in sentence_spans(document.text))


def _token_layers(
    text: str,
    encoded: EncodedText,
    *,
    sentences: Sequence[Span],
    scores: DocumentScores,
    costs: Mapping[str, float],
) -> tuple[tuple[Attribution, ...], list[tuple[Span, str]]]:
    """Return attributions, still without actors, and evidence as (place, label)."""
    starts = word_starts(text, encoded.offsets)
    spans = {}
    marked = list(constructions(text, sentences))
    places = {
        "source": [one.source for one in marked if one.source],
        "cue": [one.cue for one in marked if one.cue],
        "content": [span for one in marked for span in one.content],
    }
    for name in (*ATTRIBUTION_PARTS, "evidence"):
        values = raised(scores.tokens[name], encoded.offsets, spans=places.get(name, ()))
        bound = bounded(name, values, begins=sentence_begins(encoded))
        spans[name] = best_spans(bound, starts, open_cost=costs.get(name, 0.0))
    spans["evidence"] = joined(
        spans["evidence"]
    )  # "has | broken every promise": two that touch are one piece of evidence
    parts = {name: spans[name] for name in ATTRIBUTION_PARTS}
    attributions = attribution_layer(text, encoded.offsets, parts=parts, pointers=scores.pointers, marked=marked)
    return attributions, [(characters(span, encoded.offsets), EVIDENCE_LABELS[span.name]) for span in spans["evidence"]]


def _gated_later(
    later: Sequence[Mapping[int, NDArray[np.float32]]],
    sentences: Sequence[Span],
    *,
    attributions: Sequence[Attribution],
) -> list[dict[int, NDArray[np.float32]]]:
    """Return the scores of later sentences, by mention and sentence, without the author's in quoted ones."""
    return [
        dict(
            zip(
                rows,
                gate_quoted(list(rows.values()), [sentences[at] for at in rows], attributions=attributions),
                strict=True,
            )
        )
        for rows in later
    ]


def _named(actors: Sequence[LinkedActor]) -> dict[str, LinkedActor]:
    return {f"a{place}": actor for place, actor in enumerate(actors)}


def _found_actors(linked: dict[str, LinkedActor], *, view: OpinionView, named: set[str]) -> Iterator[Actor]:
    """Yield the actors that matter: mentioned in two sentences or more, or `named` in an opinion or as a source."""
    for key, actor in linked.items():
        if key in named or author_rows(view, actor)[1] > 1:
            yield as_actor(key, actor, mentions=view.mentions)

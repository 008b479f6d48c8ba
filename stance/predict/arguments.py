"""Scores to argument layers: the units and relations of one scheme, and those of an op-ed, in which the schemes meet.

Editorials are annotated by kind of evidence, essays and threads by the part that a unit has in the argument. An op-ed gets
the units of the editorials' scheme; what that calls an assumption is told by the others to be claim or premise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stance.document import Arguments, Document, Relation, Span, Unit
from stance.errors import ConfigError, InputError, Problem, nearest
from stance.labels import COMPONENT_TYPES, UNIT_SCHEMES, UNIT_TYPES
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import EncodedText, encode_text, sentence_begins
from stance.model.heads import RELATION_SCHEMES
from stance.predict.decode import ScoredSpan, best_spans, bounded, characters, word_starts
from stance.predict.relations import UnitParents, mean_parents, paragraphs, relation_forest, unit_parents
from stance.predict.scoring import DocumentScores, ScoringTask, score_documents

MAJOR_CLAIM_THRESHOLD = 0.5
"""How probable the likeliest major claim of an op-ed must be, among the components that it may be."""

REACH = 2
"""How many windows away a unit may support or attack another."""


@dataclass(frozen=True, slots=True)
class ArgumentView:
    """A text with the scores that a checkpoint gives it."""

    checkpoint: Checkpoint
    text: str
    encoded: EncodedText
    scores: DocumentScores

    def cost(self, name: str) -> float:
        """Return what decoding by a head costs, in nats."""
        return self.checkpoint.info.decoding.get(name, 0.0)

    def spans(self, scheme: str) -> list[ScoredSpan]:
        """Return the units of a scheme as token spans, within sentences."""
        head = f"unit-{scheme}"
        tags = bounded(head, self.scores.tokens[head], begins=sentence_begins(self.encoded))
        starts = word_starts(self.text, self.encoded.offsets)
        return best_spans(tags, starts, open_cost=self.cost(head))

    def parents(self, units: Sequence[tuple[int, int]], *, scheme: str) -> list[UnitParents]:
        """Return what may be the parent of each unit (token ranges, in order), by the rules of a scheme."""
        features, head = self.scores.features, self.checkpoint.network.relation
        if features is None or head is None:
            return []
        places = paragraphs(self.text, [int(self.encoded.offsets[first, 0]) for first, _ in units])
        reach = REACH * self.checkpoint.info.window_tokens
        return unit_parents(head, features, units=units, within=places, scheme=scheme, reach=reach)


def with_scheme_arguments(
    checkpoint: Checkpoint,
    documents: Sequence[Document],
    *,
    scheme: str,
    given: Sequence[Sequence[Span]] | None = None,
) -> list[Document]:
    """Return documents, which have sentences, with the units and relations of one scheme; see `Pipeline.argument_units`.

    Raises:
        ConfigError: there is no such scheme, or the checkpoint has no head for it.
        InputError: a given unit is no part of its text, or holds nothing that the model can read.
    """
    if scheme not in UNIT_SCHEMES:
        cure = f"name another{nearest(scheme, UNIT_SCHEMES)}"
        raise ConfigError(Problem("scheme", repr(scheme), wish=f"one of {', '.join(UNIT_SCHEMES)}", cure=cure))
    if f"unit-{scheme}" not in checkpoint.network.tokens:
        wish = f"a model with the head unit-{scheme}"
        cure = "name another model, or train one with a corpus that has such units, as configs/joint.yaml does"
        raise ConfigError(Problem(f"model {checkpoint.info.name}", "it has none", wish=wish, cure=cure))
    tasks = [
        ScoringTask(text, encode_text(checkpoint.tokenizer, text, sentences=sentences), given=())
        for text, sentences in ((document.text, document.sentences or ()) for document in documents)
    ]
    known = [None] * len(tasks) if given is None else list(given)
    problems = [
        problem
        for document, task, spans in zip(documents, tasks, known, strict=True)
        for problem in _unit_problems(document, task.encoded, given=spans or ())
    ]
    if problems:
        raise InputError(problems)
    found = []
    for document, task, scores, spans in zip(documents, tasks, score_documents(checkpoint, tasks), known, strict=True):
        view = ArgumentView(checkpoint, task.text, task.encoded, scores)
        arguments = scheme_arguments(view, scheme) if spans is None else given_arguments(view, spans, scheme=scheme)
        found.append(replace(document, arguments=arguments))
    return found


def scheme_arguments(view: ArgumentView, scheme: str) -> Arguments:
    """Return the units of one scheme, and relations where its corpus has them."""
    spans = view.spans(scheme)
    units = tuple(
        Unit(*characters(span, view.encoded.offsets), UNIT_SCHEMES[scheme][span.name], span.score) for span in spans
    )
    if scheme not in RELATION_SCHEMES:
        return Arguments(units)
    parents = view.parents([(span.first, span.end) for span in spans], scheme=scheme)
    return Arguments(units, relation_forest(parents, cost=view.cost(f"relation-{scheme}")))


def given_arguments(view: ArgumentView, given: Sequence[Span], *, scheme: str) -> Arguments:
    """Return the given units, in their order, each of the type that its tokens make likeliest, and relations between them.

    A unit's score is how probable its type is, given that it is a unit.
    """
    order = sorted(range(len(given)), key=lambda place: given[place])
    ranges = [view.encoded.tokens(*given[place]) for place in order]
    chances = _type_chances([view.scores.tokens[f"unit-{scheme}"]], ranges)  # (U, K), in the order of the text
    units: dict[int, Unit] = {}
    for place, row in zip(order, chances, strict=True):
        units[place] = Unit(*given[place], UNIT_SCHEMES[scheme][int(row.argmax())], float(row.max()))
    relations: list[Relation] = []
    if scheme in RELATION_SCHEMES:
        forest = relation_forest(view.parents(ranges, scheme=scheme), cost=view.cost(f"relation-{scheme}"))
        relations = [replace(edge, source=order[edge.source], target=order[edge.target]) for edge in forest]
    relations.sort(key=lambda edge: edge.source)
    return Arguments(tuple(units[place] for place in range(len(given))), tuple(relations))


def marks_arguments(checkpoint: Checkpoint) -> bool:
    """Return whether a checkpoint has the heads that give an op-ed its argument layer."""
    return {"relation", *(f"unit-{scheme}" for scheme in UNIT_SCHEMES)} <= set(checkpoint.network.heads)


def editorial_arguments(view: ArgumentView, *, threshold: float = MAJOR_CLAIM_THRESHOLD) -> Arguments | None:
    """Return the argument of an op-ed; None where the checkpoint lacks one of the heads.

    Units that `labels.UNIT_TYPES` calls evidence keep their kind, those that do not argue are left out, and an assumption is
    a claim or a premise, by the mean of what the component heads say of its tokens. One of them may be the major claim: the
    likeliest, if it is likelier than the threshold. Relations are a forest over the mean of the schemes'.
    """
    if not marks_arguments(view.checkpoint):
        return None
    kept = [span for span in view.spans("webis") if UNIT_TYPES[span.name] != "other"]
    roles = _roles(view.scores.tokens, kept)
    assumed = [place for place, span in enumerate(kept) if UNIT_TYPES[span.name] == "assumption"]
    major = COMPONENT_TYPES.index("major-claim")
    best = max(assumed, key=lambda place: roles[place, major], default=None)
    units = []
    for place, span in enumerate(kept):
        label, score = UNIT_TYPES[span.name], span.score
        if place in assumed:
            role = major if place == best and roles[place, major] > threshold else _lesser(roles[place])
            label, score = COMPONENT_TYPES[role], score * float(roles[place, role])
        units.append(Unit(*characters(span, view.encoded.offsets), label, score))
    tokens = [(span.first, span.end) for span in kept]
    parents = mean_parents([view.parents(tokens, scheme=scheme) for scheme in RELATION_SCHEMES])
    costs = [view.cost(f"relation-{scheme}") for scheme in RELATION_SCHEMES]
    return Arguments(tuple(units), relation_forest(parents, cost=sum(costs) / len(costs)))


def _roles(tokens: Mapping[str, NDArray[np.float32]], spans: Sequence[ScoredSpan]) -> NDArray[np.float64]:
    """Return (U, 3) probabilities by `COMPONENT_TYPES` of each span, given that it is one: the mean over tokens and heads."""
    heads = [tokens[f"unit-{scheme}"] for scheme in RELATION_SCHEMES]
    return _type_chances(heads, [(span.first, span.end) for span in spans])


def _type_chances(heads: Sequence[NDArray[np.float32]], ranges: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Return (U, K) probabilities of the types of token ranges, given that they are units: the mean over tokens and heads.

    Args:
        heads: (T, 1 + 2K) each, probabilities of the tags of `bio_tags`.
    """
    found = np.zeros((len(ranges), heads[0].shape[1] // 2))
    for place, (first, end) in enumerate(ranges):
        mass = sum(head[first:end].mean(axis=0, dtype=np.float64) for head in heads)
        by_type = np.asarray(mass)[1:].reshape(-1, 2).sum(axis=1)  # (K,): B and I together
        found[place] = by_type / max(float(by_type.sum()), 1e-9)
    return found


def _unit_problems(document: Document, encoded: EncodedText, *, given: Sequence[Span]) -> Iterator[Problem]:
    for number, (start, end) in enumerate(given):
        place = f"{document.id}, unit {number}"
        if not 0 <= start < end <= len(document.text):
            wish = f"(start, end) with 0 <= start < end <= {len(document.text)}, in characters of the text"
            yield Problem(place, f"({start}, {end})", wish=wish, cure="correct the unit")
        else:
            first, last = encoded.tokens(start, end)
            if first >= last:
                yield Problem(place, "nothing that the model can read", wish="words", cure="take the unit out")


def _lesser(role: NDArray[np.float64]) -> int:
    """Return claim or premise: a major claim is a claim where it may not be the major one."""
    major, claim, premise = (COMPONENT_TYPES.index(name) for name in ("major-claim", "claim", "premise"))
    return claim if role[major] + role[claim] >= role[premise] else premise

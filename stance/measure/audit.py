"""How much a model leans on names: its scores when it sees a name alone, and how far a stance moves when a name is replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from stance.actors.aliases import AliasTable, load_aliases
from stance.actors.stand_ins import StandIn, load_stand_ins
from stance.corpora import gold, newsmtsc
from stance.document import Actor, Document, Span
from stance.errors import ConfigError, Problem, nearest
from stance.labels import ACTOR_TYPES, DOCUMENT_STANCES, POLARITIES
from stance.measure.classes import ClassReport, majority_floor, report
from stance.measure.edits import edited, moved
from stance.measure.persons import Plan, person_name, plan_person
from stance.measure.prediction import predict_with_actors
from stance.measure.renaming import known_forms, plan_known, renaming
from stance.measure.target_benchmark import MAJORITY, MODEL, NAME_ALONE, gold_polarities, toward_names
from stance.text.sentences import sentence_spans

SENTENCES, OP_EDS = "NewsMTSC sentences", "op-eds, author"

CORPORA: Final = (newsmtsc.CORPUS, gold.CORPUS)
"""Whose test sets are audited."""


class AuditedModel(Protocol):
    """What a `Pipeline` is here: the stance toward mentions, and whole documents with given actors."""

    def stances_toward(
        self, items: Sequence[tuple[str, Sequence[tuple[int, int]]]]
    ) -> Sequence[NDArray[np.float64]]: ...

    def predict(
        self, documents: Sequence[Document], *, given: Sequence[Sequence[Actor]] | None = None
    ) -> list[Document]: ...


def find_corpora(names: Sequence[str]) -> tuple[str, ...]:
    """Return the corpora of these names; all where none is named.

    Raises:
        ConfigError: naming every name that is no audited corpus's.
    """
    problems = [
        Problem(
            "stance audit",
            f"there is no test of {name!r}{nearest(name, CORPORA)}",
            wish=f"one of {', '.join(CORPORA)}",
            cure="name one of these, or none to use all",
        )
        for name in names
        if name not in CORPORA
    ]
    if problems:
        raise ConfigError(problems)
    return tuple(name for name in CORPORA if name in (names or CORPORA))


@dataclass(frozen=True, slots=True)
class Size:
    """How much is sampled: targets in sentences and names for each, actors of op-eds and names for each."""

    targets: int = 200
    target_names: int = 12
    actors: int = 60
    actor_names: int = 6


FOR_CARDS: Final = Size(targets=100, target_names=6, actors=24, actor_names=4)
"""Small enough to be part of every training."""


@dataclass(frozen=True, slots=True)
class Swap:
    """One actor renamed in one text: the score P(favor) - P(against) and the label, before and after.

    `target` names the actor and its text; `label` is None where the model withholds the author's stance.
    """

    test: str
    type: str
    target: str
    stand_in: StandIn
    scores: tuple[float, float]
    labels: tuple[str | None, str | None]

    @property
    def shift(self) -> float:
        """How far the score moved toward favor, from -2 to 2."""
        return self.scores[1] - self.scores[0]


@dataclass(frozen=True, slots=True)
class Audit:
    """All swaps; `floors` by (test, system); `skipped` actors by (test, type, reason); `kept` old names that stayed, by test."""

    swaps: tuple[Swap, ...] = ()
    floors: Mapping[tuple[str, str], ClassReport] = field(default_factory=dict)
    skipped: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Subject:
    """An actor of a text that can be renamed, and its number; `document` has the sentences that the model is to see."""

    number: int
    document: Document
    actor: Actor
    plan: Plan

    @property
    def key(self) -> str:
        return f"{self.number}: {self.actor.name} in {self.document.id}"


def audit(model: AuditedModel, folder: Path, *, corpora: Sequence[str], size: Size = Size(), seed: int = 0) -> Audit:
    """Return what replacing and isolating names does, on the test sets of NewsMTSC and of the hand-annotated op-eds.

    Nothing is judged against gold in the swaps: a model that reads the text alone does not move, right or wrong.

    Args:
        folder: the data root.
        corpora: of `newsmtsc` and `gold`, those to use.
        seed: same seed, same targets and names.

    Raises:
        DataError: a corpus is missing or broken.
    """
    parts = []
    if newsmtsc.CORPUS in corpora:
        documents = [one for split in ("test-rw", "test-mt") for one in newsmtsc.read(folder, split=split)]
        parts.append(audit_sentences(model, documents, targets=size.targets, names=size.target_names, seed=seed))
    if gold.CORPUS in corpora:
        documents = list(gold.read(folder, split="test"))
        parts.append(audit_op_eds(model, documents, actors=size.actors, names=size.actor_names, seed=seed))
    return Audit(
        tuple(swap for part in parts for swap in part.swaps),
        {key: value for part in parts for key, value in part.floors.items()},
        {key: value for part in parts for key, value in part.skipped.items()},
        {key: value for part in parts for key, value in part.kept.items()},
    )


def audit_sentences(
    model: AuditedModel, documents: Sequence[Document], *, targets: int, names: int, seed: int = 0
) -> Audit:
    """Return the audit of stance toward a mention, whoever holds it, on sentences whose actors have one mention each."""
    rng = np.random.default_rng(seed)
    subjects, skipped = _subjects(documents, test=SENTENCES)
    chosen = _sample(subjects, targets, rng=rng)
    drawn = [(subject, stand_in) for subject in chosen for stand_in in _drawn(subject, names, rng=rng)]
    items = [(one.document.text, [one.actor.mentions[0]]) for one in chosen]
    for subject, stand_in in drawn:
        document, actor = renamed(subject.document, subject.actor, plan=subject.plan, stand_in=stand_in)
        items.append((document.text, [actor.mentions[0]]))
    rows = [result[0] for result in model.stances_toward(items)]
    said = [(float(row[2] - row[0]), POLARITIES[int(row.argmax())]) for row in rows]
    before = dict(zip((one.key for one in chosen), said, strict=False))
    swaps = [
        _swap(SENTENCES, subject, stand_in=stand_in, said=(before[subject.key], after))
        for (subject, stand_in), after in zip(drawn, said[len(chosen) :], strict=True)
    ]
    wanted = gold_polarities(documents)
    floors = {
        (SENTENCES, NAME_ALONE): report(wanted, toward_names(model, documents), labels=POLARITIES),
        (SENTENCES, MAJORITY): majority_floor(wanted, labels=POLARITIES),
    }
    return Audit(tuple(swaps), floors, skipped, {SENTENCES: sum(one.plan.kept for one in chosen)})


def audit_op_eds(
    model: AuditedModel, documents: Sequence[Document], *, actors: int, names: int, seed: int = 0
) -> Audit:
    """Return the audit of the author's stance over a whole piece, on documents with gold's actors; as many of each type."""
    rng = np.random.default_rng(seed)
    seen = [replace(one, sentences=tuple(Span(*span) for span in sentence_spans(one.text))) for one in documents]
    subjects, skipped = _subjects(seen, test=OP_EDS)
    chosen: list[_Subject] = []
    for place, kind in enumerate(ACTOR_TYPES):
        share = (actors - len(chosen)) // (len(ACTOR_TYPES) - place)
        chosen += _sample([one for one in subjects if one.actor.type == kind], share, rng=rng)
    drawn = [(subject, stand_in) for subject in chosen for stand_in in _drawn(subject, names, rng=rng)]
    read = predict_with_actors(model, documents)
    before = {(document.id, actor.id): _said(actor) for document in read for actor in document.actors or ()}
    pairs = [renamed(one.document, one.actor, plan=one.plan, stand_in=stand_in) for one, stand_in in drawn]
    swaps = [
        _swap(OP_EDS, subject, stand_in=stand_in, said=(before[subject.document.id, subject.actor.id], after))
        for (subject, stand_in), after in zip(drawn, _author_stances(model, pairs), strict=True)
    ]
    kept = {OP_EDS: sum(one.plan.kept for one in chosen)}
    return Audit(tuple(swaps), _author_floors(model, documents, read=read), skipped, kept)


def renamed(document: Document, actor: Actor, *, plan: Plan, stand_in: StandIn) -> tuple[Document, Actor]:
    """Return the document and the actor with another name all over; mentions and sentences move along."""
    seats = [seat for seat, known in load_aliases().metonyms.items() if known.name == stand_in.name]
    edits = renaming(document.text, plan, stand_in=stand_in, seat=seats[0] if seats else "")
    text = edited(document.text, edits)
    sentences = None if document.sentences is None else moved(document.sentences, edits)
    new = Document(document.id, text, document.meta, sentences=sentences)
    return new, replace(actor, name=stand_in.name, mentions=moved(actor.mentions, edits))


def plan_actor(document: Document, actor: Actor, *, table: AliasTable) -> Plan | str:
    """Return what to replace to rename an actor of a document, or the reason why it is left out."""
    if actor.type == "person":
        name = person_name(actor.name, taken=table.aliases)
        return name if isinstance(name, str) else plan_person(document.text, actor.mentions, name=name)
    known = table.aliases.get(actor.name)
    stand_ins = load_stand_ins()
    if known is None or known.type != actor.type:
        return "not in the table of actors"
    if actor.type == "group" and all(one.name != known.name for one in stand_ins if one.type == "group"):
        return "no people or faith"
    articled = {one.name for one in stand_ins if one.article and one.type == "country"}
    forms = known_forms(known, table)
    return plan_known(document.text, actor.mentions, forms=forms, table=table, articled=articled)


def _subjects(documents: Sequence[Document], *, test: str) -> tuple[list[_Subject], dict[tuple[str, str, str], int]]:
    """Return the actors that can be renamed, and how many cannot, by type and reason."""
    table = load_aliases()
    found: list[_Subject] = []
    skipped: Counter[tuple[str, str, str]] = Counter()
    for document in documents:
        for actor in document.actors or ():
            plan = plan_actor(document, actor, table=table)
            if isinstance(plan, str):
                skipped[test, actor.type, plan] += 1
            else:
                found.append(_Subject(len(found), document, actor, plan))
    return found, dict(sorted(skipped.items()))


def _sample(subjects: Sequence[_Subject], count: int, *, rng: np.random.Generator) -> list[_Subject]:
    if not subjects:
        return []
    places = rng.choice(len(subjects), size=min(count, len(subjects)), replace=False)
    return [subjects[place] for place in sorted(places)]


def _drawn(subject: _Subject, count: int, *, rng: np.random.Generator) -> list[StandIn]:
    """Return names for an actor: of its type, article and gender, where the text tells it, and none that the text has."""
    pool = [
        one
        for one in load_stand_ins()
        if one.type == subject.actor.type
        and one.article == subject.plan.article
        and subject.plan.gender in ("", one.gender)
        and not _stands_in(subject.document.text, one)
    ]
    if not pool:
        return []
    places = rng.choice(len(pool), size=min(count, len(pool)), replace=False)
    return [pool[place] for place in sorted(places)]


def _stands_in(text: str, stand_in: StandIn) -> bool:
    """Return whether a text names a stand-in already, by any form of the table or by the family name."""
    if stand_in.type == "person":
        return stand_in.name.split()[-1] in text
    return any(form in text for form, known in load_aliases().aliases.items() if known.name == stand_in.name)


def _swap(test: str, subject: _Subject, *, stand_in: StandIn, said: Sequence[tuple[float, str | None]]) -> Swap:
    (before, label), (after, new_label) = said
    return Swap(test, subject.actor.type, subject.key, stand_in, (before, after), (label, new_label))


def _author_stances(
    model: AuditedModel, pairs: Sequence[tuple[Document, Actor]], *, batch: int = 16
) -> Iterator[tuple[float, str | None]]:
    """Yield score and label of the author's stance toward the one actor of each document."""
    for start in range(0, len(pairs), batch):
        part = pairs[start : start + batch]
        bare = [Document(one.id, one.text, one.meta, sentences=one.sentences) for one, _ in part]
        given = [[Actor(actor.id, actor.name, actor.type, mentions=actor.mentions)] for _, actor in part]
        for document in model.predict(bare, given=given):
            [actor] = document.actors or ()
            yield _said(actor)


def _said(actor: Actor) -> tuple[float, str | None]:
    return (0.0 if actor.score is None else actor.score), actor.stance


def _author_floors(
    model: AuditedModel, documents: Sequence[Document], *, read: Sequence[Document]
) -> dict[tuple[str, str], ClassReport]:
    """Return scores of the author's stance over the piece: from the text, from the name alone, and of the majority."""
    known = [one for one in documents if one.actors]
    wanted = [actor.stance or "" for document in known for actor in document.actors or ()]
    stances = [actor.stance or "withheld" for document in read for actor in document.actors or ()]
    names = [actor for document in known for actor in document.actors or ()]
    alone = [
        (Document(f"{place}", one.name), replace(one, mentions=(Span(0, len(one.name)),)))
        for place, one in enumerate(names)
    ]
    guessed = [label or "withheld" for _, label in _author_stances(model, alone, batch=64)]
    return {
        (OP_EDS, MODEL): report(wanted, stances, labels=DOCUMENT_STANCES),
        (OP_EDS, NAME_ALONE): report(wanted, guessed, labels=DOCUMENT_STANCES),
        (OP_EDS, MAJORITY): majority_floor(wanted, labels=DOCUMENT_STANCES),
    }

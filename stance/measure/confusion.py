"""What is taken for what: counted pairs of gold and predicted label in voice, document stance and types of actors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stance.document import Document
from stance.labels import ACTOR_TYPES, DOCUMENT_STANCES, VOICES
from stance.measure import items
from stance.measure.calibration import judged_actors
from stance.measure.pairing import paired
from stance.measure.spans import UNLABELLED, character_counts
from stance.measure.tallies import ABSTAINED


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of pairs (gold, predicted) of some `unit`: the labels of the rows are gold's, those of the columns predicted."""

    title: str
    unit: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    def share(self, gold: str, predicted: str) -> float:
        """Return the share of gold's label that was predicted as the other, 0 where gold has none."""
        total = sum(self.counts.get((gold, name), 0) for name in self.columns)
        return self.counts.get((gold, predicted), 0) / total if total else 0.0


def confusions(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Confusion]:
    """Return the confusions of the layers that gold has: voice by characters, stances and types of the actors found.

    Raises:
        DataError: the documents do not go together, see `pairing.paired`.
    """
    voices: Counter[tuple[str, str]] = Counter()
    stances: Counter[tuple[str, str]] = Counter()
    types: Counter[tuple[str, str]] = Counter()
    for pair in paired(gold, predicted):
        if pair[0].voice is not None:
            voices += character_counts(pair[0].text, pair[0].voice, predicted=pair[1].voice or ())
        stances.update((stance, actor.stance or ABSTAINED) for stance, actor in judged_actors(pair))
        sides = [{actor.id: actor.type for actor in document.actors or ()} for document in pair]
        aligned = items.align_actors(pair[0].actors or (), pair[1].actors or ())
        types.update((sides[0][id], sides[1][other]) for id, other in aligned.items())
    found = [
        _confusion("Voice", "characters", counts=voices, labels=VOICES, other=UNLABELLED),
        _confusion(
            "Author's stance toward an actor", "actors", counts=stances, labels=DOCUMENT_STANCES, other=ABSTAINED
        ),
        _confusion("Types of actors", "actors", counts=types, labels=ACTOR_TYPES, other=""),
    ]
    return [one for one in found if one.counts]


def _confusion(
    title: str, unit: str, *, counts: Counter[tuple[str, str]], labels: Sequence[str], other: str
) -> Confusion:
    """Return a confusion over the labels that occur, known ones first; `other` stands last, where it occurs."""
    sides = [{pair[side] for pair in counts} for side in (0, 1)]
    known = [label for label in labels if label in sides[0] | sides[1]]
    rows = [label for label in known if label in sides[0]] + sorted(sides[0] - set(known))
    columns = (
        known
        + sorted(sides[1] - set(known) - {other})
        + [label for label in (other,) if label in sides[1] - set(known)]
    )
    return Confusion(title, unit, tuple(rows), tuple(columns), dict(counts))

"""The microtexts, on which nothing is trained: which segment is the central claim, and what supports or attacks what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from stance.corpora import microtexts
from stance.document import Document, Unit
from stance.labels import COMPONENT_TYPES, RELATION_LABELS
from stance.measure import formulas
from stance.measure.argument_floors import first_claims
from stance.measure.argument_prediction import ArgumentPredictor, predict_given_units
from stance.measure.argument_scores import BOUNDS, COLUMNS, Edge, edge_counts, layer, score_row, type_counts
from stance.measure.formulas import Formula
from stance.measure.spans import Counts
from stance.measure.tables import Cell, Table

SYSTEMS: Final[Mapping[str, str]] = {"aae2": "this model, as of essays", "cmv": "this model, as of threads"}
"""What each scheme of components is called in the table; no head has learned the microtexts' own."""

FIRST: Final = "first segment (floor)"

FORMULAS: Final[Mapping[str, Formula]] = {
    "central claim": formulas.f1,
    "claim or premise": formulas.macro_f1,
    "attachment": formulas.f1,
    "relations": formulas.f1,
    "support or attack": formulas.macro_f1,
}

NOTE: Final = (
    "Segments are given; texts whose central claim is never written are left out. Central claim: the share of texts where the "
    "segment taken for the likeliest (major) claim is it. Claim or premise: macro-F1, where a major claim is a claim. Attachment: "
    "F1 of links between segments, relations: of links with their label, support or attack: macro-F1 of these. First segment: it "
    "is the claim, and all others support it."
)


def microtexts_table(model: ArgumentPredictor, folder: Path) -> Table:
    """Return the scores on both parts of the microtexts (Peldszus and Stede 2015, Skeppstedt et al. 2018).

    Args:
        folder: the data root, with `arg-microtexts` and `arg-microtexts-part2` below it.

    Raises:
        DataError: the corpus is missing or broken.
        ConfigError: the model has no head for essays, or none for threads.
    """
    gold = [
        document for document in microtexts.read(folder, split="test") if microtexts.IMPLICIT not in document.meta.more
    ]
    systems = {name: predict_given_units(model, gold, scheme=scheme) for scheme, name in SYSTEMS.items()}
    systems[FIRST] = [
        first_claims(document, places=[0] * len(layer(document).units), label="major-claim") for document in gold
    ]
    rows: list[list[Cell]] = []
    counts = {
        system: [microtext_counts(*pair) for pair in zip(gold, documents, strict=True)]
        for system, documents in systems.items()
    }
    for name, formula in FORMULAS.items():
        rows += [
            score_row(name, system, counts=[one[name] for one in documents], formula=formula)
            for system, documents in counts.items()
        ]
    return Table("Microtexts: arguments of another kind than any trained on", COLUMNS, rows, f"{NOTE} {BOUNDS}")


def microtext_counts(gold: Document, predicted: Document) -> dict[str, dict[str, Counts]]:
    """Return the counts of a text whose units were given, by score and label.

    Where the central claim is said several times, any of its units will do: for claim, source and target.
    """
    units, others = layer(gold).units, layer(predicted).units
    central = [number for number, unit in enumerate(units) if unit.label == "major-claim"]
    likeliest = max(range(len(others)), key=lambda number: claim_rank(others[number]), default=None)
    labels = [
        ("claim" if unit.label == "major-claim" else "premise", "premise" if other.label == "premise" else "claim")
        for unit, other in zip(units, others, strict=True)
    ]
    edges = [_edges(document, central=central) for document in (gold, predicted)]
    pairs = [(number, number) for number in range(len(units))]
    by_label = {
        label: edge_counts(*([edge for edge in side if edge.kind[1] == label] for side in edges), pairs=pairs)
        for label in RELATION_LABELS
    }
    bare = [[edge._replace(kind=("", "")) for edge in side] for side in edges]
    return {
        "central claim": {"": Counts(int(likeliest in central), 1, 1)},
        "claim or premise": type_counts(labels, labels=("claim", "premise")),
        "attachment": {"": edge_counts(*bare, pairs=pairs)},
        "relations": by_label,
        "support or attack": by_label,
    }


def claim_rank(unit: Unit) -> tuple[int, float]:
    """Return how likely a unit is the central claim: by label first, then by its score, a premise the less the surer it is.

    >>> claim_rank(Unit(0, 4, "claim", 0.5)) > claim_rank(Unit(4, 8, "premise", 0.6)) > claim_rank(Unit(4, 8, "premise", 0.9))
    True
    """
    return -COMPONENT_TYPES.index(unit.label), -unit.score if unit.label == "premise" else unit.score


def _edges(document: Document, *, central: Sequence[int]) -> list[Edge]:
    """Return the relations, once each, with the central claim's units taken for one."""

    def one(number: int) -> int:
        return central[0] if number in central else number

    edges = [Edge(one(edge.source), one(edge.target), ("", edge.label)) for edge in layer(document).relations]
    return list(dict.fromkeys(edge for edge in edges if edge.source != edge.target))

"""The test essays of AAE2: components, their types and relations, end to end and with gold's components given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from stance.corpora import aae2
from stance.document import Document
from stance.labels import COMPONENT_TYPES
from stance.measure import formulas
from stance.measure.argument_floors import first_claims, relabelled, sentence_units
from stance.measure.argument_prediction import ArgumentPredictor, predict_arguments, predict_given_units
from stance.measure.argument_scores import (
    BOUNDS,
    COLUMNS,
    Overlap,
    component_counts,
    edge_counts,
    essay_edges,
    layer,
    linked_edges,
    matched_types,
    matched_units,
    score_row,
    type_counts,
)
from stance.measure.spans import Counts
from stance.measure.tables import Cell, Table

SCHEME: Final = "aae2"
OVERLAPS: Final[tuple[Overlap, ...]] = ("100 %", "50 %")

MODEL, SENTENCES, FIRST, MAJORITY = "this model", "sentences (floor)", "first in paragraph (floor)", "majority (floor)"

PUBLISHED: Final = (("components 100 %", 0.71), ("relations 100 %", 0.46))
PUBLISHED_SYSTEM: Final = "LSTM-ER, published, about"

SOURCES: Final = (
    "Published: Eger, Daxenberger and Gurevych, Neural End-to-End Learning for Computational Argumentation Mining, ACL 2017, "
    "https://aclanthology.org/P17-1002, trained and tested on paragraphs one by one."
)

NOTE: Final = (
    "Components and relations are micro-F1, types macro-F1 over major claim, claim and premise. 100 %: the same tokens; "
    "50 %: more than half of the longer one. Relations, as published: one a component, within paragraphs, claims toward "
    "the major claim or the essay, major claims toward the essay. Links: of premises alone. Given: gold's components. "
    "Sentences: each is a component, the first of a paragraph a claim, which the others support; first in paragraph: the same of "
    "gold's components."
)

MARKS: Final = " .?!\"'”’"
"""What ends a sentence of an essay and is no part of a component."""

ScoreCounts = Mapping[str, Mapping[str, Counts]]
"""By the name of the score, and the label."""


def essay_counts(gold: Document, predicted: Document) -> dict[str, dict[str, Counts]]:
    """Return the counts of an essay by score and label, for `essay_scores`."""
    found: dict[str, dict[str, Counts]] = {}
    for overlap in OVERLAPS:
        pairs = matched_units(gold, predicted, overlap=overlap)
        found[f"components {overlap}"] = component_counts(gold, predicted, overlap=overlap, labels=COMPONENT_TYPES)
        edges = (essay_edges(gold), essay_edges(predicted))
        found[f"relations {overlap}"] = {"": edge_counts(*edges, pairs=pairs)}
        links = (linked_edges(gold, sources=["premise"]), linked_edges(predicted, sources=["premise"]))
        found[f"links {overlap}"] = {"": edge_counts(*links, pairs=pairs)}
        found[f"types {overlap}"] = found[f"components {overlap}"]
    found["types where matched"] = type_counts(matched_types(gold, predicted, overlap="50 %"), labels=COMPONENT_TYPES)
    return found


def given_counts(gold: Document, predicted: Document) -> dict[str, dict[str, Counts]]:
    """Return the counts of an essay whose components were given, by score and label."""
    pairs = [(number, number) for number in range(len(layer(gold).units))]
    labels = [(unit.label, other.label) for unit, other in zip(layer(gold).units, layer(predicted).units, strict=True)]
    links = (linked_edges(gold, sources=["premise"]), linked_edges(predicted, sources=["premise"]))
    return {
        "types, given": type_counts(labels, labels=COMPONENT_TYPES),
        "relations, given": {"": edge_counts(essay_edges(gold), essay_edges(predicted), pairs=pairs)},
        "links, given": {"": edge_counts(*links, pairs=pairs)},
    }


def aae2_table(model: ArgumentPredictor, folder: Path) -> Table:
    """Return the scores on the 80 test essays of AAE2 (Stab and Gurevych 2017), with floors and what was published.

    Args:
        folder: the data root, with `aae2-conll` below it.

    Raises:
        DataError: the corpus is missing or broken.
        ConfigError: the model has no head for this scheme.
    """
    gold = list(aae2.read(folder, split="test"))
    free = {
        MODEL: predict_arguments(model, gold, scheme=SCHEME),
        SENTENCES: [first_claims(sentence_units(document, label="premise", marks=MARKS)) for document in gold],
    }
    given = {
        MODEL: predict_given_units(model, gold, scheme=SCHEME),
        FIRST: [first_claims(document) for document in gold],
        MAJORITY: [relabelled(document, label="premise") for document in gold],
    }
    counts: dict[str, list[ScoreCounts]] = {
        system: [essay_counts(*pair) for pair in zip(gold, documents, strict=True)]
        for system, documents in free.items()
    }
    given_by: dict[str, list[ScoreCounts]] = {
        system: [given_counts(*pair) for pair in zip(gold, documents, strict=True)]
        for system, documents in given.items()
    }
    rows = [*_rows(counts, published=dict(PUBLISHED)), *_rows(given_by, published={})]
    return Table(
        "AAE2: claims and premises of essays, and what supports what", COLUMNS, rows, f"{NOTE} {BOUNDS} {SOURCES}"
    )


def _rows(counts: Mapping[str, Sequence[ScoreCounts]], *, published: Mapping[str, float]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for name in next(iter(counts.values()))[0]:
        formula = formulas.macro_f1 if name.startswith("types") else formulas.f1
        for system, documents in counts.items():
            rows.append(score_row(name, system, counts=[one[name] for one in documents], formula=formula))
        if name in published:
            rows.append([name, PUBLISHED_SYSTEM, published[name], None, None, None])
    return rows

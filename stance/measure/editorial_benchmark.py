"""The test op-eds of Webis: argument units by their kind of evidence, end to end and with gold's units given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from stance.corpora import webis
from stance.document import Document
from stance.labels import UNIT_TYPES
from stance.measure import formulas
from stance.measure.argument_floors import relabelled, sentence_units
from stance.measure.argument_prediction import ArgumentPredictor, predict_arguments, predict_given_units
from stance.measure.argument_scores import (
    BOUNDS,
    COLUMNS,
    component_counts,
    layer,
    score_row,
    span_counts,
    type_counts,
)
from stance.measure.formulas import Formula
from stance.measure.spans import Counts
from stance.measure.tables import Cell, Table

SCHEME: Final = "webis"
MODEL, SENTENCES, MAJORITY = "this model", "sentences (floor)", "majority (floor)"

FORMULAS: Final[Mapping[str, Formula]] = {
    "types, given": formulas.macro_f1,
    "accuracy, given": formulas.recall,
    "units 100 %": formulas.f1,
    "units 50 %": formulas.f1,
    "spans 100 %": formulas.f1,
    "spans 50 %": formulas.f1,
}

NOTE: Final = (
    "Types: macro-F1 over the six, with gold's units given; accuracy likewise. Units: micro-F1 of spans with their type, "
    "spans: whatever their type. 100 %: the same tokens; 50 %: more than half of the longer one. Sentences: each is a unit, "
    "of the most frequent type."
)


def webis_table(model: ArgumentPredictor, folder: Path) -> Table:
    """Return the scores on the test op-eds of Webis (Al-Khatib et al. 2016), of all outlets and of each.

    The split is that of `corpora.webis`: a tenth of each outlet's op-eds, those of the hand-annotated test part among them.

    Args:
        folder: the data root, with `webis-editorials-adu` below it.

    Raises:
        DataError: the corpus is missing or broken.
        ConfigError: the model has no head for this scheme.
    """
    gold = list(webis.read(folder, split="test"))
    return _table("Webis: kinds of evidence in op-eds of three outlets", model, gold, by_outlet=True)


def outlet_table(model: ArgumentPredictor, folder: Path, *, outlet: str) -> Table:
    """Return the scores on the op-eds of one outlet, but for its `dev`, for a model that was trained without it.

    Args:
        outlet: one of `webis.OUTLETS`; the model's training has had `train-without-OUTLET` alone of this corpus.

    Raises:
        DataError: the corpus is missing or broken.
        ConfigError: the model has no head for this scheme.
    """
    gold = list(webis.read(folder, split=f"only-{outlet}"))
    title = f"Webis: kinds of evidence in {webis.OUTLETS[outlet]}, for a model trained on the other outlets"
    return _table(title, model, gold, by_outlet=False)


OUTLET_TABLES: Final = {outlet: partial(outlet_table, outlet=outlet) for outlet in webis.OUTLETS}
"""`outlet_table` of each outlet."""


def _table(title: str, model: ArgumentPredictor, gold: Sequence[Document], *, by_outlet: bool) -> Table:
    common = Counter(unit.label for document in gold for unit in layer(document).units).most_common(1)
    majority = common[0][0] if common else UNIT_TYPES[0]
    guessed = [relabelled(document, label=majority) for document in gold]
    systems = {
        MODEL: _counts(
            gold,
            predict_arguments(model, gold, scheme=SCHEME),
            given=predict_given_units(model, gold, scheme=SCHEME),
        ),
        MAJORITY: _counts(gold, guessed, given=guessed),
        SENTENCES: _counts(
            gold, [sentence_units(document, label=majority, marks=".") for document in gold], given=guessed
        ),
    }
    rows = []
    for name in FORMULAS:
        floor = MAJORITY if name.endswith("given") else SENTENCES
        rows += [_row(name, system, counts=systems[system]) for system in (MODEL, floor)]
    if by_outlet:
        outlets = [document.meta.outlet for document in gold]
        for outlet in webis.OUTLETS.values():
            for name in ("types, given", "units 50 %"):
                counts = [one for one, of in zip(systems[MODEL], outlets, strict=True) if of == outlet]
                rows += [_row(name, f"{MODEL}, {outlet}", counts=counts)] if counts else []
    return Table(title, COLUMNS, rows, f"{NOTE} {BOUNDS}")


def _counts(
    gold: Sequence[Document], free: Sequence[Document], *, given: Sequence[Document]
) -> list[dict[str, dict[str, Counts]]]:
    found = []
    for document, predicted, typed in zip(gold, free, given, strict=True):
        labels = zip(layer(document).units, layer(typed).units, strict=True)
        types = type_counts([(unit.label, other.label) for unit, other in labels], labels=UNIT_TYPES)
        found.append(
            {
                "types, given": types,
                "accuracy, given": types,
                "units 100 %": component_counts(document, predicted, overlap="100 %", labels=UNIT_TYPES),
                "units 50 %": component_counts(document, predicted, overlap="50 %", labels=UNIT_TYPES),
                "spans 100 %": {"": span_counts(document, predicted, overlap="100 %")},
                "spans 50 %": {"": span_counts(document, predicted, overlap="50 %")},
            }
        )
    return found


def _row(name: str, system: str, *, counts: Sequence[Mapping[str, Mapping[str, Counts]]]) -> list[Cell]:
    return score_row(name, system, counts=[one[name] for one in counts], formula=FORMULAS[name])

"""The audit of names: models that ignore names do not move, models that love one do; same seed, same figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from stance.actors.stand_ins import StandIn
from stance.document import Actor, Document, Span, Stance
from stance.errors import ConfigError
from stance.measure.audit import OP_EDS, SENTENCES, Size, Swap, audit, audit_op_eds, audit_sentences, find_corpora
from stance.measure.audit_tables import audit_lines, audit_tables, pulls, summed
from stance.measure.tables import render
from stance.measure.target_benchmark import MAJORITY, NAME_ALONE

if TYPE_CHECKING:
    from stance.predict.pipeline import Pipeline


class Reader:
    """A model that hears words: against in a text with `booed`, in favor in one with `cheered`; names are nothing to it."""

    def stances_toward(self, items: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> list[NDArray[np.float64]]:
        return [np.array([self.row(text, text[slice(*span)]) for span in spans]) for text, spans in items]

    def row(self, text: str, name: str) -> list[float]:
        return [0.8, 0.2, 0.0] if "booed" in text else [0.0, 0.3, 0.7] if "cheered" in text else [0.1, 0.9, 0.0]

    def predict(
        self, documents: Sequence[Document], *, given: Sequence[Sequence[Actor]] | None = None
    ) -> list[Document]:
        found = []
        for document, actors in zip(documents, given or (), strict=True):
            rows = [self.row(document.text, document.text[slice(*actor.mentions[0])]) for actor in actors]
            labels = [("against", "neutral", "favor")[int(np.argmax(row))] for row in rows]
            said = [
                replace(actor, stance=label, score=row[2] - row[0])
                for actor, label, row in zip(actors, labels, rows, strict=True)
            ]
            found.append(replace(document, actors=tuple(said)))
        return found


class Fan(Reader):
    """A reader that is in favor of whoever is named Curie, Peru or NATO, whatever the text."""

    def row(self, text: str, name: str) -> list[float]:
        return [0.0, 0.0, 1.0] if {"Curie", "Peru", "NATO"} & set(name.split()) else super().row(text, name)


def sentence(text: str, name: str, *, label: str | None = None) -> Document:
    start = text.index(name)
    actor = Actor("a0", name, "person", mentions=(Span(start, start + len(name)),))
    stances = () if label is None else (Stance("author", "a0", label, 0, len(text)),)
    return Document(text[:8], text, sentences=(Span(0, len(text)),), actors=(actor,), stances=stances)


SAID = (
    sentence("Critics booed Olsen in Oslo.", "Olsen", label="against"),
    sentence("Crowds cheered Ann Brandt.", "Ann Brandt", label="favor"),
    sentence("Lund met nobody.", "Lund"),
    sentence("He met nobody.", "He"),
)

TEXT = "Ann Li was booed. Kenya paid for what Kenya owed. Hamas waits, and so do Muslims and Muslim leaders."
NAMED = (
    ("person", "Ann Li"),
    ("country", "Kenya"),
    ("organization", "Hamas"),
    ("group", "Muslims"),
    ("group", "leaders"),
)
OP_ED = Document(
    "piece",
    TEXT,
    actors=tuple(
        Actor(
            f"a{place}", name, kind, mentions=(Span(TEXT.index(name), TEXT.index(name) + len(name)),), stance="against"
        )
        for place, (kind, name) in enumerate(NAMED)
    ),
)


def test_a_model_that_ignores_names_does_not_move() -> None:
    for found in (
        audit_sentences(Reader(), SAID, targets=9, names=12),
        audit_op_eds(Reader(), [OP_ED], actors=8, names=6),
    ):
        assert found.swaps
        assert all(swap.shift == 0 and swap.labels[0] == swap.labels[1] for swap in found.swaps)
        shifts = summed(found.swaps)
        assert (shifts.mean, shifts.worst, shifts.flips, shifts.moved) == (0, 0, 0, 0)
        assert shifts.spread == pytest.approx(0, abs=1e-12)


def test_a_model_that_loves_a_name_moves_by_it_and_the_name_heads_the_list() -> None:
    found = audit_sentences(Fan(), SAID, targets=9, names=99)
    shifts = summed(found.swaps)
    assert (shifts.targets, shifts.moved) == (3, 2 / 3)  # who is cheered keeps its label, if not its score
    assert shifts.worst == pytest.approx(1.8)  # from -0.8 to 1
    by_name = pulls(found.swaps, key=lambda swap: swap.stand_in.name)
    assert max(by_name, key=lambda name: by_name[name].mean) == "Marie Curie"
    assert by_name["Marie Curie"].targets == 3
    moving = {swap.stand_in.name for swap in found.swaps if swap.shift}
    assert moving == {"Marie Curie"}


def test_op_eds_rename_actors_of_every_type_and_count_those_left_out() -> None:
    found = audit_op_eds(Fan(), [OP_ED], actors=8, names=99)
    moving = {(swap.type, swap.stand_in.name) for swap in found.swaps if swap.shift}
    assert moving == {("person", "Marie Curie"), ("country", "Peru"), ("organization", "NATO")}
    assert {swap.type for swap in found.swaps} == {"person", "country", "organization", "group"}
    assert found.skipped == {(OP_EDS, "group", "not in the table of actors"): 1}


def test_the_name_alone_is_all_that_a_floor_sees() -> None:
    floors = audit_sentences(Reader(), SAID, targets=1, names=1).floors
    assert floors[SENTENCES, NAME_ALONE].accuracy == floors[SENTENCES, MAJORITY].accuracy == 0.5
    assert audit_op_eds(Reader(), [OP_ED], actors=1, names=1).floors[OP_EDS, NAME_ALONE].accuracy == 0


def test_a_pull_is_measured_against_the_other_names_of_the_same_target() -> None:
    def swap(target: str, gender: str, score: float) -> Swap:
        return Swap("t", "person", target, StandIn("person", "A B", gender=gender), (0.0, score), (None, None))

    swaps = [swap("x", "woman", 0.4), swap("x", "man", 0.0), swap("y", "woman", 0.9), swap("y", "man", 0.7)]
    found = pulls([*swaps, swap("z", "man", -1.0)], key=lambda one: one.stand_in.gender)
    assert found["woman"].mean == pytest.approx(0.15)
    assert found["man"].mean == pytest.approx(-0.15)
    assert found["man"].targets == 2  # z has men alone
    assert found["woman"].error == pytest.approx(0.05)


def test_the_same_seed_gives_the_same_audit_and_another_seed_another(tiny_pipeline: Pipeline) -> None:
    one, same, other = (audit_sentences(tiny_pipeline, SAID, targets=2, names=3, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert [swap.stand_in for swap in one.swaps] != [swap.stand_in for swap in other.swaps]


def test_a_network_is_audited_to_tables_and_to_lines_of_a_card(tiny_pipeline: Pipeline) -> None:
    found = audit_op_eds(tiny_pipeline, [OP_ED], actors=8, names=2)
    assert len(found.swaps) == 8
    assert all(-2 <= swap.shift <= 2 for swap in found.swaps)
    text = render(audit_tables(found))
    assert "How far a stance moves with the name" in text and max(map(len, text.splitlines())) <= 110
    lines = audit_lines(found)
    assert lines[0] == "## Names"
    assert sum(line.startswith(f"| {OP_EDS} | country | 1 | 2 |") for line in lines) == 1


def test_an_unknown_test_is_refused_with_the_nearest_name() -> None:
    assert find_corpora([]) == find_corpora(["gold", "newsmtsc"]) == ("newsmtsc", "gold")
    with pytest.raises(ConfigError, match="did you mean 'gold'"):
        find_corpora(["golt"])


@pytest.mark.data
def test_the_test_sets_have_enough_that_can_be_renamed(data_folder: Path) -> None:
    found = audit(Reader(), data_folder, corpora=("newsmtsc", "gold"), size=Size(200, 12, 60, 6))
    targets = Counter((test, kind) for test, kind, _ in {(swap.test, swap.type, swap.target) for swap in found.swaps})
    assert targets[SENTENCES, "person"] == 200
    assert min(targets[OP_EDS, kind] for kind in ("person", "country", "organization")) >= 15
    assert all(swap.shift == 0 for swap in found.swaps)

"""Benchmarks over a corpus folder made here: scores, floors, and the names that a user may type."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stance.corpora.newsmtsc import FILES
from stance.errors import DataError
from stance.measure.tables import render
from stance.measure.target_benchmark import benchmark_table, dev_newsmtsc, newsmtsc

SENTENCES = [
    ("Critics booed Olsen while Brandt was cheered.", {"Olsen": 2.0, "Brandt": 6.0}),
    ("Olsen met Brandt in Oslo.", {"Olsen": 4.0, "Brandt": 4.0}),
    ("Crowds cheered Brandt.", {"Brandt": 6.0}),
]


class WordRule:
    """A model of the interface: who stands within twelve characters of `booed` or `cheered` gets its polarity."""

    def stances_toward(self, items: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> list[NDArray[np.float64]]:
        return [np.array([self._row(text, *mention) for mention in mentions]) for text, mentions in items]

    def _row(self, text: str, start: int, end: int) -> list[float]:
        distances = [1.0, 12.0, 1.0]
        for column, word in ((0, "booed"), (2, "cheered")):
            place = text.find(word)
            distances[column] = 100.0 if place < 0 else max(0, place - end, start - place - len(word))
        nearest = int(np.argmin(distances))
        return [float(column == nearest) for column in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES.values():
        path = tmp_path / "newsmtsc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {
                "primary_gid": f"row-{number}",
                "sentence_normalized": text,
                "targets": [
                    {
                        "from": text.index(target),
                        "to": text.index(target) + len(target),
                        "mention": target,
                        "polarity": value,
                    }
                    for target, value in polarities.items()
                ],
            }
            for number, (text, polarities) in enumerate(SENTENCES)
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def test_a_model_that_sees_the_target_beats_the_floors(folder: Path) -> None:
    scores = {(score.test, score.system): score for score in newsmtsc(WordRule(), folder).scores}
    for test in ("test-rw", "test-mt"):
        assert scores[test, "this model"].macro_f1 == 1
        assert scores[test, "this model"].polar_f1 == 1
        assert scores[test, "this model"].count == 5
        # told the sentence, the rule finds "booed" first for both targets: four of five are not to be told apart
        assert scores[test, "no target (floor)"].accuracy == pytest.approx(4 / 5)
        assert scores[test, "majority (floor)"].accuracy == pytest.approx(2 / 5)
        assert scores[test, "GRU-TSC, published"].macro_f1 in (0.831, 0.825)


def test_the_table_shows_unknown_scores_of_published_systems_as_dashes_and_names_the_source(folder: Path) -> None:
    text = render([benchmark_table(newsmtsc(WordRule(), folder))])
    published = [line.split() for line in text.splitlines() if "GRU-TSC, published" in line]
    assert [line[3:] for line in published] == [["83.1", *"––––––"], ["82.5", *"––––––"]]
    assert "2021.eacl-main.142" in text
    assert max(map(len, text.splitlines())) <= 100


def test_development_scores_have_the_names_that_training_chooses_by(folder: Path) -> None:
    assert dev_newsmtsc(WordRule(), folder) == {"newsmtsc_dev_rw_macro_f1": 1.0, "newsmtsc_dev_mt_macro_f1": 1.0}


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"get_data\.py newsmtsc"):
        newsmtsc(WordRule(), tmp_path)

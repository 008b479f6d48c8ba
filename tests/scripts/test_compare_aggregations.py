"""Rules from sentences to a piece are compared by document, and a silent one is not right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stance.document import Actor, Document
from stance.labels import POLARITIES
from stance.model.heads import STANCE_VIEWS
from stance.train.calibration import ActorScores


def scored(stance: str | None, *said: str, document: str = "one") -> ActorScores:
    """An actor whom gold gives this stance, with one surely scored sentence for each word said."""
    rows = np.zeros((len(said), len(STANCE_VIEWS), len(POLARITIES)), dtype=np.float32)
    for place, word in enumerate(said):
        rows[place, STANCE_VIEWS.index("author"), POLARITIES.index(word)] = 1.0
    actor = Actor("a", "Ann", type="person", stance=stance)
    return ActorScores(Document(document, "Ann."), actor, rows, np.arange(len(said)), {})


def test_each_rule_is_judged_on_the_actors_that_gold_gives_a_stance(script: Any) -> None:
    actors = [
        scored("against", "favor", "against", "against"),
        scored("favor", "against", "favor", document="two"),
        scored("neutral", "neutral", document="three"),
        scored(None, "favor", document="three"),
    ]
    table = script.rules_table(actors, actors)
    right = {row[0]: row[1] for row in table.rows}
    assert right["last sentence"] == 1.0
    assert right["majority of sentences"] == pytest.approx(2 / 3)  # one for and one against is mixed
    assert right["always neutral"] == pytest.approx(1 / 3)
    assert table.note.startswith("3 actors of 3 op-eds")


def test_mixed_actors_count_for_being_right_but_not_for_the_macro_f1_without_them(script: Any) -> None:
    actors = [scored("mixed", "against"), scored("against", "against", document="two")]
    row = next(row for row in script.rules_table(actors, actors).rows if row[0] == "last sentence")
    assert row[1] == 0.5
    assert row[3] == 1.0


def test_the_line_of_the_mean_score_is_chosen_on_what_it_is_not_judged_by(script: Any) -> None:
    fitted = [scored("favor", "favor", "neutral", "neutral", "neutral")]  # a mean of 0.25
    tested = [scored("neutral", "favor", "neutral", "neutral", "neutral")]
    name, right = next((row[0], row[1]) for row in script.rules_table(fitted, tested).rows if "mean" in row[0])
    assert (name, right) == ("mean score beyond 0.05", 0.0)

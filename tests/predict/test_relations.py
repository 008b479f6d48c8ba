"""Relations are scored as they were learned, for as many units as a text has, and make a forest."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from stance.model.heads import RELATION_SCHEMES, RelationHead
from stance.model.network import relation_loss
from stance.predict import relations
from stance.predict.forest import ROOT
from stance.predict.relations import UnitParents, mean_parents, paragraphs, relation_forest, unit_parents

WIDTH, TOKENS = 8, 60
UNITS = [(0, 4), (4, 9), (12, 20), (21, 30), (33, 34), (40, 58)]
WITHIN = [0, 0, 1, 1, 1, 3]


@pytest.fixture
def head() -> RelationHead:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        head = RelationHead(WIDTH).eval()
        for parameter in head.parameters():
            torch.nn.init.normal_(parameter, std=0.15)
    return head


@pytest.fixture
def hidden() -> torch.Tensor:
    return torch.randn(1, TOKENS, WIDTH, generator=torch.Generator().manual_seed(1))


def scored(head: RelationHead, hidden: torch.Tensor, *, scheme: str = "cmv", reach: int = 999) -> list[UnitParents]:
    with torch.no_grad():
        features = head.features(hidden)[0].numpy().astype(np.float16)
    return unit_parents(head, features, units=UNITS, within=WITHIN, scheme=scheme, reach=reach)


@pytest.mark.parametrize("scheme", RELATION_SCHEMES)
def test_the_loss_of_a_window_is_that_of_the_probabilities_which_users_get(
    head: RelationHead, hidden: torch.Tensor, scheme: str
) -> None:
    found = scored(head, hidden, scheme=scheme)
    number = RELATION_SCHEMES.index(scheme)
    places = torch.tensor([[0, number, *unit, within] for unit, within in zip(UNITS, WITHIN, strict=True)])
    gold = [ROOT, 0, 5, 2, ROOT, 2]
    attacks = [-100, 1, 0, 0, -100, 1]
    targets = torch.tensor([[parent + 1, attack] for parent, attack in zip(gold, attacks, strict=True)])
    with torch.no_grad():
        loss = relation_loss(head, hidden, places=places, targets=targets).item()
    parents = np.mean([-np.log(one.parents[parent]) for one, parent in zip(found, gold, strict=True)])
    chances = [
        (one.attack[parent], attack) for one, parent, attack in zip(found, gold, attacks, strict=True) if attack >= 0
    ]
    labels = np.mean([-np.log(chance if attack else 1 - chance) for chance, attack in chances])
    assert loss == pytest.approx(parents + labels, abs=0.01)


def test_units_are_scored_the_same_however_many_are_scored_at_once(
    head: RelationHead, hidden: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = scored(head, hidden, reach=25)
    monkeypatch.setattr(relations, "UNITS_AT_ONCE", 2)
    parts = scored(head, hidden, reach=25)
    assert [sorted(one.parents) for one in parts] == [sorted(one.parents) for one in whole]
    for one, other in zip(parts, whole, strict=True):
        assert [one.parents[place] for place in sorted(one.parents)] == pytest.approx(
            [other.parents[place] for place in sorted(other.parents)], abs=1e-5
        )


def test_parents_are_within_reach_and_no_unit_is_its_own(head: RelationHead, hidden: torch.Tensor) -> None:
    for place, one in enumerate(scored(head, hidden, reach=13)):
        near = {at for at, (first, _) in enumerate(UNITS) if abs(first - UNITS[place][0]) < 13} - {place}
        assert one.parents.keys() == near | {ROOT}
        assert sum(one.parents.values()) == pytest.approx(1, abs=1e-5)


def test_schemes_differ_in_their_scores_and_have_a_mean(head: RelationHead, hidden: torch.Tensor) -> None:
    one, other = scored(head, hidden, scheme="aae2"), scored(head, hidden, scheme="cmv")
    between = mean_parents([one, other])
    assert one[0].parents[1] != pytest.approx(other[0].parents[1], abs=1e-6)
    assert between[0].parents[1] == pytest.approx((one[0].parents[1] + other[0].parents[1]) / 2)


def test_a_relation_that_costs_more_than_it_brings_is_left_out() -> None:
    each = [UnitParents({ROOT: 0.4, 1: 0.6}, {1: 0.2}), UnitParents({ROOT: 0.9, 0: 0.1}, {0: 0.2})]
    assert [(edge.source, edge.target, edge.label) for edge in relation_forest(each)] == [(0, 1, "support")]
    assert relation_forest(each, cost=1.0) == ()
    assert relation_forest([]) == ()


def test_blank_lines_and_line_breaks_part_paragraphs() -> None:
    text = "One.\n\n  Two. Three.\nFour."
    assert paragraphs(text, [text.index(word) for word in ("One", "Two", "Three", "Four")]) == [0, 1, 1, 2]


def test_the_lines_of_hard_wrapped_text_are_one_paragraph() -> None:
    lines = [
        "The council met for nine hours on Monday and",
        "then agreed on nothing at all, as it always does.",
        "Nobody",
    ]
    text = "\n".join(lines) + " wept.\n\nThe mayor did."
    places = [text.index(word) for word in ("The council", "then", "wept", "The mayor")]
    assert paragraphs(text, places) == [0, 0, 0, 1]

"""A student is as far from a teacher as their distributions differ, where the teacher says something."""

from __future__ import annotations

import pytest
import torch

from stance.model.checkpoint import Checkpoint
from stance.model.imitation import TEACHER, Imitation, divergence

NAN, NEVER = float("nan"), float("-inf")


def test_the_divergence_is_that_of_the_definition() -> None:
    teacher, student = torch.tensor([[2.0, 0.0, -1.0]]), torch.tensor([[0.0, 1.0, 0.0]])
    p, q = torch.softmax(teacher / 3, dim=-1), torch.softmax(student / 3, dim=-1)
    expected = 9 * (p * (p / q).log()).sum()
    assert divergence(student, teacher, temperature=3.0).item() == pytest.approx(expected.item(), rel=1e-5)
    shifted = torch.log_softmax(teacher, dim=-1)
    assert divergence(student, shifted, temperature=3.0).item() == pytest.approx(expected.item(), rel=1e-5)


def test_what_the_teacher_does_not_say_or_see_has_no_part_and_no_gradient() -> None:
    student = torch.tensor([[0.0, 1.0, 5.0], [3.0, 3.0, 3.0]], requires_grad=True)
    loss = divergence(student, torch.tensor([[1.0, 0.0, NEVER], [NAN, NAN, NAN]]), temperature=1.0)
    loss.backward()
    pair = divergence(torch.tensor([[0.0, 1.0]]), torch.tensor([[1.0, 0.0]]), temperature=1.0)
    assert loss.item() == pytest.approx(pair.item(), rel=1e-5)
    assert student.grad is not None and torch.isfinite(student.grad).all()
    assert student.grad[0, 2] == 0 and student.grad[1].tolist() == [0, 0, 0]


def test_a_network_that_says_what_its_teacher_says_has_no_loss_and_the_weight_counts(
    tiny_checkpoint: Checkpoint,
) -> None:
    network = tiny_checkpoint.network
    ids = torch.tensor([[2, 15, 20, 30, 41, 3]])
    batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    places = torch.tensor([[0, 1, 3, 1, 5, 0]])
    with torch.no_grad():
        hidden = network.encode(ids, batch["attention_mask"])
        agreed = {TEACHER + name: values for name, values in network.token_logits(hidden).items()}
        agreed |= {f"{TEACHER}stance": network.stance(hidden, places), f"{TEACHER}stance_places": places}
        agreed |= {f"{TEACHER}link": network.link(hidden, places[:, :2]), f"{TEACHER}link_places": places[:, :2]}
        assert network(batch | agreed)["loss"].item() == pytest.approx(0.0, abs=1e-5)
        other = batch | {f"{TEACHER}voice": torch.zeros(1, 6, 3), f"{TEACHER}stance": -agreed[f"{TEACHER}stance"]}
        other[f"{TEACHER}stance_places"] = places
        once = network(other)
        try:
            network.imitation = Imitation(weight=3.0)
            assert network(other)["loss"].item() == pytest.approx(3 * once["loss"].item(), rel=1e-5)
        finally:
            network.imitation = Imitation()
    assert {name for name in once if name != "loss"} == {"loss_teacher_voice", "loss_teacher_stance"}

"""Which unit supports or attacks which: scores of the pairs in reach, and the best forest over them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from stance.document import Relation
from stance.labels import RELATION_LABELS
from stance.model.heads import RELATION_SCHEMES, RelationHead, UnitRows, unit_features
from stance.predict.forest import ROOT, best_forest
from stance.text.sentences import paragraph_spans

UNITS_AT_ONCE = 64
"""How many units are scored against those in reach together; bounds memory."""


@dataclass(frozen=True, slots=True)
class UnitParents:
    """What may be the parent of one unit: probabilities by place, `ROOT` for none; and that each is attacked, not supported."""

    parents: Mapping[int, float]
    attack: Mapping[int, float]


def paragraphs(text: str, starts: Sequence[int]) -> list[int]:
    """Return the paragraph that each character stands in; a line break of hard-wrapped text parts none.

    >>> paragraphs("One. Two.\\n\\nThree.", [0, 5, 11])
    [0, 0, 1]
    """
    opening = [start for start, _ in paragraph_spans(text)]
    return [max(0, bisect_right(opening, start) - 1) for start in starts]


@torch.inference_mode()
def unit_parents(
    head: RelationHead,
    features: NDArray[np.float16],
    *,
    units: Sequence[tuple[int, int]],
    within: Sequence[int],
    scheme: str,
    reach: int,
) -> list[UnitParents]:
    """Return the parents that each unit may have among those that begin fewer than `reach` tokens away.

    Args:
        features: (T, F) what the head wants to know of the document's tokens.
        units: (first token, end token) of each, in order, none empty.
        within: the paragraph of each unit.
        scheme: one of `RELATION_SCHEMES`.
    """
    if not units:
        return []
    device = next(head.parameters()).device
    tokens = torch.from_numpy(features).to(device).float()[None]  # (1, T, F)
    places = torch.tensor([[0, *unit] for unit in units], device=device)  # (U, 3)
    parts = [unit_features(tokens, places[at : at + UNITS_AT_ONCE]) for at in range(0, len(places), UNITS_AT_ONCE)]
    rows = UnitRows(
        torch.cat(parts), places[:, 1], torch.tensor(within, device=device), torch.arange(len(units), device=device)
    )
    starts = [first for first, _ in units]
    found: list[UnitParents] = []
    for at in range(0, len(units), UNITS_AT_ONCE):
        end = min(at + UNITS_AT_ONCE, len(units))
        low = bisect_right(starts, starts[at] - reach)
        high = bisect_left(starts, starts[end - 1] + reach)
        child, parent = (UnitRows(*(part[slice(*bounds)] for part in rows)) for bounds in ((at, end), (low, high)))
        chosen = torch.full((end - at,), RELATION_SCHEMES.index(scheme), device=device)
        logits, attacks = head(child, parent, scheme=chosen)  # (U, 1 + V), (U, V)
        near = (parent.first[None, :] - child.first[:, None]).abs() < reach
        near &= parent.order[None, :] != child.order[:, None]  # (U, V)
        masked = torch.cat([logits[:, :1], logits[:, 1:].masked_fill(~near, float("-inf"))], dim=1)
        chances = torch.softmax(masked.float(), dim=1).cpu().numpy()
        against = torch.sigmoid(attacks.float()).cpu().numpy()
        for row, mask in enumerate(near.cpu().numpy()):
            candidates = np.flatnonzero(mask)
            parents = {int(low + place): float(chances[row, 1 + place]) for place in candidates}
            attack = {int(low + place): float(against[row, place]) for place in candidates}
            found.append(UnitParents({ROOT: float(chances[row, 0]), **parents}, attack))
    return found


def mean_parents(several: Sequence[Sequence[UnitParents]]) -> list[UnitParents]:
    """Return for each unit the mean of what several schemes say of it."""
    return [
        UnitParents(
            {place: sum(one.parents[place] for one in ones) / len(ones) for place in ones[0].parents},
            {place: sum(one.attack[place] for one in ones) / len(ones) for place in ones[0].attack},
        )
        for ones in zip(*several, strict=True)
    ]


def relation_forest(candidates: Sequence[UnitParents], *, cost: float = 0.0) -> tuple[Relation, ...]:
    """Return the relations of the likeliest forest, in the order of their sources.

    Args:
        cost: what each relation costs, in nats; below 0, relations are favored.

    >>> each = [UnitParents({ROOT: 0.7, 1: 0.3}, {1: 0.1}), UnitParents({ROOT: 0.2, 0: 0.8}, {0: 0.9})]
    >>> relation_forest(each)
    (Relation(source=1, target=0, label='attack', score=0.72),)
    """
    scores = [
        {
            place: float(np.log(chance + 1e-9)) - (cost if place != ROOT else 0.0)
            for place, chance in one.parents.items()
        }
        for one in candidates
    ]
    relations = []
    for source, target in enumerate(best_forest(scores)):
        if target != ROOT:
            attack = candidates[source].attack[target]
            label = RELATION_LABELS[int(attack > 0.5)]
            score = candidates[source].parents[target] * max(attack, 1 - attack)
            relations.append(Relation(source, target, label, round(score, 6)))
    return tuple(relations)

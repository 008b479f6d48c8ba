"""The network: one encoder pass a window, all heads on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from stance.labels import IGNORED, VOICES
from stance.model.coreference import CoreferenceHead, antecedent_loss
from stance.model.heads import (
    FIRST_HEADS,
    HEADS,
    TOKEN_LABELS,
    LinkHead,
    RelationHead,
    StanceHead,
    TokenHead,
    UnitRows,
    unit_features,
)
from stance.model.imitation import PLACES, TEACHER, Imitation, divergence

LOSSES = HEADS
"""What the loss is the sum of, each with its weight."""

SMALLER_WEIGHTS: dict[str, float] = {"coreference": 0.5}
"""The weights that are not 1 unless a run says so; over many antecedents a loss is greater than over a few labels."""


class Network(nn.Module):
    """An encoder with its heads; `forward` is for training, `encode` and the heads are for use.

    A batch for training holds `input_ids` and `attention_mask` (B, T), and any of the targets:
    a token head's name (B, T): a bit mask of the labels that the corpus allows there, 0 where it says nothing;
    `mention_places` (M, 6) with `mention_targets` (M, 3 views): polarity ids or `labels.IGNORED`;
    `voice_places` (S, 3), window, first and end token of sentences, with `voice_targets` (S,): 1 where the author's opinion stands
    anywhere in one, 0 where it is nowhere;
    `content_places` (C, 2) with `content_targets` (C, 2 parts): the token pointed to, 0 for none, or `labels.IGNORED`;
    `unit_places` (U, 5) with `unit_targets` (U, 2), see `relation_loss`;
    `coreference_places` (N, 3), `coreference_pairs` (P, 2 + F) and `coreference_targets` (P,), see `coreference.antecedent_loss`;
    and of a teacher, as `imitation.divergence` takes it: `teacher_HEAD` (B, T, K) for a token head, `teacher_HEAD` (N, ..., K) with
    `teacher_HEAD_places` (N, P) for any other head that is called with hidden states and places.
    Targets of heads that the network lacks are passed over.
    """

    def __init__(
        self,
        encoder: PreTrainedModel,
        loss_weights: Mapping[str, float] | None = None,
        *,
        heads: Collection[str] = HEADS,
    ) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        if hasattr(encoder, "pooler"):  # no head reads it, and weights without gradients stop data-parallel training
            encoder.pooler = None  # type: ignore[assignment]
        self.tokens = nn.ModuleDict()
        self.stance = StanceHead(width)
        self.link = LinkHead(width)
        self.relation: RelationHead | None = None
        self.coreference: CoreferenceHead | None = None
        self.add_heads({*FIRST_HEADS, *heads})
        self.loss_weights = {**dict.fromkeys(LOSSES, 1.0), **SMALLER_WEIGHTS, **(loss_weights or {})}
        self.imitation = Imitation()

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of its heads, in the order of `HEADS`."""
        return tuple(name for name in HEADS if name in self.tokens or getattr(self, name, None) is not None)

    def add_heads(self, names: Collection[str]) -> None:
        """Give it the heads that it lacks of those named, untrained, drawn from torch's generator; others stay.

        >>> from transformers import BertConfig, BertModel
        >>> shape = {"hidden_size": 8, "num_attention_heads": 1, "intermediate_size": 8, "num_hidden_layers": 1}
        >>> Network(BertModel(BertConfig(**shape)), heads=()).heads == FIRST_HEADS
        True
        """
        width = self.encoder.config.hidden_size
        for name in HEADS:
            if name in names and name in TOKEN_LABELS and name not in self.tokens:
                self.tokens[name] = TokenHead(width, len(TOKEN_LABELS[name]))
        if "relation" in names and self.relation is None:
            self.relation = RelationHead(width)
        if "coreference" in names and self.coreference is None:
            self.coreference = CoreferenceHead(width)

    @property
    def longest_window(self) -> int | None:
        """The most tokens that the encoder has places for; None where places are relative and nothing bounds them."""
        table = getattr(getattr(self.encoder, "embeddings", None), "position_embeddings", None)
        if not isinstance(table, nn.Embedding):
            return None
        return table.num_embeddings - (0 if table.padding_idx is None else table.padding_idx + 1)

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return hidden states (B, T, H) in float32."""
        output = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return output.last_hidden_state.float()  # type: ignore[no-any-return]

    def token_logits(self, hidden: Tensor) -> dict[str, Tensor]:
        """Return the logits (B, T, K) of every token head."""
        return {name: head(hidden) for name, head in self.tokens.items()}

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return `loss`, the weighted sum of the losses of the heads that the batch has targets for, and each one."""
        hidden = self.encode(batch["input_ids"], batch["attention_mask"])
        losses: dict[str, Tensor] = {}
        for name, head in self.tokens.items():
            if name in batch and bool((batch[name] > 0).any()):
                losses[name] = marginal_cross_entropy(head(hidden).flatten(0, 1), batch[name].flatten())
        if "voice_places" in batch:
            logits = self.tokens["voice"](hidden)  # (B, T, 3)
            found = anywhere_loss(logits, batch["voice_places"], targets=batch["voice_targets"])
            losses["voice"] = losses["voice"] + found if "voice" in losses else found
        if "mention_places" in batch and bool((batch["mention_targets"] != IGNORED).any()):
            logits = self.stance(hidden, batch["mention_places"])  # (M, 3, 3)
            losses["stance"] = nn.functional.cross_entropy(
                logits.flatten(0, 1), batch["mention_targets"].flatten(), ignore_index=IGNORED
            )
        if "content_places" in batch and bool((batch["content_targets"] != IGNORED).any()):
            logits = self.link(hidden, batch["content_places"])  # (C, 2, T)
            visible = batch["attention_mask"][batch["content_places"][:, 0]].bool()  # (C, T)
            logits = logits.masked_fill(~visible[:, None, :], float("-inf"))
            losses["link"] = nn.functional.cross_entropy(
                logits.flatten(0, 1), batch["content_targets"].flatten(), ignore_index=IGNORED
            )
        if self.relation is not None and "unit_places" in batch and bool((batch["unit_targets"] >= 0).any()):
            losses["relation"] = relation_loss(
                self.relation, hidden, places=batch["unit_places"], targets=batch["unit_targets"]
            )
        if self.coreference is not None and "coreference_pairs" in batch:
            logits = self.coreference(
                self.coreference.represent(hidden, batch["coreference_places"]), batch["coreference_pairs"]
            )  # (N, 1 + A)
            losses["coreference"] = antecedent_loss(
                logits, batch["coreference_pairs"], right=batch["coreference_targets"]
            )
        zero = hidden.sum() * 0.0
        total = sum((self.loss_weights[name] * loss for name, loss in losses.items()), start=zero)
        for name, loss in self._imitated(hidden, batch).items():
            total = total + self.imitation.weight * self.loss_weights.get(name, 1.0) * loss
            losses[TEACHER + name] = loss
        return {"loss": total, **{f"loss_{name}": loss.detach() for name, loss in losses.items()}}

    def _imitated(self, hidden: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return by head how far it is from a teacher, for the heads that the batch has a teacher's logits for."""
        losses: dict[str, Tensor] = {}
        for key, targets in batch.items():
            if not key.startswith(TEACHER) or key.endswith(PLACES):
                continue
            name = key.removeprefix(TEACHER)
            if name not in self.heads:
                continue
            places = batch.get(key + PLACES)
            logits = self.tokens[name](hidden) if places is None else self.get_submodule(name)(hidden, places)
            flat = logits.flatten(0, -2), targets.flatten(0, -2)  # (N, K) both
            losses[name] = divergence(*flat, temperature=self.imitation.temperature)
        return losses


def marginal_cross_entropy(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean of -log P(any allowed label) over the items about which the corpus says something.

    A corpus with coarser labels than ours allows several: the loss is then the marginal over them.

    Args:
        logits: (N, K) scores.
        allowed: (N,) bit masks over the K labels; 0 takes an item out.

    >>> logits = torch.tensor([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]])
    >>> round(marginal_cross_entropy(logits, torch.tensor([0b011, 0])).item(), 4)  # log(3 / 2)
    0.4055
    """
    known = allowed > 0
    logits, allowed = logits[known], allowed[known]
    bits = 1 << torch.arange(logits.shape[1], device=logits.device)  # (K,)
    masked = logits.masked_fill((allowed[:, None] & bits) == 0, float("-inf"))  # (N, K)
    return (torch.logsumexp(logits, dim=1) - torch.logsumexp(masked, dim=1)).mean()


def relation_loss(head: RelationHead, hidden: Tensor, *, places: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy of each unit's parent, plus that of support against attack where there is a parent.

    Args:
        hidden: (B, T, H) hidden states.
        places: (U, 5) window, scheme, start and end token, paragraph; the units of a window stand together, in order.
        targets: (U, 2) the parent's place among these units plus one, 0 for none; a place in `labels.RELATION_LABELS`;
            or `labels.IGNORED`.
    """
    window, scheme, start, end, paragraph = places.unbind(dim=1)
    features = unit_features(head.features(hidden), torch.stack([window, start, end], dim=1))  # (U, 3F)
    units = UnitRows(features, start, paragraph, torch.arange(len(places), device=places.device))
    parents, attacks = head(units, units, scheme=scheme)  # (U, 1 + U), (U, U)
    possible = (window[:, None] == window[None, :]) & ~torch.eye(len(places), dtype=torch.bool, device=places.device)
    parents = torch.cat([parents[:, :1], parents[:, 1:].masked_fill(~possible, float("-inf"))], dim=1)
    loss = nn.functional.cross_entropy(parents, targets[:, 0], ignore_index=IGNORED)
    labelled = targets[:, 1] != IGNORED
    if not bool(labelled.any()):
        return loss + attacks.sum() * 0.0  # type: ignore[no-any-return]
    chosen = attacks[labelled, targets[labelled, 0] - 1]
    return loss + nn.functional.binary_cross_entropy_with_logits(chosen, targets[labelled, 1].to(chosen.dtype))


def anywhere_loss(logits: Tensor, places: Tensor, *, targets: Tensor, switch_cost: float = 1.0) -> Tensor:
    """Return the mean of -log P(target) over sentences of which it is known only whether opinion stands anywhere in them.

    The voices of a sentence are a chain in which a change of voice costs `switch_cost` nats, as they are decoded. P(nowhere) is the
    share that chains without opinion have of all chains, and P(anywhere) is the rest: the marginal over what the label allows. At
    no cost, tokens are independent, and this is the noisy-or of multiple-instance learning.

    Args:
        logits: (B, T, K) scores over `labels.VOICES`.
        places: (S, 3) window, first and end token of each sentence, half-open and not empty.
        targets: (S,) 1 for anywhere, 0 for nowhere.

    >>> logits = torch.zeros(1, 1, 3)  # one token: opinion has a third
    >>> places, targets = torch.tensor([[0, 0, 1], [0, 0, 1]]), torch.tensor([0, 1])
    >>> round(anywhere_loss(logits, places, targets=targets).item(), 4)  # (log(3 / 2) + log(3)) / 2
    0.752
    """
    window, first, end = places.unbind(dim=1)
    longest = int((end - first).max())
    steps = first[:, None] + torch.arange(longest, device=logits.device)  # (S, L)
    scores = torch.log_softmax(logits.float(), dim=-1)[
        window[:, None], steps.clamp(max=logits.shape[1] - 1)
    ]  # (S, L, K)
    inside = steps < end[:, None]  # (S, L)
    everywhere = _chains(scores, inside, switch_cost=switch_cost)  # (S,)
    opinion = VOICES.index("opinion")
    others = [label for label in range(len(VOICES)) if label != opinion]
    nowhere = _chains(scores[..., others], inside, switch_cost=switch_cost)  # (S,)
    excess = (everywhere - nowhere).clamp(min=1e-6)  # (S,): -log P(nowhere)
    return torch.where(targets > 0, -torch.log(-torch.expm1(-excess)), excess).mean()


def _chains(scores: Tensor, inside: Tensor, *, switch_cost: float) -> Tensor:
    """Return (S,) the logarithm of the summed weights of all chains over scores (S, L, K), where `inside` (S, L)."""
    label_count = scores.shape[-1]
    change = switch_cost * (torch.eye(label_count, device=scores.device) - 1)  # (K, K)
    total = scores[:, 0]  # (S, K)
    for step in range(1, scores.shape[1]):
        moved = torch.logsumexp(total[:, :, None] + change, dim=1) + scores[:, step]  # (S, K)
        total = torch.where(inside[:, step, None], moved, total)
    return torch.logsumexp(total, dim=-1)


def new_network(
    encoder: str, *, loss_weights: Mapping[str, float] | None = None, heads: Collection[str] = HEADS
) -> Network:
    """Return a network with a pretrained encoder (a folder or a hub id) and fresh heads, seeded by torch's generator.

    Args:
        heads: those beside `FIRST_HEADS`.

    Raises:
        OSError, ValueError: it cannot be had, or is of a kind that transformers does not know.
    """
    config = AutoConfig.from_pretrained(encoder)
    if hasattr(config, "attention_probs_dropout_prob"):
        config.attention_probs_dropout_prob = 0.0  # attention then runs fused: a third faster on processors
    return Network(AutoModel.from_pretrained(encoder, config=config, dtype=torch.float32), loss_weights, heads=heads)


def empty_network(encoder_folder: str, *, heads: Collection[str] = HEADS) -> Network:
    """Return a network shaped by the encoder config in a folder, with weights of its heads still to be loaded."""
    config = AutoConfig.from_pretrained(encoder_folder)
    return Network(AutoModel.from_config(config), heads=heads)  # type: ignore[no-untyped-call]

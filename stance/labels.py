"""Label inventories with their definitions; ids and names; tags and spans.

An inventory is an ordered tuple of names: a label's id is its place in the tuple, in every head and every checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

VOICE_DEFINITIONS: Final = {
    "fact": "the author reports an event, figure or state of affairs as a matter of record",
    "attributed": "content that the author puts into somebody else's mouth, mind, document or poll",
    "opinion": "the author's own judgement, explanation, prediction, recommendation or irony",
}
VOICES: Final = tuple(VOICE_DEFINITIONS)

POLARITIES: Final = ("against", "neutral", "favor")
"""Stance toward one mention, in the order of `Pipeline.stance_toward`'s columns."""

DOCUMENT_STANCES: Final = ("favor", "against", "neutral", "mixed")
"""The author's stance toward an actor over a whole piece; `mixed` is clear favor and clear against, neither outweighing."""

ACTOR_TYPES: Final = ("country", "organization", "person", "group")

ATTRIBUTION_PARTS: Final = ("source", "cue", "content")
"""Who speaks, the words that say so, and what is put into their mouth (PolNeAR, Newell et al. 2018)."""

ATTRIBUTION_KINDS: Final = ("direct", "indirect", "mixed")

UNIT_DEFINITIONS: Final = {
    "assumption": "what the author holds, concludes or judges (webis-editorials, Al-Khatib et al. 2016)",
    "anecdote": "evidence from experience, an example or a specific event",
    "testimony": "evidence from what a source states",
    "statistics": "evidence from quantities",
    "common-ground": "a truth that is taken to be shared",
    "other": "a unit that does not argue",
}
UNIT_TYPES: Final = tuple(UNIT_DEFINITIONS)

COMPONENT_DEFINITIONS: Final = {
    "major-claim": "what a whole piece argues for (Stab and Gurevych 2017)",
    "claim": "a standpoint that other units support or attack",
    "premise": "a reason for or against a claim or another premise",
}
COMPONENT_TYPES: Final = tuple(COMPONENT_DEFINITIONS)

RELATION_DEFINITIONS: Final = {
    "support": "the source is a reason to believe the target",
    "attack": "the source is a reason to doubt the target, or rebuts it",
}
RELATION_LABELS: Final = tuple(RELATION_DEFINITIONS)

UNIT_SCHEMES: Final = {"webis": UNIT_TYPES, "aae2": COMPONENT_TYPES, "cmv": COMPONENT_TYPES}
"""What a corpus calls its argument units: editorials by their kind of evidence, essays and threads by their part in the
argument. Each scheme is learned by a head of its own, since even the same names are given by other rules."""

IGNORED: Final = -100
"""The target of a token or mention about which a corpus says nothing; losses pass over it."""


def bio_tags(names: Sequence[str]) -> tuple[str, ...]:
    """Return the tag inventory of a span layer: `O`, then `B-` and `I-` for each name.

    >>> bio_tags(["source", "cue"])
    ('O', 'B-source', 'I-source', 'B-cue', 'I-cue')
    """
    return ("O", *(f"{prefix}-{name}" for name in names for prefix in "BI"))


def tags_to_spans(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (first token, end token, name id) of each span in a sequence of `bio_tags` ids; ends are exclusive.

    An `I` without its `B` opens a span of its own, as in conlleval; negative ids (ignored tokens) count as `O`.

    >>> tags_to_spans([0, 1, 2, 2, 1, 0, 4])
    [(1, 4, 0), (4, 5, 0), (6, 7, 1)]
    """
    spans: list[tuple[int, int, int]] = []
    start, name = 0, -1
    for position, tag in enumerate([*tags, 0]):
        inside_name = (tag - 1) // 2 if tag > 0 else -1
        continues = tag > 0 and tag % 2 == 0 and inside_name == name
        if continues:
            continue
        if name >= 0:
            spans.append((start, position, name))
        start, name = position, inside_name
    return spans

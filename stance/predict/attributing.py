"""Spans to attributions: which content belongs to which source and cue, and how it is quoted.

Letters in shape comments: N spans, t tokens that a window sees.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.document import Attribution, Span
from stance.predict.decode import Floats, Pointer, ScoredSpan, characters
from stance.text.sentences import paragraph_spans

FAR = 0.05
"""What a source or cue in another paragraph counts against one in the content's own."""

BEYOND = 0.2
"""What a source or cue counts that comes after the end of the clause that a content stands in."""


def attribution_layer(
    text: str,
    offsets: NDArray[np.int64],
    *,
    parts: Mapping[str, Sequence[ScoredSpan]],
    pointers: Mapping[int, Pointer],
    marked: Sequence[Attribution] = (),
) -> tuple[Attribution, ...]:
    """Return attributions: contents with the source and cue that they point to; contents that share both are one attribution.

    Args:
        parts: spans of `source`, `cue` and `content`, in the order of the text.
        pointers: by the first token of a content.
        marked: attributions by constructions (`cues`), whose parts belong together where they are found.
    """
    bounds = {
        part: np.array([(span.first, span.end) for span in parts[part]], dtype=np.int64).reshape(-1, 2)
        for part in ("source", "cue")
    }
    paragraphs = paragraph_spans(text)
    contents = _whole_quotations(text, offsets, contents=parts["content"], paragraphs=paragraphs)
    parts = {**parts, "content": contents}
    places = {part: [characters(span, offsets) for span in spans] for part, spans in parts.items()}
    opening = np.array([start for start, _ in paragraphs], dtype=np.int64)
    lines = {part: np.searchsorted(opening, [span.start for span in places[part]], side="right") for part in places}
    open_keys: set[tuple[int | None, int | None]] = set()
    by_cue: dict[tuple[int | None, int | None], list[ScoredSpan]] = {}
    for at, content in enumerate(parts["content"]):
        where = places["content"][at]
        pointer = pointers.get(content.first)
        source = cue = None
        if pointer is not None:
            found: dict[str, int | None] = {}
            for part, mass in (("source", pointer.source), ("cue", pointer.cue)):
                inside = bounds[part] - pointer.first  # (N, 2)
                seen = _seen(inside, len(mass) - 1)
                near = np.where(lines[part][seen] == lines["content"][at], 1.0, FAR)
                weights = near * _reach(text, where, places[part][seen])
                best = _pointed(mass, inside[seen], weights=weights)
                found[part] = None if best is None else seen.start + best
            source, cue = found["source"], found["cue"]
        unnamed = False
        for one in marked:
            if any(_touch(where, span) for span in one.content) and not any(
                _is_within(places[part][number], span, content=where)
                for part, number in (("source", source), ("cue", cue))
                if number is not None
                for span in one.content
            ):
                source = None if one.source is None else _touched(places["source"], one.source, otherwise=source)
                cue = _touched(places["cue"], one.cue, otherwise=cue)
                unnamed = one.source is None
        key = (source, cue) if cue is not None else (source, -1 - content.first)
        by_cue.setdefault(key, []).append(content)
        if source is None and not unnamed:
            open_keys.add(key)
    layer = []
    for pair, contents in by_cue.items():
        spans = tuple(characters(content, offsets) for content in contents)
        source, cue = pair
        beside = _just_before(cue, parts=parts) if pair in open_keys else None
        if beside is not None and (beside, cue) not in by_cue:
            source = beside
        layer.append(
            Attribution(
                content=spans,
                source=None if source is None else places["source"][source],
                cue=None if cue is None or cue < 0 else places["cue"][cue],
                kind=quotation_kind(text, spans),
                score=float(np.mean([content.score for content in contents])),
            )
        )
    return tuple(sorted(layer, key=lambda attribution: attribution.content[0]))


_CLAUSE_END: Final = re.compile(r"[;.?!] |, (?:while|whereas|but)\b")


def _reach(text: str, content: Span, spans: Sequence[Span]) -> NDArray[np.float64]:
    """Return (N,) how much spans count for a content: little where its clause ends between it and them, unless it is quoted."""
    quoted = text[content.start] in _QUOTES or text[content.end - 1] in _CLOSING_QUOTES
    return np.array(
        [
            BEYOND
            if not quoted and content.end <= span.start and _CLAUSE_END.search(text, content.end - 1, span.start)
            else 1.0
            for span in spans
        ]
    )


def _just_before(cue: int | None, *, parts: Mapping[str, Sequence[ScoredSpan]]) -> int | None:
    """Return the place of the source that ends where a cue begins; for contents that point to no source."""
    if cue is None or cue < 0:
        return None
    first = parts["cue"][cue].first
    return next((at for at, span in enumerate(parts["source"]) if span.end == first), None)


def _touch(left: Span, right: Span | None) -> bool:
    return right is not None and left.start < right.end and right.start < left.end


def _touched(spans: Sequence[Span], said: Span | None, *, otherwise: int | None) -> int | None:
    """Return the place of the first span that a construction's part touches, or what was pointed to where there is none."""
    return next((number for number, span in enumerate(spans) if _touch(span, said)), otherwise)


def _is_within(pointed: Span, said: Span, *, content: Span) -> bool:
    """Return whether a source or cue lies beside its content in what a construction says: somebody there says it."""
    return (
        _touch(content, said)
        and said.start <= pointed.start
        and pointed.end <= said.end
        and not _touch(pointed, content)
    )


_WHOLE_QUOTATION: Final = re.compile(r"“[^“”]+”|„[^“”„]+[“”]|«[^«»]+»|\"[^\"]+\"")


def _whole_quotations(
    text: str,
    offsets: NDArray[np.int64],
    *,
    contents: Sequence[ScoredSpan],
    paragraphs: Sequence[tuple[int, int]],
) -> Sequence[ScoredSpan]:
    """Return contents in order, those that begin and end one quotation as one, with what stands between them."""
    found = list(contents)
    quotations = [match for start, end in paragraphs for match in _WHOLE_QUOTATION.finditer(text, start, end)]
    for match in quotations if len(found) > 1 else ():
        held = [
            one for one in found if match.start() <= offsets[one.first, 0] and offsets[one.end - 1, 1] <= match.end()
        ]
        if len(held) > 1 and offsets[held[0].first, 0] == match.start() and offsets[held[-1].end - 1, 1] == match.end():
            score = min(one.score for one in held)
            found[found.index(held[0])] = ScoredSpan(held[0].first, held[-1].end, held[0].name, score)
            found = [one for one in found if one not in held[1:]]
    return found


def _seen(bounds: NDArray[np.int64], length: int) -> slice:
    """Return which of the spans (N, 2), in order and counted from a window's first token, reach into it."""
    low = int(np.searchsorted(bounds[:, 1], 0, side="right"))
    return slice(low, max(low, int(np.searchsorted(bounds[:, 0], length, side="left"))))


def _pointed(mass: Floats, bounds: NDArray[np.int64], *, weights: Floats) -> int | None:
    """Return the place of the span that collects most of a content's pointer, or None where "none" collects more than all.

    Args:
        mass: (1 + t,) probabilities of none and of the t tokens that the window sees.
        bounds: (N, 2) first and end token of each span, counted from the window's first; they reach into it.
        weights: (N,) how much a span counts against the others.
    """
    if not len(bounds):
        return None
    sums = np.concatenate([[0.0], np.cumsum(mass[1:], dtype=np.float64)])  # (1 + t,)
    first, end = np.clip(bounds, 0, len(mass) - 1).T
    inside = sums[end] - sums[first]
    best = int((inside * weights).argmax())
    return best if inside.sum() > mass[0] and inside[best] > 0 else None


_QUOTES: Final = {'"': '"', "“": "”", "«": "»", "‘": "’", "'": "'", "„": "“”", "»": "«"}
"""Opening marks with the closing ones that each may have."""

_CLOSING_QUOTES: Final = frozenset('"”»“’')
_APOSTROPHES: Final = "'’"
_DOUBLE_QUOTES: Final = frozenset('"“”«»„')


def quotation_kind(text: str, content: Sequence[Span]) -> str:
    """Return whether a content is quoted whole (direct), in part (mixed) or not at all (indirect).

    >>> quotation_kind('He wants "peace" now.', [Span(0, 21)]), quotation_kind('“Peace now,”', [Span(0, 12)])
    ('mixed', 'direct')
    >>> quotation_kind('Peace now.', [Span(0, 10)]), quotation_kind('They want "peace" and "bread"', [Span(10, 29)])
    ('indirect', 'mixed')
    """
    whole = [_is_quotation(text, span) for span in content]
    if all(whole):
        return "direct"
    marked = any(_DOUBLE_QUOTES.intersection(text[span.start : span.end]) for span in content)
    return "mixed" if marked or any(whole) else "indirect"


def _is_quotation(text: str, span: Span) -> bool:
    """Say whether a stretch is one quotation, its marks inside or right around it."""
    inside = text[span.start : span.end].strip().rstrip(",.;:")
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 2].lstrip(",.!?")[:1]
    opening = inside[:1] if inside[:1] in _QUOTES else before
    if opening not in _QUOTES:
        return False
    closing = _QUOTES[opening]
    body = inside.removeprefix(opening)
    if closing not in _APOSTROPHES and any(mark in body[:-1] for mark in closing):
        return False
    return any(mark in (body[-1:], after) for mark in closing)

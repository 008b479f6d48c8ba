"""Opinions of one document: who, author or source, is for or against which actor, and where it says so."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stance.actors.linking import LinkedActor, TypedMention
from stance.document import Attribution, Source, Span, Stance
from stance.labels import POLARITIES
from stance.model.heads import STANCE_VIEWS
from stance.predict.document_stance import sentence_rows

STANCE_THRESHOLDS: Mapping[str, float] = {"author": 0.5, "source": 0.5, "author-later": 0.6, "source-later": 0.6}
"""The least probability at which a stance becomes an opinion, by who holds it; a checkpoint brings its own.

`-later` is for sentences that come after a mention and do not name the actor.
"""

HOLDER_KINDS = ("author", "source")

NEVER = 2.0
"""A threshold that no probability reaches."""

EVIDENCE_LABELS = ("against", "favor")
"""The names of the evidence head's spans, by their id."""


@dataclass(frozen=True, slots=True)
class OpinionView:
    """What opinions are read from.

    `mentions` in the order of the text, each with `scores` (3 views, 3 polarities) in its sentence and in `later` ones, by their
    place; `attributions` that reach into a sentence, and `evidence` inside it, by the sentence's place (and the evidence's label).
    """

    text: str
    sentences: Sequence[Span]
    mentions: Sequence[TypedMention]
    scores: Sequence[NDArray[np.float32]]
    later: Sequence[Mapping[int, NDArray[np.float32]]]
    attributions: Mapping[int, Sequence[Attribution]]
    evidence: Mapping[tuple[int, str], Sequence[Span]]
    thresholds: Mapping[str, float] = field(default_factory=lambda: STANCE_THRESHOLDS)


def attributions_by_sentence(
    attributions: Sequence[Attribution], sentences: Sequence[Span]
) -> dict[int, list[Attribution]]:
    """Return the attributions that have content in each sentence, by the sentence's place."""
    found: dict[int, list[Attribution]] = {}
    for item in attributions:
        places = {
            place
            for part in item.content
            for place in range(sentence_at(sentences, part.start), sentence_at(sentences, part.end - 1) + 1)
        }
        for place in sorted(places):
            found.setdefault(place, []).append(item)
    return found


def evidence_by_sentence(
    evidence: Sequence[tuple[Span, str]], sentences: Sequence[Span]
) -> dict[tuple[int, str], list[Span]]:
    """Return the evidence (place, label) that lies inside one sentence, by the sentence's place and the label."""
    found: dict[tuple[int, str], list[Span]] = {}
    for span, label in evidence:
        place = sentence_at(sentences, span.start)
        if place < len(sentences) and span.end <= sentences[place].end:
            found.setdefault((place, label), []).append(span)
    return found


def sentence_at(sentences: Sequence[Span], character: int) -> int:
    """Return the place of the sentence that a character stands in or behind; 0 before the first.

    >>> sentence_at([Span(0, 4), Span(5, 9)], 4), sentence_at([Span(0, 4), Span(5, 9)], 5)
    (0, 1)
    """
    return max(0, bisect.bisect_right(sentences, character, key=lambda span: span[0]) - 1)


def with_source_actors(
    attributions: Sequence[Attribution],
    *,
    text: str,
    mentions: Sequence[TypedMention],
    owner: Mapping[int, str | None],
    pronouns: Mapping[Span, str],
) -> tuple[Attribution, ...]:
    """Return attributions with the id of the first actor that is mentioned in the source's words, or that its pronoun means.

    Of "Trump's lawyer, Rudy Giuliani" the second speaks.

    Args:
        mentions: in the order of the text.
        owner: the actor's id by the place of a mention, None for an actor without one.
        pronouns: the actor's id by the place of a pronoun.
    """
    opening = {span.start: span for span in pronouns}
    found = []
    for item in attributions:
        if item.source is None:
            found.append(item)
        else:
            place = _speaking(item.source, text=text, mentions=mentions, owner=owner)
            pronoun = opening.get(item.source.start)
            actor = owner[place] if place is not None else None
            if place is None and pronoun is not None and _speaks(pronoun, item.source, text=text):
                actor = pronouns[pronoun]
            found.append(replace(item, actor=actor))
    return tuple(found)


def gate_quoted(
    scores: Sequence[NDArray[np.float32]], places: Sequence[Span], *, attributions: Sequence[Attribution]
) -> list[NDArray[np.float32]]:
    """Return scores (3 views, 3 polarities) where the author is neutral about places of which most is direct quotation.

    In indirect speech the author may side with the source, and the model judges that; between quotation marks he does not speak.

    Args:
        places: what the scores are of, mentions or sentences.
    """
    quoted = sorted({part for item in attributions if item.kind == "direct" for part in item.content})
    gated = []
    for row, place in zip(scores, places, strict=True):
        first = bisect.bisect_right(quoted, place.start, key=lambda part: part.end)
        stop = bisect.bisect_left(quoted, place.end, key=lambda part: part.start)
        inside = sum(min(part.end, place.end) - max(part.start, place.start) for part in quoted[first:stop])
        gated.append(_without_author(row) if 2 * inside > place.end - place.start else row)
    return gated


def _without_author(row: NDArray[np.float32]) -> NDArray[np.float32]:
    row = row.copy()
    row[STANCE_VIEWS.index("author")] = np.eye(len(POLARITIES), dtype=np.float32)[POLARITIES.index("neutral")]
    return row


def later_rows(
    later: Sequence[Mapping[int, NDArray[np.float32]]], *, named: Collection[int]
) -> dict[int, NDArray[np.float32]]:
    """Return scores by sentence for those that do not name an actor, each from the actor's nearest mention before it.

    Args:
        later: of the actor's mentions in the order of the text: scores (3 views, 3 polarities) by sentence.
        named: the sentences that mention the actor.
    """
    rows: dict[int, NDArray[np.float32]] = {}
    for following in later:
        rows |= following
    return {sentence: row for sentence, row in sorted(rows.items()) if sentence not in named}


def author_rows(view: OpinionView, actor: LinkedActor) -> tuple[NDArray[np.float64], int]:
    """Return (S, 3) author's scores of the sentences that mention an actor, and their number S."""
    if not actor.mentions:
        return np.zeros((0, len(POLARITIES))), 0
    sentences = np.array([sentence_at(view.sentences, view.mentions[place].span.start) for place in actor.mentions])
    author = STANCE_VIEWS.index("author")
    rows = sentence_rows(np.array([view.scores[place][author] for place in actor.mentions], dtype=float), sentences)
    return rows, len(rows)


def opinions(view: OpinionView, actor: LinkedActor, *, key: str) -> Iterator[Stance]:
    """Yield one opinion for each sentence, holder kind and polarity that the actor's mentions are likely to carry.

    Sentences soon after a mention that do not name the actor come in too, where the model is sure enough.

    Args:
        key: the actor's id.
    """
    best: dict[tuple[int, str, str], tuple[float, int | None]] = {}
    named = [sentence_at(view.sentences, view.mentions[place].span.start) for place in actor.mentions]
    for sentence, place in zip(named, actor.mentions, strict=True):
        for kind, label, score in likely_stances(view.scores[place], thresholds=view.thresholds):
            if score > best.get((sentence, kind, label), (0.0, None))[0]:
                best[sentence, kind, label] = (score, place)
    for sentence, row in later_rows([view.later[place] for place in actor.mentions], named=named).items():
        for kind, label, score in likely_stances(row, thresholds=view.thresholds, later="-later"):
            best[sentence, kind, label] = (score, None)
    for (sentence, kind, label), (score, found) in sorted(best.items()):
        mention = None if found is None else view.mentions[found].span
        holder = "author" if kind == "author" else _holder(view, sentence, mention=mention, target=key)
        if holder is None:
            continue
        start, end = _evidence(view, sentence, mention=mention, label=label)
        yield Stance(holder, key, label=label, start=start, end=end, score=score, mention=mention)


def likely_stances(
    scores: NDArray[np.float32], *, thresholds: Mapping[str, float] = STANCE_THRESHOLDS, later: str = ""
) -> Iterator[tuple[str, str, float]]:
    """Yield (holder kind, label, probability) of what scores (3 views, 3 polarities) say clearly.

    Args:
        later: `-later` for the thresholds of sentences that do not name the actor.

    >>> rows = np.array([[0.0, 1.0, 0.0], [0.45, 0.5, 0.05], [0.1, 0.2, 0.7]], dtype=np.float32)
    >>> [(kind, label) for kind, label, _ in likely_stances(rows, thresholds={"author": 0.4, "source": 0.5})]
    [('author', 'against'), ('source', 'favor')]
    """
    for kind in HOLDER_KINDS:
        row = scores[STANCE_VIEWS.index(kind)]
        label = max(EVIDENCE_LABELS, key=lambda name: row[POLARITIES.index(name)])
        score = float(row[POLARITIES.index(label)])
        if score >= thresholds.get(kind + later, NEVER):
            yield kind, label, score


def _evidence(view: OpinionView, sentence: int, *, mention: Span | None, label: str) -> Span:
    """Return the evidence of that polarity in a sentence, nearest to the mention; the sentence where none was marked."""
    inside = view.evidence.get((sentence, label), ())
    if inside and mention is None:
        return inside[0]
    if inside and mention is not None:
        near = mention
        return min(inside, key=lambda span: max(span.start - near.end, near.start - span.end, 0))
    return view.sentences[sentence] if view.sentences else Span(0, len(view.text))


def _holder(view: OpinionView, sentence: int, *, mention: Span | None, target: str) -> str | Source | None:
    """Return who holds a source's stance: the source of the content around the mention, or else in its sentence.

    None where nobody is quoted there, or only the target itself.
    """
    here = view.attributions.get(sentence, ())
    around = [item for item in here if mention is not None and any(_overlap(mention, part) for part in item.content)]
    for item in around or here:
        if item.actor is not None and item.actor != target:
            return item.actor
        if item.source is not None and item.actor is None:
            return Source(view.text[item.source.start : item.source.end])
    return Source("unnamed") if any(item.source is None for item in around or here) else None


def _speaking(
    source: Span, *, text: str, mentions: Sequence[TypedMention], owner: Mapping[int, str | None]
) -> int | None:
    """Return the place of the mention in a source's words that speaks; None where they mention nobody."""
    first = bisect.bisect_left(mentions, source.start, key=lambda mention: mention.span.start)
    while first and mentions[first - 1].span.end > source.start:
        first -= 1
    stop = bisect.bisect_left(mentions, source.end, key=lambda mention: mention.span.start)
    inside = [place for place in range(first, stop) if place in owner]
    while len(inside) > 1 and _possesses(text, mentions[inside[0]].span):
        inside.pop(0)  # "Trump's lawyer, Rudy Giuliani": the one who is owned speaks
    return inside[0] if inside else None


def _possesses(text: str, span: Span) -> bool:
    words, after = text[slice(*span)], text[span.end : span.end + 2]
    return (
        words.endswith(("'s", "’s", "s'", "s’"))
        or after in ("'s", "’s")
        or (words[-1:] == "s" and after in ("' ", "’ "))
    )


_SUBJECTS: Final = frozenset(("he", "she", "they", "it"))


def _speaks(pronoun: Span, source: Span, *, text: str) -> bool:
    """Return whether a pronoun that a source begins with is the source: alone, or as its subject, but not as a possessor."""
    return pronoun == source or text[slice(*pronoun)].lower() in _SUBJECTS


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end

"""Windows through the network: token probabilities, mentions with their stance, and pointers of contents.

Hidden states live for one batch of windows only, so that memory does not grow with the length of a text.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stance.actors.coreference import find_pronouns
from stance.actors.linking import TypedMention, names_somebody
from stance.document import Span
from stance.labels import ACTOR_TYPES
from stance.model.checkpoint import Checkpoint
from stance.model.coreference import CoreferenceHead
from stance.model.encoding import (
    EncodedText,
    attention,
    is_judged_later,
    pad,
    sentence_begins,
    sentence_in_window,
    window_ids,
)
from stance.model.heads import LATER_SENTENCES, STANCE_VIEWS, TOKEN_LABELS
from stance.predict.decode import (
    Pointer,
    ScoredSpan,
    best_spans,
    bounded,
    characters,
    without_stop,
    word_starts,
)
from stance.text.windows import Window

Floats = NDArray[np.float32]

PLACES_AT_ONCE = 64
"""How many contents the link head looks at together, which copies a window for each; bounds memory."""


@dataclass(slots=True)
class DocumentScores:
    """What the network says of one document of T tokens.

    `tokens`: (T, K) probabilities by token head. `mentions` in the order of the text, each with `stances` (3 views, 3 polarities)
    for its own sentence, and `later` for the next ones, by their place. `pointers` by the first token of a content. `features`
    (T, F) is what the relation head wants to know of tokens, None without that head. `vectors` has (R,) what coreference knows of a
    mention or a pronoun by its place, nothing where the network has no such head.
    """

    tokens: dict[str, Floats]
    mentions: list[TypedMention] = field(default_factory=list)
    stances: list[Floats] = field(default_factory=list)
    later: list[dict[int, Floats]] = field(default_factory=list)
    pointers: dict[int, Pointer] = field(default_factory=dict)
    features: NDArray[np.float16] | None = None
    vectors: dict[Span, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoringTask:
    """A text to score; with `given` mentions, their stances are scored and no others are looked for.

    `known` mentions are scored too, and others looked for beside them, which may overlap with them. A given or known mention
    of characters that the tokenizer drops is scored by the token before it.
    """

    text: str
    encoded: EncodedText
    given: Sequence[TypedMention] | None = None
    known: Sequence[TypedMention] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """A task with what is worked out once for it, and the scores that its windows fill in.

    `starts` (T,) tells where words begin, `begins` the first tokens of sentences; `placed` has the given or known mentions as
    (first token, end token, mention) in order, `pronouns` those of the text in the same way.
    """

    task: ScoringTask
    starts: NDArray[np.bool_]
    begins: NDArray[np.int64]
    placed: Sequence[tuple[int, int, TypedMention]]
    pronouns: Sequence[tuple[int, int, Span]]
    scores: DocumentScores


def score_documents(
    checkpoint: Checkpoint, tasks: Sequence[ScoringTask], *, batch_tokens: int = 4096
) -> list[DocumentScores]:
    """Return the scores of each text, by one encoder pass over every window of all of them.

    Args:
        batch_tokens: the most tokens in a batch of windows, padding included; bounds memory.
    """
    jobs = [
        _Job(
            task,
            starts=word_starts(task.text, task.encoded.offsets),
            begins=sentence_begins(task.encoded),
            placed=_placed(task),
            pronouns=_pronouns(task),
            scores=_empty(task.encoded, heads=checkpoint.network.heads),
        )
        for task in tasks
    ]
    scores = [job.scores for job in jobs]
    queue = [(place, window) for place, task in enumerate(tasks) for window in task.encoded.windows]
    queue.sort(key=lambda item: item[1].first - item[1].end)
    with torch.inference_mode(), autocast(next(checkpoint.network.parameters()).device):
        for windows in _batches(queue, batch_tokens=batch_tokens):
            batch = _encode(checkpoint, tasks, windows=windows)
            _take_tokens(batch, scores)
            _take_features(checkpoint, batch, scores)
            found = _take_mentions(checkpoint, batch, jobs=jobs)
            _take_pointers(checkpoint, batch, jobs=jobs)
            _take_vectors(checkpoint.network.coreference, batch, jobs=jobs, places=found)
    for job in jobs:
        _put_in_order(job)
    return scores


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    """Return the context in which to compute: bfloat16 where there is hardware for it, else float32.

    Without such hardware bfloat16 is emulated, and slower than float32 by an order of magnitude.
    """
    return torch.autocast(device.type, torch.bfloat16) if has_bfloat16() else nullcontext()


def has_bfloat16() -> bool:
    """Return whether the processor, or the GPU when there is one, multiplies matrices in bfloat16."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _empty(encoded: EncodedText, *, heads: Collection[str]) -> DocumentScores:
    count, labels = len(encoded.ids), {name: TOKEN_LABELS[name] for name in heads if name in TOKEN_LABELS}
    return DocumentScores({name: np.zeros((count, len(names)), np.float32) for name, names in labels.items()})


def _placed(task: ScoringTask) -> list[tuple[int, int, TypedMention]]:
    if not len(task.encoded.ids):
        return []
    found = []
    for mention in task.known if task.given is None else task.given:
        first, end = task.encoded.tokens(*mention.span)
        if first == end:
            first, end = max(first - 1, 0), max(first, 1)
        found.append((first, end, mention))
    return sorted(found, key=lambda item: item[0])


def _pronouns(task: ScoringTask) -> list[tuple[int, int, Span]]:
    places = [(*task.encoded.tokens(*span), span) for span in find_pronouns(task.text)]
    return [(first, end, span) for first, end, span in places if first < end]


def _put_in_order(job: _Job) -> None:
    """Sort the mentions that windows appended, and their stances with them."""
    scores = job.scores
    order = sorted(range(len(scores.mentions)), key=lambda place: scores.mentions[place].span)
    if job.task.given is None:
        order = _without_overlaps(order, mentions=scores.mentions)
    scores.mentions = [scores.mentions[place] for place in order]
    scores.stances = [scores.stances[place] for place in order]
    scores.later = [scores.later[place] for place in order]


def _without_overlaps(order: Sequence[int], *, mentions: Sequence[TypedMention]) -> list[int]:
    """Return the places but for those of mentions that begin inside one before them: two windows saw it with different borders.

    Mentions found by an alias all stay.
    """
    kept: list[int] = []
    end = 0
    for place in order:
        mention = mentions[place]
        if mention.actor is None and mention.span.start < end:
            continue
        kept.append(place)
        if mention.actor is None:
            end = mention.span.end
    return kept


def _batches(queue: Sequence[tuple[int, Window]], *, batch_tokens: int) -> Iterator[list[tuple[int, Window]]]:
    batch: list[tuple[int, Window]] = []
    for item in queue:
        longest = (batch or [item])[0][1]
        if batch and (longest.end - longest.first + 2) * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Batch:
    """Windows that went through the encoder together; `hidden` (B, T, H), `probabilities` (B, T, K) by token head."""

    windows: Sequence[tuple[int, Window]]
    hidden: Tensor
    probabilities: Mapping[str, Floats]
    open_costs: Mapping[str, float]

    def spans(self, row: int, *, head: str, job: _Job) -> list[ScoredSpan]:
        """Return the spans of a BIO head in one window, in tokens of the window without its first special token."""
        window = self.windows[row][1]
        seen = self.probabilities[head][row, 1 : window.end - window.first + 1]
        tags = bounded(head, seen, begins=job.begins - window.first)
        return best_spans(tags, job.starts[window.first : window.end], open_cost=self.open_costs.get(head, 0.0))


def _encode(checkpoint: Checkpoint, tasks: Sequence[ScoringTask], *, windows: Sequence[tuple[int, Window]]) -> _Batch:
    network = checkpoint.network
    rows = [window_ids(checkpoint.tokenizer, tasks[place].encoded, window=window) for place, window in windows]
    device = next(network.parameters()).device
    hidden = network.encode(pad(rows, value=0).to(device), attention(rows).to(device))
    temperatures = checkpoint.info.temperatures
    logits = network.token_logits(hidden)
    probabilities = {name: _softmax(values, temperature=temperatures.get(name, 1.0)) for name, values in logits.items()}
    return _Batch(windows, hidden, probabilities, checkpoint.info.decoding)


def _take_tokens(batch: _Batch, scores: Sequence[DocumentScores]) -> None:
    for row, (place, window) in enumerate(batch.windows):
        own = slice(window.own_first - window.first + 1, window.own_end - window.first + 1)
        for name, values in batch.probabilities.items():
            scores[place].tokens[name][window.own_first : window.own_end] = values[row, own]


def _take_features(checkpoint: Checkpoint, batch: _Batch, scores: Sequence[DocumentScores]) -> None:
    """Keep what the relation head wants to know of tokens: units, and pairs of them, are found when all windows are seen."""
    head = checkpoint.network.relation
    if head is None:
        return
    values = head.features(batch.hidden).float().cpu().numpy()  # (B, T, F)
    for row, (place, window) in enumerate(batch.windows):
        features = scores[place].features
        if features is None:
            features = np.zeros((len(next(iter(scores[place].tokens.values()))), values.shape[2]), np.float16)
            scores[place].features = features
        own = slice(window.own_first - window.first + 1, window.own_end - window.first + 1)
        features[window.own_first : window.own_end] = values[row, own]


def _take_mentions(
    checkpoint: Checkpoint, batch: _Batch, *, jobs: Sequence[_Job]
) -> list[tuple[_Job, Span, list[int]]]:
    """Score the stance toward every mention that begins in a window's own part, found or given, here and in the next sentences.

    Returns the mentions, each with its job and (window, first and end token).
    """
    found: list[tuple[_Job, Span, list[int]]] = []
    places: list[list[int]] = []
    owners: list[tuple[_Job, int, int]] = []  # the job, the mention's place in its scores, the sentence judged
    for row, (place, window) in enumerate(batch.windows):
        job, shift = jobs[place], 1 - window.first
        sentences = job.task.encoded.sentences
        for first, end, mention in _window_mentions(batch, row, job=job):
            if not window.own_first <= first < window.own_end:
                continue
            own = _sentence_at(first, sentences=sentences)
            for at in range(own, min(own + 1 + LATER_SENTENCES, len(sentences))):
                if at == own or is_judged_later(sentences[at], window):
                    bounds = sentence_in_window(sentences[at], window)
                    places.append([row, first + shift, min(end, window.end) + shift, *bounds, at - own])
                    owners.append((job, len(job.scores.mentions), at))
            job.scores.mentions.append(mention)
            job.scores.later.append({})
            found.append((job, mention.span, [row, first + shift, min(end, window.end) + shift]))
    if not places:
        return found
    rows = torch.tensor(places, device=batch.hidden.device)  # (M, 6)
    logits = checkpoint.network.stance(batch.hidden, rows)  # (M, 3, 3)
    temperatures = [checkpoint.info.temperatures.get(f"stance-{view}", 1.0) for view in STANCE_VIEWS]
    stances = _softmax(logits / torch.tensor(temperatures, device=logits.device)[None, :, None], temperature=1.0)
    for (job, place, at), (*_, later), values in zip(owners, places, stances, strict=True):
        if later:
            job.scores.later[place][at] = values
        else:
            job.scores.stances.append(values)
    return found


def _take_vectors(
    head: CoreferenceHead | None, batch: _Batch, *, jobs: Sequence[_Job], places: Sequence[tuple[_Job, Span, list[int]]]
) -> None:
    """Keep what coreference needs of the mentions, and of the pronouns that begin in a window's own part."""
    if head is None:
        return
    found = list(places)
    for row, (place, window) in enumerate(batch.windows):
        job, shift = jobs[place], 1 - window.first
        low = bisect.bisect_left(job.pronouns, window.own_first, key=lambda item: item[0])
        high = bisect.bisect_left(job.pronouns, window.own_end, key=lambda item: item[0])
        for first, end, span in job.pronouns[low:high]:
            found.append((job, span, [row, first + shift, min(end, window.end) + shift]))
    if found:
        rows = torch.tensor([place for _, _, place in found], device=batch.hidden.device)  # (N, 3)
        for (job, span, _), vector in zip(found, head.represent(batch.hidden, rows), strict=True):
            job.scores.vectors[span] = vector.float().cpu().numpy()


def _window_mentions(batch: _Batch, row: int, *, job: _Job) -> Iterator[tuple[int, int, TypedMention]]:
    window, encoded = batch.windows[row][1], job.task.encoded
    low = bisect.bisect_left(job.placed, window.own_first, key=lambda item: item[0])
    high = bisect.bisect_left(job.placed, window.own_end, key=lambda item: item[0])
    yield from job.placed[low:high]
    if job.task.given is not None:
        return
    for span in batch.spans(row, head="mention", job=job):
        place = without_stop(job.task.text, characters(span, encoded.offsets[window.first : window.end]))
        if not names_somebody(job.task.text[place.start : place.end]):
            continue
        mention = TypedMention(place, ACTOR_TYPES[span.name], span.score)
        yield window.first + span.first, window.first + span.end, mention


def _take_pointers(checkpoint: Checkpoint, batch: _Batch, *, jobs: Sequence[_Job]) -> None:
    """Score where every content that reaches into a window's own part points."""
    places: list[list[int]] = []
    owners: list[tuple[_Job, Window, int]] = []
    for row, (place, window) in enumerate(batch.windows):
        for span in batch.spans(row, head="content", job=jobs[place]):
            first = max(window.first + span.first, window.own_first)
            if first < min(window.own_end, window.first + span.end):
                places.append([row, first - window.first + 1])
                owners.append((jobs[place], window, first))
    if not places:
        return
    rows = torch.tensor(places, device=batch.hidden.device)  # (C, 2)
    parts = [
        checkpoint.network.link(batch.hidden, rows[at : at + PLACES_AT_ONCE])
        for at in range(0, len(rows), PLACES_AT_ONCE)
    ]
    logits = torch.cat(parts)  # (C, 2, T)
    temperature = checkpoint.info.temperatures.get("link", 1.0)
    for (job, window, first), values in zip(owners, logits, strict=True):
        mass = _softmax(values[:, : window.end - window.first + 1], temperature=temperature)  # (2, T)
        job.scores.pointers[first] = Pointer(window.first, mass[0], mass[1])


def _sentence_at(token: int, *, sentences: Sequence[tuple[int, int]]) -> int:
    """Return the place of the sentence that a token stands in."""
    return max(0, bisect.bisect_right(sentences, (token, 1 << 60)) - 1)


def _softmax(logits: Tensor, *, temperature: float) -> Floats:
    return torch.softmax(logits.float() / temperature, dim=-1).cpu().numpy()

"""What a teacher says of unlabelled texts, worked out once and kept, for a smaller model to learn.

A teacher is a whole checkpoint. Its scores of a document are those that users get (`predict.scoring`); the student learns their
logarithms in windows of its own, so that the two may have different tokenizers: tokens are matched by the characters they begin at.
A further head is taught by a line in `PLACED_HEADS`, if it is not one of tokens, which are all taught.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from datasets import Dataset, concatenate_datasets
from numpy.typing import NDArray
from safetensors.numpy import load, save
from torch import Tensor

from stance.config import TextSettings, TrainConfig
from stance.document import Document
from stance.errors import CheckpointError, ConfigError, DataError, OutputError, Problem, nearest
from stance.formats.atomic import writing
from stance.formats.files import read
from stance.model.checkpoint import Checkpoint, find_checkpoint, load_checkpoint
from stance.model.encoding import (
    EncodedText,
    Tokenizer,
    attention,
    encode_text,
    is_judged_later,
    pad,
    sentence_in_window,
    window_ids,
)
from stance.model.heads import LATER_SENTENCES, TOKEN_LABELS
from stance.model.imitation import PLACES, TEACHER
from stance.predict.scoring import DocumentScores, ScoringTask, score_documents
from stance.text.sentences import sentence_spans
from stance.text.windows import Window
from stance.train.curriculum import CORPUS_HEADS, annotated_documents

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

PART_DOCUMENTS: Final = 32
"""Documents whose targets share a file: what a stage that is interrupted loses at most."""

LEAST: Final = 1e-6
"""The least probability that is told from none, so that logarithms fit into 16 bits."""

KEY: Final = "teacher.json"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text as the student cuts it, with the teacher's scores and, for each of the S student tokens, the teacher's token.

    `source` (S,) is -1 for a token of which the teacher says nothing.
    """

    encoded: EncodedText
    scores: DocumentScores
    source: NDArray[np.int64]


def align(student: NDArray[np.int64], teacher: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each student token the first teacher token that it overlaps, -1 where there is none or an earlier one has it.

    Where a teacher's token is cut into several, only the first of them is taught: the others do not begin what it begins.

    Args:
        student: (S, 2) characters of each token, in order.
        teacher: (T, 2) the same.

    >>> align(np.array([[0, 2], [2, 5], [6, 9]]), np.array([[0, 5], [6, 7], [7, 9]])).tolist()
    [0, -1, 1]
    """
    if not len(teacher):
        return np.full(len(student), -1, dtype=np.int64)
    first = np.searchsorted(teacher[:, 1], student[:, 0], side="right")
    inside = np.minimum(first, len(teacher) - 1)
    overlaps = (first < len(teacher)) & (teacher[inside, 0] < student[:, 1])
    fresh = np.append([True], first[1:] != first[:-1])[: len(first)]
    return np.where(overlaps & fresh, first, -1).astype(np.int64)


def stance_places(lesson: Lesson, window: Window) -> list[tuple[list[int], Floats]]:
    """Return the places, without the window, and the teacher's logits (3 views, 3 polarities) of the mentions a window owns."""
    found = []
    scores, sentences, shift = lesson.scores, lesson.encoded.sentences, 1 - window.first
    for mention, own, later in zip(scores.mentions, scores.stances, scores.later, strict=True):
        first, end = lesson.encoded.tokens(*mention.span)
        if first == end or not window.own_first <= first < window.own_end:
            continue
        home = max(0, bisect.bisect_right(sentences, (first, 1 << 60)) - 1)
        for place, probabilities in ((home, own), *later.items()):
            steps = place - home
            if steps == 0 or (0 < steps <= LATER_SENTENCES and is_judged_later(sentences[place], window)):
                bounds = sentence_in_window(sentences[place], window)
                row = [first + shift, min(end, window.end) + shift, *bounds, steps]
                found.append((row, logarithms(probabilities)))
    return found


def link_places(lesson: Lesson, window: Window) -> list[tuple[list[int], Floats]]:
    """Return the first token of the contents a window owns, and the teacher's logits (2 parts, T) over the window's tokens."""
    found = []
    taken = {int(token): place for place, token in enumerate(lesson.source) if token >= 0}
    for token, pointer in lesson.scores.pointers.items():
        content = taken.get(token, -1)
        if not window.own_first <= content < window.own_end:
            continue
        mass: Floats = np.stack([pointer.source, pointer.cue])  # (2, 1 + the tokens that the teacher's window sees)
        places = lesson.source[window.first : window.end] - pointer.first + 1
        seen = (lesson.source[window.first : window.end] >= 0) & (places >= 1) & (places < mass.shape[1])
        logits = np.full((2, len(places) + 2), -np.inf, dtype=np.float32)
        logits[:, 0] = logarithms(mass[:, 0])
        logits[:, 1:-1][:, seen] = logarithms(mass[:, places[seen]])
        found.append(([content - window.first + 1], logits))
    return found


Placing = Callable[[Lesson, Window], list[tuple[list[int], Floats]]]

PLACED_HEADS: Final[Mapping[str, Placing]] = {"stance": stance_places, "link": link_places}
"""The heads that judge places, by the name of their module in the network: where, and what the teacher says there."""

POINTING_HEADS: Final = frozenset({"link"})
"""Those of them whose labels are the tokens of the window."""


def logarithms(probabilities: Floats) -> Floats:
    """Return logarithms, from that of `LEAST` on."""
    return np.log(np.maximum(probabilities, np.float32(LEAST)))


def window_targets(lesson: Lesson, window: Window) -> dict[str, NDArray[Any]]:
    """Return what the teacher says of the T places of a window, special ones included, by head.

    A token head's is (T, K), NaN where the teacher says nothing; another head's (N, ..., K), with `HEAD_places` (N, P).
    """
    found: dict[str, NDArray[Any]] = {}
    source = lesson.source[window.first : window.end]
    for name, probabilities in lesson.scores.tokens.items():
        rows = np.full((len(source) + 2, probabilities.shape[1]), np.nan, dtype=np.float16)
        rows[1:-1][source >= 0] = logarithms(probabilities[source[source >= 0]])
        found[name] = rows
    for name, placing in PLACED_HEADS.items():
        if placed := placing(lesson, window):
            found[name + PLACES] = np.array([place for place, _ in placed], dtype=np.int32)
            found[name] = np.stack([logits for _, logits in placed]).astype(np.float16)
    return found


def lesson_examples(
    teacher: Checkpoint, tokenizer: Tokenizer, *, documents: Sequence[Document]
) -> list[dict[str, Any]]:
    """Return an example a window of the student's: `input_ids`, and `targets`, which `collate_lessons` unpacks."""
    tasks, texts = [], []
    for document in documents:
        sentences = document.sentences or sentence_spans(document.text)
        tasks.append(ScoringTask(document.text, encode_text(teacher.tokenizer, document.text, sentences=sentences)))
        texts.append(encode_text(tokenizer, document.text, sentences=sentences))
    examples = []
    for task, encoded, scores in zip(tasks, texts, score_documents(teacher, tasks), strict=True):
        lesson = Lesson(encoded, scores, align(encoded.offsets, task.encoded.offsets))
        for window in encoded.windows:
            targets = save(window_targets(lesson, window))
            examples.append({"input_ids": window_ids(tokenizer, encoded, window=window), "targets": targets})
    return examples


def collate_lessons(examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    """Return a batch for `Network.forward` from examples of `lesson_examples`."""
    rows = [example["input_ids"] for example in examples]
    batch = {"input_ids": pad(rows, value=0), "attention_mask": attention(rows)}
    width = batch["input_ids"].shape[1]
    targets = [load(example["targets"]) for example in examples]
    names = sorted({name for one in targets for name in one if not name.endswith(PLACES)})
    for name in names:
        if name in TOKEN_LABELS:
            parts = [_widened(one[name], width, axis=0, value=np.nan) for one in targets]
            batch[TEACHER + name] = torch.from_numpy(np.stack(parts)).float()  # (B, T, K)
            continue
        having = [(row, one[name], one[name + PLACES]) for row, one in enumerate(targets) if name in one]
        logits = [values for _, values, _ in having]
        if name in POINTING_HEADS:
            logits = [_widened(values, width, axis=-1, value=-np.inf) for values in logits]
        places = [np.insert(where.astype(np.int64), 0, row, axis=1) for row, _, where in having]
        batch[TEACHER + name] = torch.from_numpy(np.concatenate(logits)).float()  # (N, ..., K)
        batch[TEACHER + name + PLACES] = torch.from_numpy(np.concatenate(places))  # (N, 1 + P)
    return batch


def _widened(values: NDArray[Any], width: int, *, axis: int, value: float) -> NDArray[Any]:
    edges = [(0, 0)] * values.ndim
    edges[axis] = (0, width - values.shape[axis])
    return np.pad(values, edges, constant_values=value)


def taught_examples(config: TrainConfig, *, tokenizer: Tokenizer) -> dict[str, tuple[Dataset, float]]:
    """Return the examples that the teacher labelled, and the passes over them, by `teacher: NAME` of the texts; none without one.

    What was labelled before, by the same teacher for the same student, is taken as it lies.

    Raises:
        CheckpointError: the teacher cannot be had.
        ConfigError: the folder holds what another teacher said, or was asked of other texts.
        DataError, InputError: texts are not there.
        OutputError: the folder cannot be written.
    """
    settings = config.teacher
    if settings is None:
        return {}
    folder = Path(settings.targets).expanduser() if settings.targets else Path(config.run) / "teacher"
    teacher = load_checkpoint(find_checkpoint(settings.checkpoint))
    found = {}
    for name, texts in settings.texts.items():
        documents = _texts(name, texts, data=Path(config.data))
        _require_key(folder / name, _key(teacher, tokenizer, documents=documents))
        dataset = _labelled(teacher, tokenizer, documents=documents, folder=folder / name)
        log.info("teacher, %s: %d windows of %d documents", name, len(dataset), len(documents))
        found[f"teacher: {name}"] = (dataset, texts.passes)
    return found


def teacher_problems(config: TrainConfig) -> list[Problem]:
    """Return what is wrong with the settings of the teacher, if there is one."""
    if config.teacher is None:
        return []
    problems = []
    try:
        find_checkpoint(config.teacher.checkpoint)
    except CheckpointError as error:
        problems += [
            Problem(f"teacher.checkpoint, {one.place}", one.value, one.wish, one.cure) for one in error.problems
        ]
    for name, texts in config.teacher.texts.items():
        place = f"teacher.texts.{name}"
        if "/" in name or name.startswith("."):
            problems.append(Problem(place, "a path", wish="a word", cure="name it by a word, and give its `folder`"))
        if texts.folder is None and name not in CORPUS_HEADS:
            cure = f"name a corpus that has a reader{nearest(name, CORPUS_HEADS)}, or give the `folder` of the texts"
            problems.append(Problem(place, "no such corpus", wish=f"one of {', '.join(CORPUS_HEADS)}", cure=cure))
    return problems


def _texts(name: str, settings: TextSettings, *, data: Path) -> list[Document]:
    """Return the documents of a name, those of a folder up to as many as are asked for."""
    if settings.folder is not None:
        documents = read(str(Path(settings.folder).expanduser()))[: settings.documents]
    else:
        taken = annotated_documents(name, data, splits=settings.splits, documents=settings.documents)
        documents = [one.document for one in taken]
    if not documents:
        cure = "name another split, or take it out of `teacher.texts`"
        raise DataError(Problem(f"teacher.texts.{name}", "no documents", wish="texts to label", cure=cure))
    return documents


def _key(teacher: Checkpoint, tokenizer: Tokenizer, *, documents: Sequence[Document]) -> dict[str, Any]:
    """Return what targets depend on: the teacher, how the student cuts texts, and the texts."""
    texts = hashlib.sha256()
    for document in documents:
        texts.update(hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).digest())
    vocabulary = sorted(tokenizer.subwords.get_vocab().items())
    return {
        "teacher": teacher.info.weights_sha256,
        "vocabulary": hashlib.sha256(json.dumps(vocabulary).encode()).hexdigest(),
        "window": [tokenizer.window_tokens, tokenizer.context],
        "texts": texts.hexdigest(),
        "heads": sorted({*teacher.network.heads} & {*TOKEN_LABELS, *PLACED_HEADS}),
    }


def _require_key(folder: Path, key: Mapping[str, Any]) -> None:
    path = folder / KEY
    try:
        before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        problem = Problem(str(folder), f"it cannot be used ({error})", wish="a folder to write in", cure="name another")
        raise OutputError(problem) from None
    if before is None:
        with writing(path) as fresh:
            fresh.write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")
    elif before != key:
        odd = ", ".join(name for name in key if before.get(name) != key[name])
        value, wish = f"it holds targets of another kind ({odd})", "those of this teacher, student and texts"
        cure = "delete it, or name another folder as `teacher.targets`"
        raise ConfigError(Problem(str(folder), value, wish=wish, cure=cure))


def _labelled(teacher: Checkpoint, tokenizer: Tokenizer, *, documents: Sequence[Document], folder: Path) -> Dataset:
    """Return the examples of documents, from files where these are there, else labelled now and written, a part at a time.

    Processes that train together share the parts, each beginning with some of its own; a part made twice is the same.
    """
    count = -(-len(documents) // PART_DOCUMENTS)
    parts = [folder / f"part-{number:05}.arrow" for number in range(count)]
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    for number in sorted(range(count), key=lambda number: (number - rank) % world != 0):
        if not parts[number].is_file():
            chunk = documents[number * PART_DOCUMENTS : (number + 1) * PART_DOCUMENTS]
            _write_part(lesson_examples(teacher, tokenizer, documents=chunk), parts[number])
            log.info(
                "%s: %d of %d documents labelled", folder.name, number * PART_DOCUMENTS + len(chunk), len(documents)
            )
    return concatenate_datasets([Dataset.from_file(str(part)) for part in parts])


def _write_part(examples: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write examples as an Arrow stream, which `datasets` maps into memory."""
    import pyarrow

    schema = pyarrow.schema([("input_ids", pyarrow.list_(pyarrow.int32())), ("targets", pyarrow.binary())])
    table = pyarrow.Table.from_pylist([dict(example) for example in examples], schema=schema)
    with writing(path) as fresh, pyarrow.ipc.new_stream(str(fresh), schema) as stream:
        stream.write_table(table)

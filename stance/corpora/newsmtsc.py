"""NewsMTSC: sentences of political news with the sentiment toward persons mentioned in them, whoever holds it.

Hamborg and Donnay (EACL 2021), MIT. Test sets: `test-rw` as news is, `test-mt` with two or more targets a sentence.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Actor, Document, Source, Span, Stance
from stance.errors import DataError, Problem

CORPUS: Final = "newsmtsc"

FILES: Final[Mapping[str, str]] = {
    "train": "train.jsonl",
    "dev-rw": "newsmtsc-rw/dev.jsonl",
    "dev-mt": "newsmtsc-mt/dev.jsonl",
    "test-rw": "newsmtsc-rw/test.jsonl",
    "test-mt": "newsmtsc-mt/test.jsonl",
}
SPLITS: Final = tuple(FILES)

ANYONE: Final = Source("anyone")
"""The holder of every stance here: the annotators judged the sentence, be it the author who speaks or a source."""

POLARITIES: Final[Mapping[float, str]] = {2.0: "against", 4.0: "neutral", 6.0: "favor"}

NEAR: Final = 0.7
"""Two sentences are the same if this share of their words is common (Jaccard, words without case and punctuation)."""

_log = logging.getLogger(__name__)


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give one document a sentence: its targets as actors with one mention each, and a stance a target unless neutral.

    A neutral target has an actor and a mention, but no stance. `Actor.stance` stays None, for it would be the
    author's. Evidence is the whole sentence. `further_mentions` are left out: they were found by machine and not
    judged. Some 56 of train's 8739 targets are listed twice, under two names; they are kept, so that counts equal the
    published ones.

    `train` comes without the 8 sentences that stand in a test set, word for word or nearly (`NEAR`). One more of its
    sentences stands in `dev-rw` and one of `dev-mt` in `test-rw`; they are kept.

    Args:
        folder: the data root, with `newsmtsc/train.jsonl` and so on below it.
        split: one of `SPLITS`.

    Raises:
        DataError: no such split or file, or a target whose offsets do not hold its mention.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    needed = [split, "test-rw", "test-mt"] if split == "train" else [split]
    require_paths([folder / CORPUS / FILES[name] for name in needed], corpus=CORPUS)
    return _documents(folder / CORPUS, split=split)


def _documents(folder: Path, *, split: str) -> Iterator[Document]:
    path = folder / FILES[split]
    rows = list(_rows(path))
    leaks: frozenset[int] = frozenset()
    if split == "train":
        tests = [row["sentence_normalized"] for name in ("test-rw", "test-mt") for row in _rows(folder / FILES[name])]
        leaks = near_duplicates([row["sentence_normalized"] for row in rows], tests)
        _log.info("newsmtsc: %d sentences of train stand in the test sets and are left out", len(leaks))
    for number, row in enumerate(rows):
        if number not in leaks:
            yield _document(row, place=f"{path}, line {number + 1}")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                place = f"{path}, line {number}"
                raise DataError(
                    broken(place, f"no valid JSON ({error})", wish="one object a line", corpus=CORPUS)
                ) from None


def _document(row: dict[str, Any], *, place: str) -> Document:
    text: str = row["sentence_normalized"]
    whole = Span(0, len(text))
    problems: list[Problem] = []
    actors: list[Actor] = []
    stances: list[Stance] = []
    for number, target in enumerate(row["targets"]):
        # the readme calls `to` the last character of the mention; in the data it is the first one after it
        mention = Span(target["from"], target["to"])
        found = text[mention.start : mention.end]
        if found != target["mention"]:
            problems.append(
                broken(
                    place,
                    f"{found!r} stands at {list(mention)}",
                    wish=f"the mention {target['mention']!r}",
                    corpus=CORPUS,
                )
            )
        polarity = POLARITIES.get(target["polarity"])
        if polarity is None:
            problems.append(broken(place, f"polarity {target['polarity']!r}", wish="2, 4 or 6", corpus=CORPUS))
            continue
        actor = Actor(f"a{number}", target["mention"], "person", mentions=(mention,))
        actors.append(actor)
        if polarity != "neutral":
            stances.append(Stance(ANYONE, actor.id, polarity, whole.start, whole.end, mention=mention))
    if problems:
        raise DataError(problems)
    return Document(row["primary_gid"], text, sentences=(whole,), actors=tuple(actors), stances=tuple(stances))


def near_duplicates(sentences: Iterable[str], others: Iterable[str]) -> frozenset[int]:
    """Return the places of the sentences whose words are those of one of the others, to a share above `NEAR`.

    Sets that alike share one of their rarest words, so that only few pairs are compared (prefix filtering, Bayardo et
    al. 2007).

    >>> sorted(near_duplicates(["Ann met Bob in May.", "Rain fell."], ["'Ann met Bob, in May'", "Snow fell."]))
    [0]
    """
    word_sets = [_words(other) for other in others]
    frequency = Counter(word for words in word_sets for word in words)

    def rarest(words: frozenset[str]) -> list[str]:
        return sorted(words, key=lambda word: (frequency[word], word))[: len(words) - int(NEAR * len(words))]

    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(word_sets):
        for word in rarest(words):
            places[word].append(place)
    found = set()
    for number, sentence in enumerate(sentences):
        words = _words(sentence)
        candidates = {place for word in rarest(words) for place in places.get(word, ())}
        if any(len(words & word_sets[place]) > NEAR * len(words | word_sets[place]) for place in candidates):
            found.add(number)
    return frozenset(found)


def _words(sentence: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sentence.casefold()))

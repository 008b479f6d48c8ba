"""CheckThat! subjectivity, English: sentences of news that are subjective, by their author's hand, or objective.

Ruggeri et al., ECIR 2025 (CLEF CheckThat! Lab, task 1; guidelines: Antici et al., LREC-COLING 2024). CC BY-NC-SA 4.0:
for testing, and for models of one's own; the released ones are not trained on it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Document, Meta, Span, VoiceSpan
from stance.errors import DataError

CORPUS: Final = "checkthat"

SPLITS: Final = ("train", "dev", "dev-test", "test")

FOLDER: Final = Path("checkthat_subjectivity_2025") / "english"

_FILES: Final = {"train": "train_en", "dev": "dev_en", "dev-test": "dev_test_en", "test": "test_en_labeled"}

SUBJECTIVE: Final = "SUBJ"

LABELS: Final = (SUBJECTIVE, "OBJ")


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give a document a sentence; `meta.more["label"]` is SUBJ or OBJ.

    A subjective sentence holds an opinion of its author's: its whole voice is `opinion` (the label does not say where
    in it that stands). An objective one has no voice layer: it may be fact or attributed, which the label does not tell.

    Args:
        folder: the data root, with `checkthat_subjectivity_2025/english` below it.
        split: one of `SPLITS`; `test` is the official one of 2025.

    Raises:
        DataError: no such split or file, or a label that the corpus does not have.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    path = folder / FOLDER / f"{_FILES[split]}.tsv"
    require_paths([path], corpus=CORPUS)
    return _sentences(path)


def _sentences(path: Path) -> Iterator[Document]:
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t"), start=2):
            text, label = row["sentence"], row["label"]
            if label not in LABELS:
                value, wish = f"the label {label!r}", " or ".join(LABELS)
                raise DataError(broken(f"{path}, line {number}", value, wish=wish, corpus=CORPUS))
            whole = Span(0, len(text))
            voice = (VoiceSpan(*whole, "opinion"),) if label == SUBJECTIVE else None
            meta = Meta(more={"label": label})
            yield Document(row["sentence_id"], text, meta, sentences=(whole,), voice=voice)

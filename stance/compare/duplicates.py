"""Near-duplicates and wire copy: which articles are the same text, across outlets and within one, and how each counts once.

Candidates come from MinHash over word shingles (Broder 1997) with banding (datasketch), and each is verified by the exact
Jaccard index of the two sets of shingles.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.dates import parse_day
from stance.compare.rows import Tables, subset
from stance.document import Document
from stance.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd

PAIR_COLUMNS: Final = ("document", "other", "outlet", "other_outlet", "jaccard", "containment", "kind")
CLUSTER_COLUMNS: Final = ("document", "cluster", "size", "outlet", "date", "kind", "kept", "kept_in_outlet")
SCOPES: Final = ("everywhere", "outlet")

_PERMUTATIONS: Final = 128
_MISS: Final = 0.005
"""The largest probability with which the banding may pass over a pair that is just at the threshold."""

_WORD: Final = re.compile(r"\w+")
_MIX: Final = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Articles that are the same text as another.

    pairs: (`PAIR_COLUMNS`) every pair at or over the threshold; `jaccard` = shared shingles / all shingles of the two,
        `containment` = shared shingles / shingles of the shorter one; `kind` is "across outlets" or "within outlet".
    clusters: (`CLUSTER_COLUMNS`) every article of such a pair. A cluster is what pairs connect, so that two of its
        articles may be less alike than the threshold; it is named by its earliest article. `kept` marks that one,
        `kept_in_outlet` the earliest of each outlet; undated articles come last, and the order of reading breaks ties.
    """

    threshold: float
    pairs: pd.DataFrame
    clusters: pd.DataFrame


def find_duplicates(
    documents: Iterable[Document], *, threshold: float = 0.5, shingle_words: int = 5, seed: int = 1
) -> Duplicates:
    """Return the articles that share at least `threshold` (Jaccard) of their shingles of `shingle_words` words.

    Case and punctuation do not count. A text shorter than a shingle is one shingle. Op-eds about one event share hardly
    any five words in a row, while copies that were cut by a third or lightly edited still reach 0.5. A pair that lies
    at the threshold is passed over with a probability of 0.5 % at most, a closer one hardly ever.

    Raises:
        DataError: the threshold is not between 0.2 and 1, or a shingle has no word.
    """
    if not (0.2 <= threshold <= 1 and shingle_words >= 1):
        value, wish = f"{threshold} and {shingle_words}", "a threshold of 0.2 to 1, and shingles of at least one word"
        raise DataError(Problem("threshold and shingle_words", value, wish=wish, cure="change them"))
    documents = list(documents)
    vocabulary: defaultdict[str, int] = defaultdict(itertools.count(1).__next__)
    shingles = [_shingles(document.text, words=shingle_words, vocabulary=vocabulary) for document in documents]
    found = [
        (one, other, *shared)
        for one, other in _candidates(shingles, threshold=threshold, seed=seed)
        if (shared := _alike(shingles[one], shingles[other]))[0] >= threshold
    ]
    return Duplicates(threshold, _pairs(documents, found), _clusters(documents, found))


def counted_once(tables: Tables, duplicates: Duplicates, *, scope: str = "everywhere") -> Tables:
    """Return the tables without the copies: each text stays once `everywhere`, or once in each `outlet` that has it.

    Whoever asks what readers of an outlet read wants "outlet"; whoever asks what its own authors think wants "everywhere",
    which keeps the earliest copy only, whichever outlet that was in.

    Raises:
        DataError: the scope is none of `SCOPES`.
    """
    if scope not in SCOPES:
        value = f"{scope!r}{nearest(scope, SCOPES)}"
        raise DataError(Problem("scope", value, wish=f"one of {', '.join(SCOPES)}", cure="choose one of them"))
    clusters = duplicates.clusters
    kept = clusters["kept"] if scope == "everywhere" else clusters["kept_in_outlet"]
    left_out = set(clusters.loc[~kept.astype(bool), "document"])
    return subset(tables, documents=[id for id in tables.articles["document"] if id not in left_out])


def _shingles(text: str, *, words: int, vocabulary: Mapping[str, int]) -> Hashes:
    """Return the sorted set of a text's shingles, each as 64 bits; `vocabulary` numbers the words as they are met."""
    ids = np.array(list(map(vocabulary.__getitem__, _WORD.findall(text.casefold()))), np.uint64)
    width = min(words, len(ids))
    if width == 0:
        return np.empty(0, np.uint64)
    hashes = np.zeros(len(ids) - width + 1, np.uint64)
    for place in range(width):
        hashes = _mixed(hashes + ids[place : place + len(hashes)] * np.uint64(_MIX[0]))
    return np.unique(hashes)


def _mixed(values: Hashes) -> Hashes:
    """Return 64 bits stirred (the finalizer of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(_MIX[1])
    values = (values ^ (values >> np.uint64(27))) * np.uint64(_MIX[2])
    return values ^ (values >> np.uint64(31))


def _banding(threshold: float) -> tuple[int, int]:
    """Return (bands, rows of a band): the most rows with which a pair at the threshold is missed less often than `_MISS`."""
    for rows in range(_PERMUTATIONS, 0, -1):
        bands = _PERMUTATIONS // rows
        if (1 - threshold**rows) ** bands <= _MISS:
            return bands, rows
    return _PERMUTATIONS, 1


def _candidates(shingles: Sequence[Hashes], *, threshold: float, seed: int) -> list[tuple[int, int]]:
    """Return pairs of places that share a band of their MinHashes, in order."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_banding(threshold))
    empty = MinHash(num_perm=_PERMUTATIONS, seed=seed, hashfunc=_as_is, scheme="affine32")
    pairs = []
    for place, hashes in enumerate(shingles):
        if not len(hashes):
            continue
        sketch = empty.copy()
        sketch.update_batch((hashes >> np.uint64(32)).tolist())
        pairs += [(other, place) for other in index.query(sketch)]
        index.insert(place, sketch, check_duplication=False)
    return sorted(pairs)


def _as_is(value: int) -> int:
    return value


def _alike(one: Hashes, other: Hashes) -> tuple[float, float]:
    """Return (Jaccard index, share of the smaller set that is in the other)."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared), shared / min(len(one), len(other))


def _pairs(documents: Sequence[Document], found: Sequence[tuple[int, int, float, float]]) -> pd.DataFrame:
    import pandas

    rows = []
    for one, other, jaccard, containment in found:
        first, second = documents[one], documents[other]
        kind = "within outlet" if first.meta.outlet == second.meta.outlet else "across outlets"
        rows.append((first.id, second.id, first.meta.outlet, second.meta.outlet, jaccard, containment, kind))
    return pandas.DataFrame(rows, columns=list(PAIR_COLUMNS))


def _clusters(documents: Sequence[Document], found: Sequence[tuple[int, int, float, float]]) -> pd.DataFrame:
    import pandas
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(documents)
    ends = np.array([pair[:2] for pair in found], np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    members: dict[int, list[int]] = {}
    for place in sorted({place for pair in found for place in pair[:2]}):
        members.setdefault(int(labels[place]), []).append(place)
    rows = []
    for places in members.values():
        ordered = sorted(places, key=lambda place: (_day(documents[place]), place))
        outlets = [documents[place].meta.outlet for place in ordered]
        kind = "within outlet" if len(set(outlets)) == 1 else "across outlets"
        for rank, place in enumerate(ordered):
            document = documents[place]
            first_there = outlets.index(document.meta.outlet) == rank
            cluster = (document.id, documents[ordered[0]].id, len(ordered))
            rows.append((*cluster, document.meta.outlet, document.meta.date, kind, rank == 0, first_there))
    return pandas.DataFrame(rows, columns=list(CLUSTER_COLUMNS)).astype({"kept": bool, "kept_in_outlet": bool})


def _day(document: Document) -> str:
    day = parse_day(document.meta.date) if document.meta.date else None
    return "9999" if day is None else day.isoformat()

"""The readers by the names of their corpora, for training and evaluation to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from stance.corpora import aae2, checkthat, cmv, gold, gum, microtexts, narratives, newsmtsc, polnear, webis, wnut17
from stance.document import Document


class Reader(Protocol):
    """What every reader is: documents of one split, from the data root."""

    def __call__(self, folder: Path, *, split: str) -> Iterator[Document]: ...


READERS: Final[Mapping[str, Reader]] = {
    newsmtsc.CORPUS: newsmtsc.read,
    polnear.CORPUS: polnear.read,
    webis.CORPUS: webis.read,
    gum.CORPUS: gum.read,
    wnut17.CORPUS: wnut17.read,
    checkthat.CORPUS: checkthat.read,
    aae2.CORPUS: aae2.read,
    cmv.CORPUS: cmv.read,
    microtexts.CORPUS: microtexts.read,
    gold.CORPUS: gold.read,
    narratives.CORPUS: narratives.read,
}

SPLITS: Final[Mapping[str, tuple[str, ...]]] = {
    newsmtsc.CORPUS: newsmtsc.SPLITS,
    polnear.CORPUS: polnear.SPLITS,
    webis.CORPUS: webis.SPLITS,
    gum.CORPUS: gum.SPLITS,
    wnut17.CORPUS: wnut17.SPLITS,
    checkthat.CORPUS: checkthat.SPLITS,
    aae2.CORPUS: aae2.SPLITS,
    cmv.CORPUS: cmv.SPLITS,
    microtexts.CORPUS: microtexts.SPLITS,
    gold.CORPUS: gold.SPLITS,
    narratives.CORPUS: narratives.SPLITS,
}
"""The splits of each corpus."""

"""Narrative Frames: dated news and opinion on climate politics, from outlets that a rating puts from left to right.

Frermann, Li, Khanehzar and Mikolajczak (ACL 2023); MIT. The ratings are Media Bias/Fact Check's, as the corpus gives them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Document, Meta
from stance.errors import DataError

CORPUS: Final = "narrative-framing"

SPLITS: Final = ("all",)

RATINGS: Final[Mapping[str, int]] = {"left_bias": 1, "left_center_bias": 2, "right_bias": 3}
"""Ratings in order from left to right, by the corpus's own words. The corpus has no outlet between left-center and right.

`questionable_source` is none of them: it speaks of reliability, and holds outlets of the right, of the left and of a state.
"""

OUTLETS: Final[Mapping[str, str]] = {
    "bbc": "BBC",
    "bipartisanreport": "Bipartisan Report",
    "breitbart": "Breitbart",
    "buzzfeed": "BuzzFeed",
    "cbsnews": "CBS News",
    "cnbc": "CNBC",
    "cnn": "CNN",
    "dailykos": "Daily Kos",
    "dailymail": "Daily Mail",
    "drudgereport": "Drudge Report",
    "foxnews": "Fox News",
    "fusion": "Fusion",
    "motherjones": "Mother Jones",
    "nationalreview": "National Review",
    "newsbusters": "NewsBusters",
    "npr": "NPR",
    "palmerreport": "Palmer Report",
    "pbs": "PBS",
    "politicususa": "Politicus USA",
    "redstate": "RedState",
    "rt": "RT",
    "shareblue": "Shareblue",
    "slate": "Slate",
    "talkingpointsmemo": "Talking Points Memo",
    "theblaze": "TheBlaze",
    "thedailycaller": "The Daily Caller",
    "theduran": "The Duran",
    "theguardian": "The Guardian",
    "thehill": "The Hill",
    "thehuffingtonpost": "The Huffington Post",
    "thenewyorktimes": "The New York Times",
    "thepoliticalinsider": "The Political Insider",
    "therightscoop": "The Right Scoop",
    "usatoday": "USA Today",
    "vox": "Vox",
    "yahoonews": "Yahoo News",
}
"""Outlets by their names without spaces and capitals: the corpus spells many of them in two ways."""

_COLUMNS: Final = ("ID", "source", "mbfc", "date", "text")


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give all articles, in the order of the file, without any layer; the id is `nf-ROW-OUTLET`, as in the gold.

    `meta` has outlet and date, and `meta.more["rating"]` the rating of the outlet: a key of `RATINGS`, or
    `questionable_source`. The corpus's labels of frames, heroes and villains have no offsets and are not read.

    Args:
        folder: the data root, with `narrative-framing/data/articles_metadata.tsv` below it.
        split: `all`.

    Raises:
        DataError: no such split or file, or a file without the columns.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    path = folder / CORPUS / "data" / "articles_metadata.tsv"
    require_paths([path], corpus=CORPUS)
    return _documents(path)


def _documents(path: Path) -> Iterator[Document]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        lacking = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if lacking:
            value, wish = f"no column {', '.join(lacking)}", f"the columns {', '.join(_COLUMNS)}"
            raise DataError(broken(str(path), value, wish=wish, corpus=CORPUS))
        for row in rows:
            plain = row["source"].replace(" ", "").lower()
            meta = Meta(outlet=OUTLETS.get(plain, row["source"]), date=row["date"], more={"rating": row["mbfc"]})
            yield Document(f"nf-{int(row['ID']):03d}-{plain}", row["text"].strip(), meta)

"""The reader of the articles on climate politics, on a table of our own and on the corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stance.corpora import gold, narratives
from stance.errors import DataError

HEADER = "ID\tsource\tmbfc\tdate\ttext\tRE"
ROWS = (
    '7\tThe Daily Caller\tright_bias\t2019-02-01\t" The ""deal"" is dear. "\t1',
    "12\tgazette\tleft_bias\t\tGates.\t0",
)


def write(folder: Path, *lines: str) -> None:
    path = folder / "narrative-framing" / "data" / "articles_metadata.tsv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_an_article_has_its_text_its_outlet_by_one_name_its_date_and_its_rating(tmp_path: Path) -> None:
    write(tmp_path, HEADER, *ROWS)
    first, second = narratives.read(tmp_path, split="all")
    assert (first.id, first.text) == ("nf-007-thedailycaller", 'The "deal" is dear.')
    assert (first.meta.outlet, first.meta.date) == ("The Daily Caller", "2019-02-01")
    assert first.meta.more == {"rating": "right_bias"}
    assert (second.id, second.meta.outlet) == ("nf-012-gazette", "gazette")


def test_a_table_without_a_column_is_told(tmp_path: Path) -> None:
    write(tmp_path, HEADER.replace("\tmbfc", ""), ROWS[0])
    with pytest.raises(DataError, match="no column mbfc"):
        list(narratives.read(tmp_path, split="all"))


@pytest.mark.data
def test_the_corpus_has_the_articles_that_its_paper_counts_and_those_of_the_gold(data_folder: Path) -> None:
    documents = list(narratives.read(data_folder, split="all"))
    assert len(documents) == len({document.id for document in documents}) == 428
    ratings = Counter(document.meta.more["rating"] for document in documents)
    assert ratings == {"left_bias": 132, "right_bias": 114, "left_center_bias": 108, "questionable_source": 74}
    by_outlet: dict[str | None, set[str]] = {}
    for document in documents:
        by_outlet.setdefault(document.meta.outlet, set()).add(document.meta.more["rating"])
    assert set(by_outlet) == set(narratives.OUTLETS.values())
    assert all(len(rated) == 1 for rated in by_outlet.values()), "an outlet has one rating"
    climate = gold.annotated(splits=["climate-train", "climate-test"])
    assert climate <= {document.id for document in documents}

"""Copies among articles: planted ones are found, others are not, and each text can count once."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest

from stance.compare.duplicates import counted_once, find_duplicates
from stance.compare.rows import tables
from stance.document import Document, Meta
from stance.errors import DataError

WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, *, count: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def document(id: str, words: Sequence[str], outlet: str, *, date: str | None = "2015-01-07") -> Document:
    return Document(id, " ".join(words), Meta(outlet=outlet, date=date))


def planted() -> list[Document]:
    edited = text(1)
    edited[10] = "Changed"
    return [
        document("undated", text(1), "Post", date=None),
        document("late", edited, "Times", date="2015-01-09"),
        document("first", [word.upper() for word in text(1)], "Post", date="2015-01-08"),
        document("cut", text(1)[:200], "Herald", date="2015-01-10"),
        *(document(f"other-{seed}", text(seed), "Post") for seed in range(2, 12)),
        document("empty", ["..."], "Post"),
        document("empty too", ["!"], "Post"),
    ]


def test_planted_copies_are_found_whether_edited_cut_or_in_capitals_and_nothing_else() -> None:
    found = find_duplicates(planted())
    assert set(found.clusters["document"]) == {"undated", "late", "first", "cut"}
    assert set(found.clusters["cluster"]) == {"first"} and set(found.clusters["size"]) == {4}
    pair = found.pairs[(found.pairs["document"] == "undated") & (found.pairs["other"] == "cut")].iloc[0]
    assert pair["jaccard"] == pytest.approx(196 / 296) and pair["containment"] == 1
    assert pair["kind"] == "across outlets"


def test_a_text_counts_once_everywhere_or_once_in_each_outlet() -> None:
    documents = planted()
    made, found = tables(documents), find_duplicates(documents)
    kept = set(counted_once(made, found).articles["document"])
    assert kept & {"undated", "late", "first", "cut"} == {"first"} and len(kept) == 13
    by_outlet = set(counted_once(made, found, scope="outlet").articles["document"])
    assert by_outlet & {"undated", "late", "first", "cut"} == {"late", "first", "cut"}
    with pytest.raises(DataError, match="did you mean 'outlet'"):
        counted_once(made, found, scope="outlets")


def test_the_threshold_is_exact() -> None:
    documents = [document("a", text(1), "Post"), document("b", text(1)[:200], "Post")]
    assert len(find_duplicates(documents, threshold=196 / 296).pairs) == 1
    assert len(find_duplicates(documents, threshold=196 / 296 + 1e-6).pairs) == 0
    with pytest.raises(DataError, match="threshold"):
        find_duplicates(documents, threshold=0)


def test_no_copies_make_empty_tables_that_change_nothing() -> None:
    documents = planted()[4:8]
    assert len(counted_once(tables(documents), find_duplicates(documents)).articles) == 4
    assert len(find_duplicates([]).clusters) == 0


@pytest.mark.slow
def test_pairs_at_the_threshold_are_hardly_ever_missed() -> None:
    documents = []
    for seed in range(400):
        whole = text(seed)
        documents += [document(f"{seed}a", whole, "Post"), document(f"{seed}b", whole[:153], "Times")]
    assert len(find_duplicates(documents).pairs) >= 394  # 149 / 296 = 0.503; 99.5 % of 400 is 398


@pytest.mark.slow
def test_ten_thousand_articles_take_less_than_a_minute_of_processor_time() -> None:
    documents = [document(str(seed), text(seed if seed % 10 else 0, count=800), "Post") for seed in range(10_000)]
    documents = [each for each in documents if int(each.id) % 10 or int(each.id) % 100 == 0]
    started = time.process_time()
    found = find_duplicates(documents)
    assert time.process_time() - started < 60
    assert len(found.clusters) == 100

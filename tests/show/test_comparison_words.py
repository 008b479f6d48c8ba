"""The sentences of a comparison: signs, what was tested, what is corrected, and nothing about nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from stance.compare.choosing import Options
from stance.compare.comparison import Comparison, Plan, compare
from stance.compare.sampling import Sample
from stance.document import Actor, Document, Meta, ModelStamp, Span
from stance.show.comparison_methods import methods_paragraph
from stance.show.comparison_plots import timeline
from stance.show.comparison_tables import change_table, difference_table
from stance.show.comparison_words import summary_sentences

QUICK = Options(draws=200, permutations=400)


def pieces(scores: Mapping[str, Sequence[float]]) -> list[Document]:
    """Return predicted articles, each with words of its own and a score toward Ann, dated from January on."""
    documents = []
    for outlet, given in scores.items():
        for place, score in enumerate(given):
            label = "favor" if score > 0.2 else "against" if score < -0.2 else "neutral"
            ann = Actor("a1", "Ann Li", "person", mentions=(Span(0, 6),), stance=label, score=score)
            text = f"Ann Li {' '.join(f'{outlet}{place}w{word}' for word in range(12))}."
            meta = Meta(outlet=outlet, date=f"2015-{1 + place % 12:02}-05")
            documents.append(
                Document(f"{outlet}-{place}", text, meta, actors=(ann,), stances=(), model=ModelStamp("m", "1", ""))
            )
    return documents


def coded(document: Document, label: str) -> Document:
    """Return the article as coded by hand."""
    return replace(
        document, model=None, actors=tuple(replace(each, stance=label, score=None) for each in document.actors or ())
    )


def said(found: Comparison) -> str:
    return " ".join(sentence.text for sentence in summary_sentences(found))


@pytest.mark.parametrize(("more", "less"), [("Dawn", "Dusk"), ("Dusk", "Dawn")])
def test_an_interval_that_crosses_nought_says_so_whichever_side_is_first(more: str, less: str) -> None:
    text = said(compare(pieces({more: [1.0] * 6, less: [0.0] * 6}), Plan(options=QUICK)))
    assert f"Toward Ann Li, {more} is more favorable than {less} by 1.00" in text
    assert "(95 % interval −0.03 to +1.46, adjusted p" in text


def test_a_corrected_interval_is_turned_with_its_difference() -> None:
    documents = pieces({"Dawn": [-0.8, -0.9] * 6, "Dusk": [0.8, 0.9] * 6})
    found = compare(documents, Plan(options=QUICK), gold=[coded(one, one.actors[0].stance or "") for one in documents])  # type: ignore[index]
    assert found.corrected is not None
    row = found.corrected[(found.corrected["method"] == "ppi") & found.corrected["minus"].notna()].index[0]
    table = found.corrected.copy()
    table.loc[row, ["estimate", "low", "high", "wide_low", "wide_high"]] = [-0.5, -1.2, 0.1, -1.0, -0.1]
    text = said(replace(found, corrected=table))
    assert "Dusk is more favorable than Dawn by 0.50" in text and "(corrected, 95 % interval −0.10 to +1.20)" in text


@pytest.fixture(scope="module")
def turning() -> list[Document]:
    """Return articles of two outlets, one of which turns from favor to against in July."""
    return pieces({"Dawn": [0.8, 0.7, 0.9, 0.8, 0.7, 0.9, -0.8, -0.7, -0.9, -0.8, -0.7, -0.9], "Dusk": [0.1, -0.1] * 6})


@pytest.fixture(scope="module")
def corrected(turning: list[Document]) -> Comparison:
    gold = [coded(each, each.actors[0].stance or "") for each in turning if each.id[-1] in "02468"]  # type: ignore[index]
    ids = [each.id for each in turning if each.id != "Dusk-11"]
    drawn = np.isin(ids, [each.id for each in gold])
    sample = Sample(tuple(ids), tuple(id[:4] for id in ids), np.full(len(ids), 0.5), drawn)
    return compare(turning, Plan(event="2015-07-01", options=QUICK), gold=gold, sample=sample)


def test_beside_corrected_numbers_what_is_naive_is_called_so(corrected: Comparison, turning: list[Document]) -> None:
    text = said(corrected)
    assert "From 2015-07-01 on, Dawn is less favorable toward Ann Li by 1.60 (naive, adjusted p" in text
    assert "Only mean stances and their differences are corrected" in text and "Hand-code a sample" not in text
    assert "only mean stances and their differences" in methods_paragraph(corrected, version="1")
    assert change_table(corrected).title == "Before and after 2015-07-01 (naive)"
    assert difference_table(corrected, "stance").title == "Differences in the author's stance (naive)"
    curve = timeline(corrected, corrected.actors[0])
    assert curve is not None and curve.title == "Toward Ann Li, by month (naive)"
    without = compare(turning, Plan(event="2015-07-01", options=QUICK))
    assert "(naive" not in said(without) and change_table(without).title == "Before and after 2015-07-01"


def test_the_frame_of_the_sample_is_told_where_it_is_not_everything(corrected: Comparison) -> None:
    assert "The frame of the sample holds 23 of 24 articles: corrected numbers speak of those alone." in said(corrected)
    assert "23 of 24 articles" in methods_paragraph(corrected, version="1")


def test_detectable_is_said_of_a_single_test_and_not_said_where_nothing_varies(turning: list[Document]) -> None:
    text = said(compare(turning, Plan(options=QUICK)))
    assert "A single test, not adjusted, would miss a true difference of less than 0." in text
    text = said(compare(pieces({"Dawn": [0.0] * 6, "Dusk": [0.0] * 6}), Plan(options=QUICK)))
    assert "None of 1 difference in stance is beyond chance" in text
    assert "nan" not in text and "would miss" not in text


def test_what_could_not_be_tested_is_not_told_as_a_result(turning: list[Document]) -> None:
    text = said(compare(turning, Plan(event="2015-12-05", options=QUICK)))
    assert "Too few articles before or after 2015-12-05 to test whether a stance changes." in text
    assert "0 comparisons" not in text
    gold = [coded(each, "favor") for each in turning if each.id in ("Dawn-1", "Dusk-1")]
    text = said(compare(turning, Plan(options=QUICK), gold=gold))
    assert "Too few articles are hand-coded (2) for a corrected difference in stance." in text
    assert "of 0 differences" not in text


def test_simultaneous_intervals_are_called_what_they_are(corrected: Comparison) -> None:
    text = said(corrected)
    assert "1 difference in stance" in text and "simultaneous 95 % interval that leaves nought out (Bonferroni)" in text
    assert "beyond doubt" not in text


def test_groups_beyond_the_first_eight_are_counted() -> None:
    scores = {f"O{place:02}": [0.5, 0.6, 0.7, 0.5, 0.6] for place in range(9)}
    text = said(compare(pieces(scores), Plan(options=QUICK)))
    assert "The stances of the first 8 of 9 groups are told here; the table has all." in text
    assert "O08 is on average" not in text

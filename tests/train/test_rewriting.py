"""Rewritten attributions have exact places, keep their words and their meaning, and are the same for the same seed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpora import polnear
from stance.document import Attribution, Document, Span
from stance.train.constructions import CONSTRUCTIONS, STYLES, Plain
from stance.train.rewriting import plain_attributions, rewritten

SOURCES = ("Ann Li", "The mayor of Oslo", "Some officials", "She", "Mr. Okoro")
CUES = ("said", "says", "has argued", "believes", "warned", "also claimed")
CLAUSES = (
    "the old bridge is no longer safe",
    "that taxes will rise before the winter",
    "that he had never met “the other man”",
    "“We have nothing to hide. Nothing at all.”",
    '"This was a fair vote, and we lost it."',
    "Bo Dahl was the first to know",
)
OTHERS = ("Nothing else happened that day.", "Then it rained, and the mayor of Oslo went home with some officials.")


def document_of(parts: Sequence[tuple[str, str, str] | str]) -> Document:
    """Return a document of sentences: plain ones, or attributions of (source, cue, content)."""
    text, attributions = "", []
    for part in parts:
        if isinstance(part, str):
            text += part + " "
            continue
        source, cue, content = part
        gap = ", " if content[0] in '“"' else " "
        begin = len(text)
        text += f"{source} {cue}{gap}{content}"
        cue_begin = begin + len(source) + 1
        attributions.append(
            Attribution(
                (Span(len(text) - len(content), len(text)),),
                source=Span(begin, begin + len(source)),
                cue=Span(cue_begin, cue_begin + len(cue)),
            )
        )
        text += " " if content[-1] in '”"' else ". "
    return Document("made", text.rstrip(), attributions=tuple(attributions))


told = st.tuples(st.sampled_from(SOURCES), st.sampled_from(CUES), st.sampled_from(CLAUSES))
parts = st.lists(st.one_of(told, st.sampled_from(OTHERS)), min_size=1, max_size=6)


def rewrite(document: Document, *, share: float, seed: int) -> Document:
    (found,) = rewritten([document], share=share, seed=seed)
    return found


def words(string: str) -> list[str]:
    return sorted(re.findall(r"\w+", string.lower()))


def shown(document: Document, span: Span | None) -> str | None:
    return None if span is None else document.text[span.start : span.end]


@given(parts, st.integers(0, 2**20))
def test_every_part_of_a_rewritten_attribution_has_whole_words_and_none_overlap(
    sentences: list[tuple[str, str, str] | str], seed: int
) -> None:
    document = rewrite(document_of(sentences), share=1.0, seed=seed)
    assert len(document.attributions or ()) == sum(not isinstance(part, str) for part in sentences)
    for attribution in document.attributions or ():
        spans = sorted({*attribution.content, attribution.source, attribution.cue} - {None})
        assert all(left.end <= right.start for left, right in pairwise(spans))
        for start, end in spans:
            string = document.text[start:end]
            assert string and string == string.strip()
            assert not (document.text[start - 1 : start] + string[0]).isalnum() or start == 0
            assert not (string[-1] + document.text[end : end + 1]).isalnum() or end == len(document.text)


@given(parts, st.integers(0, 2**20))
def test_contents_keep_their_words_and_sentences_without_attribution_stay(
    sentences: list[tuple[str, str, str] | str], seed: int
) -> None:
    before = document_of(sentences)
    after = rewrite(before, share=1.0, seed=seed)
    made = {"to", "be", "have", "been", "that"}
    contents = [
        " ".join(document.text[start:end] for item in document.attributions or () for start, end in item.content)
        for document in (before, after)
    ]
    lost = made | {"is", "are", "was", "were", "had", "has", "will"}  # "is safe" may become "is said to be safe"
    assert [word for word in words(contents[1]) if word not in lost | {"s"}] == [
        word for word in words(contents[0]) if word not in lost | {"s"}
    ]
    assert all(part in after.text for part in sentences if isinstance(part, str))
    assert "  " not in after.text and " ," not in after.text and ".." not in after.text


@given(parts, st.integers(0, 2**20))
def test_attributions_that_are_not_rewritten_keep_source_cue_and_content(
    sentences: list[tuple[str, str, str] | str], seed: int
) -> None:
    before = document_of(sentences)
    after = rewrite(before, share=0.5, seed=seed)
    assert rewrite(before, share=0.0, seed=seed) == before

    def told_in(document: Document) -> list[tuple[str | None, ...]]:
        return [
            (shown(document, item.source), shown(document, item.cue), *(shown(document, part) for part in item.content))
            for item in document.attributions or ()
        ]

    kept = [item for item in told_in(after) if item in told_in(before)]
    changed = len(before.attributions or ()) - len(kept)
    assert changed <= len(list(plain_attributions(before)))


@given(parts, st.integers(0, 2**20))
def test_the_same_seed_gives_the_same_text_whatever_else_is_rewritten(
    sentences: list[tuple[str, str, str] | str], seed: int
) -> None:
    document = document_of(sentences)
    alone = rewrite(document, share=0.7, seed=seed)
    other = Document("other", document.text, attributions=document.attributions)
    assert list(rewritten([other, document], share=0.7, seed=seed))[1] == alone


CLAUSE = Plain("The mayor", "said", "the old bridge is no longer safe", "the mayor")
QUOTED = Plain("She", "says", "We have nothing to hide", "she", marks=("“", "”"))


@pytest.mark.parametrize(
    ("plain", "kind", "place", "wanted"),
    [
        (CLAUSE, "according to", 0, "<According to> [the mayor], {the old bridge is no longer safe}."),
        (CLAUSE, "according to", 1, "{The old bridge is no longer safe}, <according to> [the mayor]."),
        (QUOTED, "according to", 0, "<According to> [her], {“We have nothing to hide.”}"),
        (QUOTED, "other prepositions", 1, "As [she] <put it>, {“We have nothing to hide.”}"),
        (CLAUSE, "other prepositions", 2, "In [the mayor’s] <view>, {the old bridge is no longer safe}."),
        (QUOTED, "last", 0, "{“We have nothing to hide,”} [she] <says>."),
        (CLAUSE, "last", 1, "{The old bridge is no longer safe}, <said> [the mayor]."),
        (CLAUSE, "colon", 0, "[The mayor]<:> {The old bridge is no longer safe}."),
        (CLAUSE, "passive", 0, "It <was said> by [the mayor] {that the old bridge is no longer safe}."),
        (CLAUSE, "passive", 2, "{The old bridge} <is said> by [the mayor] {to be no longer safe}."),
        (CLAUSE, "noun", 0, "[The mayor’s] <statement was> {that the old bridge is no longer safe}."),
        (CLAUSE, "between", 0, "{The old bridge}, <according to> [the mayor], {is no longer safe}."),
        (CLAUSE, "unnamed", 3, "{The old bridge is} <reportedly> {no longer safe}."),
        (CLAUSE, "unnamed", 0, "It <was said> {that the old bridge is no longer safe}."),
        (
            Plain("Ann", "accused", "the mayor of lying", "Ann"), "passive", 1,
            "{The mayor} <was accused> by [Ann] {of lying}.",
        ),
    ],
)  # fmt: skip
def test_constructions_read_as_english(plain: Plain, kind: str, place: int, wanted: str) -> None:
    around = {"source": "[]", "cue": "<>", "content": "{}", "": ("", "")}
    pieces = CONSTRUCTIONS[kind][place](plain)
    assert pieces is not None
    assert "".join(around[part][0] + words + around[part][1] for words, part in pieces) == wanted


def test_quotations_get_all_kinds_of_marks() -> None:
    document = document_of([("Ann Li", "said", "“We have nothing to hide.”")])
    found = {rewrite(document, share=1.0, seed=seed).text for seed in range(200)}
    assert all(any(opening + "We have nothing" in text for text in found) for opening, _ in STYLES)
    assert any("«We have nothing to hide»," in text for text in found)
    assert any(text.count("“") > text.count("”") for text in found)


@pytest.mark.parametrize(
    "sentence",
    [
        ("I", "said", "that taxes will rise before the winter"),
        ("Ann Li", "wants", "to raise taxes before the winter"),
        ("Ann Li", "found", "support in all of the country"),
        ("Ann Li", "said", "“we have nothing to hide"),
    ],
)
def test_what_would_not_read_well_elsewhere_stays(sentence: tuple[str, str, str]) -> None:
    document = document_of([sentence])
    assert not list(plain_attributions(document))
    assert rewrite(document, share=1.0, seed=1) == document


@pytest.mark.data
def test_the_real_corpus_has_plain_attributions_of_every_kind_of_construction(data_folder: Path) -> None:
    documents = list(polnear.read(data_folder, split="dev"))
    plain = [one for document in documents for _, _, one in plain_attributions(document)]
    assert len(plain) > 150
    for ways in CONSTRUCTIONS.values():
        assert any(way(one) is not None for one in plain for way in ways)
    for before, after in zip(documents, rewritten(documents, share=1.0, seed=1), strict=True):
        assert len(before.attributions or ()) == len(after.attributions or ())

"""Tidy tables: what rows say of authors and sources, how actors become one, and tables that come back from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.compare.rows import ARTICLE_COLUMNS, ROW_COLUMNS, read, subset, tables, write
from stance.document import Actor, Arguments, Attribution, Document, Meta, Source, Span, Stance, Unit, VoiceSpan
from stance.errors import DataError, InputError, OutputError

TEXT = "Ann Li praised the Senate. Bob disagreed."
ANN = Actor("a1", "Ann Li", "person", mentions=(Span(0, 6),), stance="favor", score=0.8, interval=(0.5, 0.9))
SENATE = Actor("a2", "Senate", "organization", "wikidata:Q66096", mentions=(Span(19, 25),), score=0.1)
DOCUMENT = Document(
    "d1",
    TEXT,
    Meta(outlet="Post", date="2015-01-07", more={"section": "Opinion", "desk": "west", "words": "9"}),
    voice=(VoiceSpan(0, 26, "fact"), VoiceSpan(27, 41, "attributed")),
    attributions=(Attribution((Span(7, 25),), Span(0, 6)),),
    actors=(ANN, SENATE),
    stances=(
        Stance("author", "a1", "favor", 0, 6),
        Stance("a1", "a2", "favor", 0, 25),
        Stance(Source("Bob  Ray"), "a2", "against", 27, 40),
        Stance(Source("Bob Ray"), "a2", "against", 27, 40),
    ),
    arguments=Arguments((Unit(0, 25, "anecdote"), Unit(27, 40, "testimony"))),
)


def test_each_article_has_a_row_for_each_actor_and_holder() -> None:
    rows = tables([DOCUMENT]).rows
    assert list(rows.columns) == list(ROW_COLUMNS)
    told = rows[["name", "holder_kind", "holder", "holder_actor", "stance", "score", "favor", "against", "abstained"]]
    assert told.values.tolist()[0] == ["Ann Li", "author", "author", None, "favor", 0.8, 1, 0, False]
    silent = told.values.tolist()[1]
    assert silent[:5] == ["Senate", "author", "author", None, None] and silent[5] != silent[5] and silent[8] is True
    assert told.values.tolist()[2] == ["Senate", "source", "Ann Li", "person:ann li", "favor", 1.0, 1, 0, False]
    assert told.values.tolist()[3] == ["Senate", "source", "Bob Ray", None, "against", -1.0, 0, 2, False]
    assert rows["mentions"].tolist() == [1, 1, 1, 1] and rows["low"].tolist()[0] == 0.5


def test_an_article_row_tells_words_shares_and_counts_and_keeps_further_columns() -> None:
    article = tables([DOCUMENT]).articles.iloc[0]
    assert (article["words"], article["section"], article["desk"], article["meta.words"]) == (7, "Opinion", "west", "9")
    assert article["share_fact"] == pytest.approx(22 / 35) and article["share_opinion"] == 0
    assert (article["attributions"], article["units"], article["units_anecdote"], article["units_statistics"]) == (
        1,
        2,
        1,
        0,
    )


def test_what_was_not_annotated_is_missing_and_not_zero() -> None:
    article = tables([Document("d", "Text.")]).articles.iloc[0]
    assert article[["share_fact", "attributions", "actors", "units", "units_other"]].isna().all()


def test_actors_are_one_by_link_whatever_their_names_and_by_name_and_type_without_case() -> None:
    linked = [
        Document(str(at), "x", actors=(Actor("a", name, "person", "q:1"),))
        for at, name in enumerate(("O.", "Obama", "Obama"))
    ]
    plain = [Document(str(at), "x", actors=(Actor("a", name, kind, None),)) for at, (name, kind) in enumerate(
        (("The  Hague", "country"), ("the hague", "country"), ("The Hague", "group")), start=3)]  # fmt: skip
    actors = tables([*linked, *plain]).actors
    assert actors["actor"].tolist() == ["q:1", "country:the hague", "group:the hague"]
    assert actors["articles"].tolist() == [3, 2, 1]
    assert actors["name"][0] == "Obama" and actors["names"][0] == "Obama | O."


def test_unlinked_variants_are_listed_and_merged_only_when_asked_for() -> None:
    linked = Actor("a", "Barack Obama", "person", "q:76", (Span(0, 1),), "favor", 1.0)
    short = Actor("b", "Obama", "person", None, (Span(0, 1), Span(0, 1)), "against", -1.0)
    same = Actor("c", "barack obama", "person", None, (), "neutral", 0.0)
    documents = [Document("1", "x", actors=(linked, short)), Document("2", "x", actors=(same,))]
    made = tables(documents)
    told = made.variants[["name", "like", "reason"]].values.tolist()
    assert sorted(told) == [
        ["Obama", "person:barack obama", "last name"],
        ["Obama", "q:76", "last name"],
        ["barack obama", "q:76", "same name"],
    ]
    merged = tables(documents, merge={"person:obama": "person:barack obama", "person:barack obama": "q:76"})
    assert merged.actors["actor"].tolist() == ["q:76"] and merged.actors["articles"].tolist() == [2]
    row = merged.rows.iloc[0]
    assert (row["stance"], row["mentions"]) == ("mixed", 3) and row["score"] == pytest.approx(-1 / 3)


def test_a_merge_of_an_unknown_actor_names_the_nearest() -> None:
    with pytest.raises(DataError, match=r"no actor 'q:67' \(did you mean 'q:76'\?\)"):
        tables([Document("1", "x", actors=(Actor("a", "O", "person", "q:76"),))], merge={"q:76": "q:67"})


def test_an_id_that_stands_twice_and_a_weight_that_is_none_are_told_together() -> None:
    odd = Document("d", "Text.", Meta(more={"weight": "heavy"}))
    with pytest.raises(DataError) as caught:
        tables([odd, Document("d", "Text.")])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_tables_come_back_from_a_file_as_they_were(tmp_path: Path, name: str) -> None:
    odd = Document("NA", "x", Meta(outlet="None", more={"desk": "007"}), actors=(Actor("a", 'A, "B"', "person"),))
    made = tables([DOCUMENT, odd])
    for table in (made.articles, made.rows):
        write(table, tmp_path / name)
        back = read(tmp_path / name)
        for column in table.columns:
            assert [cell for cell in back[column].tolist() if cell == cell] == [
                cell for cell in table[column].tolist() if cell == cell
            ]
    assert list(made.articles.columns)[: len(ARTICLE_COLUMNS)] == list(ARTICLE_COLUMNS)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_other_endings_and_files_that_are_no_tables_are_errors(tmp_path: Path) -> None:
    made = tables([DOCUMENT])
    with pytest.raises(OutputError, match=r"the ending '.xls'"):
        write(made.rows, tmp_path / "rows.xls")
    (tmp_path / "no.parquet").write_bytes(b"no table")
    with pytest.raises(InputError, match="cannot be read as a table"):
        read(tmp_path / "no.parquet")


def test_a_collection_without_actors_has_tables_without_rows() -> None:
    made = tables([Document("d", "Text.", actors=())])
    assert (len(made.rows), len(made.actors), len(made.variants)) == (0, 0, 0)
    assert len(subset(made, documents=[]).articles) == 0

"""Tidy rows: article by actor by holder."""

from __future__ import annotations

from stance.document import Actor, Document, Meta, Source, Span, Stance
from stance.formats.rows import COLUMNS, rows

TEXT = "The Senate, said Ann, is wise. Her aide did not agree."


def said(holder: str | Source, actor: str, label: str) -> Stance:
    return Stance(holder, actor, label, 0, 10)


def test_each_actor_has_a_row_for_the_author_and_one_for_each_other_holder() -> None:
    actors = (
        Actor("s", "The Senate", "organization", "Q7", (Span(0, 10), Span(22, 24)), "mixed", 0.1, (-0.2, 0.4)),
        Actor("a", "Ann", "person", mentions=(Span(17, 20),)),
    )
    aide = Source("Her aide")
    stances = (
        said("a", "s", "favor"), said("a", "s", "favor"), said("a", "s", "against"),
        said("author", "s", "against"), said(aide, "s", "against"),
        said(aide, "a", "favor"), said(aide, "a", "against"),
    )  # fmt: skip
    document = Document("d", TEXT, Meta("T", "O", "W", "2015", "u"), actors=actors, stances=stances)
    table = rows(document)
    assert all(list(row) == list(COLUMNS) for row in table)
    assert {tuple(row.values())[:6] for row in table} == {("d", "T", "O", "W", "2015", "u")}
    assert [tuple(row.values())[6:] for row in table] == [
        ("The Senate", "organization", "Q7", "author", "mixed", 0.1, -0.2, 0.4, 0, 1, 2),
        ("The Senate", "organization", "Q7", "Ann", "favor", 1 / 3, None, None, 2, 1, 2),
        ("The Senate", "organization", "Q7", "Her aide", "against", -1.0, None, None, 0, 1, 2),
        ("Ann", "person", None, "author", None, None, None, None, 0, 0, 1),
        ("Ann", "person", None, "Her aide", "mixed", 0.0, None, None, 1, 1, 1),
    ]


def test_a_stance_toward_an_actor_that_is_not_listed_is_not_lost() -> None:
    (row,) = rows(Document("d", TEXT, stances=(said(Source("aide"), "x", "favor"),)))
    assert (row["actor"], row["type"], row["holder"], row["stance"]) == ("x", None, "aide", "favor")


def test_a_document_without_actors_has_no_rows() -> None:
    assert rows(Document("d", TEXT)) == []

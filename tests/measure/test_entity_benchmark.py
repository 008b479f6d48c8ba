"""Mentions and coreference: scores worked out by hand, and the tables on corpora made here and on the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from stance.actors.aliases import AliasTable, KnownActor, load_aliases
from stance.actors.linking import TypedMention
from stance.corpora import gum
from stance.corpora.gum import GumMention
from stance.document import Actor, Document, Span
from stance.measure.coreference import coreference_scores
from stance.measure.entity_benchmark import ALIKE, ALONE, CAPITALS, MODEL, gum_clusters, gum_table, wnut17_table
from stance.measure.entity_mentions import (
    EntityMention,
    capitalised_actors,
    count_mentions,
    name_place,
    outermost,
    predicted_mentions,
    words_of,
)
from stance.measure.spans import Counts
from stance.measure.tables import Table

TEXT = "Yesterday the Mayor Ada Brandt, born in Marlow, met Gullco's workers in Oslo. She thanked the workers, and they her."
NO_NAMES = AliasTable({}, {}, {})


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def mention(words: str, type: str, *, kind: str = "name", optional: bool = False) -> EntityMention:
    name = name_place(TEXT, at(words), person=type in ("person", "group"), table=NO_NAMES)
    return EntityMention(at(words), name, type, kind, optional)


GOLD = [
    mention("the Mayor Ada Brandt, born in Marlow", "person"),
    mention("Marlow", "place"),
    mention("Gullco", "organization"),
    mention("Oslo", "place", optional=True),
]


class Fixed:
    """A model that finds the same actors everywhere, and takes all mentions that it is given for one."""

    def __init__(self, *actors: Actor) -> None:
        self.actors = actors

    def actors_of(
        self, documents: Sequence[Document], *, mentions: Sequence[Sequence[TypedMention]] | None = None
    ) -> list[tuple[Actor, ...]]:
        if mentions is None:
            return [self.actors for _ in documents]
        return [(Actor("a0", "one", "person", mentions=tuple(item.span for item in given)),) for given in mentions]


def rows(table: Table, *, system: str = MODEL) -> dict[str, list[float | None]]:
    """Return P, R, F1 and count by task of the first test."""
    first = table.rows[0][0]
    return {row[1]: list(row[3:]) for row in table.rows if row[0] == first and row[2] == system}  # type: ignore[misc]


def test_the_three_scores_are_those_worked_out_by_hand() -> None:
    # the example of Pradhan et al. (ACL 2014)
    key = [frozenset("abc"), frozenset("defg")]
    response = [frozenset("ab"), frozenset("cd"), frozenset("fghi")]
    scores = coreference_scores(key, response)
    assert scores.metrics["MUC"] == pytest.approx((2 / 5, 2 / 5, 2 / 5))
    assert scores.metrics["B³"] == pytest.approx((4 / 8, 35 / 12 / 7, 2 * 0.5 * (5 / 12) / (0.5 + 5 / 12)))
    assert scores.metrics["CEAFe"] == pytest.approx((1.3 / 3, 1.3 / 2, 0.52))
    assert scores.conll == pytest.approx((0.4 + 5 / 11 + 0.52) / 3)


def test_clusters_of_one_mention_count_on_neither_side() -> None:
    key = [frozenset("abc"), frozenset("x")]
    assert coreference_scores(key, [frozenset("abc"), frozenset("y"), frozenset("z")]).conll == 1.0
    assert coreference_scores(key, [frozenset("a"), frozenset("b")]).conll == 0.0
    assert coreference_scores([frozenset("x")], [frozenset("ab")]).conll == 0.0


def test_a_name_is_what_is_left_without_article_title_ending_and_what_follows() -> None:
    assert TEXT[slice(*GOLD[0].name)] == "Ada Brandt"
    words = "the workers"
    assert TEXT[slice(*name_place(TEXT, at(words), person=True, table=NO_NAMES))] == "workers"
    assert TEXT[slice(*name_place(TEXT, at("Gullco's"), person=False, table=NO_NAMES))] == "Gullco"


def test_types_and_borders_are_judged_and_a_group_is_right_for_people_and_for_organizations() -> None:
    predicted = [
        mention("Ada Brandt", "person"),
        mention("Gullco's", "group"),
        mention("Oslo", "country"),
        mention("Yesterday", "group"),
    ]
    exact = count_mentions(GOLD, predicted, borders="exact")
    assert exact["person"] == Counts(0, gold=1, predicted=1)
    assert exact["organization"] == Counts(0, gold=1, predicted=2)  # a group that is wrong is an organization
    assert exact["place"] == Counts(1, gold=2, predicted=1)  # an optional one that was found counts
    by_name = count_mentions(GOLD, predicted, borders="name")
    assert by_name["person"] == Counts(1, gold=1, predicted=1)
    assert by_name["organization"] == Counts(1, gold=1, predicted=2)
    assert by_name["any"] == Counts(3, gold=4, predicted=4)
    nothing = count_mentions(GOLD, [], borders="overlap")
    assert nothing["place"] == Counts(0, gold=1, predicted=0)  # and one that was not does not
    wrong = count_mentions(GOLD, [mention("Gullco", "person")], borders="exact")
    assert (wrong["organization"].true_positive, wrong["any"].true_positive) == (0, 1)


def test_overlapping_mentions_match_one_to_one() -> None:
    predicted = [mention("Mayor", "person"), mention("Ada Brandt", "person")]
    assert count_mentions(GOLD, predicted, borders="overlap")["person"] == Counts(1, gold=1, predicted=2)


def test_a_name_inside_another_up_to_its_head_is_left_out_and_one_behind_it_is_not() -> None:
    inner = mention("Ada", "person")
    assert outermost([*GOLD, inner]) == GOLD


def test_predicted_mentions_have_golds_kind_in_golds_place_and_a_guess_elsewhere() -> None:
    actors = [Actor("a0", "workers", "group", mentions=(at("the workers"), at("they"), at("Gullco")))]
    found = predicted_mentions(words_of(Document("a", TEXT)), actors, kinds={at("Gullco"): "nominal"}, table=NO_NAMES)
    assert [(TEXT[slice(*item.span)], item.kind) for item in found] == [
        *(("Gullco", "nominal"), ("the workers", "nominal"), ("they", "pronoun")),
    ]


def test_the_floor_takes_capitals_for_persons_unless_the_table_knows_them() -> None:
    table = AliasTable({"Oslo": KnownActor("Norway", "country", "iso3166:NO")}, {}, {})
    found = capitalised_actors(Document("a", TEXT), table=table)
    assert [(actor.name, actor.type) for actor in found] == [
        *(("Yesterday", "person"), ("Mayor Ada Brandt", "person"), ("Marlow", "person"), ("Gullco", "person")),
        ("Oslo", "country"),
    ]


def test_clusters_are_those_of_people_organizations_and_places_by_most_of_their_mentions() -> None:
    def of(words: str, type: str, cluster: int) -> GumMention:
        return GumMention(*at(words), at(words).end, type, "name", cluster, None)

    mentions = [
        of("Gullco", "object", 1),
        of("the workers", "person", 1),
        of("they", "person", 1),
        of("Oslo", "event", 2),
    ]
    assert gum_clusters([*mentions, of("they", "person", 3)]) == [[at("Gullco"), at("the workers"), at("they")], []]


def write_wnut17(folder: Path) -> None:
    (folder / "wnut17").mkdir()
    lines = ["the\tO", "ferry\tB-product", "of\tO", "Gullco\tB-corporation", "hit\tO", "Oslo\tB-location"]
    (folder / "wnut17" / "emerging.test.annotated").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_works_and_products_are_no_actors_and_descriptions_elsewhere_do_not_count(tmp_path: Path) -> None:
    write_wnut17(tmp_path)  # the ferry of Gullco hit Oslo
    actors = [
        Actor("a0", "Gullco", "organization", mentions=(Span(13, 19),)),
        Actor("a1", "ferry", "group", mentions=(Span(4, 9),)),
        Actor("a2", "hit", "group", mentions=(Span(20, 23),)),
    ]
    found = rows(wnut17_table(Fixed(*actors), tmp_path))
    assert found["names"] == [0.5, 0.5, 0.5, 2]
    assert found["groups and corporations"] == [0.5, 1.0, pytest.approx(2 / 3), 1]
    assert found["locations"][3] == 1
    assert rows(wnut17_table(Fixed(), tmp_path), system=CAPITALS)["names, exact"][3] == 2


@pytest.mark.data
def test_gold_told_again_links_without_a_fault_and_one_actor_for_all_does_not(data_folder: Path) -> None:
    class Gold(Fixed):
        def __init__(self) -> None:
            corpus = gum.mentions(data_folder, split="test")
            self.clusters = {document.id: gum_clusters(mentions) for document, mentions in corpus}

        def actors_of(
            self, documents: Sequence[Document], *, mentions: Sequence[Sequence[TypedMention]] | None = None
        ) -> list[tuple[Actor, ...]]:
            if mentions is not None:
                return super().actors_of(documents, mentions=mentions)
            return [
                tuple(Actor(f"a{n}", "", "person", mentions=tuple(spans)) for n, spans in enumerate(clusters))
                for clusters in (self.clusters[document.id] for document in documents)
            ]

    table = gum_table(Gold(), data_folder)
    found = rows(table)
    assert found["coreference end to end, CoNLL"] == [None, None, 1.0, 428]
    assert found["coreference given, MUC"][1] == 1.0 > found["coreference given, MUC"][0]
    assert found["coreference given, CoNLL"][2] < 0.5
    assert rows(table, system=ALONE)["coreference given, CoNLL"][2] == 0.0
    assert 0.4 < rows(table, system=ALIKE)["coreference given, CoNLL"][2] < 0.7
    assert found["names: person"][1] == 1.0 > found["pronouns"][1] > 0.9  # all were told to be persons
    assert found["names"][3] == 877
    assert {row[0] for row in table.rows} == {"all", "news", "speech", "essay", "interview"}


@pytest.mark.data
def test_the_floor_finds_some_of_the_names_in_posts(data_folder: Path) -> None:
    table = wnut17_table(Fixed(), data_folder)
    assert rows(table)["names"] == [0.0, 0.0, 0.0, 810]
    assert 0.1 < rows(table, system=CAPITALS)["names"][2] < 0.3
    assert load_aliases().aliases

"""Aliases are found as whole words, case as written, longest first, however many there are."""

import random
import time
from pathlib import Path

import pytest

from stance.actors.aliases import AliasTable, KnownActor, load_aliases
from stance.actors.linking import TypedMention
from stance.actors.matching import AliasFinder, alias_finder, find_aliases, nested, settle
from stance.actors.own import OwnActor, lay_over
from stance.document import Span

EMPTY = AliasTable({}, {}, {})


def finder(*forms: str, table: AliasTable = EMPTY) -> AliasFinder:
    """Return a finder of one actor with these forms."""
    return alias_finder(lay_over(table, [OwnActor(forms[0], "organization", tuple(forms[1:]))]))


def found(text: str, of: AliasFinder) -> list[str]:
    return [text[item.span.start : item.span.end] for item in find_aliases(text, of)]


@pytest.mark.parametrize(
    ("forms", "text", "expected"),
    [
        (["Li"], "Li, Linda, oLi, Li’s, Li-led, _Li_, LI, li, Li2, “Li”", ["Li"] * 5),
        (["Li", "Ann Li", "Ann Li Fox"], "Ann Li Fox met Ann Li, and Ann Lind met Li", ["Ann Li Fox", "Ann Li", "Li"]),
        (["A B", "B C D"], "A B C D", ["A B"]),
        (["A B C", "B"], "A B D", ["B"]),
        (["C.D.U.", "R+", "Yahoo!", "a|b", "[x]*"], "CxDxUx; C.D.U., R+ RR Yahoo! a x", ["C.D.U.", "R+", "Yahoo!"]),
        ([".org", "C+"], "x.org .org C+ C+1 C++", [".org", "C+", "C+"]),
        (["N'Djamena Club"], "N’Djamena\u00a0 Club and N'Djamena\nClub", ["N’Djamena\u00a0 Club", "N'Djamena\nClub"]),
        (["N’Djamena"], "N'Djamena", ["N'Djamena"]),
        (["Ann Li"], "Ann\n\nLi", []),
        (["the Fed"], "The Fed, the Fed, Fed, the fed", ["The Fed", "the Fed"]),
        (["The Post"], "the Post, The Post, a Post", ["the Post", "The Post"]),
        (["Cafe"], "Cafe\u0301 Cafe", ["Cafe"]),
        (["Львів"], "у Львів, Львівський", ["Львів"]),
        (["x"], "", []),
    ],
)  # fmt: skip
def test_forms_are_found_as_whole_words(forms: list[str], text: str, expected: list[str]) -> None:
    assert found(text, finder(*forms)) == expected


def test_longer_names_of_the_shipped_table_shield() -> None:
    of = finder("Washington", table=load_aliases())
    assert found("Washington read the Washington Post in Washington.", of) == ["Washington", "Washington"]


def test_aliases_but_not_seats_of_a_shipped_actor_are_found_with_the_user_s() -> None:
    of = alias_finder(lay_over(load_aliases(), [OwnActor("UK", "country", link="iso3166:GB")]))
    assert found("Britain, Great Britain, the UK, Downing Street, British", of) == ["Britain", "Great Britain", "UK"]


def settled(text: str, places: list[tuple[str, str]], aliases: list[str]) -> list[tuple[str, str | None]]:
    """Return (words, actor) of what stays of the model's mentions and of those of aliases."""
    known = KnownActor("Ann Li", "person", None)
    spans = [(Span(text.index(words), text.index(words) + len(words)), kind, None) for words, kind in places]
    spans += [(Span(text.index(words), text.index(words) + len(words)), "person", known) for words in aliases]
    mentions = [TypedMention(span, kind, actor=actor) for span, kind, actor in sorted(spans, key=lambda one: one[0])]
    kept = settle(text, mentions, table=EMPTY)
    assert [item if item.actor is None else None for _, item in kept] == [
        mentions[place] if item.actor is None else None for place, item in kept
    ]
    return [(text[item.span.start : item.span.end], item.actor and item.actor.name) for _, item in kept]


def test_a_mention_of_the_model_with_a_title_or_determiner_around_the_alias_is_the_alias() -> None:
    assert settled("President Ann Li’s aide", [("President Ann Li’s", "person")], ["Ann Li"]) == [
        ("President Ann Li’s", "Ann Li")
    ]


def test_a_mention_of_the_model_inside_or_across_an_alias_goes() -> None:
    assert settled("Ann Li", [("Li", "person")], ["Ann Li"]) == [("Ann Li", "Ann Li")]
    assert settled("Ann Li Fox", [("Li Fox", "person")], ["Ann Li"]) == [("Ann Li", "Ann Li")]
    assert settled("Ann Li", [("Ann Li", "organization")], ["Ann Li"]) == [("Ann Li", "Ann Li")]


def test_a_mention_of_the_model_that_holds_more_than_an_alias_stays_beside_it() -> None:
    kept = settled("Ann Li’s friend Bo Fox won", [("Ann Li’s friend Bo Fox", "person")], ["Ann Li"])
    assert kept == [("Ann Li", "Ann Li"), ("Ann Li’s friend Bo Fox", None)]


def test_nested_mentions_are_those_inside_others() -> None:
    spans = [Span(0, 6), Span(0, 22), Span(25, 28), Span(30, 40), Span(33, 40)]
    assert sorted(nested([TypedMention(span, "person") for span in spans])) == [0, 4]
    assert list(nested([TypedMention(Span(0, 4), "person"), TypedMention(Span(0, 4), "group")])) == []


def many(count: int) -> list[OwnActor]:
    """Return actors with four aliases each, of words that op-eds have, so that many forms begin alike."""
    seeds = Path(__file__).parents[2] / "seeds" / "op-eds"
    words = sorted({word for path in seeds.glob("*.md") for word in path.read_text(encoding="utf-8").split()})
    draw = random.Random(0)

    def alias(at: int, number: int) -> str:
        return f"{draw.choice(words)} {draw.choice(words)} Y{at}n{number}"

    return [
        OwnActor(f"{draw.choice(words)} X{at}", "person", tuple(alias(at, number) for number in range(4)))
        for at in range(count)
    ]


def test_the_time_to_find_does_not_grow_with_the_number_of_forms() -> None:
    text = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split()) * 3

    def seconds(of: AliasFinder) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            find_aliases(text, of)
            times.append(time.process_time() - began)
        return min(times)

    few, lots = (alias_finder(lay_over(EMPTY, many(count))) for count in (10, 2000))
    assert seconds(lots) < 5 * seconds(few)  # a search for each form would take 200 times as long

"""Mentions that mean one actor are joined, and those that do not stay apart."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.actors.aliases import load_aliases
from stance.actors.linking import TypedMention, bare_name, link_mentions, plain_form
from stance.document import Span
from stance.labels import ACTOR_TYPES

CASES = json.loads((Path(__file__).parent / "linking_cases.json").read_text(encoding="utf-8"))
MARKED = re.compile(r"\[(?P<words>(?:[^|\]]|\](?!\())*?)\|(?P<type>[a-z]+)\]")


def marked(case: dict[str, Any]) -> Any:
    failing = [pytest.mark.xfail(strict=True, reason=case["fails"])] if "fails" in case else []
    return pytest.param(case, id=case["name"], marks=failing)


def read(source: str) -> tuple[str, list[TypedMention]]:
    """Return the text and its mentions of a source that writes each as `[words|type]`."""
    text, mentions, passed = "", [], 0
    for match in MARKED.finditer(source):
        text += source[passed : match.start()]
        mentions.append(TypedMention(Span(len(text), len(text) + len(match["words"])), match["type"]))
        text += match["words"]
        passed = match.end()
    return text + source[passed:], mentions


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_mentions_are_linked_as_a_reader_would(case: dict[str, Any]) -> None:
    text, mentions = read(case["text"])
    found = link_mentions(text, mentions, table=load_aliases())
    expected = [tuple(actor) for actor in case["actors"]]
    links = [None if case.get("any_link") else actor.link for actor in found]
    assert [(actor.name, link, actor.mentions) for actor, link in zip(found, links, strict=True)] == expected
    assert case.get("type", found[0].type) == found[0].type


def test_there_are_at_least_forty_cases_with_names_of_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


@given(
    st.lists(
        st.tuples(
            st.text(st.sampled_from("ABab’'s .()[\\*éİßſ김"), min_size=1, max_size=8), st.sampled_from(ACTOR_TYPES)
        ),
        max_size=8,
    )
)
def test_every_mention_belongs_to_exactly_one_actor(items: list[tuple[str, str]]) -> None:
    text, mentions = "", []
    for words, kind in items:
        mentions.append(TypedMention(Span(len(text), len(text) + len(words)), kind))
        text += words + "("
    found = link_mentions(text, mentions, table=load_aliases())
    assert sorted(place for actor in found for place in actor.mentions) == list(range(len(mentions)))
    assert [actor.mentions[0] for actor in found] == sorted(actor.mentions[0] for actor in found)
    assert all(actor.name for actor in found)


def test_linking_takes_time_in_proportion_to_the_mentions() -> None:
    def seconds(count: int) -> float:
        names = [f"Ann{place} Li{place % 500}" for place in range(count)]
        text = " ".join(names)
        mentions, start = [], 0
        for name in names:
            mentions.append(TypedMention(Span(start, start + len(name)), "person"))
            start += len(name) + 1
        began = time.perf_counter()
        link_mentions(text, mentions, table=load_aliases())
        return time.perf_counter() - began

    assert min(seconds(5000) for _ in range(2)) < 50 * min(seconds(500) for _ in range(2)) + 0.1


@pytest.mark.parametrize(
    ("mention", "form"),
    [
        ("the  Kremlin’s", "Kremlin"),
        ("The Afghans'", "Afghans"),
        ("The", "The"),
        ("N’Djamena", "N'Djamena"),
        ("A", "A"),
    ],
)
def test_the_plain_form_has_no_article_and_no_possessive(mention: str, form: str) -> None:
    assert plain_form(mention) == form


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("Dr. Ann Li", "Ann Li"),
        ("prime minister", "prime minister"),
        ("Afghan", "Afghan"),
        ("American Joe", "American Joe"),
        ("Sammy Davis, Jr.", "Sammy Davis"),
        ("President", "President"),
        ("Attorney General Eric Holder", "Eric Holder"),
    ],
)
def test_the_bare_name_has_no_titles(form: str, name: str) -> None:
    assert bare_name(form, table=load_aliases()) == name

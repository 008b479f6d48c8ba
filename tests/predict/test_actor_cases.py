"""Who is who in whole texts: a table of cases (`actor_cases.json`), read by the shipped model.

A case has a group, a name, a text, and actors: for each all of its mentions, written as the text has them, or as [words, n] where
the n-th of several is meant, and its `link` where the table of names knows it. `outside` are words that mean none of the
actors; a pronoun there means nobody at all. Other actors of the text need not be named. Expectations say what a reader would
say, never what a model does. `tests/actors/linking_cases.json` has such cases for linking alone, with the mentions given.

A case with `known_limit` is one that the shipped model fails; once it passes, its test fails until the mark is gone. After
a change of the model write all marks and the list in docs/limits-actors.md anew, look at the difference, and set
`PASSED_SHARE` by hand:

    pytest tests/predict/test_actor_cases.py --update-golden
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import stance
from stance.corpora.gum import OTHER_PRONOUNS, PLURAL_PRONOUNS, SINGULAR_PRONOUNS
from stance.document import Actor, Document, Span

TABLE = Path(__file__).parent / "actor_cases.json"
CASES: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
LINKING = Path(__file__).parents[1] / "actors" / "linking_cases.json"
LIMITS = Path(__file__).parents[2] / "docs" / "limits-actors.md"

PASSED_SHARE = 0.74
"""The share of the cases that the shipped model passes; raise it with the model, and lower it only knowingly."""

PRONOUNS = SINGULAR_PRONOUNS | PLURAL_PRONOUNS | OTHER_PRONOUNS


def place(text: str, words: str | Sequence[Any]) -> Span:
    """Return where whole words stand in a text: a string that stands there once, or [string, which, counted from 1]."""
    string, which = (words, None) if isinstance(words, str) else (str(words[0]), int(words[1]))
    spans = [Span(*match.span()) for match in re.finditer(rf"(?<!\w){re.escape(string)}(?!\w)", text)]
    assert spans, f"{string!r} is not in {text!r}"
    assert which is not None or len(spans) == 1, f"{string!r} is {len(spans)} times in {text!r}: write [words, n]"
    return spans[(which or 1) - 1]


def holds(text: str, actor: Actor, span: Span) -> bool:
    """Say whether a mention is one of an actor's: a pronoun in the same borders, other words by one character in common."""
    if text[slice(*span)].lower() in PRONOUNS:
        return span in actor.mentions
    return any(span.start < end and start < span.end for start, end in actor.mentions)


def faults(case: Mapping[str, Any], found: Sequence[Actor]) -> list[str]:
    """Return what is wrong with the actors that were found; nothing if the case passes."""
    text, wrong, taken = case["text"], [], dict[str, str]()
    for actor in case["actors"]:
        spans = [place(text, words) for words in actor["mentions"]]
        name = text[slice(*spans[0])]
        shares = Counter({one.id: sum(holds(text, one, span) for span in spans) for one in found})
        (best, count), *_ = shares.most_common(1) or [("", 0)]
        owner = next((one for one in found if one.id == best), None)
        missed = [text[slice(*span)] for span in spans if owner is None or not count or not holds(text, owner, span)]
        if missed:
            wrong.append(f"{name!r} without {missed}")
        elif best in taken:
            wrong.append(f"{name!r} and {taken[best]!r} are one")
        elif owner is not None and actor.get("link") not in (None, owner.link):
            wrong.append(f"{name!r} is {owner.link}, not {actor['link']}")
        if count:
            taken.setdefault(best, name)
    for words in case["outside"]:
        span = place(text, words)
        pronoun = text[slice(*span)].lower() in PRONOUNS
        owners = [one.name for one in found if holds(text, one, span) and (pronoun or one.id in taken)]
        wrong.extend(f"{text[slice(*span)]!r} means {name!r}" for name in owners)
    return wrong


def layout(cases: Sequence[Mapping[str, Any]]) -> str:
    """Return cases as the table is written: a line each for what a case is, for its text and for its actors."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    rows = []
    for case in cases:
        mark = ', "known_limit": true' if case.get("known_limit") else ""
        head = f'{{"group": {line(case["group"])}, "name": {line(case["name"])}{mark},'
        actors = f'"actors": {line(case["actors"])}, "outside": {line(case["outside"])}'
        rows.append(f'{head}\n  "text": {line(case["text"])},\n  {actors}}}')
    return "[\n" + ",\n".join(rows) + "\n]\n"


def limits(cases: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of limits: how many cases of each group pass, and all that do not."""
    linking = json.loads(LINKING.read_text(encoding="utf-8"))
    failing = [case for case in linking if "fails" in case]
    groups = list(dict.fromkeys(case["group"] for case in cases))
    passed, given = sum(not case.get("known_limit") for case in cases), len(linking) - len(failing)
    right, total = passed + given, len(cases) + len(linking)
    table, own = (path.relative_to(LIMITS.parents[1]).as_posix() for path in (LINKING, TABLE))
    lines = [
        *("# Who is who: what is known to go wrong", ""),
        f"{right} of {total} cases are right ({100 * right / total:.1f} %): {given} of {len(linking)} where mentions are",
        f"given and linked by name (`{table}`), {passed} of {len(cases)} where the shipped model reads",
        f"the whole text (`{own}`). Those that fail are listed here; a test keeps the list true",
        "(`pytest tests/predict/test_actor_cases.py --update-golden` writes it anew).",
        *("", "## Whole texts", "", "| group | right | cases |", "|---|---:|---:|"),
    ]
    for group in groups:
        chosen = [case for case in cases if case["group"] == group]
        lines.append(f"| {group} | {sum(not case.get('known_limit') for case in chosen)} | {len(chosen)} |")
    for group in groups:
        wrong = [case for case in cases if case["group"] == group and case.get("known_limit")]
        if wrong:
            lines += ["", f"### {group[0].upper()}{group[1:]}", ""]
            lines += [f"- {case['name']}: “{case['text']}”" for case in wrong]
    lines += ["", "## Linking by name", ""]
    lines += [f"- {case['name']}: {case['fails']}" for case in failing]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def faults_by_text(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """Return what the shipped model gets wrong in each case; with `--update-golden`, its marks are written first."""
    documents = [Document(str(number), case["text"]) for number, case in enumerate(CASES)]
    found = stance.load().actors_of(documents)
    wrong = {case["text"]: faults(case, actors) for case, actors in zip(CASES, found, strict=True)}
    if request.config.getoption("--update-golden"):
        for case in CASES:
            case["known_limit"] = bool(wrong[case["text"]])
        TABLE.write_text(layout(CASES), encoding="utf-8", newline="\n")
        LIMITS.write_text(limits(CASES), encoding="utf-8", newline="\n")
    return wrong


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['group']}: {case['name']}") for case in CASES])
def test_the_shipped_model_tells_who_is_who(
    case: dict[str, Any],
    faults_by_text: dict[str, list[str]],
    passes_unless_known: Callable[[Mapping[str, Any], Sequence[str]], None],
) -> None:
    passes_unless_known(case, faults_by_text[case["text"]])


def test_the_shipped_model_passes_the_stated_share_of_the_cases(faults_by_text: dict[str, list[str]]) -> None:
    passed = sum(not wrong for wrong in faults_by_text.values())
    assert passed / len(CASES) >= PASSED_SHARE, f"{passed} of {len(CASES)} pass"


@pytest.mark.usefixtures("faults_by_text")
def test_the_page_of_limits_lists_the_cases_that_fail() -> None:
    assert LIMITS.read_text(encoding="utf-8") == limits(CASES), "write it anew with --update-golden"


def test_the_table_is_written_in_its_layout_and_no_text_stands_there_twice() -> None:
    assert TABLE.read_text(encoding="utf-8") == layout(CASES), "write it anew with --update-golden"
    assert len({case["text"] for case in CASES}) == len(CASES) >= 70
    assert len({(case["group"], case["name"]) for case in CASES}) == len(CASES)
    for case in CASES:
        assert all(place(case["text"], words) for actor in case["actors"] for words in actor["mentions"])


MET = {
    "text": "Ann Li met Bo Ek, and she won. It rained.",
    "actors": [{"mentions": ["Ann Li", "she"]}, {"mentions": ["Bo Ek"]}],
    "outside": ["It"],
}


@pytest.mark.parametrize(
    ("actors", "wrong"),
    [
        ([["Ann Li", "she"], ["Bo Ek"]], []),
        ([["Ann Li met", "she"], ["Ek"], ["won"]], []),
        ([["Ann Li"], ["Bo Ek"]], ["'Ann Li' without ['she']"]),
        ([["Ann Li"], ["she won"], ["Bo Ek"]], ["'Ann Li' without ['she']"]),
        ([["Ann Li"], ["Bo Ek", "she"]], ["'Ann Li' without ['she']"]),
        ([["Ann Li", "she", "Bo Ek"]], ["'Bo Ek' and 'Ann Li' are one"]),
        ([["Ann Li", "she"], ["Bo Ek"], ["It"]], ["'It' means 'It'"]),
        ([], ["'Ann Li' without ['Ann Li', 'she']", "'Bo Ek' without ['Bo Ek']"]),
    ],
)
def test_an_actor_must_have_all_of_its_mentions_and_no_other_actors(actors: list[list[str]], wrong: list[str]) -> None:
    found = [
        Actor(f"a{number}", names[0], "person", mentions=tuple(place(MET["text"], name) for name in names))
        for number, names in enumerate(actors)
    ]
    assert faults(MET, found) == wrong


def test_a_link_must_be_that_of_the_case() -> None:
    case = {"text": "Oslo agrees.", "actors": [{"mentions": ["Oslo"], "link": "iso3166:NO"}], "outside": []}
    actor = Actor("a0", "Norway", "country", "iso3166:NO", (Span(0, 4),))
    assert faults(case, [actor]) == []
    assert faults(case, [Actor("a0", "Oslo", "country", None, (Span(0, 4),))]) == ["'Oslo' is None, not iso3166:NO"]

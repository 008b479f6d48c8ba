"""JSON lines: our own documents come back with every layer, objects of others as rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.document import (
    Actor,
    Arguments,
    Attribution,
    Document,
    Meta,
    ModelStamp,
    Relation,
    Source,
    Span,
    Stance,
    Unit,
    VoiceSpan,
)
from stance.errors import InputError, StanceError
from stance.formats.jsonl import line_of, parse, read

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
SCORES = st.integers(-10_000, 10_000).map(lambda number: number / 10_000)


@st.composite
def whole_documents(draw: st.DrawFn) -> Document:
    """Draw a document with any of its layers."""
    text = draw(st.text(st.characters(codec="utf-8"), min_size=2))

    def span() -> Span:
        start = draw(st.integers(0, len(text) - 1))
        return Span(start, draw(st.integers(start + 1, len(text))))

    def some(make: Callable[[], Any]) -> tuple[Any, ...] | None:
        count = draw(st.integers(-1, 2))
        return None if count < 0 else tuple(make() for _ in range(count))

    def maybe(make: Callable[[], Any]) -> Any:
        return make() if draw(st.booleans()) else None

    def score() -> float:
        return draw(SCORES)

    def word() -> str:
        return draw(WORDS)

    field = {name: maybe(word) for name in ("title", "outlet", "author", "date", "url")}
    more = draw(st.dictionaries(WORDS.filter(lambda key: key not in field), WORDS, max_size=3))
    units = some(lambda: Unit(*span(), word(), score()))
    relations = some(lambda: Relation(0, len(units) - 1, word(), score())) if units else ()
    return Document(
        id=word(),
        text=text,
        meta=Meta(**field, more=more),
        sentences=some(span),
        voice=some(lambda: VoiceSpan(*span(), word(), score())),
        attributions=some(
            lambda: Attribution((span(), span()), maybe(span), maybe(span), maybe(word), maybe(word), score())
        ),
        actors=some(
            lambda: Actor(
                word(),
                word(),
                word(),
                maybe(word),
                (span(),),
                maybe(word),
                maybe(score),
                maybe(lambda: tuple(sorted((score(), score())))),
            )
        ),
        stances=some(
            lambda: Stance(
                Source(word()) if draw(st.booleans()) else word(), word(), word(), *span(), score(), maybe(span)
            )
        ),
        arguments=None if units is None else Arguments(units, relations or ()),
        model=maybe(lambda: ModelStamp(word(), word(), word())),
    )


def parsed(content: str, text_column: str | None = None) -> tuple[list[Document], list[str]]:
    problems: list[StanceError] = []
    lines = content.split("\n")
    found = list(parse(lines, on_problem=problems.append, text_column=text_column, prefix="in", place="in.jsonl"))
    return found, [str(problem) for problem in problems]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(whole_documents(), min_size=1, max_size=2))
def test_documents_come_back_with_all_their_layers(documents: list[Document]) -> None:
    lines = [line_of(document) for document in documents]
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert parsed("".join(lines)) == (documents, [])


def test_the_text_of_our_own_documents_is_not_touched(tmp_path: Path) -> None:
    document = Document("a", "One.\r\nTwo.\u2028Three.\x85", sentences=(Span(6, 10),))
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line_of(document).encode().replace(b"\n", b"\r\n") + b"\r\n")
    assert list(read(path, on_problem=lambda error: None)) == [document]


def test_objects_of_others_are_read_as_rows() -> None:
    objects = [{"Body": "One.\r\n", "headline": "T", "n": 3, "tags": ["a"], "gone": None}, {"text": "Two.", "id": 7}]
    found, problems = parsed("\n\n".join(map(json.dumps, objects)))
    assert problems == []
    assert found == [Document("in-1", "One.\n", Meta("T", more={"n": "3", "tags": '["a"]'})), Document("7", "Two.")]


def test_a_named_column_of_text_makes_a_row_of_what_looks_like_our_own() -> None:
    line = json.dumps({"text": "One.", "meta": {"by": "x"}})
    assert "an object with `id` and `text`" in parsed(line)[1][0]
    assert parsed(line, text_column="text")[0] == [Document("in-1", "One.", Meta(more={"meta": '{"by": "x"}'}))]
    assert parsed(line_of(Document("a", "Two.")), text_column="body")[0] == [Document("a", "Two.")]


def test_a_bad_line_is_told_by_number_and_the_others_are_read() -> None:
    bad = {
        '{"text": "One."': "no valid JSON",
        "[1, 2]": "'[1, 2]'; expected a JSON object",
        '{"words": "One."}': "no column that looks like text",
        '{"text": " "}': "'text' holds nothing but white space",
        '{"text": "\\ud800"}': "half a surrogate pair",
        '{"text": ' + "[" * 100_000 + "}": "no valid JSON",
        '{"text": ' + "1" * 5000 + "}": "no valid JSON",
        '{"id": "a", "text": "One.", "sentences": [[0, 9]]}': "0 <= start < end <= 4",
        '{"id": "a", "text": "One.", "meta": {}, "senntences": []}': "did you mean 'sentences'?",
        '{"id": "a", "text": "One.", "meta": {}, "model": {"nmae": "x"}}': "'nmae'",
        '{"id": "a", "text": "One.", "arguments": []}': "arguments: []",
    }
    found, problems = parsed("\n".join(['{"text": "First."}', *bad, '{"text": "Last."}']))
    assert [document.id for document in found] == ["in-1", f"in-{len(bad) + 2}"]
    assert len(problems) == len(bad)
    for number, (problem, part) in enumerate(zip(problems, bad.values(), strict=True), start=2):
        assert problem.startswith(f"in.jsonl, line {number}") and part in problem, problem


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"text": "One."}]', r"it begins with '\[.*one JSON value for the whole file.*jq -c '\.\[\]'"),
        ('{\n"text": "One."\n}', r"it begins with '\{'.*`jq -c \. IN.json"),
        ("", "there is no line with a document"),
        ("\n \n", "there is no line with a document"),
    ],
)
def test_json_that_is_not_one_object_a_line_is_refused_at_once(content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parsed(content)

"""Documents survive JSON whatever they hold, and what breaks the format is named with its place."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
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
    from_dict,
    from_json,
    to_json,
)
from stance.errors import DataError

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCORES = st.floats(-1, 1).map(lambda value: round(value, 4))


@st.composite
def documents(draw: Callable[..., Any]) -> Document:
    """Return a document with any layers, whose spans lie in its text."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=40))
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    span = spans.map(lambda pair: Span(*pair))
    maybe = st.none() | span

    def layer(items: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | st.lists(items, max_size=3).map(tuple))

    units = draw(st.lists(st.builds(lambda at, label, score: Unit(*at, label, score), span, WORDS, SCORES), max_size=3))
    ends = st.integers(0, max(0, len(units) - 1))
    relations = draw(st.lists(st.builds(Relation, ends, ends, WORDS, SCORES), max_size=2)) if units else []
    return Document(
        id=draw(WORDS),
        text=text,
        meta=Meta(title=draw(st.none() | WORDS), date=draw(st.none() | WORDS), more={"section": draw(WORDS)}),
        sentences=layer(span),
        voice=layer(st.builds(lambda at, label, score: VoiceSpan(*at, label, score), span, WORDS, SCORES)),
        attributions=layer(
            st.builds(
                Attribution, st.lists(span, max_size=2).map(tuple), maybe, maybe, st.none() | WORDS, st.none(), SCORES
            )
        ),
        actors=layer(
            st.builds(
                Actor,
                id=WORDS,
                name=WORDS,
                type=WORDS,
                link=st.none() | WORDS,
                mentions=st.lists(span, max_size=3).map(tuple),
                stance=st.none() | WORDS,
                score=st.none() | SCORES,
                interval=st.none() | st.tuples(SCORES, SCORES).map(lambda pair: (min(pair), max(pair))),
            )
        ),
        stances=layer(
            st.builds(
                lambda at, holder, actor, score, mention: Stance(holder, actor, "favor", *at, score, mention),
                span,
                WORDS | WORDS.map(Source),
                WORDS,
                SCORES,
                maybe,
            )
        ),
        arguments=draw(st.none() | st.just(Arguments(tuple(units), tuple(relations)))),
        model=draw(st.none() | st.builds(ModelStamp, WORDS, WORDS, WORDS)),
    )


@given(documents())
def test_a_document_with_any_layers_survives_json(document: Document) -> None:
    assert from_json(to_json(document)) == document


@given(documents())
def test_json_of_a_document_is_one_line(document: Document) -> None:
    assert "\n" not in to_json(document)


BROKEN = [
    ({"sentences": [[0, 4], [3, 99]]}, ["sentences[1]", "[3, 99]", "<= 10"]),
    ({"sentences": [[4, 4]]}, ["sentences[0]"]),
    ({"sentences": [[False, True]]}, ["sentences[0]"]),
    ({"sentences": [[0, 1, 2]]}, ["sentences[0]", "documented form"]),
    ({"sentences": 3}, ["sentences", "a list"]),
    ({"voice": [{"start": 0, "end": 4}]}, ["voice[0]", "label"]),
    ({"voice": [{"start": 0, "end": 4, "label": "fact", "score": "high"}]}, ["voice[0].score", "'high'"]),
    ({"voice": [{"start": 0, "end": 4, "label": "fact", "score": float("nan")}]}, ["voice[0].score", "finite"]),
    ({"attributions": [{"content": [[0, 40]]}]}, ["attributions[0].content"]),
    ({"attributions": [{"content": [[0, 4]], "cue": [9, 2]}]}, ["attributions[0].cue"]),
    ({"actors": [{"id": "a", "name": "A", "type": "person", "mentions": [[0, 11]]}]}, ["actors[0].mentions"]),
    ({"actors": [{"id": "a", "name": "A", "type": "person", "interval": [1, 0]}]}, ["actors[0].interval"]),
    ({"actors": [{"id": "a", "name": "A"}]}, ["actors[0]", "type"]),
    ({"actors": ["a"]}, ["actors[0]"]),
    ({"stances": [{"holder": "author", "actor": "a", "label": "favor", "start": 0}]}, ["stances[0]", "end"]),
    ({"arguments": []}, ["arguments"]),
    ({"arguments": {"units": [{"start": 0, "end": 99, "label": "x"}]}}, ["arguments.units[0]"]),
    ({"arguments": {"relations": [{"from": 0, "to": 1, "label": "support"}]}}, ["arguments.relations[0]", "0 units"]),
    ({"model": {"nam": "x"}}, ["model", "nam"]),
    ({"model": 3}, ["model"]),
    ({"sentenses": []}, ["sentenses", "did you mean 'sentences'"]),
    ({"meta": ["x"]}, ["meta", "an object"]),
]


@pytest.mark.parametrize(("layers", "said"), BROKEN)
def test_what_breaks_the_format_is_named_with_its_place(layers: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        from_dict({"id": "a", "text": "Ann spoke.", **layers}, place="gold.jsonl, line 3")
    message = str(caught.value)
    assert [part for part in ["gold.jsonl, line 3", *said] if part not in message] == []


def test_all_mistakes_are_named_at_once() -> None:
    values = {
        "id": "a",
        "text": "Ann.",
        "sentences": [[0, 9]],
        "voice": [{"start": 3, "end": 2, "label": "fact"}],
        "x": 1,
    }
    with pytest.raises(DataError) as caught:
        from_dict(values)
    assert [problem.place for problem in caught.value.problems] == [
        "document, x",
        "document, sentences[0]",
        "document, voice[0]",
    ]


@pytest.mark.parametrize(
    "line", ["", "{", "[1]", '{"id": "a"}', '{"text": "a"}', '{"id": null, "text": "a"}', "[" * 100_000]
)
def test_a_line_that_is_no_document_is_refused(line: str) -> None:
    with pytest.raises(DataError, match="gold"):
        from_json(line, place="gold")


def test_unknown_meta_is_kept_as_text_and_empty_meta_is_not() -> None:
    document = from_json(json.dumps({"id": 1, "text": "", "meta": {"title": None, "page": 3, "editor": None}}))
    assert (document.id, document.meta) == ("1", Meta(more={"page": "3"}))

"""Tags become spans, and nothing between spans is lost or counted twice."""

from hypothesis import given
from hypothesis import strategies as st

from stance.labels import bio_tags, tags_to_spans

TAGS = st.lists(st.integers(-1, len(bio_tags(["one", "two"])) - 1), max_size=20)


@given(TAGS)
def test_spans_are_in_order_and_apart_and_hold_exactly_the_tagged_tokens(tags: list[int]) -> None:
    spans = tags_to_spans(tags)
    assert [start for start, _, _ in spans] == sorted({start for start, _, _ in spans})
    inside = [place for start, end, _ in spans for place in range(start, end)]
    assert inside == [place for place, tag in enumerate(tags) if tag > 0]


@given(TAGS)
def test_every_token_of_a_span_has_the_name_of_the_span(tags: list[int]) -> None:
    for start, end, name in tags_to_spans(tags):
        assert {(tag - 1) // 2 for tag in tags[start:end]} == {name}


def test_a_begin_tag_parts_two_spans_of_one_name() -> None:
    assert tags_to_spans([1, 1, 2]) == [(0, 1, 0), (1, 3, 0)]


def test_an_inside_tag_of_another_name_opens_a_span_of_its_own() -> None:
    assert tags_to_spans([1, 4, 4]) == [(0, 1, 0), (1, 3, 1)]

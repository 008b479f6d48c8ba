"""Batches of one corpus each, of bounded size, as often as asked for, evenly spread over the run."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from stance.train.mixing import plan_batches

LENGTHS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.lists(st.integers(3, 60), min_size=1, max_size=40), min_size=1
)
PASSES = st.fixed_dictionaries({name: st.sampled_from([0.25, 0.5, 1.0, 1.5, 3.0]) for name in "abc"})


@given(LENGTHS, PASSES, st.integers(1, 200), st.integers(0, 9))
def test_an_example_comes_as_often_as_its_corpus_is_passed_over(
    lengths: dict[str, list[int]], passes: dict[str, float], batch_tokens: int, seed: int
) -> None:
    plan = plan_batches(lengths, passes=passes, batch_tokens=batch_tokens, seed=seed)
    seen = Counter((corpus, place) for corpus, group in plan for place in group)
    for corpus, values in lengths.items():
        whole, part = divmod(passes[corpus], 1)
        counts = [seen[corpus, place] for place in range(len(values))]
        assert all(whole <= count <= whole + (part > 0) for count in counts)
        assert sum(counts) == whole * len(values) + round(part * len(values))


@given(LENGTHS, PASSES, st.integers(1, 200), st.integers(0, 9))
def test_no_batch_exceeds_its_tokens_with_padding_unless_one_example_does(
    lengths: dict[str, list[int]], passes: dict[str, float], batch_tokens: int, seed: int
) -> None:
    for corpus, group in plan_batches(lengths, passes=passes, batch_tokens=batch_tokens, seed=seed):
        assert group
        longest = max(lengths[corpus][place] for place in group)
        assert longest * len(group) <= batch_tokens or len(group) == 1


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    lengths = {"a": list(range(3, 60)), "b": [9] * 50}
    plans = [plan_batches(lengths, passes={"a": 2, "b": 1}, batch_tokens=64, seed=seed) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_the_order_in_which_corpora_are_named_does_not_matter() -> None:
    passes = {"a": 1.0, "b": 2.0}
    one = plan_batches({"a": [5] * 9, "b": [7] * 9}, passes=passes, batch_tokens=20, seed=1)
    other = plan_batches({"b": [7] * 9, "a": [5] * 9}, passes=passes, batch_tokens=20, seed=1)
    assert one == other


def test_a_corpus_is_spread_evenly_over_the_run() -> None:
    plan = plan_batches({"few": [10] * 40, "many": [10] * 400}, passes={"few": 1, "many": 1}, batch_tokens=20, seed=3)
    places = [place for place, (corpus, _) in enumerate(plan) if corpus == "few"]
    for quarter in range(4):
        here = [place for place in places if quarter * len(plan) / 4 <= place < (quarter + 1) * len(plan) / 4]
        assert 4 <= len(here) <= 6


def test_examples_of_like_length_share_a_batch() -> None:
    lengths = [3, 50] * 100
    plan = plan_batches({"a": lengths}, passes={"a": 1}, batch_tokens=200, seed=1)
    mixed = [group for _, group in plan if len({lengths[place] for place in group}) > 1]
    assert len(mixed) <= 1


def test_the_last_pass_takes_a_random_part() -> None:
    plan = plan_batches({"a": [10] * 100}, passes={"a": 0.1}, batch_tokens=10, seed=1)
    places = sorted(place for _, group in plan for place in group)
    assert len(places) == 10
    assert places != list(range(10))

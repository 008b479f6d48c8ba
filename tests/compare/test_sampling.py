"""Draws of articles to hand-code: numbers, probabilities as simulated, the file, and what cannot be drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stance.compare.sampling import (
    Frame,
    Sample,
    allocate,
    as_coded,
    coded_design,
    draw_sample,
    frame_of,
    inclusion_probabilities,
    read_sample,
    systematic,
    write_sample,
)
from stance.document import Actor, Document, Meta
from stance.errors import ConfigError, DataError


def made_frame() -> Frame:
    strata = ("Daily",) * 30 + ("Post",) * 9 + ("Echo",) * 1
    spread = np.concatenate([np.linspace(0.1, 0.3, 30), np.full(9, 0.9), [0.2]])
    return Frame(tuple(f"article {number}" for number in range(40)), strata, spread)


def counts(frame: Frame, size: int, allocation: str) -> dict[str, int]:
    sample = draw_sample(frame, size=size, allocation=allocation)
    drawn = np.array(frame.strata)[sample.drawn]
    return {name: int((drawn == name).sum()) for name in ("Daily", "Post", "Echo")}


def test_each_allocation_gives_the_numbers_it_promises() -> None:
    frame = made_frame()
    assert counts(frame, 20, "proportional") == {"Daily": 15, "Post": 4, "Echo": 1}
    assert counts(frame, 13, "equal") == {"Daily": 6, "Post": 6, "Echo": 1}
    assert counts(frame, 15, "neyman") == {"Daily": 6, "Post": 8, "Echo": 1}
    assert counts(frame, 40, "neyman") == {"Daily": 30, "Post": 9, "Echo": 1}


@pytest.mark.parametrize("unsure", [0.0, 0.5, 1.0])
def test_articles_are_drawn_as_often_as_their_probability_says(unsure: float) -> None:
    frame = made_frame()
    generator = np.random.default_rng(1)
    samples = [draw_sample(frame, size=12, unsure=unsure, seed=generator) for _ in range(1000)]
    probability = samples[0].probability
    often = np.mean([sample.drawn for sample in samples], axis=0)
    error = np.sqrt(probability * (1 - probability) / len(samples))
    assert (np.abs(often - probability) <= 4 * error).all()
    assert {int(sample.drawn.sum()) for sample in samples} == {12}
    assert (np.ptp(probability[:30]) > 0.05) == (unsure > 0)


def test_any_two_articles_can_be_drawn_together() -> None:
    generator = np.random.default_rng(2)
    probability = inclusion_probabilities(np.linspace(1, 3, 12), size=4)
    together = np.zeros((12, 12))
    for _ in range(3000):
        drawn = systematic(probability, generator=generator).astype(float)
        together += np.outer(drawn, drawn)
    assert together.min() > 0
    expected = np.outer(probability, probability) * 3 / 4  # about, for a fixed number of 4
    apart = ~np.eye(12, dtype=bool)
    assert (together / 3000 / expected)[apart] == pytest.approx(1, abs=0.35)


def test_weighted_sums_of_the_drawn_estimate_the_total_of_all() -> None:
    frame, generator = made_frame(), np.random.default_rng(3)
    values = np.arange(40.0)
    samples = [draw_sample(frame, size=12, unsure=0.7, seed=generator) for _ in range(800)]
    totals = [(values / sample.probability)[sample.drawn].sum() for sample in samples]
    assert np.mean(totals) == pytest.approx(values.sum(), abs=4 * np.std(totals) / np.sqrt(800))


def test_the_same_seed_draws_the_same_articles() -> None:
    one, other, third = (draw_sample(made_frame(), size=12, seed=seed).drawn.tolist() for seed in (5, 5, 6))
    assert one == other != third


def test_numbers_by_stratum_stay_within_what_there_is_and_sum_up() -> None:
    generator = np.random.default_rng(4)
    for _ in range(200):
        counted = generator.integers(1, 60, size=generator.integers(1, 9))
        size = int(generator.integers(np.minimum(counted, 2).sum(), counted.sum() + 1))
        sizes = allocate(generator.random(len(counted)) ** 3, counts=counted, size=size)
        assert sizes.sum() == size
        assert ((sizes >= np.minimum(counted, 2)) & (sizes <= counted)).all()


def test_the_file_gives_back_the_sample(tmp_path: Path) -> None:
    sample = draw_sample(made_frame(), size=12, unsure=0.5)
    write_sample(sample, tmp_path / "sample.jsonl")
    again = read_sample(tmp_path / "sample.jsonl")
    assert (again.ids, again.strata) == (sample.ids, sample.strata)
    assert again.probability.tolist() == sample.probability.tolist()
    assert again.drawn.tolist() == sample.drawn.tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["sample.jsonl"]


def test_a_broken_file_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "sample.jsonl"
    row = '{"id": "a", "stratum": "Daily", "probability": %s, "drawn": true}'
    path.write_text("\n".join([row % 0.5, row % 0, "{}", "no"]), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_sample(path)
    assert [f"jsonl, line {number}" in str(caught.value) for number in (1, 2, 3, 4)] == [False, True, True, True]


def test_the_frame_is_of_articles_with_the_actor_and_knows_where_the_model_is_unsure() -> None:
    def document(id: str, interval: tuple[float, float] | None, name: str = "Ann Li") -> Document:
        actors = (Actor("a1", name, "person", link="Q1" if name == "Ann Li" else None, interval=interval),)
        return Document(id, "Text.", Meta(outlet="Daily"), actors=actors)

    documents = [document("sure", (0.0, 0.392)), document("unsure", (-0.98, 0.98)), document("unknown", None)]
    frame = frame_of([*documents, document("other", (0.0, 0.1), "Bo Ek")], actor="ann li")
    assert frame.ids == ("sure", "unsure", "unknown")
    assert frame.spread == pytest.approx([0.1, 0.5, 0.3])
    assert len(frame_of([*documents, document("other", None, "Bo Ek")]).ids) == 4
    with pytest.raises(DataError, match="no document with the actor 'Q9'"):
        frame_of(documents, actor="Q9")
    with pytest.raises(DataError, match="(?s)no country.*stands there twice"):
        frame_of([documents[0], documents[0]], by="country")


def test_what_the_model_learned_from_counts_for_itself_and_the_rest_as_a_sample_of_the_rest() -> None:
    documents = [
        Document(f"{outlet}-{n}", "Text.", Meta(outlet=outlet)) for outlet in ("Daily", "Post") for n in range(6)
    ]
    coded = {"Daily-0", "Daily-1", "Daily-2", "Post-0"}
    design = coded_design(documents, coded=coded, certain={"Daily-0", "Daily-5", "Post-0"})
    found = dict(zip(design.ids, design.probability.tolist(), strict=True))
    assert found == {"Daily-0": 1.0, **dict.fromkeys(("Daily-1", "Daily-2", "Daily-3", "Daily-4"), 0.5), "Post-0": 1.0}
    assert {id for id, drawn in zip(design.ids, design.drawn, strict=True) if drawn} == coded
    with pytest.raises(DataError, match=r"no document 'Daily-7' \(did you mean"):
        coded_design(documents, coded={"Daily-7"})


def coded_documents(*ids: str) -> list[Document]:
    return [Document(id, "Text.", Meta(outlet="Daily"), actors=()) for id in ids]


def drawn_sample() -> Sample:
    ids = tuple("abcdefghij")
    probability = np.array([1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75])
    drawn = np.array([id in "abcdghi" for id in ids])
    return Sample(ids, ("Daily",) * 6 + ("Post",) * 4, probability, drawn)


def test_drawn_articles_that_nobody_coded_lower_the_probabilities_of_their_stratum() -> None:
    coded, probabilities, notes = as_coded(drawn_sample(), coded_documents(*"abcg"))
    assert [each.id for each in coded] == list("abcg")
    # certain articles are a stratum of their own: they are no sample of the others
    assert [probabilities[id] for id in "abcdefg"] == [1.0, 1.0, *[0.25] * 4, 0.25]
    assert len(notes) == 1 and notes[0].startswith("3 of 7 drawn articles have not been hand-coded (Daily 1, Post 2)")
    half = as_coded(drawn_sample(), coded_documents(*"acg"))[1]
    assert half["a"] == 0.5, "nothing else would tell what the other certain article is like"


def test_a_draw_that_was_coded_whole_keeps_its_probabilities_and_tells_nothing() -> None:
    sample = drawn_sample()
    _, probabilities, notes = as_coded(sample, coded_documents(*"abcdghi"))
    assert (list(probabilities.values()), notes) == (sample.probability.tolist(), ())


def test_hand_coded_articles_that_were_not_drawn_are_left_out_and_told() -> None:
    coded, probabilities, notes = as_coded(drawn_sample(), coded_documents(*"abcdghi", "e", "j", "elsewhere"))
    assert [each.id for each in coded] == [*"abcdghi", "elsewhere"], "articles outside of the frame are pair_gold's"
    assert probabilities["e"] == 0.5
    assert notes[0].startswith("2 hand-coded articles were not drawn (e, j), and correct nothing")
    with pytest.raises(DataError, match="none of its 2 articles was drawn"):
        as_coded(drawn_sample(), coded_documents("e", "f"))


def test_what_cannot_be_drawn_is_refused_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        draw_sample(made_frame(), size=4, allocation="equl", unsure=2)
    message = str(caught.value)
    assert "allocation: 'equl'" in message
    assert "did you mean 'equal'" in message
    assert "unsure: 2" in message
    assert "size: 4; expected from 5 (2 of each of 3 strata) to 40 (all there are)" in message
    with pytest.raises(ConfigError, match="size: 41"):
        draw_sample(made_frame(), size=41)

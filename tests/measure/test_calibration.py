"""Whether scores mean what they say: the errors, the bins, and what of a prediction is a claim."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.document import Actor, Attribution, Document, ModelStamp, Span, Stance, VoiceSpan
from stance.measure.calibration import (
    Claims,
    calibration,
    calibration_table,
    calibrations,
    error_interval,
    expected_calibration_error,
    interval_check,
    reliability,
)
from stance.measure.tables import render

TEXT = "The harbour board, wisely, asked for time. Mayor Lund refused."


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


BOARD = Actor("a0", "harbour board", "organization", mentions=(at("harbour board"),), stance="favor")
MAYOR = Actor("a1", "Lund", "person", mentions=(at("Mayor Lund"),), stance="neutral")
GOLD = Document(
    "harbour",
    TEXT,
    voice=(VoiceSpan(0, 42, "fact"), VoiceSpan(43, 62, "opinion")),
    attributions=(Attribution((at("time"),)),),
    actors=(BOARD, MAYOR),
    stances=(Stance("author", "a0", "favor", *at("wisely")),),
)
GUESS = replace(
    GOLD,
    model=ModelStamp("small", "0.1.0", ""),
    voice=(VoiceSpan(0, 18, "fact", 0.9), VoiceSpan(19, 62, "opinion", 0.6)),
    attributions=(Attribution((at("for time"),), score=0.8), Attribution((at("refused"),), score=0.7)),
    actors=(
        replace(BOARD, score=0.65, interval=(0.2, 0.9)),
        replace(MAYOR, stance="against", score=-0.4, interval=(-0.9, -0.1)),
    ),
    stances=(
        Stance("author", "a0", "favor", *at("wisely"), score=0.5),
        Stance("author", "a0", "favor", *at("asked"), score=0.75),
        Stance("author", "a1", "against", *at("refused"), score=0.55),
    ),
)


def test_every_task_takes_its_own_scores_as_confidence() -> None:
    found = calibrations([GOLD], [GUESS])
    right = len("asked for time.wisely,".replace(" ", ""))
    voice = found["voice"]
    assert voice.count == len(TEXT.replace(" ", "")) and voice.unit == "characters"
    assert voice.accuracy == pytest.approx(1 - right / voice.count)
    assert found["content"].bins == reliability(np.array([0.8, 0.7]), np.array([1.0, 0.0]))
    # two stances that say the same tuple are one claim, with the higher score
    assert found["opinion"].bins == reliability(np.array([0.75, 0.55]), np.array([1.0, 0.0]))
    assert found["document stance"].bins == reliability(np.array([0.65, 0.4]), np.array([1.0, 0.0]))
    assert found["content"].brier == pytest.approx((0.2**2 + 0.7**2) / 2)


def test_neutral_claims_what_its_score_leaves_and_an_abstention_claims_nothing() -> None:
    actors = (replace(BOARD, stance=None, score=0.1), replace(MAYOR, score=-0.4))
    found = calibrations([GOLD], [replace(GUESS, actors=actors)])["document stance"]
    assert (found.count, found.confidence, found.accuracy) == (1, 0.6, 1)


def test_layers_without_gold_and_documents_without_scores_are_left_out() -> None:
    bare = replace(GOLD, voice=None, attributions=None, stances=None)
    assert set(calibrations([bare], [GUESS])) == {"document stance"}
    assert calibrations([GOLD], [GOLD]) == {}
    scored = replace(GUESS, model=None)
    assert set(calibrations([GOLD], [scored])) == {"voice", "content", "opinion", "document stance"}


def test_intervals_that_leave_zero_out_are_held_against_gold() -> None:
    check = interval_check([GOLD], [GUESS])
    assert (check.judged, check.clear, check.same, check.opposite) == (2, 2, 1, 0)
    against = replace(GOLD, actors=(BOARD, replace(MAYOR, stance="favor")))
    assert interval_check([against], [GUESS]).opposite == 1


def test_a_confidence_on_a_border_belongs_to_the_upper_bin_and_full_confidence_to_the_last() -> None:
    table = reliability(np.array([0.0, 0.5, 1.0]), np.ones(3), bins=2)
    assert [(one.low, one.high, one.count) for one in table] == [(0.0, 0.5, 1), (0.5, 1.0, 2)]


def test_weights_count_like_repeated_claims() -> None:
    confidence, right = np.array([0.2, 0.2, 0.7, 0.9]), np.array([0.0, 1.0, 1.0, 0.0])
    weight = np.array([1, 3, 2, 1])
    for spacing in ("width", "mass"):
        weighted = expected_calibration_error(confidence, right, weight=weight.astype(float), spacing=spacing)  # type: ignore[arg-type]
        repeated = expected_calibration_error(confidence.repeat(weight), right.repeat(weight), spacing=spacing)  # type: ignore[arg-type]
        assert weighted == pytest.approx(repeated)


def test_bins_of_equal_mass_hold_as_many_claims_each() -> None:
    confidence = np.linspace(0.9, 0.99, 30)
    assert len(reliability(confidence, np.ones(30), bins=5)) == 1
    assert [one.count for one in reliability(confidence, np.ones(30), bins=5, spacing="mass")] == [6] * 5


def test_without_claims_there_is_no_error() -> None:
    assert np.isnan(expected_calibration_error(np.zeros(0), np.zeros(0)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_errors_lie_between_zero_and_one_and_do_not_depend_on_order(
    claims: list[tuple[float, bool]], random: object
) -> None:
    turned = list(claims)
    random.shuffle(turned)  # type: ignore[attr-defined]
    for spacing in ("width", "mass"):
        one, other = (
            expected_calibration_error(*np.array(side, dtype=float).T, spacing=spacing)  # type: ignore[misc, arg-type]
            for side in (claims, turned)
        )
        assert 0 <= one <= 1 and one == pytest.approx(other)


def calibrated(*, shift: float, seed: int = 3) -> Claims:
    generator = np.random.default_rng(seed)
    confidence = generator.uniform(0.3, 1, 1200)
    right = (generator.random(1200) < confidence - shift).astype(float)
    return Claims(confidence, right, np.ones(1200), np.arange(1200) // 30)


def test_a_calibrated_model_has_an_error_near_chance_and_an_overconfident_one_far_from_it() -> None:
    honest, boastful = calibration(calibrated(shift=0)), calibration(calibrated(shift=0.2))
    assert honest.error < 1.6 * honest.chance
    assert boastful.error > 4 * boastful.chance
    assert boastful.interval is not None
    assert boastful.interval[0] < 0.2 < boastful.interval[1]
    assert sum(boastful.interval) / 2 == pytest.approx(boastful.error, abs=0.01)
    assert boastful.confidence - boastful.accuracy == pytest.approx(0.2, abs=0.04)


def test_the_interval_of_a_calibrated_model_with_few_claims_begins_near_zero() -> None:
    claims = calibrated(shift=0)
    few = Claims(claims.confidence[:300], claims.right[:300], claims.weight[:300], claims.document[:300])
    found = calibration(few)
    assert found.interval is not None
    assert found.interval[0] < found.error / 3
    assert found.interval[1] < found.error + 0.05


def test_the_same_seed_gives_the_same_interval_and_one_document_has_none() -> None:
    claims = calibrated(shift=0.1)
    assert calibration(claims, seed=5) == calibration(claims, seed=5)
    alone = replace(claims, document=np.zeros(1200, dtype=np.intp))
    assert error_interval(alone, generator=np.random.default_rng(0)) is None


def test_the_table_says_how_intervals_did_and_fits_a_hundred_columns() -> None:
    text = render([calibration_table(calibrations([GOLD], [GUESS]), check=interval_check([GOLD], [GUESS]))])
    assert "document stance" in text
    assert "Of 2 intervals of an author's stance, 2 leave 0 out: 1 on gold's side" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100

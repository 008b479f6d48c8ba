"""Forecast widths: those that the estimates then have, and what a pilot tells."""

from __future__ import annotations

import numpy as np
import pytest

from stance.compare.correction import correct
from stance.compare.forecast import forecast_width, pilot_share, unexplained_share
from stance.compare.pairing import Pairs
from stance.errors import ConfigError


def made_pairs(generator: np.random.Generator, *, coded: int, size: int = 300, accuracy: float = 0.85) -> Pairs:
    truth = generator.choice([-1.0, 0.0, 1.0], 2 * size)
    wrong = generator.random(2 * size) > accuracy
    guess = np.where(wrong, generator.choice([-1.0, 0.0, 1.0], 2 * size), truth)
    drawn = np.concatenate([generator.permutation(size) < coded for _ in range(2)])
    group = np.repeat(["Daily", "Post"], size)
    gold = np.where(drawn, truth, np.nan)
    return Pairs(np.arange(2 * size).astype(str), group, gold, guess, drawn, np.full(2 * size, coded / size))


@pytest.mark.parametrize("coded", [15, 40])
def test_the_forecast_is_near_the_width_that_comes(coded: int) -> None:
    generator = np.random.default_rng(coded)
    found = [correct(made_pairs(generator, coded=coded)).means for _ in range(60)]
    widths = {
        method: np.mean([each.high - each.low for means in found for each in means if each.method == method])
        for method in ("hand", "ppi")
    }
    # a third of the 15 % are drawn right again; half of the others' errors are of two steps and half of one, nearly
    unexplained = unexplained_share(0.9, variance=2 / 3, squared_step=2.0)
    assert widths["ppi"] == pytest.approx(
        forecast_width(coded, articles=300, unexplained=unexplained, variance=2 / 3), rel=0.12
    )
    assert widths["hand"] == pytest.approx(
        forecast_width(coded, articles=300, unexplained=1.0, variance=2 / 3), rel=0.12
    )


def test_a_pilot_tells_variance_and_unexplained_share() -> None:
    variance, unexplained = pilot_share(made_pairs(np.random.default_rng(7), coded=250))
    assert variance == pytest.approx(2 / 3, rel=0.1)
    assert unexplained == pytest.approx(unexplained_share(0.9, variance=2 / 3, squared_step=2.0), abs=0.06)


def test_predictions_that_say_nothing_leave_everything_open() -> None:
    assert unexplained_share(0.0, variance=0.5) == 1.0
    assert unexplained_share(1.0) == 0.0


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match="accuracy: 1.5"):
        unexplained_share(1.5)
    with pytest.raises(ConfigError, match="coded: "):
        forecast_width([1, 20], articles=200, unexplained=0.5)
    with pytest.raises(ConfigError, match="coded: "):
        forecast_width(300, articles=200, unexplained=0.5)
    with pytest.raises(ConfigError, match="pairs: 4 coded articles"):
        pilot_share(made_pairs(np.random.default_rng(1), coded=2))

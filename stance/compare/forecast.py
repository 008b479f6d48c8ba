"""How wide the interval of an outlet's mean will be with so many hand-coded articles: before coding, or from a pilot."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from stance.compare.pairing import Floats, Pairs
from stance.compare.rectifier import add_up
from stance.errors import ConfigError, Problem


def unexplained_share(accuracy: float, *, variance: float = 0.6, squared_step: float = 1.5) -> float:
    """Return the share of the stances' variance that predictions of that accuracy leave open, once lambda is tuned.

    With errors of that mean square, and predictions that vary as much as the truth does, their correlation is
    1 - error / (2 * variance), and the share 1 - correlation^2; never more than 1.

    Args:
        accuracy: the share of articles whose label is right.
        variance: of hand-coded stances within a group; 0.6 is that of about a third each of favor, neutral and against.
        squared_step: the mean square of an error: 1 if all are to the next label, 4 if all take favor for against.

    Raises:
        ConfigError: an accuracy outside of 0..1, or numbers that are not above 0.

    >>> [round(unexplained_share(accuracy), 2) for accuracy in (0.8, 0.85, 0.9)]
    [0.44, 0.34, 0.23]
    """
    _check({"accuracy": accuracy}, least=0.0, most=1.0)
    _check({"variance": variance, "squared_step": squared_step}, least=1e-12, most=np.inf)
    correlation = max(1 - (1 - accuracy) * squared_step / (2 * variance), 0.0)
    return 1 - correlation**2


def pilot_share(pairs: Pairs) -> tuple[float, float]:
    """Return the variance of hand-coded stances within groups, and the share that predictions leave open, from coded pairs.

    Groups are taken together; the correlation is shrunk for the few articles that it stands on (Wherry 1931).

    Raises:
        DataError: `pairs` that contradict themselves.
        ConfigError: fewer than three coded articles beyond the number of groups.
    """
    articles = add_up(pairs)
    used = articles.coded & (articles.gold[:, 1] > 0) & (articles.predicted[:, 1] > 0)
    _, group = np.unique(articles.group[used], return_inverse=True)
    gold, guess = (pair[used, 0] / pair[used, 1] for pair in (articles.gold, articles.predicted))
    freedom = len(gold) - (group.max(initial=-1) + 1)
    if freedom < 3:
        cure = "code more, or forecast from an assumed accuracy"
        problem = Problem("pairs", f"{len(gold)} coded articles", wish="three more than there are groups", cure=cure)
        raise ConfigError(problem)
    count = np.bincount(group)
    gold, guess = (each - (np.bincount(group, weights=each) / count)[group] for each in (gold, guess))
    squares = gold @ gold * (guess @ guess)
    explained = float((gold @ guess) ** 2 / squares) if squares > 0 else 0.0
    return float(gold @ gold / freedom), min((1 - explained) * freedom / (freedom - 1), 1.0)


def forecast_width(
    coded: ArrayLike, *, articles: ArrayLike, unexplained: float, variance: float = 0.6, level: float = 0.95
) -> Floats:
    """Return how wide the corrected interval of a mean will be; that of a difference is the root of the two squares' sum.

    It assumes equal probabilities within the outlet, and degrees of freedom as of the coded articles of one outlet alone,
    which is careful where several outlets are compared.

    Args:
        coded: (n,) how many articles of the outlet are coded by hand; two at least.
        articles: how many it has in all; one number, or one each.
        unexplained: the share of the variance that predictions leave open; 1 gives hand-coding alone.
        variance: of hand-coded stances in the outlet.
        level: of the interval.

    Raises:
        ConfigError: fewer than two coded articles, more than there are, or numbers out of range.

    >>> forecast_width([10, 20, 50], articles=200, unexplained=0.34).round(2).tolist()
    [0.68, 0.46, 0.31]
    >>> forecast_width([10, 20, 50], articles=200, unexplained=1.0).round(2).tolist()
    [1.11, 0.73, 0.44]
    """
    count, total = np.broadcast_arrays(np.asarray(coded, np.float64), np.asarray(articles, np.float64))
    _check({"unexplained": unexplained, "level": level}, least=0.0, most=1.0)
    if (count < 2).any() or (count > total).any():
        wish = "from two to all of the outlet's articles"
        raise ConfigError(Problem("coded", str(count.tolist()), wish=wish, cure="forecast for such numbers"))
    left = 1 - count / total
    squared = variance / total + left * unexplained * variance / count
    return np.asarray(2 * t.ppf((1 + level) / 2, count - 1) * np.sqrt(squared), np.float64)


def _check(numbers: dict[str, float], *, least: float, most: float) -> None:
    problems = [
        Problem(name, repr(value), wish=f"a number from {least:g} to {most:g}", cure="correct it")
        for name, value in numbers.items()
        if not least <= value <= most
    ]
    if problems:
        raise ConfigError(problems)

"""p-values of many tests at once, adjusted by Holm and by Benjamini and Hochberg."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def holm(p: Floats) -> Floats:
    """Return p-values so adjusted that the chance of any false alarm stays below the level (Holm 1979, Scand. J. Stat. 6:65).

    A missing value is no test: it stays missing and does not count.

    >>> holm(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    out = np.full(len(p), np.nan)
    tests = np.flatnonzero(np.isfinite(p))
    order = tests[np.argsort(p[tests], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    out[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return out


def benjamini_hochberg(p: Floats) -> Floats:
    """Return p-values so adjusted that of what falls below the level, that share at most are false alarms on average.

    Benjamini and Hochberg (1995, J. R. Stat. Soc. B 57:289), for tests that are independent or depend positively. A missing
    value is no test.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    out = np.full(len(p), np.nan)
    tests = np.isfinite(p)
    if tests.any():
        out[tests] = stats.false_discovery_control(p[tests], method="bh")
    return out

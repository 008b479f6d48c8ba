"""Cases in tables, some of which are marked as known limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest


@pytest.fixture
def passes_unless_known(request: pytest.FixtureRequest) -> Callable[[Mapping[str, Any], Sequence[str]], None]:
    """Return a check that nothing is wrong in a case, or that something is where it is marked as a known limit."""

    def check(case: Mapping[str, Any], wrong: Sequence[str]) -> None:
        if case.get("known_limit"):
            request.applymarker(pytest.mark.xfail(strict=True, reason="; ".join(wrong) or "passes: take its mark away"))
        assert not wrong, "; ".join(wrong)

    return check

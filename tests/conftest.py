"""The folder of the public corpora, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the data root: STANCE_DATA, else ../shared/data beside the repository; the test is skipped where it is absent."""
    folder = Path(os.environ.get("STANCE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no public corpora in {folder}")
    return folder

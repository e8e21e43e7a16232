"""A library of the sample for the agent's door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sample(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the sample's papers, closed."""
    return sample_library(tmp_path_factory.mktemp("agents") / "library")

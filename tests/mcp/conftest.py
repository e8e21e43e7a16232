"""A library of the sample for the agent's door."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.cli import main
from service.sample import papers_path


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the sample's papers, closed."""
    folder = tmp_path_factory.mktemp("agents") / "library"
    assert main(["import", str(papers_path()), "--library", str(folder)]) == 0
    return folder

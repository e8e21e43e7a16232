"""The library of the facade's tests with a model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.library import Library
from service.settings import Settings
from tests.integration.bird_papers import PAPERS


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of seven papers, closed."""
    folder: Path = tmp_path_factory.mktemp("with-model") / "library"
    with Library.open(Settings(library=folder), create=True) as library:
        assert library.import_papers(iter(PAPERS)).added == len(PAPERS)
    return folder


@pytest.fixture
def fresh(root: Path, tmp_path: Path) -> Path:
    """A library of its own, for a test whose replies are kept."""
    return shutil.copytree(root, tmp_path / "library", ignore=shutil.ignore_patterns("model.sqlite*"))

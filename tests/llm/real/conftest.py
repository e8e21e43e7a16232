"""One server of the small model for all tests here, and a library of the sample and of poisoned abstracts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import smollm
from poisoned_papers import POISONED_PAPERS

from service.library import Library
from service.settings import Settings


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The small model's address; skips where it is not installed."""
    if not smollm.available():
        pytest.skip("the small model is not installed: run make test-llm")
    with smollm.running() as api_base:
        yield api_base


@pytest.fixture(scope="session")
def library(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's papers and the poisoned ones."""
    root = sample_library(tmp_path_factory.mktemp("small-model") / "library")
    with Library.open(Settings(library=root), create=False) as made:
        made.import_papers(iter(POISONED_PAPERS))
    return root

"""The library that texts of the sample's field are checked against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.library import Library
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings


@pytest.fixture(scope="module")
def corpus(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    """A real library of the sample."""
    folder = sample_library(tmp_path_factory.mktemp("checking") / "library")
    with Library.open(Settings(library=folder), create=False) as library:
        yield LibraryCorpus(library)

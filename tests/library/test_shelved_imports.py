"""An import puts all that it counts where it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder, invented

from service.errors import UsageError
from service.library import Library
from service.records import Filters, Rejection, Shelving
from service.records.shelves import Tag
from service.settings import Settings


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    settings = Settings(library=tmp_path, import_batch_papers=2)
    with Library.open(settings, create=True, embedder=HashEmbedder()) as opened:
        yield opened


def test_added_papers_and_duplicates_are_shelved(library: Library) -> None:
    """Over several batches, into a collection that is made for it; what was rejected is nowhere."""
    library.import_papers([invented(1)])
    records = [invented(number) for number in (1, 2, 3)] + [Rejection("f", 1, "no title")]
    report = library.import_papers(records, shelving=Shelving(("Kites",), ("wind", "new")), titles=False)
    assert (report.added, report.duplicates) == (2, 1)
    assert library.shelves.collections.named("kites").count == 3
    assert library.shelves.tags.all() == [Tag("new", 3), Tag("wind", 3)]
    found = library.search("kites", k=9, filters=Filters(collections=("KITES",)))
    assert len(found.hits) == 3


def test_a_name_that_cannot_be_used_is_refused_before_anything_is_read(library: Library) -> None:
    def records() -> Iterator[Rejection]:
        raise AssertionError("a record was read")
        yield

    for shelving in (Shelving(("a/b",)), Shelving((), ("",))):
        with pytest.raises(UsageError, match="name"):
            library.import_papers(records(), shelving=shelving)


def test_an_unknown_collection_is_refused_by_every_search(library: Library) -> None:
    library.import_papers([invented(1)])
    unknown = Filters(collections=("Kites",))
    for search in (
        lambda: library.search("kites", k=3, filters=unknown),
        lambda: library.with_words("kites", n=3, filters=unknown),
        lambda: library.named("Kite1", n=3, filters=unknown),
    ):
        with pytest.raises(UsageError, match="no collection 'Kites'"):
            search()

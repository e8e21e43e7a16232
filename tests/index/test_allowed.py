"""Papers that pass a filter: the nearest first, read once until the library changes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from service.index.allowed import AllowLists
from service.records import Filters

SINCE = Filters(year_from=2020)


class Shelf:
    """Three papers, of which "w" waits; "b" has two chunks. Counts how often its vectors are read."""

    def __init__(self) -> None:
        self.reads = self.changes = 0

    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]:
        return frozenset("abw")

    def vectors_of(self, filters: Filters) -> tuple[list[str], NDArray[np.float32]]:
        self.reads += 1
        return ["a", "b", "b"], np.array([[0.6, 0.8], [0, 1], [1, 0]], np.float32)

    def revision(self) -> int:
        return self.changes


class Empty(Shelf):
    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]:
        return frozenset()

    def vectors_of(self, filters: Filters) -> tuple[list[str], NDArray[np.float32]]:
        return [], np.zeros((0, 0), np.float32)


def test_a_paper_has_the_cosine_of_its_best_chunk() -> None:
    """To (1, 0): .6 for "a", and 1 for the second chunk of "b"."""
    allowed = AllowLists(Shelf()).allowed(SINCE)
    query = np.array([1, 0], np.float32)
    assert allowed.ids == {"a", "b", "w"}
    assert allowed.nearest(query, 5) == pytest.approx({"a": 0.6, "b": 1.0})
    assert allowed.nearest(query, 1) == pytest.approx({"b": 1.0})


def test_nothing_passes() -> None:
    allowed = AllowLists(Empty()).allowed(SINCE)
    assert (allowed.ids, allowed.nearest(np.array([1, 0], np.float32), 5)) == (frozenset(), {})


def test_a_filter_is_read_again_only_when_it_or_the_library_changes() -> None:
    shelf = Shelf()
    lists = AllowLists(shelf)
    lists.allowed(SINCE)
    lists.allowed(Filters(year_from=2020))
    assert shelf.reads == 1
    shelf.changes += 1
    lists.allowed(SINCE)
    lists.allowed(Filters(year_from=2021))
    assert shelf.reads == 3
    lists.allowed(Filters())
    lists.allowed(Filters(year_from=2021))
    lists.allowed(Filters())
    assert shelf.reads == 4, "all papers are kept beside those of a filter"

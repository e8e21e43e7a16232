"""Papers scored exactly, all or those that pass a filter: their vectors are read once for all searches among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from service.records import Filters

EXACT_PAPERS: Final = 10_000
"""As many are compared from the catalog's vectors (768 bytes a chunk) sooner than Chroma is imported and opened."""


class FilteredPapers(Protocol):
    """What is asked of the catalog."""

    def count(self, filters: Filters | None = None) -> int: ...
    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]: ...
    def vectors_of(self, filters: Filters) -> tuple[list[str], NDArray[np.float32]]: ...
    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """Who passes; the chunks of those that are embedded, and where in them each embedded paper begins."""

    ids: frozenset[str]
    embedded: tuple[str, ...]
    starts: NDArray[np.intp]
    vectors: NDArray[np.float32]

    def nearest(self, vector: NDArray[np.float32], n: int) -> dict[str, float]:
        """The `n` papers with the best chunks, and those chunks' cosines; fewer where fewer are embedded."""
        if not self.embedded:
            return {}
        best = np.maximum.reduceat(self.vectors @ vector, self.starts)
        first = np.argpartition(-best, n - 1)[:n] if n < len(best) else np.arange(len(best))
        return {self.embedded[i]: float(best[i]) for i in first}


class AllowLists:
    """Keeps the last filter's papers until the library changes, and all papers: each some 20 MB for 8,000."""

    def __init__(self, catalog: FilteredPapers) -> None:
        self._catalog = catalog
        self._read: dict[bool, tuple[Filters, int, Allowed]] = {}
        self._counted: tuple[Filters, int, int] | None = None

    def count(self, filters: Filters) -> int:
        """How many papers pass now. Counting 100,000 takes longer than searching among them, so it is kept."""
        counted, revision = self._counted, self._catalog.revision()
        if counted is None or counted[:2] != (filters, revision):
            counted = self._counted = filters, revision, self._catalog.count(filters)
        return counted[2]

    def allowed(self, filters: Filters) -> Allowed:
        """The papers that pass now."""
        last, revision = self._read.get(bool(filters)), self._catalog.revision()
        if last is not None and last[:2] == (filters, revision):
            return last[2]
        papers, vectors = self._catalog.vectors_of(filters)
        starts = [i for i, paper in enumerate(papers) if i == 0 or paper != papers[i - 1]]
        embedded = tuple(papers[i] for i in starts)
        made = Allowed(self._catalog.matching(filters), embedded, np.asarray(starts, np.intp), vectors)
        self._read[bool(filters)] = filters, revision, made
        return made

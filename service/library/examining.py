"""How a library stands, and what is wrong with it."""

from __future__ import annotations

from service.catalog import Catalog
from service.errors import FingerprintMismatch
from service.index.derived import DerivedIndexes
from service.index.recall import ENOUGH, too_little
from service.records import Health, LibraryCounts


def counts(catalog: Catalog, derived: DerivedIndexes) -> LibraryCounts:
    """Numbers that are at hand. Raises `LibraryError` where the catalog cannot be read."""
    return LibraryCounts(
        catalog.count(),
        catalog.chunk_count(),
        catalog.waiting_count(),
        bool(catalog.pending("words", 1)),
        bool(catalog.pending("vectors", 1)),
        vectors_away=None if (away := derived.outage.now()) is None else str(away),
    )


def examined(
    catalog: Catalog, derived: DerivedIndexes, *, mismatch: FingerprintMismatch | None, recall: bool
) -> Health:
    """The catalog and both indexes in full; of a library of another fingerprint the catalog alone."""
    problems = list(catalog.problems())
    measured = None
    if mismatch is not None:
        problems.append(str(mismatch))
    else:
        problems += derived.problems()
        if recall and not problems:
            measured = derived.recall()
            problems += [] if measured >= ENOUGH else [too_little(measured)]
    papers, chunks, vectors = catalog.count(), catalog.chunk_count(), catalog.vector_count()
    unread, others = catalog.papers_without_sentences(), derived.others()
    return Health(papers, chunks, vectors, derived.indexed(), tuple(problems), measured, unread, others)

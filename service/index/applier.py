"""The applier: brings a derived index up to date with the catalog's outbox.

Every change names a paper, not what became of it: the index takes up what the catalog holds *now*. So
replaying a change is harmless, and a kill anywhere costs at most one page of work done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

import numpy as np

from service.catalog import Catalog, OutboxRow
from service.index.vectors import BULK_BATCH, SERVING_BATCH, Vectors
from service.index.words import WordIndex

_PAGE_PAPERS: Final = 500
_REBUILD_PAPERS: Final = 2_000


def apply_words(catalog: Catalog, words: WordIndex) -> int:
    """Take up all pending changes; returns how many there were."""
    applied = 0
    while rows := catalog.pending("words", _PAGE_PAPERS):
        papers = catalog.papers_by_id(row.paper_id for row in rows)
        words.replace(papers.values(), gone=[row.paper_id for row in rows if row.paper_id not in papers])
        catalog.advance("words", rows[-1].seq)
        applied += len(rows)
    return applied


def apply_vectors(catalog: Catalog, vectors: Vectors, *, batch: int = SERVING_BATCH) -> int:
    """Take up all pending changes, `batch` vectors an `add`; returns how many vectors were added."""
    added = 0
    while rows := catalog.pending("vectors", _PAGE_PAPERS):
        added += _replace_chunks(catalog, vectors, rows, batch)
        catalog.advance("vectors", rows[-1].seq)
    return added


def fill_words(catalog: Catalog, words: WordIndex) -> int:
    """Put every paper of the catalog into an empty index; returns how many there are."""
    papers, filled = catalog.papers(), 0
    while page := list(islice(papers, _REBUILD_PAPERS)):
        words.replace(page)
        filled += len(page)
    return filled


def fill_vectors(catalog: Catalog, vectors: Vectors) -> int:
    """Put every embedded chunk of the catalog into an empty index; returns how many there are."""
    filled = 0
    for ids, matrix in catalog.chunk_vectors(BULK_BATCH):
        vectors.add(ids, matrix, batch=BULK_BATCH)
        filled += len(ids)
    return filled


def _replace_chunks(catalog: Catalog, vectors: Vectors, rows: Sequence[OutboxRow], batch: int) -> int:
    """Drop what may be stale, then add what the catalog holds.

    Both, because Chroma's `add` leaves the vector of a known id as it was, and its `upsert` costs more.
    """
    stale: dict[str, int] = {}
    for row in rows:
        stale[row.paper_id] = max(stale.get(row.paper_id, 0), row.stale_chunks)
    vectors.drop([f"{paper_id}:{i}" for paper_id, n in stale.items() for i in range(n)])
    ids, matrices = [], []
    for paper_id, units in catalog.chunks(stale).items():
        if units.vectors is not None and units.spans:
            ids += [f"{paper_id}:{i}" for i in range(len(units.spans))]
            matrices.append(units.vectors)
    if ids:
        vectors.add(ids, np.concatenate(matrices), batch=batch)
    return len(ids)

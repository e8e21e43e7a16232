"""Search over the catalog's vectors without an index: what Chroma finds, to the last chunk, and in its order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import invented

from service.catalog import Catalog, PaperWrite, Units
from service.index import derived
from service.index.derived import DerivedIndexes
from service.index.stored_vectors import StoredVectors
from service.index.vector_places import OwnDirectory
from service.index.vectors import VectorIndex
from service.records import Span
from service.text.terms import STOP_TERMS, terms


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Sixty papers of two chunks each; the second of each third is not embedded."""
    rng = np.random.default_rng(3)
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        writes = []
        for i in range(60):
            vectors = rng.standard_normal((2, 16)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            units = Units((Span(0, 4), Span(4, 8)), None if i % 3 == 0 else vectors)
            writes.append(PaperWrite(replace(invented(i), paper_id=f"p{i}"), (), "added", units))
        opened.write(writes)
        yield opened


def test_finds_what_the_index_finds(catalog: Catalog, tmp_path: Path) -> None:
    index = VectorIndex.create(tmp_path / "vectors", "hash")
    for ids, vectors in catalog.chunk_vectors():
        index.add(ids, vectors)
    stored = StoredVectors(catalog)
    asked = np.random.default_rng(4).standard_normal((5, 16)).astype(np.float32)
    for vector in asked:
        expected, got = index.query(vector, 20), stored.query(vector, 20)
        assert [chunk for chunk, _ in got] == [chunk for chunk, _ in expected]
        assert np.allclose([c for _, c in got], [c for _, c in expected], atol=1e-5)
    assert len(stored.query(asked[0], 1_000)) == 80
    assert stored.query(asked[0], 0) == []
    index.close()


def test_an_empty_library_has_no_nearest_chunk(tmp_path: Path) -> None:
    with Catalog(tmp_path / "empty.sqlite3") as catalog:
        assert StoredVectors(catalog).query(np.ones(16, np.float32), 5) == []


def test_the_index_is_left_closed_only_while_it_is_closed_and_small(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = DerivedIndexes(
        tmp_path, catalog, place=OwnDirectory(tmp_path, "hash", catalog), terms=terms, stop_terms=STOP_TERMS
    )
    assert indexes.meaning is None
    monkeypatch.setattr(derived, "MOST", 79)
    opened = indexes.meaning
    assert isinstance(opened, VectorIndex)
    assert opened.count() == 80
    monkeypatch.setattr(derived, "MOST", 80)
    assert indexes.meaning is opened
    indexes.close()

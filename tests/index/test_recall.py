"""Recall of the vector index against an exact search: 1 where all is found, less by just what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import invented

from service.catalog import Catalog, PaperWrite, Units
from service.index.recall import recall
from service.index.vectors import VectorIndex, ef_search
from service.records import Span


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Sixty papers of one chunk each, all taken up."""
    vectors = np.random.default_rng(5).standard_normal((60, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        one = [Units((Span(0, 4),), row[None]) for row in vectors]
        opened.write([PaperWrite(replace(invented(i), paper_id=f"p{i}"), (), "added", one[i]) for i in range(60)])
        opened.advance("vectors", opened.newest_change())
        yield opened


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    made = VectorIndex.create(tmp_path / "vectors", "hash")
    yield made
    made.close()


def fill(catalog: Catalog, index: VectorIndex) -> list[str]:
    ids: list[str] = []
    for some, vectors in catalog.chunk_vectors():
        index.add(some, vectors)
        ids += some
    return ids


def test_index_that_finds_every_neighbour_has_recall_one(catalog: Catalog, index: VectorIndex) -> None:
    """Sixty vectors are within the width of any search."""
    fill(catalog, index)
    assert recall(catalog, index) == 1.0


def test_missing_vectors_lower_recall_by_their_share(catalog: Catalog, index: VectorIndex) -> None:
    """With 30 of 60 gone at most 30 of 50 neighbours are found; all 30 that are left are not always among the 50."""
    ids = fill(catalog, index)
    index.drop(ids[:30])
    assert 0.3 < recall(catalog, index) <= 0.6


def test_empty_index_has_nothing_to_miss(tmp_path: Path, index: VectorIndex) -> None:
    with Catalog(tmp_path / "empty.sqlite3") as empty:
        assert recall(empty, index) == 1.0


@pytest.mark.parametrize(("vectors", "width"), [(0, 200), (499_999, 200), (500_000, 400)])
def test_a_large_index_is_searched_more_widely(vectors: int, width: int) -> None:
    assert ef_search(vectors) == width


def test_settling_sets_the_width_for_the_size(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that has grown over the mark is searched more widely from the next open on."""
    monkeypatch.setattr("service.index.vectors._LARGE", 3)
    index.add(["a:0", "b:0", "c:0"], np.eye(3, 16, dtype=np.float32))
    index.settle()
    assert index._collection.configuration["hnsw"]["ef_search"] == 400

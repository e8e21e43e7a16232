"""Search while the vector index is not open: what it finds with Chroma, and in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import HashEmbedder, invented

from service.catalog import Catalog, PaperWrite, Units
from service.index import derived
from service.index.derived import DerivedIndexes
from service.index.retrieval import Retriever
from service.index.vector_places import OwnDirectory
from service.records import Span
from service.text.terms import STOP_TERMS, terms


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Sixty papers of two chunks each; each third is not embedded."""
    rng = np.random.default_rng(3)
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        writes = []
        for i in range(60):
            vectors = rng.standard_normal((2, 64)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            units = Units((Span(0, 4), Span(4, 8)), None if i % 3 == 0 else vectors)
            writes.append(PaperWrite(replace(invented(i), paper_id=f"p{i}"), (), "added", units))
        opened.write(writes)
        yield opened


@pytest.fixture
def indexes(catalog: Catalog, tmp_path: Path) -> Iterator[DerivedIndexes]:
    place = OwnDirectory(tmp_path, "hash", catalog)
    opened = DerivedIndexes(tmp_path, catalog, place=place, terms=terms, stop_terms=STOP_TERMS)
    yield opened
    opened.close()


def test_finds_what_the_index_finds(catalog: Catalog, indexes: DerivedIndexes) -> None:
    """Papers that wait are found by their words alone, either way; the vectors of a change are seen at once."""
    embedder = HashEmbedder()
    without = Retriever(catalog, None, indexes.words, embedder)
    with_index = Retriever(catalog, indexes.vectors, indexes.words, embedder)
    for query in ("tether7", "frame3 gusts", "no such words"):
        found, expected = (each.search(query, k=20) for each in (without, with_index))
        assert [(hit.paper, pytest.approx(hit.score, abs=1e-3)) for hit in found.hits] == [
            (hit.paper, hit.score) for hit in expected.hits
        ]
        assert found.note == expected.note
    catalog.corrections.delete([found.hits[0].paper.paper_id])
    assert found.hits[0].paper not in [hit.paper for hit in without.search(query, k=20).hits]


def test_the_index_is_left_closed_only_while_it_is_closed_and_small(
    indexes: DerivedIndexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert indexes.meaning is None
    monkeypatch.setattr(derived, "EXACT_PAPERS", 59)
    opened = indexes.meaning
    assert opened is indexes.vectors
    assert opened.count() == 80
    monkeypatch.setattr(derived, "EXACT_PAPERS", 60)
    assert indexes.meaning is opened

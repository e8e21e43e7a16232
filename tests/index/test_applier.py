"""The applier brings both indexes to what the catalog holds, however often and from wherever it is repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import HashEmbedder

from service.catalog import Catalog, PaperWrite, Units
from service.index.applier import apply_vectors, apply_words, fill_vectors, fill_words
from service.index.vectors import VectorIndex
from service.index.words import WordIndex
from service.records import Paper, Span

EMBEDDER = HashEmbedder(dimension=16)


@dataclass
class Trio:
    catalog: Catalog
    words: WordIndex
    vectors: VectorIndex

    def apply(self) -> tuple[int, int]:
        return apply_words(self.catalog, self.words), apply_vectors(self.catalog, self.vectors)

    def nearest(self, text: str) -> tuple[str, float]:
        chunk_id, cosine = self.vectors.query(EMBEDDER.embed([text])[0], 1)[0]
        return chunk_id, round(cosine, 2)


@pytest.fixture
def trio(tmp_path: Path) -> Iterator[Trio]:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    words = WordIndex.create(tmp_path / "words", terms=str.split, stop_terms=frozenset())
    vectors = VectorIndex.create(tmp_path / "vectors", "hash")
    yield Trio(catalog, words, vectors)
    words.close()
    vectors.close()
    catalog.close()


def write(paper_id: str, chunks: Sequence[str], *, change: str = "added") -> PaperWrite:
    """A paper whose abstract is its chunks, joined by a space."""
    spans, start = [], 0
    for chunk in chunks:
        spans.append(Span(start, start + len(chunk)))
        start += len(chunk) + 1
    units = Units(tuple(spans), EMBEDDER.embed(chunks))
    paper = Paper("Title", " ".join(chunks), paper_id=paper_id)
    return PaperWrite(paper, (), "added" if change == "added" else "text", units, units)


def test_new_papers_reach_both_indexes_once(trio: Trio) -> None:
    """The counts say what was taken up; a second call has nothing to do."""
    trio.catalog.write([write("a", ["red kite", "blue tail"]), write("b", ["green sail"])])
    assert trio.apply() == (2, 3)
    assert trio.words.search(["kite"], 9)[0][0] == "a"
    assert trio.nearest("blue tail") == ("a:1", 1.0)
    assert trio.apply() == (0, 0)


def test_shorter_new_text_leaves_no_stale_chunk(trio: Trio) -> None:
    """Three chunks become one, with another vector under the same id."""
    trio.catalog.write([write("a", ["red kite", "blue tail", "long line"])])
    trio.apply()
    trio.catalog.write([write("a", ["green sail"], change="text")])
    trio.apply()
    assert trio.vectors.count() == 1
    assert trio.nearest("green sail") == ("a:0", 1.0)
    assert trio.words.search(["kite"], 9) == []


def test_replay_after_a_lost_watermark_changes_nothing(trio: Trio) -> None:
    """The index took a change up, and the process died before the watermark moved: old vectors must not stay."""
    trio.catalog.write([write("a", ["red kite", "blue tail"])])
    rows = trio.catalog.pending("vectors", 9)
    trio.vectors.add(["a:0", "a:1"], EMBEDDER.embed(["red kite", "blue tail"]))
    trio.catalog.write([write("a", ["green sail"], change="text")])
    assert trio.catalog.pending("vectors", 9)[0] == rows[0]
    trio.apply()
    assert trio.vectors.count() == 1
    assert trio.nearest("green sail") == ("a:0", 1.0)


def test_paper_that_still_waits_for_vectors_is_found_by_words(trio: Trio) -> None:
    """Text first; its vectors come with a later change."""
    spans = (Span(0, 8),)
    waiting = Units(spans, None)
    trio.catalog.write([PaperWrite(Paper("Title", "red kite", paper_id="a"), (), "added", waiting, waiting)])
    assert trio.apply() == (1, 0)
    assert (trio.words.count(), trio.vectors.count()) == (1, 0)
    trio.catalog.write([write("a", ["red kite"], change="text")])
    assert trio.apply() == (1, 1)
    assert trio.nearest("red kite") == ("a:0", 1.0)


def test_more_papers_than_a_page(trio: Trio) -> None:
    """1,100 changes are three pages; each moves the watermark."""
    trio.catalog.write([write(f"p{i}", [f"word{i}"]) for i in range(1100)])
    assert trio.apply() == (1100, 1100)
    assert (trio.words.count(), trio.vectors.count()) == (1100, 1100)
    assert trio.nearest("word1099") == ("p1099:0", 1.0)


def test_filling_empty_indexes_gives_what_applying_gave(trio: Trio, tmp_path: Path) -> None:
    """A rebuild needs only the catalog: same ids, same cosines, same BM25."""
    trio.catalog.write([write(f"p{i}", [f"red{i} kite", f"blue{i} tail"]) for i in range(20)])
    trio.apply()
    words = WordIndex.create(tmp_path / "words2", terms=str.split, stop_terms=frozenset())
    vectors = VectorIndex.create(tmp_path / "vectors2", "hash")
    assert (fill_words(trio.catalog, words), fill_vectors(trio.catalog, vectors)) == (20, 40)
    query = EMBEDDER.embed(["red7 kite"])[0]
    again, before = vectors.query(query, 5), trio.vectors.query(query, 5)
    assert [i for i, _ in again] == [i for i, _ in before]
    assert np.allclose([c for _, c in again], [c for _, c in before], atol=1e-6)
    assert words.search(["red7", "kite"], 1) == trio.words.search(["red7", "kite"], 1)
    vectors.close()
    words.close()

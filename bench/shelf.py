"""A library in memory for benchmarks: exact vectors, cached on disk, behind the retriever's own protocols."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from corpora import Collection
from numpy.typing import NDArray

from service.catalog import Units
from service.index.chunking import Chunker
from service.index.embedding import Embedder, load_embedder
from service.records import Filters, Paper, Span
from service.settings import Settings

Vectors = NDArray[np.float32]
Kind = Literal["chunks", "sentences"]
CACHE = Path(tempfile.gettempdir()) / "litweave-bench"
_SAVE_EVERY = 4000


class VectorCache:
    """Vectors of one collection and kind, a (units, 384) float16 array a paper, kept in one file."""

    def __init__(self, folder: Path, collection: str, kind: Kind) -> None:
        self.embedder = load_embedder(Settings())
        self.chunker = Chunker()
        self._kind = kind
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{collection}-{kind}-{self.embedder.name}-{self.chunker.fingerprint}".replace("/", "_")
        self._path = folder / f"{name}.npz"
        self.held: dict[str, NDArray[np.float16]] = {}
        self._units: dict[str, Units] = {}
        if self._path.exists():
            stored = np.load(self._path)
            parts = np.split(stored["vectors"], np.cumsum(stored["counts"])[:-1])
            self.held = dict(zip(stored["ids"].tolist(), parts, strict=True))

    def spans(self, paper: Paper) -> tuple[Span, ...]:
        if self._kind == "chunks":
            return tuple(Span(c.start, c.end) for c in self.chunker.chunks(paper))
        return self.chunker.sentences(paper)

    def fill(self, papers: Iterable[Paper]) -> None:
        """Embed what is missing, saving now and then."""
        missing = [p for p in papers if p.paper_id not in self.held]
        for first in range(0, len(missing), _SAVE_EVERY):
            some = missing[first : first + _SAVE_EVERY]
            texts = [[self.chunker.context(p, p.abstract[s.start : s.end]) for s in self.spans(p)] for p in some]
            self._embed([p.paper_id for p in some], texts)
            print(f"{self._path.name}: {first + len(some):,} of {len(missing):,} papers", flush=True)

    def _embed(self, ids: Sequence[str], texts: Sequence[Sequence[str]]) -> None:
        started = time.perf_counter()
        vectors = self.embedder.embed([t for of in texts for t in of]).astype(np.float16)
        print(f"{len(vectors) / (time.perf_counter() - started):.0f}/s", end="  ", flush=True)
        ends = np.cumsum([len(of) for of in texts])[:-1]
        self.held |= dict(zip(ids, np.split(vectors, ends), strict=True))
        self._save()

    def _save(self) -> None:
        partial = self._path.with_suffix(".partial.npz")
        counts = np.array([len(v) for v in self.held.values()])
        np.savez(
            partial, ids=np.array(list(self.held)), counts=counts, vectors=np.concatenate(list(self.held.values()))
        )
        partial.replace(self._path)

    def units(self, paper: Paper) -> Units:
        """With `vectors` None where they are not held."""
        if paper.paper_id not in self._units:
            vectors = self.held.get(paper.paper_id)
            units = Units(self.spans(paper), None if vectors is None else vectors.astype(np.float32))
            self._units[paper.paper_id] = units
        return self._units[paper.paper_id]


class Shelf:
    """A catalog and a vector index, as the retriever sees them. Vectors that are not cached count as waiting."""

    def __init__(self, collection: Collection, chunks: VectorCache, sentences: VectorCache | None) -> None:
        self._papers = collection.papers
        self._chunks = chunks
        self._sentences = sentences
        ids = [p for p in self._papers if p in chunks.held]
        self._chunk_ids = [f"{p}:{i}" for p in ids for i in range(len(chunks.held[p]))]
        self._matrix = np.concatenate([chunks.held[p] for p in ids]).astype(np.float32)

    def count(self, filters: Filters | None = None) -> int:
        return len(self.matching(filters) if filters else self._papers)

    def papers_by_id(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        return {p: self._papers[p] for p in paper_ids}

    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]:
        return frozenset(filters.paper_ids or (self._papers if among is None else among))

    def vectors_of(self, filters: Filters) -> tuple[list[str], Vectors]:
        units = self.chunks(sorted(self.matching(filters)))
        embedded = {p: u.vectors for p, u in units.items() if u.vectors is not None}
        rows = [p for p, vectors in embedded.items() for _ in vectors]
        return rows, np.concatenate(list(embedded.values())) if rows else np.zeros((0, 0), np.float32)

    def revision(self) -> int:
        return 0

    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return {p: self._chunks.units(self._papers[p]) for p in paper_ids}

    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return {} if self._sentences is None else {p: self._sentences.units(self._papers[p]) for p in paper_ids}

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        cosines = self._matrix @ vector
        n = min(n, len(cosines))
        best = np.argpartition(-cosines, n - 1)[:n]
        return [(self._chunk_ids[i], float(cosines[i])) for i in best[np.argsort(-cosines[best])]]


class Unread(Shelf):
    """The same papers without any vector."""

    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return {p: Units(u.spans, None) for p, u in super().chunks(paper_ids).items()}

    def sentences(self, _paper_ids: Iterable[str]) -> dict[str, Units]:
        return {}

    def query(self, _vector: Vectors, _n: int) -> list[tuple[str, float]]:
        return []


class NoWords:
    """A word index that finds nothing: switches one half of the hybrid off."""

    def search(
        self, _query_terms: Sequence[str], _n: int, *, among: Container[str] | None = None
    ) -> list[tuple[str, float]]:
        del among
        return []

    def doc_freq(self, _term: str) -> int:
        return 0


class Remembering:
    """An embedder that embeds no text twice while the benchmark runs."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension = embedder.name, embedder.dimension
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = [t for t in dict.fromkeys(texts) if t not in self._known]
        self._known |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[t] for t in texts])

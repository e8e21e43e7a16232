"""Papers and vectors in any number, for benchmarks of size: real abstracts, real vectors moved a little."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.catalog.rows import from_blobs
from service.index.chunking import Chunker
from service.index.embedding import Embedder
from service.readers import read
from service.records import Paper

POOL_PAPERS = 2_000
POOL_VECTORS = 100_000
NOISES = 50_000
NOISE = 0.5
"""Length of the noise added to a unit vector before it is brought to length 1 again: cosine .89 to the original."""
SHORT_WORDS = 40
"""Words of a shortened abstract: one chunk each, so that papers and vectors are as many."""


def papers(data: Path, n: int, *, short: bool = False) -> Iterator[Paper]:
    """The first `n` abstracts of acl_anthology and arxiv; beyond their 133,187 again, under other titles.

    With `short` each is a stretch of its words, another one each time round.
    """
    made = 0
    for turn in count():
        for name in ("acl_anthology", "arxiv"):
            for paper in read(data / name / "corpus.jsonl.gz", max_record_bytes=1_000_000):
                if made == n:
                    return
                if isinstance(paper, Paper):
                    made += 1
                    again = paper if turn == 0 else _again(paper, turn)
                    yield replace(again, abstract=_stretch(paper.abstract, turn)) if short else again


def _again(paper: Paper, turn: int) -> Paper:
    return replace(paper, paper_id=f"{paper.paper_id}#{turn}", title=f"{paper.title} ({turn})", url=None, doi=None)


def _stretch(abstract: str, turn: int) -> str:
    words = abstract.split()
    first = 12 * turn % max(1, len(words) - SHORT_WORDS // 2)
    return " ".join(words[first : first + SHORT_WORDS])[:800]


class StandIn:
    """An embedder that reads queries with the model and gives texts in bulk a perturbed vector from a pool.

    So that everything but the model's own time can be measured at any size; equal texts get equal vectors. The pool
    is of the first 2,000 papers or, better in large libraries, the first 100,000 chunks of a library that is there.
    """

    def __init__(self, model: Embedder, data: Path, library: Path | None = None) -> None:
        self.name, self.dimension = model.name, model.dimension
        self._model = model
        self._pool = _embedded(model, data) if library is None else _stored(library)
        random = np.random.default_rng(0)
        noise = random.standard_normal((NOISES, self.dimension), dtype=np.float32)
        self._noise = noise * np.float32(NOISE / self.dimension**0.5)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._model.embed(texts) if len(texts) == 1 else self.stand_ins(texts)

    def stand_ins(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) unit rows."""
        digests = b"".join(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16] for text in texts)
        seeds = np.frombuffer(digests, np.uint64).reshape(-1, 2)
        moved = self._pool[seeds[:, 0] % len(self._pool)] + self._noise[seeds[:, 1] % NOISES]
        unit: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return unit


def _embedded(model: Embedder, data: Path) -> NDArray[np.float32]:
    chunker = Chunker()
    return model.embed([chunker.context(p, c.text) for p in papers(data, POOL_PAPERS) for c in chunker.chunks(p)])


def _stored(library: Path) -> NDArray[np.float32]:
    """(at most 100,000, dimension) unit rows, read beside whoever has the library open."""
    with closing(sqlite3.connect(f"file:{library / 'catalog.sqlite3'}?mode=ro", uri=True)) as catalog:
        statement = "SELECT vector FROM chunks WHERE vector IS NOT NULL ORDER BY chunk LIMIT ?"
        vectors = from_blobs([row[0] for row in catalog.execute(statement, (POOL_VECTORS,))])
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit

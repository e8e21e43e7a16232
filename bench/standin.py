"""Papers and vectors in any number, for benchmarks of size: real abstracts, real vectors moved a little."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.index.chunking import Chunker
from service.index.embedding import Embedder
from service.readers import read
from service.records import Paper

POOL_PAPERS = 2_000
NOISE = 0.5
"""Length of the noise added to a unit vector before it is brought to length 1 again: cosine .89 to the original."""


def papers(data: Path, n: int) -> Iterator[Paper]:
    """The first `n` abstracts of acl_anthology and arxiv; beyond their 133,187 again, under other titles."""
    made = 0
    for turn in count():
        for name in ("acl_anthology", "arxiv"):
            for paper in read(data / name / "corpus.jsonl.gz", max_record_bytes=1_000_000):
                if made == n:
                    return
                if isinstance(paper, Paper):
                    made += 1
                    yield (
                        paper
                        if turn == 0
                        else replace(
                            paper,
                            paper_id=f"{paper.paper_id}#{turn}",
                            title=f"{paper.title} ({turn})",
                            url=None,
                            doi=None,
                        )
                    )


class StandIn:
    """An embedder that reads queries with the model and gives texts in bulk a perturbed vector from a pool.

    So that everything but the model's own time can be measured at any size; equal texts get equal vectors.
    """

    def __init__(self, model: Embedder, data: Path) -> None:
        self.name, self.dimension = model.name, model.dimension
        self._model = model
        chunker = Chunker()
        texts = [chunker.context(p, c.text) for p in papers(data, POOL_PAPERS) for c in chunker.chunks(p)]
        self._pool = model.embed(texts)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) == 1:
            return self._model.embed(texts)
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)

    def _vector(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")
        return perturbed(self._pool[seed % len(self._pool)][None], np.random.default_rng(seed))[0]


def perturbed(vectors: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Unit rows near the given unit rows."""
    noise = random.standard_normal(vectors.shape, dtype=np.float32) * np.float32(NOISE / vectors.shape[1] ** 0.5)
    moved = vectors + noise
    unit: NDArray[np.float32] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit

"""Search by meaning over the vectors that the catalog holds, exactly and without the vector index."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.catalog import Catalog

MOST: Final = 10_000
"""Chunks up to which the vectors are read (768 bytes each) sooner than Chroma is imported and opened."""


class StoredVectors:
    """Every embedded chunk with its vector, as they were when this was made; later changes are not seen."""

    def __init__(self, catalog: Catalog) -> None:
        pages = list(catalog.chunk_vectors())
        self._ids = [chunk_id for ids, _ in pages for chunk_id in ids]
        self._unit = np.concatenate([_unit(vectors) for _, vectors in pages]) if pages else None

    def query(self, vector: NDArray[np.float32], n: int) -> list[tuple[str, float]]:
        """The `n` nearest chunks as `(chunk_id, cosine)`, nearest first; `vector` is `(dimension,)`."""
        if n <= 0 or self._unit is None:
            return []
        cosines = self._unit @ (vector / np.linalg.norm(vector))
        nearest = np.argsort(-cosines, kind="stable")[:n]
        return [(self._ids[i], float(cosines[i])) for i in nearest]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1: the catalog keeps half precision, whose rows are that long only nearly."""
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths

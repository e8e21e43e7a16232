"""How much of the truth the vector index finds: its neighbours against an exact search of the catalog."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.catalog import Catalog
from service.index.vectors import Vectors

NEIGHBOURS: Final = 50
SAMPLE: Final = 100
ENOUGH: Final = 0.98
_SAME: Final = 1e-4
"""Cosines nearer than this are equal: the catalog keeps float16, and equal texts have equal vectors."""


def recall(catalog: Catalog, index: Vectors, *, sample: int = SAMPLE) -> float:
    """Recall@50 in [0, 1], higher is better: over random stored vectors, the mean share of the 50 nearest found.

    A neighbour as near as the exact 50th counts as found, whichever chunk it is. 1 for an empty index. Reads
    every stored vector once, a page at a time. Raises `IndexDamaged`.
    """
    _, asked = catalog.sample_chunks(sample)
    if not len(asked):
        return 1.0
    thresholds = _thresholds(catalog, asked)
    found = 0.0
    for vector, (least, wanted) in zip(asked, thresholds, strict=True):
        near = [cosine for _, cosine in index.query(vector, wanted)]
        found += sum(cosine >= least - _SAME for cosine in near) / wanted
    return found / len(asked)


def too_little(measured: float) -> str:
    """What `doctor` says of a recall below `ENOUGH`."""
    return (
        f"the vector index finds {measured:.1%} of the nearest {NEIGHBOURS} chunks, under {ENOUGH:.0%}; "
        "litweave doctor --rebuild makes it anew for its size"
    )


def _thresholds(catalog: Catalog, asked: NDArray[np.float32]) -> list[tuple[float, int]]:
    """For each vector the cosine of its exact 50th neighbour, and how many neighbours there are (at most 50)."""
    best = np.zeros((len(asked), 0), np.float32)
    for _, vectors in catalog.chunk_vectors():
        # Chroma normalises; what is stored has length 1 to half precision only.
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        best = np.sort(np.concatenate([best, asked @ unit.T], axis=1), axis=1)[:, -NEIGHBOURS:]
    lengths = np.linalg.norm(asked, axis=1)
    return [(float(row[0] / length), len(row)) for row, length in zip(best, lengths, strict=True)]

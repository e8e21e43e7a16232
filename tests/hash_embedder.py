"""A deterministic embedder without a model, and invented papers, for tests of the library and its indexes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.records import Origin, Paper


class HashEmbedder:
    """A text's vector is the sum of one fixed random direction for each of its words: shared words, high cosine.

    Counts what it is asked for, so that a test can show that nothing was embedded twice.
    """

    def __init__(self, name: str = "hash", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.texts: list[str] = []
        self._counting = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._counting:
            self.texts += texts
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in text.casefold().split() or ["nothing"]:
                rows[row] += self._direction(word.strip(".,;:"))
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def _direction(self, word: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
        return np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)


def invented(number: int, *, topic: str = "kites") -> Paper:
    """A paper like no other: its words carry its number, so that it can be found by words and by meaning."""
    return Paper(
        title=f"Kite{number}: steering {topic} with rule{number}",
        abstract=f"We study {topic} number{number} in wind{number}. A tether{number} holds the frame{number}. "
        f"It scores {number}.25 on the Gust{number} benchmark.",
        year=2000 + number % 20,
        origin=Origin("kites.jsonl", number),
    )

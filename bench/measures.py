"""Measures of a ranking against the papers that answer a query: higher is better, 1 is perfect."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """nDCG with grades of 0 and 1 (Järvelin & Kekäläinen 2002), or recall, of the first k."""

    kind: str
    k: int

    @property
    def name(self) -> str:
        return f"{self.kind}@{self.k}"

    def __call__(self, ranked: Sequence[str], gold: Collection[str]) -> float:
        hits = [i for i, paper in enumerate(ranked[: self.k]) if paper in gold]
        if self.kind == "R":
            return len(hits) / len(gold)
        return sum(map(_discount, hits)) / sum(map(_discount, range(min(len(gold), self.k))))


def _discount(place: int) -> float:
    return 1 / math.log2(place + 2)


MEASURES = {
    "scifact": (Measure("nDCG", 10), Measure("R", 20)),
    "litsearch": (Measure("R", 5), Measure("R", 20), Measure("nDCG", 10)),
    "deepscholar": (Measure("R", 20), Measure("R", 50)),
}


def folds(values: NDArray[np.float64]) -> tuple[float, float]:
    """Lowest and highest mean of five equal parts of the queries, shuffled with a fixed seed."""
    parts = np.array_split(np.random.default_rng(0).permutation(values), _FOLDS)
    means = [float(part.mean()) for part in parts]
    return min(means), max(means)

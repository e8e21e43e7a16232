"""Means over questions, with a bootstrap interval. The unit is the question, never the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SEED = 20250101
RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Summary:
    """A mean over the `n` scored questions; `unscored` counts the others.

    `low` and `high` are the percentile bootstrap interval (Efron 1979), None below two questions. Where all
    scores agree it has no width, which says that they agree, not that the next question must.
    """

    mean: float | None
    n: int
    unscored: int
    low: float | None = None
    high: float | None = None


def summarise(values: Sequence[float | None], *, seed: int = SEED) -> Summary:
    """The mean of what was scored. Same values and seed, same interval."""
    scored = np.array([v for v in values if v is not None], dtype=np.float64)
    n = len(scored)
    if n == 0:
        return Summary(None, 0, len(values))
    if n == 1:
        return Summary(float(scored[0]), 1, len(values) - 1)
    picks = np.random.default_rng(seed).integers(0, n, size=(RESAMPLES, n))
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(scored[picks].mean(axis=1), [tail, 100 - tail])
    return Summary(float(scored.mean()), n, len(values) - n, float(low), float(high))

"""Two runs over the same questions: the mean of their differences, its interval and its chance of being luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.stats.intervals import LEVEL, RESAMPLES, SEED

_EXACT_UP_TO = 16  # non-zero differences: 65,536 sign patterns are enumerated, more are drawn
_DRAWS = 20_000
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """`after - before` over the `n` questions scored in both runs; `None` where n is 0 (bounds: below 2).

    `low` and `high`: percentile bootstrap over questions. `p`: two-sided sign-flip test of mean 0.
    `changed`: questions whose score differs. `only_before`, `only_after`: scored in one run only.
    """

    mean: float | None
    n: int
    changed: int
    low: float | None
    high: float | None
    p: float | None
    only_before: int = 0
    only_after: int = 0


def paired_difference(before: Sequence[float | None], after: Sequence[float | None], *, seed: int = SEED) -> Difference:
    """The difference of two runs, question by question. Raises `ValueError` where their lengths differ."""
    pairs = list(zip(before, after, strict=True))
    deltas = np.array([b - a for a, b in pairs if a is not None and b is not None], dtype=np.float64)
    deltas[np.abs(deltas) < _TIE] = 0.0
    n, changed = len(deltas), int(np.count_nonzero(deltas))
    alone = (
        sum(a is not None and b is None for a, b in pairs),
        sum(a is None and b is not None for a, b in pairs),
    )
    if n == 0:
        return Difference(None, 0, 0, None, None, None, *alone)
    low, high = _interval(deltas, seed) if n > 1 else (None, None)
    return Difference(float(deltas.mean()), n, changed, low, high, sign_flip_p(deltas, seed=seed), *alone)


def sign_flip_p(deltas: Sequence[float] | NDArray[np.float64], *, seed: int = SEED) -> float:
    """Two-sided p of the mean under random signs (Fisher's randomisation test for pairs).

    Exact up to 16 non-zero differences; above, 20,000 draws with the observed one counted among them
    (Phipson and Smyth 2010), so that p is never 0. No differences: 1.
    """
    moved = np.asarray(deltas, dtype=np.float64)
    moved = moved[moved != 0]
    k = len(moved)
    if k == 0:
        return 1.0
    observed = abs(moved.sum()) - _TIE
    if k <= _EXACT_UP_TO:
        patterns = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
        return float((np.abs((1 - 2 * patterns) @ moved) >= observed).mean())
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(_DRAWS, k))
    return float((np.count_nonzero(np.abs(signs @ moved) >= observed) + 1) / (_DRAWS + 1))


def _interval(deltas: NDArray[np.float64], seed: int) -> tuple[float, float]:
    n = len(deltas)
    picks = np.random.default_rng(seed).integers(0, n, size=(RESAMPLES, n))
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(deltas[picks].mean(axis=1), [tail, 100 - tail])
    return float(low), float(high)

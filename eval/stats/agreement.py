"""How far two labellers agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.stats.intervals import LEVEL, SEED

_RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Agreement:
    """Labels compared: `n` pairs, `unscored` where one of the two is missing. Higher is better, 0 is chance."""

    n: int
    unscored: int
    accuracy: float | None
    kappa: float | None
    alpha: float | None
    low: float | None = None  # bootstrap interval of kappa
    high: float | None = None


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Cohen's kappa (1960) of two labellers; None where nothing, or chance alone, could be agreed upon."""
    n = len(first)
    agreed = sum(a == b for a, b in zip(first, second, strict=True))
    ones, twos = Counter(first), Counter(second)
    chance = sum(ones[label] * twos[label] for label in ones)
    return None if n * n == chance else (agreed * n - chance) / (n * n - chance)


def krippendorff_alpha(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Krippendorff's alpha (2004, chapter 11) for two observers, nominal labels, nothing missing."""
    pooled = Counter(first) + Counter(second)
    total = 2 * len(first)
    by_chance = total * total - sum(c * c for c in pooled.values())
    disagreed = 2 * sum(a != b for a, b in zip(first, second, strict=True))
    return None if by_chance == 0 else 1 - (total - 1) * disagreed / by_chance


def agreement(judged: Sequence[str | None], human: Sequence[str]) -> Agreement:
    """A judge against human labels; verdicts of None are unscored and counted."""
    pairs = [(j, h) for j, h in zip(judged, human, strict=True) if j is not None]
    unscored = len(human) - len(pairs)
    if not pairs:
        return Agreement(0, unscored, None, None, None)
    ours, theirs = [j for j, _ in pairs], [h for _, h in pairs]
    accuracy = sum(j == h for j, h in pairs) / len(pairs)
    low, high = _kappa_interval(ours, theirs)
    return Agreement(
        len(pairs), unscored, accuracy, cohen_kappa(ours, theirs), krippendorff_alpha(ours, theirs), low, high
    )


def _kappa_interval(ours: Sequence[str], theirs: Sequence[str]) -> tuple[float | None, float | None]:
    rng, n = np.random.default_rng(SEED), len(ours)
    found = []
    for _ in range(_RESAMPLES):
        picks = rng.integers(0, n, size=n)
        kappa = cohen_kappa([ours[i] for i in picks], [theirs[i] for i in picks])
        if kappa is not None:
            found.append(kappa)
    if n < 2 or not found:
        return None, None
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(found, [tail, 100 - tail])
    return float(low), float(high)

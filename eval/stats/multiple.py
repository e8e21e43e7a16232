"""McNemar's test for scores of 0 and 1, and Holm's correction where many slices are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Exact two-sided p that gains and losses are equally likely (McNemar 1947, binomial form).

    Only questions that changed count. None did: 1. Raises `ValueError` where lengths differ.
    """
    gained = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    changed, fewer = gained + lost, min(gained, lost)
    as_extreme = sum(comb(changed, i) for i in range(fewer + 1))
    return min(1.0, float(Fraction(2 * as_extreme, 2**changed)))


def holm(ps: Sequence[float]) -> list[float]:
    """The p-values adjusted so that the chance of any false alarm among them stays bounded (Holm 1979).

    In the order given; each at least as large as before, at most 1.
    """
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted = [0.0] * len(ps)
    reached = 0.0
    for rank, i in enumerate(order):
        reached = max(reached, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = reached
    return adjusted

"""Halves of the development data: rules and thresholds are chosen on one, final figures are of the other."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, TypeVar

from eval.stats import SEED

_T = TypeVar("_T")
Half: TypeAlias = Literal["choose", "report", "all"]

FINAL_ONLY: Final = (
    "This half is for final figures only: choose nothing by it, count how often you look at it, "
    "and say so beside the figures."
)


def is_for_choosing(key: str | int) -> bool:
    """Whether a paper (its number in `claims/`, else its id) is of the half that is chosen on.

    By parity of a number, else by the first byte of a sha256.
    """
    if isinstance(key, int):
        return key % 2 == 0
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 0


def of_half(half: Half, *, for_choosing: bool) -> bool:
    """Whether a case belongs to the half that is wanted."""
    return half == "all" or for_choosing == (half == "choose")


def drawn(cases: Sequence[_T], most: int | None) -> Sequence[_T]:
    """At most so many of the cases, a seeded draw in their order; all of them for `None`."""
    if most is None or len(cases) <= most:
        return cases
    return [cases[i] for i in sorted(random.Random(SEED).sample(range(len(cases)), most))]

"""Halves of the development data: choose on one, report the other. Never look into the reported half while choosing."""

from __future__ import annotations

import hashlib


def is_for_choosing(key: str | int) -> bool:
    """Whether a paper (its number `n` in `claims/`, else its id) belongs to the half that rules and thresholds are
    chosen on; figures are reported over the other half. By parity of `n`, else by the first byte of a sha256."""
    if isinstance(key, int):
        return key % 2 == 0
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 0

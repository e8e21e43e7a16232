"""English names of months, case-folded."""

from __future__ import annotations

from typing import Final

_NAMES = "january february march april may june july august september october november december".split()

MONTHS: Final = (
    {name: i for i, name in enumerate(_NAMES, start=1)}
    | {name[:3]: i for i, name in enumerate(_NAMES, start=1)}
    | {"sept": 9}
)
"""Name or short form to its number. "may" and "march" are words as well: months only beside a number."""

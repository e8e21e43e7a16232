"""Figures that check out by arithmetic from quoted ones: differences, sums, ratios, shares, changes in per cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final

from service.annotate import Quantity

_MOST: Final = 40
_MOST_SUMMED: Final = 12
_ABOUT: Final = 0.06
"""How far a figure that is said to be approximate may lie from the exact one, as a share of it."""
_SHARES: Final = ("%", "percentage point", "point")
_DAYS: Final = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25, "decade": 3652.5}
_MONTHS_VARY: Final = 0.09
"""Three months are twelve weeks or ninety days."""


def number(value: str) -> float | None:
    """What a canonical value is worth; `None` for what is no single number."""
    try:
        above, slash, below = value.partition("/")
        return float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        return None


def computed(claimed: Quantity, quoted: Sequence[Quantity]) -> bool:
    """Whether a claimed figure follows from quoted ones ("83.31 - 72.64"), to the precision it is given in."""
    target = number(claimed.value)
    return target is not None and any(
        _units_agree(claimed, unit) and _near(abs(target), made, claimed) for made, unit in _results(quoted[:_MOST])
    )


def rounded(claimed: Quantity, given: Quantity, *, about: bool) -> bool:
    """Whether a claimed figure is a given one, rounded; `about`: said to be approximate. Spans of time are compared."""
    a, b = number(claimed.value), number(given.value)
    if a is None or b is None:
        return False
    if claimed.unit != given.unit and claimed.unit in _DAYS and given.unit in _DAYS:
        return abs(a * _DAYS[claimed.unit] - b * _DAYS[given.unit]) <= _MONTHS_VARY * a * _DAYS[claimed.unit]
    if claimed.unit and given.unit and claimed.unit.split("/")[0] != given.unit.split("/")[0]:
        return False
    return abs(abs(a) - abs(b)) <= _ABOUT * abs(b) if about else _near(abs(a), abs(b), claimed)


def _units_agree(claimed: Quantity, unit: str) -> bool:
    """Whether a result can be of a claimed unit; a ratio is told as "times", as a share, or as a bare fraction."""
    if unit == "ratio":
        return claimed.unit == "times" or (not claimed.unit and ("/" in claimed.value or not claimed.counted))
    return unit in (*_SHARES, "") if claimed.unit in _SHARES else claimed.unit == unit


def _near(target: float, made: float, claimed: Quantity) -> bool:
    decimals = len(claimed.value.partition(".")[2])
    room: float = 0.5000001 * 10.0**-decimals
    if claimed.bound:
        room = max(room, _ABOUT * made)
    elif decimals == 0 and made >= 100 and claimed.value.endswith("00"):
        room = max(room, 0.02 * made)
    return abs(target - made) <= room


def _results(quoted: Sequence[Quantity]) -> Iterator[tuple[float, str]]:
    """What may be computed from figures, each result with its unit; "ratio" for what one figure is of another."""
    values = dict.fromkeys((q.value, q.unit) for q in quoted if q.unit != "calendar year")
    figures = [(abs(worth), unit) for value, unit in values if (worth := number(value)) is not None]
    for a, unit in figures:
        if unit in _SHARES or 0 < a < 1:
            share = a / 100 if unit in _SHARES else a
            yield from ((100 * (1 - share), "%"), (100 * share, "%"), (share, "ratio"))
    for (a, unit), (b, other) in permutations(figures, 2):
        if unit == "times":
            yield a * b, other
        if not unit or not other or unit == other:
            yield from ((a + b, unit or other), (abs(a - b), unit or other))
            if b:
                yield from ((a / b, "ratio"), (100 * a / b, "%"), (abs(100 * (a - b) / b), "%"))
    if 2 < len(figures) <= _MOST_SUMMED:
        yield sum(a for a, _ in figures), figures[0][1]

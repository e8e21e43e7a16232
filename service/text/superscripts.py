"""Superscripts and subscripts in plain text: "10^3", "m²", "Ca²⁺", "CO2", and never "103" for ten to the third.

Whoever takes markup apart puts a mark where each opens and closes; `resolved` then writes them all by one rule.
A superscript of digits and signs is written in Unicode, behind a digit as a power ("10^3", which is what numbers are
read by here). A subscript is joined to what it stands at, as "CO2" and "Vmax" are searched for, but where two numbers
would become one ("log₁₀2").
"""

from __future__ import annotations

import re
from typing import Final

UP, UP_END, DOWN, DOWN_END = "\ufde0", "\ufde1", "\ufde2", "\ufde3"
"""Noncharacters, which no text holds."""
_MARKS: Final = re.compile(f"[{UP}-{DOWN_END}]")
_INNERMOST: Final = re.compile(f"{UP}([^{UP}-{DOWN_END}]*){UP_END}|{DOWN}([^{UP}-{DOWN_END}]*){DOWN_END}")
_SUPERSCRIPTS: Final = str.maketrans("0123456789+-−–=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾")
_SUBSCRIPTS: Final = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_IN_UNICODE: Final = re.compile(r"[0-9+\-−–=()]+")
_POWER: Final = re.compile(r"[-−–+]?[0-9]+")
_SIMPLE: Final = re.compile(r"[-−–+]?[\w.]+|[^\w\s]")
_ON_THE_LINE: Final = re.compile(r"st|nd|rd|th|er|ère|ème|[ªº°®™©℠*†‡§¶#′″]+")
"""Ordinals and marks that mean the same on the line; so does "e" behind "7" and "XIX"."""
_DEEPEST: Final = 4
_LONGEST: Final = 24


def unmarked(text: str) -> str:
    """`text` without the marks, which only a hostile file holds of its own."""
    return _MARKS.sub("", text)


def resolved(text: str) -> str:
    """`text` with what is marked in it written out; below four levels, and over 24 characters, as it stands. Linear."""
    for _ in range(_DEEPEST):
        if _MARKS.search(text) is None:
            return text
        text = _INNERMOST.sub(_written, text)
    return unmarked(text)


def _written(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    if found[1] is None:
        return _subscript(found[2].strip(), before, after)
    return _superscript(found[1].strip(), before, after)


def _superscript(inner: str, before: str, after: str) -> str:
    if not inner or len(inner) > _LONGEST or _ON_THE_LINE.fullmatch(inner):
        return inner
    if inner == "e" and (before.isdigit() or before in "IVXLC"):
        return inner
    if before.isdigit() and not after.isdigit() and _POWER.fullmatch(inner):
        return f"^{inner}"
    if _IN_UNICODE.fullmatch(inner):
        return inner.translate(_SUPERSCRIPTS)
    return f"^{inner}" if _SIMPLE.fullmatch(inner) and not after.isalnum() else f"^({inner})"


def _subscript(inner: str, before: str, after: str) -> str:
    runs_together = bool(inner) and (
        (before.isdigit() and inner[0].isdigit()) or (inner[-1].isdigit() and after.isdigit())
    )
    if not runs_together:
        return inner
    return inner.translate(_SUBSCRIPTS) if _IN_UNICODE.fullmatch(inner) else f"_{inner}"

"""The numbers of a text, each with its unit, what it counts and the symbol that it is the value of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from service.annotate.counted import counted_after
from service.annotate.numerals import Numeral, folded_for_numbers, numerals, plain, scale_of
from service.annotate.units import CURRENCIES, unit_at


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and what it counts. `start`, `end`: `text[start:end]`, unit included.

    `value` is canonical ("1,240" is "1240", "twelve" is "12", "41.80" is "41.8", "2.6 billion" is "2600000000", a third
    is "1/3"); `unit` is canonical ("%", "hour", "times", "milligram/kilogram"), "" for none; `counted` is the stem of
    the noun counted ("patient"), "" where none follows. `symbol` is what it is the value of, where that is written as
    a symbol ("n", "p", "or", "ci"); `bound` is "<", ">", "≤", "≥", "~" (about) or "±", "" where the number is exact.
    """

    value: str
    unit: str
    counted: str
    start: int
    end: int
    symbol: str = ""
    bound: str = ""


_SYMBOL = re.compile(
    r"\b(?P<symbol>[pP](?=[- ]values?\b)|[^\W\d_](?:\w|-(?=[\dA-Z])){0,8})(?:[- ]values?)?(?:\s?\([^()]{1,12}\))?\s?$"
)
_STATISTIC = re.compile(r"\b(?P<symbol>[OHR]R|CI|AUC|AUROC|SD|SE|IQR|ICC|F1)[:,;]?\s?[(\[]?$")
_RELATION = re.compile(
    r"(?P<relation>[=<>≤≥~±]=?|\\(?:leq?|geq?|pm|sim|approx)(?![a-z])|&[lg]t;)?\s?"
    r"(?P<currency>US\$|USD|EUR|\\?\$|[€£¥])?\s?(?P<minus>-)?$"
)
_BOUND_WORDS = re.compile(
    r"\b(?:(?P<ge>at least|no (?:less|fewer) than|minimum of)|(?P<le>at most|up to|no more than|maximum of)"
    r"|(?P<gt>(?:more|greater|higher|larger|longer|older) than|exceeding)"
    r"|(?P<lt>(?:less|fewer|lower|smaller|shorter|younger) than)"
    r"|(?P<about>about|approximately|roughly|around|nearly|almost))\s?$",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(r"\b(second|minute|hour|day|week|month|year)s?\s?$", re.IGNORECASE)
_BOUNDS: Final = {
    "leq": "≤", "le": "≤", "<=": "≤", "geq": "≥", "ge": "≥", ">=": "≥", "&lt;": "<", "lt": "<", "&gt;": ">", "gt": ">",
    "pm": "±", "sim": "~", "approx": "~", "about": "~", **{sign: sign for sign in "<>≤≥~±"},
}  # fmt: skip
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_NAME_GOES_ON = re.compile(r"-?[A-Z]|[a-z_]|\^?\{?\\")
_JOINED = re.compile(
    r"\s?(?:(?P<range>--?|(?:to|through)\b)|(?P<of>/|(?:out )?of(?: the)?\b)|±|\\pm"
    r"|,?\s?(?:(?:and|or|versus)\b|vs\b\.?)|,)\s?"
)
_APART: Final = frozenset({"ordinal", *CURRENCIES.values()})
_YEAR = re.compile(r"1[89]\d\d|20\d\d")


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order. A number within a name ("GPT-4", "IL-6", "3D") is none."""
    folded = folded_for_numbers(text)
    read = (_quantity(folded, number) for number in numerals(folded))
    return tuple(_shared([quantity for quantity in read if quantity is not None], folded))


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before a number: where the quantity starts, its symbol, bound, unit, and whether it is negative."""

    start: int
    symbol: str = ""
    bound: str = ""
    unit: str = ""
    negative: bool = False


def _quantity(text: str, number: Numeral) -> Quantity | None:
    """The quantity of one number, or `None` where it is a part of a name, a list mark or a pronoun."""
    if number.kind == "multiple":
        return Quantity(number.value, "times", "", number.start, number.end)
    before = _before(text, number.start)
    value = f"-{number.value}" if before.negative else number.value
    end, unit, digits = number.end, before.unit, number.kind == "digits"
    ordinal = _ORDINAL.match(text, end) if digits else None
    measured = None if ordinal else unit_at(text, end)
    if ordinal:
        unit, end = "ordinal", ordinal.end()
    elif measured:
        unit, end = measured
    elif digits and (_NAME_GOES_ON.match(text, end) or _enumerates(text, number)):
        return None
    elif value == "1" and not digits:
        return None  # "one of them": a pronoun
    counted = "" if ordinal else counted_after(text, end, only_of=value == "1" or bool(unit))
    return Quantity(value, unit, counted, before.start, end, before.symbol, before.bound)


def _enumerates(text: str, number: Numeral) -> bool:
    """Whether it is the "(2)" of a list within a sentence."""
    if text[number.start - 1 : number.start] != "(" or text[number.end : number.end + 1] != ")":
        return False
    written = text[number.start : number.end]
    return (
        len(written) < 3 and written.isdigit() and (written == "1" or f"({int(written) - 1})" in text[: number.start])
    )


def _before(text: str, begin: int) -> _Before:
    left = text[max(0, begin - 32) : begin]
    found = _RELATION.search(left)
    assert found is not None  # every part of the pattern is optional
    rest, relation = left[: found.start()], (found["relation"] or "").lstrip("\\")
    symbol = (_SYMBOL if relation else _STATISTIC).search(rest) if rest else None
    said = None if relation or not rest else _BOUND_WORDS.search(rest)
    named = None if relation or not rest else _TIME_BEFORE.search(rest)
    negative = bool(found["minus"]) and _is_sign(left[: found.start("minus")])
    return _Before(
        start=begin - len(left) + found.start("currency") if found["currency"] else begin - negative,
        symbol=symbol["symbol"].casefold() if symbol else "",
        bound=_BOUNDS.get((said.lastgroup if said else relation) or "", ""),
        unit=named[1].casefold() if named else CURRENCIES.get((found["currency"] or "").lstrip("\\"), ""),
        negative=negative,
    )


def _is_sign(before: str) -> bool:
    """Whether a dash after these words is a minus, no range."""
    return not before or (before[-1] in " (=<>[,~:/±≤≥" and not re.search(r"[\d%]\s*$", before))


def _shared(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """What is said once of several: "3-5 mg", "4, 8 and 12 weeks", "18 of 40 patients", "CI 1.2 to 3.4"."""
    listed = False
    for i in range(len(found) - 2, -1, -1):
        here, after = found[i], found[i + 1]
        joined = _JOINED.fullmatch(text[here.end : after.start])
        listed = joined is not None and (joined[0].strip() != "," or listed)
        listed = listed and here.unit in ("", after.unit)
        if joined is None or not listed or (here.symbol and after.symbol):
            continue
        if joined["range"]:
            here = _scaled_like(here, text[after.start : after.end], text)
            found[i + 1] = replace(after, symbol=after.symbol or here.symbol)
        unit = here.unit or ("" if joined["of"] or after.unit in _APART else after.unit)
        counted = here.counted or (after.counted if joined["of"] or unit == after.unit else "")
        found[i] = replace(here, unit=unit, counted=counted)
    return map(_dated, found)


def _scaled_like(first: Quantity, last: str, text: str) -> Quantity:
    """The first figure of a range times the scale that only the last one carries: "2-3 million"."""
    scale = scale_of(last)
    if scale == 1 or scale_of(text[first.start : first.end]) != 1 or "/" in first.value:
        return first
    return replace(first, value=plain(Decimal(first.value) * scale))


def _dated(found: Quantity) -> Quantity:
    """A bare figure of four digits that can be a year, as one."""
    bare = not (found.unit or found.counted or found.symbol or found.bound) and found.end - found.start == 4
    return replace(found, unit="calendar year") if bare and _YEAR.fullmatch(found.value) else found

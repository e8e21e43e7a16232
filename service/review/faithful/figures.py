"""Figures and their units: every one of a sentence has to stand in its quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.review.faithful.objection import Objection

_WORDED = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_SHARES = {
    "half": "half", "halves": "half", "halved": "half", "halving": "half", "third": "third", "thirds": "third",
    "quarter": "quarter", "quarters": "quarter", "fifth": "fifth", "tenth": "tenth", "twice": "double",
    "double": "double", "doubles": "double", "doubled": "double", "doubling": "double", "triple": "triple",
    "triples": "triple", "tripled": "triple", "threefold": "triple", "twofold": "double", "hundred": "hundred",
    "hundreds": "hundreds", "thousand": "thousand", "thousands": "thousands", "million": "million",
    "millions": "millions", "billion": "billion", "billions": "billions", "dozen": "dozen", "dozens": "dozens",
    "majority": "majority",
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("%", "percent", "per cent"), "%"),
    **dict.fromkeys(("percentage point", "percentage points", "percent points", "point", "points", "pp"), "points"),
    **dict.fromkeys(("x", "times", "fold"), "times"),
    **dict.fromkeys(("k", "thousand"), "thousand"),
    **dict.fromkeys(("m", "million"), "million"),
    **dict.fromkeys(("b", "billion"), "billion"),
    **dict.fromkeys(("ms", "millisecond"), "ms"),
    **dict.fromkeys(("s", "second"), "second"),
    **dict.fromkeys(("h", "hour"), "hour"),
    **dict.fromkeys(("minute", "min"), "minute"),
}
_NUMBER = r"\d+(?:[.,]\d+)*"
_FIGURE = re.compile(
    rf"(?P<number>{_NUMBER})(?:[ -]?(?P<unit>%|percent(?:age)? points?|per ?cent|points?|pp|fold|times|x|k|m|b|"
    r"[kmgt]?hz|[kmgt]b|m?s|milliseconds?|seconds?|min|minutes?|h|hours?|days?|weeks?|months?|years?|thousand|million|billion|"
    r"[mk]?g|m?l|[mck]m|mah|db|parameters?|tokens?|bits?|bytes?)(?!\w))?"
    rf"|\b(?P<word>{'|'.join([*_WORDED, *_SHARES])})\b",
    re.IGNORECASE,
)


_COUNTED = re.compile(
    r" (?:\w+ )?(?:papers?|stud(?:y|ies)|works?|systems?|methods?|approaches|abstracts?)\b", re.IGNORECASE
)
_ENDS = re.compile(r"\s*(?:$|[.,;:)]|(?:and|or|to|but|for|on|in|with|vs|versus|against|when|while)\b)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in canonical form (`1,240` is `1240`, `twelve` is `12`), its unit, and how and where both are said."""

    value: str
    unit: str
    said: str
    said_unit: str
    start: int


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text in search form, also those inside names, in order."""
    found = []
    for match in _FIGURE.finditer(text):
        if match["word"]:
            word = match["word"].casefold()
            found.append(Figure(str(_WORDED.get(word) or _SHARES[word]), "", match["word"], "", match.start()))
        else:
            unit = match["unit"] or ""
            found.append(
                Figure(_canonical(match["number"]), _unit(unit.casefold()), match["number"], unit, match.start())
            )
    return tuple(found)


def strange_figure(text: str, source: str, own: str, *, cited: int = 1) -> Objection | None:
    """A figure, or a unit behind it, that neither the quotes nor the papers' own names have. All in search form.

    "The two studies" may count the `cited` papers; a unit may be said once for two figures ("0.3 points, there 4.8").
    """
    there = (*figures(source), *figures(own))
    for figure in figures(text):
        if cited > 1 and figure.value == str(cited) and _COUNTED.match(text, figure.start + len(figure.said)):
            continue
        same = [f for f in there if f.value == figure.value]
        if not same:
            rival = bool(figure.unit) and any(f.unit == figure.unit for f in there)
            return Objection(
                "contradicted" if rival else "unsupported", f"the number {figure.said} is not in the quote"
            )
        if figure.unit and all(f.unit != figure.unit for f in same) and not _elided(figure, same, source, there):
            return Objection("contradicted", f"the quote does not say {figure.said} {figure.said_unit}")
    return None


def _elided(figure: Figure, same: Sequence[Figure], source: str, there: Sequence[Figure]) -> bool:
    """Whether the quote says the number with no word behind it, and the unit of another one."""
    bare = any(not f.unit and _ENDS.match(source, f.start + len(f.said)) for f in same)
    return bare and any(f.unit == figure.unit for f in there)


def _canonical(number: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number):
        number = number.replace(",", "")
    if re.fullmatch(r"\d+\.\d+", number):
        number = number.rstrip("0").rstrip(".")
    return number


def _unit(unit: str) -> str:
    return _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) or (unit.removesuffix("s") if len(unit) > 2 else unit)

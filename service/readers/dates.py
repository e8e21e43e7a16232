"""Dates as the formats write them -> ISO 8601, as exact as they are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date as calendar_date
from typing import Final

from service.vocabulary.months import MONTHS

_ISO: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ][0-9:.+Zz-]{1,30})?/{0,3}")
_WORDS: Final = re.compile(
    r"(?:(?P<day1>\d{1,2})(?:st|nd|rd|th)?\.?\s+)?(?P<month>[A-Za-z]{3,9})\.?\s*(?P<day2>\d{1,2})?(?:st|nd|rd|th)?"
    r"[,\s]+(?P<year>\d{4})|(?P<year2>\d{4})[\s,/-]+(?P<month2>[A-Za-z]{3,9})\.?(?:[\s/-]+(?P<day3>\d{1,2}))?"
)
_YEAR: Final = re.compile(r"\b(1[0-9]\d\d|20\d\d|21\d\d)\b")
_SHORT_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_LONGEST: Final = 500
_FIRST: Final = 1000
_LAST: Final = 2200


def iso_date(value: object) -> str | None:
    """`YYYY-MM-DD`, `YYYY-MM` or `YYYY` of text, a number or CSL's `[year, month, day]`; `None` where none is there.

    Read are ISO dates, also with "/" or a time behind; "2023 Mar 5", "5 March 2023", "Mar 5, 2023"; and of other text
    the only year it holds ("c. 1999", "2017///"). A part that does not exist ("2023-02-31") is left out.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return iso_date(int(value)) if math.isfinite(value) and value == int(value) else None
    if isinstance(value, int):
        return str(value) if _FIRST <= value <= _LAST else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [int(str(v)) if _SHORT_NUMBER.fullmatch(str(v)) else 0 for v in value[:3]]
        return _dated(*parts) if parts else None
    text = str(value).strip()[:_LONGEST]
    if re.fullmatch(r"\d{4}\.0", text):
        text = text[:4]
    found = _ISO.fullmatch(text)
    if found is not None:
        return _dated(*(int(part or 0) for part in found.groups()))
    worded = _WORDS.fullmatch(text)
    if worded is not None and (month := MONTHS.get((worded["month"] or worded["month2"]).casefold())):
        day = worded["day1"] or worded["day2"] or worded["day3"] or 0
        return _dated(int(worded["year"] or worded["year2"]), month, int(day))
    years = set(_YEAR.findall(text))
    return years.pop() if len(years) == 1 else None


def _dated(year: int, month: int = 0, day: int = 0) -> str | None:
    if not _FIRST <= year <= _LAST:
        return None
    if not 1 <= month <= 12:
        return f"{year:04d}"
    try:
        calendar_date(year, month, day or 1)
    except ValueError:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if day else f"{year:04d}-{month:02d}"

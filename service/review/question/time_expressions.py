"""Years in a text: each with its bounds and how it is joined to the words before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from service.vocabulary.months import MONTHS
from service.vocabulary.numbers import CARDINALS

MOST: Final = 32
"""Times that are read: a question names few, and each costs a look at all words before it."""
_FIGURES: Final = r"(?:19|20)\d\d"
_MONTH: Final = rf"(?:(?:{'|'.join(MONTHS)})\.?\s+)?"
_END: Final = r"(?![-–]?\d|[%\w]|\.\d)"
_ONE: Final = rf"{_MONTH}(?P<one>{_FIGURES}){_END}"
_COUNT: Final = rf"(?P<number>\d{{1,2}}|{'|'.join(CARDINALS)})\s+(?P<units>years?|decades?)|(?P<unit>year|decade)"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE | re.VERBOSE)
    for form in (
        # "from 2018 to 2020", "between May 2018 and 2020", "in 2018-2020", "of 2018 and 2019"
        rf"""\b(?P<opens>between|from|in|during|of)\s+{_MONTH}(?P<low>{_FIGURES})
             (?:\s*[-–]\s*|\s+(?:(?P<and>and|or)|to|until|till|through)\s+){_MONTH}(?P<high>{_FIGURES}){_END}""",
        # "from 2018 onwards", "in 2018 or later"
        rf"""\b(?:(?:from|in)\s+)?{_MONTH}(?P<one>{_FIGURES})\s+
             (?P<open>onwards?\b|(?:or|and)\s+(?:later|newer|after|earlier|before|older)\b)""",
        # "since 2018", "no later than May 2018"
        rf"""\b(?P<bound>not?\ later\ than|not?\ earlier\ than|not\ before|not\ after|before|after|since|until|till|
             up\ to|by|prior\ to|earlier\ than|later\ than|starting\ (?:in|from|with))\s+(?:the\s+year\s+)?{_ONE}""",
        # "in the 2010s"
        r"""\b(?P<opens>in|from|of|during)\s+the\s+(?P<decade>(?:19|20)\d0)s\b""",
        # "in the last three years", "over the past decade"
        rf"""\b(?:in|from|of|during|over|within|for)\s+(?:the\s+)?(?:last|past|previous)\s+(?:{_COUNT})\b(?!['’])""",
        # "last year's", "last year"
        r"""\b(?P<named>this|last)\s+year(?P<possessive>['’]s)""",
        r"""(?:\b(?:in|from|of|during)\s+)?\b(?P<named>this|last)\s+year\b(?!['’])""",
        # "in 2018", "from May 2018"
        rf"""\b(?P<joined>in|from|of|during)\s+(?P<year>the\s+year\s+)?(?:early\s+|late\s+|mid-?)?{_ONE}""",
        # "2018", "2018-2020", "2018 and 2019"
        rf"""\b(?P<low>{_FIGURES})(?:(?:\s*[-–]\s*|\s+(?P<and>and|or)\s+)(?P<high>{_FIGURES}))?{_END}""",
    )
)
"""Of those that begin at one place the first says most."""


class Joined(StrEnum):
    """How a time expression is joined to what it says the time of."""

    IN = "in"
    """"in 2020", "during 2020"."""
    OF = "of"
    """"of 2020", "of the 2010s"."""
    FROM = "from"
    """"from 2020"."""
    RANGE = "range"
    """"from 2018 to 2020", "in the 2010s"."""
    BOUND = "bound"
    """"since 2020", "before 2020", "in the last three years"."""
    BARE = "bare"
    """"2020 papers", "last year's papers", "published 2020"."""


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """`text[start:end]` with its bounds, inclusive; `None` where it has none on that side."""

    start: int
    end: int
    joined: Joined
    low: int | None
    high: int | None


def time_expressions(text: str, today: date) -> Iterator[TimeExpression]:
    """The first `MOST` of a text from left to right, none within another. What is relative is reckoned from `today`."""
    at = 0
    for _ in range(MOST):
        found = [match for form in _FORMS if (match := form.search(text, at))]
        if not found:
            return
        match = min(found, key=lambda m: m.start())
        read = _read(match, today)
        if read is not None and not (read.low is not None and read.high is not None and read.low > read.high):
            yield read
        at = match.end()


def _read(match: re.Match[str], today: date) -> TimeExpression | None:
    said = {name: value.casefold() for name, value in match.groupdict().items() if value}
    joined, low, high = Joined.BOUND, None, None
    if "bound" in said:
        low, high = _bounded(" ".join(said["bound"].split()), int(said["one"]))
    elif "open" in said:
        early = said["open"].endswith(("earlier", "before", "older"))
        low, high = (None, int(said["one"])) if early else (int(said["one"]), None)
    elif "decade" in said:
        joined, low, high = Joined.RANGE, int(said["decade"]), int(said["decade"]) + 9
    elif "named" in said:
        joined = Joined.BARE if "possessive" in said else Joined.BOUND
        low = high = today.year - (said["named"] == "last")
    elif "units" in said or "unit" in said:
        low = today.year - _years(said)
    elif "joined" in said:
        plainly = "year" in said and said["joined"] == "of"
        joined = Joined.IN if plainly else {"from": Joined.FROM, "of": Joined.OF}.get(said["joined"], Joined.IN)
        low = high = int(said["one"])
    else:
        joined = Joined.RANGE if "opens" in said else Joined.BARE
        low = int(said["low"])
        high = int(said.get("high", low))
        if "and" in said and said.get("opens") != "between" and high != low + 1:
            return None  # two years, and not those between them
    if said.get("opens") == "of":
        joined = Joined.OF
    return TimeExpression(match.start(), match.end(), joined, low, high)


def _years(said: dict[str, str]) -> int:
    number, unit = said.get("number", "1"), said.get("units") or said["unit"]
    count = int(number) if number.isdecimal() else CARDINALS[number]
    return count * (10 if unit.startswith("decade") else 1)


def _bounded(bound: str, year: int) -> tuple[int | None, int | None]:
    if bound in ("before", "prior to", "earlier than"):
        return None, year - 1
    if bound in ("until", "till", "up to", "by", "no later than", "not later than", "not after"):
        return None, year
    return (year + 1 if bound in ("after", "later than") else year), None

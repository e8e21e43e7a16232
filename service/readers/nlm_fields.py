"""Names, dates and notices as the National Library of Medicine writes them, in XML, in tagged text and in JATS."""

from __future__ import annotations

import re
from typing import Final

from service.readers.raw import Name

NO_TITLE: Final = re.compile(r"\W*(?:not available\W*)?", re.IGNORECASE)
"""What stands for the title of a paper that has one in another language only."""
_SUFFIXES: Final = {
    "jr": "Jr", "sr": "Sr", "ii": "II", "iii": "III", "iv": "IV", "2nd": "II", "3rd": "III", "4th": "IV",
}  # fmt: skip
_RANGE: Final = re.compile(r"(\d{4} [A-Z][a-z]{2}(?: \d{1,2})?|\d{4}(?=[-/–]\d{4})) ?[-/–]")


def suffix(written: str) -> str:
    """ "III" for "3rd", "Jr" for "Jr."; "" for what is no suffix of a name."""
    return _SUFFIXES.get(written.strip(" .").casefold(), "")


def inverted_name(written: str) -> Name:
    """A full name, "Gibb, F W Jr" -> family Gibb, given F W, suffix Jr."""
    family, _, given = written.partition(",")
    first, _, last = given.strip().rpartition(" ")
    if first and suffix(last):
        return {"family": family.strip(), "given": first.strip(" ,"), "suffix": suffix(last)}
    return {"family": family.strip(), "given": given.strip()}


def short_name(written: str) -> Name:
    """A name with initials behind it, "van der Berg JA 3rd" -> family van der Berg, given JA, suffix III."""
    words = written.split()
    behind = suffix(words.pop()) if len(words) > 2 and suffix(words[-1]) else ""
    if len(words) < 2 or not words[-1].isupper() or len(words[-1]) > 4:
        return written
    return {"family": " ".join(words[:-1]), "given": words[-1], "suffix": behind}


def date_text(year: str, month: str = "", day: str = "") -> str:
    """ "2017-06-03" of numbers, "2017 Jun 3" where the month is a word; "" without a year."""
    if not year:
        return ""
    if month.isdigit():
        return "-".join(filter(None, (year, month, day)))
    return " ".join(filter(None, (year, month, day if month else "")))


def first_of_range(written: str) -> str:
    """ "2015 May" of "2015 May-Jun", "1998 Dec" of "1998 Dec-1999 Jan"; anything else as it is."""
    found = _RANGE.match(written)
    return found[1] if found else written


def more_exact(issue: str, electronic: str) -> str:
    """The issue's date; that of the electronic publication where the issue has only the same year, or none."""
    return electronic if electronic and (not issue or (len(issue) == 4 and electronic.startswith(issue))) else issue

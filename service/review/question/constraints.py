"""What a question says about the papers it wants rather than about their subject: years, exclusions, absences."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from service.records import Filters
from service.review.question.publication_years import publication_years
from service.text.terms import STOP_TERMS, terms

_EXCEPT: Final = re.compile(
    r"^(?:apart from|aside from|except(?: for)?|excluding|leaving out|besides)\s+(?P<first>[^,?.;()]{1,80}),|"
    r",?\s*\b(?:apart from|aside from|except(?: for)?|excluding|leaving out|other than)\s+(?P<last>[^,?.;()]{1,80})$|"
    r"\(\s*(?:so )?not\s+(?P<aside>[^()]{1,80})\)|,\s*(?:but )?not\s+(?!just|only|merely)(?P<rest>[^?.;()]{1,120})$",
    re.IGNORECASE,
)
_POINTERS: Final = re.compile(r"\b(?:the|those|ones?|that|which|on|about|papers?|just|only)\b", re.IGNORECASE)
_WITHOUT: Final = re.compile(
    r"\b(?:without|(?:do|does|did)(?:\s+not|n.t)\s+(?:need|use|require|rely on|depend on)|free of|no)\s+"
    r"(?:using\s+|needing\s+|requiring\s+|any\s+|an?\s+|the\s+|extra\s+|additional\s+|further\s+)*"
    r"(?P<what>[a-z][\w\-]*(?:[ -][a-z][\w\-]*)?)|\b(?P<free>[a-z]{3,})-free\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class YearsTaken:
    """A question without the words that restrict the years of papers, the filters with them, and those words.

    `said` is `None` where the question restricts no years, or only those that were given as filters hold.
    """

    subject: str
    filters: Filters | None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Constraints:
    """A question without what it says about the papers, and that: years, phrases left out, phrases to be absent."""

    text: str
    years: YearsTaken
    left_out: tuple[str, ...]
    absent: tuple[str, ...]


def constraints(
    question: str, filters: Filters | None, *, today: date, span: Callable[[], tuple[int, int] | None]
) -> Constraints:
    """The constraints said in words, joined to the filters that were given; `today` and `span` as for `years_taken`."""
    years = years_taken(question, filters, today=today, span=span)
    text = years.subject.strip().rstrip(" ?.")
    left_out = [m["first"] or m["last"] or m["aside"] or m["rest"] for m in _EXCEPT.finditer(text)]
    text = " ".join(_EXCEPT.sub(" ", text).split())
    phrases = (" ".join(_POINTERS.sub(" ", phrase).split()) for phrase in left_out)
    absent = tuple(dict.fromkeys((m["what"] or m["free"]).casefold() for m in _WITHOUT.finditer(text)))
    return Constraints(text, years, tuple(p for p in phrases if p), absent)


def years_taken(
    question: str, filters: Filters | None, *, today: date, span: Callable[[], tuple[int, int] | None]
) -> YearsTaken:
    """What a question says about the years of papers, as a filter; what is given as a filter wins.

    `span`: the first and the last year of the library's papers, asked for where words alone do not settle whether years
    are those of papers: they are if of the library's papers some pass and some do not.
    """
    said = publication_years(question, today)
    if said is None or (said.likely and not said.splits(span())):
        return YearsTaken(question, filters)
    subject = " ".join(f"{question[: said.start].rstrip(' ,(')} {question[said.end :].lstrip(' ,)')}".split())
    if STOP_TERMS.issuperset(terms(subject)):
        subject = question
    years = Filters(year_from=said.low, year_to=said.high)
    restricted = joined(years, filters)
    return YearsTaken(subject, restricted, None if restricted == filters else question[said.start : said.end])


def joined(said: Filters | None, given: Filters | None) -> Filters | None:
    """The filters that were given, with what a question said of years where they say nothing.

    Papers that were given by their ids stay, and so do years that none said would fit.
    """
    if said is None or given is None or given.paper_ids:
        return given or said
    low = said.year_from if given.year_from is None else given.year_from
    high = said.year_to if given.year_to is None else given.year_to
    if low is not None and high is not None and low > high:
        return given
    return replace(given, year_from=low, year_to=high)

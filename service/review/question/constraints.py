"""What a question says about the papers it wants rather than about their subject: years, exclusions, absences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from service.records import Filters

_YEAR: Final = r"(?P<{}>(?:19|20)\d\d)"
_WORKS: Final = (
    r"(?:papers?|stud(?:y|ies)|articles?|works?|publications?|reviews?|published|appear\w*|released|written)"
)
_BETWEEN: Final = rf"(?:between|from)\s+{_YEAR.format('low')}\s+(?:and|to|until|through)\s+{_YEAR.format('high')}"
_BOUND: Final = (
    rf"(?P<bound>before|after|since|until|till|up to|by|prior to|earlier than|later than)\s+{_YEAR.format('year')}"
)
_SAID: Final = re.compile(
    rf"\s*\b(?:published\s+|written\s+|that\s+appeared\s+)?(?:{_BETWEEN}|{_BOUND})\b", re.IGNORECASE
)
_IN: Final = re.compile(
    rf"\b(?P<works>{_WORKS})(?P<between>(?:\s+\w+)?)\s+(?:in|from|of)\s+{_YEAR.format('year')}\b"
    r"(?!\s*(?:to|and|[-–])\s*\d)",
    re.IGNORECASE,
)
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
class Constraints:
    """A question without what it says about the papers, and that: years, phrases left out, phrases to be absent."""

    text: str
    filters: Filters | None
    left_out: tuple[str, ...]
    absent: tuple[str, ...]


def constraints(question: str, filters: Filters | None) -> Constraints:
    """The constraints said in words, joined to the filters that were given."""
    text = question.strip().rstrip(" ?.")
    text, low, high = _years(text)
    left_out = [m["first"] or m["last"] or m["aside"] or m["rest"] for m in _EXCEPT.finditer(text)]
    text = " ".join(_EXCEPT.sub(" ", text).split())
    phrases = (" ".join(_POINTERS.sub(" ", phrase).split()) for phrase in left_out)
    absent = tuple(dict.fromkeys((m["what"] or m["free"]).casefold() for m in _WITHOUT.finditer(text)))
    return Constraints(
        text, joined(Filters(year_from=low, year_to=high) or None, filters), tuple(p for p in phrases if p), absent
    )


def _years(text: str) -> tuple[str, int | None, int | None]:
    """The text without a restriction to years, and its bounds, inclusive."""
    low: int | None = None
    high: int | None = None
    bounded = _SAID.search(text) if re.search(rf"\b{_WORKS}\b", text, re.IGNORECASE) else None
    if bounded and bounded["low"]:
        low, high = int(bounded["low"]), int(bounded["high"])
    elif bounded:
        year, bound = int(bounded["year"]), bounded["bound"].casefold()
        if bound in ("before", "prior to", "earlier than"):
            high = year - 1
        elif bound in ("until", "till", "up to", "by"):
            high = year
        else:
            low = year if bound == "since" else year + 1
    if bounded:
        return " ".join((text[: bounded.start()] + " " + text[bounded.end() :]).split()), low, high
    within = _IN.search(text)
    if within is None:
        return text, None, None
    kept = f"{text[: within.start()]}{within['works']}{within['between']} {text[within.end() :]}"
    return " ".join(kept.split()), int(within["year"]), int(within["year"])


def joined(one: Filters | None, other: Filters | None) -> Filters | None:
    """Filters under which both restrictions hold; of two lists of papers the second one's."""
    if one is None or other is None or one == other:
        return one or other
    lows = [y for y in (one.year_from, other.year_from) if y is not None]
    highs = [y for y in (one.year_to, other.year_to) if y is not None]
    votes = [v for v in (one.min_upvotes, other.min_upvotes) if v is not None]
    papers = other.paper_ids or one.paper_ids
    return Filters(papers, max(lows, default=None), min(highs, default=None), max(votes, default=None))

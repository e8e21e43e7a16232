"""What a single line of a Daily Papers listing is: furniture, metadata, prose or something short.

Pure functions of the text of one line (and, for whole listings, of its head). What a short line means,
title or abstract, depends on its neighbours; `daily_papers` decides that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as calendar_date
from enum import Enum, auto

from service.text.normal import title_key

PROSE_CHARS = 250
"""A line longer than this is an abstract: the longest title of the real listings has 135 characters."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_AUTHORS = re.compile(r"(?P<count>\d{1,6})\s+authors?", re.IGNORECASE)
_DATE = re.compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}})(?:\s+(?P<upvotes>\d{{1,7}}))?")
_FURNITURE = re.compile(
    rf"new|get trending papers in your email inbox!?|subscribe|daily papers|trending papers|upvote|\d{{1,6}}"
    rf"|by\s?@?\S{{0,40}} and the research community|{_MONTH.replace('?P<month>', '?:')}\s+\d{{1,2}}",
    re.IGNORECASE,
)
_SENTENCE_BREAK = re.compile(r"[a-z0-9)%\]\"'][.!?][\"')\]]?\s+[\"'(\[]?[A-Z]")
_SENTENCE_END = (".", ".)", '."', ".'", ".”", ".’", ".]")
_OTHER_NOTATION = re.compile(
    r"\s*(?:[<{\[@%|#]|[A-Z][A-Z0-9]{1,3}\s{0,2}- |[A-Z]{2} \S|```|//|/\*|(?:import|from|def|class) \w|---\s*$)"
)
_ROW_OF_FIELDS = re.compile(r"[^\s,;\t]{1,40}(?:[,;\t][^\s,;\t]{0,40}){2,}")


class Kind(Enum):
    """The four kinds of line that are not blank."""

    FURNITURE = auto()
    METADATA = auto()
    PROSE = auto()
    SHORT = auto()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a line under an abstract says. All `None` for the lone "·" between author count and date."""

    author_count: int | None = None
    date: str | None = None
    upvotes: int | None = None
    fault: str | None = None


def kind_of(text: str) -> Kind:
    """The kind of a line that is not blank."""
    stripped = text.strip()
    if len(stripped) > PROSE_CHARS:
        return Kind.PROSE
    if _FURNITURE.fullmatch(stripped):
        return Kind.FURNITURE
    if metadata_of(stripped) is not None:
        return Kind.METADATA
    if len(stripped) >= 100 and is_sentence(stripped) and _SENTENCE_BREAK.search(stripped):
        return Kind.PROSE
    return Kind.SHORT


def metadata_of(text: str) -> Metadata | None:
    """The author count, date and upvotes of a metadata line, in one piece or parted by "·"; else `None`."""
    found = Metadata()
    parts = [part.strip(" \t\u00a0•*") for part in text.split("·")]
    if len(parts) == 1 and not parts[0]:
        return found if text.strip() else None
    for part in filter(None, parts):
        if authors := _AUTHORS.fullmatch(part):
            found = Metadata(int(authors["count"]), found.date, found.upvotes, found.fault)
        elif dated := _DATE.fullmatch(part):
            iso = _iso(dated)
            fault = None if iso else f"{part!r} is not a date of the calendar"
            upvotes = int(dated["upvotes"]) if dated["upvotes"] else None
            found = Metadata(found.author_count, iso, upvotes, fault)
        else:
            return None
    return found


def is_sentence(text: str) -> bool:
    """Whether a short line reads as an abstract rather than a title: it ends in a full stop, or is long."""
    words = text.split()
    return len(words) >= 25 or (len(words) >= 4 and text.rstrip().endswith(_SENTENCE_END))


def organisation_name(text: str) -> str:
    """The display name of "slug Display Name" ("Fudan-University Fudan University"), or the line itself."""
    line = " ".join(text.strip(" \t\u00a0•*·").split())
    slug, _, name = line.partition(" ")
    if not name:
        return line
    slug_key, name_key = title_key(slug), title_key(name)
    same = len(slug_key) > 2 and (name_key.startswith(slug_key) or slug_key.startswith(name_key))
    looks_like_slug = any(c in slug for c in "-_") and not name[0].islower()
    return name if same or looks_like_slug else line


def looks_like_listing(head: str) -> bool:
    """Whether a file that begins with `head` is a listing.

    Metadata lines or two lines of page furniture prove it. Without them the head must alternate between
    title-like lines and prose, and hold nothing that other notations begin their lines with.
    """
    lines = [line.strip() for line in head.split("\n") if line.strip()]
    if lines and _OTHER_NOTATION.match(lines[0]):
        return False
    kinds = [kind_of(line) for line in lines]
    pairs = sum(
        first is Kind.SHORT and _title_like(line) and _abstract_like(second, follower)
        for line, follower, first, second in zip(lines, lines[1:], kinds, kinds[1:], strict=False)
    )
    dated = any(k is Kind.METADATA and metadata_of(line) != Metadata() for k, line in zip(kinds, lines, strict=True))
    if dated or kinds.count(Kind.FURNITURE) >= 2:
        return Kind.PROSE in kinds or Kind.SHORT in kinds
    foreign = sum(bool(_OTHER_NOTATION.match(line) or _ROW_OF_FIELDS.match(line)) for line in lines)
    return pairs > 0 and foreign == 0 and pairs * 4 >= len(lines)


def _title_like(line: str) -> bool:
    return 4 <= len(line) <= PROSE_CHARS and not line[0].islower() and not line.endswith((".", ",", ";", ":"))


def _abstract_like(kind: Kind, line: str) -> bool:
    return kind is Kind.PROSE or (kind is Kind.SHORT and is_sentence(line) and len(line) >= 40)


def _iso(dated: re.Match[str]) -> str | None:
    month = _MONTHS.index(dated["month"].lower()) + 1
    try:
        return calendar_date(int(dated["year"]), month, int(dated["day"])).isoformat()
    except ValueError:
        return None

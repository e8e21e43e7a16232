"""EndNote tagged (.enw, .endf) and refer: `%0 Journal Article`, `%T title`, `%A author`, one field a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.readers.tagged_fields import doi_among, ids_of, is_of_pubmed, links_of, names, status_of
from service.readers.tagged_lines import TaggedRecord, head_lines, tagged_records
from service.records import Rejection

_TAG: Final = re.compile(r"%([0-9A-Za-z!@#$&()*+,:;<=>?\[\]^~/'\"-])(?:[ \t\u00a0](.*))?", re.DOTALL)
_BIBTEX_ENTRY: Final = re.compile(r"\s*@\w{1,40}\s*[{(]")
_HAS_YEAR: Final = re.compile(r"\d{4}")
_SNIFFED: Final = 20


class EndnoteTagged:
    """Reads records that begin with `%0`, or that blank lines part."""

    key = "enw"
    name = "EndNote tagged (.enw)"
    rank = 23

    def recognises(self, head: str) -> bool:
        """True when the first line is a field, and the second is too where the first is no `%0`; never with BibTeX."""
        lines = head_lines(head)
        if not lines or not _TAG.fullmatch(lines[0]) or any(_BIBTEX_ENTRY.match(line) for line in lines):
            return False
        return lines[0].startswith("%0") or len(lines) == 1 or any(_TAG.fullmatch(line) for line in lines[1:_SNIFFED])

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every `%0`, and for every block of fields that has none."""
        return tagged_records(file, _tag_of, _record, start="0", titles="T")


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.fullmatch(line)
    return (found[1], found[2] or "") if found else None


def _record(tagged: TaggedRecord) -> RawRecord:
    fields = tagged.texts()
    every, first = fields.every, fields.first
    title = first(*"TQ!") or ""
    links = links_of(every("U", ">"))
    year = first("D")
    from_pubmed = is_of_pubmed(every("~", "W"))
    return RawRecord(
        number=tagged.number,
        title=title,
        abstract="\n".join(every("X")) or None,
        authors=names(every("A")),
        year=year,
        date=_date(first("8"), year),
        doi=doi_among([*every("R"), *links, *every("M", "Z")]),
        url=links[0] if links else first("U"),
        venue=first("J", "B", "S"),
        ids=ids_of([*links, *every("R", "M", "Z")], pubmed_number=first("M") if from_pubmed else None),
        key=fields.key("F"),
        status=status_of(title, every("9", "Z", "K")),
    )


def _date(day: str | None, year: str | None) -> str | None:
    """`%8` is a whole date or the month and day of `%D`'s year."""
    if day is None or year is None or _HAS_YEAR.search(day):
        return day
    return f"{day} {year}"

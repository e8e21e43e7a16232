"""RefWorks tagged: `RT Journal Article` begins a record, then a field a line, its tag of two characters and a space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.readers.tagged_fields import doi_among, ids_of, links_of, names, status_of
from service.readers.tagged_lines import TaggedRecord, head_lines, tagged_records
from service.records import Rejection

_TAGS: Final = frozenset(
    "RT SR ID A1 T1 JF JO YR FD K1 AB NO A2 T2 ED PB PP A3 A4 A5 T3 VO IS SP OP SN AV AD AN LA CL SF OT LK DO CN DB DS "
    "IP RD ST U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 UL SL LL CR WT A6 WV WP OL PMID PMCID".split()
)
_TAG: Final = re.compile(r"([A-Z][A-Z0-9]{1,4})(?: (.*)|$)", re.DOTALL)
_START: Final = re.compile(r"RT [A-Z][A-Za-z /,()-]{2,60}\s{0,8}")
_SNIFFED: Final = 6
_IDENTIFYING: Final = ("AN", "NO", "U1", "U2", "U5")


class RefWorks:
    """Reads RefWorks' tagged format."""

    key = "refworks"
    name = "RefWorks tagged"
    rank = 25

    def recognises(self, head: str) -> bool:
        """True when the first line names a type of reference and one of the next is a field too."""
        lines = head_lines(head)
        return bool(lines) and _START.fullmatch(lines[0]) is not None and any(map(_tag_of, lines[1:_SNIFFED]))

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every `RT`."""
        return tagged_records(file, _tag_of, _record, start="RT", titles=("T1",))


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], found[2] or "") if found and found[1] in _TAGS else None


def _record(tagged: TaggedRecord) -> RawRecord:
    fields = tagged.texts()
    every, first = fields.every, fields.first
    title = first("T1") or ""
    links = links_of(every("UL", "LK"))
    return RawRecord(
        number=tagged.number,
        title=title,
        abstract="\n".join(every("AB")) or None,
        authors=names(every("A1")),
        year=first("YR") or first("FD"),
        doi=first("DO") or doi_among([*links, *every(*_IDENTIFYING)]),
        url=links[0] if links else None,
        venue=first("JF", "T2", "JO"),
        ids=ids_of([*links, *every(*_IDENTIFYING)], pubmed_number=first("PMID")),
        key=fields.key("ID"),
        status=status_of(title, every("RT", "K1", "NO")),
    )

"""MEDLINE tagged text, as PubMed's "Send to: Citation manager" (.nbib) and PMC's "MEDLINE" give it.

Tags: https://www.nlm.nih.gov/bsd/mms/medlineelements.html. `Bio.Medline` takes a record apart; lines
are joined before it, since it ends a record at any blank line, and only there, and takes a folded name for several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from service.identity import arxiv_number, gravest
from service.readers.nlm_fields import NO_TITLE, first_of_range, inverted_name, more_exact, short_name
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord, Update
from service.readers.tagged_lines import too_long
from service.records import PublicationStatus, Rejection

_TAG: Final = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: |(?=\d)|$)")
_RECORD_START: Final = re.compile(r"^(?:PMID {0,2}- ?\d|PMC {0,2}- ?PMC\d)", re.MULTILINE)
_STARTS: Final = frozenset(("PMID", "PMC", "UI"))
_SINGLE: Final = frozenset(("OWN", "STAT", "DP", "TI", "AB", "JT", "TA", "SO"))
_READ: Final = frozenset(
    "PMID PMC TI TT BTI CTI AB FAU AU CN DP DEP JT TA PB AID LID PT RIN RRI ECI EIN CRI PRIN ROF RRF ECF EFR CRF "
    "PROF".split()
)
_DAY: Final = re.compile(r"(\d{4})(\d\d)(\d\d)?")
_NOTICES: Final[dict[str, PublicationStatus]] = {
    "RIN": "retracted", "RRI": "retracted", "ECI": "concern", "EIN": "corrected", "CRI": "corrected",
    "PRIN": "corrected",
}  # fmt: skip

_UPDATED: Final[dict[str, PublicationStatus]] = {
    "ROF": "retracted", "RRF": "retracted", "ECF": "concern", "EFR": "corrected", "CRF": "corrected",
    "PROF": "corrected",
}  # fmt: skip
"""What a notice says of the paper that it names."""
_PMID: Final = re.compile(r"PMID: ?(\d{1,9})")


@dataclass(slots=True)
class _Lines:
    """The lines of one record: `fields` holds a tag and the parts of its value for each."""

    number: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    size: int = 0
    is_read: bool = False

    def add(self, tag: str, value: str, most: int) -> None:
        """A field, or with no tag more of the last one, if it is read; of a record over the limit nothing is kept."""
        self.is_read = tag in _READ if tag else self.is_read
        if not self.is_read:
            return
        self.size += len(value) + 1
        if self.size > most:
            self.fields.clear()
        elif tag:
            self.fields.append((tag, [value]))
        elif self.fields:
            self.fields[-1][1].append(value)


class Nbib:
    """Reads MEDLINE tagged text."""

    key = "nbib"
    name = "PubMed nbib (MEDLINE)"
    rank = 20

    def recognises(self, head: str) -> bool:
        """True when the first line that is not blank has a tag, and one names a PMID or PMC number."""
        return _TAG.match(head.lstrip("\ufeff \t\r\n")) is not None and _RECORD_START.search(head) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record for every PMID; what has tags but no title is rejected by name."""
        most = file.max_record_bytes
        for lines in _split(file.text_lines(), most):
            yield Rejection(file.source, lines.number, too_long(most)) if lines.size > most else _record(lines)


def _split(lines: Iterator[str], most: int) -> Iterator[_Lines]:
    current: _Lines | None = None
    blank = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        found = _TAG.match(line)
        if not text:
            blank = True
            continue
        if found is not None:
            tag = found[1]
            if current is None or _is_next(current, tag, blank=blank):
                if current is not None:
                    yield current
                current = _Lines(number)
            current.add(tag, line[found.end() :].strip(), most)
            current.tags.add(tag)
        elif current is not None and (line[0] in " \t" or not blank):
            current.add("", f"\n{text}" if blank else text, most)
        blank = False
    if current is not None:
        yield current


def _is_next(current: _Lines, tag: str, *, blank: bool) -> bool:
    """Whether a tag begins another record: one that a record has once, or the first of one after a blank line."""
    return (tag in _STARTS and (blank or tag in current.tags)) or (blank and tag in _SINGLE and tag in current.tags)


def _record(lines: _Lines) -> RawRecord:
    fields = _taken_apart(lines)
    title, book = _one(fields, "TI"), _one(fields, "BTI")
    if NO_TITLE.fullmatch(title):
        title = _one(fields, "TT") or title
    issue = first_of_range(_one(fields, "DP"))
    day = _DAY.fullmatch(_one(fields, "DEP"))
    series = _one(fields, "CTI") or _one(fields, "PB")
    return RawRecord(
        number=lines.number,
        title=title or book,
        abstract=_one(fields, "AB") or None,
        authors=_authors(lines, fields),
        year=issue[:4] or None,
        date=more_exact(issue, "-".join(filter(None, day.groups())) if day else "") or None,
        doi=_doi(fields),
        venue=_one(fields, "JT") or _one(fields, "TA") or (book if title else series) or None,
        ids=_ids(fields),
        status=_status(fields),
        updates=_updates(fields),
    )


def _taken_apart(lines: _Lines) -> Mapping[str, list[str]]:
    from Bio import Medline

    unfolded = [f"{tag:<4}- {' '.join(parts)}" for tag, parts in lines.fields if tag in _READ]
    record: Mapping[str, object] = next(Medline.parse(unfolded), {})  # type: ignore[no-untyped-call]
    return {tag: [value] if isinstance(value, str) else _texts(value) for tag, value in record.items()}


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _one(fields: Mapping[str, list[str]], tag: str) -> str:
    return " ".join(fields.get(tag, ())).strip()


def _authors(lines: _Lines, fields: Mapping[str, list[str]]) -> tuple[Name, ...]:
    """People and teams in the order of the record, each by the full name where it has one."""
    values = {tag: iter(fields.get(tag, ())) for tag in ("FAU", "AU", "CN")}
    found: list[Name] = []
    before = ""
    for tag, _ in lines.fields:
        if tag in values:
            value = next(values[tag], "").strip()
            if tag == "CN" and value:
                found.append({"literal": value})
            elif tag == "FAU" and value:
                found.append(inverted_name(value))
            elif tag == "AU" and before != "FAU" and value:
                found.append(short_name(value))
            before = tag
    return tuple(found)


def _doi(fields: Mapping[str, list[str]]) -> str | None:
    """The word before the first "[doi]"; of the places of one article LID comes before AID."""
    for given in (*fields.get("LID", ()), *fields.get("AID", ())):
        before, kind, _ = given.partition("[doi]")
        words: list[str] = before.split()
        if kind and words:
            return words[-1]
    return None


def _ids(fields: Mapping[str, list[str]]) -> dict[str, object]:
    given = [value.partition(" ")[0] for value in (*fields.get("LID", ()), *fields.get("AID", ()))]
    arxiv = next((arxiv_number(value) for value in given if value.casefold().startswith("arxiv:")), None)
    found = {"pmid": _one(fields, "PMID"), "pmc": _one(fields, "PMC"), "arxiv": arxiv}
    return {kind: value for kind, value in found.items() if value}


def _updates(fields: Mapping[str, list[str]]) -> list[Update]:
    named = ((_PMID.search(value), status) for tag, status in _UPDATED.items() for value in fields.get(tag, ()))
    return [Update("pmid", found[1], status) for found, status in named if found is not None]


def _status(fields: Mapping[str, list[str]]) -> PublicationStatus | None:
    """What PubMed links to it; a notice itself ("ROF", retraction of) has no status."""
    said: list[PublicationStatus] = [_NOTICES[tag] for tag in fields if tag in _NOTICES]
    return gravest([*said, "retracted" if "Retracted Publication" in fields.get("PT", ()) else None])

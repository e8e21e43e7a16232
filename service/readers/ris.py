"""RIS as Zotero, Mendeley, EndNote, Scopus, Web of Science, Ovid, Embase, Covidence, Rayyan and others write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.readers.tagged_fields import doi_among, ids_of, is_of_pubmed, links_of, names, status_of
from service.readers.tagged_lines import Fields, TaggedRecord, head_lines, tagged_records, unwrapped
from service.records import Rejection

_TAG: Final = re.compile(r"([A-Z][A-Z0-9])[ \u00a0]{2}-(.*)", re.DOTALL)
_LOOSE_TAG: Final = re.compile(r"([A-Z][A-Z0-9])[ \t\u00a0]{1,3}-(?:[ \t\u00a0](.*)|$)", re.DOTALL)
_LOOSE_START: Final = re.compile(r"(TY)[ \t\u00a0]{1,3}-[ \t\u00a0]{0,3}([A-Z]{2,8}|)\s{0,5}")
_OTHER_NOTATIONS: Final = ("{", "[", "<", "@", "%", "FN ", "PMID-")
_SNIFFED: Final = 4
_DEEPEST: Final = 8  # characters that a whole file may be indented by

_TITLES: Final = ("TI", "T1", "CT", "BT", "ST", "TT")
_VENUES: Final = ("JF", "T2", "JO", "BT", "T3", "JA", "J2", "J1")
_LINKS: Final = ("UR", "L2", "LK", "L1")
_IDENTIFYING: Final = ("AN", "N1", "M1", "M3", "ID", "U1", "PM", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8")
_STATUS_FIELDS: Final = ("M3", "N1", "KW", "RN", "PT")
_WHERE_DOIS_ARE: Final = ("M3", "L3", "U1", "U2", "U3", "AN", "ID", "M1", "N1")
_RIS_DATE: Final = re.compile(r"(\d{4})(?:/(\d{0,2})(?:/(\d{0,2}))?)?(?:/|$)")
_HAS_YEAR: Final = re.compile(r"(?<!\d)(\d{4})(?!\d)")


class Ris:
    """Reads RIS: `TY  - JOUR` begins a record, `ER  -` ends it."""

    key = "ris"
    name = "RIS"
    rank = 21

    def recognises(self, head: str) -> bool:
        """True when a `TY` line is there and one of the next few lines is a field too."""
        lines = head_lines(head)
        if not lines or lines[0].lstrip().startswith(_OTHER_NOTATIONS):
            return False
        first = next((at for at, line in enumerate(lines) if _start(line) is not None), None)
        if first is None:
            return False
        return len(lines) == first + 1 or any(map(_is_field, lines[first + 1 : first + _SNIFFED]))

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every `TY` line, and for fields that follow none."""
        from rispy import RisParser  # type: ignore[import-untyped]

        # Its defaults overwrite repeated fields, split links at ";" and fail on a tag "UK": here each tag is its name.
        parser = RisParser(mapping=_Same(), delimiter_tags_mapping={}, enforce_list_tags=False)

        def record(tagged: TaggedRecord) -> RawRecord | Rejection:
            if (fields := _parsed(parser, tagged)) is not None:
                return _record(fields, tagged.number)
            reason = "the RIS record cannot be taken apart: write it as TY, its fields and ER"
            return Rejection(file.source, tagged.number, reason)

        return tagged_records(file, _Tags().tag_of, record, start="TY", end="ER", titles=_TITLES)


class _Same(dict[str, str]):
    """Maps every tag to itself."""

    def __missing__(self, tag: str) -> str:
        return tag


class _Tags:
    """Tells tags as the record's own `TY` line writes them, so that "CT - scans" in a wrapped abstract is none."""

    def __init__(self) -> None:
        self._pattern = _TAG
        self._indent = ""

    def tag_of(self, line: str) -> tuple[str, str] | None:
        if (start := _start(line)) is not None:
            bare = line.lstrip()
            self._pattern = _TAG if _TAG.match(bare) else _LOOSE_TAG
            self._indent = line[: len(line) - len(bare)]
            return "TY", start
        found = self._pattern.match(line.removeprefix(self._indent))
        return (found[1], (found[2] or "").strip()) if found else None


def _start(line: str) -> str | None:
    """The type of record of a line that begins one."""
    if "TY" not in line[: _DEEPEST + 2]:
        return None
    bare = line[:_DEEPEST].lstrip() + line[_DEEPEST:]
    found = (_TAG.match(bare) or _LOOSE_START.fullmatch(bare)) if bare.startswith("TY") else None
    return (found[2] or "").strip() if found else None


def _is_field(line: str) -> bool:
    return bool(_TAG.match(line.lstrip()) or _LOOSE_TAG.match(line.lstrip()))


def _parsed(parser: Any, tagged: TaggedRecord) -> Fields | None:
    """The values of each tag, by rispy, which is given one line a field with the start and end it needs."""
    kind = next((lines[0].strip() for tag, lines in tagged.fields if tag == "TY"), "")
    fields = [f"{tag}  - {unwrapped(lines)}" for tag, lines in tagged.fields if tag != "TY"]
    parsed = parser.parse_lines(iter([f"TY  - {kind}", *fields, "ER  - "]))
    if len(parsed) != 1:
        return None
    listed = {str(tag): value if isinstance(value, list) else [value] for tag, value in parsed[0].items()}
    return Fields({tag: [value for value in values if value] for tag, values in listed.items()})


def _record(fields: Fields, number: int) -> RawRecord:
    every, first = fields.every, fields.first
    title = first(*_TITLES) or ""
    links = links_of(every(*_LINKS))
    date, year = _when(fields)
    return RawRecord(
        number=number,
        title=title,
        abstract="\n".join(fields.get("AB") or fields.get("N2") or ()) or None,
        authors=names(dict.fromkeys(every("A1", "AU"))),
        year=year,
        date=date,
        doi=first("DO") or doi_among([*every(*_WHERE_DOIS_ARE), *links]),
        url=links[0] if links else first("UR"),
        venue=first(*(tag for tag in _VENUES if fields.get(tag) != [title])),
        ids=ids_of([*links, *every(*_IDENTIFYING)], pubmed_number=_pubmed_number(fields)),
        key=fields.key("ID"),
        status=status_of(title, every(*_STATUS_FIELDS)),
    )


def _pubmed_number(fields: Fields) -> str | None:
    """The PubMed number where the record's database is PubMed or MEDLINE; Embase puts it in C5."""
    databases = fields.every("DB", "DP")
    if any("embase" in database.casefold() for database in databases):
        return fields.first("C5")
    return fields.first("AN") if is_of_pubmed(databases) else None


def _when(fields: Fields) -> tuple[object, object]:
    """Date and year as they are written: "2019/07/24/", "2019/10//undefined", "SEP" with the year in `PY`.

    Where the fields disagree, the year that the paper is cited by (`PY`) stands, and no other year's date.
    """
    year = fields.first("PY", "Y1")
    cited = _HAS_YEAR.search(year) if year else None
    for written in fields.every("DA", "PY", "Y1"):
        dated = _HAS_YEAR.search(written)
        if dated is None:
            return (f"{written} {cited[1]}" if cited else written), year
        if cited is not None and dated[1] != cited[1]:
            continue
        parts = _RIS_DATE.match(written)
        if parts is None:
            return written, year
        if parts[2]:
            return [int(part) for part in parts.groups() if part], year
    return None, year or fields.first("DA")

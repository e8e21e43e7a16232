"""Plain text in which a database numbers its records: Ovid ("<1>"), Embase ("RECORD 1"), Cochrane ("Record #1 of 20").

Fields begin with a tag ("TI  - ", "TI: ") or with a name on a line of its own ("Title", "AUTHOR NAMES"), as the
record's first field does; the lines below belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.readers.tagged_fields import names, status_of
from service.readers.tagged_lines import head_lines, too_long, unwrapped
from service.records import Rejection

_START: Final = re.compile(r"\s{0,8}(?:<\d{1,7}>|RECORD \d{1,7}|Record #\d{1,7} of \d{1,7})\s{0,8}")
_TAG: Final = re.compile(
    r"([A-Z][A-Z0-9]{1,3})(?: {0,3}- |(?<=ID|AU|TI|SO|YR|VL|NO|PG|PM|XR|PT|KY|OI|AB|US|CC|PB|AD|DE):(?: |$))(.*)",
    re.DOTALL,
)
"""With a colon only those that Cochrane has ("DOI" too): "AIM: ..." goes on with an abstract."""
_MOST_PREAMBLE: Final = 20
_LONGEST_NAME: Final = 60
_FIELDS: Final[Mapping[str, str]] = MappingProxyType({
    name: kind
    for kind, listed in {
        "title": "TI,title,article title",
        "abstract": "AB,abstract",
        "authors": "FA,AU,authors,author,author names,author(s)",
        "venue": "JN,source title,journal,journal name",
        "source": "SO,source",
        "year": "YR,YEAR,publication year,year of publication,year,PY",
        "doi": "DO,DOI,digital object identifier,doi",
        "pmid": "PM,PMID,pmid,medline pmid",
        "number": "UI,unique identifier",
        "database": "DB,database",
        "url": "US,UR,XL,link to the ovid full text or citation,full text link,url",
        "key": "ID,AN,accession number",
        "kind": "PT,publication type,publication types",
    }.items()
    for name in listed.split(",")
})  # fmt: skip
_OTHERS: Final = frozenset(
    "source type,author address,author addresses,institution,affiliation,correspondence address,issn,isbn,volume,issue,"
    "page,pages,language,language of article,language of summary,embase accession id,emtree drug index terms,"
    "emtree medical index terms,drug index terms,keywords,author keywords,index terms,subject headings,publisher,"
    "mesh headings,country of publication,date of publication,date created,entry date,status,cas registry numbers,"
    "conference name,conference location,conference date,drug trade names,open url link,funding,editors,abbreviated "
    "journal title,abbreviated source,medline accession number,local messages,version id,record owner,"
    "publication history status,nlm journal name,nlm journal code,issn print,issn electronic,registry number/name of "
    "substance,comments,clinical trial number,update date".split(",")
)
"""Names of fields that end another one and are not read."""
_JOURNAL: Final = re.compile(r"(.{2,200}?)(?:\.\s+\d|\s\(\d{4}\)|,\s+\d{4}\b|\.\s?$|$)")
_PUBMED: Final = re.compile(r"(?:PUBMED\s)?(\d{1,9})\b", re.IGNORECASE)
_BETWEEN_NAMES: Final = re.compile(r"\s{2,}")


@dataclass(slots=True)
class _Record:
    number: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    is_tagged: bool | None = None
    size: int = 0

    def add(self, line: str, most: int) -> None:
        """The next line; of a record over the limit nothing is kept."""
        self.size += len(line) + 1
        begins = self._begins(line) if self.size <= most else None
        if self.size > most:
            self.fields.clear()
        elif begins is not None:
            self.fields.append((begins[0], [begins[1]]))
        elif self.fields:
            self.fields[-1][1].append(line)

    def _begins(self, line: str) -> tuple[str, str] | None:
        """Name and first text of the field that a line begins; it decides for the record how fields are named."""
        if self.is_tagged is not False and (found := _TAG.match(line)) is not None:
            self.is_tagged = True
            return found[1], found[2]
        if self.is_tagged is not True and (name := _named(line)) is not None:
            self.is_tagged = False
            return name, ""
        return None


class NumberedText:
    """Reads the plain text of Ovid, Embase and Cochrane."""

    key = "numbered-text"
    name = "Ovid, Embase or Cochrane plain text"
    rank = 24

    def recognises(self, head: str) -> bool:
        """True when one of the first lines numbers a record, and the next one begins a field."""
        lines = head_lines(head)
        at = next((n for n, line in enumerate(lines[:_MOST_PREAMBLE]) if _START.fullmatch(line)), None)
        if at is None or at + 1 >= len(lines):
            return False
        return _TAG.match(lines[at + 1]) is not None or _named(lines[at + 1]) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every number."""
        most = file.max_record_bytes
        current: _Record | None = None
        for number, line in enumerate(file.text_lines(), start=1):
            if _START.fullmatch(line):
                if current is not None:
                    yield _read(current, file)
                current = _Record(number)
            elif current is not None:
                current.add(line, most)
        if current is not None:
            yield _read(current, file)


def _named(line: str) -> str | None:
    name = line.rstrip(" \t:").casefold() if len(line) <= _LONGEST_NAME and not line[:1].isspace() else ""
    return name if name in _FIELDS or name in _OTHERS else None


def _read(record: _Record, file: Opened) -> RawRecord | Rejection:
    if record.size > file.max_record_bytes:
        return Rejection(file.source, record.number, too_long(file.max_record_bytes))
    fields: dict[str, list[list[str]]] = {}
    for name, lines in record.fields:
        if (kind := _FIELDS.get(name)) is not None:
            fields.setdefault(kind, []).append(lines)

    def first(kind: str) -> str:
        return next((text for lines in fields.get(kind, ()) if (text := unwrapped(lines))), "")

    title = " ".join(first("title").split())
    return RawRecord(
        number=record.number,
        title=title,
        abstract=first("abstract") or None,
        authors=names(_authors(fields.get("authors", []))),
        year=first("year") or None,
        doi=first("doi") or None,
        url=first("url") or None,
        venue=first("venue") or _journal(first("source")),
        ids={"pmid": _pmid(first("pmid"), first("number"), first("database"))},
        key=first("key"),
        status=status_of(title, [unwrapped(lines) for lines in fields.get("kind", ())]),
    )


def _authors(listed: list[list[str]]) -> list[str]:
    """One a line or field, or several on a line with two spaces between them."""
    lines = (line.strip() for lines in listed for line in lines)
    return [name for line in lines for name in _BETWEEN_NAMES.split(line) if name]


def _journal(source: str) -> str | None:
    """ "Journal of Crust" of "Journal of Crust. 4(2):10-19, 2019 Jan."."""
    found = _JOURNAL.match(" ".join(source[:1_000].split()))
    return found[1] if found else None


def _pmid(given: str, number: str, database: str) -> str | None:
    """The PubMed number where it is called so; Ovid's unique identifier is one in MEDLINE only."""
    found = _PUBMED.match(given or (number if "medline" in database.casefold() else ""))
    return found[1] if found else None

"""EndNote XML, as EndNote, Bookends, Zotero and Mendeley write it: `xml/records/record`, text in `style` elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.identity import gravest
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord
from service.readers.xml_element import Element
from service.readers.xml_source import elements
from service.records import PublicationStatus, Rejection

_RECORDS: Final = re.compile(r"<records[\s/>]")
_PART: Final = re.compile(r"<(?:ref-type|rec-number|contributors|titles|source-app)[\s/>]|<records\s{0,100}/>")
_PUBMED: Final = re.compile(r"pubmed|medline|\bnlm\b|ncbi", re.IGNORECASE)
_PMID: Final = re.compile(r"(?:PMID:?\s{0,9})?(\d{4,9})", re.IGNORECASE)
_NOTES: Final[tuple[tuple[re.Pattern[str], PublicationStatus], ...]] = (
    (re.compile(r"\bRetracted Publication\b|\bRetraction in\b", re.IGNORECASE), "retracted"),
    (re.compile(r"\bExpression of concern in\b", re.IGNORECASE), "concern"),
    (re.compile(r"\b(?:Erratum in|Corrected and republished in)\b", re.IGNORECASE), "corrected"),
)


class EndnoteXml:
    """Reads EndNote XML."""

    key = "endnote-xml"
    name = "EndNote XML"
    rank = 10

    def recognises(self, head: str) -> bool:
        """True when the text is markup in which a list of records opens with one of EndNote's parts."""
        is_markup = head.lstrip("\ufeff \t\r\n")[:1] == "<"
        return is_markup and _RECORDS.search(head) is not None and _PART.search(head) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every `record`."""
        for found in elements(file.data(), file.source, ("record",)):
            if isinstance(found, Rejection):
                yield found
            else:
                number, element = found
                _read_styles(element)
                yield _record(number, element)


def _read_styles(record: Element) -> None:
    """Raised and lowered text gets the names that say so; line breaks between runs of one text go."""
    for element in record.walk():
        if element.name == "style":
            face = element.attribute("face")
            element.rename("sup" if "superscript" in face else "sub" if "subscript" in face else "style")
        elif (first := next(iter(element), None)) is not None and first.name == "style":
            element.without_layout()


def _record(number: int, record: Element) -> RawRecord:
    links = [link for url in record.findall("urls/*/url") if (link := url.text()).startswith(("http://", "https://"))]
    year, day = record.text("dates/year"), record.text("dates/pub-dates/date")
    label = record.text("label")
    return RawRecord(
        number=number,
        title=record.text("titles/title"),
        abstract=record.text("abstract") or None,
        authors=tuple(_authors(record)),
        year=year or None,
        date=(day if year in day else f"{year} {day}") if year and day else None,
        doi=record.text("electronic-resource-num") or next((link for link in links if "doi.org/10." in link), None),
        url=next(iter(links), None),
        venue=_venue(record),
        ids=_ids(record, links),
        key=label if label and " " not in label else "",
        status=_status(record),
    )


def _authors(record: Element) -> Iterator[Name]:
    """EndNote marks a name that is no person's by a comma at its end."""
    for author in record.findall("contributors/authors/author"):
        written = author.text()
        if written.endswith(","):
            yield {"literal": written.rstrip(", ")}
        elif written:
            yield written


def _venue(record: Element) -> str | None:
    for path in ("periodical/full-title", "titles/secondary-title", "titles/alt-title", "publisher"):
        if found := record.text(path):
            return found
    return None


def _ids(record: Element, links: list[str]) -> dict[str, object]:
    """The accession number is a PMID only where the record says that it comes from PubMed."""
    number = _PMID.fullmatch(record.text("accession-num"))
    told = " ".join((record.text("remote-database-name"), record.text("remote-database-provider"), *links))
    return {"pmid": number[1]} if number and _PUBMED.search(told) else {}


def _status(record: Element) -> PublicationStatus | None:
    """PubMed's notices, which EndNote keeps in its notes and as the type of the work."""
    said = f"{record.text('work-type')}\n{record.text('notes')}\n{record.text('custom2')}"
    return gravest(status for pattern, status in _NOTES if pattern.search(said))

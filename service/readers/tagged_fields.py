"""What RIS, refer and Web of Science records have in common: names, identifiers in links and notes, and status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from service.identity import arxiv_number, clean_doi, gravest
from service.readers.publication_status import status_told
from service.readers.raw import Name
from service.records import PublicationStatus

_OTHERS: Final = re.compile(r"(?:and\s+)?(?:others|et\.?\s+al\.?)\W{0,3}", re.IGNORECASE)
_INITIAL: Final = re.compile(r"\b[A-Z]{1,3}\b\.?")
_PMID: Final = re.compile(r"(?:PMID|PubMed ID|MEDLINE)[:\s]{1,3}(\d{1,9})\b", re.IGNORECASE)
_MARKED_PMID: Final = re.compile(r"(\d{1,9})\s?\[pmid\]", re.IGNORECASE)
_PUBMED_LINK: Final = re.compile(
    r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})\b"
)
_PUBMED: Final = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)
_ACL_LINK: Final = re.compile(r"https?://(?:www\.)?aclanthology\.org/([A-Za-z0-9.-]{4,60}?)(?:\.pdf|/)?")
_ARXIV_NOTE: Final = re.compile(r"(arxiv:\s?[\w.-]{1,20}(?:/\d{7})?)(?:\s{0,3}\[.{0,60}\])?", re.IGNORECASE)
_DOI_FIELD: Final = re.compile(
    r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi[:\s]{0,3})?10\.\d{4,9}/\S{1,300}", re.IGNORECASE
)
_LONGEST: Final = 2_000
_TITLE_TAIL: Final = re.compile(
    r"\((?:retracted|withdrawn) (?:article|paper|publication)\b[^()]{0,200}\)\W{0,3}$", re.I
)
_PART: Final = r"(?:^|;)[ \t]*"
_PART_ENDS: Final = r"[ \t.]*(?:$|;)"
_TYPES_AND_NOTES: Final[tuple[tuple[str, str, PublicationStatus], ...]] = (
    ("retracted(?: publication| article)?", "retraction", "retracted"),
    ("withdrawn(?: publication| article)?", "withdrawal", "withdrawn"),
    ("publication with expression of concern", "expression of concern", "concern"),
    ("corrected and republished article", "(?:erratum|correction|corrigendum)", "corrected"),
)
_TOLD: Final = tuple(
    (re.compile(rf"{_PART}(?:{type_}{_PART_ENDS}|{note} in:)", re.IGNORECASE | re.MULTILINE), status)
    for type_, note, status in _TYPES_AND_NOTES
)


def names(values: Iterable[str]) -> list[Name]:
    """The authors of fields that hold one each, or several parted by ";" (CNKI: "；"); teams as literals.

    Persons are inverted in these formats. So a name that ends in a comma (as EndNote marks teams), or one of several
    words without a comma among inverted ones, is a team's.
    """
    listed = [
        name
        for value in values
        for part in re.split("[;；]", value)
        if (name := " ".join(part.replace(",", ", ").split()))
    ]
    inverted = any("," in name.rstrip(",") for name in listed)
    return [_name(name, inverted=inverted) for name in listed if name.strip(", ")]


def _name(name: str, *, inverted: bool) -> Name:
    if name.endswith(","):
        return {"literal": name.rstrip(", ")}
    is_team = inverted and "," not in name and " " in name and not _INITIAL.search(name)
    return {"literal": name} if is_team and not _OTHERS.fullmatch(name) else name


def links_of(values: Iterable[str]) -> list[str]:
    """The web addresses of link fields, which hold one each or several parted by ";"."""
    parts = (part.strip() for value in values for part in re.split(r";\s{0,5}(?=https?://)", value))
    return [part for part in parts if part[:4].casefold() == "http"]


def ids_of(texts: Sequence[str], *, pubmed_number: str | None = None) -> dict[str, object]:
    """What links, notes and accession numbers identify the record by: "arxiv", "pmid", "acl".

    `pubmed_number`: an accession number of PubMed or MEDLINE, where the record says it is from there.
    """
    found: dict[str, object] = {}
    for text in (text.strip() for text in texts if len(text) <= _LONGEST):
        note = _ARXIV_NOTE.fullmatch(text)
        if "arxiv" in text.casefold() and (number := arxiv_number(note[1] if note else text)):
            found.setdefault("arxiv", number)
        pmid = _PMID.match(text) or _MARKED_PMID.match(text) or _PUBMED_LINK.match(text)
        if pmid is not None:
            found.setdefault("pmid", pmid[1])
        if acl := _ACL_LINK.fullmatch(text):
            found.setdefault("acl", acl[1])
    if pubmed_number and pubmed_number.isascii() and pubmed_number.isdigit() and len(pubmed_number) < 10:
        found.setdefault("pmid", pubmed_number)
    return found


def is_of_pubmed(databases: Iterable[str]) -> bool:
    """Whether one of the databases that a record names is PubMed or MEDLINE."""
    return any(map(_PUBMED.search, databases))


def doi_among(texts: Iterable[str]) -> str | None:
    """The first of these that is nothing but a DOI: some exports have it as a link, a note or a type of work."""
    for text in (text.strip() for text in texts if len(text) <= _LONGEST):
        if _DOI_FIELD.fullmatch(text) and (doi := clean_doi(text)):
            return doi
    return None


def status_of(title: str, told: Sequence[str]) -> PublicationStatus | None:
    """What title, document type, notes and keywords say became of the paper; of a notice itself nothing."""
    said = {status for text in told for pattern, status in _TOLD if pattern.search(text[:_LONGEST].strip())}
    if (of_title := status_told(title[:_LONGEST].strip(), told)) is not None:
        said.add(of_title)
    if (tail := _TITLE_TAIL.search(title[-_LONGEST:])) is not None:
        said.add("retracted" if "retracted" in tail[0].casefold() else "withdrawn")
    return gravest(said)

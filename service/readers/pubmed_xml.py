"""PubMed XML: `PubmedArticleSet` with articles and books, also one `PubmedArticle` alone, and the older
`MedlineCitationSet`. The elements are those of the NLM's DTD (https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.identity import arxiv_number, gravest
from service.readers.nlm_fields import NO_TITLE, date_text, first_of_range, more_exact, suffix
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord, Update
from service.readers.xml_element import Element
from service.readers.xml_source import elements
from service.records import PublicationStatus, Rejection

_ROOT: Final = re.compile(r"<(?:Pubmed(?:Book)?Article(?:Set)?|MedlineCitation(?:Set)?)[\s>]")
_NOTICES: Final[dict[str, PublicationStatus]] = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "corrected",
    "CorrectedandRepublishedIn": "corrected",
    "PartialRetractionIn": "corrected",
}

_UPDATED: Final[dict[str, PublicationStatus]] = {
    "RetractionOf": "retracted",
    "RetractedandRepublishedFrom": "retracted",
    "ExpressionOfConcernFor": "concern",
    "ErratumFor": "corrected",
    "CorrectedandRepublishedFrom": "corrected",
    "PartialRetractionOf": "corrected",
}
"""What a notice says of the paper that it names."""


class PubmedXml:
    """Reads what PubMed's "XML" and efetch give."""

    key = "pubmed-xml"
    name = "PubMed XML"
    rank = 10

    def recognises(self, head: str) -> bool:
        """True when the text is markup in which one of PubMed's elements opens."""
        return head.lstrip("\ufeff \t\r\n")[:1] == "<" and _ROOT.search(head) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every article, book and chapter."""
        alone = re.search(r"<Pubmed(?:Book)?Article[\s>]", file.head) is None
        names = ("MedlineCitation",) if alone else ("PubmedArticle", "PubmedBookArticle")
        for found in elements(file.data(), file.source, names):
            yield found if isinstance(found, Rejection) else _record(*found, file.source)


def _record(number: int, element: Element, source: str) -> RawRecord | Rejection:
    book = element.find("BookDocument")
    if book is not None:
        return _book(number, book, element)
    citation = element if element.name == "MedlineCitation" else element.find("MedlineCitation")
    if citation is None:
        return Rejection(source, number, f"<{element.name}> holds no <MedlineCitation>: export it again from PubMed")
    return _article(number, citation, element)


def _article(number: int, citation: Element, element: Element) -> RawRecord:
    article = citation.find("Article") or citation
    issue = article.find("Journal/JournalIssue/PubDate")
    electronic = article.find("ArticleDate")
    issued = _date(issue) if issue else ""
    ids = element.findall("PubmedData/ArticleIdList/ArticleId")
    return RawRecord(
        number=number,
        title=_title(article.text("ArticleTitle"), article.text("VernacularTitle")),
        abstract=_abstract(article),
        authors=_authors(article.find("AuthorList")),
        year=issued[:4] or None,
        date=more_exact(issued, _date(electronic) if electronic else "") or None,
        doi=_doi(article, ids),
        venue=article.text("Journal/Title")
        or article.text("Journal/ISOAbbreviation")
        or citation.text("MedlineJournalInfo/MedlineTA")
        or None,
        ids=_ids(citation.text("PMID"), ids),
        status=_status(citation, article),
        updates=_updates(citation),
    )


def _book(number: int, book: Element, element: Element) -> RawRecord:
    chapter, whole = book.text("ArticleTitle"), book.text("Book/BookTitle")
    lists = ("AuthorList[@Type='authors']", "Book/AuthorList[@Type='authors']", "AuthorList", "Book/AuthorList")
    written = next(filter(None, map(book.find, lists[:3] if chapter else lists)), None)
    issue = book.find("Book/PubDate") or book.find("ContributionDate")
    series = book.text("Book/CollectionTitle") or book.text("Book/Publisher/PublisherName")
    ids = book.findall("ArticleIdList/ArticleId") + element.findall("PubmedBookData/ArticleIdList/ArticleId")
    return RawRecord(
        number=number,
        title=_title(chapter, book.text("VernacularTitle")) or whole,
        abstract=_abstract(book),
        authors=_authors(written),
        date=_date(issue) if issue else None,
        doi=_doi(book, ids) or book.text("Book/ELocationID[@EIdType='doi']") or None,
        venue=(whole if chapter else series) or None,
        ids=_ids(book.text("PMID"), ids),
        status=_status(book, book),
    )


def _title(title: str, vernacular: str) -> str:
    return vernacular if vernacular and NO_TITLE.fullmatch(title) else title


def _abstract(holder: Element) -> str | None:
    """A line for each part, its label before it; those in other languages (`OtherAbstract`) are no part of it."""
    lines = []
    for part in holder.findall("Abstract/AbstractText"):
        text, label = part.text(), part.attribute("Label").rstrip(": ")
        if text and label and label != "UNLABELLED" and not text.casefold().startswith(f"{label.casefold()}:"):
            text = f"{label}: {text}"
        lines.append(text)
    return "\n".join(filter(None, lines)) or None


def _authors(listed: Element | None) -> tuple[Name, ...]:
    """Names in order; "others" where the list says that it is not complete."""
    found: list[Name] = []
    for author in listed or ():
        if author.name != "Author" or author.attribute("ValidYN") == "N":
            continue
        team, family = author.text("CollectiveName"), author.text("LastName")
        if team:
            found.append({"literal": team})
        elif family:
            given = author.text("ForeName") or author.text("Initials")
            behind = author.text("Suffix")
            found.append({"family": family, "given": given, "suffix": suffix(behind) or behind})
    if found and listed is not None and listed.attribute("CompleteYN") == "N":
        found.append("others")
    return tuple(found)


def _date(element: Element) -> str:
    written = element.text("MedlineDate")
    if written:
        return first_of_range(written)
    return date_text(element.text("Year"), element.text("Month"), element.text("Day"))


def _doi(holder: Element, ids: list[Element]) -> str | None:
    """Never from the reference list, whose articles have ids of the same kinds."""
    for given in holder.findall("ELocationID"):
        if given.attribute("EIdType") == "doi" and given.attribute("ValidYN") != "N":
            return given.text() or None
    return next((given.text() for given in ids if given.attribute("IdType") == "doi"), None)


def _ids(pmid: str, ids: list[Element]) -> dict[str, object]:
    by_kind = {given.attribute("IdType"): given.text() for given in reversed(ids)}
    pii = by_kind.get("pii", "")
    found = {
        "pmid": pmid or by_kind.get("pubmed", ""),
        "pmc": by_kind.get("pmc", ""),
        "arxiv": arxiv_number(pii) or "" if pii.casefold().startswith("arxiv:") else "",
    }
    return {kind: value for kind, value in found.items() if value}


def _updates(citation: Element) -> list[Update]:
    named = citation.findall("CommentsCorrectionsList/CommentsCorrections")
    statuses = ((link.text("PMID"), _UPDATED.get(link.attribute("RefType"))) for link in named)
    return [Update("pmid", pmid, status) for pmid, status in statuses if pmid and status is not None]


def _status(citation: Element, article: Element) -> PublicationStatus | None:
    """What PubMed links to it; a notice itself ("RetractionOf") has no status."""
    kinds = article.findall("PublicationTypeList/PublicationType") + article.findall("PublicationType")
    said = [
        _NOTICES.get(c.attribute("RefType")) for c in citation.findall("CommentsCorrectionsList/CommentsCorrections")
    ]
    if any(kind.text() == "Retracted Publication" for kind in kinds):
        said.append("retracted")
    return gravest(said)

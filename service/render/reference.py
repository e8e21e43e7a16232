"""What is known of a cited paper, in words. A listing date is no publication date and is never shown as one."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from service.identity import arxiv_number
from service.records import Matrix, Paper, PublicationStatus, Reference, Row
from service.render.plain import readable

_NAMED_AUTHORS = 10
_SHORT_TITLE_CHARS = 28
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[!-~]+")
_MEETING: Final = re.compile(r"\b(?:proceedings|proc\.?|conference|workshop|symposium)\b", re.IGNORECASE)
_JOURNAL: Final = re.compile(r"\b(?:journal|transactions|letters|annals)\b", re.IGNORECASE)

WorkKind: TypeAlias = Literal["paper-conference", "article-journal", "article", "document"]
"""CSL's words; `article` is a preprint."""


def work_kind(reference: Reference) -> WorkKind:
    """What kind of work it is as far as the source says it in words; `document` where it says nothing."""
    venue = readable(reference.venue) if reference.venue else None
    if venue is not None and _MEETING.search(venue):
        return "paper-conference"
    if venue is not None and _JOURNAL.search(venue):
        return "article-journal"
    return "article" if venue is None and preprint_number(reference) else "document"


def preprint_number(reference: Reference) -> str | None:
    """The arXiv number of its DOI or address."""
    places = filter(None, (reference.doi, reference.url))
    return next((number for place in places if (number := arxiv_number(place))), None)


def publication_year(reference: Reference) -> int | None:
    """The year, where it is known to be that of publication; a year read off a listing date is not."""
    if reference.date_kind == "published" or (reference.date_kind is None and reference.date is None):
        return reference.year
    return None


def afterwards(status: PublicationStatus) -> str:
    """What is said beside a paper that its publisher took back or corrected."""
    return {
        "retracted": "RETRACTED",
        "withdrawn": "WITHDRAWN",
        "corrected": "Corrected afterwards",
        "concern": "Expression of concern",
    }[status]


def notes(reference: Reference) -> tuple[str, ...]:
    """What has no bibliographic field of its own: `("Listed 2024-12-05", "9 authors")`."""
    found: list[str] = [] if reference.status is None else [afterwards(reference.status)]
    if reference.date is not None and publication_year(reference) is None:
        found.append(f"{'Listed' if reference.date_kind == 'listed' else 'Dated'} {readable(reference.date)}")
    elif reference.year is not None and publication_year(reference) is None:
        found.append(f"Listed {reference.year}")
    if reference.author_count is not None and not reference.authors:
        found.append(f"{reference.author_count} author{'' if reference.author_count == 1 else 's'}")
    return tuple(found)


def in_words(reference: Reference) -> str:
    """`Title. A. Author, B. Author. Venue. 2024. doi:…`, with only what is known."""
    parts = [readable(reference.title)]
    if reference.authors:
        named = ", ".join(readable(author) for author in reference.authors[:_NAMED_AUTHORS])
        parts.append(f"{named} et al" if len(reference.authors) > _NAMED_AUTHORS else named)
    if reference.venue:
        parts.append(readable(reference.venue))
    if reference.date_kind == "published" and reference.date:
        parts.append(readable(reference.date))
    elif (year := publication_year(reference)) is not None:
        parts.append(str(year))
    parts += notes(reference)
    return " ".join(part if part[-1:] in "?!." else f"{part}." for part in parts if part)


def web_address(reference: Reference | Paper) -> str | None:
    """The http(s) address with everything percent-encoded that markup could stumble on; else `None`."""
    if reference.url is None or not _WEB.fullmatch(reference.url):
        return None
    return "".join(_encoded(character) for character in reference.url)


def plain_doi(reference: Reference | Paper) -> str | None:
    """The DOI, if it is one and holds nothing that BibTeX or TeX would act on; else `None`."""
    if reference.doi is None:
        return None
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", reference.doi.strip(), flags=re.IGNORECASE)
    return doi if _DOI.fullmatch(doi) and not set(doi) & set('\\{}%"^~$') else None


def doi_address(doi: str) -> str:
    """Where a plain DOI leads."""
    return f"https://doi.org/{quote(doi, safe='/')}"


def address(work: Reference | Paper) -> str | None:
    """Where it is found: by its DOI, else its http(s) address; `None` where neither is known."""
    doi = plain_doi(work)
    return doi_address(doi) if doi is not None else web_address(work)


def row_name(row: Row, references: tuple[Reference, ...]) -> tuple[str, str]:
    """Label and short title of a matrix row; an empty label where the paper is not among the references."""
    for reference in references:
        if reference.paper_id == row.paper_id:
            return reference.label, short_title(reference.title)
    return "", readable(row.paper_id)


def short_title(title: str) -> str:
    """What stands before a colon, if short; else the title, cut at a word."""
    title = readable(title).removesuffix(".")
    head, colon, _ = title.partition(":")
    if colon and len(head) <= _SHORT_TITLE_CHARS:
        return head
    if len(title) <= _SHORT_TITLE_CHARS:
        return title
    return title[: _SHORT_TITLE_CHARS + 1].rpartition(" ")[0].rstrip(",;") + "…"


NOT_REPORTED = "not reported"
NOT_FOUND = "not found in the abstract"


def cell_text(row: Row, column: str) -> str | None:
    """The readable value of a cell, "not reported" where the abstract lacks it, `None` where it was not found."""
    cell = row.cells[column]
    if cell is None:
        return NOT_REPORTED if row.empty.get(column) == "not_reported" else None
    return readable(cell.value)


def has_gaps(matrix: Matrix) -> bool:
    """Whether something was not found."""
    return any(cell_text(row, column) is None for row in matrix.rows for column in matrix.columns)


def _encoded(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in "-._~:/?#@!&'*+,;=%"):
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))

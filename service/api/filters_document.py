"""What documents' schemas are made from: the base of all, the facts of a paper, the filters of a text or a search."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from service.records import DateKind, PublicationStatus, ReadingFilter


class ContractDocument(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PaperFactsDocument(ContractDocument):
    """What is known of a paper besides its abstract; `null` where nothing is."""

    paper_id: str
    title: str
    authors: list[str]
    author_count: int | None
    organisation: str | None
    year: int | None
    date: str | None
    date_kind: DateKind | None
    url: str | None
    doi: str | None
    venue: str | None
    upvotes: int | None
    status: PublicationStatus | None


class FiltersDocument(ContractDocument):
    """What the papers were restricted by, without what restricts nothing.

    `years_said`: the words of the question in which its years were read. `without_year`: papers left out only because
    their year is not known.
    """

    paper_ids: list[str] | None = None
    year_from: int | None = None
    year_to: int | None = None
    min_upvotes: int | None = None
    collections: list[str] | None = None
    tags: list[str] | None = None
    sources: list[str] | None = None
    has_abstract: bool | None = None
    reading_status: list[ReadingFilter] | None = None
    publication_status: list[PublicationStatus] | None = None
    no_retracted: bool | None = None
    years_said: str | None = None
    without_year: int | None = None

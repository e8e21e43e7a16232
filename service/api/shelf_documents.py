"""The documents of collections, tags and single papers as schemas."""

from __future__ import annotations

from service.api.filters_document import ContractDocument
from service.records import DateKind, PublicationStatus, ReadingStatus


class CollectionDocument(ContractDocument):
    """`count`: how many papers it has. `created`: ISO 8601, UTC."""

    name: str
    created: str
    count: int


class CollectionsDocument(ContractDocument):
    collections: list[CollectionDocument]


class CollectionChangeDocument(ContractDocument):
    """`changed`: how many papers came in or went out."""

    collection: CollectionDocument
    changed: int


class DeletedCollectionDocument(ContractDocument):
    """The collection as it was; its papers stay in the library."""

    deleted: CollectionDocument


class TagDocument(ContractDocument):
    name: str
    count: int


class TagsDocument(ContractDocument):
    tags: list[TagDocument]


class NoteDocument(ContractDocument):
    """`changed` is `null` until the note was edited."""

    note_id: int
    paper_id: str
    text: str
    created: str
    changed: str | None


class PaperDocument(ContractDocument):
    """A paper with what is kept about it. `source`: the file or feed it was read from."""

    paper_id: str
    title: str
    abstract: str
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
    source: str | None
    collections: list[str]
    tags: list[str]
    reading_status: ReadingStatus | None
    notes: list[NoteDocument]


class PapersDocument(ContractDocument):
    """`total`: how many papers pass; `cursor` asks for the next page, `null` on the last."""

    papers: list[PaperDocument]
    total: int
    cursor: str | None


class CollectionPapersDocument(CollectionDocument, PapersDocument):
    """A collection with a page of its papers."""

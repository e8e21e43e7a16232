"""Collections, tags and single papers as schemas: their documents, and what may be sent to change them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from service import limits
from service.api.filters_document import ContractDocument, PaperFactsDocument
from service.api.requests import StrictRequest, whole
from service.records import ReadingStatus
from service.records.shelves import NoteText, ShelfChange


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


class PaperDocument(PaperFactsDocument):
    """A paper with what is kept about it. `source`: the file or feed it was read from."""

    abstract: str
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


Name = Annotated[str, Field(min_length=1, max_length=limits.NAME_CHARS), AfterValidator(whole)]


class CollectionRequest(StrictRequest):
    """`POST /v1/collections`, and `PATCH /v1/collections/{name}` with the new name."""

    name: Name


class NoteFields(StrictRequest):
    """A note that is there, by its id, or without one a new note."""

    note_id: Annotated[int, Field(ge=1)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=limits.NOTE_CHARS), AfterValidator(whole)]


class PaperChange(StrictRequest):
    """`PATCH /v1/papers/{paper_id}`. Only what is sent is changed; `reading_status: null` takes it away.

    `tags` and `notes` replace those that there are: a note that is not among them is removed.
    """

    tags: Annotated[list[Name], Field(max_length=limits.NAMES_MAX)] | None = None
    reading_status: ReadingStatus | None = None
    notes: Annotated[list[NoteFields], Field(max_length=limits.NOTES_MAX)] | None = None

    def as_change(self) -> ShelfChange:
        status = self.reading_status or "none"
        return ShelfChange(
            tags=None if self.tags is None else tuple(self.tags),
            reading_status=status if "reading_status" in self.model_fields_set else None,
            notes=None if self.notes is None else tuple(NoteText(n.text, n.note_id) for n in self.notes),
        )

"""What a client may send to change collections, tags, notes and reading status."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from service import limits
from service.api.requests import StrictRequest, whole
from service.records import ReadingStatus
from service.records.shelves import NoteText, ShelfChange

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

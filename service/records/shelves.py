"""What a reader keeps about papers: collections, tags, notes and how far the reading is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from service.records.papers import Paper, ReadingStatus
from service.records.sources import listed_paper


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of papers. `count`: how many; `created`: ISO 8601, UTC."""

    name: str
    created: str
    count: int

    def as_document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and how many papers have it: one that no paper has is gone."""

    name: str
    count: int

    def as_document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Note:
    """A reader's note on one paper. Times are ISO 8601, UTC; `changed` is `None` until it was edited."""

    note_id: int
    paper_id: str
    text: str
    created: str
    changed: str | None = None

    def as_document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is kept about one paper; names in order of the alphabet, notes oldest first."""

    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reading_status: ReadingStatus | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ShelvedPaper:
    """A paper with what is kept about it."""

    paper: Paper
    shelf: Shelf = field(default_factory=Shelf)

    def as_document(self) -> dict[str, Any]:
        """The JSON document of one paper: every key always, `null` where nothing is known."""
        return {
            **listed_paper(self.paper),
            "collections": list(self.shelf.collections),
            "tags": list(self.shelf.tags),
            "reading_status": self.shelf.reading_status,
            "notes": [note.as_document() for note in self.shelf.notes],
        }


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Some of the papers that pass a filter, in the order they were added.

    `total`: how many pass in all; `cursor`: where the next page begins, `None` on the last.
    """

    papers: tuple[ShelvedPaper, ...]
    total: int
    cursor: str | None

    def as_document(self) -> dict[str, Any]:
        return {
            "papers": [paper.as_document() for paper in self.papers],
            "total": self.total,
            "cursor": self.cursor,
        }


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note as it is to be: an old one by its id, or without one a new note."""

    text: str
    note_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShelfChange:
    """What is to be kept about one paper from now on; `None` leaves it as it is.

    `tags` and `notes` replace those that there are: a note that is not among them is removed. `reading_status` is
    `"none"` where it is to have none.
    """

    tags: tuple[str, ...] | None = None
    reading_status: str | None = None
    notes: tuple[NoteText, ...] | None = None


@dataclass(frozen=True, slots=True)
class Shelving:
    """Where the papers of an import are put: collections, which are made where there are none, and tags."""

    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Shelving()

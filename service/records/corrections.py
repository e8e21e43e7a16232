"""What became of papers that a person listed, deleted, merged or split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.records.papers import Paper
from service.records.sources import MadePaper, paper_document


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper and how many records it was made of."""

    paper: Paper
    records: int


@dataclass(frozen=True, slots=True)
class PaperList:
    """A page of the library's papers in the order they were added; `total` is of all pages."""

    papers: tuple[ListedPaper, ...]
    total: int
    offset: int

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers list`: every field but the abstract."""
        return {"papers": [_listed(one) for one in self.papers], "total": self.total, "offset": self.offset}


@dataclass(frozen=True, slots=True)
class DeletedPaper:
    """A paper that is gone, with the records it was made of and its chunks."""

    paper_id: str
    title: str
    records: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Deletion:
    """The papers that were deleted, in the order asked."""

    deleted: tuple[DeletedPaper, ...]

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers delete`."""
        told = ("paper_id", "title", "records", "chunks")
        return {"deleted": [{key: getattr(one, key) for key in told} for one in self.deleted]}


@dataclass(frozen=True, slots=True)
class HandMerge:
    """Two papers made one by hand. `overridden`: the objection that was set aside, if any."""

    made: MadePaper
    absorbed: str
    overridden: str | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers merge`."""
        return {**self.made.as_summary(), "absorbed": self.absorbed, "overridden": self.overridden}


@dataclass(frozen=True, slots=True)
class HandSplit:
    """One paper made two: `kept` has its id, `new` is a new paper. `taken`: the id of that which was taken out."""

    kept: MadePaper
    new: MadePaper
    taken: str

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers split`."""
        return {"kept": self.kept.as_summary(), "new": self.new.as_summary(), "taken": self.taken}


def _listed(one: ListedPaper) -> dict[str, Any]:
    document = paper_document(one.paper)
    del document["abstract"]
    return document | {"records": one.records}

"""What became of papers that a person listed, deleted, merged, split or told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.records.sources import MadePaper


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


@dataclass(frozen=True, slots=True)
class HandDistinction:
    """Two papers that a person said are not the same."""

    one: MadePaper
    other: MadePaper

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers distinct`."""
        return {"distinct": [self.one.as_summary(), self.other.as_summary()]}

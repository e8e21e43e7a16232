"""What the records said that a paper was made of, merges as they are listed, and pairs that may be one paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from service.records.papers import Paper


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record as it was imported; the `paper_id` of its paper is the id that the record gave, if any.

    `reason` says why it is the same paper; `None` for the first. `merged_at`: seconds since 1970, UTC.
    """

    paper: Paper
    reason: str | None = None
    merged_at: int | None = None
    by_hand: bool = False

    def as_document(self, number: int) -> dict[str, Any]:
        """Its fields, with its number among the records of the paper and how it came there."""
        return {"number": number, **self._joined(), **paper_document(self.paper)}

    def as_summary(self, number: int) -> dict[str, Any]:
        """As `as_document`, with what tells the record apart and the length of its abstract instead of all fields."""
        paper = paper_document(self.paper)
        told = ("paper_id", "title", "year", "venue", "doi", "url", "origin")
        return {
            "number": number,
            **self._joined(),
            **{key: paper[key] for key in told},
            "abstract_chars": len(self.paper.abstract),
        }

    def _joined(self) -> dict[str, Any]:
        return {"reason": self.reason, "merged_at": when(self.merged_at), "by_hand": self.by_hand}


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A paper of the library and the records it was made of, oldest first; never none."""

    paper: Paper
    records: tuple[SourceRecord, ...]

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers show`."""
        records = [record.as_document(number) for number, record in enumerate(self.records, 1)]
        return {"paper": paper_document(self.paper), "records": records}

    def as_summary(self) -> dict[str, Any]:
        """One entry of `papers merges`."""
        return {
            "paper_id": self.paper.paper_id,
            "title": self.paper.title,
            "merged_at": when(max((r.merged_at for r in self.records if r.merged_at is not None), default=None)),
            "records": [record.as_summary(number) for number, record in enumerate(self.records, 1)],
        }


@dataclass(frozen=True, slots=True)
class MergeList:
    """A page of the papers that were made of several records, the newest merge first; `total` is of all pages."""

    merges: tuple[MadePaper, ...]
    total: int
    offset: int

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers merges`."""
        return {"merges": [made.as_summary() for made in self.merges], "total": self.total, "offset": self.offset}


@dataclass(frozen=True, slots=True)
class PossiblePair:
    """Two papers under one key (`shared`) that may be one; `against`: why they were not merged."""

    papers: tuple[Paper, Paper]
    shared: str
    against: str

    def as_document(self) -> dict[str, Any]:
        """One entry of `papers merges --possible`."""
        told = ("paper_id", "title", "year", "venue", "doi", "url")
        papers = [{key: value for key, value in paper_document(p).items() if key in told} for p in self.papers]
        return {"papers": papers, "shared": self.shared, "against": self.against}


@dataclass(frozen=True, slots=True)
class PossibleList:
    """A page of pairs; otherwise as `MergeList`."""

    pairs: tuple[PossiblePair, ...]
    total: int
    offset: int

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `papers merges --possible`."""
        return {"possible": [pair.as_document() for pair in self.pairs], "total": self.total, "offset": self.offset}


def paper_document(paper: Paper) -> dict[str, Any]:
    """Every field of a paper; what is not known is `null`."""
    return asdict(paper) | {"authors": list(paper.authors)}


def listed_paper(paper: Paper) -> dict[str, Any]:
    """As `paper_document`, its id first; `source` is the file or feed that it came from."""
    fields = {name: value for name, value in paper_document(paper).items() if name not in ("paper_id", "origin")}
    return {"paper_id": paper.paper_id, **fields, "source": paper.origin.name if paper.origin else None}


def when(seconds: int | None) -> str | None:
    """A time as ISO 8601 in UTC, to the second."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()

"""What became of every record of an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from service.records.papers import Rejection, Remark

SAME_RECORD: Final = "the same record"
"""Why a record is a duplicate that was imported before, word for word."""


@dataclass(frozen=True, slots=True)
class ImportedPaper:
    """One counted paper of an import, for `--verbose`; `reason`: why it is a duplicate."""

    title: str
    paper_id: str
    outcome: Literal["added", "duplicate"]
    reason: str | None = None

    def as_document(self) -> dict[str, Any]:
        """One entry of `papers`; `reason` is there for a duplicate."""
        document = {"title": self.title, "paper_id": self.paper_id, "outcome": self.outcome}
        return document if self.reason is None else document | {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every record of an import: `total == added + duplicates + len(rejected)`.

    `remarks` name the fields that could not be read of papers that were; `without_abstract` counts papers that are
    found and listed but never quoted. `reasons` counts duplicates by why they are, the most frequent first.
    """

    added: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    papers: tuple[ImportedPaper, ...] = ()
    remarks: tuple[Remark, ...] = ()
    without_abstract: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def together(cls, reports: Iterable[ImportReport]) -> ImportReport:
        """One report of several imports, in their order."""
        listed = list(reports)
        return cls(
            added=sum(report.added for report in listed),
            duplicates=sum(report.duplicates for report in listed),
            rejected=tuple(r for report in listed for r in report.rejected),
            papers=tuple(p for report in listed for p in report.papers),
            remarks=tuple(r for report in listed for r in report.remarks),
            without_abstract=sum(report.without_abstract for report in listed),
            reasons=dict(sum((Counter(report.reasons) for report in listed), Counter[str]()).most_common()),
        )

    @property
    def total(self) -> int:
        return self.added + self.duplicates + len(self.rejected)

    def as_document(self, *, verbose: bool = False) -> dict[str, Any]:
        """The JSON document of `import`; with `verbose` also a title for every counted paper."""
        document: dict[str, Any] = {
            "added": self.added,
            "duplicates": self.duplicates,
            "rejected": [asdict(r) for r in self.rejected],
            "total": self.total,
            "without_abstract": self.without_abstract,
            "remarks": [asdict(r) for r in self.remarks],
            "reasons": dict(self.reasons),
        }
        if verbose:
            document["papers"] = [paper.as_document() for paper in self.papers]
        return document

"""Papers side by side, with the JSON document of `compare`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.records.papers import AppliedFilters
from service.records.results import filtered_by, judged_by, leads, tail
from service.records.texts import Accounting, Agreement, Dropped, JudgeName, Matrix, Nearest, Reference, Status


@dataclass(frozen=True, slots=True)
class Comparison:
    """Papers by aspects. `matrix` is `None` exactly when `status` is `not_in_corpus`."""

    question: str
    status: Status
    missing: tuple[str, ...]
    matrix: Matrix | None
    agreement: tuple[Agreement, ...]
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    judge: JudgeName | None = None
    filters: AppliedFilters | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `compare`."""
        return {
            "question": self.question,
            "status": self.status,
            "missing": list(self.missing),
            "agreement": [point.as_document() for point in self.agreement],
            **filtered_by(self.filters),
            **leads(self.nearest),
            **judged_by(self.judge),
            **tail(self.matrix, self.references, self.accounting, self.dropped),
        }

"""A survey in sections, with the JSON document of `survey`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from service.records.papers import AppliedFilters
from service.records.results import filtered_by, judged_by, leads, matrix_document, sentence_document, tail
from service.records.texts import Accounting, Dropped, JudgeName, Matrix, Nearest, Reference, Sentence, Status


@dataclass(frozen=True, slots=True)
class SurveySection:
    """Papers that belong together: paragraphs about them, and a table where rules can fill one."""

    title: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    matrix: Matrix | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A paper on the timeline, oldest first. `date` may be the day a feed listed it, as in its reference."""

    date: str | None
    year: int | None
    label: str
    paper_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey of a topic. `sections` is empty exactly when `status` is `not_in_corpus`."""

    topic: str
    status: Status
    missing: tuple[str, ...]
    sections: tuple[SurveySection, ...]
    timeline: tuple[Dated, ...]
    open_problems: tuple[Sentence, ...]
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    judge: JudgeName | None = None
    filters: AppliedFilters | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `survey`."""
        sections = [
            {
                "title": section.title,
                "paragraphs": [[sentence_document(s) for s in paragraph] for paragraph in section.paragraphs],
                "matrix": matrix_document(section.matrix),
            }
            for section in self.sections
        ]
        rest = tail(None, self.references, self.accounting, self.dropped)
        del rest["matrix"]
        return {
            "topic": self.topic,
            "status": self.status,
            "missing": list(self.missing),
            "sections": sections,
            "timeline": [asdict(dated) for dated in self.timeline],
            "open_problems": [sentence_document(s) for s in self.open_problems],
            **filtered_by(self.filters),
            **leads(self.nearest),
            **judged_by(self.judge),
            **rest,
        }

"""Which papers say a text: what `Review.find_quote` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from service.records.papers import Paper, Span

QuoteMatch: TypeAlias = Literal["exact", "near", "none"]
QuoteVerdict: TypeAlias = Literal["verbatim", "supported", "contradicted", "undecided"]
"""What the matched sentence makes of the text: it has its very words, bears it out, has another word in its place, or
only shares words with it."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A place in an abstract that says a part of the text: `quote == paper.abstract[span]`, `said` spans the text.

    `share`, in [0, 1], is how much of that part's content words the quote holds.
    """

    paper: Paper
    span: Span
    said: Span
    share: float
    verdict: QuoteVerdict
    reason: str | None = None

    @property
    def quote(self) -> str:
        return self.paper.abstract[self.span.start : self.span.end]

    def as_document(self) -> dict[str, Any]:
        paper = self.paper
        return {
            "paper_id": paper.paper_id,
            "title": paper.title,
            "year": paper.year,
            "match": "exact" if self.verdict == "verbatim" else "near",
            "quote": self.quote,
            "start": self.span.start,
            "end": self.span.end,
            "said_start": self.said.start,
            "said_end": self.said.end,
            "share": round(self.share, 4),
            "verdict": self.verdict,
            "reason": self.reason,
        } | ({"status": paper.status} if paper.status else {})


@dataclass(frozen=True, slots=True)
class QuoteSearch:
    """The places that say a text, surest first. `searched`: how many abstracts were read for it."""

    text: str
    quotations: tuple[Quotation, ...]
    searched: int
    note: str | None = None

    @property
    def match(self) -> QuoteMatch:
        """`exact` where the whole text stands somewhere in one piece."""
        whole = any(q.verdict == "verbatim" and q.said == Span(0, len(self.text)) for q in self.quotations)
        return "exact" if whole else "near" if self.quotations else "none"

    def as_document(self) -> dict[str, Any]:
        """The JSON document of a search for a quote."""
        document = {
            "text": self.text,
            "match": self.match,
            "matches": [q.as_document() for q in self.quotations],
            "searched": self.searched,
        }
        return document if self.note is None else document | {"note": self.note}

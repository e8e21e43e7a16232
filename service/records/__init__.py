"""The frozen records that flow through litweave, left to right.

Offsets are Python string indices into the stored abstract: `quote == abstract[start:end]`, always.
Absent is `None`, never `0` or `""`.
"""

from service.records.papers import (
    Chunk,
    DateKind,
    Filters,
    Hit,
    Origin,
    Paper,
    Passage,
    Rejection,
    Span,
)
from service.records.results import (
    Answer,
    Draft,
    Health,
    ImportedPaper,
    ImportReport,
    SearchResult,
)
from service.records.texts import (
    Accounting,
    Cell,
    Citation,
    Dropped,
    Matrix,
    Reference,
    Row,
    Sentence,
    SentenceKind,
    Status,
    Support,
)

__all__ = [
    "Accounting",
    "Answer",
    "Cell",
    "Chunk",
    "Citation",
    "DateKind",
    "Draft",
    "Dropped",
    "Filters",
    "Health",
    "Hit",
    "ImportReport",
    "ImportedPaper",
    "Matrix",
    "Origin",
    "Paper",
    "Passage",
    "Reference",
    "Rejection",
    "Row",
    "SearchResult",
    "Sentence",
    "SentenceKind",
    "Span",
    "Status",
    "Support",
]

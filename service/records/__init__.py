"""The frozen records that flow through litweave, left to right.

Offsets are Python string indices into the stored abstract: `quote == abstract[start:end]`, always.
Absent is `None`, never `0` or `""`.
"""

from service.records.agreements import Agreement, Position, Stance
from service.records.comparisons import Comparison
from service.records.counts import LibraryCounts
from service.records.papers import (
    Chunk,
    DateKind,
    Filters,
    Hit,
    Origin,
    Paper,
    Passage,
    PublicationStatus,
    Rejection,
    Remark,
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
    CitationStyle,
    Dropped,
    Empty,
    JudgeName,
    Matrix,
    Nearest,
    OwnWork,
    Reference,
    Row,
    Sentence,
    SentenceKind,
    Status,
    Support,
)

__all__ = [
    "Accounting",
    "Agreement",
    "Answer",
    "Cell",
    "Chunk",
    "Citation",
    "CitationStyle",
    "Comparison",
    "DateKind",
    "Draft",
    "Dropped",
    "Empty",
    "Filters",
    "Health",
    "Hit",
    "ImportReport",
    "ImportedPaper",
    "JudgeName",
    "LibraryCounts",
    "Matrix",
    "Nearest",
    "Origin",
    "OwnWork",
    "Paper",
    "Passage",
    "Position",
    "PublicationStatus",
    "Reference",
    "Rejection",
    "Remark",
    "Row",
    "SearchResult",
    "Sentence",
    "SentenceKind",
    "Span",
    "Stance",
    "Status",
    "Support",
]

"""The frozen records that flow through litweave, left to right.

Offsets are Python string indices into the stored abstract: `quote == abstract[start:end]`, always.
Absent is `None`, never `0` or `""`.
"""

from service.records.agreements import Agreement, Position, Stance
from service.records.comparisons import Comparison
from service.records.counts import LibraryCounts
from service.records.imports import ImportedPaper, ImportReport
from service.records.papers import (
    AppliedFilters,
    Chunk,
    DateKind,
    Filters,
    Hit,
    Notice,
    Origin,
    Paper,
    Passage,
    PublicationStatus,
    ReadingFilter,
    ReadingStatus,
    Record,
    Rejection,
    Remark,
    Span,
)
from service.records.results import (
    Answer,
    Draft,
    Health,
    OtherCollection,
    SearchResult,
)
from service.records.shelves import Shelving
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
    "AppliedFilters",
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
    "Notice",
    "Origin",
    "OtherCollection",
    "OwnWork",
    "Paper",
    "Passage",
    "Position",
    "PublicationStatus",
    "ReadingFilter",
    "ReadingStatus",
    "Record",
    "Reference",
    "Rejection",
    "Remark",
    "Row",
    "SearchResult",
    "Sentence",
    "SentenceKind",
    "Shelving",
    "Span",
    "Stance",
    "Status",
    "Support",
]

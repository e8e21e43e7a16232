"""The JSON documents as schemas: they describe the API and are what the contract tests check against.

Responses are the records' own documents (`as_document`), not rebuilt through these models, so that the
command line and the API cannot drift apart.
"""

from __future__ import annotations

from typing import Literal

from service.api.filters_document import ContractDocument, FiltersDocument
from service.records import Empty, PublicationStatus, SentenceKind, Status, Support


class CitationDocument(ContractDocument):
    """An exact quote: `quote == abstract[start:end]`, in characters of the stored abstract."""

    label: str
    paper_id: str
    quote: str
    start: int
    end: int


class SentenceDocument(ContractDocument):
    """`rests_on`, for a synthesis: the places, from 0 over the whole text, of the sentences that it sums up."""

    text: str
    kind: SentenceKind
    support: Support
    citations: list[CitationDocument]
    rests_on: list[int] | None = None


class CellDocument(ContractDocument):
    value: str
    citations: list[CitationDocument]


class RowDocument(ContractDocument):
    """`empty` has every column whose cell is `null`: not in the abstract, or not found in it."""

    paper_id: str
    cells: dict[str, CellDocument | None]
    empty: dict[str, Empty]


class MatrixDocument(ContractDocument):
    """Papers by aspects; a cell is `null` where its row's `empty` says why."""

    columns: list[str]
    rows: list[RowDocument]


class ReferenceDocument(ContractDocument):
    label: str
    paper_id: str
    title: str
    authors: list[str]
    author_count: int | None
    year: int | None
    date: str | None
    url: str | None
    doi: str | None
    key: str
    status: PublicationStatus | None = None


class DroppedDocument(ContractDocument):
    text: str
    reason: str


class NearestDocument(ContractDocument):
    """A paper that comes nearest to what was asked, by its best sentence."""

    paper_id: str
    title: str
    quote: str
    start: int
    end: int


class JudgeDocument(ContractDocument):
    """Who judged the sentences, and whether that judge was measured on claims of known truth."""

    name: str
    measured: bool


class AccountedDocument(ContractDocument):
    """What every document that somebody composed ends with. `judge` is `null` where nothing was judged."""

    judge: JudgeDocument | None = None

    references: list[ReferenceDocument]
    composer: str
    prompt_versions: dict[str, str]
    tokens_in: int
    tokens_out: int
    cost_usd: float
    elapsed_ms: int


class _Composed(AccountedDocument):
    """A text over the corpus, which may be missing something. `nearest` where it is uncertain or refused."""

    status: Status
    missing: list[str]
    filters: FiltersDocument | None = None
    nearest: list[NearestDocument] | None = None
    dropped: list[DroppedDocument]


class _Written(_Composed):
    matrix: MatrixDocument | None


class PositionDocument(ContractDocument):
    """What one paper says on a point."""

    stance: Literal["supports", "contradicts", "qualifies"]
    text: str
    citations: list[CitationDocument]


class AgreementDocument(ContractDocument):
    """A point that at least two papers speak to."""

    point: str
    claims: list[PositionDocument]


class AnswerDocument(_Written):
    """`agreement` is there where the papers of a comparative answer speak to one point; `read_as` in a follow-up."""

    question: str
    read_as: str | None = None
    sentences: list[SentenceDocument]
    agreement: list[AgreementDocument] | None = None


class ComparisonDocument(_Written):
    question: str
    agreement: list[AgreementDocument]


class OwnWorkDocument(ContractDocument):
    """The closing sentence on the author's own work: its quote stands in the abstract sent along, in no paper."""

    text: str
    quote: str
    start: int
    end: int


class DraftDocument(_Written):
    """`own_work` only where an abstract was sent."""

    topic: str
    paragraphs: list[list[SentenceDocument]]
    own_work: OwnWorkDocument | None = None


class SurveySectionDocument(ContractDocument):
    title: str
    paragraphs: list[list[SentenceDocument]]
    matrix: MatrixDocument | None


class DatedDocument(ContractDocument):
    """`date` may be the day a feed listed the paper."""

    date: str | None
    year: int | None
    label: str
    paper_id: str
    title: str


class SurveyDocument(_Composed):
    """Sections with their tables, the cited papers by date, and what papers say is not solved."""

    topic: str
    sections: list[SurveySectionDocument]
    timeline: list[DatedDocument]
    open_problems: list[SentenceDocument]


class HitDocument(ContractDocument):
    paper_id: str
    title: str
    score: float
    quote: str
    start: int
    end: int
    year: int | None
    date: str | None
    status: PublicationStatus | None = None


class SearchDocument(ContractDocument):
    """`note`, when present, says why there are fewer hits than asked for.

    `embedded`, when present, is the share of the library that can be found by its meaning as yet.
    """

    query: str
    hits: list[HitDocument]
    filters: FiltersDocument | None = None
    note: str | None = None
    embedded: float | None = None


class RejectionDocument(ContractDocument):
    source: str
    line: int
    reason: str


class RemarkDocument(ContractDocument):
    """What of a record could not be read, though the paper was."""

    source: str
    line: int
    text: str


class ImportedPaperDocument(ContractDocument):
    title: str
    paper_id: str
    outcome: Literal["added", "duplicate"]
    reason: str | None = None


class Failure(ContractDocument):
    """`retryable`: the same request may succeed later. `field`: the part of the request that is wrong, where one is.

    `next`: what to do about it.
    """

    type: str
    message: str
    retryable: bool
    field: str | None
    next: str | None


class FileFailureDocument(Failure):
    source: str


class ImportDocument(ContractDocument):
    """`total == added + duplicates + len(rejected)`; `papers` only with verbose, `errors` only if any.

    `reasons` counts the duplicates by why they are; together they are `duplicates`.
    """

    added: int
    duplicates: int
    rejected: list[RejectionDocument]
    total: int
    without_abstract: int
    remarks: list[RemarkDocument]
    reasons: dict[str, int]
    papers: list[ImportedPaperDocument] | None = None
    errors: list[FileFailureDocument] | None = None


class OtherCollectionDocument(ContractDocument):
    """Another library's vectors in the same Chroma server. `library`: what its folder was called when it made them."""

    name: str
    library: str | None


class HealthDocument(ContractDocument):
    papers: int
    chunks: int
    vectors: int
    indexed: int
    ok: bool
    problems: list[str]
    papers_without_sentences: int
    recall: float | None = None
    other_collections: list[OtherCollectionDocument] | None = None


class ErrorDocument(ContractDocument):
    error: Failure

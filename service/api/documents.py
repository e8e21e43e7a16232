"""The JSON documents as schemas: they describe the API and are what the contract tests check against.

Responses are the records' own documents (`as_document`), not rebuilt through these models, so that the
command line and the API cannot drift apart.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.records import Empty, SentenceKind, Status, Support


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CitationDocument(_Document):
    """An exact quote: `quote == abstract[start:end]`, in characters of the stored abstract."""

    label: str
    paper_id: str
    quote: str
    start: int
    end: int


class SentenceDocument(_Document):
    """`rests_on`, for a synthesis: the places, from 0 over the whole text, of the sentences that it sums up."""

    text: str
    kind: SentenceKind
    support: Support
    citations: list[CitationDocument]
    rests_on: list[int] | None = None


class CellDocument(_Document):
    value: str
    citations: list[CitationDocument]


class RowDocument(_Document):
    """`empty` has every column whose cell is `null`: not in the abstract, or not found in it."""

    paper_id: str
    cells: dict[str, CellDocument | None]
    empty: dict[str, Empty]


class MatrixDocument(_Document):
    """Papers by aspects; a cell is `null` where its row's `empty` says why."""

    columns: list[str]
    rows: list[RowDocument]


class ReferenceDocument(_Document):
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


class DroppedDocument(_Document):
    text: str
    reason: str


class NearestDocument(_Document):
    """A paper that comes nearest to what was asked, by its best sentence."""

    paper_id: str
    title: str
    quote: str
    start: int
    end: int


class JudgeDocument(_Document):
    """Who judged the sentences, and whether that judge was measured on claims of known truth."""

    name: str
    measured: bool


class _Accounted(_Document):
    """What every document that somebody composed ends with. `judge` is `null` where nothing was judged."""

    judge: JudgeDocument | None = None

    references: list[ReferenceDocument]
    composer: str
    prompt_versions: dict[str, str]
    tokens_in: int
    tokens_out: int
    cost_usd: float
    elapsed_ms: int


class _Composed(_Accounted):
    """A text over the corpus, which may be missing something. `nearest` where it is uncertain or refused."""

    status: Status
    missing: list[str]
    nearest: list[NearestDocument] | None = None
    dropped: list[DroppedDocument]


class _Written(_Composed):
    matrix: MatrixDocument | None


class PositionDocument(_Document):
    """What one paper says on a point."""

    stance: Literal["supports", "contradicts", "qualifies"]
    text: str
    citations: list[CitationDocument]


class AgreementDocument(_Document):
    """A point that at least two papers speak to."""

    point: str
    claims: list[PositionDocument]


class AnswerDocument(_Written):
    """`agreement` is there where the papers of a comparative answer speak to one point."""

    question: str
    sentences: list[SentenceDocument]
    agreement: list[AgreementDocument] | None = None


class ComparisonDocument(_Written):
    question: str
    agreement: list[AgreementDocument]


class OwnWorkDocument(_Document):
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


class SurveySectionDocument(_Document):
    title: str
    paragraphs: list[list[SentenceDocument]]
    matrix: MatrixDocument | None


class DatedDocument(_Document):
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


class CitedWorkDocument(_Document):
    """`found`: it is `paper_id`; `not_in_library`: only the references have it; `unknown_key`: nothing has it."""

    key: str
    status: Literal["found", "not_in_library", "unknown_key"]
    paper_id: str | None
    title: str | None


class SuggestionDocument(_Document):
    """A paper to cite or to read beside a sentence; `key` as the text itself would write it."""

    paper_id: str
    key: str
    title: str
    quote: str
    start: int
    end: int


class CheckedClaimDocument(_Document):
    """`start` and `end` span the sentence in the text, in characters; lines count from 1.

    `part` are the words that are not borne out; `suggested` papers say the sentence, `near` ones only come near.
    """

    text: str
    line: int
    start: int
    end: int
    cited: list[CitedWorkDocument]
    verdict: Literal["supported", "partly", "contradicted", "not_in_corpus", "undecided"]
    reason: str | None
    citations: list[CitationDocument]
    suggested: list[SuggestionDocument]
    part: str | None
    near: list[SuggestionDocument]


class UnjudgedDocument(_Document):
    """A sentence without a verdict, and why it has none."""

    text: str
    line: int
    start: int
    end: int
    reason: str
    near: list[SuggestionDocument]


class CheckDocument(_Accounted):
    """`ok`: nothing is contradicted or unsupported, every key is known, and something was decided.

    `asides`: what was not read.
    """

    file: str
    format: Literal["latex", "markdown"]
    claims: list[CheckedClaimDocument]
    unjudged: list[UnjudgedDocument]
    counts: dict[str, int]
    ok: bool
    asides: list[str]


class HitDocument(_Document):
    paper_id: str
    title: str
    score: float
    quote: str
    start: int
    end: int
    year: int | None
    date: str | None


class SearchDocument(_Document):
    """`note`, when present, says why there are fewer hits than asked for.

    `embedded`, when present, is the share of the library that can be found by its meaning as yet.
    """

    query: str
    hits: list[HitDocument]
    note: str | None = None
    embedded: float | None = None


class RejectionDocument(_Document):
    source: str
    line: int
    reason: str


class ImportedPaperDocument(_Document):
    title: str
    paper_id: str
    outcome: Literal["added", "duplicate"]


class Failure(_Document):
    """`retryable`: the same request may succeed later."""

    type: str
    message: str
    retryable: bool


class FileFailureDocument(Failure):
    source: str


class ImportDocument(_Document):
    """`total == added + duplicates + len(rejected)`; `papers` only with verbose, `errors` only if any."""

    added: int
    duplicates: int
    rejected: list[RejectionDocument]
    total: int
    papers: list[ImportedPaperDocument] | None = None
    errors: list[FileFailureDocument] | None = None


class HealthDocument(_Document):
    papers: int
    chunks: int
    vectors: int
    indexed: int
    ok: bool
    problems: list[str]
    recall: float | None = None


class ErrorDocument(_Document):
    error: Failure

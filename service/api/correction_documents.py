"""The documents of listing and correcting papers as schemas; see `service.api.documents`."""

from __future__ import annotations

from service.api.filters_document import ContractDocument, PaperFactsDocument


class OriginDocument(ContractDocument):
    """Where a record was read: file or feed, and line."""

    name: str
    line: int


class RecordSummaryDocument(ContractDocument):
    """A record of a paper: `reason` says why it joined, `null` for the first; `paper_id` is the id that it gave."""

    number: int
    reason: str | None
    merged_at: str | None
    by_hand: bool
    paper_id: str
    title: str
    year: int | None
    venue: str | None
    doi: str | None
    url: str | None
    origin: OriginDocument | None
    abstract_chars: int


class MergeDocument(ContractDocument):
    """A paper with its records, oldest first."""

    paper_id: str
    title: str
    merged_at: str | None
    records: list[RecordSummaryDocument]


class MergeListDocument(ContractDocument):
    """A page; `total` is of all pages."""

    merges: list[MergeDocument]
    total: int
    offset: int


class PossiblePaperDocument(ContractDocument):
    paper_id: str
    title: str
    year: int | None
    venue: str | None
    doi: str | None
    url: str | None


class PossiblePairDocument(ContractDocument):
    """Two papers, what they share, and why they were not merged."""

    papers: list[PossiblePaperDocument]
    shared: str
    against: str


class PossibleListDocument(ContractDocument):
    """A page; `total` is of all pages."""

    possible: list[PossiblePairDocument]
    total: int
    offset: int


class HandMergeDocument(MergeDocument):
    """The paper that was made; `overridden`: the objection that `force` set aside."""

    absorbed: str
    overridden: str | None


class HandSplitDocument(ContractDocument):
    """Two papers made of one; `taken`: the id of the one that was taken out."""

    kept: MergeDocument
    new: MergeDocument
    taken: str


class HandDistinctionDocument(ContractDocument):
    """Two papers that are not the same."""

    distinct: list[MergeDocument]


class DeletedPaperDocument(ContractDocument):
    paper_id: str
    title: str
    records: int
    chunks: int


class DeletionDocument(ContractDocument):
    deleted: list[DeletedPaperDocument]


class WholePaperDocument(PaperFactsDocument):
    """Every field of a paper; what is not known is `null`."""

    abstract: str
    origin: OriginDocument | None


class RecordDocument(WholePaperDocument):
    """A record whole; otherwise as in a list of merges."""

    number: int
    reason: str | None
    merged_at: str | None
    by_hand: bool


class MadePaperDocument(ContractDocument):
    """A paper and the records that it was made of, oldest first."""

    paper: WholePaperDocument
    records: list[RecordDocument]

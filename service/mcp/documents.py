"""The documents of the tools: the contract's own, each with `page` and `untrusted` added."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service.api.check_documents import CheckDocument
from service.api.documents import (
    AnswerDocument,
    ComparisonDocument,
    DraftDocument,
    ImportDocument,
    SearchDocument,
)
from service.api.filters_document import ContractDocument, PaperFactsDocument
from service.records import PublicationStatus


class TooLargeDocument(ContractDocument):
    """An item left out because it alone is larger than a page. `max_tokens` would show it; `null`: no result may."""

    field: str
    index: int
    max_tokens: int | None


class PageDocument(ContractDocument):
    """`complete`: this is the last page, and no item of it was left out. `left`: how many items of each list follow."""

    complete: bool
    next_cursor: str | None = None
    left: dict[str, int] = Field(default_factory=dict)
    too_large: list[TooLargeDocument] = Field(default_factory=list)


class UntrustedDocument(ContractDocument):
    """Which strings were written by strangers. `withheld`: how many were left out because they give orders."""

    note: str
    fields: list[str]
    withheld: int


class _Paged(ContractDocument):
    page: PageDocument
    untrusted: UntrustedDocument


class PaperSentenceDocument(ContractDocument):
    """`text == abstract[start:end]`, or a note that the sentence is withheld because it gives orders to its reader."""

    start: int
    end: int
    text: str


class PaperDocument(PaperFactsDocument):
    """A paper as the library has it. `abstract` is in sentences; a quote's offsets count over the whole abstract."""

    asked: str
    abstract_chars: int
    abstract: list[PaperSentenceDocument]


class PapersDocument(ContractDocument):
    """`not_found`: what of the names given is not in the library."""

    papers: list[PaperDocument]
    not_found: list[str]


class QuotationDocument(ContractDocument):
    """`said_start` and `said_end` span the part of the asked text that `quote` says; the other offsets the abstract."""

    paper_id: str
    title: str
    year: int | None
    match: Literal["exact", "near"]
    quote: str
    start: int
    end: int
    said_start: int
    said_end: int
    share: float
    verdict: Literal["verbatim", "supported", "contradicted", "undecided"]
    reason: str | None
    status: PublicationStatus | None = None


class QuoteSearchDocument(ContractDocument):
    text: str
    match: Literal["exact", "near", "none"]
    matches: list[QuotationDocument]
    searched: int
    note: str | None = None


class SearchOutput(SearchDocument, _Paged):
    """Papers found, best first; `hits` may be empty, which is no failure."""


class PapersOutput(PapersDocument, _Paged):
    """The papers asked for."""


class QuoteOutput(QuoteSearchDocument, _Paged):
    """Who says the text; `match` is `none` where no abstract does, which is no failure."""


class AnswerOutput(AnswerDocument, _Paged):
    """The answer; `status` is `not_in_corpus` where the library holds none, which is no failure."""


class ComparisonOutput(ComparisonDocument, _Paged):
    """The table."""


class DraftOutput(DraftDocument, _Paged):
    """The text."""


class CheckOutput(CheckDocument, _Paged):
    """The findings."""


class ImportOutput(ImportDocument, _Paged):
    """What became of every record."""

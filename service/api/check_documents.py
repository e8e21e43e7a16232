"""The shape of `check`'s document, for the API's reference."""

from __future__ import annotations

from typing import Literal

from service.api.documents import AccountedDocument, CitationDocument
from service.api.filters_document import ContractDocument


class CitedWorkDocument(ContractDocument):
    """`found`: it is `paper_id`; `not_in_library`: only the references have it; `unknown_key`: nothing has it."""

    key: str
    status: Literal["found", "not_in_library", "unknown_key"]
    paper_id: str | None
    title: str | None


class SuggestionDocument(ContractDocument):
    """A paper to cite or to read beside a sentence; `key` as the text itself would write it."""

    paper_id: str
    key: str
    title: str
    quote: str
    start: int
    end: int


class CheckedClaimDocument(ContractDocument):
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


class UnjudgedDocument(ContractDocument):
    """A sentence without a verdict, and why it has none."""

    text: str
    line: int
    start: int
    end: int
    reason: str
    near: list[SuggestionDocument]


class FieldFaultDocument(ContractDocument):
    """A field of an entry that is not as it should be; `should_be` is `null` where that is not known.

    `note` is what is wrong with the field by itself, and the next step.
    """

    field: str
    was: str
    should_be: str | None
    note: str | None = None


class CheckedEntryDocument(ContractDocument):
    """An entry of the list of references. `unverified`: no such work is known, which says nothing against it.

    `checked_against`: what knows the work; `paper_id` is `null` unless that is the library.
    """

    key: str
    line: int
    verdict: Literal["valid", "wrong", "unverified"]
    paper_id: str | None
    fields: list[FieldFaultDocument]
    file: str | None
    checked_against: Literal["library", "snapshot", "online", "none"]


class CheckDocument(AccountedDocument):
    """`ok`: nothing is contradicted or unsupported, no key unknown, no reference wrong, and something was decided.

    `asides`: what was not read.
    """

    file: str
    format: Literal["latex", "markdown"]
    claims: list[CheckedClaimDocument]
    unjudged: list[UnjudgedDocument]
    bibliography: list[CheckedEntryDocument]
    counts: dict[str, int]
    ok: bool
    asides: list[str]

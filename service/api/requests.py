"""What a client may send. Unknown fields are refused: a misspelt filter must not be ignored in silence."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from service import limits
from service import requests as core
from service.manuscript import MAX_BYTES, Form, form_of
from service.records import Filters, PublicationStatus, ReadingFilter
from service.review.checking import read_reference_list


def whole(text: str) -> str:
    """The text. JSON can spell half a surrogate pair, which no index and no terminal could take: `ValueError`."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a surrogate pair, which is no character") from error
    return text


WORD: Final = r"[\p{L}\p{N}]"
Text = Annotated[str, AfterValidator(whole)]
Words = Annotated[str, Field(min_length=1, max_length=limits.TEXT_MAX, pattern=WORD), AfterValidator(whole)]
"""A text with at least one letter or digit. (Bounds that stand behind a validator would be missing in the schema.)"""

Long = Annotated[str, Field(max_length=MAX_BYTES), AfterValidator(whole)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(whole)]
Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=limits.SOURCE_CHARS), AfterValidator(whole)]],
    Field(max_length=limits.NAMES_MAX),
]
Year = Annotated[int, Field(ge=1, le=limits.YEAR_MAX)]


class StrictRequest(BaseModel):
    """Unknown fields are refused, and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _integral(cls, given: object) -> object:
        """JSON knows one kind of number: 10.0 is an integer, and no field takes another."""
        if not isinstance(given, dict):
            return given
        return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in given.items()}


class FilterFields(StrictRequest):
    """Every filter has to hold; of several values of one filter, one is enough. Years are inclusive.

    `sources` are parts of the names of files or feeds; `reading_status` may be `none`.
    """

    paper_ids: list[Text] = Field(default_factory=list, max_length=limits.PAPER_IDS_MAX)
    year_from: Year | None = None
    year_to: Year | None = None
    min_upvotes: Annotated[int, Field(ge=0, le=limits.UPVOTES_MAX)] | None = None
    collections: Names = Field(default_factory=list)
    tags: Names = Field(default_factory=list)
    sources: Names = Field(default_factory=list)
    has_abstract: bool | None = None
    reading_status: list[ReadingFilter] = Field(default_factory=list, max_length=4)
    publication_status: list[PublicationStatus] = Field(default_factory=list, max_length=4)
    no_retracted: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> FilterFields:
        if self.year_from is not None and self.year_to is not None and self.year_from > self.year_to:
            raise ValueError(f"year_from {self.year_from} is after year_to {self.year_to}")
        return self

    def as_filters(self) -> Filters:
        return Filters(
            paper_ids=tuple(self.paper_ids),
            year_from=self.year_from,
            year_to=self.year_to,
            min_upvotes=self.min_upvotes,
            collections=tuple(self.collections),
            tags=tuple(self.tags),
            sources=tuple(self.sources),
            has_abstract=self.has_abstract,
            reading_status=tuple(self.reading_status),
            publication_status=tuple(self.publication_status),
            no_retracted=self.no_retracted,
        )


class SearchRequest(StrictRequest):
    """`POST /v1/search`"""

    query: Words
    k: int = Field(default=limits.HITS_DEFAULT, ge=1, le=limits.HITS_MAX)
    filters: FilterFields | None = None
    rerank: bool = False

    def as_request(self) -> core.SearchRequest:
        return core.SearchRequest(self.query, self.k, filters_of(self.filters), self.rerank)


class AskRequest(StrictRequest):
    """`POST /v1/ask`. `earlier`: the ids of the papers of the answer before, to which "the second paper" refers.

    `before`: the questions before, oldest first, from which "and in humans?" goes on.
    """

    question: Words
    max_sentences: int = Field(default=limits.SENTENCES_DEFAULT, ge=1, le=limits.SENTENCES_MAX)
    filters: FilterFields | None = None
    earlier: list[Name] = Field(default_factory=list, max_length=limits.HITS_MAX)
    before: list[Words] = Field(default_factory=list, max_length=limits.HITS_MAX)

    def as_request(self) -> core.AskRequest:
        earlier, before = tuple(self.earlier), tuple(self.before)
        return core.AskRequest(self.question, self.max_sentences, filters_of(self.filters), earlier, before)


class DraftRequest(StrictRequest):
    """`POST /v1/drafts`. `abstract` is the author's own: it finds its related work and closes the text.

    `plan` is the text of a plan from `/v1/plans`, edited or not.
    """

    topic: Words
    words: int = Field(default=limits.WORDS_DEFAULT, ge=limits.WORDS_MIN, le=limits.WORDS_MAX)
    filters: FilterFields | None = None
    abstract: Words | None = None
    style: Literal["numeric", "author-year", "title-key"] = "numeric"
    plan: Text | None = None

    def as_request(self) -> core.DraftRequest:
        return core.DraftRequest(
            self.topic,
            self.words,
            filters_of(self.filters),
            abstract=self.abstract,
            plan=self.plan,
            style=self.style,
        )


class SurveyRequest(StrictRequest):
    """`POST /v1/surveys`. With `resume`, sections that the same survey finished before are used again."""

    topic: Words
    words: int = Field(default=limits.SURVEY_WORDS_DEFAULT, ge=limits.WORDS_MIN, le=limits.WORDS_MAX)
    sections: int | None = Field(default=None, ge=1, le=limits.SECTIONS_MAX)
    resume: bool = False
    filters: FilterFields | None = None

    def as_request(self) -> core.SurveyRequest:
        return core.SurveyRequest(self.topic, self.words, self.sections, self.resume, filters_of(self.filters))


class CompareRequest(StrictRequest):
    """`POST /v1/comparisons`. Without `columns`, those the question asks for, else the usual ones."""

    question: Words
    columns: list[Text] = Field(default_factory=list, max_length=limits.COLUMNS_MAX)
    rows: int = Field(default=limits.ROWS_DEFAULT, ge=1, le=limits.ROWS_MAX)
    sort: Literal["relevance", "year"] = "relevance"
    filters: FilterFields | None = None

    def as_request(self) -> core.CompareRequest:
        columns, filters = tuple(self.columns), filters_of(self.filters)
        return core.CompareRequest(self.question, columns, self.rows, self.sort == "year", filters)


class CheckRequest(StrictRequest):
    """`POST /v1/checks`. `bib` is the content of a file of references; nothing that the text names is opened.

    Without `format` the suffix of `file`, else the text, says what it is.

    BibTeX, a .bbl, CSL-JSON or -YAML, RIS, PubMed, EndNote, or a list in markdown or plain text: the content decides.

    `filters` restrict which papers are proposed to be cited. `online`: also ask Crossref, OpenAlex and arXiv for
    references that are still open, which get the citation alone.
    """

    text: Long
    format: Form | None = None
    bib: Long = ""
    file: Name = "text"
    filters: FilterFields | None = None
    online: bool = False

    def as_request(self) -> core.CheckRequest:
        entries = read_reference_list(self.bib, "bib").entries
        form = self.format or form_of(self.file, self.text)
        return core.CheckRequest(self.text, form, self.file, tuple(entries), filters_of(self.filters), self.online)


class MergeRequest(StrictRequest):
    """`POST /v1/papers/merge`. The first id is kept; `force` sets aside what speaks against it."""

    paper_ids: list[Text] = Field(min_length=2, max_length=2)
    force: bool = False


class DistinctRequest(StrictRequest):
    """`POST /v1/papers/distinct`"""

    paper_ids: list[Text] = Field(min_length=2, max_length=2)


class SplitRequest(StrictRequest):
    """`POST /v1/papers/{paper_id}/split`. `record`: the numbers of records, or one, from 1; none: the newest."""

    record: int | list[int] | None = None

    def numbers(self) -> list[int]:
        if self.record is None:
            return []
        return [self.record] if isinstance(self.record, int) else self.record


class ReindexRequest(StrictRequest):
    """`POST /v1/reindex`. With `rebuild` both search indexes are first made anew from the stored vectors."""

    rebuild: bool = False


def filters_of(fields: FilterFields | None) -> Filters | None:
    """The core's filters; `None` where nothing is restricted."""
    filters = fields.as_filters() if fields is not None else None
    return filters or None

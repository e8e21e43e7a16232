"""What a client may send. Unknown fields are refused: a misspelt filter must not be ignored in silence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from service import limits
from service.manuscript import MAX_BYTES, Form
from service.records import Filters


def _whole(text: str) -> str:
    """JSON can spell half a surrogate pair, which no index and no terminal could take."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a surrogate pair, which is no character") from error
    return text


Text = Annotated[str, AfterValidator(_whole)]
Year = Annotated[int, Field(ge=1, le=limits.YEAR_MAX)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FilterFields(_Request):
    """Restrict to these papers, years (inclusive) or a least number of upvotes."""

    paper_ids: list[Text] = Field(default_factory=list, max_length=10_000)
    year_from: Year | None = None
    year_to: Year | None = None
    min_upvotes: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> FilterFields:
        if self.year_from is not None and self.year_to is not None and self.year_from > self.year_to:
            raise ValueError(f"year_from {self.year_from} is after year_to {self.year_to}")
        return self

    def as_filters(self) -> Filters:
        return Filters(tuple(self.paper_ids), self.year_from, self.year_to, self.min_upvotes)


class SearchRequest(_Request):
    """`POST /v1/search`"""

    query: Text
    k: int = Field(default=limits.HITS_DEFAULT, ge=1, le=limits.HITS_MAX)
    filters: FilterFields | None = None
    rerank: bool = False


class AskRequest(_Request):
    """`POST /v1/ask`"""

    question: Text
    max_sentences: int = Field(default=limits.SENTENCES_DEFAULT, ge=1, le=limits.SENTENCES_MAX)
    filters: FilterFields | None = None


class DraftRequest(_Request):
    """`POST /v1/drafts`. `abstract` is the author's own: it finds its related work and closes the text.

    `plan` is the text of a plan from `/v1/plans`, edited or not.
    """

    topic: Text
    words: int = Field(default=limits.WORDS_DEFAULT, ge=limits.WORDS_MIN, le=limits.WORDS_MAX)
    filters: FilterFields | None = None
    abstract: Text | None = None
    style: Literal["numeric", "author-year", "title-key"] = "numeric"
    plan: Text | None = None


class SurveyRequest(_Request):
    """`POST /v1/surveys`. With `resume`, sections that the same survey finished before are used again."""

    topic: Text
    words: int = Field(default=limits.SURVEY_WORDS_DEFAULT, ge=limits.WORDS_MIN, le=limits.WORDS_MAX)
    sections: int | None = Field(default=None, ge=1, le=limits.SECTIONS_MAX)
    resume: bool = False
    filters: FilterFields | None = None


class CompareRequest(_Request):
    """`POST /v1/comparisons`. Without `columns`, those the question asks for, else the usual ones."""

    question: Text
    columns: list[Text] = Field(default_factory=list, max_length=limits.COLUMNS_MAX)
    rows: int = Field(default=limits.ROWS_DEFAULT, ge=1, le=limits.ROWS_MAX)
    sort: Literal["relevance", "year"] = "relevance"
    filters: FilterFields | None = None


class CheckRequest(_Request):
    """`POST /v1/checks`. `bib` is the content of a .bib file; nothing that the text names is opened."""

    text: Annotated[Text, Field(max_length=MAX_BYTES)]
    format: Form
    bib: Annotated[Text, Field(max_length=MAX_BYTES)] = ""
    file: Annotated[Text, Field(min_length=1, max_length=200)] = "text"


def filters_of(fields: FilterFields | None) -> Filters | None:
    """The core's filters; `None` where nothing is restricted."""
    filters = fields.as_filters() if fields is not None else None
    return filters or None

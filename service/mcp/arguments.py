"""What an agent may send to each tool. Unknown names are refused; numbers written as text are read as numbers."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service import limits
from service.api.requests import Text, Year
from service.manuscript import Form
from service.records import Filters

TOKENS_MAX: Final = 20_000
TOKENS_MIN: Final = 1_000
TOKENS_DEFAULT: Final = 16_000
PAGE_MAX: Final = 200
HITS_MAX: Final = 50
PAPERS_MAX: Final = 50
_CONTENT_MAX: Final = 1_000_000

Asked = Annotated[Text, Field(max_length=4000)]
"""What a result repeats."""
Name = Annotated[Text, Field(max_length=500)]


class Arguments(BaseModel):
    """What every tool takes: where to go on and how much to return at once."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str, Field(max_length=400)] | None = Field(
        default=None, description="`page.next_cursor` of the result before, with all other arguments unchanged."
    )
    max_tokens: int = Field(
        default=TOKENS_DEFAULT,
        ge=TOKENS_MIN,
        le=TOKENS_MAX,
        description="About the most tokens of the whole result, text and structured form together; "
        "what does not fit follows by `page.next_cursor`, in whole items.",
    )


class Filtered(Arguments):
    """Arguments of what searches the library."""

    year_from: Year | None = Field(default=None, description="Only papers of this year or later.")
    year_to: Year | None = Field(default=None, description="Only papers of this year or earlier.")
    paper_ids: list[Text] = Field(default_factory=list, max_length=1000, description="Only these papers.")
    collections: list[Name] = Field(
        default_factory=list, max_length=50, description="Only papers in one of these collections of the user's."
    )
    tags: list[Name] = Field(default_factory=list, max_length=50, description="Only papers with one of these tags.")

    @model_validator(mode="after")
    def _in_order(self) -> Filtered:
        if self.year_from is not None and self.year_to is not None and self.year_from > self.year_to:
            raise ValueError(f"year_from {self.year_from} is after year_to {self.year_to}: no paper can match")
        return self

    def filters(self) -> Filters | None:
        """The core's filters; `None` where nothing is restricted."""
        chosen = Filters(
            paper_ids=tuple(self.paper_ids),
            year_from=self.year_from,
            year_to=self.year_to,
            collections=tuple(self.collections),
            tags=tuple(self.tags),
        )
        return chosen or None


class SearchArguments(Filtered):
    query: Asked = Field(description="What to look for, in plain words.", examples=["rank schedules for adapters"])
    limit: int = Field(default=limits.HITS_DEFAULT, ge=1, le=HITS_MAX, description="Papers a page.")


class PaperArguments(Arguments):
    papers: list[Name] = Field(
        min_length=1,
        max_length=PAPERS_MAX,
        description="Ids (`paper_id` of another result), DOIs, arXiv numbers or whole titles.",
        examples=[["sample-tidewalk-2024", "10.1234/example"]],
    )
    limit: int = Field(default=PAPERS_MAX, ge=1, le=PAPERS_MAX, description="Papers a page.")


class QuoteArguments(Filtered):
    text: Text = Field(
        max_length=2000,
        description="A sentence or two, as somebody wrote it.",
        examples=["TideWalk reaches 41.8% accuracy on AbacusGrove."],
    )
    limit: int = Field(default=10, ge=1, le=HITS_MAX, description="Places a page, surest first.")


class AskArguments(Filtered):
    question: Asked = Field(description="One question, in English.", examples=["How do TideWalk and Gusset-4 differ?"])
    limit: int = Field(
        default=limits.SENTENCES_DEFAULT,
        ge=1,
        le=limits.SENTENCES_MAX,
        description="At most so many sentences in the answer.",
    )
    before: list[Asked] = Field(
        default_factory=list,
        max_length=20,
        description='The questions asked before, oldest first, where this one goes on from them ("and in humans?").',
    )


class CompareArguments(Filtered):
    question: Asked = Field(
        description="The papers or the topic to compare; aspects may be named.",
        examples=["TideWalk, R^2Tune and Gusset-4 by supervision and data"],
    )
    columns: list[Name] = Field(
        default_factory=list,
        max_length=limits.COLUMNS_MAX,
        description="Aspects to compare by; else what the question names, else the usual ones.",
    )
    limit: int = Field(default=limits.ROWS_DEFAULT, ge=1, le=limits.ROWS_MAX, description="At most so many papers.")
    sort: Literal["relevance", "year"] = Field(default="relevance", description="The order of the papers.")


class DraftArguments(Filtered):
    topic: Asked = Field(description="What the text is about.", examples=["adapters for small language models"])
    words: int = Field(
        default=limits.WORDS_DEFAULT, ge=limits.WORDS_MIN, le=3000, description="About so many words of text."
    )
    abstract: Asked | None = Field(
        default=None, description="The user's own abstract: finds what is related to it and closes the text."
    )
    style: Literal["numeric", "author-year", "title-key"] = Field(
        default="numeric", description="What citations are labelled by."
    )
    limit: int = Field(default=PAGE_MAX, ge=1, le=PAGE_MAX, description="Paragraphs a page.")


class CheckArguments(Arguments):
    text: Text = Field(max_length=200_000, description="The user's own text, with its citations in it.")
    format: Form = Field(default="markdown", description="`latex` (\\cite) or `markdown` ([@key], [1], author-year).")
    bib: Annotated[Text, Field(max_length=500_000)] = Field(
        default="", description="The content of its .bib file, if it has one."
    )
    limit: int = Field(default=50, ge=1, le=PAGE_MAX, description="Checked sentences a page.")


class ImportArguments(Arguments):
    content: Annotated[Text, Field(max_length=_CONTENT_MAX)] | None = Field(
        default=None, description="Records as text: BibTeX, RIS, JSONL, CSV, … Either this or `paths`."
    )
    paths: list[Name] = Field(
        default_factory=list,
        max_length=100,
        description="Files on the machine of the server. Either this or `content`.",
    )
    format: Name | None = Field(default=None, description="The format; else the content decides.")
    limit: int = Field(default=50, ge=1, le=PAGE_MAX, description="Imported papers listed a page.")

    @model_validator(mode="after")
    def _one_of_two(self) -> ImportArguments:
        if (self.content is None) == (not self.paths):
            raise ValueError("give either content or paths")
        return self

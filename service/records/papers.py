"""What is read, stored and found: papers, their chunks and the hits of a search."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

DateKind: TypeAlias = Literal["published", "listed"]
PublicationStatus: TypeAlias = Literal["retracted", "withdrawn", "corrected", "concern"]
"""What its publisher said of a paper afterwards."""
ReadingStatus: TypeAlias = Literal["to_read", "reading", "read"]
ReadingFilter: TypeAlias = ReadingStatus | Literal["none"]
"""What a filter may ask for; `none` are the papers without a reading status."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was read: a file or feed name, and the 1-based line its title (or record) starts on."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as its source gives it. `abstract` is as its reader decoded it, because quotes must match it; "" where
    the source has none: such a paper is found, listed and exported, never quoted.

    `paper_id` is empty until identity has been settled by the importer. `date` is ISO 8601 (YYYY-MM-DD,
    YYYY-MM or YYYY); `date_kind` says whether it is a publication date or only the day a feed listed it.
    `upvotes` is popularity, never relevance.
    """

    title: str
    abstract: str
    paper_id: str = ""
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organisation: str | None = None
    year: int | None = None
    date: str | None = None
    date_kind: DateKind | None = None
    url: str | None = None
    doi: str | None = None
    venue: str | None = None
    upvotes: int | None = None
    origin: Origin | None = None
    status: PublicationStatus | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What of a record could not be read, though the paper was."""

    source: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A record that says what became of another paper: `key` is that paper's, "doi:10.1/x" or "pmid:123"."""

    source: str
    line: int
    key: str
    status: PublicationStatus


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that could not become a paper: nothing is lost in silence."""

    source: str
    line: int
    reason: str


Record: TypeAlias = Paper | Rejection | Remark | Notice
"""What a reader gives: papers, what could not be read, and what is said of other papers."""


@dataclass(frozen=True, slots=True)
class Span:
    """`abstract[start:end]`; `start < end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one abstract: the unit that is embedded. `text == abstract[start:end]`."""

    paper_id: str
    chunk_no: int
    start: int
    end: int
    text: str

    @property
    def chunk_id(self) -> str:
        """`{paper_id}:{chunk_no}`, the id under which the vector index knows it."""
        return f"{self.paper_id}:{self.chunk_no}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is restricted to. `None` or empty: no restriction. Bounds are inclusive.

    Every filter has to hold; of several values of one filter, one is enough. An unknown year or number of upvotes
    passes no bound. Collections and tags go by their whole name, a source by any part of the name of the file or feed;
    all three whatever the case. `no_retracted` leaves out what was retracted or withdrawn.
    """

    paper_ids: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    min_upvotes: int | None = None
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    has_abstract: bool | None = None
    reading_status: tuple[ReadingFilter, ...] = ()
    publication_status: tuple[PublicationStatus, ...] = ()
    no_retracted: bool = False

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def has_years(self) -> bool:
        return self.year_from is not None or self.year_to is not None

    def as_document(self) -> dict[str, Any]:
        """Only the filters that restrict, lists as lists."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class AppliedFilters:
    """The filters that a text or a search was restricted by.

    `years_said`: the words of the question in which its years were read; `None` where none were, or where they were
    given as a filter. `without_year`: how many papers pass all but the years, because theirs is not known.
    """

    filters: Filters
    years_said: str | None = None
    without_year: int = 0

    def as_document(self) -> dict[str, Any]:
        said = {} if self.years_said is None else {"years_said": self.years_said}
        unknown = {"without_year": self.without_year} if self.without_year else {}
        return self.filters.as_document() | said | unknown


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a retrieved abstract and how well it matches the query, in [0, 1], higher is better."""

    paper: Paper
    start: int
    end: int
    score: float

    @property
    def quote(self) -> str:
        return self.paper.abstract[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved paper: its fused score in [0, 1] and its sentences, best first."""

    paper: Paper
    score: float
    passages: tuple[Passage, ...]

    @property
    def best(self) -> Passage:
        return self.passages[0]

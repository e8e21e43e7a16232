"""What is read, stored and found: papers, their chunks and the hits of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

DateKind: TypeAlias = Literal["published", "listed"]
PublicationStatus: TypeAlias = Literal["retracted", "withdrawn", "corrected", "concern"]
"""What its publisher said of a paper afterwards."""


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
    """What a search is restricted to. `None` or empty: no restriction. Bounds are inclusive."""

    paper_ids: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    min_upvotes: int | None = None

    def __bool__(self) -> bool:
        return self != Filters()


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

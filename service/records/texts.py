"""What is written: sentences with their citations, matrices, references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from service.records.papers import DateKind, PublicationStatus

SentenceKind: TypeAlias = Literal["claim", "synthesis", "connective"]
Support: TypeAlias = Literal["exact", "supported", "partial", "undecided"]
Status: TypeAlias = Literal["answered", "partial", "uncertain", "not_in_corpus"]
Empty: TypeAlias = Literal["not_reported", "not_found"]
CitationStyle: TypeAlias = Literal["numeric", "author-year", "title-key"]


class Documented(Protocol):
    """A record with a JSON document."""

    def as_document(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence rests on: an exact quote with its offsets. `label` is the reference's label."""

    label: str
    paper_id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer or draft. A `claim` has at least one citation; a `connective` none.

    A `synthesis` sums up other sentences of the same text: `rests_on` are their places, from 0, over the whole text.
    """

    text: str
    kind: SentenceKind
    support: Support
    citations: tuple[Citation, ...] = ()
    rests_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Nearest:
    """A paper that comes nearest to what was asked, by its best sentence: `quote == abstract[start:end]`."""

    paper_id: str
    title: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JudgeName:
    """Who judged a text's sentences, and whether that judge was measured on claims of known truth."""

    name: str
    measured: bool


@dataclass(frozen=True, slots=True)
class OwnWork:
    """The sentence about the author's own work: `quote` is `abstract[start:end]` of the author's file, no paper's."""

    text: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that was not shown, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison matrix: a value lifted from its quotes."""

    value: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One paper of a matrix. `None` in a column: `empty` says whether the abstract does not report it or whether it
    was not found (a model or rule could not tell).
    """

    paper_id: str
    cells: Mapping[str, Cell | None]
    empty: Mapping[str, Empty] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Papers by aspects. Every row has a cell (or `None`) for every column."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited paper as the reader sees it: only what is known, never an invented author or date.

    `date_kind` and `venue` serve bibliographies (a listing date is no publication year); they are not
    part of the JSON document.
    """

    label: str
    paper_id: str
    title: str
    authors: tuple[str, ...]
    author_count: int | None
    year: int | None
    date: str | None
    url: str | None
    doi: str | None
    key: str
    date_kind: DateKind | None = None
    venue: str | None = None
    status: PublicationStatus | None = None


@dataclass(frozen=True, slots=True)
class Accounting:
    """Who composed a text and what it cost. Tokens and cost are 0 for the extractive composer."""

    composer: str
    prompt_versions: Mapping[str, str] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    elapsed_ms: int = 0


Stance: TypeAlias = Literal["supports", "contradicts", "qualifies"]


@dataclass(frozen=True, slots=True)
class Position:
    """What one paper says on a point, with its quotes."""

    stance: Stance
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A point that at least two papers speak to, about the same task and measure. The first claim states it."""

    point: str
    claims: tuple[Position, ...]

    def as_document(self) -> dict[str, Any]:
        """One entry of the `agreement` list."""
        claims = [
            {"stance": c.stance, "text": c.text, "citations": [asdict(q) for q in c.citations]} for c in self.claims
        ]
        return {"point": self.point, "claims": claims}

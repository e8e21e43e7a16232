"""The frozen records that flow through litweave, left to right, and the JSON documents they print.

Offsets are Python string indices into the stored abstract: `quote == abstract[start:end]`, always.
Absent is `None`, never `0` or `""`. The documents (`as_document`) are the contract of
docs/contract.md: their keys change only with a major version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

DateKind: TypeAlias = Literal["published", "listed"]
SentenceKind: TypeAlias = Literal["claim", "connective"]
Support: TypeAlias = Literal["exact", "supported", "partial"]
Status: TypeAlias = Literal["answered", "partial", "not_in_corpus"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was read: a file or feed name, and the 1-based line its title (or record) starts on."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as its source gives it. `abstract` is verbatim, because quotes must match it.

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
    """One sentence of an answer or draft. A `claim` has at least one citation; a `connective` none."""

    text: str
    kind: SentenceKind
    support: Support
    citations: tuple[Citation, ...] = ()


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
    """One paper of a matrix. `None` in a column means: the abstract does not say."""

    paper_id: str
    cells: Mapping[str, Cell | None]


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


@dataclass(frozen=True, slots=True)
class Accounting:
    """Who composed a text and what it cost. Tokens and cost are 0 for the extractive composer."""

    composer: str
    prompt_versions: Mapping[str, str] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one question. `sentences` is empty exactly when `status` is `not_in_corpus`."""

    question: str
    status: Status
    missing: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    matrix: Matrix | None
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `ask`."""
        return {
            "question": self.question,
            "status": self.status,
            "missing": list(self.missing),
            "sentences": [_plain(s) for s in self.sentences],
            **_tail(self.matrix, self.references, self.accounting, self.dropped),
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A related-work text in paragraphs; otherwise as `Answer`."""

    topic: str
    status: Status
    missing: tuple[str, ...]
    paragraphs: tuple[tuple[Sentence, ...], ...]
    matrix: Matrix | None
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `draft`."""
        return {
            "topic": self.topic,
            "status": self.status,
            "missing": list(self.missing),
            "paragraphs": [[_plain(s) for s in paragraph] for paragraph in self.paragraphs],
            **_tail(self.matrix, self.references, self.accounting, self.dropped),
        }


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, best first. `note` says why the list is empty or shorter than asked."""

    query: str
    hits: tuple[Hit, ...]
    note: str | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `search`."""
        document: dict[str, Any] = {"query": self.query, "hits": [_hit(h) for h in self.hits]}
        if self.note is not None:
            document["note"] = self.note
        return document


@dataclass(frozen=True, slots=True)
class ImportedPaper:
    """One counted paper of an import, for `--verbose`."""

    title: str
    paper_id: str
    outcome: Literal["added", "duplicate"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every record of an import: `total == added + duplicates + len(rejected)`."""

    added: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    papers: tuple[ImportedPaper, ...] = ()

    @property
    def total(self) -> int:
        return self.added + self.duplicates + len(self.rejected)

    def as_document(self, *, verbose: bool = False) -> dict[str, Any]:
        """The JSON document of `import`; with `verbose` also a title for every counted paper."""
        document: dict[str, Any] = {
            "added": self.added,
            "duplicates": self.duplicates,
            "rejected": [asdict(r) for r in self.rejected],
            "total": self.total,
        }
        if verbose:
            document["papers"] = [asdict(p) for p in self.papers]
        return document


@dataclass(frozen=True, slots=True)
class Health:
    """State of a library: counts, and what is wrong. `indexed` is what the vector index holds."""

    papers: int
    chunks: int
    vectors: int
    indexed: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `doctor`."""
        return {
            "papers": self.papers,
            "chunks": self.chunks,
            "vectors": self.vectors,
            "indexed": self.indexed,
            "ok": self.ok,
            "problems": list(self.problems),
        }


def _plain(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "kind": sentence.kind,
        "support": sentence.support,
        "citations": [asdict(c) for c in sentence.citations],
    }


def _cell(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {"value": cell.value, "citations": [asdict(c) for c in cell.citations]}


def _matrix(matrix: Matrix | None) -> dict[str, Any] | None:
    if matrix is None:
        return None
    rows = [
        {"paper_id": row.paper_id, "cells": {c: _cell(row.cells[c]) for c in matrix.columns}}
        for row in matrix.rows
    ]
    return {"columns": list(matrix.columns), "rows": rows}


def _reference(reference: Reference) -> dict[str, Any]:
    document = asdict(reference)
    del document["date_kind"], document["venue"]
    return {**document, "authors": list(reference.authors)}


def _tail(
    matrix: Matrix | None,
    references: tuple[Reference, ...],
    accounting: Accounting,
    dropped: tuple[Dropped, ...],
) -> dict[str, Any]:
    return {
        "matrix": _matrix(matrix),
        "references": [_reference(r) for r in references],
        "composer": accounting.composer,
        "prompt_versions": dict(accounting.prompt_versions),
        "tokens_in": accounting.tokens_in,
        "tokens_out": accounting.tokens_out,
        "cost_usd": accounting.cost_usd,
        "elapsed_ms": accounting.elapsed_ms,
        "dropped": [asdict(d) for d in dropped],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    best = hit.best
    return {
        "paper_id": hit.paper.paper_id,
        "title": hit.paper.title,
        "score": round(hit.score, 6),
        "quote": best.quote,
        "start": best.start,
        "end": best.end,
        "year": hit.paper.year,
        "date": hit.paper.date,
    }

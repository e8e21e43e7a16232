"""What a command or request returns, each with the JSON document that it prints.

The documents are the contract of docs/contract.md: their keys change only with a major version.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from service.records.papers import AppliedFilters, Hit
from service.records.texts import (
    Accounting,
    Agreement,
    Cell,
    Dropped,
    JudgeName,
    Matrix,
    Nearest,
    OwnWork,
    Reference,
    Sentence,
    Status,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one question. `sentences` is empty exactly when `status` is `not_in_corpus`.

    `nearest` are leads of a text that is `uncertain` or `not_in_corpus`; `judge` is `None` where nothing was written.
    `read_as`: the question as it was read after those before it, where that is another one.
    """

    question: str
    status: Status
    missing: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    matrix: Matrix | None
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    judge: JudgeName | None = None
    filters: AppliedFilters | None = None
    read_as: str | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `ask`; `agreement` is in it where the papers speak to one point."""
        agreement = {"agreement": [point.as_document() for point in self.agreement]} if self.agreement else {}
        return {
            "question": self.question,
            **({} if self.read_as is None else {"read_as": self.read_as}),
            "status": self.status,
            "missing": list(self.missing),
            "sentences": [sentence_document(s) for s in self.sentences],
            **agreement,
            **filtered_by(self.filters),
            **leads(self.nearest),
            **judged_by(self.judge),
            **tail(self.matrix, self.references, self.accounting, self.dropped),
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A related-work text in paragraphs; otherwise as `Answer`. `own_work` closes it where an abstract was given."""

    topic: str
    status: Status
    missing: tuple[str, ...]
    paragraphs: tuple[tuple[Sentence, ...], ...]
    matrix: Matrix | None
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()
    own_work: OwnWork | None = None
    nearest: tuple[Nearest, ...] = ()
    judge: JudgeName | None = None
    filters: AppliedFilters | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `draft`."""
        document = {
            "topic": self.topic,
            "status": self.status,
            "missing": list(self.missing),
            "paragraphs": [[sentence_document(s) for s in paragraph] for paragraph in self.paragraphs],
            **filtered_by(self.filters),
            **leads(self.nearest),
            **judged_by(self.judge),
            **tail(self.matrix, self.references, self.accounting, self.dropped),
        }
        return document if self.own_work is None else document | {"own_work": asdict(self.own_work)}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, best first. `note` says why the list is empty or shorter than asked.

    `embedded`, in [0, 1), is there while some of the library can only be found by its words.
    """

    query: str
    hits: tuple[Hit, ...]
    note: str | None = None
    embedded: float | None = None
    filters: AppliedFilters | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `search`."""
        document: dict[str, Any] = {"query": self.query, "hits": [_hit(h) for h in self.hits]}
        document |= filtered_by(self.filters)
        if self.note is not None:
            document["note"] = self.note
        if self.embedded is not None:
            document["embedded"] = round(self.embedded, 4)
        return document


@dataclass(frozen=True, slots=True)
class OtherCollection:
    """Another library's vectors in the same Chroma server. `library`: what its folder was called when it made them."""

    name: str
    library: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """State of a library: counts, and what is wrong. `indexed` is what the vector index holds.

    `papers_without_sentences` wait for the vectors of their sentences.
    `recall`, where measured: the share in [0, 1] of the 50 nearest chunks that the vector index finds.
    """

    papers: int
    chunks: int
    vectors: int
    indexed: int
    problems: tuple[str, ...] = ()
    recall: float | None = None
    papers_without_sentences: int = 0
    other_collections: tuple[OtherCollection, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `doctor`."""
        document: dict[str, Any] = {
            "papers": self.papers,
            "chunks": self.chunks,
            "vectors": self.vectors,
            "indexed": self.indexed,
            "ok": self.ok,
            "problems": list(self.problems),
            "papers_without_sentences": self.papers_without_sentences,
        }
        if self.recall is not None:
            document["recall"] = round(self.recall, 4)
        if self.other_collections:
            document["other_collections"] = [asdict(other) for other in self.other_collections]
        return document


def sentence_document(sentence: Sentence) -> dict[str, Any]:
    """One sentence; `rests_on` is there for a synthesis."""
    document = {
        "text": sentence.text,
        "kind": sentence.kind,
        "support": sentence.support,
        "citations": [asdict(c) for c in sentence.citations],
    }
    return document | {"rests_on": list(sentence.rests_on)} if sentence.kind == "synthesis" else document


def leads(nearest: tuple[Nearest, ...]) -> dict[str, Any]:
    """`nearest`, where there are any."""
    return {"nearest": [asdict(n) for n in nearest]} if nearest else {}


def filtered_by(filters: AppliedFilters | None) -> dict[str, Any]:
    """`filters`, where there are any."""
    return {} if filters is None else {"filters": filters.as_document()}


def judged_by(judge: JudgeName | None) -> dict[str, Any]:
    """`judge`: who judged the sentences; `null` where none were judged."""
    return {"judge": None if judge is None else asdict(judge)}


def _cell(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {"value": cell.value, "citations": [asdict(c) for c in cell.citations]}


def matrix_document(matrix: Matrix | None) -> dict[str, Any] | None:
    if matrix is None:
        return None
    rows = [
        {
            "paper_id": row.paper_id,
            "cells": {c: _cell(row.cells[c]) for c in matrix.columns},
            "empty": {c: row.empty.get(c, "not_found") for c in matrix.columns if row.cells[c] is None},
        }
        for row in matrix.rows
    ]
    return {"columns": list(matrix.columns), "rows": rows}


def _reference(reference: Reference) -> dict[str, Any]:
    document = asdict(reference)
    del document["date_kind"], document["venue"]
    if reference.status is None:
        del document["status"]
    return {**document, "authors": list(reference.authors)}


def tail(
    matrix: Matrix | None,
    references: tuple[Reference, ...],
    accounting: Accounting,
    dropped: tuple[Dropped, ...],
) -> dict[str, Any]:
    """What every written text's document ends in."""
    return {
        "matrix": matrix_document(matrix),
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
    } | ({"status": hit.paper.status} if hit.paper.status else {})


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """`waiting` chunks have no vector as yet; an index that is `behind` has changes to take up.

    `vectors_away`: why the server that holds the vectors cannot be used; searching goes on without it.
    """

    papers: int
    chunks: int
    waiting: int
    words_behind: bool
    vectors_behind: bool
    vectors_away: str | None = None

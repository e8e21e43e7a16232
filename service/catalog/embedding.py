"""The catalog's statements about embedding: what waits for a vector, which texts have one, and storing more."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.catalog.queries import Table, rows_in, scalar
from service.catalog.rows import PAPER_COLUMNS, VectorWrite, Waiting, from_blobs, from_row, to_blob
from service.records import Paper, Span


def waiting_chunks(connection: sqlite3.Connection, limit: int) -> list[Waiting]:
    """The next papers with chunks that have no vector, in the order they were added, with just those chunks."""
    rows = connection.execute(
        f"SELECT paper, start_char, end_char, {PAPER_COLUMNS} FROM chunks JOIN papers USING (paper) "
        "WHERE vector IS NULL AND paper IN "
        "(SELECT DISTINCT paper FROM chunks WHERE vector IS NULL ORDER BY paper LIMIT ?) ORDER BY paper, unit_no",
        (limit,),
    )
    spans: dict[int, list[Span]] = {}
    papers = {}
    for row in rows:
        if row["paper"] not in papers:
            papers[row["paper"]] = from_row(row)
        spans.setdefault(row["paper"], []).append(Span(row["start_char"], row["end_char"]))
    return [Waiting(papers[number], tuple(spans[number])) for number in papers]


def waiting_among(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> frozenset[str]:
    """Those of the papers that have a chunk without a vector."""
    if connection.execute("SELECT 1 FROM chunks WHERE vector IS NULL LIMIT 1").fetchone() is None:
        return frozenset()
    statement = "SELECT paper_id FROM chunks JOIN papers USING (paper) WHERE vector IS NULL AND paper_id IN (…)"
    return frozenset(row["paper_id"] for row in rows_in(connection, statement, paper_ids))


def without_sentences(connection: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, Paper]]:
    """The next papers of which not every sentence is stored with a vector, with their row numbers."""
    rows = connection.execute(
        f"SELECT paper, {PAPER_COLUMNS} FROM papers WHERE paper > ? AND abstract <> '' AND (NOT EXISTS "
        "(SELECT 1 FROM sentences WHERE sentences.paper = papers.paper) OR EXISTS "
        "(SELECT 1 FROM sentences WHERE sentences.paper = papers.paper AND vector IS NULL)) ORDER BY paper LIMIT ?",
        (after, limit),
    )
    return [(row["paper"], from_row(row)) for row in rows]


def papers_without_sentences(connection: sqlite3.Connection) -> int:
    """How many papers have no sentence vectors yet."""
    with_some = scalar(connection, "SELECT count(DISTINCT paper) FROM sentences WHERE vector IS NOT NULL")
    return scalar(connection, "SELECT count(*) FROM papers WHERE abstract <> ''") - with_some


def known_vectors(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
    """The vectors of texts that are embedded already, of whatever paper, by the hash of model and text."""
    blobs: dict[bytes, bytes] = {}
    for table in ("chunks", "sentences", "spare_vectors"):
        statement = f"SELECT text_hash, vector FROM {table} WHERE text_hash IN (…) AND vector IS NOT NULL"
        blobs |= {bytes(row["text_hash"]): row["vector"] for row in rows_in(connection, statement, hashes)}
    return {key: from_blobs([blob])[0] for key, blob in blobs.items()}


def store_chunks(connection: sqlite3.Connection, write: VectorWrite) -> int:
    """Vectors for chunks that wait, told to the vector index; returns how many: 0 where the text has changed."""
    paper = _same_text(connection, write)
    if paper is None:
        return 0
    rows = [
        (to_blob(vector), text_hash, paper, span.start, span.end)
        for vector, text_hash, span in zip(write.vectors, write.hashes, write.spans, strict=True)
    ]
    statement = (
        "UPDATE chunks SET vector = ?, text_hash = ? WHERE paper = ? AND start_char = ? AND end_char = ? "
        "AND vector IS NULL"
    )
    stored = connection.executemany(statement, rows).rowcount
    if stored:
        changed = ("vectors", write.paper.paper_id, 0)
        connection.execute("INSERT INTO outbox (target, paper_id, stale_chunks) VALUES (?, ?, ?)", changed)
    return stored


def store_sentences(connection: sqlite3.Connection, write: VectorWrite) -> int:
    """All sentences of a paper with their vectors, in place of those it had; returns how many."""
    paper = _same_text(connection, write)
    if paper is None:
        return 0
    connection.execute("DELETE FROM sentences WHERE paper = ?", (paper,))
    rows = [
        (paper, i, span.start, span.end, to_blob(vector), text_hash)
        for i, (span, vector, text_hash) in enumerate(zip(write.spans, write.vectors, write.hashes, strict=True))
    ]
    connection.executemany(
        "INSERT INTO sentences (paper, unit_no, start_char, end_char, vector, text_hash) VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    return len(rows)


def keep_vectors(connection: sqlite3.Connection, table: Table, paper: int) -> None:
    """Set aside the vectors of units about to be replaced: the new ones may hold the same texts."""
    connection.execute(
        f"INSERT OR IGNORE INTO spare_vectors SELECT text_hash, vector FROM {table} "
        "WHERE paper = ? AND text_hash IS NOT NULL AND vector IS NOT NULL",
        (paper,),
    )


def forget_spare(connection: sqlite3.Connection) -> None:
    """Drop vectors that were set aside."""
    connection.execute("DELETE FROM spare_vectors")


def _same_text(connection: sqlite3.Connection, write: VectorWrite) -> int | None:
    """The row number of the paper if its text is still what was embedded: an import may have come in between."""
    paper = write.paper
    row = connection.execute(
        "SELECT paper FROM papers WHERE paper_id = ? AND title = ? AND abstract = ?",
        (paper.paper_id, paper.title, paper.abstract),
    ).fetchone()
    return None if row is None else int(row["paper"])

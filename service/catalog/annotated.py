"""Annotations and names of papers: the statements that read and write them. Each takes a connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from service.catalog.queries import in_slices, matching, scalar
from service.catalog.rows import PAPER_COLUMNS, AnnotationWrite, from_row
from service.records import Filters, Paper


def stored(connection: sqlite3.Connection, paper_ids: Sequence[str], version: int) -> dict[str, bytes]:
    """The stored annotations of that version, by paper id."""
    found: dict[str, bytes] = {}
    for some, marks in in_slices(paper_ids):
        statement = (
            "SELECT paper_id, body FROM papers JOIN annotations USING (paper) "
            f"WHERE version = ? AND paper_id IN ({marks})"
        )
        found |= {row["paper_id"]: row["body"] for row in connection.execute(statement, (version, *some))}
    return found


def replace(connection: sqlite3.Connection, paper: int, write: AnnotationWrite) -> None:
    """Store an annotation and its names in the place of any that the paper (by row number) had."""
    forget(connection, paper)
    connection.execute("INSERT INTO annotations VALUES (?, ?, ?)", (paper, write.version, write.body))
    rows = [(key, paper, coined) for key, coined in write.names.items()]
    connection.executemany("INSERT INTO paper_names VALUES (?, ?, ?)", rows)


def replace_for(connection: sqlite3.Connection, paper_id: str, write: AnnotationWrite) -> bool:
    """`replace` for a paper that still has the title and abstract that were read; whether it was stored."""
    statement = "SELECT paper FROM papers WHERE paper_id = ? AND title = ? AND abstract = ?"
    row = connection.execute(statement, (paper_id, write.title, write.abstract)).fetchone()
    if row is not None:
        replace(connection, row["paper"], write)
    return row is not None


def forget(connection: sqlite3.Connection, paper: int) -> None:
    """Drop the annotation and names of a paper, by row number."""
    connection.execute("DELETE FROM annotations WHERE paper = ?", (paper,))
    connection.execute("DELETE FROM paper_names WHERE paper = ?", (paper,))


def unread(connection: sqlite3.Connection, version: int, limit: int) -> list[Paper]:
    """Up to `limit` papers that have no annotation of that version."""
    columns = ", ".join(f"papers.{column.strip()}" for column in PAPER_COLUMNS.split(","))
    statement = (
        f"SELECT {columns} FROM papers LEFT JOIN annotations USING (paper) "
        "WHERE version IS NOT ? ORDER BY papers.paper LIMIT ?"
    )
    return [from_row(row) for row in connection.execute(statement, (version, limit))]


def name_frequency(connection: sqlite3.Connection, key: str) -> int:
    """How many papers coin or mention a name."""
    return scalar(connection, "SELECT count(*) FROM paper_names WHERE key = ?", key)


def named(
    connection: sqlite3.Connection, key: str, *, coined: bool, limit: int, filters: Filters | None
) -> list[Paper]:
    """Papers that coin a name, or that only mention it, oldest first."""
    statement = "SELECT paper_id FROM paper_names JOIN papers USING (paper) WHERE key = ? AND coined = ? ORDER BY paper"
    ids = [row["paper_id"] for row in connection.execute(statement, (key, coined))]
    if filters:
        allowed = matching(connection, filters, ids)
        ids = [paper_id for paper_id in ids if paper_id in allowed]
    papers: dict[str, Paper] = {}
    for some, marks in in_slices(ids[:limit]):
        rows = connection.execute(f"SELECT {PAPER_COLUMNS} FROM papers WHERE paper_id IN ({marks})", some)
        papers |= {row["paper_id"]: from_row(row) for row in rows}
    return [papers[paper_id] for paper_id in ids[:limit]]

"""Annotations and names of papers: what was read off their abstracts, and who coins or mentions which name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from service.catalog.connections import Connections
from service.catalog.queries import matching, papers_by_id, rows_in, scalar, storable
from service.catalog.rows import PAPER_COLUMNS, AnnotationWrite, from_row
from service.records import Filters, Paper


class AnnotationTable:
    """The stored annotations of one catalog. The bytes of an annotation mean nothing to it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def stored(self, paper_ids: Iterable[str], version: int) -> dict[str, bytes]:
        """Those of that version, by paper id."""
        statement = (
            "SELECT paper_id, body FROM papers JOIN annotations USING (paper) WHERE version = ? AND paper_id IN (…)"
        )
        with self._connections.reading() as connection:
            rows = rows_in(connection, statement, storable(paper_ids), [version])
            return {row["paper_id"]: row["body"] for row in rows}

    def store(self, batch: Mapping[str, AnnotationWrite]) -> int:
        """Annotations by paper id, in one transaction with their names; returns how many were stored.

        A paper whose text has changed since, or that is not there, is passed over.
        """
        statement = "SELECT paper FROM papers WHERE paper_id = ? AND title = ? AND abstract = ?"
        kept = 0
        with self._connections.writing() as connection:
            for paper_id, write in batch.items():
                row = connection.execute(statement, (paper_id, write.title, write.abstract)).fetchone()
                if row is not None:
                    replace(connection, row["paper"], write)
                    kept += 1
        return kept

    def unread(self, version: int, limit: int) -> list[Paper]:
        """Up to `limit` papers without an annotation of that version."""
        statement = (
            f"SELECT {PAPER_COLUMNS} FROM papers WHERE paper NOT IN (SELECT paper FROM annotations WHERE version = ?) "
            "ORDER BY paper LIMIT ?"
        )
        with self._connections.reading() as connection:
            return [from_row(row) for row in connection.execute(statement, (version, limit))]

    def unread_count(self, version: int) -> int:
        """How many papers have no annotation of that version."""
        statement = "SELECT (SELECT count(*) FROM papers) - (SELECT count(*) FROM annotations WHERE version = ?)"
        return self._connections.read(scalar, statement, version)

    def name_frequency(self, key: str) -> int:
        """How many papers coin or mention the name of that key (`service.annotate.names.name_key`)."""
        return self._connections.read(
            scalar, "SELECT count(*) FROM paper_names WHERE key = ?", *(storable([key]) or [""])
        )

    def named(self, key: str, *, coined: bool, limit: int, filters: Filters | None) -> list[Paper]:
        """Up to `limit` papers that coin a name, by its key, or that only mention it; oldest first."""
        statement = (
            "SELECT paper_id FROM paper_names JOIN papers USING (paper) WHERE key = ? AND coined = ? ORDER BY paper"
        )
        with self._connections.reading() as connection:
            rows = [connection.execute(statement, (one, coined)).fetchall() for one in storable([key])]
            ids = [row["paper_id"] for found in rows for row in found]
            if filters:
                allowed = matching(connection, filters, ids)
                ids = [paper_id for paper_id in ids if paper_id in allowed]
            papers = papers_by_id(connection, ids[:limit])
        return [papers[paper_id] for paper_id in ids[:limit]]


def replace(connection: sqlite3.Connection, paper: int, write: AnnotationWrite) -> None:
    """Store an annotation and its names in the place of any that the paper (by row number) had."""
    forget(connection, paper)
    connection.execute("INSERT INTO annotations VALUES (?, ?, ?)", (paper, write.version, write.body))
    rows = [(key, paper, coined) for key, coined in write.names.items()]
    connection.executemany("INSERT INTO paper_names VALUES (?, ?, ?)", rows)


def forget(connection: sqlite3.Connection, paper: int) -> None:
    """Drop the annotation and names of a paper, by row number."""
    connection.execute("DELETE FROM annotations WHERE paper = ?", (paper,))
    connection.execute("DELETE FROM paper_names WHERE paper = ?", (paper,))

"""How far the reading of each paper is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import get_args

from service.catalog.connections import Connections
from service.catalog.shelves.lookup import papers_named
from service.errors import UsageError
from service.records import ReadingFilter


class ReadingStatuses:
    """The reading status of the papers of one catalog."""

    def __init__(self, connections: Connections, now: Callable[[], str]) -> None:
        """`now`: the time, ISO 8601."""
        self._connections = connections
        self._now = now

    def set(self, status: str, papers: Sequence[str]) -> int:
        """How many of the papers had another status before. Raises `UsageError` for what is no status, or no paper."""
        with self._connections.keeping() as connection:
            return put(connection, status, papers_named(connection, papers).values(), self._now())


def put(connection: sqlite3.Connection, status: str, papers: Iterable[int], now: str) -> int:
    """How many of the papers, by row number, had another status before; `none` takes it away."""
    known = [name for form in get_args(ReadingFilter) for name in get_args(form)]
    if status not in known:
        raise UsageError(f"{status!r} is no reading status: {', '.join(known)}")
    if status == "none":
        statement, values = "DELETE FROM reading_status WHERE paper = ?", [(paper,) for paper in papers]
        return sum(connection.execute(statement, row).rowcount for row in values)
    statement = (
        "INSERT INTO reading_status (paper, status, changed) VALUES (?, ?, ?) ON CONFLICT (paper) "
        "DO UPDATE SET status = excluded.status, changed = excluded.changed WHERE status <> excluded.status"
    )
    return sum(connection.execute(statement, (paper, status, now)).rowcount for paper in papers)

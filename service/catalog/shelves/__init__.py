"""What a reader keeps about papers: collections, tags, notes, reading status. Rows go when their paper goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from service.catalog import queries
from service.catalog.connections import Connections
from service.catalog.filtering import conditions
from service.catalog.shelf_names import valid_name
from service.catalog.shelves import collections, notes, statuses, tags
from service.catalog.shelves.lookup import papers_called, papers_named
from service.errors import UsageError
from service.records import Filters, Paper
from service.records.shelves import PaperPage, Shelf, ShelfChange, ShelvedPaper, Shelving

__all__ = ["Shelves", "carry_over"]

_LAST_ROW: Final = 2**63 - 1


def _utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Shelves:
    """The shelves of one catalog. A paper is named by id, DOI, arXiv number or PMID; `UsageError` where none is."""

    def __init__(self, connections: Connections, *, now: Callable[[], str] = _utc_now) -> None:
        """`now`: the time, ISO 8601."""
        self._connections = connections
        self._now = now
        self.collections = collections.Collections(connections, now)
        self.tags = tags.Tags(connections)
        self.notes = notes.Notes(connections, now)
        self.statuses = statuses.ReadingStatuses(connections, now)

    def resolved(self, papers: Sequence[str]) -> tuple[str, ...]:
        """The ids of the papers that are named, each once, in order."""
        with self._connections.reading() as connection:
            return tuple(papers_named(connection, papers))

    def known(self, filters: Filters | None) -> Filters | None:
        """The filters with each paper by its id.

        Raises `UnknownPaper`, and `UnknownName` for a shelf or source that there is none of.
        """
        if not filters:
            return None
        with self._connections.reading() as connection:
            return _known(connection, filters)

    def called(self, name: str) -> list[Paper]:
        """Every paper of that id, DOI, arXiv number, PMID or title; the oldest first, none where none is known."""
        return self._connections.read(papers_called, name)

    def paper(self, name: str) -> ShelvedPaper:
        """One paper with what is kept about it."""
        with self._connections.reading() as connection:
            return _shelved(connection, papers_named(connection, [name]))[0]

    def page(self, filters: Filters | None, *, limit: int, cursor: str | None = None) -> PaperPage:
        """Up to `limit` papers that pass, in the order they were added, from where the page before ended.

        Papers that come or go between two pages move no other. Raises `UsageError` for a cursor that no page gave.
        """
        after = _row_of(cursor)
        with self._connections.reading() as connection:
            filters = _known(connection, filters or Filters())
            found = queries.papers_after(connection, after, limit + 1, filters)
            total = queries.count_matching(connection, filters)
            rows = {paper.paper_id: row for row, paper in found[:limit]}
            shelved = _with_shelves(connection, [paper for _, paper in found[:limit]], rows)
        more = len(found) > limit
        return PaperPage(tuple(shelved), total, str(found[limit - 1][0]) if more else None)

    def change(self, name: str, change: ShelfChange) -> ShelvedPaper:
        """The paper after the change, which is made in one transaction. Raises `UsageError` and changes nothing."""
        with self._connections.keeping() as connection:
            found = papers_named(connection, [name])
            (row,) = found.values()
            if change.tags is not None:
                tags.replace(connection, change.tags, row)
            if change.reading_status is not None:
                statuses.put(connection, change.reading_status, [row], self._now())
            if change.notes is not None:
                notes.replace(connection, change.notes, row, self._now())
            return _shelved(connection, found)[0]

    def shelve(self, papers: Sequence[str], shelving: Shelving) -> None:
        """Put papers, by id, where an import wants them; a collection that is not there yet is made."""
        with self._connections.keeping() as connection:
            rows = list(papers_named(connection, papers).values())
            for name in shelving.collections:
                collections.put_in(connection, collections.there(connection, name, self._now()), rows)
            for tag in shelving.tags:
                tags.give(connection, tag, rows)


def checked_shelving(shelving: Shelving) -> Shelving:
    """The shelving with its names as they are stored. Raises `UsageError` for a name that cannot be used."""
    return Shelving(
        tuple(valid_name(name, "collection") for name in shelving.collections),
        tuple(valid_name(tag, "tag") for tag in shelving.tags),
    )


def carry_over(connection: sqlite3.Connection, source: int, target: int) -> None:
    """Give one paper, by row number, all that is kept about another: for a paper that is merged into it.

    Where both have a reading status, that of `target` stays.
    """
    for table, columns in (
        ("collection_papers", "collection, paper"),
        ("paper_tags", "key, paper, name"),
        ("reading_status", "paper, status, changed"),
    ):
        values = columns.replace("paper", "?", 1)
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({columns}) SELECT {values} FROM {table} WHERE paper = ?", (target, source)
        )
    connection.execute("UPDATE paper_notes SET paper = ? WHERE paper = ?", (target, source))


def _shelved(connection: sqlite3.Connection, rows: dict[str, int]) -> list[ShelvedPaper]:
    papers = queries.papers_by_id(connection, list(rows))
    return _with_shelves(connection, [papers[paper_id] for paper_id in rows], rows)


def _known(connection: sqlite3.Connection, filters: Filters) -> Filters:
    conditions(connection, filters)
    return replace(filters, paper_ids=tuple(papers_named(connection, filters.paper_ids)))


def _with_shelves(connection: sqlite3.Connection, papers: Sequence[Paper], rows: dict[str, int]) -> list[ShelvedPaper]:
    return [ShelvedPaper(paper, _shelf(connection, rows[paper.paper_id])) for paper in papers]


def _shelf(connection: sqlite3.Connection, row: int) -> Shelf:
    of_collections = (
        "SELECT name FROM collection_papers JOIN collections USING (collection) WHERE paper = ? ORDER BY key"
    )
    of_tags = "SELECT name FROM paper_tags WHERE paper = ? ORDER BY key"
    status = connection.execute("SELECT status FROM reading_status WHERE paper = ?", (row,)).fetchone()
    return Shelf(
        tuple(found["name"] for found in connection.execute(of_collections, (row,))),
        tuple(found["name"] for found in connection.execute(of_tags, (row,))),
        None if status is None else status["status"],
        tuple(notes.of_paper(connection, row)),
    )


def _row_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20 and int(cursor) <= _LAST_ROW):
        raise UsageError(
            f"{cursor[:40]!r} is no cursor: leave it out for the first page, then give that of the page before",
            field="cursor",
        )
    return int(cursor)

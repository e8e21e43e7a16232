"""Tags of papers. A tag is there as long as a paper has it, in the spelling it was first given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from service.catalog.connections import Connections
from service.catalog.filtering import no_such
from service.catalog.shelf_names import name_key, valid_name
from service.catalog.shelves.lookup import papers_named
from service.records.shelves import Tag

_ALL = "SELECT name, count(*) AS count FROM paper_tags GROUP BY key ORDER BY key"


class Tags:
    """The tags of one catalog. They are told apart whatever the case."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def all(self) -> list[Tag]:
        """Every tag, in order of the alphabet."""
        with self._connections.reading() as connection:
            return [Tag(row["name"], row["count"]) for row in connection.execute(_ALL)]

    def add(self, tag: str, papers: Sequence[str]) -> int:
        """How many of the papers did not have it before."""
        with self._connections.keeping() as connection:
            return give(connection, tag, papers_named(connection, papers).values())

    def remove(self, tag: str, papers: Sequence[str]) -> int:
        """How many of the papers had it. Raises `UsageError` for a tag that no paper has."""
        statement = "DELETE FROM paper_tags WHERE key = ? AND paper = ?"
        with self._connections.keeping() as connection:
            names = {name_key(row["name"]): row["name"] for row in connection.execute(_ALL)}
            if name_key(tag) not in names:
                raise no_such("tag", [tag], list(names.values()))
            rows = papers_named(connection, papers).values()
            return sum(connection.execute(statement, (name_key(tag), row)).rowcount for row in rows)


def give(connection: sqlite3.Connection, tag: str, papers: Iterable[int]) -> int:
    """How many of the papers, by row number, did not have the tag before."""
    name, key = valid_name(tag, "tag"), name_key(tag)
    known = connection.execute("SELECT name FROM paper_tags WHERE key = ? LIMIT 1", (key,)).fetchone()
    rows = [(key, paper, name if known is None else known["name"]) for paper in papers]
    statement = "INSERT OR IGNORE INTO paper_tags (key, paper, name) VALUES (?, ?, ?)"
    return sum(connection.execute(statement, row).rowcount for row in rows)


def replace(connection: sqlite3.Connection, tags: Sequence[str], paper: int) -> None:
    """Give a paper, by row number, just these tags."""
    connection.execute("DELETE FROM paper_tags WHERE paper = ?", (paper,))
    for tag in tags:
        give(connection, tag, [paper])

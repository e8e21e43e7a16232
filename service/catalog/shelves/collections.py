"""Named sets of papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from service.catalog.connections import Connections
from service.catalog.filtering import no_such
from service.catalog.shelf_names import name_key, valid_name
from service.catalog.shelves.lookup import papers_named
from service.errors import UnknownName, UsageError
from service.records.shelves import Collection

_SELECT = (
    "SELECT name, created, (SELECT count(*) FROM collection_papers AS held "
    "WHERE held.collection = collections.collection) AS count FROM collections"
)


class Collections:
    """The collections of one catalog. Their names are told apart whatever the case."""

    def __init__(self, connections: Connections, now: Callable[[], str]) -> None:
        """`now`: the time, ISO 8601."""
        self._connections = connections
        self._now = now

    def all(self) -> list[Collection]:
        """Every collection, in order of the alphabet."""
        with self._connections.reading() as connection:
            return [_collection(row) for row in connection.execute(f"{_SELECT} ORDER BY key")]

    def named(self, name: str) -> Collection:
        """The collection of that name. Raises `UsageError` for one that is not there, as do the other methods."""
        return self._connections.read(_read, name)

    def create(self, name: str) -> Collection:
        """A new, empty collection. Raises `UsageError` where there is one of that name."""
        name = valid_name(name, "collection")
        with self._connections.keeping() as connection:
            _refuse_taken(connection, name)
            _insert(connection, name, self._now())
            return _read(connection, name)

    def rename(self, name: str, new: str) -> Collection:
        """The collection under its new name. Raises `UsageError` where another has it."""
        new = valid_name(new, "collection")
        with self._connections.keeping() as connection:
            number = _number(connection, name)
            if name_key(new) != name_key(name):
                _refuse_taken(connection, new)
            statement = "UPDATE collections SET key = ?, name = ? WHERE collection = ?"
            connection.execute(statement, (name_key(new), new, number))
            return _read(connection, new)

    def delete(self, name: str) -> Collection:
        """The collection as it was; its papers stay in the library."""
        with self._connections.keeping() as connection:
            was = _read(connection, name)
            connection.execute("DELETE FROM collections WHERE key = ?", (name_key(name),))
            return was

    def add(self, name: str, papers: Sequence[str]) -> int:
        """How many of the papers were not in it before."""
        with self._connections.keeping() as connection:
            number = _number(connection, name)
            return put_in(connection, number, papers_named(connection, papers).values())

    def remove(self, name: str, papers: Sequence[str]) -> int:
        """How many of the papers were in it."""
        statement = "DELETE FROM collection_papers WHERE collection = ? AND paper = ?"
        with self._connections.keeping() as connection:
            number = _number(connection, name)
            rows = papers_named(connection, papers).values()
            return sum(connection.execute(statement, (number, row)).rowcount for row in rows)


def put_in(connection: sqlite3.Connection, collection: int, papers: Iterable[int]) -> int:
    """How many of the papers, by row number, were not in the collection before."""
    statement = "INSERT OR IGNORE INTO collection_papers (collection, paper) VALUES (?, ?)"
    return sum(connection.execute(statement, (collection, paper)).rowcount for paper in papers)


def there(connection: sqlite3.Connection, name: str, now: str) -> int:
    """The row number of the collection of that name, which is made where there is none."""
    row = connection.execute("SELECT collection FROM collections WHERE key = ?", (name_key(name),)).fetchone()
    return _insert(connection, valid_name(name, "collection"), now) if row is None else int(row["collection"])


def _insert(connection: sqlite3.Connection, name: str, now: str) -> int:
    statement = "INSERT INTO collections (key, name, created) VALUES (?, ?, ?) RETURNING collection"
    return int(connection.execute(statement, (name_key(name), name, now)).fetchone()["collection"])


def _number(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT collection FROM collections WHERE key = ?", (name_key(name),)).fetchone()
    if row is None:
        raise _unknown(connection, name)
    return int(row["collection"])


def _read(connection: sqlite3.Connection, name: str) -> Collection:
    row = connection.execute(f"{_SELECT} WHERE key = ?", (name_key(name),)).fetchone()
    if row is None:
        raise _unknown(connection, name)
    return _collection(row)


def _unknown(connection: sqlite3.Connection, name: str) -> UnknownName:
    names = [row["name"] for row in connection.execute("SELECT name FROM collections ORDER BY key")]
    return no_such("collection", [name], names)


def _refuse_taken(connection: sqlite3.Connection, name: str) -> None:
    row = connection.execute("SELECT name FROM collections WHERE key = ?", (name_key(name),)).fetchone()
    if row is not None:
        raise UsageError(f"there is a collection {row['name']!r} already; choose another name", field="name")


def _collection(row: sqlite3.Row) -> Collection:
    return Collection(row["name"], row["created"], row["count"])

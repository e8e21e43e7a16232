"""A catalog is brought to the newest version, once, whole, and never from the future."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.catalog import queries
from service.catalog.schema import MIGRATIONS, migrate
from service.errors import LibraryError
from service.records import Filters


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "catalog.sqlite3", isolation_level=None)
    yield opened
    opened.close()


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_new_catalog_runs_every_migration_once(connection: sqlite3.Connection) -> None:
    """The number that ran is returned; a second call finds nothing to do."""
    assert migrate(connection) == len(MIGRATIONS)
    assert version(connection) == len(MIGRATIONS)
    assert migrate(connection) == 0


def test_only_the_missing_migrations_run(connection: sqlite3.Connection) -> None:
    """An older library gets what was appended since, and keeps its rows."""
    first = ("CREATE TABLE kites (name TEXT) STRICT", "INSERT INTO kites VALUES ('red')")
    second = ("ALTER TABLE kites ADD COLUMN tail INTEGER",)
    assert migrate(connection, migrations=(first,)) == 1
    assert migrate(connection, migrations=(first, second)) == 1
    assert connection.execute("SELECT name, tail FROM kites").fetchall() == [("red", None)]


def test_newer_catalog_is_refused_with_both_versions(connection: sqlite3.Connection) -> None:
    """An older program must not write what it does not understand."""
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match=rf"version 99, .* up to {len(MIGRATIONS)}\).*upgrade litweave"):
        migrate(connection)
    assert version(connection) == 99


def test_failing_migration_leaves_the_version_before_it(connection: sqlite3.Connection) -> None:
    """Statements of one migration stand or fall together."""
    good = ("CREATE TABLE kites (name TEXT) STRICT",)
    bad = ("CREATE TABLE tethers (name TEXT) STRICT", "CREATE TABLE kites (again TEXT) STRICT")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(connection, migrations=(good, bad))
    assert version(connection) == 1
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert tables == {"kites"}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO papers (paper_id, title, abstract, authors, year) VALUES ('a', 't', 'a', '[]', 'MMXX')",
        "INSERT INTO papers (paper_id, title, abstract, authors, date_kind) VALUES ('a', 't', 'a', '[]', 'guessed')",
        "INSERT INTO chunks (paper, unit_no, start_char, end_char) VALUES (1, 0, 5, 5)",
        "INSERT INTO outbox (target, paper_id, stale_chunks) VALUES ('colours', 'a', 0)",
    ],
    ids=["text for a year", "unknown kind of date", "empty chunk", "unknown index"],
)
def test_tables_refuse_what_makes_no_sense(connection: sqlite3.Connection, statement: str) -> None:
    """STRICT columns and CHECKs are the last line: a wrong type is an error, not a stored surprise."""
    migrate(connection)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


@pytest.mark.parametrize("filters", [Filters(year_from=1), Filters(min_upvotes=1), Filters(year_to=1, min_upvotes=1)])
def test_filters_are_checked_without_reading_papers(connection: sqlite3.Connection, filters: Filters) -> None:
    """Ids with their year and upvotes stand in an index: a broad filter reads no abstract."""
    connection.row_factory = sqlite3.Row
    migrate(connection)
    ran: list[str] = []
    connection.set_trace_callback(ran.append)
    queries.matching(connection, filters, ["a", "b"])
    connection.set_trace_callback(None)
    (plan,) = (row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {ran[0]}"))
    assert "USING COVERING INDEX papers_filters" in plan

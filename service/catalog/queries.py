"""The catalog's reading statements. Each takes a connection and returns records, never rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from service.catalog.filtering import conditions
from service.catalog.rows import PAPER_COLUMNS, Fingerprint, OutboxRow, Target, Units, from_blobs, from_row
from service.persons import same_surname
from service.records import Filters, Paper, Span
from service.text.normal import SURROGATE

T = TypeVar("T", str, int, bytes)
Table: TypeAlias = Literal["chunks", "sentences"]

_IN: Final = 500
"""Values in one `IN (…)`: well under SQLite's limit on parameters."""


class ChunkPage(NamedTuple):
    """A page of embedded chunks; `last` is the (paper, chunk number) to go on after."""

    ids: list[str]
    vectors: NDArray[np.float32]
    last: tuple[int, int]


def storable(texts: Iterable[str]) -> list[str]:
    """The distinct texts that the catalog can hold at all: a lone surrogate is no character SQLite knows."""
    return [text for text in dict.fromkeys(texts) if not SURROGATE.search(text)]


def scalar(connection: sqlite3.Connection, statement: str, *parameters: str | int) -> int:
    """The single integer that a statement yields."""
    return int(connection.execute(statement, parameters).fetchone()[0])


def papers_by_id(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[str, Paper]:
    """The papers of those ids, in no particular order."""
    statement = f"SELECT {PAPER_COLUMNS} FROM papers WHERE paper_id IN (…)"
    return {row["paper_id"]: from_row(row) for row in rows_in(connection, statement, paper_ids)}


def papers_after(
    connection: sqlite3.Connection, after: int, limit: int, filters: Filters | None = None
) -> list[tuple[int, Paper]]:
    """The next papers that pass by row number, with it."""
    passing = conditions(connection, filters or Filters(), with_ids=True)
    statement = f"SELECT paper, {PAPER_COLUMNS} FROM papers WHERE {passing.sql} AND paper > ? ORDER BY paper LIMIT ?"
    return [(row["paper"], from_row(row)) for row in connection.execute(statement, (*passing.bounds, after, limit))]


def year_span(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """The first and the last year of the papers; `None` where none has a year."""
    first, last = connection.execute("SELECT min(year), max(year) FROM papers WHERE year IS NOT NULL").fetchone()
    return None if first is None else (first, last)


def year_counts(connection: sqlite3.Connection) -> dict[int, int]:
    """How many papers there are of each year."""
    rows = connection.execute("SELECT year, count(*) AS papers FROM papers WHERE year IS NOT NULL GROUP BY year")
    return {row["year"]: row["papers"] for row in rows}


def by_identity(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, list[Paper]]:
    """For each known key its papers, oldest first."""
    rows = list(rows_in(connection, "SELECT key, paper FROM identity_keys WHERE key IN (…) ORDER BY paper", keys))
    numbers = list(dict.fromkeys(row["paper"] for row in rows))
    statement = f"SELECT paper, {PAPER_COLUMNS} FROM papers WHERE paper IN (…)"
    papers = {row["paper"]: from_row(row) for row in rows_in(connection, statement, numbers)}
    found: dict[str, list[Paper]] = {}
    for row in rows:
        found.setdefault(row["key"], []).append(papers[row["paper"]])
    return found


def by_author(connection: sqlite3.Connection, surname: str, year: int, limit: int) -> list[Paper]:
    """Papers of a year, or of the years beside it, one of whose authors has the surname; oldest first."""
    statement = (
        f"SELECT {PAPER_COLUMNS} FROM papers WHERE year BETWEEN ? AND ? AND authors LIKE ? ESCAPE '\\' ORDER BY paper"
    )
    word = max(re.split(r"[\s-]+", surname), key=len)
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
    papers = (from_row(row) for row in connection.execute(statement, (year - 1, year + 1, pattern)))
    return list(islice((p for p in papers if any(same_surname(surname, author) for author in p.authors)), limit))


def matching(connection: sqlite3.Connection, filters: Filters, among: Sequence[str] | None) -> frozenset[str]:
    """Ids that pass the filters. Left to itself SQLite would look them up in the table, past the abstracts."""
    passing = conditions(connection, filters)
    statement = f"SELECT paper_id FROM papers INDEXED BY papers_filters WHERE {passing.sql}"
    allowed = _both(storable(filters.paper_ids) if filters.paper_ids else None, among)
    if allowed is None:
        return frozenset(row["paper_id"] for row in connection.execute(statement, passing.bounds))
    rows = rows_in(connection, f"{statement} AND paper_id IN (…)", allowed, passing.bounds)
    return frozenset(row["paper_id"] for row in rows)


def count_matching(connection: sqlite3.Connection, filters: Filters) -> int:
    """How many papers pass the filters, without reading their ids unless those are filtered too."""
    if filters.paper_ids:
        return len(matching(connection, filters, None))
    passing = conditions(connection, filters)
    statement = f"SELECT count(*) FROM papers INDEXED BY papers_filters WHERE {passing.sql}"
    return scalar(connection, statement, *passing.bounds)


def vectors_of(connection: sqlite3.Connection, filters: Filters) -> tuple[list[str], NDArray[np.float32]]:
    """The embedded chunks of the papers that pass, paper by paper: the paper id of each row, and the rows."""
    passing = conditions(connection, filters)
    statement = (
        f"SELECT paper_id, vector FROM papers JOIN chunks USING (paper) WHERE vector IS NOT NULL AND {passing.sql}"
    )
    if filters.paper_ids:
        statement, ids = f"{statement} AND paper_id IN (…) ORDER BY paper", storable(filters.paper_ids)
        rows = [tuple(row) for row in rows_in(connection, statement, ids, passing.bounds)]
    else:
        rows = [tuple(row) for row in connection.execute(f"{statement} ORDER BY paper", passing.bounds)]
    return [paper_id for paper_id, _ in rows], from_blobs([blob for _, blob in rows])


def units(connection: sqlite3.Connection, table: Table, paper_ids: Sequence[str]) -> dict[str, Units]:
    """Chunks or sentences of those papers, in order of their number."""
    statement = (
        f"SELECT paper_id, start_char, end_char, vector FROM papers JOIN {table} USING (paper) "
        "WHERE paper_id IN (…) ORDER BY paper, unit_no"
    )
    rows: list[tuple[str, int, int, bytes | None]] = [*map(tuple, rows_in(connection, statement, paper_ids))]
    # All vectors at once: a hundred small arrays cost more than one that is cut into parts.
    vectors = from_blobs([blob for _, _, _, blob in rows if blob is not None])
    found: dict[str, Units] = {}
    read = 0
    for paper_id, of_one in groupby(rows, key=itemgetter(0)):
        parts = list(of_one)
        held = sum(blob is not None for _, _, _, blob in parts)
        own = vectors[read : read + held] if held == len(parts) else None
        found[paper_id] = Units(tuple(Span(start, end) for _, start, end, _ in parts), own)
        read += held
    return found


def chunk_page(connection: sqlite3.Connection, after: tuple[int, int], limit: int) -> ChunkPage:
    """The next embedded chunks in order of (paper, chunk number)."""
    rows = connection.execute(
        "SELECT paper, paper_id, unit_no, vector FROM chunks JOIN papers USING (paper) "
        "WHERE vector IS NOT NULL AND (paper, unit_no) > (?, ?) ORDER BY paper, unit_no LIMIT ?",
        (*after, limit),
    ).fetchall()
    ids = [f"{row['paper_id']}:{row['unit_no']}" for row in rows]
    last = (rows[-1]["paper"], rows[-1]["unit_no"]) if rows else after
    return ChunkPage(ids, from_blobs([row["vector"] for row in rows]), last)


def sample_chunks(connection: sqlite3.Connection, n: int) -> tuple[list[str], NDArray[np.float32]]:
    """Random embedded chunks, of papers that the vector index has taken up: ids and vectors."""
    rows = connection.execute(
        "SELECT paper_id, unit_no, vector FROM chunks JOIN papers USING (paper) WHERE chunk IN "
        "(SELECT chunk FROM chunks WHERE vector IS NOT NULL AND paper NOT IN "
        "(SELECT paper FROM outbox JOIN papers USING (paper_id) WHERE target = 'vectors') "
        "ORDER BY random() LIMIT ?)",
        (n,),
    ).fetchall()
    return [f"{row['paper_id']}:{row['unit_no']}" for row in rows], from_blobs([r["vector"] for r in rows])


def pending(connection: sqlite3.Connection, target: Target, limit: int) -> list[OutboxRow]:
    """Changes after the target's watermark, oldest first."""
    rows = connection.execute(
        "SELECT seq, paper_id, stale_chunks FROM outbox WHERE target = ?1 "
        "AND seq > (SELECT watermark FROM derived WHERE target = ?1) ORDER BY seq LIMIT ?2",
        (target, limit),
    )
    return [OutboxRow(row["seq"], row["paper_id"], row["stale_chunks"]) for row in rows]


def newest_change(connection: sqlite3.Connection) -> int:
    """The highest sequence number ever given out, also when its row is gone."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return 0 if row is None else int(row["seq"])


def fingerprint(connection: sqlite3.Connection) -> Fingerprint | None:
    """What the vectors were made with, if anything is recorded."""
    meta = {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM meta")}
    if "model" not in meta:
        return None
    return Fingerprint(meta["model"], int(meta["dimension"]), meta["chunker"])


def problems(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Findings of SQLite's own checks."""
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
    broken = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    if broken:
        found.append(f"{broken} rows refer to a paper that is not there")
    return tuple(f"catalog: {problem}" for problem in found)


def _both(first: Sequence[str] | None, second: Sequence[str] | None) -> list[str] | None:
    """Ids in both lists; `None` stands for every id."""
    if first is None or second is None:
        only = first if second is None else second
        return None if only is None else list(dict.fromkeys(only))
    return list(dict.fromkeys(set(first) & set(second)))


def rows_in(
    connection: sqlite3.Connection, statement: str, values: Sequence[T], bounds: Sequence[str | int | bytes] = ()
) -> Iterator[sqlite3.Row]:
    """The rows of a statement with the values in the place of its `…`, as many at a time as fit into one.

    `bounds` are its other parameters, which stand before them.
    """
    for i in range(0, len(values), _IN):
        some: Sequence[T] = values[i : i + _IN]
        yield from connection.execute(statement.replace("…", ",".join("?" * len(some))), (*bounds, *some))

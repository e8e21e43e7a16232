"""The records that papers were made of: what each said, why it joined, and what a person decided about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

from service.catalog.connections import Connections
from service.catalog.queries import papers_by_id, rows_in, scalar, storable
from service.catalog.rows import Decided, digest, paper_of, to_fields
from service.records import Paper
from service.records.sources import MadePaper, SourceRecord

RECORD_COLUMNS = "paper, digest, fields, reason, merged_at, by_hand"
_MERGED = "SELECT paper FROM records GROUP BY paper HAVING count(*) > 1"


class SourceTable:
    """The stored records of one catalog."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def made(self, paper_ids: Iterable[str]) -> list[MadePaper]:
        """Papers with their records, in the order asked; ids that are not there are left out."""
        wanted = storable(paper_ids)
        with self._connections.reading() as connection:
            papers = papers_by_id(connection, wanted)
            stored = _records(connection, list(papers))
        return [_made(papers[i], stored.get(i, ())) for i in wanted if i in papers]

    def merged(self, limit: int, offset: int) -> list[MadePaper]:
        """Papers that were made of several records, the newest merge first."""
        statement = (
            "SELECT paper_id FROM papers JOIN (SELECT paper, max(record) AS newest FROM records GROUP BY paper "
            "HAVING count(*) > 1) USING (paper) ORDER BY newest DESC LIMIT ? OFFSET ?"
        )
        with self._connections.reading() as connection:
            ids = [row["paper_id"] for row in connection.execute(statement, (limit, offset))]
        return self.made(ids)

    def merged_count(self) -> int:
        """How many papers were made of several records."""
        return self._connections.read(scalar, f"SELECT count(*) FROM ({_MERGED})")

    def decided(self, paper_ids: Iterable[str]) -> dict[str, Decided]:
        """What the next import has to know of those papers; papers of which nothing is known are left out."""
        wanted = storable(paper_ids)
        with self._connections.reading() as connection:
            known = _digests(connection, "records", wanted)
            apart = _digests(connection, "apart", wanted)
            statement = (
                "SELECT DISTINCT paper_id FROM papers JOIN records INDEXED BY records_by_hand USING (paper) "
                "WHERE by_hand = 1 AND paper_id IN (…)"
            )
            joined = _records(connection, [row["paper_id"] for row in rows_in(connection, statement, list(known))])
        return {
            paper_id: Decided(
                frozenset(known.get(paper_id, ())),
                frozenset(apart.get(paper_id, ())),
                tuple(record.paper for record in joined.get(paper_id, ())),
            )
            for paper_id in known.keys() | apart.keys()
        }

    def shared_keys(self) -> list[tuple[str, list[str]]]:
        """Every strong or title key that several papers carry, strong ones first, with the ids of those papers."""
        statement = (
            "SELECT key, paper_id FROM identity_keys JOIN papers USING (paper) WHERE key IN "
            "(SELECT key FROM identity_keys GROUP BY key HAVING count(*) > 1) AND key NOT LIKE 'id:%' "
            "ORDER BY key, paper"
        )
        found: dict[str, list[str]] = {}
        with self._connections.reading() as connection:
            for row in connection.execute(statement):
                found.setdefault(row["key"], []).append(row["paper_id"])
        return list(found.items())

    def keys(self, paper_id: str) -> frozenset[str]:
        """The identity keys that a paper carries."""
        statement = "SELECT key FROM identity_keys JOIN papers USING (paper) WHERE paper_id = ?"
        with self._connections.reading() as connection:
            return frozenset(row["key"] for row in connection.execute(statement, (paper_id,)))


def add_records(connection: sqlite3.Connection, paper: int, records: Sequence[SourceRecord]) -> None:
    """Keep what records of a paper, by row number, said; one that says what another said is passed over.

    A record without a reason is the first: it is kept where the paper has none yet.
    """
    for record in records:
        row = (paper, digest(record.paper), to_fields(record.paper), record.reason, record.merged_at, record.by_hand)
        statement = f"INSERT OR IGNORE INTO records ({RECORD_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
        if record.reason is None:
            statement += " WHERE NOT EXISTS (SELECT 1 FROM records WHERE paper = ?1)"
        connection.execute(statement, row)


def row_number(connection: sqlite3.Connection, paper_id: str) -> int:
    """The row number of a paper. Raises `KeyError` where there is none."""
    row = connection.execute("SELECT paper FROM papers WHERE paper_id = ?", (paper_id,)).fetchone()
    if row is None:
        raise KeyError(paper_id)
    return int(row["paper"])


def _digests(
    connection: sqlite3.Connection, table: Literal["records", "apart"], paper_ids: Sequence[str]
) -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = {}
    if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        return found
    statement = f"SELECT paper_id, digest FROM papers JOIN {table} USING (paper) WHERE paper_id IN (…)"
    for row in rows_in(connection, statement, paper_ids):
        found.setdefault(row["paper_id"], set()).add(row["digest"])
    return found


def _records(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[str, list[SourceRecord]]:
    found: dict[str, list[SourceRecord]] = {}
    statement = (
        "SELECT paper_id, fields, reason, merged_at, by_hand FROM papers JOIN records USING (paper) "
        "WHERE paper_id IN (…) ORDER BY record"
    )
    for row in rows_in(connection, statement, paper_ids):
        record = SourceRecord(paper_of(row["fields"]), row["reason"], row["merged_at"], bool(row["by_hand"]))
        found.setdefault(row["paper_id"], []).append(record)
    return found


def _made(paper: Paper, stored: Sequence[SourceRecord]) -> MadePaper:
    """The records stored of a paper; where there are none, its own row is what its only record said."""
    return MadePaper(paper, tuple(stored) or (SourceRecord(paper),))

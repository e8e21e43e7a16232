"""What a person does to the papers of a catalog: delete, merge, split. Each is one transaction with its outbox rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.catalog import writes
from service.catalog.connections import Connections
from service.catalog.embedding import keep_vectors
from service.catalog.queries import scalar
from service.catalog.rows import PaperWrite, digest, paper_of
from service.catalog.shelves import carry_over
from service.catalog.sources import RECORD_COLUMNS, add_records, row_number
from service.records import Paper
from service.records.corrections import DeletedPaper
from service.records.sources import MadePaper, SourceRecord

BY_HAND = "merged by hand"
_MOVED = "SELECT ?, digest, fields, reason, merged_at, by_hand FROM records"


@dataclass(frozen=True, slots=True, eq=False)
class SplitWrite:
    """A paper made two: `kept` under the id it had, `new` beside it, made of the records that say what `moved` say.

    `lost_keys` are those that the kept paper no longer carries.
    """

    kept: PaperWrite
    new: PaperWrite
    moved: tuple[Paper, ...]
    lost_keys: frozenset[str]


class CorrectionTable:
    """Corrections to one catalog. `counted` hears by how many the number of papers has changed."""

    def __init__(self, connections: Connections, counted: Callable[[int], None]) -> None:
        self._connections = connections
        self._counted = counted

    def delete(self, paper_ids: Sequence[str]) -> list[DeletedPaper]:
        """Remove papers with all that hangs on them. All or none: raises `KeyError` with the first unknown id."""
        with self._connections.writing() as connection:
            gone = [_deleted(connection, paper_id) for paper_id in paper_ids]
        self._counted(-len(gone))
        return gone

    def merge(self, kept: PaperWrite, before: Paper, absorbed: Paper, *, now: int) -> None:
        """Make `absorbed` a part of the paper that is written as `kept` and was `before`. Raises `KeyError`."""
        with self._connections.writing() as connection:
            target = row_number(connection, before.paper_id)
            source = row_number(connection, absorbed.paper_id)
            add_records(connection, target, [SourceRecord(before)])
            add_records(connection, source, [SourceRecord(absorbed)])
            connection.execute(
                "UPDATE records SET reason = ?, merged_at = ?, by_hand = 1 "
                "WHERE record = (SELECT min(record) FROM records WHERE paper = ?)",
                (BY_HAND, now, source),
            )
            move_belongings(connection, source, target)
            for table in ("chunks", "sentences"):
                keep_vectors(connection, table, source)
            _remove(connection, source, absorbed.paper_id)
            writes.write_paper(connection, kept)
        self._counted(-1)

    def split(self, write: SplitWrite) -> None:
        """Make one paper two, and remember of each that it is not made of the other's records. Raises `KeyError`."""
        with self._connections.writing() as connection:
            old = row_number(connection, write.kept.paper.paper_id)
            writes.write_paper(connection, write.new)
            new = row_number(connection, write.new.paper.paper_id)
            digests = [(old, digest(paper)) for paper in write.moved]
            statement = f"INSERT INTO records ({RECORD_COLUMNS}) {_MOVED} WHERE paper = ? AND digest = ?"
            connection.executemany(statement, [(new, *row) for row in digests])
            connection.executemany("DELETE FROM records WHERE paper = ? AND digest = ?", digests)
            _set_apart(connection, old, new)
            for paper, row in ((old, write.kept.paper), (new, write.new.paper)):
                _begin_anew(connection, paper, row)
            keys = [(old, key) for key in write.lost_keys]
            connection.executemany("DELETE FROM identity_keys WHERE paper = ? AND key = ?", keys)
            writes.write_paper(connection, write.kept)
        self._counted(1)

    def set_apart(self, one: MadePaper, other: MadePaper) -> None:
        """Remember of each of two papers that it is not made of the other's records. Raises `KeyError`."""
        with self._connections.writing() as connection:
            for mine, theirs in ((one, other), (other, one)):
                paper = row_number(connection, mine.paper.paper_id)
                own = {digest(record.paper) for record in mine.records}
                others = {digest(record.paper) for record in theirs.records} - own
                statement = "INSERT OR IGNORE INTO apart (paper, digest) VALUES (?, ?)"
                connection.executemany(statement, [(paper, said) for said in others])


def move_belongings(connection: sqlite3.Connection, source: int, target: int) -> None:
    """Move what hangs on one paper to another, by row numbers: the one place where a merge does so.

    What is derived from the text (chunks, sentences, annotations, names) does not move: it goes with the paper. A
    table of what a person has put on a paper belongs here, with `INSERT OR IGNORE` where the target may have the same.
    """
    undecided = "DELETE FROM apart WHERE paper = ? AND digest IN (SELECT digest FROM records WHERE paper = ?)"
    connection.executemany(undecided, [(target, source), (source, target)])
    connection.execute(
        f"INSERT OR IGNORE INTO records ({RECORD_COLUMNS}) {_MOVED} WHERE paper = ? ORDER BY record",
        (target, source),
    )
    for table, column in (("identity_keys", "key"), ("apart", "digest")):
        connection.execute(
            f"INSERT OR IGNORE INTO {table} (paper, {column}) SELECT ?, {column} FROM {table} WHERE paper = ?",
            (target, source),
        )
    carry_over(connection, source, target)


def _deleted(connection: sqlite3.Connection, paper_id: str) -> DeletedPaper:
    paper = row_number(connection, paper_id)
    title = str(connection.execute("SELECT title FROM papers WHERE paper = ?", (paper,)).fetchone()["title"])
    records = scalar(connection, "SELECT max(count(*), 1) FROM records WHERE paper = ?", paper)
    for table in ("chunks", "sentences"):
        connection.execute(
            f"DELETE FROM spare_vectors WHERE text_hash IN (SELECT text_hash FROM {table} WHERE paper = ?)", (paper,)
        )
    return DeletedPaper(paper_id, title, records, _remove(connection, paper, paper_id))


def _remove(connection: sqlite3.Connection, paper: int, paper_id: str) -> int:
    """Delete a paper, what hangs on it goes along, and tell both indexes; returns how many chunks it had."""
    chunks = scalar(connection, "SELECT count(*) FROM chunks WHERE paper = ?", paper)
    connection.execute("DELETE FROM papers WHERE paper = ?", (paper,))
    changed = [("words", paper_id, 0), *([("vectors", paper_id, chunks)] if chunks else [])]
    connection.executemany("INSERT INTO outbox (target, paper_id, stale_chunks) VALUES (?, ?, ?)", changed)
    return chunks


def _set_apart(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Remember that neither paper is made of the other's records, nor the new one of what the old one was not."""
    connection.execute("INSERT INTO apart (paper, digest) SELECT ?, digest FROM apart WHERE paper = ?", (new, old))
    connection.executemany(
        "INSERT OR IGNORE INTO apart (paper, digest) SELECT ?, digest FROM records WHERE paper = ?",
        [(new, old), (old, new)],
    )


def _begin_anew(connection: sqlite3.Connection, paper: int, row: Paper) -> None:
    """After a split: the first record that is left has joined nothing, and one that the row tells whole is not kept."""
    connection.execute(
        "UPDATE records SET reason = NULL, merged_at = NULL, by_hand = 0 "
        "WHERE record = (SELECT min(record) FROM records WHERE paper = ?)",
        (paper,),
    )
    left = connection.execute("SELECT fields FROM records WHERE paper = ? LIMIT 2", (paper,)).fetchall()
    if len(left) == 1 and paper_of(left[0]["fields"]).paper_id in ("", row.paper_id):
        connection.execute("DELETE FROM records WHERE paper = ?", (paper,))

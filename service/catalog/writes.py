"""The catalog's writing statements. Each runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3

from service.catalog import annotated
from service.catalog.embedding import keep_vectors
from service.catalog.queries import Table, scalar
from service.catalog.rows import PAPER_COLUMNS, Fingerprint, PaperWrite, Target, Units, to_blob, to_row

_N = len(PAPER_COLUMNS.split(","))
_INSERT = f"INSERT INTO papers ({PAPER_COLUMNS}) VALUES ({','.join('?' * _N)}) RETURNING paper"
_UPDATE = f"UPDATE papers SET ({PAPER_COLUMNS}) = ({','.join('?' * _N)}) WHERE paper_id = ? RETURNING paper"


def write_paper(connection: sqlite3.Connection, item: PaperWrite) -> None:
    """Store one paper with its keys, units and outbox rows. Raises `KeyError` for a change to no paper."""
    row = to_row(item.paper)
    if item.change == "added":
        paper = int(connection.execute(_INSERT, row).fetchone()["paper"])
    else:
        found = connection.execute(_UPDATE, (*row, item.paper.paper_id)).fetchone()
        if found is None:
            raise KeyError(item.paper.paper_id)
        paper = int(found["paper"])
    # Keys are only ever added: a record that was merged in must still be recognised by its own.
    keys = [(key, paper) for key in item.keys]
    connection.executemany("INSERT OR IGNORE INTO identity_keys (key, paper) VALUES (?, ?)", keys)
    if item.chunks is None:
        return
    if item.annotation is not None:
        annotated.replace(connection, paper, item.annotation)
    elif item.change != "added":
        annotated.forget(connection, paper)
    stale = 0
    if item.change != "added":
        stale = scalar(connection, "SELECT count(*) FROM chunks WHERE paper = ?", paper)
        for table in ("chunks", "sentences"):
            keep_vectors(connection, table, paper)
            connection.execute(f"DELETE FROM {table} WHERE paper = ?", (paper,))
    _insert_units(connection, "chunks", paper, item.chunks)
    if item.sentences is not None:
        _insert_units(connection, "sentences", paper, item.sentences)
    # Two rows, one an index: text can be taken up by the words while its vectors are still to come.
    changed = [("words", item.paper.paper_id, 0)]
    if stale or item.chunks.vectors is not None:
        changed.append(("vectors", item.paper.paper_id, stale))
    connection.executemany("INSERT INTO outbox (target, paper_id, stale_chunks) VALUES (?, ?, ?)", changed)


def advance(connection: sqlite3.Connection, target: Target, seq: int) -> None:
    """Move a watermark forward, never back, and forget what lies below it."""
    connection.execute("UPDATE derived SET watermark = max(watermark, ?) WHERE target = ?", (seq, target))
    connection.execute("DELETE FROM outbox WHERE target = ? AND seq <= ?", (target, seq))


def swap(connection: sqlite3.Connection, target: Target, generation: int, seq: int) -> None:
    """Point a target at another generation that holds all changes up to `seq`."""
    connection.execute("UPDATE derived SET generation = ? WHERE target = ?", (generation, target))
    advance(connection, target, seq)


def set_fingerprint(connection: sqlite3.Connection, fingerprint: Fingerprint) -> None:
    """Record model, dimension and chunker."""
    values = {
        "model": fingerprint.model,
        "dimension": str(fingerprint.dimension),
        "chunker": fingerprint.chunker,
    }
    connection.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", list(values.items()))


def _insert_units(connection: sqlite3.Connection, table: Table, paper: int, units: Units) -> None:
    rows = [
        (paper, i, span.start, span.end, None if units.vectors is None else to_blob(units.vectors[i]))
        for i, span in enumerate(units.spans)
    ]
    connection.executemany(
        f"INSERT INTO {table} (paper, unit_no, start_char, end_char, vector) VALUES (?, ?, ?, ?, ?)", rows
    )

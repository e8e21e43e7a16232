"""The catalog's tables, as numbered migrations that are only ever appended to.

`PRAGMA user_version` holds the number of migrations a library has been through. A landed migration is
never edited: a library out there has already run it.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from service.errors import LibraryError

_FIRST = (
    """
    CREATE TABLE papers (
        paper INTEGER PRIMARY KEY,
        paper_id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        abstract TEXT NOT NULL,
        authors TEXT NOT NULL,
        author_count INTEGER,
        organisation TEXT,
        year INTEGER,
        date TEXT,
        date_kind TEXT CHECK (date_kind IN ('published', 'listed')),
        url TEXT,
        doi TEXT,
        venue TEXT,
        upvotes INTEGER,
        origin_name TEXT,
        origin_line INTEGER
    ) STRICT
    """,
    "CREATE INDEX papers_year ON papers (year) WHERE year IS NOT NULL",
    """
    CREATE TABLE identity_keys (
        key TEXT NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        PRIMARY KEY (key, paper)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX identity_keys_paper ON identity_keys (paper)",
    """
    CREATE TABLE chunks (
        chunk INTEGER PRIMARY KEY,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        unit_no INTEGER NOT NULL,
        start_char INTEGER NOT NULL,
        end_char INTEGER NOT NULL CHECK (end_char > start_char),
        vector BLOB,
        UNIQUE (paper, unit_no)
    ) STRICT
    """,
    # Partial indexes answer "how many are embedded" and "what still waits" without reading any vector.
    "CREATE INDEX chunks_embedded ON chunks (paper) WHERE vector IS NOT NULL",
    "CREATE INDEX chunks_waiting ON chunks (paper) WHERE vector IS NULL",
    """
    CREATE TABLE sentences (
        sentence INTEGER PRIMARY KEY,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        unit_no INTEGER NOT NULL,
        start_char INTEGER NOT NULL,
        end_char INTEGER NOT NULL CHECK (end_char > start_char),
        vector BLOB,
        UNIQUE (paper, unit_no)
    ) STRICT
    """,
    "CREATE INDEX sentences_waiting ON sentences (paper) WHERE vector IS NULL",
    # AUTOINCREMENT: pruned sequence numbers must never come back below a watermark.
    """
    CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        target TEXT NOT NULL CHECK (target IN ('words', 'vectors')),
        paper_id TEXT NOT NULL,
        stale_chunks INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX outbox_target ON outbox (target, seq)",
    """
    CREATE TABLE derived (
        target TEXT PRIMARY KEY CHECK (target IN ('words', 'vectors')),
        generation INTEGER NOT NULL,
        watermark INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO derived VALUES ('words', 0, 0), ('vectors', 0, 0)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

# `text_hash` names what was embedded (model and text): the same text is never embedded again, whichever paper it
# is in. A vector whose row is replaced moves to `spare_vectors` until everything is embedded again.
_TEXT_HASHES = (
    "ALTER TABLE chunks ADD COLUMN text_hash BLOB",
    "ALTER TABLE sentences ADD COLUMN text_hash BLOB",
    "CREATE INDEX chunks_text ON chunks (text_hash) WHERE text_hash IS NOT NULL",
    "CREATE INDEX sentences_text ON sentences (text_hash) WHERE text_hash IS NOT NULL",
    "CREATE TABLE spare_vectors (text_hash BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID",
)

# What a filter asks of a paper, by its id: in the table itself year and upvotes stand behind the abstract, whose
# pages would have to be read to reach them.
_FILTERS = ("CREATE INDEX papers_filters ON papers (paper_id, year, upvotes)",)

# What was read off an abstract, with the version of the reader; and who coins or mentions which name.
_ANNOTATIONS = (
    """
    CREATE TABLE annotations (
        paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
        version INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE paper_names (
        key TEXT NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        coined INTEGER NOT NULL CHECK (coined IN (0, 1)),
        PRIMARY KEY (key, paper)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX paper_names_paper ON paper_names (paper)",
    "CREATE INDEX annotations_version ON annotations (version)",
)

_STATUS = ("ALTER TABLE papers ADD COLUMN status TEXT",)

# What readers keep about papers: each row goes with its paper. `key` is a name as it is compared.
_SHELVES = (
    """
    CREATE TABLE collections (
        collection INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE collection_papers (
        collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        PRIMARY KEY (collection, paper)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX collection_papers_paper ON collection_papers (paper)",
    """
    CREATE TABLE paper_tags (
        key TEXT NOT NULL,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        name TEXT NOT NULL,
        PRIMARY KEY (key, paper)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX paper_tags_paper ON paper_tags (paper)",
    """
    CREATE TABLE paper_notes (
        note INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        text TEXT NOT NULL,
        created TEXT NOT NULL,
        changed TEXT
    ) STRICT
    """,
    "CREATE INDEX paper_notes_paper ON paper_notes (paper)",
    """
    CREATE TABLE reading_status (
        paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
        status TEXT NOT NULL CHECK (status IN ('to_read', 'reading', 'read')),
        changed TEXT NOT NULL
    ) STRICT
    """,
    # All that a filter asks of the table `papers` stands in one index, as before.
    "ALTER TABLE papers ADD COLUMN has_abstract INTEGER GENERATED ALWAYS AS (abstract <> '') VIRTUAL",
    "DROP INDEX papers_filters",
    "CREATE INDEX papers_filters ON papers (paper_id, year, upvotes, origin_name, status, has_abstract)",
)

# What the records said that a paper was made of: none for a paper whose own row says it all. `digest` names what a
# record says, whatever its id and origin. `apart`: records that a person said a paper is not made of, by a
# split or by telling two papers apart.
_RECORDS = (
    """
    CREATE TABLE records (
        record INTEGER PRIMARY KEY,
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        digest BLOB NOT NULL,
        fields BLOB NOT NULL,
        reason TEXT,
        merged_at INTEGER,
        by_hand INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
        UNIQUE (paper, digest)
    ) STRICT
    """,
    "CREATE INDEX records_by_hand ON records (paper) WHERE by_hand = 1",
    """
    CREATE TABLE apart (
        paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
        digest BLOB NOT NULL,
        PRIMARY KEY (paper, digest)
    ) STRICT, WITHOUT ROWID
    """,
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    _TEXT_HASHES,
    _FILTERS,
    _ANNOTATIONS,
    _STATUS,
    _SHELVES,
    _RECORDS,
)
"""Each migration is the statements that lead from version n to n + 1."""


def migrate(connection: sqlite3.Connection, *, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS) -> int:
    """Bring a catalog to the newest version; returns how many migrations ran. `connection` is in autocommit.

    Each migration is one transaction together with its version number, so a kill leaves either version.
    Raises `LibraryError` for a catalog that a newer litweave has written.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(migrations):
        raise LibraryError(
            f"the library was written by a newer litweave (catalog version {version}, this one knows up to "
            f"{len(migrations)}); upgrade litweave, or choose another library with --library"
        )
    for number in range(version, len(migrations)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in migrations[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    return len(migrations) - version

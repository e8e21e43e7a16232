"""The file `model.sqlite` beside the catalog: kept replies, what was spent each day, and one secret.

Everything in it can be deleted; the catalog, which cannot, stays free of prompts and replies.
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from service.errors import LibraryError
from service.transactions import immediate

_log = logging.getLogger(__name__)
_IN_MEMORY: Final = Path(":memory:")

FILE_NAME = "model.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, prompt TEXT NOT NULL, text TEXT NOT NULL,
    stored_s REAL NOT NULL, used_s REAL NOT NULL, bytes INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, tokens INTEGER NOT NULL, cost_usd REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS spent_by (
    day TEXT NOT NULL, payer TEXT NOT NULL, tokens INTEGER NOT NULL, cost_usd REAL NOT NULL, PRIMARY KEY (day, payer)
) STRICT;
CREATE TABLE IF NOT EXISTS secret (secret BLOB NOT NULL) STRICT;
"""


class ModelStore:
    """One connection, one writer at a time; safe from any thread. Readable by its owner only.

    `remarks`: what is worth telling of how it was opened.
    """

    def __init__(self, path: Path, *, remarks: tuple[str, ...] = ()) -> None:
        self._path = path
        self.remarks = remarks
        self._lock = threading.RLock()
        try:
            if path != _IN_MEMORY:
                path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.executescript(_SCHEMA)
            self.secret = self._own_secret()
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one transaction. Raises `LibraryError` on a damaged or full disk."""
        with self._lock:
            try:
                with immediate(self._connection):
                    yield self._connection
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _own_secret(self) -> bytes:
        """32 random bytes, drawn when the file is made: delimiters are derived from them."""
        row = self._connection.execute("SELECT secret FROM secret").fetchone()
        if row is None:
            row = (secrets.token_bytes(32),)
            self._connection.execute("INSERT INTO secret VALUES (?)", row)
        return bytes(row[0])

    def _failure(self, error: Exception) -> LibraryError:
        return LibraryError(
            f"{str(self._path)!r} cannot be used ({error}); it holds kept replies and counts only and can be deleted"
        )


def open_store(path: Path) -> ModelStore:
    """The store of that file. Damaged, it is put aside and begun anew; not to be written, it is one in memory.

    An answer never fails because a reply cannot be kept, and a day's limit is kept as well as can be.
    """
    try:
        return ModelStore(path)
    except LibraryError as error:
        _log.warning("%s", error)
        aside = path.with_name(f"{path.name}.damaged")
        try:
            path.replace(aside)
            return ModelStore(path, remarks=(f"{error}; it was put aside as {aside.name!r} and begun anew",))
        except (OSError, LibraryError):
            return ModelStore(_IN_MEMORY, remarks=(f"{error}; replies and counts are kept until this process ends",))

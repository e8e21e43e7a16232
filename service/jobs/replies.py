"""Replies that are kept for a day, so that a request sent twice is done once. In the file of the jobs."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from service.diskspace import unwritable
from service.errors import LibraryError
from service.jobs.store import Owner, opened
from service.transactions import immediate

KEPT_S: Final = 86_400.0
_MOST: Final = 2_000
_MOST_BYTES: Final = 100_000_000
"""Of all bodies together: a client that names each request must not fill the disk."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS replies (
    name TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    begun_s REAL NOT NULL,
    owner INTEGER NOT NULL,
    status INTEGER,
    headers TEXT,
    body BLOB
) STRICT, WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A reply as it was sent. Header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Begun: TypeAlias = KeptReply | Literal["new", "running", "other"]
"""What a name stands for: a reply; a request not seen before; one that is being worked on; another request."""


class KeptReplies:
    """Safe for threads and processes: of two requests of one name, one is new."""

    def __init__(self, path: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        """Without a path they are kept in memory. Raises `LibraryError` where the file cannot be used."""
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        try:
            self._connection = opened(path)
            self._owner = Owner(path)
            self._connection.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from error

    def begin(self, name: str, request: str) -> Begun:
        """Whether to work on a request; `name` is the client's name for it, `request` a digest of what it asks.

        After "new", `finish` or `abandon` has to follow.
        """
        now = self._clock()
        with self._transaction() as run:
            run.execute("DELETE FROM replies WHERE begun_s < ?", (now - KEPT_S,))
            row = run.execute(
                "SELECT request, owner, status, headers, body FROM replies WHERE name = ?", (name,)
            ).fetchone()
            if row is not None and (row[2] is not None or self._owner.alive(row[1])):
                return _found(request, *row)
            run.execute(
                "INSERT OR REPLACE INTO replies (name, request, begun_s, owner) VALUES (?, ?, ?, ?)",
                (name, request, now, self._owner.number),
            )
            run.execute(
                "DELETE FROM replies WHERE status IS NOT NULL AND name NOT IN "
                "(SELECT name FROM replies ORDER BY begun_s DESC LIMIT ?)",
                (_MOST,),
            )
        return "new"

    def finish(self, name: str, reply: KeptReply) -> None:
        """Keep the reply of a new request; where all together are too large, the oldest are forgotten."""
        with self._transaction() as run:
            run.execute(
                "UPDATE replies SET status = ?, headers = ?, body = ? WHERE name = ? AND status IS NULL",
                (reply.status, json.dumps(reply.headers), reply.body, name),
            )
            run.execute(
                "DELETE FROM replies WHERE name IN (SELECT name FROM (SELECT name, sum(length(body)) OVER "
                "(ORDER BY begun_s DESC, name) AS newer FROM replies WHERE status IS NOT NULL) WHERE newer > ?)",
                (_MOST_BYTES,),
            )

    def abandon(self, name: str) -> None:
        """Forget a new request: it came to nothing, and may be sent again."""
        with self._transaction() as run:
            run.execute("DELETE FROM replies WHERE name = ? AND status IS NULL", (name,))

    def close(self) -> None:
        with self._lock:
            self._connection.close()
        self._owner.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with immediate(self._connection):
                    yield self._connection
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def _failure(self, error: Exception) -> LibraryError:
        full = None if self._path is None else unwritable(self._path, error)
        return full or LibraryError(f"replies cannot be kept in {str(self._path)!r}: {error}")


def _found(request: str, known: str, _owner: int, status: int | None, headers: str | None, body: bytes | None) -> Begun:
    if known != request:
        return "other"
    if status is None:
        return "running"
    return KeptReply(status, tuple((name, value) for name, value in json.loads(headers or "[]")), body or b"")

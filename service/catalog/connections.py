"""SQLite connections of one catalog: one that writes, and a pool of readers that never wait for it (WAL)."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from service.diskspace import unwritable
from service.errors import LibraryError
from service.transactions import immediate

P = ParamSpec("P")
R = TypeVar("R")
_CACHE_KIB = 16_384
_BUSY_MS = 10_000


class Connections:
    """All connections to one file. Any thread may read or write; writes take turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._why_read_only: LibraryError | None = None
        self.commits = 0
        self._write_lock = threading.RLock()
        self._writer = self._connect()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a few statements. Raises `LibraryError` on a damaged catalog."""
        self.refuse_closed()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except sqlite3.Error as error:
            connection.close()
            raise self._failure(error) from error
        except BaseException:
            connection.close()
            raise
        self._put_back(connection)

    def read(
        self, of: Callable[Concatenate[sqlite3.Connection, P], R], /, *arguments: P.args, **options: P.kwargs
    ) -> R:
        """What a function finds on a connection of one's own. Raises as `reading`."""
        with self.reading() as connection:
            return of(connection, *arguments, **options)

    def refuse_writing(self, why: LibraryError) -> None:
        """From now on raise `why` where what readers keep is to be written: see `writing`."""
        self._why_read_only = why

    @contextmanager
    def keeping(self) -> Iterator[sqlite3.Connection]:
        """As `writing`, for what a person keeps, which must not be lost; raises what `refuse_writing` was told."""
        if self._why_read_only is not None:
            raise self._why_read_only
        with self.writing() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writing connection inside one transaction, rolled back on any exception."""
        with self._write_lock:
            self.refuse_closed()
            try:
                with immediate(self._writer):
                    yield self._writer
                self.commits += 1
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def refuse_closed(self) -> None:
        """Raises `LibraryError` once `close` was called."""
        if self._closed:
            raise LibraryError(f"the catalog {str(self.path)!r} is closed")

    @property
    def writer(self) -> sqlite3.Connection:
        """The writing connection outside any transaction, for migrations at open."""
        return self._writer

    def close(self) -> None:
        """Close every idle connection and the writer; one that is reading is closed when it ends."""
        with self._write_lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL, not NORMAL: NORMAL may lose the last commits in a power cut, and the indexes, which sync
            # on their own, would then hold papers that the catalog does not know. It costs one fsync a batch.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except sqlite3.Error as error:
            connection.close()
            raise self._failure(error) from error
        return connection

    def _put_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _failure(self, error: sqlite3.Error) -> LibraryError:
        return unwritable(self.path, error) or LibraryError(
            f"the catalog {str(self.path)!r} cannot be used ({error}); restore the file from a backup or import the "
            "papers into a new library"
        )

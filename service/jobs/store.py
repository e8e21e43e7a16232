"""Jobs in a SQLite file of the library's directory, apart from the catalog, which one process holds alone."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from service.diskspace import unwritable
from service.errors import LibraryError
from service.jobs.model import ENDED, Job, JobState, Progress
from service.transactions import immediate

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    created TEXT NOT NULL,
    started TEXT,
    finished TEXT,
    owner INTEGER NOT NULL,
    request TEXT NOT NULL,
    progress TEXT,
    checkpoint TEXT,
    result TEXT,
    error TEXT,
    key TEXT,
    begun INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID
"""
_LATER: Final = {"key": "TEXT", "begun": "INTEGER NOT NULL DEFAULT 0"}
"""Columns that a file of an older version lacks."""
_COLUMNS: Final = "id, kind, state, created, started, finished, progress, error, result IS NOT NULL, key, begun"
_ENDED: Final = ", ".join(f"'{state}'" for state in sorted(ENDED))


class SqliteJobs:
    """See `service.jobs.model.Jobs`. Safe for threads."""

    def __init__(self, path: Path | None) -> None:
        """Without a path they are kept in memory. Raises `LibraryError` where the file cannot be used."""
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = opened(path)
            self._owner = Owner(path)
            self._connection.execute("PRAGMA journal_mode = WAL")
            with immediate(self._connection):
                self._connection.execute(_TABLE)
                there = {row[1] for row in self._connection.execute("PRAGMA table_info(jobs)")}
                for name in _LATER.keys() - there:
                    self._connection.execute(f"ALTER TABLE jobs ADD COLUMN {name} {_LATER[name]}")
        except (OSError, sqlite3.Error) as error:
            full = None if path is None else unwritable(path, error)
            raise full or LibraryError(f"the jobs in {str(path)!r} cannot be kept: {error}") from error

    def create(self, kind: str, request: dict[str, Any], *, key: str | None = None) -> Job:
        now = datetime.now(UTC)
        job = Job(f"{now:%Y%m%d%H%M%S%f}-{secrets.token_hex(6)}", kind, "queued", _stamp(now), key=key)
        with self._writing() as run:
            run.execute(
                "INSERT INTO jobs (id, kind, state, created, owner, request, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (job.id, job.kind, job.state, job.created, self._owner.number, json.dumps(request), key),
            )
        return job

    def get(self, job_id: str) -> Job | None:
        rows = self._jobs("WHERE id = ?", job_id)
        return rows[0] if rows else None

    def newest(self, *, state: JobState | None, limit: int, before: str | None, key: str | None = None) -> list[Job]:
        return self._jobs(
            "WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR id < ?2) AND (?3 IS NULL OR key = ?3) "
            "ORDER BY id DESC LIMIT ?4",
            state,
            before,
            key,
            limit,
        )

    def unfinished(self) -> list[Job]:
        with self._writing() as run:
            rows = run.execute(f"SELECT id, owner FROM jobs WHERE state NOT IN ({_ENDED}) ORDER BY id").fetchall()
        gone = [job_id for job_id, owner in rows if owner == self._owner.number or not self._owner.alive(owner)]
        return [job for job_id in gone if (job := self.get(job_id)) is not None]

    def request(self, job_id: str) -> dict[str, Any]:
        found = self._value("request", job_id)
        return {} if found is None else found

    def checkpoint(self, job_id: str) -> dict[str, Any] | None:
        return self._value("checkpoint", job_id)

    def result(self, job_id: str) -> dict[str, Any] | None:
        return self._value("result", job_id)

    def begin(self, job_id: str) -> None:
        self._set(
            job_id,
            "state = 'running', owner = ?, started = coalesce(started, ?), begun = begun + 1",
            self._owner.number,
            _now(),
        )

    def note(self, job_id: str, progress: Progress) -> None:
        self._set(job_id, "progress = ?", json.dumps(asdict(progress)))

    def keep(self, job_id: str, checkpoint: dict[str, Any]) -> None:
        self._set(job_id, "checkpoint = ?", json.dumps(checkpoint))

    def requeue(self, job_id: str, *, in_order: bool = False) -> None:
        self._set(job_id, "state = 'queued', owner = ?, begun = iif(?, 0, begun)", self._owner.number, in_order)

    def end(
        self, job_id: str, state: JobState, *, result: dict[str, Any] | None = None, error: dict[str, Any] | None = None
    ) -> bool:
        return self._set(
            job_id,
            "state = ?, result = ?, error = ?, finished = ?",
            state,
            None if result is None else json.dumps(result),
            None if error is None else json.dumps(error),
            _now(),
        )

    def prune(self, *, most: int) -> list[str]:
        with self._writing() as run:
            return [
                str(job_id)
                for (job_id,) in run.execute(
                    f"DELETE FROM jobs WHERE state IN ({_ENDED}) AND id NOT IN "
                    f"(SELECT id FROM jobs WHERE state IN ({_ENDED}) ORDER BY id DESC LIMIT ?) RETURNING id",
                    (most,),
                ).fetchall()
            ]

    def check(self) -> None:
        """Write a page. Raises `LibraryError` where the file cannot be written, as on a full disk."""
        with self._writing() as run:
            version = int(run.execute("PRAGMA user_version").fetchone()[0])
            run.execute(f"PRAGMA user_version = {(version + 1) % 1000}")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
        self._owner.close()

    def _set(self, job_id: str, what: str, *values: Any) -> bool:
        with self._writing() as run:
            changed = run.execute(
                f"UPDATE jobs SET {what} WHERE id = ? AND state NOT IN ({_ENDED})", (*values, job_id)
            ).rowcount
        return bool(changed)

    def _value(self, column: str, job_id: str) -> dict[str, Any] | None:
        with self._writing() as run:
            row = run.execute(f"SELECT {column} FROM jobs WHERE id = ?", (job_id,)).fetchone()
        return None if row is None or row[0] is None else dict(json.loads(row[0]))

    def _jobs(self, where: str, *values: Any) -> list[Job]:
        with self._writing() as run:
            rows = run.execute(f"SELECT {_COLUMNS} FROM jobs {where}", values).fetchall()
        return [_job(row) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                full = None if self._path is None else unwritable(self._path, error)
                told = f"the jobs in {str(self._path)!r} cannot be read or written: {error}"
                raise full or LibraryError(told) from error


def _job(row: tuple[Any, ...]) -> Job:
    job_id, kind, state, created, started, finished, progress, error, has_result, key, begun = row
    return Job(
        id=job_id,
        kind=kind,
        state=state,
        created=created,
        started=started,
        finished=finished,
        progress=None if progress is None else Progress(**json.loads(progress)),
        error=None if error is None else json.loads(error),
        has_result=bool(has_result),
        key=key,
        begun=begun,
    )


def opened(path: Path | None) -> sqlite3.Connection:
    """A connection in autocommit for all threads, to a file that only its owner reads; without one in memory."""
    if path is not None:
        path.touch(mode=0o600)
    return sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None, timeout=10)


class Owner:
    """Who has a file of jobs open, by a number of its own: the number of a process means another after a restart.

    It holds a lock on a file beside that of the jobs, which the kernel lets go of however the process ends.
    """

    def __init__(self, path: Path | None) -> None:
        """Without a path there is nobody else. Raises `OSError`."""
        self.number = secrets.randbits(62)
        self._path = path
        self._lock: int | None = None
        if path is None:
            return
        for left in path.parent.glob(f"{path.name}-owner-*[0-9]"):
            if not self.alive(int(left.name.rpartition("-")[2])):
                left.unlink(missing_ok=True)
        own = self._file(self.number)
        new = own.with_name(f"{own.name}.new")  # seen under its name only once it is locked
        self._lock = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        new.rename(own)

    def alive(self, number: int) -> bool:
        """Whether the owner of that number has the file open."""
        if self._path is None:
            return number == self.number
        try:
            lock = os.open(self._file(number), os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def close(self) -> None:
        """Be nobody. Closing twice is harmless."""
        lock, self._lock = self._lock, None
        if lock is not None:
            self._file(self.number).unlink(missing_ok=True)
            os.close(lock)

    def _file(self, number: int) -> Path:
        assert self._path is not None
        return self._path.with_name(f"{self._path.name}-owner-{number}")


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

"""The keys of a library, in a file that only its owner can read; a service that runs sees each change at once."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from service.api.access.keys import BOOTSTRAP, ApiKey, Scope, bootstrap_key, key_id_of, new_key
from service.diskspace import unwritable, write_atomically
from service.errors import LibraryError, UsageError

FILE: Final = "keys.json"
_LOCK: Final = "keys.lock"
_FORMAT: Final = 1
_Stamp = tuple[int, int, int]


class Keyring:
    """The keys in `root`, and the one of the environment, where it has one. Safe for threads and processes."""

    def __init__(
        self, root: Path, *, bootstrap: str | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Raises `UsageError` for a `bootstrap` that could be guessed."""
        self._path = root / FILE
        self._clock = clock
        self._bootstrap = None if bootstrap is None else bootstrap_key(bootstrap)
        self._read: tuple[_Stamp | None, tuple[ApiKey, ...]] = (None, ())

    def stored(self) -> tuple[ApiKey, ...]:
        """The keys of the file, oldest first. Raises `LibraryError` for one that cannot be read."""
        stamp = self._stamp()
        if stamp != self._read[0]:
            self._read = (stamp, () if stamp is None else self._file_read())
        return self._read[1]

    def is_empty(self) -> bool:
        """Whether there never was a key. Raises as `stored`."""
        return self._bootstrap is None and not self.stored()

    def in_force(self) -> tuple[ApiKey, ...]:
        """All keys that open something now, the environment's first."""
        now = self._clock()
        first = () if self._bootstrap is None else (self._bootstrap,)
        return first + tuple(key for key in self.stored() if key.holds(now))

    def opened_by(self, token: str) -> ApiKey | None:
        """The key of that token, if it is in force."""
        wanted = key_id_of(token) or BOOTSTRAP
        now = self._clock()
        candidates = (self._bootstrap,) if self._bootstrap is not None and wanted == BOOTSTRAP else self.stored()
        return next((key for key in candidates if key.id == wanted and key.holds(now) and key.opens(token)), None)

    def create(
        self, name: str, scope: Scope, *, per_minute: int | None = None, usd_per_day: float | None = None
    ) -> tuple[ApiKey, str]:
        """A new key and its token. Raises `UsageError` where a key in force has the name."""
        key, token = new_key(name, scope, per_minute=per_minute, usd_per_day=usd_per_day)
        with self._changing() as keys:
            if any(old.name == name and old.expires is None for old in keys):
                raise UsageError(f"there is a key {name!r} already: `litweave keys rotate`, or take another name")
            keys.append(key)
        return key, token

    def revoke(self, named: str) -> list[ApiKey]:
        """End the keys of that name or id at once; returns them. Raises `UsageError` where none is in force."""
        now = self._clock()
        with self._changing() as keys:
            ended = [key for key in keys if named in (key.id, key.name) and key.holds(now)]
            if not ended:
                raise self._unknown(named, keys, now)
            keys[:] = [replace(key, expires=_iso(now)) if key in ended else key for key in keys]
        return ended

    def rotate(self, named: str, *, old_holds: timedelta = timedelta()) -> tuple[ApiKey, str]:
        """A new token for the key of that name or id; the old one holds for so long. Raises as `revoke`."""
        now = self._clock()
        with self._changing() as keys:
            old = next((k for k in keys if named in (k.id, k.name) and k.expires is None), None)
            if old is None:
                raise self._unknown(named, keys, now)
            key, token = new_key(old.name, old.scope, per_minute=old.per_minute, usd_per_day=old.usd_per_day)
            keys[:] = [replace(k, expires=_iso(now + old_holds)) if k is old else k for k in keys]
            keys.append(key)
        return key, token

    def _unknown(self, named: str, keys: Sequence[ApiKey], now: datetime) -> UsageError:
        there = ", ".join(dict.fromkeys(repr(key.name) for key in keys if key.holds(now))) or "none"
        return UsageError(f"no key in force is called {named!r}; there are: {there}")

    def _stamp(self) -> _Stamp | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failure(error) from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _file_read(self) -> tuple[ApiKey, ...]:
        try:
            document = json.loads(self._path.read_bytes())
            if document["format"] != _FORMAT:
                raise ValueError(f"format {document['format']!r} is of another version")
            return tuple(ApiKey(**stored) for stored in document["keys"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._failure(error) from error

    @contextmanager
    def _changing(self) -> Iterator[list[ApiKey]]:
        """The keys, to be changed by one process at a time; written at the end unless something is raised."""
        try:
            lock = os.open(self._path.with_name(_LOCK), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._failure(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = list(self.stored())
            yield keys
            try:
                write_atomically(self._path, json.dumps({"format": _FORMAT, "keys": [asdict(key) for key in keys]}))
            except OSError as error:
                raise self._failure(error) from error
        finally:
            os.close(lock)

    def _failure(self, error: Exception) -> LibraryError:
        return unwritable(self._path, error) or LibraryError(
            f"the keys in {str(self._path)!r} cannot be used ({error}); nobody is let in by them until the file is "
            "put right, or deleted and its keys made anew"
        )


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

"""A library opened when it is first used, and let go of while a model writes, so that the next command gets in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Self

from service.errors import LibraryBusy
from service.library.library import Library
from service.library.lock import held_briefly

WAIT_S: Final = 15.0
"""How long to wait for a command that holds the library only while it reads."""
_POLL_S: Final = 0.1


class LibrarySession:
    """The library of one front end. `resident`: it stays open until `close`, as a server's does."""

    def __init__(self, opening: Callable[[], Library], *, resident: bool) -> None:
        self._opening = opening
        self._resident = resident
        self._guard = threading.RLock()
        self._users = 0
        self._library: Library | None = opening() if resident else None

    @classmethod
    def of(cls, library: Library) -> Self:
        """A session over a library that is open already, and stays so until `close`."""
        return cls(lambda: library, resident=True)

    @contextmanager
    def using(self) -> Iterator[Library]:
        """The open library. Raises as `Library.open`; waits for a command that reads, not for one that stays."""
        with self._guard:
            if self._library is None:
                self._library = self._opened()
            library = self._library
            self._users += 1
        try:
            yield library
        finally:
            with self._guard:
                self._users -= 1

    def release(self) -> None:
        """Let other processes in until the library is used again; nothing happens where it is resident or in use."""
        with self._guard:
            if not self._resident and self._users == 0:
                self.close()

    def close(self) -> None:
        """Close the library. Closing twice is harmless."""
        with self._guard:
            library, self._library = self._library, None
        if library is not None:
            library.close()

    def _opened(self) -> Library:
        end = time.monotonic() + WAIT_S
        while True:
            try:
                return self._opening()
            except LibraryBusy as error:
                if time.monotonic() >= end or not held_briefly(error):
                    raise
                time.sleep(_POLL_S)

"""A library opened when it is first used, and let go of while a model writes, so that the next command gets in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self, cast

from service.errors import LibraryBusy
from service.library.door import Door
from service.library.library import Library
from service.library.lock import held_briefly
from service.library.remote import HolderGone, RemoteLibrary

WAIT_S: Final = 15.0
"""How long to wait for a command that holds the library only while it reads."""
_POLL_S: Final = 0.1


class LibrarySession:
    """The library of one front end. `resident`: it stays open until `close`, as a server's does, and others come in
    through its door. Where another process holds it, its door is used, unless this one has to be the holder.
    """

    def __init__(
        self,
        opening: Callable[[], Library],
        *,
        resident: bool,
        root: Path | None = None,
        embedding: str = "",
        guest: bool = True,
    ) -> None:
        """`root` and `embedding` are for the door: without `root` there is none. `guest`: may come in through one."""
        self._opening = opening
        self._resident = resident
        self._root = root
        self._embedding = embedding
        self._guest = guest and root is not None
        self._guard = threading.RLock()
        self._users = 0
        self._hooks: list[Callable[[Library], None]] = []
        self._door: Door | None = None
        self._library: Library | None = None
        if resident:
            self._library = self._opened()

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
                for hook in self._hooks:
                    hook(self._library)
            library = self._library
            self._users += 1
        try:
            yield library
        except HolderGone:
            with self._guard:
                self._library = None
            raise
        finally:
            with self._guard:
                self._users -= 1

    def whenever_opened(self, hook: Callable[[Library], None]) -> None:
        """Call `hook` with the library now, and again each time it is opened anew."""
        with self.using() as library:
            self._hooks.append(hook)
            hook(library)

    def release(self) -> None:
        """Let other processes in until the library is used again; nothing happens where it is resident or in use."""
        with self._guard:
            if not self._resident and self._users == 0:
                self.close()

    def stop(self) -> None:
        """Have imports and fills leave off, and open the library no more."""
        with self._guard:
            library = self._library
        if library is not None:
            library.stop()

    def close(self) -> None:
        """Close the library, once who came through its door has left. Closing twice is harmless."""
        with self._guard:
            library, self._library = self._library, None
            door, self._door = self._door, None
        if door is not None:
            door.close()
        if library is not None:
            library.close()

    def _opened(self) -> Library:
        end = time.monotonic() + WAIT_S
        while True:
            try:
                library = self._opening()
            except LibraryBusy as error:
                if (guest := self._through_the_door()) is not None:
                    return guest
                if self._resident or time.monotonic() >= end or not held_briefly(error):
                    raise
                time.sleep(_POLL_S)
            else:
                if self._resident and self._root is not None:
                    self._door = Door(library, self._root, embedding=self._embedding)
                    library.share_the_processor(lambda: self._door is not None and self._door.in_use)
                return library

    def _through_the_door(self) -> Library | None:
        if not self._guest or self._root is None:
            return None
        return cast(Library | None, RemoteLibrary.at(self._root, embedding=self._embedding))

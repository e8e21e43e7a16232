"""A library that another process holds, through its door: the same calls, answered there."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any, Final

from service.errors import FingerprintMismatch, LibraryError
from service.library.door import FILE, PAGE, Call
from service.llm.core.payer import current_payer
from service.records import Filters, ImportReport, Notice, Paper, Record, Shelving

_CALLBACKS: Final = ("progress",)


class HolderGone(LibraryError):
    """The process that held the library has ended meanwhile: the same command finds the library free."""

    retryable = True


class RemoteLibrary:
    """The calls of `Library`, one at a time. Its method names are those of `Library`, which answers them."""

    def __init__(self, connect: Callable[[], Connection[Any, Any]]) -> None:
        """`connect` opens a line to the holder: one for calls, and one more for each iterator."""
        self._connect = connect
        self._connection = connect()
        self._turn = threading.RLock()

    @classmethod
    def at(cls, root: Path, *, embedding: str) -> RemoteLibrary | None:
        """Through the door of the library in `root`; `None` where its holder has none, or is another user's process.

        Raises `FingerprintMismatch` where the holder embeds with another model than this process would.
        """
        try:
            door = json.loads(_own(root / FILE))
            address, key, theirs = str(door["address"]), bytes.fromhex(door["key"]), str(door["embedding"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if theirs != embedding:
            raise FingerprintMismatch(
                f"the library {str(root)!r} is in use by a process that embeds with {theirs!r}; this one would with "
                f"{embedding!r}. Set LITWEAVE_EMBEDDING alike, or wait for the other"
            )
        try:
            return cls(lambda: Client(address, family="AF_UNIX", authkey=key))
        except (OSError, EOFError, AuthenticationError):
            return None

    def import_papers(
        self,
        records: Iterable[Record],
        *,
        progress: Callable[[int], None] | None = None,
        embed: bool | None = True,
        titles: bool = True,
        shelving: Shelving | None = None,
    ) -> ImportReport:
        """As `Library.import_papers`; the records are read here and sent in batches, whole batches stay."""
        reports: list[ImportReport] = []
        remaining = iter(records)
        done = 0
        notices: list[Record] = []  # what they say counts once all papers are there
        while page := list(islice(remaining, PAGE)):
            notices += (record for record in page if isinstance(record, Notice))
            batch = [record for record in page if not isinstance(record, Notice)]
            reports.append(
                self._call("import_papers", (batch,), {"embed": False, "titles": titles, "shelving": shelving})
            )
            done += reports[-1].total
            if progress is not None:
                progress(done)
        if notices:
            reports.append(self._call("import_papers", (notices,), {"embed": False}))
        if embed or (embed is None and self._call("is_small", (), {})):
            self._call("embed_waiting", (), {})
        return ImportReport.together(reports)

    def embed_in_background(self) -> None:
        """The holder sees to it."""

    def stop(self) -> None:
        """What the holder does goes on."""

    def close(self) -> None:
        """Leave. Closing twice is harmless."""
        self._connection.close()

    def __getattr__(self, name: str) -> _Part:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Part(self, (name,))

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]:
        """The papers that pass, on a line of their own, which ends with the iterator."""
        try:
            line = self._connect()
        except (OSError, EOFError, AuthenticationError) as error:
            raise _gone() from error
        with line:
            line.send(Call("", "papers", (filters,), {}))
            while (reply := _received(line)).kind == "items":
                yield from reply.value

    def _call(self, method: str, args: Sequence[Any], kwargs: dict[str, Any], *, part: str = "") -> Any:
        ears = {name: kwargs[name] for name in _CALLBACKS if kwargs.get(name) is not None}
        plain = {name: value for name, value in kwargs.items() if name not in _CALLBACKS}
        with self._turn:
            self._send(Call(part, method, tuple(args), plain, tuple(ears), current_payer()))
            try:
                while (reply := _received(self._connection)).kind == "heard":
                    ears[reply.name](*reply.value)
            except KeyboardInterrupt:
                self.close()  # the holder stops working on it
                raise
        return reply.value

    def _send(self, call: Call) -> None:
        try:
            self._connection.send(call)
        except OSError as error:
            raise _gone() from error


def _own(path: Path) -> bytes:
    """A file that this user alone can have written and read. Raises `OSError`.

    Messages are pickled: who answers at the door can have this process do anything. Another user's folder may hold a
    door whose key is true and whose holder is hostile.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        found = os.fstat(file.fileno())
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(f"{str(path)!r} is not this user's alone")
        return file.read()


def _received(line: Connection[Any, Any]) -> Any:
    """The next reply. Raises what the holder raised, `HolderGone` where there is none."""
    try:
        reply = line.recv()
    except (EOFError, OSError) as error:
        raise _gone() from error
    if reply.kind == "error":
        raise reply.value
    return reply


class _Part:
    """A method of the library, called there, or something it has, with methods of its own."""

    def __init__(self, library: RemoteLibrary, path: tuple[str, ...]) -> None:
        self._library = library
        self._path = path

    def __getattr__(self, name: str) -> _Part:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Part(self._library, (*self._path, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        *part, method = self._path
        return self._library._call(method, args, kwargs, part=".".join(part))


def _gone() -> HolderGone:
    return HolderGone("the process that held the library has ended; run the command again")

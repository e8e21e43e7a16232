"""The door of a library: the process that holds it answers the library's calls of other processes by a local socket.

A long import keeps the library for as long as it runs. A second command goes through the door and sees the same
library as its owner does. Both ends belong to one user: the socket and its key lie in files that only that user can
read, and each end proves that it knows the key before anything is taken from it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.diskspace import write_atomically
from service.errors import LibraryError, LitweaveError
from service.llm.core.payer import Payer, paying

if TYPE_CHECKING:
    from service.library.library import Library

FILE: Final = "DOOR"
PAGE: Final = 500
"""Items of an iterator sent at a time."""
_SOCKET: Final = "door.sock"
_LONGEST_ADDRESS: Final = 100
"""Bytes; the system's own limit is 104 to 108."""
_QUIET_S: Final = 0.5
_DRAIN_S: Final = 5.0
"""How long `close` waits at most until no call has come for `_QUIET_S`."""
_NOT_OPEN: Final = frozenset({"open", "close", "stop", "embed_in_background"})
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a library's method; `part`: the attributes of the library that lead to its owner, as in
    "shelves.tags", or "".

    `heard`: keyword arguments that are callbacks; what they are called with is sent back before the result.
    `payer`: the API key that it is made for.
    """

    part: str
    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    heard: tuple[str, ...] = ()
    payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """`kind`: "heard" (a callback's arguments), "items" (a page of an iterator), "result" or "error", which end it."""

    kind: str
    value: Any
    name: str = ""


class _ClientGone(Exception):
    """Nobody waits for the result any more."""


class Door:
    """Serves one open library until `close`; a thread a client. Raises nothing where no socket can be made."""

    def __init__(self, library: Library, root: Path, *, embedding: str) -> None:
        self._library = library
        self._file = root / FILE
        self._closing = threading.Event()
        self._guard = threading.Condition()
        self._clients: set[Connection[Any, Any]] = set()
        self._calls = 0
        self._last_call_s = 0.0
        self._folder: str | None = None
        self._listener: Listener | None = None
        key = secrets.token_bytes(32)
        try:
            address = self._address(root)
            self._listener = Listener(address, family="AF_UNIX", backlog=16, authkey=key)
            os.chmod(address, 0o600)
            document = {"address": address, "key": key.hex(), "embedding": embedding}
            write_atomically(self._file, json.dumps(document))
        except OSError as error:
            _LOG.warning("other commands must wait for this one: no socket in %s (%s)", root, error)
            self.close()
            return
        threading.Thread(target=self._accept, name="litweave-door", daemon=True).start()

    @property
    def in_use(self) -> bool:
        """Whether another process is at the door."""
        return bool(self._clients)

    def close(self) -> None:
        """Let nobody in any more, and wait a few seconds for who is inside. Closing twice is harmless."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as waking:
                waking.connect(str(listener.address))  # `accept` does not hear of a `close`
            listener.close()
        self._drain()
        with self._guard:
            for client in self._clients:
                _hang_up(client)
        folder, self._folder = self._folder, None
        if folder is not None:
            with contextlib.suppress(OSError):
                os.rmdir(folder)

    def _drain(self) -> None:
        end = time.monotonic() + _DRAIN_S
        with self._guard:
            while self._clients and time.monotonic() < end:
                if not self._calls and time.monotonic() - self._last_call_s > _QUIET_S:
                    return
                self._guard.wait(0.1)

    def _address(self, root: Path) -> str:
        address = root.resolve() / _SOCKET
        if len(os.fsencode(address)) > _LONGEST_ADDRESS:
            self._folder = tempfile.mkdtemp(prefix="litweave-")
            address = Path(self._folder) / _SOCKET
        address.unlink(missing_ok=True)  # of a process that was killed
        return str(address)

    def _accept(self) -> None:
        while not self._closing.is_set():
            listener = self._listener
            if listener is None:
                return
            try:
                client = listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue
            except OSError:
                return
            with self._guard:
                if self._closing.is_set():  # it came in while the door was being closed
                    client.close()
                    return
                self._clients.add(client)
            threading.Thread(target=self._serve, args=(client,), name="litweave-door", daemon=True).start()

    def _serve(self, client: Connection[Any, Any]) -> None:
        try:
            while isinstance(call := client.recv(), Call):
                with self._counted():
                    self._answer(client, call)
        except (EOFError, OSError, _ClientGone):
            pass
        finally:
            with self._guard:
                self._clients.discard(client)
                self._guard.notify_all()
            client.close()

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._guard:
            self._calls += 1
        try:
            yield
        finally:
            with self._guard:
                self._calls -= 1
                self._last_call_s = time.monotonic()

    def _answer(self, client: Connection[Any, Any], call: Call) -> None:
        try:
            with paying(call.payer):
                result = self._method(call)(*call.args, **call.kwargs, **self._ears(client, call))
                if isinstance(result, Iterator):
                    while page := list(islice(result, PAGE)):
                        client.send(Reply("items", page))
                    result = None
            client.send(Reply("result", result))
        except (_ClientGone, OSError) as error:
            raise _ClientGone from error
        except LitweaveError as error:
            client.send(Reply("error", error))
        except Exception as error:  # noqa: BLE001  the caller is told, the holder goes on
            _LOG.warning("a call through the door failed", exc_info=True)
            client.send(Reply("error", LibraryError(f"the process that holds the library failed: {error!r}")))

    def _method(self, call: Call) -> Callable[..., Any]:
        names = [*filter(None, call.part.split(".")), call.method]
        if any(name.startswith("_") or name in _NOT_OPEN for name in names):
            raise LibraryError(f"{call.method!r} cannot be called from another process")
        return reduce(getattr, names, self._library)  # type: ignore[return-value]

    def _ears(self, client: Connection[Any, Any], call: Call) -> dict[str, Callable[..., None]]:
        def ear(name: str) -> Callable[..., None]:
            def hear(*values: Any) -> None:
                try:
                    client.send(Reply("heard", values, name))
                except OSError as error:
                    raise _ClientGone from error

            return hear

        return {name: ear(name) for name in call.heard}


def _hang_up(client: Connection[Any, Any]) -> None:
    """End a connection that another thread reads from: closing its file would not wake that thread."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(client.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)

"""The directory of a library, and its one owning process: an advisory lock on a file that says who holds it.

Two processes on one Chroma store damage it without an error. The kernel releases the lock when its owner
ends, however it ends, so there is nothing to clean up after a crash.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from service.diskspace import unwritable
from service.errors import LibraryBusy, LibraryError, LibraryMissing

CATALOG: Final = "catalog.sqlite3"
_NAME: Final = "LOCK"
_WORD: Final = re.compile(r"[a-z]{2,12}")
_READING: Final = frozenset({"ask", "check", "compare", "draft", "mcp", "papers", "search", "survey"})


def prepare(root: Path, *, create: bool) -> None:
    """Make sure that there is a library, or with `create` a directory for one.

    Raises `LibraryMissing`, and `LibraryError` for a path that is no directory or cannot be made.
    """
    if root.exists() and not root.is_dir():
        raise LibraryError(f"{str(root)!r} is not a directory; choose another library with --library")
    if (root / CATALOG).is_file():
        return
    if not create:
        raise LibraryMissing(
            f"there is no library at {str(root)!r}; make one with `litweave import PATH`, "
            "or choose another with --library"
        )
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        (root / CATALOG).touch(mode=0o600)  # SQLite gives its other files the same mode
    except OSError as error:
        raise LibraryError(f"cannot make the library {str(root)!r}: {error.strerror}") from error


class LibraryLock:
    """Held from construction until `release`. Raises `LibraryBusy` when another process, or this one, has it."""

    def __init__(self, root: Path) -> None:
        path = root / _NAME
        try:
            self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise unwritable(root, error) or LibraryError(
                f"cannot write to the library {str(root)!r} ({error.strerror}); check its owner and permissions"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            self._descriptor = None
            raise _busy(root) from error
        self._write_owner()

    @property
    def descriptor(self) -> int | None:
        """The open file that holds the lock; a child that inherits it holds it too. `None` once released."""
        return self._descriptor

    def release(self) -> None:
        """Let the next process in. Releasing twice is harmless. The file stays: removing it would let two in."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.ftruncate(descriptor, 0)
            os.close(descriptor)

    def _write_owner(self) -> None:
        assert self._descriptor is not None
        owner = {
            "pid": os.getpid(),
            "command": _command(sys.argv),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with suppress(OSError):  # a full disk: the lock holds without a name on it
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps(owner).encode(), 0)


def _command(arguments: Sequence[str]) -> str:
    """`litweave serve`: the program and its command. Never what it was asked: others may read the file."""
    name = Path(arguments[0]).name or "python"
    given = next((word for word in arguments[1:] if not word.startswith("-")), "")
    return f"{name} {given}" if _WORD.fullmatch(given) else name


def held_briefly(error: LibraryBusy) -> bool:
    """Whether the library is in the hands of a command that only reads, and so lets go of it within seconds.

    Who has not yet said what it runs gets the benefit of the doubt.
    """
    return error.command is None or error.command.rpartition(" ")[2] in _READING


def _busy(root: Path) -> LibraryBusy:
    command = None
    try:
        owner = json.loads((root / _NAME).read_bytes())
        command = str(owner["command"])
        who = f"process {int(owner['pid'])} ({command}, since {owner['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process (which has not yet said who it is)"
    return LibraryBusy(
        f"the library {str(root)!r} is in use by {who}; wait for it or stop it, ask it over HTTP if it is "
        "`litweave serve`, or choose another library with --library",
        command=command,
    )

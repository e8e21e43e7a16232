"""A library that cannot be written is read from a copy elsewhere: both indexes write something when they open."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from service.diskspace import SPARE_BYTES, disk_full, free_bytes
from service.errors import DiskFull, LibraryBusy, LibraryError, LibraryReadOnly
from service.library.library import Library
from service.library.lock import CATALOG
from service.records import Health
from service.settings import Settings

_LOG = logging.getLogger(__name__)

_PARTS: Final = (CATALOG, f"{CATALOG}-wal", "words", "vectors", "CLEAN")
_CHANGING: Final = frozenset({"import_papers", "amend", "corrections"})
"""What of a library's methods and parts changes it; its indexes and what is read off abstracts it may keep."""
_PLACES: Final = (None, "/dev/shm")
"""Where there may be room: the temporary directory, and memory."""


def open_readable(settings: Settings, *, create: bool, repair: bool = False) -> Library:
    """The library; one that cannot be written, for want of space or permission, from a copy that refuses changes.

    Raises as `Library.open`.
    """
    try:
        if (settings.library / CATALOG).is_file() and _is_full(settings.library):
            raise disk_full(settings.library / CATALOG)  # it might open, and fail at the first search
        return Library.open(settings, create=create, repair=repair)
    except (LibraryReadOnly, DiskFull) as error:
        why = error
    copy = ReadableCopy(settings.library, why)
    with ExitStack() as undo:
        undo.callback(copy.close)
        own = settings.model_copy(update={"library": copy.path, "chroma_url": None})
        library = CopiedLibrary.open(own, create=False)
        undo.pop_all()
    library.copy = copy
    library.refuse_keeping(why)
    _LOG.warning("%s. Meanwhile it is read from a copy, and nothing new is kept.", why)
    return library


class CopiedLibrary(Library):
    """A library over a copy, which goes when it is closed. What would change the library is refused."""

    copy: ReadableCopy | None = None

    def __getattribute__(self, name: str) -> Any:
        if name in _CHANGING and (copy := object.__getattribute__(self, "copy")) is not None:
            raise copy.why
        return super().__getattribute__(name)

    def refuse_keeping(self, why: LibraryError) -> None:
        """What a person would keep on a copy would be lost with it: refused as well."""
        self._catalog.refuse_keeping(why)

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        """As `Library.health`; refuses to rebuild."""
        if rebuild and self.copy is not None:
            raise self.copy.why
        return super().health(recall=recall)

    def close(self) -> None:
        """Let go of the copy, and delete it."""
        super().close()
        if self.copy is not None:
            self.copy.close()


def _is_full(root: Path) -> bool:
    free = free_bytes(root)
    return free is not None and free < SPARE_BYTES and os.access(root, os.W_OK)


class ReadableCopy:
    """A private copy of what is searched, until `close`. What is written there is lost, so nothing should be."""

    def __init__(self, root: Path, why: LibraryError) -> None:
        """Raises `why` where there is no room for it, `LibraryBusy` where another process writes."""
        self.why = why
        with _nobody_writes(root):
            self.path = _copied(root, why)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _copied(root: Path, why: LibraryError) -> Path:
    needed = sum(_size(root / part) for part in _PARTS) + 10_000_000
    if not (root / "vectors").is_dir():  # they lie in a server: the copy makes an index of its own
        needed += _size(root / CATALOG)
    for place in _PLACES:
        try:
            path = Path(tempfile.mkdtemp(prefix="litweave-", dir=place))
        except OSError:
            continue
        try:
            if (free_bytes(path) or 0) > needed:
                _copy(root, path)
                return path
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            raise LibraryError(f"the library {str(root)!r} cannot be read: {error}") from error
        shutil.rmtree(path, ignore_errors=True)
    raise type(why)(
        f"{why}. To search it now, {needed / 1e6:.0f} MB are needed for a copy: set TMPDIR to a place that has them"
    ) from why


def _copy(root: Path, path: Path) -> None:
    for part in _PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, path / part)  # with the times of change, by which a clean close is known
        elif (root / part).is_file():
            shutil.copy2(root / part, path / part)
    for folder, _, names in os.walk(path):
        os.chmod(folder, 0o700)
        for name in names:
            os.chmod(Path(folder) / name, 0o600)


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size if path.is_file() else 0


@contextmanager
def _nobody_writes(root: Path) -> Iterator[None]:
    """The library's lock, shared: readers do not keep each other out."""
    try:
        descriptor = os.open(root / "LOCK", os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:  # a library that was put on a read-only medium without it
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryBusy(f"the library {str(root)!r} is being written by another process; wait for it") from error
        except OSError:
            pass
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)

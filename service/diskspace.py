"""Small files written whole; whether a failure is that of a full disk or a closed place, and what to do about it."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import tempfile
from pathlib import Path
from typing import Final

from service.errors import DiskFull, LibraryError, LibraryReadOnly

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_SAYS_FULL: Final = re.compile(
    r"(?i)no space left|disk is full|disk full|file too large|quota exceeded|os error (28|122|27)\b"
)
_SAYS_CLOSED: Final = re.compile(r"(?i)read-?only|permission denied|os error (13|30)\b")
SPARE_BYTES: Final = 2_000_000
"""With less than this free, whatever fails to write fails for want of space, whatever it says."""
_EXPENDABLE: Final = {
    "evaluations": "finished evaluations",
    "surveys": "sections kept for `survey --resume`",
    "model.sqlite": "kept replies of models and what was spent",
}


def write_atomically(path: Path, text: str) -> None:
    """Write a small file for this user alone; a process that is killed leaves the old one whole. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def unwritable(path: Path, error: Exception) -> LibraryError | None:
    """`DiskFull` or `LibraryReadOnly`, where that is why `path` could not be written; else `None`."""
    code = getattr(error, "errno", None)
    sqlite = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    said = str(error)
    if code in _FULL or sqlite == sqlite3.SQLITE_FULL or _SAYS_FULL.search(said):
        return disk_full(path)
    if code in _CLOSED or sqlite in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or _SAYS_CLOSED.search(said):
        return LibraryReadOnly(
            f"{str(path)!r} cannot be written ({said}); what is stored can still be read. Make it writable, or copy "
            "the library's folder to a place that is"
        )
    free = free_bytes(path)
    return disk_full(path) if free is not None and free < SPARE_BYTES else None


def disk_full(path: Path) -> DiskFull:
    """The error that says how much is free, and what may be deleted."""
    free = free_bytes(path)
    left = "" if free is None else f" ({free / 1e6:.1f} MB free)"
    root = path if path.is_dir() else path.parent
    there = [f"{name!r} ({what})" for name, what in _EXPENDABLE.items() if _holds_something(root / name)]
    expendable = f"; of the library itself {', '.join(there)} can be deleted" if there else ""
    return DiskFull(
        f"there is no space left to write {str(path)!r}{left}: free some on that disk and run this again{expendable}. "
        "What was stored before is whole, and can be searched meanwhile"
    )


def _holds_something(path: Path) -> bool:
    try:
        return any(path.iterdir()) if path.is_dir() else path.stat().st_size > 0
    except OSError:
        return False


def free_bytes(path: Path) -> int | None:
    """Bytes that this user may still write beside the path; `None` where that cannot be told."""
    for place in (path, *path.parents):
        try:
            found = os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return found.f_bavail * found.f_frsize
    return None

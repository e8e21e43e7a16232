"""The directory of a library."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from service.errors import LibraryError, LibraryMissing

CATALOG: Final = "catalog.sqlite3"


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

"""Formats of many files: as a folder whose notes a person may have written in, and as a zip archive."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from service.errors import UsageError

_PIECE_BYTES: Final = 1 << 20
_HELD_BYTES: Final = 8_000_000
_ANY_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file, so that equal texts make equal archives."""


def zipped(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The files as the pieces of one archive."""
    with tempfile.SpooledTemporaryFile(max_size=_HELD_BYTES) as spooled:
        with ZipFile(spooled, "w") as archive:
            for path, text in files:
                info = ZipInfo(path, _ANY_DAY)
                info.compress_type = ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, text.encode("utf-8"))
        spooled.seek(0)
        while piece := spooled.read(_PIECE_BYTES):
            yield piece


class TextsThere(Mapping[str, str]):
    """The markdown files below a folder by their paths, each read when it is asked for. No link is followed, and what
    is hidden (`.obsidian`, `.trash`) is not looked at.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, path: str) -> str:
        """Raises `KeyError` for a file that is not there, or not UTF-8."""
        try:
            return place(self._folder, path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KeyError(path) from error

    def __iter__(self) -> Iterator[str]:
        for top, folders, names in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.lower().endswith(".md") and not name.startswith("."):
                    yield (Path(top) / name).relative_to(self._folder).as_posix()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def place(folder: Path, path: str) -> Path:
    """Where `path` is in the folder. Raises `UsageError` for one that leads out of it."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in parts[0]:
        raise UsageError(f"a writer names the file {path!r}, which is not in the folder that is written")
    return folder.joinpath(*parts)

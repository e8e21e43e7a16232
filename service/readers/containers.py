"""Zip archives of files to import, taken apart one file at a time."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from service.errors import SourceError
from service.readers.unpacking import (
    MOST_ENTRIES,
    MOST_UNPACKED,
    Allowance,
    Refused,
    fault_of_name,
    opened_zip,
    unpacked,
)
from service.records import Rejection
from service.text.normal import for_display

_MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_DOCUMENTS: Final = frozenset(("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "META-INF/container.xml"))
"""One of these makes it a workbook, a text document or a program, which is not taken apart."""
_SHOWN_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive, called `archive.zip/folder/file`; at `path` until the next one is asked for."""

    name: str
    number: int
    path: Path


@dataclass(frozen=True, slots=True)
class _Unpacking:
    folder: Path
    allowance: Allowance
    most_entries: int


def is_archive(path: Path) -> bool:
    """Whether the file is a zip archive of files, by its content."""
    try:
        with path.open("rb") as stream:
            return _is_archive(stream)
    except (OSError, ValueError):
        return False


def members(
    path: Path, *, most_bytes: int = MOST_UNPACKED, most_entries: int = MOST_ENTRIES
) -> Iterator[Member | Rejection]:
    """The files of a zip archive and of the archives in it, in order, and a `Rejection` by place for each refused one.

    Directories, hidden entries and what macOS adds are left out. Raises `SourceError` for a damaged or empty
    archive. Each temporary file is deleted when the next is asked for, and the last when the iterator is closed.
    """
    with tempfile.TemporaryDirectory(prefix="litweave-") as folder, path.open("rb") as stream:
        unpacking = _Unpacking(Path(folder), Allowance(most_bytes, path.stat().st_size), most_entries)
        is_empty = True
        for member in _members(stream, path.name, unpacking, is_inner=False):
            is_empty = False
            yield member
        if is_empty:
            raise SourceError(f"{path} holds no file to import: hidden entries and directories are left out")


def _members(stream: IO[bytes], name: str, unpacking: _Unpacking, *, is_inner: bool) -> Iterator[Member | Rejection]:
    file = unpacking.folder / ("inner" if is_inner else "outer")
    most = unpacking.most_entries
    with opened_zip(stream, name, most_entries=most) as archive:
        entries = archive.infolist()
        for number, entry in enumerate(entries[:most], start=1):
            if entry.is_dir() or _is_hidden(entry.filename):
                continue
            called = f"{name}/{for_display(entry.filename[:_SHOWN_NAME])}"
            try:
                _write(archive, entry, file, unpacking.allowance)
                yield from _contents(called, number, file, unpacking, is_inner=is_inner)
            except Refused as refused:
                yield Rejection(name, number, f"{called}: {refused}")
            finally:
                file.unlink(missing_ok=True)
        if len(entries) > most:
            reason = f"{name} holds {len(entries):,} entries, of which the first {most:,} are read: split it"
            yield Rejection(name, most + 1, reason)


def _contents(
    called: str, number: int, file: Path, unpacking: _Unpacking, *, is_inner: bool
) -> Iterator[Member | Rejection]:
    """The file itself, or what is in it where it is an archive."""
    if not is_archive(file):
        yield Member(called, number, file)
        return
    if is_inner:
        raise Refused("it is an archive in an archive in an archive: unpack it and import the files")
    with file.open("rb") as stream:
        try:
            yield from _members(stream, called, unpacking, is_inner=True)
        except SourceError as error:
            raise Refused(str(error)) from error


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path, allowance: Allowance) -> None:
    fault = fault_of_name(entry)
    if fault is not None:
        raise Refused(fault)
    with file.open("wb") as out:
        for chunk in unpacked(archive, entry, allowance):
            out.write(chunk)


def _is_archive(stream: IO[bytes]) -> bool:
    stream.seek(0)
    if stream.read(4) not in _MAGICS:
        return False
    try:
        with opened_zip(stream, "") as archive:
            return not _DOCUMENTS & set(archive.namelist())
    except SourceError:
        return True  # a damaged one is an archive all the same: whoever takes it apart says so


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part.strip(".") for part in parts) or not parts[-1]

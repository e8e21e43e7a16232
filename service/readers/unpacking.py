"""The entries of a zip archive, unpacked in bounded time, memory and space: for archives and for workbooks alike."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from service.errors import SourceError

MOST_ENTRIES: Final = 10_000
MOST_UNPACKED: Final = 2_000_000_000
"""Bytes, of all entries together."""
_BOMB_FREE_BYTES: Final = 100_000_000
_BOMB_RATIO: Final = 200
_CHUNK: Final = 1 << 16
# In the table of contents, with a name of 750 bytes. An archive of a million entries costs a gigabyte to list.
_BYTES_AN_ENTRY: Final = 800
_END: Final = b"PK\x05\x06"
_FURTHER_END: Final = b"PK\x06\x07"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE: Final = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, EOFError, struct.error)
_DRIVE: Final = re.compile(r"[A-Za-z]:")


class Refused(Exception):
    """An entry that is not unpacked; the message says why and what to do."""


@dataclass(slots=True)
class Allowance:
    """What may still be unpacked of an archive of `packed` bytes and the archives in it.

    `kept` is what of it was not refused: one bomb is not to make bombs of the others.
    """

    most: int = MOST_UNPACKED
    packed: int = 0
    unpacked: int = 0
    kept: int = 0

    def spend(self, count: int) -> None:
        """Raises `Refused` where it is too much, or grows out of proportion."""
        self.unpacked += count
        self.kept += count
        if self.unpacked > self.most:
            raise Refused(_too_much(self.most))
        if self.kept > _BOMB_FREE_BYTES and self.kept > _BOMB_RATIO * max(self.packed, 1):
            raise Refused(f"it grows over {_BOMB_RATIO}-fold when unpacked: it is not read")


def opened_zip(stream: IO[bytes], name: str, *, most_entries: int = MOST_ENTRIES) -> zipfile.ZipFile:
    """The archive. Raises `SourceError` where it is damaged or its table of contents is too long to be listed."""
    if _directory_bytes(stream) > _BYTES_AN_ENTRY * most_entries:
        raise SourceError(f"{name} holds too many entries: import at most {most_entries:,} at a time")
    try:
        return zipfile.ZipFile(stream)
    except _DAMAGE as error:
        raise SourceError(f"{name} is a damaged zip archive ({error}): fetch it again") from error


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowance: Allowance) -> Iterator[bytes]:
    """The bytes of one entry in pieces. Raises `Refused` when it is encrypted, damaged or too large.

    What the archive says of sizes is believed only where it condemns it.
    """
    if entry.flag_bits & 1:
        raise Refused("it is encrypted: unpack the archive with its password and import the files")
    if entry.compress_type not in _METHODS:
        raise Refused("it is packed in a way that is not read: pack it as ordinary zip (deflate)")
    if entry.file_size > allowance.most - allowance.unpacked:
        raise Refused(_too_much(allowance.most))
    own = Allowance(allowance.most, entry.compress_size)
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                own.spend(len(chunk))
                allowance.spend(len(chunk))
                yield chunk
    except Refused:
        allowance.kept -= min(own.kept, allowance.kept)
        raise
    except (*_DAMAGE, zlib.error, RuntimeError) as error:
        raise Refused(f"it is damaged ({error}): fetch the archive again") from error


def _too_much(most: int) -> str:
    return f"the archive holds more than {most:,} bytes: unpack it and import the files"


def fault_of_name(entry: zipfile.ZipInfo) -> str | None:
    """Why an entry is not to be trusted by its name or kind; `None` where nothing is wrong."""
    names = (entry.filename, entry.orig_filename)
    if any(name.startswith(("/", "\\")) or _DRIVE.match(name) for name in names):
        return "its name is an absolute path: pack the archive anew"
    if any(".." in re.split(r"[/\\]", name) for name in names):
        return "its name leads out of the archive: pack the archive anew"
    if any("\x00" in name for name in names):
        return "its name holds a NUL character: pack the archive anew"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link to another file: pack the file itself"
    return None


def _directory_bytes(stream: IO[bytes]) -> int:
    """The length of the table of contents as the end of the archive has it; 0 where there is no such end."""
    stream.seek(0, 2)
    size = stream.tell()
    start = max(0, size - 66_000)
    stream.seek(start)
    tail = stream.read(66_000)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 16:
        return 0
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if length < 0xFFFFFFFF or at < 20 or not tail.startswith(_FURTHER_END, at - 20):
        return length
    stream.seek(min(int.from_bytes(tail[at - 12 : at - 4], "little"), size))
    return int.from_bytes(stream.read(48)[40:48], "little")

"""A source file as numbered lines of text, in bounded memory.

Encodings: UTF-8 (with or without BOM) and UTF-16 with BOM, plain or gzip-compressed. A line that is too
long, or not valid in the file's encoding, comes as a `Line` with a `fault` and no text, so that one bad
line costs one record and not the file: a Latin-1 file of a thousand records in which nine have an accent
yields 991 papers and nine rejections that name their lines, and nothing is guessed or replaced.
"""

from __future__ import annotations

import gzip
import io
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from service.errors import SourceError

HEAD_BYTES = 65_536
MOST_WHOLE_BYTES = 300_000_000
"""Of a file that its parser needs as a whole."""
_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_UTF32_BOMS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"
_BINARY_MAGICS = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"SQLite format 3", b"\x7fELF", b"{\\rtf")
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\n\x0b\x0c\r\x1b") | {0x7F}
_MAX_CONTROL_SHARE = 0.01
# Text shrinks 3 to 20 times under gzip; a file that grows 200-fold past this size is a decompression bomb.
_BOMB_FREE_BYTES = 100_000_000
_BOMB_RATIO = 200
# A listing has a few blank lines a paper; nothing but blank lines would keep a reader busy for minutes.
_FREE_BLANK_LINES = 100_000
_BLANK_LINES_A_LINE = 20
_TELL_LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its 1-based number, its text without the line ending, the ending, or what is wrong with it."""

    number: int
    text: str
    ending: str = "\n"
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file that is known to hold text. `head` is its beginning, at most `HEAD_BYTES`, for sniffing."""

    path: Path
    encoding: str
    head: str

    def whole(self) -> str:
        """All of it at once: line ends as "\\n", no byte order mark at any seam, invalid bytes as lone surrogates.

        Raises `SourceError` where it is longer than `MOST_WHOLE_BYTES`, damaged, or a decompression bomb.
        """
        data = self.data().removeprefix(_UTF8_BOM)
        text = data.decode(self.encoding, errors="surrogateescape" if self.encoding == "utf-8" else "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")

    def data(self) -> bytes:
        """All of its bytes, unpacked. Raises as `whole`."""
        too_large = f"{self.path} is larger than {MOST_WHOLE_BYTES:,} bytes: split it into several files"
        try:
            if self.path.stat().st_size > MOST_WHOLE_BYTES:
                raise SourceError(too_large)
            with self.path.open("rb") as raw, unpacked(raw) as stream:
                data = stream.read(MOST_WHOLE_BYTES + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"{self.path} is damaged gzip data: fetch it again") from error
        except Bomb as error:
            raise SourceError(f"{self.path} grows over {_BOMB_RATIO}-fold when unpacked: it is not read") from error
        if len(data) > MOST_WHOLE_BYTES:
            raise SourceError(too_large)
        return data

    def lines(self, *, max_bytes: int, position: Callable[[int], None] | None = None) -> Iterator[Line]:
        """Every line. A line over `max_bytes` is skipped without being held in memory.

        `position` hears now and then how many bytes of the file, compressed or not, have been read.
        """
        with self.path.open("rb") as raw, unpacked(raw) as stream:
            number = blank = 0
            try:
                split = _utf16_lines if self.encoding == "utf-16" else _utf8_lines
                for line in split(stream, max_bytes):
                    number = line.number
                    blank += line.fault is None and (not line.text or line.text.isspace())
                    if blank > _FREE_BLANK_LINES + _BLANK_LINES_A_LINE * (number - blank):
                        yield Line(number, "", fault=f"{blank:,} of {number:,} lines are blank: not read on")
                        return
                    if position is not None and number % _TELL_LINES == 0:
                        position(raw.tell())
                    yield line
            except (EOFError, zlib.error, gzip.BadGzipFile):
                yield Line(number + 1, "", fault=f"the compressed data is damaged or cut off after line {number}")
            except Bomb:
                yield Line(number + 1, "", fault=f"the compressed data grows over {_BOMB_RATIO}-fold: not read on")


class Bomb(Exception):
    """Compressed data that grows out of all proportion."""


def _no_parquet(path: Path, start: bytes) -> None:
    if start.startswith(b"PAR1"):
        reading = f"pandas.read_parquet({str(path)!r}).to_json({str(path.with_suffix('.jsonl'))!r}"
        raise SourceError(
            f"{path} is Parquet, which is not read: write it as JSON lines, with pandas and pyarrow for example: "
            f"python -c \"import pandas; {reading}, orient='records', lines=True)\""
        )


def open_text(path: Path) -> SourceText:
    """Sniff `path`. Raises `SourceError` when it is missing, no regular file, unreadable, empty or binary."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            kind = "a directory: give the files in it" if path.is_dir() else "not a regular file"
            raise SourceError(f"{path} is {kind}")
        with path.open("rb") as raw, unpacked(raw) as stream:
            start = _head(stream)
            blank = _is_blank(start)
            while blank and (more := _head(stream)):
                start, blank = start[:4] + more, _is_blank(more)
    except FileNotFoundError as error:
        raise SourceError(f"{path} does not exist: check the path") from error
    except PermissionError as error:
        raise SourceError(f"{path} cannot be read: permission denied") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path} is damaged gzip data: fetch it again") from error
    except Bomb as error:
        raise SourceError(f"{path} is blank and grows over {_BOMB_RATIO}-fold: there is nothing to import") from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{str(path)!r} cannot be read: {error}") from error
    if blank:
        raise SourceError(f"{path} is empty: there is nothing to import")
    _no_parquet(path, start)
    encoding = _encoding(path, start)
    head = start.decode(encoding, errors="replace").removeprefix("\ufeff")
    return SourceText(path, encoding, head)


def _head(stream: IO[bytes]) -> bytes:
    """Up to `HEAD_BYTES`; of damaged gzip data what comes before the damage. Raises where that is nothing."""
    parts: list[bytes] = []
    size = 0
    try:
        while size < HEAD_BYTES and (part := stream.read1(HEAD_BYTES - size)):  # type: ignore[attr-defined]
            parts.append(part)
            size += len(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        if not parts:
            raise
    return b"".join(parts)


def _is_blank(start: bytes) -> bool:
    return (
        not start.removeprefix(_UTF8_BOM).lstrip(b"\xff\xfe").replace(b"\x00", b"").strip() and b"\x00\x00" not in start
    )


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith(_UTF32_BOMS):
        raise SourceError(f"{path} is in UTF-32, which is not read: save it as UTF-8")
    if start.startswith(_UTF16_BOMS):
        return "utf-16"
    if start.startswith(_BINARY_MAGICS) or start.startswith(_GZIP_MAGIC) or _looks_binary(start):
        raise SourceError(
            f"{path} is a binary file (or UTF-16 without a byte order mark), not text: "
            "export the papers as JSONL or save the listing as UTF-8 text"
        )
    return "utf-8"


def _looks_binary(start: bytes) -> bool:
    """A lone NUL is a bad record; control characters throughout are another kind of file."""
    controls = sum(start.count(code) for code in _CONTROLS)
    return controls > max(2, _MAX_CONTROL_SHARE * len(start))


@contextmanager
def unpacked(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream, or what it holds as gzip; reading that raises `Bomb` where it grows out of proportion."""
    packed = raw.read(2) == _GZIP_MAGIC
    raw.seek(0)
    if not packed:
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as stream:
        yield io.BufferedReader(_Guarded(stream, raw), 1 << 16)


class _Guarded(io.RawIOBase):
    """A decompressed stream that stops when it has grown out of proportion to what was read of the file."""

    def __init__(self, stream: gzip.GzipFile, raw: IO[bytes]) -> None:
        self._stream, self._raw, self._count = stream, raw, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read1(len(buffer))
        self._count += len(data)
        if self._count > _BOMB_FREE_BYTES and self._count > _BOMB_RATIO * self._raw.tell():
            raise Bomb
        buffer[: len(data)] = data
        return len(data)


def _too_long(max_bytes: int) -> str:
    return f"the line is longer than {max_bytes:,} bytes: split it, or raise LITWEAVE_MAX_RECORD_BYTES"


def _utf8_lines(stream: IO[bytes], max_bytes: int) -> Iterator[Line]:
    number = 0
    while raw := stream.readline(max_bytes + 2):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_UTF8_BOM)
        body = raw.rstrip(b"\r\n") if raw.endswith(b"\n") else raw
        if len(body) > max_bytes:
            blank = body.isspace()
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(HEAD_BYTES)
                blank = blank and (not raw or raw.isspace())
            yield Line(number, "", fault=None if blank else _too_long(max_bytes))
            continue
        try:
            yield Line(number, body.decode("utf-8"), raw[len(body) :].decode("ascii"))
        except UnicodeDecodeError as error:
            bad = f"byte 0x{body[error.start]:02x} at column {error.start + 1} is not valid UTF-8"
            yield Line(number, "", fault=f"{bad}: save the file as UTF-8")


def _utf16_lines(stream: IO[bytes], max_bytes: int) -> Iterator[Line]:
    number = 0
    longest = max_bytes // 2
    text = io.TextIOWrapper(stream, encoding="utf-16", newline="\n")
    try:
        while raw := text.readline(longest + 2):
            number += 1
            body = raw.rstrip("\r\n") if raw.endswith("\n") else raw
            if len(body) > longest:
                while raw and not raw.endswith("\n"):
                    raw = text.readline(HEAD_BYTES)
                yield Line(number, "", fault=_too_long(max_bytes))
                continue
            yield Line(number, body, raw[len(body) :])
    except UnicodeDecodeError as error:
        fault = f"not valid UTF-16 from here on ({error.reason}): save the file as UTF-8"
        yield Line(number + 1, "", fault=fault)
    finally:
        text.detach()

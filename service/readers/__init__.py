"""Files -> papers. One format is one file with a `Reader`.

To add a format: write a class with `key`, `name`, `rank`, `recognises` and `records` (see `Reader`) in a file of its
own in this folder; another package registers its own under the entry point group `litweave.readers`.
Whatever is the same for all formats is done in `raw.py`.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from service.errors import SourceError, UnknownFormat
from service.readers import xlsx
from service.readers.containers import Member, is_archive, members
from service.readers.formats import Reader, readers
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Record, Rejection

__all__ = ["Reader", "format_keys", "read"]

_MOST_REJECTIONS: Final = 100_000  # of one file; each is kept to be reported
_MAGIC: Final = 4


def format_keys() -> tuple[str, ...]:
    """What `--format` takes."""
    return (*(reader.key for reader in readers()), xlsx.KEY)


def read(
    path: Path, *, max_record_bytes: int, position: Callable[[int], None] | None = None, format_: str | None = None
) -> Iterator[Record]:
    """The papers of one file, in file order, with a `Rejection` for each record that is not one, and behind a paper a
    `Remark` for each of its fields that could not be read and a `Notice` for what it says of another paper. Of a zip
    archive those of each file in it.

    The call itself raises, before any record: `UnknownFormat` when no reader knows the content, `SourceError`
    when the file is missing, a directory, unreadable, empty or binary. `format_` is a reader's key: then the content
    is not asked. A line over `max_record_bytes`, or one in another encoding, is a rejection. `position` hears now
    and then how many bytes of the file have been read. After 100,000 rejections the file is not read on.
    """
    if _is_regular(path) and is_archive(path):
        records = _of_archive(path, max_record_bytes, format_)
    else:
        records = _of_file(path, path.name, max_record_bytes, position, format_)
    first = next(records, None)  # what is wrong with the whole file is said now
    return _bounded(records if first is None else chain((first,), records))


def _of_file(
    path: Path, source: str, max_record_bytes: int, position: Callable[[int], None] | None, format_: str | None
) -> Iterator[Record]:
    workbook = _workbook(path) if _is_regular(path) else None
    if workbook is not None:
        return _finished(xlsx.records_of(workbook, source, max_record_bytes=max_record_bytes), source, max_record_bytes)
    text = open_text(path)
    for reader in readers():
        if reader.key == format_ or (format_ is None and reader.recognises(text.head)):
            records = reader.records(Opened(text, source, max_record_bytes, position))
            return _finished(records, source, max_record_bytes)
    raise UnknownFormat(
        f"{path} is in no format that is read here{_seems(text.head)}; read are {', '.join(r.name for r in readers())} "
        "and XLSX: convert it to one of these, or name its format with --format"
    )


def _of_archive(path: Path, max_record_bytes: int, format_: str | None) -> Iterator[Record]:
    for member in members(path):
        if not isinstance(member, Member):
            yield member
            continue
        try:
            yield from _of_file(member.path, member.name, max_record_bytes, None, format_)
        except SourceError as error:
            yield Rejection(path.name, member.number, str(error).replace(str(member.path), member.name))


def _is_regular(path: Path) -> bool:
    """Whether it is a file that can be opened and does not wait for anybody; `open_text` says what it is otherwise."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _workbook(path: Path) -> bytes | None:
    """The bytes of an XLSX workbook; `None` for any other file."""
    try:
        with path.open("rb") as stream:
            if stream.read(_MAGIC) != b"PK\x03\x04":
                return None
        data = path.read_bytes()
    except OSError:
        return None  # `open_text` says what is wrong with it
    return data if xlsx.is_xlsx(data) else None


def _seems(head: str) -> str:
    """What a file seems to be that no reader takes, in words; "" where nothing tells."""
    start = head.lstrip()[:200].casefold()
    if start.startswith(("<!doctype html", "<html")):
        return " (it seems to be a web page: export the records from where you saw them)"
    if start.startswith("<"):
        return " (it seems to be XML of another kind)"
    if start.startswith(("{", "[")):
        return " (it seems to be JSON without titles that are understood)"
    if "\\documentclass" in start or "\\bibitem" in head:
        return " (it seems to be LaTeX: `litweave check` reads it)"
    return ""


def _finished(records: Iterator[RawRecord | Rejection], source: str, max_record_bytes: int) -> Iterator[Record]:
    """Every record as a paper. What is found wrong with the file behind the first record is a rejection."""
    number = 0
    try:
        for record in records:
            if not isinstance(record, RawRecord):
                number = record.line
                yield record
                continue
            number = record.number
            if isinstance(record.abstract, str) and len(record.abstract) > max_record_bytes:
                yield Rejection(source, number, _too_long(max_record_bytes))
            else:
                yield from papers_of(record, source)
    except SourceError as error:
        if not number:
            raise
        yield Rejection(source, number, f"behind this record: {error}")


def _too_long(max_record_bytes: int) -> str:
    reason = f"its abstract is longer than {max_record_bytes:,} characters: shorten it, or raise "
    return f"{reason}LITWEAVE_MAX_RECORD_BYTES"


def _bounded(records: Iterator[Record]) -> Iterator[Record]:
    rejected = 0
    for record in records:
        if isinstance(record, Rejection):
            rejected += 1
            if rejected > _MOST_REJECTIONS:
                yield Rejection(
                    record.source, record.line, f"over {_MOST_REJECTIONS:,} records are rejected: not read on"
                )
                return
        yield record

"""Files -> papers. One format is one file with a `Reader`, named in `READERS`.

To add a format: write a class with `key`, `name`, `recognises` and `records` (see `Reader`) in a file of its own, and
add it to `READERS`, the more particular notation first. Whatever is the same for all formats is done in `raw.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from service.errors import UnknownFormat
from service.readers.daily_papers import DailyPapers
from service.readers.jsonl import JsonLines
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection, Remark


class Reader(Protocol):
    """One file format."""

    @property
    def key(self) -> str:
        """The format as `--format` calls it: "bibtex"."""

    @property
    def name(self) -> str:
        """The format as a person calls it."""

    def recognises(self, head: str) -> bool:
        """Whether content that begins with `head` is this format. Suffixes say nothing."""

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """Every record in file order, one that cannot be taken apart as a `Rejection`; as many as the file has."""


_MOST_REJECTIONS = 100_000  # of one file; each is kept to be reported

READERS: tuple[Reader, ...] = (JsonLines(), DailyPapers())


def read(
    path: Path, *, max_record_bytes: int, position: Callable[[int], None] | None = None, format_: str | None = None
) -> Iterator[Paper | Rejection | Remark]:
    """The papers of one file, in file order, with a `Rejection` for each record that is not one, and behind a paper a
    `Remark` for each of its fields that could not be read.

    The call itself raises, before any record: `UnknownFormat` when no reader knows the content, `SourceError`
    when the file is missing, a directory, unreadable, empty or binary. `format_` is a reader's key: then the content
    is not asked. A line over `max_record_bytes`, or one in another encoding, is a rejection. `position` hears now
    and then how many bytes of the file have been read. After 100,000 rejections the file is not read on.
    """
    text = open_text(path)
    for reader in READERS:
        if reader.key == format_ or (format_ is None and reader.recognises(text.head)):
            return _bounded(_finished(reader, Opened(text, path.name, max_record_bytes, position)))
    known = ", ".join(reader.name for reader in READERS)
    raise UnknownFormat(f"{path} is in no format that is read here ({known}): convert it to one of these")


def _finished(reader: Reader, file: Opened) -> Iterator[Paper | Rejection | Remark]:
    for record in reader.records(file):
        if isinstance(record, RawRecord):
            yield from papers_of(record, file.source)
        else:
            yield record


def _bounded(records: Iterator[Paper | Rejection | Remark]) -> Iterator[Paper | Rejection | Remark]:
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

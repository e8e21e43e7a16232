"""Files -> papers. One format is one file with a `Reader`, named in `READERS`.

To add a format: write a class with `name`, `recognises` and `records` (see `Reader`) in a file of its own,
and add an instance to `READERS`, the more particular notation first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from service.errors import UnknownFormat
from service.readers.daily_papers import DailyPapers
from service.readers.jsonl import JsonLines
from service.readers.lines import Line, open_text
from service.records import Paper, Rejection


class Reader(Protocol):
    """One file format."""

    @property
    def name(self) -> str:
        """The format as a person calls it."""

    def recognises(self, head: str) -> bool:
        """Whether content that begins with `head` is this format. Suffixes say nothing."""

    def records(self, lines: Iterator[Line], *, source: str, max_record_bytes: int) -> Iterator[Paper | Rejection]:
        """Every record in file order, a bad one as a `Rejection`; holds about one record in memory."""


_MOST_REJECTIONS = 100_000  # of one file; each is kept to be reported

READERS: tuple[Reader, ...] = (JsonLines(), DailyPapers())


def read(
    path: Path, *, max_record_bytes: int, position: Callable[[int], None] | None = None
) -> Iterator[Paper | Rejection]:
    """The papers of one file, in file order, with a `Rejection` for each record that is not one.

    The call itself raises, before any record: `UnknownFormat` when no reader knows the content, `SourceError`
    when the file is missing, a directory, unreadable, empty or binary. Then the file is streamed: a line over
    `max_record_bytes`, or one in another encoding, is a rejection and never held in memory. `position` hears now
    and then how many bytes of the file have been read. After 100,000 rejections the file is not read on.
    """
    text = open_text(path)
    for reader in READERS:
        if reader.recognises(text.head):
            lines = text.lines(max_bytes=max_record_bytes, position=position)
            return _bounded(reader.records(lines, source=path.name, max_record_bytes=max_record_bytes))
    known = ", ".join(reader.name for reader in READERS)
    raise UnknownFormat(f"{path} is in no format that is read here ({known}): convert it to one of these")


def _bounded(records: Iterator[Paper | Rejection]) -> Iterator[Paper | Rejection]:
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

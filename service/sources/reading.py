"""The body of a reply -> papers, by the reader of its format."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from service.errors import SourceError
from service.readers.formats import Reader
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Record
from service.sources.source import MalformedReply

_RECORD_BYTES: Final = 50_000_000  # a reply is bounded as a whole


def records_of(body: bytes, reader: Reader, source: str) -> tuple[Record, ...]:
    """Every record of a reply in its order, named by `source`. Raises `MalformedReply` for what is not the format."""
    with tempfile.TemporaryDirectory(prefix="litweave-") as folder:
        path = Path(folder) / "reply"
        path.write_bytes(body)
        try:
            text = open_text(path)
            if not reader.recognises(text.head):
                raise MalformedReply(f"it is no {reader.name}")
            found = list(reader.records(Opened(text, source, _RECORD_BYTES)))
        except SourceError as error:
            raise MalformedReply(str(error).replace(str(path), "it")) from error
    records: list[Record] = []
    for record in found:
        records += papers_of(record, source) if isinstance(record, RawRecord) else (record,)
    return tuple(records)


def papers_in(body: bytes, reader: Reader, source: str) -> tuple[Paper, ...]:
    """The papers alone."""
    return tuple(record for record in records_of(body, reader, source) if isinstance(record, Paper))

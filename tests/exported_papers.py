"""Papers written by a writer of litweave, and read back by its own readers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from service.readers import read
from service.records import Paper, Rejection
from service.writers import Selected, WriteOptions, writer_named, writers

TEXTS = tuple(key for key, writer in writers().items() if writer.kind == "text")


def exported(papers: Iterable[Paper | Selected], form: str, **options: bool | str) -> str:
    """The text of the file."""
    return exported_bytes(papers, form, **options).decode("utf-8")


def exported_bytes(papers: Iterable[Paper | Selected], form: str, **options: bool | str) -> bytes:
    """The file, for any format."""
    selected = (one if isinstance(one, Selected) else Selected(one) for one in papers)
    pieces = writer_named(form).write(selected, WriteOptions(**options))  # type: ignore[arg-type]
    return b"".join(piece if isinstance(piece, bytes) else piece.encode("utf-8") for piece in pieces)


def imported(content: bytes, name: str, folder: Path, *, form: str | None = None) -> list[Paper]:
    """The papers that litweave reads in a file, by the reader of that format if one is given; no rejections."""
    path = folder / name
    path.write_bytes(content)
    found = list(read(path, max_record_bytes=5_000_000, format_=form))
    assert not any(isinstance(one, Rejection) for one in found), found
    return [one for one in found if isinstance(one, Paper)]

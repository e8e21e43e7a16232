"""A list of references that a program exported -> its papers, each under the key that the file has for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.errors import SourceError
from service.readers.formats import readers
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection

_NOT_LISTS: Final = frozenset({"bibtex", "daily-papers", "daily-papers-html"})
"""BibTeX is read for references on its own, entry by entry in its lines; listings hold no references."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper of a list, its key there (its number where it has none), and the line that it stands on."""

    key: str
    line: int
    paper: Paper


def listed(content: str, name: str) -> tuple[Listed | Rejection, ...]:
    """The papers of a CSL, RIS, PubMed, EndNote or other export, and what of it is none; nothing where no reader
    knows the content.

    Raises `SourceError` for content that is a reader's format and broken as a whole.
    """
    with tempfile.TemporaryDirectory(prefix="litweave-") as folder:
        (path := Path(folder) / "references").write_text(content, encoding="utf-8", errors="surrogatepass")
        try:
            text = open_text(path)
        except SourceError as error:
            raise SourceError(str(error).replace(str(path), name)) from error
        for reader in readers():
            if reader.key not in _NOT_LISTS and reader.recognises(text.head):
                records = reader.records(Opened(text, name, max(len(content), 1) * 4))
                found = tuple(_listed(records, content, name))
                if found and all(isinstance(item, Rejection) for item in found):
                    raise SourceError(
                        f"{name!r} seems to be {reader.name}, and no record of it can be read: {_first(found)}"
                    )
                return found
    return ()


def _first(found: tuple[Listed | Rejection, ...]) -> str:
    return next(f"line {item.line}: {item.reason}" for item in found if isinstance(item, Rejection))


def _listed(records: Iterator[RawRecord | Rejection], content: str, name: str) -> Iterator[Listed | Rejection]:
    at = 0
    for number, raw in enumerate(records, 1):
        if isinstance(raw, Rejection):
            yield raw
            continue
        paper = next(papers_of(raw, name))
        if isinstance(paper, Rejection):
            yield paper
        elif isinstance(paper, Paper):
            key = raw.key or paper.paper_id.removeprefix("pmid:")
            place = _place(content, key, at)
            at = at if place is None else place + len(key)
            line = raw.number if place is None else content.count("\n", 0, place) + 1
            yield Listed(key or str(number), line, paper)


def _place(content: str, key: str, at: int) -> int | None:
    """Where the key stands by itself, from `at` on."""
    while key and (at := content.find(key, at)) >= 0:
        around = content[max(at - 1, 0) : at] + content[at + len(key) : at + len(key) + 1]
        if not any(c.isalnum() or c in "_.:/-" for c in around):
            return at
        at += 1
    return None

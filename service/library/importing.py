"""Records -> library, a batch at a time: each batch is one transaction, taken up by the indexes after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from service.catalog import Catalog, PaperWrite
from service.index.embedding import Embedder
from service.library.batch import Batch, why_unstorable
from service.library.embedding import UnitMaker, embed_papers
from service.records import ImportedPaper, ImportReport, Origin, Paper, Rejection

_T = TypeVar("_T")


@dataclass(slots=True)
class _Tally:
    imported: list[ImportedPaper] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def records(self) -> int:
        return len(self.imported) + len(self.rejected)

    def report(self) -> ImportReport:
        added = sum(paper.outcome == "added" for paper in self.imported)
        return ImportReport(added, len(self.imported) - added, tuple(self.rejected), tuple(self.imported))


@dataclass(frozen=True, slots=True)
class Importer:
    """Writes records to a catalog. `taken_up` is called after each committed batch: it feeds the indexes.

    `turn` is held for a batch: two imports must not both find that a paper is new.
    """

    catalog: Catalog
    chunker: UnitMaker
    embedder: Embedder
    batch_papers: int
    turn: threading.Lock
    taken_up: Callable[[], None]

    def run(self, records: Iterable[Paper | Rejection], progress: Callable[[int], None] | None) -> ImportReport:
        """Import everything; `progress` hears how many records are done. An exception keeps whole batches."""
        tally = _Tally()
        for batch in _batches(records, self.batch_papers):
            papers = []
            for record in batch:
                if isinstance(record, Rejection):
                    tally.rejected.append(record)
                elif (reason := why_unstorable(record)) is not None:
                    tally.rejected.append(_rejection(record, reason))
                else:
                    papers.append(_storable(record))
            with self.turn:
                tally.imported += self._store(papers)
            if progress is not None:
                progress(tally.records)
        return tally.report()

    def _store(self, papers: list[Paper]) -> list[ImportedPaper]:
        batch = Batch(self.catalog, papers)
        changed = [entry for entry in batch.resolved.values() if entry.change != "fields"]
        units = embed_papers([entry.paper for entry in changed], chunker=self.chunker, embedder=self.embedder)
        writes = [
            PaperWrite(entry.paper, tuple(entry.new_keys), entry.change, chunks, sentences)
            for entry, (chunks, sentences) in zip(changed, units, strict=True)
        ]
        writes += [
            PaperWrite(entry.paper, tuple(entry.new_keys), "fields")
            for entry in batch.resolved.values()
            if entry.change == "fields"
        ]
        self.catalog.write(writes)
        self.taken_up()
        return batch.outcomes

    def embed_again(self) -> None:
        """Cut and embed every paper anew, a batch a transaction. The caller holds the `turn`."""
        for batch in _batches(self.catalog.papers(), self.batch_papers):
            units = embed_papers(batch, chunker=self.chunker, embedder=self.embedder)
            self.catalog.write(
                [
                    PaperWrite(paper, (), "text", chunks, sentences)
                    for paper, (chunks, sentences) in zip(batch, units, strict=True)
                ]
            )


def _batches(records: Iterable[_T], size: int) -> Iterator[list[_T]]:
    remaining = iter(records)
    while batch := list(islice(remaining, size)):
        yield batch


def _storable(paper: Paper) -> Paper:
    """A file name need not be valid text; what is stored of it must be."""
    if paper.origin is None:
        return paper
    name = paper.origin.name.encode("utf-8", "backslashreplace").decode()
    return replace(paper, origin=Origin(name, paper.origin.line))


def _rejection(paper: Paper, reason: str) -> Rejection:
    origin = paper.origin or Origin("", 0)
    return Rejection(origin.name, origin.line, reason)

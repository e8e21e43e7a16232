"""Records -> library, text first: each batch is one transaction, searchable by its words once committed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from service.catalog import Catalog, PaperWrite, Units
from service.library.annotations import annotation_of
from service.library.batch import Batch, why_unstorable
from service.library.embedding import UnitMaker
from service.library.notices import mark
from service.records import ImportedPaper, ImportReport, Notice, Origin, Paper, Rejection, Remark, Span

_T = TypeVar("_T")


@dataclass(slots=True)
class _Tally:
    """Counts. Titles are kept only when asked for: 40 MB for 133,000 papers."""

    keeps_titles: bool
    added: int = 0
    duplicates: int = 0
    imported: list[ImportedPaper] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    bare: int = 0

    @property
    def records(self) -> int:
        return self.added + self.duplicates + len(self.rejected)

    def count(self, outcomes: list[ImportedPaper]) -> None:
        added = sum(paper.outcome == "added" for paper in outcomes)
        self.added += added
        self.duplicates += len(outcomes) - added
        if self.keeps_titles:
            self.imported += outcomes

    def report(self) -> ImportReport:
        remarks = tuple(self.remarks)
        return ImportReport(self.added, self.duplicates, tuple(self.rejected), tuple(self.imported), remarks, self.bare)


@dataclass(frozen=True, slots=True)
class Importer:
    """Writes records to a catalog. `taken_up` is called after each committed batch: it feeds the word index.

    `turn` is held for a batch: two imports must not both find that a paper is new.
    """

    catalog: Catalog
    chunker: UnitMaker
    batch_papers: int
    turn: threading.Lock
    taken_up: Callable[[], None]

    def run(
        self,
        records: Iterable[Paper | Rejection | Remark | Notice],
        progress: Callable[[int], None] | None,
        *,
        titles: bool,
    ) -> ImportReport:
        """Import everything; `progress` hears how many records are done. An exception keeps whole batches.

        What notices say of other papers counts once all are there, in whatever order they come.

        The report names every counted paper only with `titles`.
        """
        tally = _Tally(titles)
        notices: list[Notice] = []
        for batch in _batches(records, self.batch_papers):
            papers = []
            for record in batch:
                if isinstance(record, Rejection):
                    tally.rejected.append(record)
                elif isinstance(record, Remark):
                    tally.remarks.append(record)
                elif isinstance(record, Notice):
                    notices.append(record)
                elif (reason := why_unstorable(record)) is not None:
                    tally.rejected.append(_rejection(record, reason))
                else:
                    papers.append(_storable(record))
                    tally.bare += not record.abstract
            with self.turn:
                tally.count(self._store(papers))
            if progress is not None:
                progress(tally.records)
        if notices:
            with self.turn:
                tally.remarks += mark(self.catalog, notices)
        return tally.report()

    def _store(self, papers: list[Paper]) -> list[ImportedPaper]:
        batch = Batch(self.catalog, papers)
        self.catalog.write(
            [
                PaperWrite(
                    entry.paper,
                    tuple(entry.new_keys),
                    entry.change,
                    None if entry.change == "fields" else self._cut(entry.paper),
                    annotation=None if entry.change == "fields" else annotation_of(entry.paper),
                )
                for entry in batch.resolved.values()
            ]
        )
        self.taken_up()
        return batch.outcomes

    def cut_again(self) -> None:
        """Cut every paper anew, a batch a transaction; all chunks then wait. The caller holds the `turn`."""
        for batch in _batches(self.catalog.papers(), self.batch_papers):
            self.catalog.write(
                [PaperWrite(paper, (), "text", self._cut(paper), annotation=annotation_of(paper)) for paper in batch]
            )

    def _cut(self, paper: Paper) -> Units:
        return Units(tuple(Span(chunk.start, chunk.end) for chunk in self.chunker.chunks(paper)), None)


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

"""Records -> library, text first: each batch is one transaction, searchable by its words once committed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, TypeVar

from service.catalog import Catalog, Change, PaperWrite, Units
from service.catalog.shelves import checked_shelving
from service.errors import LibraryClosing
from service.identity import gravest, kind_of
from service.library.annotations import annotation_of
from service.library.batch import Batch, why_unstorable
from service.library.embedding import Stop, UnitMaker
from service.records import (
    ImportedPaper,
    ImportReport,
    Notice,
    Origin,
    Paper,
    Record,
    Rejection,
    Remark,
    Shelving,
    Span,
)

_T = TypeVar("_T")
_AT_A_TIME: Final = 500
_WORDS: Final = {
    "retracted": "retracted", "withdrawn": "withdrawn", "corrected": "corrected", "concern": "under concern",
}  # fmt: skip


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
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        return self.added + self.duplicates + len(self.rejected)

    def count(self, outcomes: list[ImportedPaper]) -> None:
        added = sum(paper.outcome == "added" for paper in outcomes)
        self.added += added
        self.duplicates += len(outcomes) - added
        self.reasons.update(kind_of(paper.reason) for paper in outcomes if paper.reason is not None)
        if self.keeps_titles:
            self.imported += outcomes

    def report(self) -> ImportReport:
        return ImportReport(
            self.added,
            self.duplicates,
            tuple(self.rejected),
            tuple(self.imported),
            tuple(self.remarks),
            self.bare,
            dict(self.reasons.most_common()),
        )


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
    stop: Stop

    def run(
        self,
        records: Iterable[Record],
        progress: Callable[[int], None] | None,
        *,
        titles: bool,
        shelving: Shelving | None = None,
    ) -> ImportReport:
        """Import everything; `progress` hears how many records are done. An exception keeps whole batches.

        What notices say of other papers counts once all are there, in whatever order they come. The report names every
        counted paper only with `titles`. Raises `LibraryClosing` once `stop` says
        so, `UsageError` for a name that `shelving` cannot use, before anything is read.
        """
        shelving = checked_shelving(shelving) if shelving else None
        tally = _Tally(titles)
        notices: list[Notice] = []
        for batch in _batches(records, self.batch_papers):
            if self.stop():
                raise LibraryClosing(
                    f"the library is being closed: {tally.records:,} records are imported; import the file again, "
                    "known ones are recognised"
                )
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
                outcomes = self._store(papers)
                if shelving is not None:
                    self.catalog.shelves.shelve([paper.paper_id for paper in outcomes], shelving)
                tally.count(outcomes)
            if progress is not None:
                progress(tally.records)
        if notices:
            with self.turn:
                tally.remarks += mark(self.catalog, notices)
        return tally.report()

    def _store(self, papers: list[Paper]) -> list[ImportedPaper]:
        batch = Batch(self.catalog, papers, now=int(time.time()))
        writes = [self.written(one.paper, tuple(one.new_keys), one.change) for one in batch.resolved.values()]
        self.catalog.write(writes, batch.records)
        self.taken_up()
        return batch.outcomes

    def written(self, paper: Paper, keys: tuple[str, ...], change: Change) -> PaperWrite:
        """A paper as it is to be written: cut and annotated anew unless only its other fields changed."""
        if change == "fields":
            return PaperWrite(paper, keys, change)
        return PaperWrite(paper, keys, change, self._cut(paper), annotation=annotation_of(paper))

    def cut_again(self) -> None:
        """Cut every paper anew, a batch a transaction; all chunks then wait. The caller holds the `turn`."""
        for batch in _batches(self.catalog.papers(), self.batch_papers):
            self.catalog.write([self.written(paper, (), "text") for paper in batch])

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


def mark(catalog: Catalog, notices: Sequence[Notice]) -> list[Remark]:
    """Give the papers that the notices name their status, where they have none that is graver; a remark for each.

    A key of several papers, as the DOI of a volume is, marks none. What is not in the library is not remembered.
    """
    remarks: list[Remark] = []
    for start in range(0, len(notices), _AT_A_TIME):
        page = notices[start : start + _AT_A_TIME]
        known = catalog.by_identity({notice.key for notice in page})
        changed: dict[str, Paper] = {}
        for notice in page:
            papers = known.get(notice.key, [])
            if len(papers) != 1:
                continue
            paper = changed.get(papers[0].paper_id, papers[0])
            status = gravest((paper.status, notice.status))
            if status != paper.status:
                changed[paper.paper_id] = replace(paper, status=status)
                told = f"is a notice that {paper.title[:80]!r} ({paper.paper_id}) is {_WORDS[notice.status]}"
                remarks.append(Remark(notice.source, notice.line, f"{told}: it is marked so"))
        catalog.write([PaperWrite(paper, (), "fields", None) for paper in changed.values()])
    return remarks

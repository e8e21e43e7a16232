"""What a person does to the papers of a library: list, look at, delete, merge, split, tell apart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import Final

from service.catalog import Catalog, PaperWrite, SplitWrite, digest
from service.errors import MergeRefused, UnknownPaper, UsageError
from service.identity import compared, identity_keys, is_telling, merge, objection
from service.library.batch import free_id
from service.library.importing import Importer
from service.records import Paper
from service.records.corrections import Deletion, HandDistinction, HandMerge, HandSplit
from service.records.sources import MadePaper, MergeList, PossibleList, PossiblePair, SourceRecord

_FEW_CHUNKS: Final = 500
"""Some seconds of embedding."""
_MOST_UNDER_ONE_KEY: Final = 8
"""Papers under one key. More of them are the issues of a series, or chapters under one DOI."""
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections to a library. `turn` is held for each: no import comes in between. `taken_up` feeds the indexes.

    A paper is named by id, DOI, arXiv number or PMID. Raises `UnknownPaper`; `UsageError` where a name is several's.
    """

    catalog: Catalog
    importer: Importer
    turn: threading.Lock
    taken_up: Callable[[], None]

    def few_wait(self) -> bool:
        """Whether so few chunks wait for their vectors that a person may be kept waiting for them."""
        return self.catalog.waiting_count() <= _FEW_CHUNKS

    def made(self, name: str) -> MadePaper:
        """A paper with the records it was made of."""
        found = self.catalog.sources.made(self._ids([name]))
        if not found:
            raise UnknownPaper(f"{name!r} has just been deleted")
        return found[0]

    def merges(self, *, limit: int, offset: int = 0) -> MergeList:
        """The papers that were made of several records, the newest merge first."""
        sources = self.catalog.sources
        return MergeList(tuple(sources.merged(limit, offset)), sources.merged_count(), offset)

    def possible(self, *, limit: int, offset: int = 0) -> PossibleList:
        """Papers under one title or identifier that were not merged and may be one."""
        pairs = possible_pairs(self.catalog)
        return PossibleList(tuple(pairs[offset : offset + limit]), len(pairs), offset)

    def delete(self, names: Sequence[str]) -> Deletion:
        """Remove papers with everything that hangs on them: all, or none and `UnknownPaper`."""
        with self.turn:
            gone = self.catalog.corrections.delete(self._ids(names))
            self.taken_up()
        return Deletion(tuple(gone))

    def merge(self, keep: str, other: str, *, force: bool = False) -> HandMerge:
        """Make two papers one, under the id of the first, by the import's rule for what it shows of both.

        Raises `MergeRefused` where something speaks against it, unless `force`.
        """
        with self.turn:
            before, absorbed = (made.paper for made in self._two(keep, other))
            kept, gone = before.paper_id, absorbed.paper_id
            against = self._objection(before, absorbed)
            if against is not None and not force:
                raise MergeRefused(
                    f"{kept!r} and {gone!r} were not merged: {against}; if they are one paper all the same, say "
                    '--force (over HTTP "force": true)'
                )
            write = self._changed(before, merge(before, absorbed), ())
            self.catalog.corrections.merge(write, before, absorbed, now=int(time.time()))
            self.taken_up()
            return HandMerge(self.made(kept), gone, against)

    def split(self, name: str, numbers: Sequence[int] = ()) -> HandSplit:
        """Take records, by their numbers from 1 (none: the newest), out of a paper into one of their own.

        The id of the paper goes to the side that gave it, else to what is left. The next import of either side's
        records finds its own paper again. Raises `UsageError` where nothing would be left or taken.
        """
        with self.turn:
            before = self.made(name)
            paper_id = before.paper.paper_id
            taken = _taken(before, numbers)
            left = [record for record in before.records if record not in taken]
            gives_id = any(r.paper.paper_id == paper_id for r in taken)
            keeps_id = any(r.paper.paper_id == paper_id for r in left)
            moved, kept = (left, taken) if gives_id and not keeps_id else (taken, left)
            write = self._split(before.paper, kept, moved)
            self.catalog.corrections.split(write)
            self.taken_up()
            new = write.new.paper.paper_id
            return HandSplit(self.made(paper_id), self.made(new), new if moved is taken else paper_id)

    def distinguish(self, one: str, other: str) -> HandDistinction:
        """Remember that two papers are not the same: they are no possible merge, and no import makes them one.

        Raises `UsageError` for two papers whose records say exactly the same.
        """
        with self.turn:
            first, second = self._two(one, other)
            self.catalog.corrections.set_apart(first, second)
            a, b = first.paper.paper_id, second.paper.paper_id
            if not were_split(self.catalog, a, b):
                raise UsageError(f"{a!r} and {b!r} say exactly the same: merge them, or delete one")
            return HandDistinction(first, second)

    def _split(self, before: Paper, kept: Sequence[SourceRecord], moved: Sequence[SourceRecord]) -> SplitWrite:
        shown = _shown(kept)
        shown = replace(shown, paper_id=before.paper_id)
        new = _shown(moved)
        new = replace(new, paper_id=free_id(new, lambda i: self.catalog.paper(i) is None))
        keys = _keys([shown, *(record.paper for record in kept)])
        new_keys = _keys([new, *(record.paper for record in moved)])
        return SplitWrite(
            self._changed(before, shown, tuple(sorted(keys))),
            self.importer.written(new, tuple(sorted(new_keys)), "added"),
            tuple(record.paper for record in moved),
            frozenset(new_keys - keys),
        )

    def _changed(self, before: Paper, after: Paper, keys: tuple[str, ...]) -> PaperWrite:
        text = (before.title, before.abstract) != (after.title, after.abstract)
        return self.importer.written(after, keys, "text" if text else "fields")

    def _objection(self, a: Paper, b: Paper) -> str | None:
        sources = self.catalog.sources
        if were_split(self.catalog, a.paper_id, b.paper_id):
            return "they were told apart by hand"
        shared = sources.keys(a.paper_id) & sources.keys(b.paper_id)
        strong = min((key for key in shared if not key.startswith(("id:", "title:"))), default=None)
        return objection(a, b, strong)

    def _ids(self, names: Sequence[str]) -> tuple[str, ...]:
        return self.catalog.shelves.resolved(names)

    def _two(self, one: str, other: str) -> tuple[MadePaper, MadePaper]:
        """Both papers. Raises `UsageError` where they are one."""
        ids = self._ids([one, other])
        if len(ids) == 1:
            raise UsageError(f"{ids[0]!r} is one paper already: name two")
        return self.made(ids[0]), self.made(ids[1])


def _taken(made: MadePaper, numbers: Sequence[int]) -> list[SourceRecord]:
    """The records of those numbers. Raises `UsageError` for numbers that there are not, or for all of them."""
    there = len(made.records)
    wanted = sorted(set(numbers)) or [there]
    if there == 1:
        raise UsageError(f"{made.paper.paper_id!r} was made of one record: there is nothing to take out")
    if wanted[0] < 1 or wanted[-1] > there:
        raise UsageError(f"{made.paper.paper_id!r} was made of records 1 to {there}: there is no record {wanted[-1]}")
    if len(wanted) == there:
        raise UsageError(f"these are all records of {made.paper.paper_id!r}: leave one")
    return [made.records[number - 1] for number in wanted]


def _shown(records: Sequence[SourceRecord]) -> Paper:
    """What a paper of those records shows: they are merged as an import merges them."""
    return reduce(merge, (record.paper for record in records))


def _keys(papers: Sequence[Paper]) -> set[str]:
    return {key for paper in papers for key in identity_keys(paper)}


def possible_pairs(catalog: Catalog) -> list[PossiblePair]:
    """All such pairs, those of an identifier first. Pairs that a person told apart are not among them.

    Nor are a paper and a notice about it, parts of one volume, or papers under a title of few words ("Introduction").
    """
    found: dict[tuple[str, str], PossiblePair] = {}
    for key, papers in _groups(catalog):
        for a, b in combinations(papers, 2):
            if (a.paper_id, b.paper_id) not in found and (pair := _pair(a, b, key)) is not None:
                found[a.paper_id, b.paper_id] = pair
    decided = catalog.sources.decided(paper_id for ids in found for paper_id in ids)
    split = {paper_id for paper_id, one in decided.items() if one.apart}
    return [pair for ids, pair in found.items() if not (split.intersection(ids) and were_split(catalog, *ids))]


def were_split(catalog: Catalog, one: str, other: str) -> bool:
    """Whether a person has told two papers apart, or taken a record of one out of the other."""
    decided = catalog.sources.decided([one, other])
    if not any(paper.apart for paper in decided.values()):
        return False
    said = {
        made.paper.paper_id: {digest(record.paper) for record in made.records}
        for made in catalog.sources.made([one, other])
    }
    return any(
        mine in decided and not decided[mine].apart.isdisjoint(said.get(theirs, ()))
        for mine, theirs in ((one, other), (other, one))
    )


def _groups(catalog: Catalog) -> Iterator[tuple[str, list[Paper]]]:
    groups = [(key, ids) for key, ids in catalog.sources.shared_keys() if len(ids) <= _MOST_UNDER_ONE_KEY]
    for i in range(0, len(groups), _PAGE):
        page = groups[i : i + _PAGE]
        papers = catalog.papers_by_id(paper_id for _, ids in page for paper_id in ids)
        yield from ((key, [papers[paper_id] for paper_id in ids]) for key, ids in page)


def _pair(a: Paper, b: Paper, key: str) -> PossiblePair | None:
    kind = key.partition(":")[0]
    if kind == "title" and not (is_telling(a.title) and is_telling(b.title)):
        return None
    verdict = compared(a, b, None if kind == "title" else key)
    if verdict.same:
        against = "each was merged with another record first"
    elif verdict.different:
        return None
    else:
        against = verdict.reason
    return PossiblePair((a, b), "the same title" if kind == "title" else f"the same {key}", against)

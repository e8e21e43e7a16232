"""What a batch of records does to a library: which are new, which add to a known paper, which say nothing new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from service.catalog import Change
from service.identity import distinct_id, identity_keys, merge, paper_id, same_paper
from service.records import ImportedPaper, Paper

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_LARGEST_INTEGER: Final = 2**63 - 1


class KnownPapers(Protocol):
    """What is asked of the catalog."""

    def by_identity(self, keys: Iterable[str]) -> dict[str, list[Paper]]: ...

    def paper(self, paper_id: str) -> Paper | None: ...


@dataclass(slots=True)
class Resolved:
    """A paper as it is to be stored. `new_keys` are those under which it was not yet known."""

    paper: Paper
    new_keys: dict[str, None]
    change: Change


class Batch:
    """Resolves records one after the other, against the catalog and against those before them in the batch."""

    def __init__(self, catalog: KnownPapers, papers: Sequence[Paper]) -> None:
        self._catalog = catalog
        self._keys = [identity_keys(paper) for paper in papers]
        self._known = catalog.by_identity(key for keys in self._keys for key in keys)
        self.resolved: dict[str, Resolved] = {}
        """Papers to be written, by id; records that say nothing new leave no trace here."""
        self.outcomes = [self._take(paper, keys) for paper, keys in zip(papers, self._keys, strict=True)]

    def _take(self, record: Paper, keys: tuple[str, ...]) -> ImportedPaper:
        existing = self._find(record, keys)
        if existing is None:
            return self._add(record, keys)
        self._update(existing, record, keys)
        return ImportedPaper(record.title, existing.paper_id, "duplicate")

    def _find(self, record: Paper, keys: tuple[str, ...]) -> Paper | None:
        seen: set[str] = set()
        for key in keys:
            for candidate in self._known.get(key, ()):
                if candidate.paper_id in seen:
                    continue
                seen.add(candidate.paper_id)
                current = self._current(candidate)
                # Most re-imported records are literally the same: no need to compare abstracts word by word.
                said = (record.title, record.abstract, record.doi or current.doi)
                literally = bool(record.abstract) and (current.title, current.abstract, current.doi) == said
                literally = literally or _says_nothing_new(current, record)
                strong = key if key.partition(":")[0] not in ("id", "title") else None
                if literally or same_paper(current, record, strong):
                    return current
        return None

    def _add(self, record: Paper, keys: tuple[str, ...]) -> ImportedPaper:
        paper = replace(record, paper_id=self._free_id(record))
        new_keys = dict.fromkeys((*keys, *identity_keys(paper)))
        self.resolved[paper.paper_id] = Resolved(paper, new_keys, "added")
        self._remember(paper, new_keys)
        return ImportedPaper(paper.title, paper.paper_id, "added")

    def _update(self, existing: Paper, record: Paper, keys: tuple[str, ...]) -> None:
        new_keys = dict.fromkeys(key for key in keys if not self._carries(key, existing.paper_id))
        merged = existing if _says_nothing_new(existing, record) else merge(existing, record)
        # Where a record was read is no reason to write it again; a new abstract takes its origin along.
        if _says_nothing_new(existing, merged):
            merged = existing
        if merged == existing and not new_keys:
            return
        text_changed = (merged.title, merged.abstract) != (existing.title, existing.abstract)
        entry = self.resolved.get(existing.paper_id)
        if entry is None:
            change: Change = "text" if text_changed else "fields"
            self.resolved[existing.paper_id] = Resolved(merged, new_keys, change)
        else:
            entry.paper = merged
            entry.new_keys |= new_keys
            if text_changed and entry.change == "fields":
                entry.change = "text"
        self._remember(merged, new_keys)

    def _current(self, candidate: Paper) -> Paper:
        entry = self.resolved.get(candidate.paper_id)
        return candidate if entry is None else entry.paper

    def _carries(self, key: str, known_id: str) -> bool:
        return any(paper.paper_id == known_id for paper in self._known.get(key, ()))

    def _remember(self, paper: Paper, keys: Iterable[str]) -> None:
        for key in keys:
            self._known.setdefault(key, []).append(paper)

    def _free_id(self, record: Paper) -> str:
        """Its own id, or one from its content where a different paper has that, or that with a number."""
        wanted = paper_id(record)
        if self._is_free(wanted):
            return wanted
        wanted, number = distinct_id(record), 1
        candidate = wanted
        while not self._is_free(candidate):
            number += 1
            candidate = f"{wanted}-{number}"
        return candidate

    def _is_free(self, candidate: str) -> bool:
        return candidate not in self.resolved and self._catalog.paper(candidate) is None


def why_unstorable(paper: Paper) -> str | None:
    """Why a record cannot be stored at all, or `None`. Readers reject these already; the API may not."""
    for text in (paper.title, paper.abstract, paper.paper_id, *_optional_texts(paper)):
        if _SURROGATE.search(text):
            return "it holds half a character (a lone UTF-16 surrogate), so it is not text"
    if not paper.title.strip():
        return "its title is empty"
    numbers = (paper.author_count, paper.year, paper.upvotes)
    if any(number is not None and abs(number) > _LARGEST_INTEGER for number in numbers):
        return "a number in it is too large"
    return None


def _optional_texts(paper: Paper) -> list[str]:
    fields = (paper.organisation, paper.date, paper.url, paper.doi, paper.venue)
    return [*paper.authors, *(text for text in fields if text is not None)]


def _says_nothing_new(existing: Paper, record: Paper) -> bool:
    return replace(record, paper_id=existing.paper_id, origin=existing.origin) == existing

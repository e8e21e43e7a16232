"""What a batch of records does to a library: which are new, which add to a known paper, which say nothing new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

from service.catalog import Catalog, Change, digest
from service.identity import distinct_id, identity_keys, merge, nearness, paper_id, why_same
from service.records import ImportedPaper, Paper
from service.records.imports import SAME_RECORD
from service.records.sources import SourceRecord
from service.text.normal import SURROGATE

_LARGEST_INTEGER: Final = 2**63 - 1
_OTHER_FIELDS: Final = tuple(f.name for f in fields(Paper) if f.name not in ("title", "abstract", "paper_id", "origin"))


@dataclass(slots=True)
class Resolved:
    """A paper as it is to be stored. `new_keys` are those under which it was not yet known."""

    paper: Paper
    new_keys: dict[str, None]
    change: Change


@dataclass(frozen=True, slots=True)
class _Match:
    """The paper that a record is of, and why. `known`: the record says nothing that was not imported before."""

    paper: Paper
    reason: str
    known: bool = False


class Batch:
    """Resolves records one after the other, against the catalog and against those before them in the batch."""

    def __init__(self, catalog: Catalog, papers: Sequence[Paper], *, now: int) -> None:
        """`now` is in seconds since 1970."""
        self._catalog = catalog
        self._now = now
        self._keys = [identity_keys(paper) for paper in papers]
        self._known = catalog.by_identity(key for keys in self._keys for key in keys)
        self._decided = catalog.sources.decided(paper.paper_id for found in self._known.values() for paper in found)
        self._said = {paper_id: set(one.known) for paper_id, one in self._decided.items() if one.known}
        self.resolved: dict[str, Resolved] = {}
        """Papers to be written, by id; records that say nothing new leave no trace here."""
        self.records: dict[str, list[SourceRecord]] = {}
        """What was said that papers were made of, by id, where their rows do not say it all."""
        self.outcomes = [self._take(paper, keys) for paper, keys in zip(papers, self._keys, strict=True)]

    def _take(self, record: Paper, keys: tuple[str, ...]) -> ImportedPaper:
        match = self._find(record, keys)
        if match is None:
            return self._add(record, keys)
        self._update(match, record, keys)
        return ImportedPaper(record.title, match.paper.paper_id, "duplicate", match.reason)

    def _find(self, record: Paper, keys: tuple[str, ...]) -> _Match | None:
        """What it was before, where it was imported before; else the first paper that it is, or of two the nearer."""
        candidates = self._candidates(record, keys)
        for paper, _ in candidates:
            if _says_nothing_new(paper, record) or self._is_known(paper, record):
                return _Match(paper, SAME_RECORD, known=True)
        matches: list[_Match] = []
        for paper, strong in candidates:
            if (reason := self._why(paper, record, strong)) is not None:
                matches.append(_Match(paper, reason))
                if not self._apart(paper):
                    break
        if len(matches) < 2:
            return matches[0] if matches else None
        return max(matches, key=lambda match: nearness(match.paper, record))

    def _candidates(self, record: Paper, keys: tuple[str, ...]) -> list[tuple[Paper, str | None]]:
        """Each paper under any of the keys once, as it is by now, with the key where that is a strong one."""
        found: dict[str, tuple[Paper, str | None]] = {}
        for key in keys:
            for paper in self._known.get(key, ()):
                if paper.paper_id not in found:
                    strong = None if key.startswith(("id:", "title:")) else key
                    found[paper.paper_id] = self._current(paper), strong
        if not any(self._apart(paper) for paper, _ in found.values()):
            return list(found.values())
        said = digest(record)
        return [(paper, strong) for paper, strong in found.values() if said not in self._apart(paper)]

    def _apart(self, paper: Paper) -> frozenset[bytes]:
        """Records that a person said this paper is not."""
        decided = self._decided.get(paper.paper_id)
        return decided.apart if decided is not None else frozenset()

    def _is_known(self, paper: Paper, record: Paper) -> bool:
        said = self._said.get(paper.paper_id)
        return said is not None and digest(record) in said

    def _why(self, paper: Paper, record: Paper, strong: str | None) -> str | None:
        # Most re-imported records are literally the same: no need to compare abstracts word by word.
        said = (record.title, record.abstract, record.doi or paper.doi)
        if record.abstract and (paper.title, paper.abstract, paper.doi) == said:
            return "the same title and abstract"
        reason = why_same(paper, record, strong)
        decided = self._decided.get(paper.paper_id)
        if reason is None and decided is not None:
            reason = next(filter(None, (why_same(one, record) for one in decided.by_hand)), None)
        return reason

    def _add(self, record: Paper, keys: tuple[str, ...]) -> ImportedPaper:
        paper = replace(record, paper_id=free_id(record, self._is_free))
        new_keys = dict.fromkeys((*keys, *identity_keys(paper)))
        self.resolved[paper.paper_id] = Resolved(paper, new_keys, "added")
        if record.paper_id not in ("", paper.paper_id):
            self._keep(paper.paper_id, SourceRecord(record))
        self._remember(paper, new_keys)
        return ImportedPaper(paper.title, paper.paper_id, "added")

    def _update(self, match: _Match, record: Paper, keys: tuple[str, ...]) -> None:
        existing = match.paper
        new_keys = dict.fromkeys(key for key in keys if not self._carries(key, existing.paper_id))
        merged = existing if match.known else merge(existing, record)
        # Where a record was read is no reason to write it again; a new abstract takes its origin along.
        if _says_nothing_new(existing, merged):
            merged = existing
        if not match.known and not _repeats(existing, record):
            if existing.paper_id not in self._said:
                self._keep(existing.paper_id, SourceRecord(existing))
            self._keep(existing.paper_id, SourceRecord(record, match.reason, self._now))
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

    def _keep(self, paper_id: str, record: SourceRecord) -> None:
        self.records.setdefault(paper_id, []).append(record)
        self._said.setdefault(paper_id, set()).add(digest(record.paper))

    def _current(self, candidate: Paper) -> Paper:
        entry = self.resolved.get(candidate.paper_id)
        return candidate if entry is None else entry.paper

    def _carries(self, key: str, known_id: str) -> bool:
        return any(paper.paper_id == known_id for paper in self._known.get(key, ()))

    def _remember(self, paper: Paper, keys: Iterable[str]) -> None:
        for key in keys:
            self._known.setdefault(key, []).append(paper)

    def _is_free(self, candidate: str) -> bool:
        return candidate not in self.resolved and self._catalog.paper(candidate) is None


def free_id(record: Paper, is_free: Callable[[str], bool]) -> str:
    """Its own id, or one from its content where a different paper has that, or that with a number."""
    wanted = paper_id(record)
    if is_free(wanted):
        return wanted
    wanted, number = distinct_id(record), 1
    candidate = wanted
    while not is_free(candidate):
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def why_unstorable(paper: Paper) -> str | None:
    """Why a record cannot be stored at all, or `None`. Readers reject these already; the API may not."""
    for text in (paper.title, paper.abstract, paper.paper_id, *_optional_texts(paper)):
        if SURROGATE.search(text):
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


def _repeats(existing: Paper, record: Paper) -> bool:
    """Whether a record only leaves out what a paper says of the very same title and abstract."""
    if not record.abstract or (record.title, record.abstract) != (existing.title, existing.abstract):
        return False
    unsaid: tuple[object, ...] = (None, ())
    said = ((getattr(record, name), getattr(existing, name)) for name in _OTHER_FIELDS)
    return all(new in unsaid or new == old for new, old in said)


def _says_nothing_new(existing: Paper, record: Paper) -> bool:
    return replace(record, paper_id=existing.paper_id, origin=existing.origin) == existing

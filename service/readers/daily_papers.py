"""Hugging Face Daily Papers listings as copied from the page, with or without the lines under an abstract.

    Title
    (blank)
    Abstract
    (blank)
      • 4 authors          or "Fudan-University Fudan University" (slug, then name)
    ·
    Dec 3, 2023 4          the day it was listed, and its upvotes if it has any

Lines are read one at a time with one line of look-ahead. Where a reading is uncertain the record is
rejected with its line, because text filed under the wrong title would be quoted as that paper's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.readers.lines import Line
from service.readers.listing_lines import (
    Kind,
    Metadata,
    is_sentence,
    kind_of,
    looks_like_listing,
    metadata_of,
    organisation_name,
)
from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.records import Rejection
from service.text.normal import for_display

_NO_ABSTRACT = "title with no abstract: put the abstract on a line of its own after it"
_NO_TITLE = "abstract with no title: put the title on a line of its own before it"
_LONGEST_GAP_CHARS = 100


@dataclass(frozen=True, slots=True)
class _Item:
    """A line that is not blank. `lead` is the white space since the end of the text before it, verbatim."""

    kind: Kind | None
    line: Line
    lead: str

    @property
    def after_gap(self) -> bool:
        return self.lead.count("\n") > 1

    @property
    def text(self) -> str:
        return self.line.text.strip()


@dataclass(slots=True)
class _Entry:
    """A paper in the making."""

    title: _Item
    abstract: list[_Item] = field(default_factory=list)
    strays: list[_Item] = field(default_factory=list)
    is_wrapped: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    organisation: str | None = None
    size: int = 0

    @property
    def is_dated(self) -> bool:
        return self.metadata.date is not None or self.metadata.fault is not None

    def extend(self, item: _Item) -> None:
        self.abstract.append(item)
        self.size += len(item.lead) + len(item.line.text)

    def take(self, found: Metadata) -> None:
        """Metadata ends the abstract; prose paragraphs before it are part of the abstract it follows."""
        for stray in self.strays:
            self.extend(stray)
        self.strays.clear()
        old = self.metadata
        if not self.is_dated:
            count = found.author_count if old.author_count is None else old.author_count
            self.metadata = Metadata(count, found.date, found.upvotes, found.fault)


class DailyPapers:
    """Reads a Daily Papers listing in either shape."""

    key = "daily-papers"
    name = "Daily Papers listing"
    rank = 70

    def recognises(self, head: str) -> bool:
        return looks_like_listing(head)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record for each title with an abstract; a rejection for each of them that stands alone."""
        parser = _Parser(file.source, file.max_record_bytes)
        waiting: _Item | None = None
        for item in _items(file.lines()):
            if waiting is not None:
                yield from parser.feed(waiting, item)
            waiting = item
        if waiting is not None:
            yield from parser.feed(waiting, None)
        yield from parser.flush()


class _Parser:
    """Turns items into papers.

    `_skipping`: what follows belongs to a record that was already rejected; `_after_orphan`: that record is an
    abstract without a title, so that a further line of prose is one more.
    """

    def __init__(self, source: str, max_record_bytes: int) -> None:
        self._source = source
        self._max_record_bytes = max_record_bytes
        self._entry: _Entry | None = None
        self._skipping = False
        self._after_orphan = False

    def feed(self, item: _Item, following: _Item | None) -> Iterator[RawRecord | Rejection]:
        """What is complete once `item` has been seen."""
        if item.kind is None:
            yield from self._fault(item)
        elif item.kind is Kind.METADATA:
            yield from self._metadata(item)
        elif item.kind is Kind.PROSE:
            yield from self._prose(item)
        else:
            yield from self._short(item, following)
        if self._entry is not None and self._entry.size > self._max_record_bytes:
            yield self._reject(self._entry.title, f"the abstract is longer than {self._max_record_bytes:,} bytes")
            self._entry, self._skipping, self._after_orphan = None, True, False

    def flush(self) -> Iterator[RawRecord | Rejection]:
        """The entry in the making as a paper or a rejection, and each prose line that had no title."""
        entry, self._entry = self._entry, None
        if entry is None:
            return
        if not entry.abstract:
            yield self._reject(entry.title, _NO_ABSTRACT)
        else:
            yield self._paper(entry)
        for stray in entry.strays:
            yield self._reject(stray, _NO_TITLE)

    def _fault(self, item: _Item) -> Iterator[RawRecord | Rejection]:
        """A line that cannot be read, counted once together with the title before or the abstract after it."""
        if self._entry is not None and not self._entry.abstract:
            self._entry = None
        yield from self.flush()
        yield self._reject(item, item.line.fault or "holds a NUL character: remove it")
        self._skipping, self._after_orphan = True, False

    def _metadata(self, item: _Item) -> Iterator[RawRecord | Rejection]:
        if self._entry is None:
            return
        if not self._entry.abstract:
            yield from self.flush()
            return
        self._entry.take(metadata_of(item.text) or Metadata())

    def _prose(self, item: _Item) -> Iterator[RawRecord | Rejection]:
        entry = self._entry
        if entry is None and self._skipping and not self._after_orphan:
            return
        if entry is None or (entry.abstract and (entry.is_dated or entry.metadata.author_count is not None)):
            yield from self.flush()
            yield self._reject(item, _NO_TITLE)
            self._skipping = self._after_orphan = True
        elif not entry.abstract or (not item.after_gap and entry.abstract[0].after_gap and not entry.strays):
            entry.extend(item)
        else:
            entry.strays.append(item)

    def _short(self, item: _Item, following: _Item | None) -> Iterator[RawRecord | Rejection]:
        entry = self._entry
        if _is_bare_organisation(item, following) and (self._skipping or (entry and not entry.abstract)):
            yield from self.flush()  # the metadata of a record that is rejected already, or is now
            return
        self._skipping = False
        if entry is None:
            self._entry = _Entry(item)
        elif not entry.abstract:
            if _opens_abstract(item, following):
                entry.is_wrapped = not is_sentence(item.text)
                entry.extend(item)
            else:
                yield from self.flush()
                self._entry = _Entry(item)
        elif _is_organisation(entry, item, following):
            entry.take(Metadata())
            entry.organisation = organisation_name(item.text)
        elif _continues(entry, item, following):
            entry.extend(item)
        else:
            yield from self.flush()
            self._entry = _Entry(item)

    def _paper(self, entry: _Entry) -> RawRecord | Rejection:
        if entry.metadata.fault:
            return self._reject(entry.title, entry.metadata.fault)
        raw = "".join(item.lead + item.line.text for item in entry.abstract)
        date = entry.metadata.date
        return RawRecord(
            number=entry.title.line.number,
            title=entry.title.text,
            abstract=raw,
            author_count=entry.metadata.author_count,
            organisation=entry.organisation,
            date=date,
            date_kind="listed",
            upvotes=entry.metadata.upvotes,
        )

    def _reject(self, item: _Item, reason: str) -> Rejection:
        shown = for_display(item.text[:60])
        return Rejection(self._source, item.line.number, f"{reason} ({shown!r})" if shown else reason)


def _opens_abstract(item: _Item, following: _Item | None) -> bool:
    """Whether a short line after a title is its abstract: a sentence, or the first line of a wrapped text.

    Before a line of prose it is a title itself, and the title before it has no abstract.
    """
    if following is not None and following.kind is Kind.PROSE and following.after_gap == item.after_gap:
        return False
    if is_sentence(item.text):
        return True
    wrapped = following is not None and following.kind in (Kind.SHORT, Kind.PROSE) and not following.after_gap
    return item.after_gap and wrapped and len(item.text) > 40


def _is_organisation(entry: _Entry, item: _Item, following: _Item | None) -> bool:
    """A short line between abstract and "·" (or date), where an author count could stand."""
    if following is None or following.kind is not Kind.METADATA or entry.is_dated:
        return False
    found = metadata_of(following.text) or Metadata()
    return entry.organisation is None and found.author_count is None and not is_sentence(item.text)


def _is_bare_organisation(item: _Item, following: _Item | None) -> bool:
    """A line that can only be "slug Name" over a "·" or date, so that it is no title where no abstract was."""
    if following is None or following.kind is not Kind.METADATA or is_sentence(item.text):
        return False
    found = metadata_of(following.text) or Metadata()
    return found.author_count is None and organisation_name(item.text) != item.text


def _continues(entry: _Entry, item: _Item, following: _Item | None) -> bool:
    """Whether a short line is more of the abstract: a wrapped line, or a last sentence before metadata."""
    if entry.is_dated or entry.metadata.author_count is not None or entry.strays:
        return False
    if not item.after_gap and entry.abstract[0].after_gap:
        before_prose = following is not None and following.kind is Kind.PROSE
        return entry.is_wrapped or (is_sentence(item.text) and not before_prose)
    return following is not None and following.kind is Kind.METADATA and is_sentence(item.text)


def _items(lines: Iterator[Line]) -> Iterator[_Item]:
    """Lines that are neither blank nor page furniture; a line that cannot be read has no kind."""
    lead = ""
    for line in lines:
        if line.fault is not None or "\x00" in line.text:
            yield _Item(None, line, lead)
        elif not line.text.strip():
            lead = (lead + line.text + line.ending)[:_LONGEST_GAP_CHARS]
            continue
        elif (kind := kind_of(line.text)) is Kind.FURNITURE:
            lead = "\n\n"
            continue
        else:
            yield _Item(kind, line, lead)
        lead = line.ending

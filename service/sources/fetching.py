"""The pages of a query, one after the other, until there are enough, no more, or nothing new comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.errors import ServiceRefused
from service.identity import identity_keys
from service.records import Paper, Record, Rejection
from service.sources.client import Client, Reply
from service.sources.reading import records_of
from service.sources.source import Outline, Query, Source

PAGES_MAX: Final = 2_000
_OLD_PAGES: Final = 2
"""Pages in a row without a new paper after which a service is taken to go round in circles."""

Stop: TypeAlias = Literal["max", "end", "nothing_new", "page_limit"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fetch stands: the cursor of the next page, its number from 1, and how many records were taken before."""

    cursor: str
    page: int = 1
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page and where the fetch stands behind it; the last page says why it is the last.

    `repeated` records stood on an earlier page, `left_out` ones do not belong to the query: neither is in `records`.
    `begun_again`: the service no longer knew the place, so that this is the first page again. `not_found`: ids that
    were asked for and that nobody knows.
    """

    number: int
    records: tuple[Record, ...]
    after: Place
    stopped: Stop | None = None
    available: int | None = None
    repeated: int = 0
    left_out: int = 0
    begun_again: bool = False
    not_found: tuple[str, ...] = ()


def pages(source: Source, query: Query, client: Client, *, most: int, at: Place | None = None) -> Iterator[Page]:
    """At least one page. Stops after `most` records, those before `at` counted in. Raises as `Client.get`."""
    walk = _Walk(source, query, client, most)
    place = at or Place(source.first)
    for _ in range(PAGES_MAX):
        page = walk.page(place, is_first=place is at)
        yield page
        if page.stopped is not None:
            return
        place = page.after


class _Walk:
    """What a fetch remembers from page to page."""

    def __init__(self, source: Source, query: Query, client: Client, most: int) -> None:
        self._source, self._query, self._client, self._most = source, query, client, most
        self._seen: set[str] = set()
        self._cursors: set[str] = set()
        self._old = 0
        self._count = 0

    def page(self, place: Place, *, is_first: bool) -> Page:
        """The page at a place. `is_first`: the place comes from an earlier process, and may be forgotten by now."""
        again = False
        try:
            outline, records = self._asked(place)
        except ServiceRefused as error:
            if not is_first or place.cursor == self._source.first or error.status not in (400, 404, 410):
                raise
            place, again = Place(self._source.first), True
            outline, records = self._asked(place)
        self._cursors.add(place.cursor)
        self._count += 1
        kept, left_out = self._belonging(records)
        new, repeated = self._new(kept)
        self._old = 0 if new or (self._source.sparse and not repeated) or not outline.has_records else self._old + 1
        chosen = _first(new, self._most - place.taken)
        taken = place.taken + sum(map(_counts, chosen))
        after = Place(outline.following or "", place.page + 1, taken)
        stopped = self._why_stopped(outline, taken)
        return Page(place.page, chosen, after, stopped, outline.available, repeated, left_out, again)

    def _asked(self, place: Place) -> tuple[Outline, tuple[Record, ...]]:
        source, name = self._source, f"{self._source.site.key} page {place.page}"

        def read(reply: Reply) -> tuple[Outline, tuple[Record, ...]]:
            outline = source.outline(self._query, place.cursor, reply.body)
            return outline, records_of(reply.body, source.reader, name) if outline.has_records else ()

        return self._client.get(source.site, source.request(self._query, place.cursor), read)

    def _belonging(self, records: tuple[Record, ...]) -> tuple[list[Record], int]:
        keeps = self._source.keeps
        if keeps is None:
            return list(records), 0
        kept = [r for r in records if not isinstance(r, Paper) or keeps(self._query, r)]
        return kept, len(records) - len(kept)

    def _new(self, records: list[Record]) -> tuple[list[Record], int]:
        """Records without the papers that stood on an earlier page, and how many those are."""
        new: list[Record] = []
        repeated = 0
        for record in records:
            key = identity_keys(record)[0] if isinstance(record, Paper) else None
            if key is not None and key in self._seen:
                repeated += 1
                continue
            self._seen |= {key} if key is not None else set()
            new.append(record)
        return new, repeated

    def _why_stopped(self, outline: Outline, taken: int) -> Stop | None:
        if taken >= self._most:
            return "max"
        if outline.following is None:
            return "end"
        if self._old >= _OLD_PAGES or outline.following in self._cursors:
            return "nothing_new"
        return "page_limit" if self._count >= PAGES_MAX else None


def _counts(record: Record) -> bool:
    return isinstance(record, Paper | Rejection)


def _first(records: list[Record], most: int) -> tuple[Record, ...]:
    """The first `most` papers and rejections, each with the remarks behind it."""
    chosen: list[Record] = []
    left = most
    for record in records:
        left -= _counts(record)
        if left < 0:
            break
        chosen.append(record)
    return tuple(chosen)

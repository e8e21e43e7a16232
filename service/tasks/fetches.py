"""Pages of a source into the library: each is imported whole before the place behind it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from service.errors import LitweaveError
from service.records import ImportReport
from service.review.core import ReviewCore
from service.settings import Settings
from service.sources import SOURCES, access, client
from service.sources.client import Client
from service.sources.fetching import Page, Place, pages
from service.sources.ids import IdList, id_pages
from service.sources.lookup import OnlineLookup
from service.sources.places import PlaceFile
from service.sources.source import Query, Source


@dataclass(frozen=True, slots=True)
class SourceSearch:
    """Up to `most` records of a source by its key; `text` is in the source's own language."""

    source: str
    text: str
    since: date | None
    most: int


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch. A fetch of the same that was stopped goes on, without `restart`; `titles` names every paper."""

    wanted: SourceSearch | IdList
    restart: bool = False
    titles: bool = False


@dataclass(frozen=True, slots=True)
class FetchSummary:
    """How a fetch went. `stopped_because`: "max", "end", "nothing_new", "page_limit", or "failed".

    `available`: how many records the source says it has. `repeated` ones it gave twice, `left_out` ones do not belong
    to the query, `not_found` are ids that nobody knows. `resumed_at`: the page that an earlier run had come to.
    """

    name: str
    query: str
    since: date | None = None
    pages: int = 0
    requests: int = 0
    stopped_because: str = "failed"
    available: int | None = None
    repeated: int = 0
    left_out: int = 0
    resumed_at: int | None = None
    not_found: tuple[str, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """The `source` object of the document."""
        document: dict[str, Any] = {
            "name": self.name,
            "query": self.query,
            "since": None if self.since is None else self.since.isoformat(),
            "pages": self.pages,
            "requests": self.requests,
            "stopped_because": self.stopped_because,
            "available": self.available,
            "repeated": self.repeated,
            "left_out": self.left_out,
            "resumed_at": self.resumed_at,
        }
        return document | ({"not_found": list(self.not_found)} if self.not_found else {})


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What was imported, how the fetch went, and what ended it early, if anything did."""

    report: ImportReport
    summary: FetchSummary
    error: LitweaveError | None = None

    def as_document(self, *, verbose: bool = False) -> dict[str, Any]:
        """The import's document with the `source`."""
        return {**self.report.as_document(verbose=verbose), "source": self.summary.as_document()}


@dataclass(slots=True)
class _Tally:
    """What pages brought so far."""

    reports: list[ImportReport]
    summary: FetchSummary

    def add(self, page: Page, report: ImportReport) -> None:
        self.reports.append(report)
        old = self.summary
        self.summary = replace(
            old,
            pages=old.pages + 1,
            available=page.available if page.available is not None else old.available,
            repeated=old.repeated + page.repeated,
            left_out=old.left_out + page.left_out,
            resumed_at=None if page.begun_again else old.resumed_at,
            stopped_because=page.stopped or old.stopped_because,
            not_found=(*old.not_found, *page.not_found),
        )

    def outcome(self, requests: int, error: LitweaveError | None = None) -> FetchOutcome:
        return FetchOutcome(ImportReport.together(self.reports), replace(self.summary, requests=requests), error)


def fetched(
    review: ReviewCore,
    settings: Settings,
    request: FetchRequest,
    *,
    progress: Callable[[int, int], None],
    told: Callable[[str], None] = lambda _: None,
) -> FetchOutcome:
    """Fetch as asked: `fetch` or `fetch_ids`. `progress` hears (records taken, of), `told` of waits for a service."""
    library, wanted = settings.library, request.wanted
    restart, titles = request.restart, request.titles
    with client(settings, told) as online:
        if isinstance(wanted, IdList):
            lookup = OnlineLookup(online, partial(access, settings))
            of = len(wanted.ids) + len(wanted.rejected)
            taken = partial(_taken, progress, of)
            return fetch_ids(review, wanted, lookup, library=library, restart=restart, progress=taken, titles=titles)
        source = SOURCES[wanted.source]
        size = source.page_size if source.keeps is not None else min(source.page_size, wanted.most)
        today = datetime.now(UTC).date()
        query = Query(wanted.text, wanted.since, today, size, access(settings, source.site.key))
        return fetch(
            review,
            source,
            query,
            online,
            most=wanted.most,
            library=library,
            restart=restart,
            progress=partial(_taken, progress, wanted.most),
            titles=titles,
        )


def _taken(progress: Callable[[int, int], None], of: int, done: int) -> None:
    progress(done, of)


def fetch(
    review: ReviewCore,
    source: Source,
    query: Query,
    client: Client,
    *,
    most: int,
    library: Path,
    restart: bool = False,
    progress: Callable[[int], None] | None = None,
    titles: bool = True,
) -> FetchOutcome:
    """Import up to `most` records of a source; a fetch of the same that was stopped goes on, without `restart`.

    What ends it early is in the outcome: the pages before it are imported. `progress` hears how many records are
    taken. Vectors are left to `review.embed`.
    """
    since = "" if query.since is None else query.since.isoformat()
    file = PlaceFile(library, (source.site.key, query.text, since))
    place = None if restart else file.load(datetime.now(UTC))
    if place is not None and place.taken >= most:
        place = None  # an earlier run was asked for more than this one, and has it
    summary = FetchSummary(source.site.key, query.text, query.since, resumed_at=None if place is None else place.page)
    found = pages(source, query, client, most=most, at=place)
    return import_pages(review, found, summary, client, file=file, progress=progress, titles=titles)


def fetch_ids(
    review: ReviewCore,
    listed: IdList,
    lookup: OnlineLookup,
    *,
    library: Path,
    restart: bool = False,
    progress: Callable[[int], None] | None = None,
    titles: bool = True,
) -> FetchOutcome:
    """Import the papers of a list of identifiers; otherwise as `fetch`."""
    file = PlaceFile(library, ("ids", *(one.value for one in listed.ids)))
    place = None if restart else file.load(datetime.now(UTC))
    summary = FetchSummary("ids", listed.name, resumed_at=None if place is None else place.page)
    found = id_pages(listed, lookup, at=place)
    return import_pages(review, found, summary, lookup.client, file=file, progress=progress, titles=titles)


def import_pages(
    review: ReviewCore,
    found: Iterator[Page],
    summary: FetchSummary,
    client: Client,
    *,
    file: PlaceFile,
    progress: Callable[[int], None] | None = None,
    titles: bool = True,
) -> FetchOutcome:
    """Import each page, and remember the place behind it until the last page is in."""
    tally = _Tally([], summary)
    try:
        for page in found:
            tally.add(page, review.import_records(page.records, titles=titles))
            _remember(file, page.after, last=page.stopped is not None)
            if progress is not None:
                progress(page.after.taken)
    except LitweaveError as error:
        return tally.outcome(client.requests, error)
    return tally.outcome(client.requests)


def _remember(file: PlaceFile, place: Place, *, last: bool) -> None:
    if last:
        file.forget()
    else:
        file.save(place, datetime.now(UTC))

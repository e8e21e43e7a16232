"""`POST /v1/fetches`: papers from an online source, or those of a list of identifiers, into the library."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import Field, model_validator

from service.api.documents import ImportDocument
from service.api.requests import Name, StrictRequest, Words
from service.api.working import Teller, answers, respond
from service.jobs import JobRunner, Running
from service.review.core import ReviewCore
from service.settings import Settings
from service.tasks.fetches import FetchOutcome, fetch, fetch_ids

_IDS_MAX = 20_000
_MOST = 10_000
_MOST_DEFAULT = 200

SourceName = Literal["arxiv", "openalex", "semantic-scholar", "pubmed", "crossref", "daily-papers"]


class FetchRequest(StrictRequest):
    """`POST /v1/fetches`: `ids` (DOIs, arXiv ids, PMIDs), or `source` and `query`. `since`: YYYY-MM-DD."""

    ids: Annotated[list[Name], Field(max_length=_IDS_MAX)] = Field(default_factory=list)
    source: SourceName | None = None
    query: Words | None = None
    since: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    max: int = Field(default=_MOST_DEFAULT, ge=1, le=_MOST)

    @model_validator(mode="after")
    def _one_of_them(self) -> FetchRequest:
        if bool(self.ids) == (self.source is not None):
            raise ValueError("give either ids, or a source and a query")
        if self.source is not None and self.query is None and self.source != "daily-papers":
            raise ValueError(f"say in `query` what to look for in {self.source}")
        if self.since is not None:
            date.fromisoformat(self.since)
        return self


class FetchDocument(ImportDocument):
    """An import's document, and how the fetch went; docs/contract.md."""

    source: dict[str, Any]


def add_fetching(app: FastAPI, review: ReviewCore, jobs: JobRunner, settings: Settings) -> None:
    """Add the route to the app."""

    @app.post(
        "/v1/fetches",
        summary="Fetch papers of an online source, or of a list of identifiers, into the library",
        response_model=None,
        responses=answers(FetchDocument),
    )
    async def fetches(asked: FetchRequest, request: Request) -> Response:
        def work(teller: Teller) -> dict[str, Any]:
            outcome = _fetched(review, settings, asked, teller)
            if outcome.error is not None:
                raise outcome.error
            review.import_records((), embed=None)
            return outcome.as_document()

        return await respond(request, jobs, "fetch", asked.model_dump(), work)


def _fetched(review: ReviewCore, settings: Settings, asked: FetchRequest, teller: Teller) -> FetchOutcome:
    from service.sources import SOURCES, access, client
    from service.sources.ids import read_ids
    from service.sources.lookup import OnlineLookup
    from service.sources.source import Query

    def told(done: int, total: int) -> None:
        teller.check()
        if isinstance(teller, Running):
            teller.progress(done, total, "records")

    with client(settings) as online:
        if asked.ids:
            listed = read_ids("\n".join(asked.ids), "the request")
            lookup = OnlineLookup(online, partial(access, settings))
            count = len(listed.ids) + len(listed.rejected)
            return fetch_ids(
                review,
                listed,
                lookup,
                library=settings.library,
                progress=lambda done: told(done, count),
                titles=False,
            )
        assert asked.source is not None
        source = SOURCES[asked.source]
        size = source.page_size if source.keeps is not None else min(source.page_size, asked.max)
        since = None if asked.since is None else date.fromisoformat(asked.since)
        words = " ".join((asked.query or "").split())
        query = Query(words, since, datetime.now(UTC).date(), size, access(settings, source.site.key))
        return fetch(
            review,
            source,
            query,
            online,
            most=asked.max,
            library=settings.library,
            progress=lambda done: told(done, asked.max),
            titles=False,
        )

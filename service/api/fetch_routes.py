"""`POST /v1/fetches`: papers from an online source, or those of a list of identifiers, into the library."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI
from pydantic import Field, model_validator

from service.api.asking import Asked, counting
from service.api.documents import ImportDocument
from service.api.requests import Name, StrictRequest, Words
from service.api.working import Teller
from service.jobs import JobRunner
from service.review.core import ReviewCore
from service.settings import Settings
from service.sources.ids import read_ids
from service.tasks import fetches as core

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

    def as_request(self) -> core.FetchRequest:
        if self.source is None:
            return core.FetchRequest(read_ids("\n".join(self.ids), "the request"))
        since = None if self.since is None else date.fromisoformat(self.since)
        words = " ".join((self.query or "").split())
        return core.FetchRequest(core.SourceSearch(self.source, words, since, self.max))


class FetchDocument(ImportDocument):
    """An import's document, and how the fetch went; docs/contract.md."""

    source: dict[str, Any]


def add_fetching(app: FastAPI, review: ReviewCore, jobs: JobRunner, settings: Settings) -> None:
    """Add the route to the app; its job goes on behind the last page that was imported whole."""

    def fetch(review: ReviewCore, asked: FetchRequest, teller: Teller) -> core.FetchOutcome:
        outcome = core.fetched(review, settings, asked.as_request(), progress=counting(teller, "records"))
        if outcome.error is not None:
            raise outcome.error
        review.import_records((), embed=None)
        return outcome

    summary = "Fetch papers of an online source, or of a list of identifiers, into the library"
    Asked("fetch", "/v1/fetches", summary, FetchRequest, FetchDocument, fetch, name="fetches").add(app, review, jobs)

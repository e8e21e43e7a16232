"""Requests that take time over HTTP: what each takes and is answered with, and how its job is gone on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.api import documents
from service.api.check_documents import CheckDocument
from service.api.observing.telemetry import counted
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON
from service.api.requests import (
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    ReindexRequest,
    SearchRequest,
    StrictRequest,
    SurveyRequest,
)
from service.api.working import Teller, answers, respond, run_for
from service.jobs import JobRunner, Kind, Running
from service.records import Health
from service.records.texts import Documented
from service.review.core import ReviewCore

B = TypeVar("B", bound=StrictRequest)


@dataclass(frozen=True, slots=True)
class Asked(Generic[B]):
    """A request: its path, what is sent (`body`, which `call` gets) and the document it is answered with.

    `again` makes of what was sent that with which another process goes on; `kind` names its jobs, `name` its route
    where that is another.
    """

    kind: str
    path: str
    summary: str
    body: type[B]
    document: type[BaseModel]
    call: Callable[[ReviewCore, B, Teller], Documented]
    again: Callable[[B], B] = lambda body: body
    name: str | None = None

    def add(self, app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
        """Add the route, and tell `jobs` how to go on with what another process was asked."""

        def work(body: B, teller: Teller) -> dict[str, Any]:
            return self.call(review, body, teller).as_document()

        def more_work(running: Running) -> dict[str, Any]:
            return counted(work(self.again(self.body.model_validate(dict(running.request))), running))

        async def route(body: B, request: Request) -> Response:
            return await respond(request, jobs, self.kind, body.model_dump(mode="json"), partial(work, body))

        jobs.kinds[self.kind] = Kind(resumes=more_work)
        route.__annotations__["body"] = self.body
        app.post(self.path, name=self.name or self.kind, summary=self.summary, responses=answers(self.document))(route)


def counting(teller: Teller, unit: str) -> Callable[[int, int], None]:
    """Who hears (done, of) and tells it of a job; raises where the work is to end."""

    def told(done: int, total: int) -> None:
        teller.check()
        if isinstance(teller, Running):
            teller.progress(done, total, unit)

    return told


def _reindexed(review: ReviewCore, asked: ReindexRequest, teller: Teller) -> Health:
    """How the library stands then. What is embedded stays, wherever it is stopped."""
    if asked.rebuild:
        review.health(rebuild=True)
    review.embed(progress=counting(teller, "texts"), sentences=True)
    return review.health()


REQUESTS: Final = (
    Asked(
        "ask",
        "/v1/ask",
        "Answer a question; `not_in_corpus` is an answer too",
        AskRequest,
        documents.AnswerDocument,
        lambda review, body, teller: review.ask(body.as_request(), run_for(teller)),
    ),
    Asked(
        "comparison",
        "/v1/comparisons",
        "Papers side by side: a matrix of quoted cells, and where they agree",
        CompareRequest,
        documents.ComparisonDocument,
        lambda review, body, teller: review.compare(body.as_request(), run_for(teller)),
        name="compare",
    ),
    Asked(
        "draft",
        "/v1/drafts",
        "Draft a related-work text",
        DraftRequest,
        documents.DraftDocument,
        lambda review, body, teller: review.draft(body.as_request(), run_for(teller)),
    ),
    Asked(
        "survey",
        "/v1/surveys",
        "Survey a topic in sections, with tables, a timeline and open problems",
        SurveyRequest,
        documents.SurveyDocument,
        lambda review, body, teller: review.survey(body.as_request(), run_for(teller)),
        again=lambda body: body.model_copy(update={"resume": True}),
    ),
    Asked(
        "check",
        "/v1/checks",
        "Check a text of one's own: each sentence against what it cites",
        CheckRequest,
        CheckDocument,
        lambda review, body, teller: review.check(body.as_request(), run_for(teller)),
    ),
    Asked(
        "reindex",
        "/v1/reindex",
        "Embed whatever waits, sentences too; with `rebuild` make both search indexes anew first",
        ReindexRequest,
        documents.HealthDocument,
        _reindexed,
    ),
)


def add_asking(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    """Add the routes to the app, and tell `jobs` how to go on with what another process was asked."""

    @app.post(
        "/v1/search",
        summary="Find papers; each hit with its best sentence",
        responses={200: {"model": documents.SearchDocument}, **NOT_FOUND, **REFUSALS},
    )
    def search(request: SearchRequest) -> Response:
        return AsciiJSON(review.search(request.as_request()).as_document())

    requests: Sequence[Asked[Any]] = REQUESTS
    for asked in requests:
        asked.add(app, review, jobs)

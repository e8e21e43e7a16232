"""The requests of the core over HTTP: what each takes and is answered with, and how its job is gone on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import BaseModel

from service.api import documents
from service.api.check_documents import CheckDocument
from service.api.replies import REFUSALS, AsciiJSON
from service.api.requests import (
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    SearchRequest,
    StrictRequest,
    SurveyRequest,
)
from service.api.working import Task, answers, respond, resumed, run_for
from service.jobs import JobRunner, Kind
from service.requests import Run
from service.review.core import ReviewCore

B = TypeVar("B", bound=StrictRequest)


class Documented(Protocol):
    """What the core answers with."""

    def as_document(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Asked(Generic[B]):
    """A request of the core: its path, what is sent (`body`, which `call` gets) and the document it is answered with.

    `again` makes of what was sent that with which another process goes on; `kind` names its jobs.
    """

    kind: str
    path: str
    summary: str
    body: type[B]
    document: type[BaseModel]
    call: Callable[[ReviewCore, B, Run], Documented]
    again: Callable[[B], B] = lambda body: body

    def work(self, review: ReviewCore, body: B) -> Task:
        """The work on what was sent."""
        return lambda teller: self.call(review, body, run_for(teller)).as_document()

    def more_work(self, review: ReviewCore, given: dict[str, Any]) -> Task:
        """The work on what was sent to another process, which ended before it was done."""
        return self.work(review, self.again(self.body.model_validate(given)))


REQUESTS: Final = (
    Asked(
        "ask",
        "/v1/ask",
        "Answer a question; `not_in_corpus` is an answer too",
        AskRequest,
        documents.AnswerDocument,
        lambda review, body, run: review.ask(body.as_request(), run),
    ),
    Asked(
        "comparison",
        "/v1/comparisons",
        "Papers side by side: a matrix of quoted cells, and where they agree",
        CompareRequest,
        documents.ComparisonDocument,
        lambda review, body, run: review.compare(body.as_request(), run),
    ),
    Asked(
        "draft",
        "/v1/drafts",
        "Draft a related-work text",
        DraftRequest,
        documents.DraftDocument,
        lambda review, body, run: review.draft(body.as_request(), run),
    ),
    Asked(
        "survey",
        "/v1/surveys",
        "Survey a topic in sections, with tables, a timeline and open problems",
        SurveyRequest,
        documents.SurveyDocument,
        lambda review, body, run: review.survey(body.as_request(), run),
        again=lambda body: body.model_copy(update={"resume": True}),
    ),
    Asked(
        "check",
        "/v1/checks",
        "Check a text of one's own: each sentence against what it cites",
        CheckRequest,
        CheckDocument,
        lambda review, body, run: review.check(body.as_request(), run),
    ),
)


def add_asking(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    """Add the routes to the app, and tell `jobs` how to go on with what another process was asked."""
    _add_search(app, review)
    requests: Sequence[Asked[Any]] = REQUESTS
    for asked in requests:
        jobs.kinds[asked.kind] = Kind(resumes=resumed(partial(asked.more_work, review)))
        _add(app, review, jobs, asked)


def _add(app: FastAPI, review: ReviewCore, jobs: JobRunner, asked: Asked[B]) -> None:
    async def route(body: B, request: Request) -> Response:
        return await respond(request, jobs, asked.kind, body.model_dump(mode="json"), asked.work(review, body))

    route.__annotations__["body"] = asked.body
    app.post(asked.path, name=asked.kind, summary=asked.summary, responses=answers(asked.document))(route)


def _add_search(app: FastAPI, review: ReviewCore) -> None:
    @app.post(
        "/v1/search",
        summary="Find papers; each hit with its best sentence",
        responses={200: {"model": documents.SearchDocument}, **REFUSALS},
    )
    def search(request: SearchRequest) -> Response:
        return AsciiJSON(review.search(request.as_request()).as_document())

"""The routes. Each reads a request, calls the core in the thread pool and returns the core's own document."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.status import HTTP_200_OK

from service.api import documents
from service.api.ascii_json import AsciiJSON
from service.api.check_documents import CheckDocument
from service.api.core import ReviewCore
from service.api.errors import error_document, failure, http_status
from service.api.evaluation_runs import EvaluationRuns
from service.api.evaluations import add_evaluations
from service.api.exports import add_export
from service.api.guard import Guard
from service.api.leaving import Stopping, until_left
from service.api.one_paper import add_one_paper
from service.api.overview import add_overview
from service.api.page import STYLE_POLICY, reference_page
from service.api.plans import add_plans
from service.api.rendering import add_rendering
from service.api.requests import (
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    SearchRequest,
    SurveyRequest,
    filters_of,
)
from service.api.texts import MAX_DOCX_BYTES, TEXTS, add_texts
from service.api.uploads import import_uploads, multipart_schema
from service.errors import LitweaveError, UsageError
from service.manuscript import read_bib
from service.page import add_page
from service.records.checks import Check

_log = structlog.get_logger(__name__)

_JSON_BODY_BYTES = 1_000_000
_MULTIPART_OVERHEAD_BYTES = 64_000
_UPLOADS = "/v1/papers"

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": documents.ErrorDocument, "description": description}
    for status, description in (
        (413, "Larger than the service takes"),
        (422, "The request makes no sense or the file cannot be read"),
        (503, "The library or the embedding model cannot be used"),
    )
}


def build_app(
    review: ReviewCore,
    *,
    max_upload_bytes: int,
    hosts: Collection[str] | None,
    evaluations: EvaluationRuns | None = None,
) -> FastAPI:
    """See `service.api.create_app`."""
    app = FastAPI(
        title="litweave",
        description="Literature review over paper abstracts in which every sentence carries a verified quote.",
        docs_url=None,
        redoc_url=None,
        default_response_class=AsciiJSON,
    )
    app.add_middleware(
        Guard,
        hosts=hosts,
        body_limit=_JSON_BODY_BYTES,
        body_limits={_UPLOADS: max_upload_bytes + _MULTIPART_OVERHEAD_BYTES, TEXTS: MAX_DOCX_BYTES},
    )
    _add_questions(app, review)
    _add_checks(app, review)
    _add_library(app, review, max_upload_bytes)
    add_export(app, review)
    add_one_paper(app, review)
    add_evaluations(app, evaluations)
    add_overview(app, review)
    add_plans(app, review)
    add_rendering(app, review)
    add_texts(app)
    _add_pages(app)
    add_page(app, evaluations)
    _add_errors(app)
    return app


def _add_questions(app: FastAPI, review: ReviewCore) -> None:
    @app.post(
        "/v1/search",
        summary="Find papers; each hit with its best sentence",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.SearchDocument}, **_REFUSALS},
    )
    def search(request: SearchRequest) -> Response:
        result = review.search(request.query, k=request.k, filters=filters_of(request.filters), rerank=request.rerank)
        return AsciiJSON(result.as_document())

    @app.post(
        "/v1/ask",
        summary="Answer a question; `not_in_corpus` is an answer too",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.AnswerDocument}, **_REFUSALS},
    )
    async def ask(asked: AskRequest, request: Request) -> Response:
        filters = filters_of(asked.filters)
        answer = await until_left(
            request,
            lambda started: review.ask(
                asked.question, max_sentences=asked.max_sentences, filters=filters, started=started
            ),
        )
        return AsciiJSON(answer.as_document())

    @app.post(
        "/v1/comparisons",
        summary="Papers side by side: a matrix of quoted cells, and where they agree",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.ComparisonDocument}, **_REFUSALS},
    )
    async def compare(asked: CompareRequest, request: Request) -> Response:
        filters, by_year = filters_of(asked.filters), asked.sort == "year"
        compared = await until_left(
            request,
            lambda started: review.compare(
                asked.question,
                columns=asked.columns,
                rows=asked.rows,
                by_year=by_year,
                filters=filters,
                started=started,
            ),
        )
        return AsciiJSON(compared.as_document())

    @app.post(
        "/v1/drafts",
        summary="Draft a related-work text",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.DraftDocument}, **_REFUSALS},
    )
    async def draft(asked: DraftRequest, request: Request) -> Response:
        filters = filters_of(asked.filters)
        drafted = await until_left(
            request,
            lambda started: review.draft(
                asked.topic,
                words=asked.words,
                filters=filters,
                started=started,
                abstract=asked.abstract,
                outline=None if asked.plan is None else review.read_plan(asked.plan, topic=asked.topic),
                style=asked.style,
            ),
        )
        return AsciiJSON(drafted.as_document())

    @app.post(
        "/v1/surveys",
        summary="Survey a topic in sections, with tables, a timeline and open problems",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.SurveyDocument}, **_REFUSALS},
    )
    async def surveys(asked: SurveyRequest, request: Request) -> Response:
        filters = filters_of(asked.filters)
        made = await until_left(
            request,
            lambda started: review.survey(
                asked.topic,
                words=asked.words,
                sections=asked.sections,
                resume=asked.resume,
                filters=filters,
                started=started,
            ),
        )
        return AsciiJSON(made.as_document())


def _add_checks(app: FastAPI, review: ReviewCore) -> None:
    @app.post(
        "/v1/checks",
        summary="Check a text of one's own: each sentence against what it cites",
        response_model=None,
        responses={HTTP_200_OK: {"model": CheckDocument}, **_REFUSALS},
    )
    async def checks(asked: CheckRequest, request: Request) -> Response:
        def work(started: Callable[[Stopping], None]) -> Check:
            stopping = Stopping()
            started(stopping)
            return review.check(
                asked.text,
                form=asked.format,
                file=asked.file,
                bibliography=read_bib(asked.bib),
                stop=stopping.check,
            )

        return AsciiJSON((await until_left(request, work)).as_document())


def _add_library(app: FastAPI, review: ReviewCore, max_upload_bytes: int) -> None:
    @app.post(
        _UPLOADS,
        summary="Import papers from uploaded files",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.ImportDocument}, **_REFUSALS},
        openapi_extra=multipart_schema(),
    )
    async def papers(request: Request, verbose: bool = False) -> Response:
        outcome = await import_uploads(review, request, max_bytes=max_upload_bytes, verbose=verbose)
        return AsciiJSON(outcome.as_document(verbose=verbose))

    @app.get(
        "/healthz",
        summary="Counts of the library and what is wrong with it (503 if anything is)",
        response_model=None,
        responses={
            HTTP_200_OK: {"model": documents.HealthDocument},
            503: {"model": documents.HealthDocument, "description": "Something is wrong"},
        },
    )
    async def healthz() -> Response:
        health = await run_in_threadpool(review.health)
        return AsciiJSON(health.as_document(), HTTP_200_OK if health.ok else 503)


def _add_pages(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(reference_page(app.openapi()), headers={"Content-Security-Policy": STYLE_POLICY})


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(LitweaveError)
    def refused(_request: Request, error: LitweaveError) -> Response:
        return AsciiJSON(error_document(error), http_status(error))

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        problems = "; ".join(f"{_where(e['loc'])}: {e['msg']}" for e in error.errors())
        return AsciiJSON(failure(UsageError.__name__, problems), 422)

    @app.exception_handler(HTTPException)
    def http(_request: Request, error: HTTPException) -> Response:
        kind = {404: "NotFound", 405: "MethodNotAllowed", 413: "SourceTooLarge"}.get(error.status_code, "BadRequest")
        return AsciiJSON(failure(kind, str(error.detail)), error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        # What went wrong inside is for the log, not for the client.
        _log.error("request failed", path=request.url.path, error=type(error).__name__, exc_info=error)
        return AsciiJSON(failure("InternalError", "the service failed on this request; its log says why"), 500)


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"

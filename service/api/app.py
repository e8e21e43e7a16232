"""The routes. Each reads a request, calls the core in the thread pool and returns the core's own document."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.status import HTTP_200_OK

from service.api import documents
from service.api.chat import add_chat
from service.api.check_documents import CheckDocument
from service.api.core import ReviewCore
from service.api.corrections import add_corrections
from service.api.errors import error_document, failure, http_status, wait_headers
from service.api.evaluation_runs import EvaluationRuns
from service.api.evaluations import add_evaluations
from service.api.exports import add_export
from service.api.fetch_routes import add_fetching
from service.api.filter_query import ShelvingQuery
from service.api.header_parameters import declare_headers
from service.api.jobs import add_jobs
from service.api.operating import Operating, add_layers
from service.api.operations import add_operations
from service.api.overview import add_overview
from service.api.page import STYLE_POLICY, reference_page
from service.api.plans import add_plans
from service.api.rendering import add_rendering
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON
from service.api.requests import (
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    SearchRequest,
    SurveyRequest,
    filters_of,
)
from service.api.shelves import add_shelves
from service.api.texts import MAX_DOCX_BYTES, TEXTS, add_texts
from service.api.uploads import IMPORT, Uploads, multipart_schema
from service.api.working import Teller, answers, observer, respond
from service.errors import LitweaveError, UnknownName, UsageError
from service.jobs import JobRunner
from service.page import add_page
from service.review.checking import read_reference_list
from service.settings import Settings

_MULTIPART_OVERHEAD_BYTES = 64_000
_UPLOADS = "/v1/papers"


def build_app(
    review: ReviewCore,
    *,
    max_upload_bytes: int,
    hosts: Collection[str] | None,
    evaluations: EvaluationRuns | None = None,
    jobs: JobRunner,
    spool: Path,
    operating: Operating,
    settings: Settings | None = None,
) -> FastAPI:
    """See `service.api.create_app`."""
    app = FastAPI(
        title="litweave",
        description="Literature review over paper abstracts in which every sentence carries a verified quote. "
        "A POST may carry an Idempotency-Key: sent twice within a day, it is done once and answered twice.",
        docs_url=None,
        redoc_url=None,
        default_response_class=AsciiJSON,
    )
    limits = {_UPLOADS: max_upload_bytes + _MULTIPART_OVERHEAD_BYTES, TEXTS: MAX_DOCX_BYTES}
    add_layers(app, operating, hosts=hosts, body_limits=limits)
    _add_questions(app, review, jobs)
    _add_texts(app, review, jobs)
    uploads = Uploads(review, jobs, spool, max_bytes=max_upload_bytes)
    jobs.kinds = {IMPORT: uploads.kind()}
    uploads.tidy()
    _add_library(app, review, uploads)
    add_jobs(app, jobs)
    add_chat(app, review, jobs)
    if settings is not None:
        add_fetching(app, review, jobs, settings)
    add_export(app, review)
    add_corrections(app, review)
    add_shelves(app, review, respond=AsciiJSON, refusals=REFUSALS | NOT_FOUND)
    add_evaluations(app, evaluations)
    add_overview(app, review)
    add_plans(app, review)
    add_rendering(app, review)
    add_texts(app)
    add_operations(app, review, jobs, operating)
    _add_pages(app)
    add_page(app, evaluations)
    _add_errors(app)
    declare_headers(app)
    return app


def _add_questions(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    @app.post(
        "/v1/search",
        summary="Find papers; each hit with its best sentence",
        response_model=None,
        responses={HTTP_200_OK: {"model": documents.SearchDocument}, **REFUSALS},
    )
    def search(request: SearchRequest) -> Response:
        result = review.search(request.query, k=request.k, filters=filters_of(request.filters), rerank=request.rerank)
        return AsciiJSON(result.as_document())

    @app.post(
        "/v1/ask",
        summary="Answer a question; `not_in_corpus` is an answer too",
        response_model=None,
        responses=answers(documents.AnswerDocument),
    )
    async def ask(asked: AskRequest, request: Request) -> Response:
        def work(teller: Teller) -> dict[str, Any]:
            return review.ask(
                asked.question,
                max_sentences=asked.max_sentences,
                filters=filters_of(asked.filters),
                earlier=asked.earlier,
                started=teller.started,
                observe=observer(teller),
            ).as_document()

        return await respond(request, jobs, "ask", asked.model_dump(), work)

    @app.post(
        "/v1/comparisons",
        summary="Papers side by side: a matrix of quoted cells, and where they agree",
        response_model=None,
        responses=answers(documents.ComparisonDocument),
    )
    async def compare(asked: CompareRequest, request: Request) -> Response:
        def work(teller: Teller) -> dict[str, Any]:
            return review.compare(
                asked.question,
                columns=asked.columns,
                rows=asked.rows,
                by_year=asked.sort == "year",
                filters=filters_of(asked.filters),
                started=teller.started,
                observe=observer(teller),
            ).as_document()

        return await respond(request, jobs, "comparison", asked.model_dump(), work)


def _add_texts(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    @app.post(
        "/v1/drafts",
        summary="Draft a related-work text",
        response_model=None,
        responses=answers(documents.DraftDocument),
    )
    async def draft(asked: DraftRequest, request: Request) -> Response:
        def work(teller: Teller) -> dict[str, Any]:
            return review.draft(
                asked.topic,
                words=asked.words,
                filters=filters_of(asked.filters),
                started=teller.started,
                observe=observer(teller),
                abstract=asked.abstract,
                outline=None if asked.plan is None else review.read_plan(asked.plan, topic=asked.topic),
                style=asked.style,
            ).as_document()

        return await respond(request, jobs, "draft", asked.model_dump(), work)

    @app.post(
        "/v1/surveys",
        summary="Survey a topic in sections, with tables, a timeline and open problems",
        response_model=None,
        responses=answers(documents.SurveyDocument),
    )
    async def surveys(asked: SurveyRequest, request: Request) -> Response:
        def work(teller: Teller) -> dict[str, Any]:
            return review.survey(
                asked.topic,
                words=asked.words,
                sections=asked.sections,
                resume=asked.resume,
                filters=filters_of(asked.filters),
                started=teller.started,
                observe=observer(teller),
            ).as_document()

        return await respond(request, jobs, "survey", asked.model_dump(), work)

    @app.post(
        "/v1/checks",
        summary="Check a text of one's own: each sentence against what it cites",
        response_model=None,
        responses=answers(CheckDocument),
    )
    async def checks(asked: CheckRequest, request: Request) -> Response:
        def work(teller: Teller) -> dict[str, Any]:
            return review.check(
                asked.text,
                form=asked.format,
                file=asked.file,
                bibliography=read_reference_list(asked.bib, "bib").entries,
                filters=filters_of(asked.filters),
                online=asked.online,
                stop=teller.check,
            ).as_document()

        return await respond(request, jobs, "check", asked.model_dump(), work)


def _add_library(app: FastAPI, review: ReviewCore, uploads: Uploads) -> None:
    @app.post(
        _UPLOADS,
        summary="Import papers from uploaded files",
        response_model=None,
        responses=answers(documents.ImportDocument),
        openapi_extra=multipart_schema(),
    )
    async def papers(request: Request, shelving: ShelvingQuery, verbose: bool = False) -> Response:
        return await uploads.taken(request, verbose=verbose, shelving=shelving)

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
    def refused(request: Request, error: LitweaveError) -> Response:
        named = isinstance(error, UnknownName) and request.path_params
        status = 404 if named else http_status(error)
        return AsciiJSON(error_document(error), status, headers=wait_headers(error))

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        problems = "; ".join(f"{_where(e['loc'])}: {e['msg']}" for e in found)
        then = "correct the request; GET /openapi.json describes each"
        return AsciiJSON(failure(UsageError.__name__, problems, field=_where(found[0]["loc"]), then=then), 422)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        kind = {404: "NotFound", 405: "MethodNotAllowed", 413: "SourceTooLarge"}.get(error.status_code, "BadRequest")
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(sorted(_methods(app, request)))
        return AsciiJSON(failure(kind, str(error.detail)), error.status_code, headers=headers)


def _methods(app: FastAPI, request: Request) -> set[str]:
    """All methods of a path: each is a route of its own."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in here if route.path == here[0].path for method in route.methods or ()}


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"

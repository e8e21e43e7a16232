"""The routes. Each reads a request, calls the core in the thread pool and returns the core's own document."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.status import HTTP_200_OK

from service.api import documents
from service.api.asking import add_asking
from service.api.bodies import SHORTER
from service.api.chat import add_chat
from service.api.corrections import add_corrections
from service.api.evaluations import add_evaluations
from service.api.exports import add_export
from service.api.fetch_routes import add_fetching
from service.api.filter_query import ShelvingQuery
from service.api.header_parameters import declare_headers
from service.api.invalid import declared_only, problems_of
from service.api.jobs import add_jobs
from service.api.operating import Operating, add_layers
from service.api.operations import add_operations
from service.api.overview import add_overview
from service.api.page import STYLE_POLICY, reference_page
from service.api.plans import add_plans
from service.api.rendering import add_rendering
from service.api.replies import REFUSALS, AsciiJSON
from service.api.shelves import add_shelves
from service.api.texts import MAX_DOCX_BYTES, TEXTS, add_texts
from service.api.uploads import IMPORT, Uploads, multipart_schema
from service.api.working import answers
from service.error_documents import error_document, failure, http_status, wait_headers
from service.errors import LitweaveError, UnknownName, UsageError
from service.jobs import JobRunner
from service.page import add_page
from service.review.core import ReviewCore
from service.settings import Settings
from service.tasks.evaluations import EvaluationRuns

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
        dependencies=[Depends(declared_only)],
        generate_unique_id_function=lambda route: route.name,
    )
    limits = {_UPLOADS: max_upload_bytes + _MULTIPART_OVERHEAD_BYTES, TEXTS: MAX_DOCX_BYTES}
    add_layers(app, operating, hosts=hosts, body_limits=limits)
    if operating.access is not None:
        jobs.payer_of = operating.access.payer_of
    add_asking(app, review, jobs)
    uploads = Uploads(review, jobs, spool, max_bytes=max_upload_bytes)
    jobs.kinds[IMPORT] = uploads.kind()
    uploads.tidy()
    _add_library(app, review, uploads)
    add_jobs(app, jobs)
    add_chat(app, review, jobs)
    if settings is not None:
        add_fetching(app, review, jobs, settings)
    add_export(app, review)
    add_corrections(app, review)
    add_shelves(app, review)
    add_evaluations(app, evaluations)
    add_overview(app, review)
    add_plans(app, review)
    add_rendering(app, review)
    add_texts(app)
    add_operations(app, review, jobs, operating)
    _add_pages(app)
    _add_errors(app, missing=add_page(app))
    declare_headers(app)
    return app


def _add_library(app: FastAPI, review: ReviewCore, uploads: Uploads) -> None:
    @app.post(
        _UPLOADS,
        summary="Import papers from uploaded files",
        responses=answers(documents.ImportDocument),
        openapi_extra=multipart_schema(),
    )
    async def import_papers(request: Request, shelving: ShelvingQuery, verbose: bool = False) -> Response:
        return await uploads.taken(request, verbose=verbose, shelving=shelving)

    @app.head("/healthz", include_in_schema=False)
    @app.get(
        "/healthz",
        summary="Counts of the library and what is wrong with it (503 if anything is)",
        responses={
            **REFUSALS,
            HTTP_200_OK: {"model": documents.HealthDocument},
            503: {"model": documents.HealthDocument, "description": "Something is wrong"},
        },
    )
    async def library_health() -> Response:
        health = await run_in_threadpool(review.health)
        return AsciiJSON(health.as_document(), HTTP_200_OK if health.ok else 503)


def _add_pages(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(reference_page(app.openapi()), headers={"Content-Security-Policy": STYLE_POLICY})


def _add_errors(app: FastAPI, *, missing: Callable[[Request], Response | None]) -> None:
    @app.exception_handler(LitweaveError)
    def refused(request: Request, error: LitweaveError) -> Response:
        named = isinstance(error, UnknownName) and request.path_params
        status = 404 if named else http_status(error)
        return AsciiJSON(error_document(error), status, headers=wait_headers(error))

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        problems = problems_of(error)
        told = "; ".join(f"{field}: {said}" for field, said in problems.items())
        then = "correct the request; GET /openapi.json describes each"
        return AsciiJSON(failure(UsageError.__name__, told, field=next(iter(problems)), then=then), 422)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        kind = {404: "NotFound", 405: "MethodNotAllowed", 413: "SourceTooLarge"}.get(error.status_code, "BadRequest")
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(sorted(_methods(app, request)))
        page = missing(request) if error.status_code == 404 else None
        then = SHORTER if error.status_code == 413 else None
        return page or AsciiJSON(failure(kind, str(error.detail), then=then), error.status_code, headers=headers)


def _methods(app: FastAPI, request: Request) -> set[str]:
    """All methods of a path: each is a route of its own."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in here if route.path == here[0].path for method in route.methods or ()}

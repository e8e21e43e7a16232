"""`/v1/jobs`: what is under way and what has ended, its events and its result.

A job shows what was asked and what came of it: an API key sees its own jobs, and an administrator's sees all.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from service.api.access.gate import confined_to
from service.api.documents import ErrorDocument
from service.api.job_documents import JobReply, JobsDocument, job_document
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON, object_of
from service.api.working import STREAMED, streamed
from service.error_documents import failure
from service.jobs import Job, JobRunner, JobState

_NOT_YET: dict[int | str, dict[str, Any]] = {409: {"model": ErrorDocument, "description": "It has no result, and why"}}


def add_jobs(app: FastAPI, runner: JobRunner) -> None:
    """Add the routes."""

    def seen(job_id: str, request: Request) -> Job:
        return runner.job(job_id, key=confined_to(request.scope))

    @app.get(
        "/v1/jobs",
        summary="Jobs, newest first",
        responses={200: {"model": JobsDocument}, **REFUSALS},
    )
    def list_jobs(
        request: Request,
        state: JobState | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        cursor: Annotated[str | None, Query(max_length=60, pattern=r"^[0-9a-f-]+$")] = None,
    ) -> Response:
        found = runner.jobs.newest(state=state, limit=limit + 1, before=cursor, key=confined_to(request.scope))
        more = found[limit - 1].id if len(found) > limit else None
        return AsciiJSON({"jobs": [job_document(job) for job in found[:limit]], "next_cursor": more})

    @app.get(
        "/v1/jobs/{job_id}",
        summary="A job as it stands",
        responses={200: {"model": JobReply}, **NOT_FOUND, **REFUSALS},
    )
    def get_job(job_id: str, request: Request) -> Response:
        return AsciiJSON({"job": job_document(seen(job_id, request))})

    @app.delete(
        "/v1/jobs/{job_id}",
        summary="Cancel a job; what it has committed stays",
        responses={200: {"model": JobReply}, **NOT_FOUND, **REFUSALS},
    )
    def cancel_job(job_id: str, request: Request) -> Response:
        return AsciiJSON({"job": job_document(runner.cancel(seen(job_id, request).id))})

    @app.get(
        "/v1/jobs/{job_id}/result",
        summary="The document that a job came to",
        response_class=Response,
        responses={
            200: {"description": "The document of its kind", "content": object_of()},
            **NOT_FOUND,
            **REFUSALS,
            **_NOT_YET,
        },
    )
    def get_job_result(job_id: str, request: Request) -> Response:
        found = seen(job_id, request)
        document = runner.jobs.result(job_id)
        if document is None:
            why = "" if found.error is None else f": {found.error['message']}"
            told = f"the job is {found.state} and has no result{why}"
            then = (found.error or {}).get("next") or f"GET /v1/jobs/{job_id}"
            return AsciiJSON(failure("NoResult", told, retryable=not found.ended, then=then), 409)
        return AsciiJSON(document)

    @app.get(
        "/v1/jobs/{job_id}/events",
        summary="What a job tells, as server-sent events; Last-Event-ID goes on where a reader was",
        response_class=Response,
        responses={200: {"content": STREAMED}, **NOT_FOUND, **REFUSALS},
    )
    async def follow_job(job_id: str, request: Request) -> Response:
        return streamed(request, runner, seen(job_id, request))

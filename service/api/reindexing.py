"""`POST /v1/reindex`: the vectors that a library still lacks, and on request both search indexes anew."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import Response

from service.api.documents import HealthDocument
from service.api.requests import StrictRequest
from service.api.working import Task, Teller, answers, respond, resumed
from service.jobs import JobRunner, Kind, Running
from service.review.core import ReviewCore

REINDEX: Final = "reindex"


class ReindexRequest(StrictRequest):
    """`POST /v1/reindex`. With `rebuild` both search indexes are first made anew from the stored vectors."""

    rebuild: bool = False


def add_reindexing(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    """Add the route, and tell `jobs` how to go on with its job."""
    jobs.kinds[REINDEX] = Kind(resumes=resumed(partial(_again, review)))

    @app.post(
        "/v1/reindex",
        summary="Embed whatever waits, sentences too; with `rebuild` make both search indexes anew first",
        responses=answers(HealthDocument),
    )
    async def reindex(asked: ReindexRequest, request: Request) -> Response:
        work = partial(_reindexed, review, asked)
        return await respond(request, jobs, REINDEX, asked.model_dump(mode="json"), work)


def _again(review: ReviewCore, given: dict[str, Any]) -> Task:
    return partial(_reindexed, review, ReindexRequest.model_validate(given))


def _reindexed(review: ReviewCore, asked: ReindexRequest, teller: Teller) -> dict[str, Any]:
    """How the library stands then. What is embedded stays, wherever it is stopped."""

    def told(done: int, total: int) -> None:
        teller.check()
        if isinstance(teller, Running):
            teller.progress(done, total, "texts")

    if asked.rebuild:
        review.health(rebuild=True)
    review.embed(progress=told, sentences=True)
    return review.health().as_document()

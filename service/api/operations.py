"""`/readyz`, `/metrics`, `/v1/usage`: what whoever runs the service looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import Response

from service.api.filters_document import ContractDocument
from service.api.observing.metrics import CONTENT_TYPE, Standing
from service.api.operating import Operating
from service.api.replies import REFUSALS, AsciiJSON
from service.errors import LitweaveError
from service.jobs import JobRunner
from service.review.core import ReviewCore


class ReadyDocument(ContractDocument):
    """`ready` where library and jobs are `null`; else a part says what is wrong with it.

    `vectors` is the error where a Chroma server that holds them cannot be used: searching goes on by words.
    """

    ready: bool
    library: str | None
    jobs: str | None
    vectors: str | None


class KeyUsage(ContractDocument):
    """What was used with an API key; `name` is `null` for one that is forgotten."""

    key: str
    name: str | None
    tokens: int
    cost_usd: float


class UsageDay(ContractDocument):
    """A day (UTC) on which models were called, or texts embedded at a cost. `keys` is what was used with API keys."""

    day: str
    tokens: int
    cost_usd: float
    keys: list[KeyUsage]


class UsageDocument(ContractDocument):
    """Newest day first; days without any use are left out."""

    days: list[UsageDay]


def add_operations(app: FastAPI, review: ReviewCore, jobs: JobRunner, operating: Operating) -> None:
    """Add the routes."""
    _add_ready(app, review, jobs)
    _add_usage(app, operating)
    metrics = operating.telemetry.metrics
    metrics.registry.register(Standing(review.counts, jobs, operating.ledger))

    @app.get("/metrics", include_in_schema=False)
    def exposition() -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)


def _add_ready(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    @app.head("/readyz", include_in_schema=False)
    @app.get(
        "/readyz",
        summary="Whether the library can be read and jobs can be kept (503 if not)",
        responses={
            **{status: REFUSALS[status] for status in (400, 403)},
            200: {"model": ReadyDocument},
            503: {"model": ReadyDocument, "description": "Not ready"},
        },
    )
    def readiness() -> Response:
        away: list[str] = []

        def look() -> None:
            away.extend(["IndexUnavailable"] if review.counts().vectors_away is not None else [])

        library, kept = _fault(look), _fault(jobs.jobs.check)
        document: dict[str, Any] = {
            "ready": library is None and kept is None,
            "library": library,
            "jobs": kept,
            "vectors": next(iter(away), None),
        }
        return AsciiJSON(document, 200 if document["ready"] else 503)


def _fault(look: Callable[[], object]) -> str | None:
    """What is wrong, in a word: paths and messages are for who has a key."""
    try:
        look()
    except LitweaveError as error:
        return type(error).__name__
    return None


def _add_usage(app: FastAPI, operating: Operating) -> None:
    @app.get(
        "/v1/usage",
        summary="Tokens and cost by day and by API key",
        responses={200: {"model": UsageDocument}, **REFUSALS},
    )
    def get_usage(days: Annotated[int, Query(ge=1, le=3660)] = 30) -> Response:
        found = [] if operating.ledger is None else operating.ledger.days(days)
        access = operating.access
        keys = () if access is None else (*access.keyring.in_force(), *access.keyring.stored())
        names = {key.id: key.name for key in keys}
        documents = [day.as_document() for day in found]
        for document in documents:
            document["keys"] = [{**used, "name": names.get(used["key"])} for used in document["keys"]]
        return AsciiJSON({"days": documents})

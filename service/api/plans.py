"""`POST /v1/plans`: the plan of a draft, to be edited and sent along with the draft's own request."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from pydantic import Field

from service import limits
from service.api.filters_document import ContractDocument
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON
from service.api.requests import FilterFields, StrictRequest, Words, filters_of
from service.requests import DraftRequest
from service.review.core import ReviewCore


class PlanRequest(StrictRequest):
    """`POST /v1/plans`"""

    topic: Words
    words: int = Field(default=limits.WORDS_DEFAULT, ge=limits.WORDS_MIN, le=limits.WORDS_MAX)
    filters: FilterFields | None = None
    abstract: Words | None = None

    def as_request(self) -> DraftRequest:
        return DraftRequest(self.topic, self.words, filters_of(self.filters), abstract=self.abstract)


class PlanDocument(ContractDocument):
    """`text` is what a draft takes as `plan`, edited or not; empty where the library lacks the topic."""

    text: str
    outline: dict[str, Any]


def add_plans(app: FastAPI, review: ReviewCore) -> None:
    """Add the route to the app."""

    @app.post(
        "/v1/plans",
        summary="Plan a draft without writing it",
        responses={200: {"model": PlanDocument}, **NOT_FOUND, **REFUSALS},
    )
    def plan(asked: PlanRequest) -> Response:
        made = review.plan(asked.as_request())
        return AsciiJSON({"text": made.as_text() if made.themes else "", "outline": made.as_document()})

"""Routes that correct the library: delete a paper, list merges, merge, split, tell apart."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import Response

from service import limits
from service.api import documents
from service.api.correction_documents import (
    DeletionDocument,
    HandDistinctionDocument,
    HandMergeDocument,
    HandSplitDocument,
    MergeListDocument,
    PossibleListDocument,
)
from service.api.paper_ids import PAPER_ID
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON
from service.api.requests import DistinctRequest, MergeRequest, SplitRequest
from service.review.core import ReviewCore

_Limit = Annotated[int, Query(ge=1, le=limits.PAGE_MAX)]
_Offset = Annotated[int, Query(ge=0, le=limits.OFFSET_MAX)]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    **NOT_FOUND,
    409: {"model": documents.ErrorDocument, "description": "Something speaks against the merge"},
}


def add_corrections(app: FastAPI, review: ReviewCore) -> None:
    """Add the routes to the app, before any whose path holds a paper's id and could take these for one."""

    @app.get(
        "/v1/papers/merges",
        summary="Papers made of several records, the newest merge first",
        responses={200: {"model": MergeListDocument}, **_REFUSALS},
    )
    def list_merges(limit: _Limit = limits.PAGE_DEFAULT, offset: _Offset = 0) -> Response:
        return AsciiJSON(review.merges(limit=limit, offset=offset).as_document())

    @app.get(
        "/v1/papers/merges/possible",
        summary="Pairs of papers that were not merged and may be one",
        responses={200: {"model": PossibleListDocument}, **_REFUSALS},
    )
    def list_possible_merges(limit: _Limit = limits.PAGE_DEFAULT, offset: _Offset = 0) -> Response:
        return AsciiJSON(review.possible_merges(limit=limit, offset=offset).as_document())

    @app.post(
        "/v1/papers/merge",
        summary="Make two papers one; the first id is kept",
        responses={200: {"model": HandMergeDocument}, **_REFUSALS},
    )
    def merge_papers(asked: MergeRequest) -> Response:
        keep, other = asked.paper_ids
        return AsciiJSON(review.merge_papers(keep, other, force=asked.force).as_document())

    @app.post(
        "/v1/papers/distinct",
        summary="Remember that two papers are not the same",
        responses={200: {"model": HandDistinctionDocument}, **_REFUSALS},
    )
    def distinguish_papers(asked: DistinctRequest) -> Response:
        one, other = asked.paper_ids
        return AsciiJSON(review.distinguish_papers(one, other).as_document())

    @app.post(
        "/v1/papers/{paper_id:path}/split",
        summary="Take a record out of a paper into one of its own",
        responses={200: {"model": HandSplitDocument}, **_REFUSALS},
    )
    def split_paper(paper_id: str, asked: SplitRequest) -> Response:
        return AsciiJSON(review.split_paper(paper_id, asked.numbers()).as_document())

    @app.delete(
        f"/v1/papers/{PAPER_ID}",
        summary="Delete a paper with everything that hangs on it",
        responses={200: {"model": DeletionDocument}, **_REFUSALS},
    )
    def delete_paper(paper_id: str) -> Response:
        return AsciiJSON(review.delete_papers([paper_id]).as_document())

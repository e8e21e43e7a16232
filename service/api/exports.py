"""`GET /v1/papers/export`: the library's papers as a file, sent while it is made."""

from __future__ import annotations

from itertools import chain, islice
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from fastapi.responses import Response, StreamingResponse

from service.api.core import ReviewCore
from service.api.filter_query import filters_in_query
from service.records import Filters
from service.render.papers import PaperFormat, exported

_FILES = {
    PaperFormat.jsonl: ("application/x-ndjson", "papers.jsonl"),
    PaperFormat.bibtex: ("application/x-bibtex; charset=utf-8", "papers.bib"),
    PaperFormat.ris: ("application/x-research-info-systems; charset=utf-8", "papers.ris"),
    PaperFormat.csl_json: ("application/vnd.citationstyles.csl+json", "papers.json"),
}


def add_export(app: FastAPI, review: ReviewCore) -> None:
    """Add the route to the app."""

    @app.get(
        "/v1/papers/export",
        summary="The library's papers as a file: `format` is jsonl (imports again), bibtex, ris or csl-json",
        response_class=Response,
        responses={200: {"content": {kind.partition(";")[0]: {} for kind, _ in _FILES.values()}}},
    )
    def export(
        form: Annotated[PaperFormat, Query(alias="format")] = PaperFormat.jsonl,
        filters: Annotated[Filters | None, Depends(filters_in_query)] = None,
    ) -> Response:
        found = review.papers(filters)
        first = list(islice(found, 1))  # an unknown shelf is refused before the file begins
        kind, name = _FILES[form]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(exported(chain(first, found), form), media_type=kind, headers=headers)

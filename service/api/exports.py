"""`GET /v1/papers/export`: the library's papers as a file, sent while it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import Response, StreamingResponse

from service import limits
from service.api.core import ReviewCore
from service.errors import UsageError
from service.records import Filters
from service.render.papers import PaperFormat, exported, passing

_FILES = {
    PaperFormat.jsonl: ("application/x-ndjson", "papers.jsonl"),
    PaperFormat.bibtex: ("application/x-bibtex; charset=utf-8", "papers.bib"),
    PaperFormat.ris: ("application/x-research-info-systems; charset=utf-8", "papers.ris"),
    PaperFormat.csl_json: ("application/vnd.citationstyles.csl+json", "papers.json"),
}
_Year = Annotated[int | None, Query(ge=1, le=limits.YEAR_MAX)]


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
        paper_ids: Annotated[list[str] | None, Query(alias="id", max_length=1000)] = None,
        year_from: _Year = None,
        year_to: _Year = None,
        min_upvotes: Annotated[int | None, Query(ge=0, le=1_000_000_000)] = None,
    ) -> Response:
        if year_from is not None and year_to is not None and year_from > year_to:
            raise UsageError(f"year_from {year_from} is after year_to {year_to}: no paper can match")
        filters = Filters(tuple(paper_ids or ()), year_from, year_to, min_upvotes) or None
        kind, name = _FILES[form]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(exported(passing(review.papers(), filters), form), media_type=kind, headers=headers)

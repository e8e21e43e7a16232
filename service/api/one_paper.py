"""`GET /v1/papers/{paper_id}`: one paper with its abstract."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import FastAPI
from fastapi.responses import Response

from service.api.ascii_json import AsciiJSON
from service.api.core import ReviewCore
from service.api.documents import ContractDocument, ErrorDocument
from service.api.errors import failure
from service.records import PublicationStatus


class PaperDocument(ContractDocument):
    """A paper as it is stored: quotes are cut from this very abstract."""

    paper_id: str
    title: str
    abstract: str
    authors: list[str]
    author_count: int | None
    organisation: str | None
    year: int | None
    date: str | None
    date_kind: str | None
    url: str | None
    doi: str | None
    venue: str | None
    upvotes: int | None
    status: PublicationStatus | None


def add_one_paper(app: FastAPI, review: ReviewCore) -> None:
    """Add the route to the app, behind those whose path it would take for an id."""

    @app.get(
        "/v1/papers/{paper_id:path}",
        summary="One paper with its abstract",
        response_model=None,
        responses={200: {"model": PaperDocument}, 404: {"model": ErrorDocument, "description": "There is none"}},
    )
    def paper(paper_id: str) -> Response:
        found = review.paper(paper_id)
        if found is None:
            return AsciiJSON(failure("NotFound", f"there is no paper {paper_id[:200]!r} in the library"), 404)
        document = asdict(found)
        del document["origin"]
        return AsciiJSON(document)

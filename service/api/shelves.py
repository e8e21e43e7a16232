"""The routes of collections, tags, and papers with what is kept about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from fastapi.responses import Response

from service import limits
from service.api import shelf_documents as documents
from service.api.filter_query import filters_in_query
from service.api.paper_ids import PAPER_ID
from service.api.shelf_requests import CollectionRequest, PaperChange
from service.records import Filters
from service.review.core import ReviewCore

Responding = Callable[..., Response]
_Limit = Annotated[int, Query(ge=1, le=limits.PAGE_MAX)]
_Cursor = Annotated[str | None, Query(max_length=40)]
_COLLECTION = "/v1/collections/{name}"
_IN_COLLECTION = "/v1/collections/{name}/papers/{paper_id:path}"
_PAPER = f"/v1/papers/{PAPER_ID}"


def add_shelves(app: FastAPI, review: ReviewCore, *, respond: Responding, refusals: dict[int | str, Any]) -> None:
    """Add the routes to the app, behind those of `/v1/papers/export`, which a paper's id would match too."""
    _add_collections(app, review, respond, refusals)
    _add_members(app, review, respond, refusals)
    _add_papers(app, review, respond, refusals)


def _add_collections(app: FastAPI, review: ReviewCore, respond: Responding, refusals: dict[int | str, Any]) -> None:
    @app.get("/v1/collections", summary="The collections", **_answers(documents.CollectionsDocument, refusals))
    def collections() -> Response:
        with review.shelves() as shelves:
            return respond({"collections": [c.as_document() for c in shelves.collections.all()]})

    @app.post(
        "/v1/collections",
        summary="Make an empty collection",
        status_code=201,
        **_answers(documents.CollectionDocument, refusals, status=201),
    )
    def create(asked: CollectionRequest) -> Response:
        with review.shelves() as shelves:
            return respond(shelves.collections.create(asked.name).as_document(), 201)

    @app.get(
        _COLLECTION, summary="A collection and its papers", **_answers(documents.CollectionPapersDocument, refusals)
    )
    def show(name: str, limit: _Limit = limits.PAGE_DEFAULT, cursor: _Cursor = None) -> Response:
        with review.shelves() as shelves:
            collection = shelves.collections.named(name)
            page = shelves.page(Filters(collections=(name,)), limit=limit, cursor=cursor)
        return respond(collection.as_document() | page.as_document())

    @app.patch(_COLLECTION, summary="Rename a collection", **_answers(documents.CollectionDocument, refusals))
    def rename(name: str, asked: CollectionRequest) -> Response:
        with review.shelves() as shelves:
            return respond(shelves.collections.rename(name, asked.name).as_document())

    @app.delete(
        _COLLECTION,
        summary="Delete a collection; its papers stay in the library",
        **_answers(documents.DeletedCollectionDocument, refusals),
    )
    def delete(name: str) -> Response:
        with review.shelves() as shelves:
            return respond({"deleted": shelves.collections.delete(name).as_document()})


def _add_members(app: FastAPI, review: ReviewCore, respond: Responding, refusals: dict[int | str, Any]) -> None:
    @app.put(
        _IN_COLLECTION,
        summary="Put a paper into a collection",
        **_answers(documents.CollectionChangeDocument, refusals),
    )
    def put(name: str, paper_id: str) -> Response:
        with review.shelves() as shelves:
            changed = shelves.collections.add(name, [paper_id])
            now = shelves.collections.named(name).as_document()
        return respond({"collection": now, "changed": changed})

    @app.delete(
        _IN_COLLECTION,
        summary="Take a paper out of a collection; it stays in the library",
        **_answers(documents.CollectionChangeDocument, refusals),
    )
    def take(name: str, paper_id: str) -> Response:
        with review.shelves() as shelves:
            changed = shelves.collections.remove(name, [paper_id])
            now = shelves.collections.named(name).as_document()
        return respond({"collection": now, "changed": changed})


def _add_papers(app: FastAPI, review: ReviewCore, respond: Responding, refusals: dict[int | str, Any]) -> None:
    @app.get("/v1/tags", summary="The tags", **_answers(documents.TagsDocument, refusals))
    def tags() -> Response:
        with review.shelves() as shelves:
            return respond({"tags": [tag.as_document() for tag in shelves.tags.all()]})

    @app.get(
        "/v1/papers",
        summary="The papers that pass, in the order they were added, a page at a time",
        **_answers(documents.PapersDocument, refusals),
    )
    def papers(
        filters: Annotated[Filters | None, Depends(filters_in_query)],
        limit: _Limit = limits.PAGE_DEFAULT,
        cursor: _Cursor = None,
    ) -> Response:
        with review.shelves() as shelves:
            return respond(shelves.page(filters, limit=limit, cursor=cursor).as_document())

    @app.get(_PAPER, summary="A paper with what is kept about it", **_answers(documents.PaperDocument, refusals))
    def paper(paper_id: str) -> Response:
        with review.shelves() as shelves:
            return respond(shelves.paper(paper_id).as_document())

    @app.patch(
        _PAPER,
        summary="Change a paper's tags, notes or reading status",
        **_answers(documents.PaperDocument, refusals),
    )
    def change(paper_id: str, asked: PaperChange) -> Response:
        with review.shelves() as shelves:
            return respond(shelves.change(paper_id, asked.as_change()).as_document())


def _answers(model: type[object], refusals: dict[int | str, Any], *, status: int = 200) -> dict[str, Any]:
    """A route's documents, for the schema alone: what is sent is the records' own."""
    return {"response_model": None, "responses": {status: {"model": model}, **refusals}}

"""The routes of collections, tags, and papers with what is kept about them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from fastapi.responses import Response

from service import limits
from service.api import shelf_documents as documents
from service.api.filter_query import filters_in_query
from service.api.paper_ids import PAPER_ID
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON
from service.api.shelf_documents import CollectionRequest, PaperChange
from service.records import Filters
from service.review.core import ReviewCore

_Limit = Annotated[int, Query(ge=1, le=limits.PAGE_MAX)]
_Cursor = Annotated[str | None, Query(max_length=40)]
_COLLECTION = "/v1/collections/{name}"
_IN_COLLECTION = "/v1/collections/{name}/papers/{paper_id:path}"
_PAPER = f"/v1/papers/{PAPER_ID}"


def add_shelves(app: FastAPI, review: ReviewCore) -> None:
    """Add the routes to the app, behind those of `/v1/papers/export`, which a paper's id would match too."""
    _add_collections(app, review)
    _add_members(app, review)
    _add_papers(app, review)


def _add_collections(app: FastAPI, review: ReviewCore) -> None:
    @app.get("/v1/collections", summary="The collections", **_answers(documents.CollectionsDocument))
    def list_collections() -> Response:
        with review.shelves() as shelves:
            return AsciiJSON({"collections": [c.as_document() for c in shelves.collections.all()]})

    @app.post(
        "/v1/collections",
        summary="Make an empty collection",
        status_code=201,
        **_answers(documents.CollectionDocument, status=201),
    )
    def create_collection(asked: CollectionRequest) -> Response:
        with review.shelves() as shelves:
            return AsciiJSON(shelves.collections.create(asked.name).as_document(), 201)

    @app.get(_COLLECTION, summary="A collection and its papers", **_answers(documents.CollectionPapersDocument))
    def get_collection(name: str, limit: _Limit = limits.PAGE_DEFAULT, cursor: _Cursor = None) -> Response:
        with review.shelves() as shelves:
            collection = shelves.collections.named(name)
            page = shelves.page(Filters(collections=(name,)), limit=limit, cursor=cursor)
        return AsciiJSON(collection.as_document() | page.as_document())

    @app.patch(_COLLECTION, summary="Rename a collection", **_answers(documents.CollectionDocument))
    def rename_collection(name: str, asked: CollectionRequest) -> Response:
        with review.shelves() as shelves:
            return AsciiJSON(shelves.collections.rename(name, asked.name).as_document())

    @app.delete(
        _COLLECTION,
        summary="Delete a collection; its papers stay in the library",
        **_answers(documents.DeletedCollectionDocument),
    )
    def delete_collection(name: str) -> Response:
        with review.shelves() as shelves:
            return AsciiJSON({"deleted": shelves.collections.delete(name).as_document()})


def _add_members(app: FastAPI, review: ReviewCore) -> None:
    @app.put(
        _IN_COLLECTION,
        summary="Put a paper into a collection",
        **_answers(documents.CollectionChangeDocument),
    )
    def put_in_collection(name: str, paper_id: str) -> Response:
        with review.shelves() as shelves:
            changed = shelves.collections.add(name, [paper_id])
            now = shelves.collections.named(name).as_document()
        return AsciiJSON({"collection": now, "changed": changed})

    @app.delete(
        _IN_COLLECTION,
        summary="Take a paper out of a collection; it stays in the library",
        **_answers(documents.CollectionChangeDocument),
    )
    def take_from_collection(name: str, paper_id: str) -> Response:
        with review.shelves() as shelves:
            changed = shelves.collections.remove(name, [paper_id])
            now = shelves.collections.named(name).as_document()
        return AsciiJSON({"collection": now, "changed": changed})


def _add_papers(app: FastAPI, review: ReviewCore) -> None:
    @app.get("/v1/tags", summary="The tags", **_answers(documents.TagsDocument))
    def list_tags() -> Response:
        with review.shelves() as shelves:
            return AsciiJSON({"tags": [tag.as_document() for tag in shelves.tags.all()]})

    @app.get(
        "/v1/papers",
        summary="The papers that pass, in the order they were added, a page at a time",
        **_answers(documents.PapersDocument),
    )
    def list_papers(
        filters: Annotated[Filters | None, Depends(filters_in_query)],
        limit: _Limit = limits.PAGE_DEFAULT,
        cursor: _Cursor = None,
    ) -> Response:
        with review.shelves() as shelves:
            return AsciiJSON(shelves.page(filters, limit=limit, cursor=cursor).as_document())

    @app.get(_PAPER, summary="A paper with what is kept about it", **_answers(documents.PaperDocument))
    def get_paper(paper_id: str) -> Response:
        with review.shelves() as shelves:
            return AsciiJSON(shelves.paper(paper_id).as_document())

    @app.patch(
        _PAPER,
        summary="Change a paper's tags, notes or reading status",
        **_answers(documents.PaperDocument),
    )
    def change_paper(paper_id: str, asked: PaperChange) -> Response:
        with review.shelves() as shelves:
            return AsciiJSON(shelves.change(paper_id, asked.as_change()).as_document())


def _answers(model: type[object], *, status: int = 200) -> dict[str, Any]:
    """A route's documents, for the schema alone: what is sent is the records' own."""
    return {"responses": {status: {"model": model}, **REFUSALS, **NOT_FOUND}}

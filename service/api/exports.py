"""`GET /v1/papers/export`: the library's papers, or those that a search finds, as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Query
from fastapi.responses import Response, StreamingResponse

from service import limits
from service.api.filter_query import filters_in_query
from service.api.replies import NOT_FOUND, REFUSALS, file_content
from service.records import Filters
from service.requests import SearchRequest
from service.review.core import ReviewCore
from service.writers import Selected, WriteOptions, Writer, writer_named, writers
from service.writers.selecting import of_search

T = TypeVar("T")
_Search = Annotated[
    str | None, Query(min_length=1, description="Only what this search finds, best first, with the best sentences")
]
_Hits = Annotated[int, Query(ge=1, le=limits.HITS_MAX, description="At most so many papers of the search")]
_Ascii = Annotated[bool, Query(alias="ascii", description="BibTeX for an old TeX: accents as commands")]
_Abstracts = Annotated[bool, Query(description="BibTeX and BibLaTeX with abstracts; the other formats have them")]


def add_export(app: FastAPI, review: ReviewCore) -> None:
    """Add the route to the app, with the formats that there are now."""
    formats = writers()
    named = "; ".join(f"{writer.key}: {writer.name}" for writer in formats.values())

    @app.get(
        "/v1/papers/export",
        summary="The library's papers, or those of a search, as a file",
        response_class=Response,
        responses=_responses(formats.values()),
    )
    def export_papers(
        form: str = Query("jsonl", alias="format", description=named, json_schema_extra={"enum": [*formats]}),
        filters: Annotated[Filters | None, Depends(filters_in_query)] = None,
        search: _Search = None,
        k: _Hits = limits.HITS_DEFAULT,
        ascii_only: _Ascii = False,
        abstracts: _Abstracts = False,
    ) -> Response:
        writer = writer_named(form)
        title = "Papers" if search is None else f"Search: {search}"
        options = WriteOptions(title, has_quotes=search is not None, ascii_only=ascii_only, abstracts=abstracts)
        if search is None:
            papers: Iterable[Selected] = _begun(map(Selected, review.papers(filters)))
        else:
            papers = of_search(review.search(SearchRequest(search, k, filters)))
        headers = {"Content-Disposition": f'attachment; filename="papers{writer.suffixes[0]}"'}
        pieces: Iterator[str | bytes] = _begun(iter(writer.write(papers, options)))
        return StreamingResponse(pieces, media_type=writer.media_type, headers=headers)


def _begun(pieces: Iterator[T]) -> Iterator[T]:
    """The pieces, the first of them made: what cannot be read or written at all is an error, not half an answer."""
    return chain(list(islice(pieces, 1)), pieces)


def _responses(formats: Iterable[Writer]) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {}
    for writer in formats:
        content |= file_content(writer.media_type, text=writer.kind == "text")
    return {
        200: {"description": "The papers in the format asked for", "content": content},
        **NOT_FOUND,
        **REFUSALS,
    }

"""Filters as parameters of an address, for what is fetched rather than posted."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from service import limits
from service.errors import UsageError
from service.records import Filters, PublicationStatus, ReadingFilter, Shelving

_Year = Annotated[int | None, Query(ge=1, le=limits.YEAR_MAX)]
_Names = Annotated[list[str] | None, Query(max_length=limits.NAMES_MAX)]


def filters_in_query(
    paper_ids: Annotated[list[str] | None, Query(alias="id", max_length=1000)] = None,
    year_from: _Year = None,
    year_to: _Year = None,
    min_upvotes: Annotated[int | None, Query(ge=0, le=limits.UPVOTES_MAX)] = None,
    collection: _Names = None,
    tag: _Names = None,
    source: _Names = None,
    has_abstract: bool | None = None,
    reading_status: Annotated[list[ReadingFilter] | None, Query(max_length=4)] = None,
    publication_status: Annotated[list[PublicationStatus] | None, Query(max_length=4)] = None,
    no_retracted: bool = False,
) -> Filters | None:
    """A dependency of a route: the filters, `None` without any. Lists are repeated: `?tag=a&tag=b`."""
    if year_from is not None and year_to is not None and year_from > year_to:
        raise UsageError(f"year_from {year_from} is after year_to {year_to}: no paper can match", field="year_from")
    return (
        Filters(
            paper_ids=tuple(paper_ids or ()),
            year_from=year_from,
            year_to=year_to,
            min_upvotes=min_upvotes,
            collections=tuple(collection or ()),
            tags=tuple(tag or ()),
            sources=tuple(source or ()),
            has_abstract=has_abstract,
            reading_status=tuple(reading_status or ()),
            publication_status=tuple(publication_status or ()),
            no_retracted=no_retracted,
        )
        or None
    )


def shelving_in_query(collection: _Names = None, tag: _Names = None) -> Shelving:
    """A dependency of a route: where an import puts its papers."""
    return Shelving(tuple(collection or ()), tuple(tag or ()))


ShelvingQuery = Annotated[Shelving, Depends(shelving_in_query)]

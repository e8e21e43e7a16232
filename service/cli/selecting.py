"""Which papers a command is about: those it names, those a search finds, or all that pass its filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service import limits
from service.errors import UsageError
from service.records import Filters
from service.requests import SearchRequest

if TYPE_CHECKING:
    from service.review.core import ReviewCore

Papers = Annotated[
    list[str] | None, typer.Argument(metavar="[PAPER_ID...]", help="Papers by id, DOI, arXiv number or PMID.")
]
PaperId = Annotated[str, typer.Argument(metavar="PAPER_ID", help="The paper by id, DOI, arXiv number or PMID.")]
FromSearch = Annotated[
    str | None, typer.Option("--from-search", metavar="QUERY", help="The first papers that a search finds.")
]
Found = Annotated[
    int, typer.Option("--k", "-k", metavar="N", min=1, max=limits.HITS_MAX, help="At most so many of the search.")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=limits.PAGE_MAX, help="At most so many papers.")]
Cursor = Annotated[str | None, typer.Option("--cursor", metavar="CURSOR", help="Go on where the page before ended.")]


def selected(
    review: ReviewCore, named: list[str] | None, query: str | None, k: int, filters: Filters | None
) -> list[str]:
    """The named papers, and with a query those it finds among what passes, else with filters all that pass.

    Raises `UsageError` where neither is given, or nothing is found.
    """
    if not named and query is None and filters is None:
        raise UsageError("no paper is named: give PAPER_ID..., --from-search QUERY, or a filter such as --year 2024")
    papers = list(named or ())
    if query is not None:
        papers += [hit.paper.paper_id for hit in review.search(SearchRequest(query, k, filters)).hits]
    elif filters is not None:
        papers += [paper.paper_id for paper in review.papers(filters)]
    if not papers:
        raise UsageError("no paper passes, so nothing was changed; widen the search or the filter")
    return papers

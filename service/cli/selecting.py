"""Which papers a command is about: those it names, those a search finds, or all that pass its filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service import limits
from service.cli.filtering import FILTER_OPTIONS, filters_from, spread
from service.errors import UsageError
from service.records import Filters
from service.requests import SearchRequest

if TYPE_CHECKING:
    from service.review.core import ReviewCore

_Papers = Annotated[
    list[str] | None, typer.Argument(metavar="[PAPER_ID...]", help="Papers by id, DOI, arXiv number or PMID.")
]
PaperId = Annotated[str, typer.Argument(metavar="PAPER_ID", help="The paper by id, DOI, arXiv number or PMID.")]
_FromSearch = Annotated[
    str | None, typer.Option("--from-search", metavar="QUERY", help="The first papers that a search finds.")
]
_Found = Annotated[
    int, typer.Option("--k", "-k", metavar="N", min=1, max=limits.HITS_MAX, help="At most so many of the search.")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=limits.PAGE_MAX, help="At most so many papers.")]
Cursor = Annotated[str | None, typer.Option("--cursor", metavar="CURSOR", help="Go on where the page before ended.")]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a command was given to choose papers by."""

    papers: tuple[str, ...]
    query: str | None
    k: int
    filters: Filters | None

    def among(self, review: ReviewCore) -> list[str]:
        """The named papers, and with a query those it finds among what passes, else with filters all that pass.

        Raises `UsageError` where neither is given, or nothing is found.
        """
        if not self.papers and self.query is None and self.filters is None:
            raise UsageError(
                "no paper is named: give PAPER_ID..., --from-search QUERY, or a filter such as --year 2024"
            )
        chosen = list(self.papers)
        if self.query is not None:
            chosen += [
                hit.paper.paper_id for hit in review.search(SearchRequest(self.query, self.k, self.filters)).hits
            ]
        elif self.filters is not None:
            chosen += [paper.paper_id for paper in review.papers(self.filters)]
        if not chosen:
            raise UsageError("no paper passes, so nothing was changed; widen the search or the filter")
        return chosen


def choosing(command: Callable[..., int]) -> Callable[..., int]:
    """The command with papers, a search and the filter options in the place of its parameter `chosen: Chosen`."""
    options = {"papers": (_Papers, None), "query": (_FromSearch, None), "k": (_Found, limits.HITS_DEFAULT)}
    return spread(command, "chosen", options | FILTER_OPTIONS, _chosen)


def _chosen(papers: list[str] | None, query: str | None, k: int, **options: Any) -> Chosen:
    return Chosen(tuple(papers or ()), query, k, filters_from(**options))

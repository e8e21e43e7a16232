"""`compare`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from service import limits
from service.cli.asking import DryRun, NoCache, planned
from service.cli.delivery import FormatOption, OutputOption, StyleOption, deliver, ready
from service.cli.filtering import filtered
from service.cli.session import JsonOption, LibraryOption, session_of, words_given
from service.cli.working import working
from service.errors import UsageError
from service.records import Filters
from service.requests import CompareRequest, Run


class Sort(StrEnum):
    """The order of the rows."""

    relevance = "relevance"
    year = "year"


@filtered
def compare_command(
    context: typer.Context,
    question: Annotated[
        list[str], typer.Argument(metavar="QUESTION", help='A question or a topic: "X and Y by supervision and data".')
    ],
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="A,B,…", help="The aspects to compare by; else what the question asks for."),
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", metavar="N", min=1, max=limits.ROWS_MAX, help="At most so many papers.")
    ] = limits.ROWS_DEFAULT,
    sort: Annotated[Sort, typer.Option("--sort", help="The order of the papers.")] = Sort.relevance,
    form: FormatOption = None,
    output: OutputOption = None,
    csl: StyleOption = None,
    filters: Filters | None = None,
    dry_run: DryRun = False,
    no_cache: NoCache = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Put papers side by side; every cell rests on an exact quote."""
    text = words_given(question, what="question")
    named = _names(columns)
    ready(form, output, as_json=as_json, csl=csl)
    named_papers = set() if filters is None else set(filters.paper_ids)
    rows = max(rows, min(len(named_papers), limits.ROWS_MAX))
    asked = CompareRequest(text, tuple(named), rows, sort is Sort.year, filters)
    with working() as observe, session_of(context).review(library) as review:
        if dry_run:
            return planned(review.planned(asked), as_json=as_json)
        compared = review.compare(asked, Run(use_cache=not no_cache, observe=observe))
    return deliver(compared, form, output, as_json=as_json, csl=csl)


def _names(columns: str | None) -> list[str]:
    """The columns of the option. Raises `UsageError` for an empty one."""
    if columns is None:
        return []
    names = [name.strip() for name in columns.split(",") if name.strip()]
    if not names:
        raise UsageError("--columns names no column: give one or several, as in --columns data,limit")
    return names

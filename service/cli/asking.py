"""`search` and `ask`, and the options that the commands share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service import limits
from service.cli.delivery import FormatOption, OutputOption, StyleOption, deliver, ready
from service.cli.output import emit, emit_json, text_width
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of, words_given
from service.errors import UsageError
from service.records import Filters
from service.render import search_text

if TYPE_CHECKING:
    from service.llm import PlannedCall

YearFrom = Annotated[
    int | None,
    typer.Option("--year-from", metavar="YEAR", min=1, max=limits.YEAR_MAX, help="Only papers of this year or later."),
]
YearTo = Annotated[
    int | None,
    typer.Option("--year-to", metavar="YEAR", min=1, max=limits.YEAR_MAX, help="Only papers of this year or earlier."),
]
PaperIds = Annotated[list[str] | None, typer.Option("--id", metavar="PAPER_ID", help="Only this paper; repeatable.")]
MinUpvotes = Annotated[
    int | None,
    typer.Option("--min-upvotes", metavar="N", min=0, help="Only papers that a feed gives at least so many upvotes."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the calls to the model and what they would cost at most; call nothing.")
]
Rerank = Annotated[bool, typer.Option("--rerank", help="Let the model put the first 20 papers in order.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Ask the model anew, also where its reply was kept.")]


def search_command(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for.")],
    k: Annotated[
        int, typer.Option("--k", "-k", metavar="N", min=1, max=limits.HITS_MAX, help="At most so many papers.")
    ] = limits.HITS_DEFAULT,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    paper_ids: PaperIds = None,
    min_upvotes: MinUpvotes = None,
    rerank: Rerank = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Find papers; each hit with its best sentence."""
    text = words_given(query, what="query")
    filters = filters_from(paper_ids, year_from, year_to, min_upvotes)
    with session_of(context).review(library) as review:
        result = review.search(text, k=k, filters=filters, rerank=rerank)
    if as_json:
        emit_json(result.as_document())
    else:
        emit(search_text(result, width=text_width()))
    return ExitCode.DONE if result.hits else ExitCode.NOT_IN_CORPUS


def ask_command(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question.")],
    max_sentences: Annotated[
        int,
        typer.Option(
            "--max-sentences", metavar="N", min=1, max=limits.SENTENCES_MAX, help="At most so many sentences."
        ),
    ] = limits.SENTENCES_DEFAULT,
    form: FormatOption = None,
    output: OutputOption = None,
    csl: StyleOption = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    paper_ids: PaperIds = None,
    min_upvotes: MinUpvotes = None,
    dry_run: DryRun = False,
    no_cache: NoCache = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Answer a question; every sentence rests on an exact quote."""
    text = words_given(question, what="question")
    ready(form, output, as_json=as_json, csl=csl)
    filters = filters_from(paper_ids, year_from, year_to, min_upvotes)
    with session_of(context).review(library) as review:
        if dry_run:
            return planned(review.planned_ask(text, max_sentences=max_sentences, filters=filters), as_json=as_json)
        answer = review.ask(text, max_sentences=max_sentences, filters=filters, use_cache=not no_cache)
    return deliver(answer, form, output, as_json=as_json, csl=csl)


def filters_from(
    paper_ids: list[str] | None, year_from: int | None, year_to: int | None, min_upvotes: int | None
) -> Filters | None:
    """The filters of the options; `None` without any. Raises `UsageError` where no paper could pass."""
    if year_from is not None and year_to is not None and year_from > year_to:
        raise UsageError(f"--year-from {year_from} is after --year-to {year_to}: no paper can match")
    return Filters(tuple(paper_ids or ()), year_from, year_to, min_upvotes) or None


def planned(calls: Sequence[PlannedCall], *, as_json: bool) -> int:
    """The calls that would be made. A cost is `null` where no price is known, and so is then the total."""
    costs = [call.cost_usd for call in calls]
    known = [cost for cost in costs if cost is not None]
    total = None if len(known) < len(costs) else sum(known)
    if as_json:
        emit_json({"calls": [asdict(call) for call in calls], "cost_usd": total})
        return ExitCode.DONE
    lines: list[str] = []
    for call in calls:
        cost = "price unknown" if call.cost_usd is None else f"at most ${call.cost_usd:.4f}"
        lines.append(f"{call.model}: about {call.tokens_in:,} tokens in, at most {call.tokens_out:,} out, {cost}")
    lines.append("Nothing was sent." if calls else "No call would be made: the corpus holds nothing to write from.")
    emit("".join(f"{line}\n" for line in lines))
    return ExitCode.DONE

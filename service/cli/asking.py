"""`search` and `ask`, and the options that the commands share."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service import limits
from service.cli.conversation import NO_TABLE, converse
from service.cli.delivery import Format, FormatOption, OutputOption, StyleOption, deliver, ready
from service.cli.filtering import filtered
from service.cli.output import emit, emit_json, ink, note, text_width
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of, words_given
from service.cli.working import working
from service.errors import UsageError
from service.records import Filters
from service.render import search_text
from service.requests import AskRequest, Run, SearchRequest

if TYPE_CHECKING:
    from service.llm import PlannedCall

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the calls to the model and what they would cost at most; call nothing.")
]
Rerank = Annotated[bool, typer.Option("--rerank", help="Let the model put the first 20 papers in order.")]
Table = Annotated[
    bool, typer.Option("--table", help="Also the table of the papers, where the question does not ask for one.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Ask the model anew, also where its reply was kept.")]

_ASKS_FOR_TABLE: Final = re.compile(
    r"\b(?:tables?|tabulated?|tabular|compare|comparison|side[ -]by[ -]side|Tabelle|vergleiche?|tableau|tabla)\b",
    re.IGNORECASE,
)


@filtered
def search_command(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for.")],
    k: Annotated[
        int, typer.Option("--k", "-k", metavar="N", min=1, max=limits.HITS_MAX, help="At most so many papers.")
    ] = limits.HITS_DEFAULT,
    filters: Filters | None = None,
    rerank: Rerank = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Find papers; each hit with its best sentence."""
    text = words_given(query, what="query")
    with working(), session_of(context).review(library) as review:
        result = review.search(SearchRequest(text, k, filters, rerank))
    if as_json:
        emit_json(result.as_document())
    else:
        emit(search_text(result, width=text_width(), ink=ink()))
    return ExitCode.DONE if result.hits else ExitCode.NOT_IN_CORPUS


@filtered
def ask_command(
    context: typer.Context,
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUESTION]", help="Without one: a session with follow-ups."),
    ] = None,
    max_sentences: Annotated[
        int,
        typer.Option(
            "--max-sentences", metavar="N", min=1, max=limits.SENTENCES_MAX, help="At most so many sentences."
        ),
    ] = limits.SENTENCES_DEFAULT,
    table: Table = False,
    form: FormatOption = None,
    output: OutputOption = None,
    csl: StyleOption = None,
    filters: Filters | None = None,
    dry_run: DryRun = False,
    no_cache: NoCache = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Answer a question; every sentence rests on an exact quote.

    Without a question each line that is typed is one; "the second paper" and [2] then mean papers of the answer before,
    "and in humans?" goes on from the question before, and the line "table" shows the table of the answer.
    """
    if not question:
        _refuse_for_session(form, output, dry_run=dry_run)
        with session_of(context).review(library) as review:
            return converse(
                review,
                AskRequest("", max_sentences, filters),
                Run(use_cache=not no_cache),
                as_json=as_json,
                tables=lambda asked: table or asks_for_table(asked),
            )
    text = words_given(question, what="question")
    ready(form, output, as_json=as_json, csl=csl)
    asked = AskRequest(text, max_sentences, filters)
    with working() as observe, session_of(context).review(library) as review:
        if dry_run:
            return planned(review.planned(asked), as_json=as_json)
        answer = review.ask(asked, Run(use_cache=not no_cache, observe=observe))
    wanted = table or asks_for_table(text)
    tables = wanted or form is not None
    code = deliver(answer, form, output, as_json=as_json, csl=csl, tables=tables)
    if not tables and output is None and not as_json and answer.matrix and answer.sentences and sys.stderr.isatty():
        note("The same with --table shows a table of these papers too.")
    if wanted and not as_json and answer.sentences and not answer.matrix:
        note(NO_TABLE)
    return code


def asks_for_table(question: str) -> bool:
    """Whether the question asks to see papers side by side."""
    return _ASKS_FOR_TABLE.search(question) is not None


def _refuse_for_session(form: Format | None, output: Path | None, *, dry_run: bool) -> None:
    """A session prints its answers as text or, with --json, a document a line."""
    given = [name for name, value in (("--format", form), ("--output", output), ("--dry-run", dry_run)) if value]
    if given:
        raise UsageError(f"{given[0]} is for one answer: give the question on the command line")


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

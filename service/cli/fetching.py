"""`fetch`: papers of an online source into the library, page by page; nothing else goes over the network."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.importing import report_failures, summary_text
from service.cli.output import emit, emit_json, note
from service.cli.progress import counted_progress, embed_with_bar
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of, words_given
from service.errors import QueryError, UsageError

if TYPE_CHECKING:
    from service.settings import Settings
    from service.sources.ids import IdList
    from service.tasks.fetches import FetchOutcome, SourceSearch

_STOPPED = {
    "max": "stopped at --max",
    "end": "that is all there is",
    "nothing_new": "stopped, because the source gave the same papers again",
    "page_limit": "stopped after too many pages",
}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_MOST_ID_BYTES = 10_000_000
MAX_DEFAULT = 100


def fetch_command(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="arxiv, openalex, semantic-scholar, pubmed, crossref, daily-papers, or ids."
        ),
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="In the source's own language; for ids a FILE, - is standard input."),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option("--max", metavar="N", min=1, max=10_000, help="Most records; 100 if not said."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Published on that day or later: 2024-05-01, or 2024.")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin at the first page, where a stopped fetch would go on.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also list every counted paper.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the vectors, or return once the text is searchable.")
    ] = True,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Fetch papers from an online source. Known ones are recognised and counted.

    A fetch that was stopped goes on at the page where it stood when the same command is given again.
    """
    from service.tasks.fetches import FetchRequest, fetched

    session = session_of(context)
    settings = session.settings(library)
    asked = _asked(source, words_given(words or [], what="query"), since, most)
    note_contact(settings)
    with session.review(library, create=True):
        pass  # there is a library from now on, and it is let go of between pages
    request = FetchRequest(asked, restart, titles=verbose)
    with session.review(library) as review:
        with counted_progress("Fetching", "records") as progress:
            outcome = fetched(review, settings, request, progress=progress, told=note)
        if wait and outcome.report.added:
            embed_with_bar(review)
    return show(outcome, verbose=verbose, as_json=as_json)


def note_contact(settings: Settings) -> None:
    """Say that services serve those better who name themselves."""
    if settings.mailto is None:
        note("No contact address is sent: with LITWEAVE_MAILTO=you@example.org the services answer sooner.")


def show(outcome: FetchOutcome, *, verbose: bool, as_json: bool) -> int:
    """Print what was imported and why it ended; the exit code of a fetch."""
    from service.error_documents import error_document
    from service.tasks.imports import ImportOutcome

    imported = ImportOutcome(outcome.report, (), 1)
    report_failures(imported)
    if outcome.error is not None:
        note(f"Error: {outcome.error}.")
        note(_how_to_go_on(outcome))
    if as_json:
        failure = {} if outcome.error is None else error_document(outcome.error)
        emit_json(failure | outcome.as_document(verbose=verbose))
    else:
        emit(summary_text(imported, verbose=verbose) + _how_it_went(outcome))
    if outcome.error is not None:
        return ExitCode.FAILED
    any_found = outcome.report.added + outcome.report.duplicates or outcome.summary.resumed_at is not None
    return ExitCode.DONE if any_found else ExitCode.NOT_IN_CORPUS


def _asked(source: str, text: str, since: str | None, most: int | None) -> SourceSearch | IdList:
    """What the command line asks for. Raises `UsageError`."""
    from service.sources import SOURCES
    from service.sources.source import WORDS_MAX
    from service.tasks.fetches import SourceSearch

    if source == "ids":
        if since is not None or most is not None:
            raise UsageError("fetch ids takes every id of its FILE: leave --max and --since out")
        return _listed(text)
    if source not in SOURCES:
        raise UsageError(f"{source!r} is no source: {', '.join(SOURCES)}, or ids")
    if not text.strip() and source != "daily-papers":
        raise QueryError(f"say what to look for: litweave fetch {source} QUERY")
    if len(text) > WORDS_MAX:
        raise QueryError(f"the query has {len(text):,} characters, over {WORDS_MAX:,}: shorten it")
    since_day = None if since is None else _day(since)
    return SourceSearch(source, " ".join(text.split()), since_day, most or MAX_DEFAULT)


def _listed(name: str) -> IdList:
    """The identifiers of a file or of standard input."""
    from service.readers.lines import open_text
    from service.readers.paths import STANDARD_INPUT, spooled_input
    from service.sources.ids import read_ids

    if not name.strip():
        raise UsageError("name a FILE with one DOI, arXiv id or PMID a line, or - for standard input")
    if name != str(STANDARD_INPUT):
        return read_ids(open_text(Path(name)).whole(), name)
    with spooled_input(sys.stdin.buffer, most_bytes=_MOST_ID_BYTES) as path:
        return read_ids(open_text(path).whole(), "standard input")


def _day(text: str) -> date:
    """The first day of a date, month or year."""
    found = _DATE.fullmatch(text.strip())
    try:
        if found is not None:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        pass
    raise UsageError(f"--since {text!r} is no date: write 2024-05-01, 2024-05 or 2024")


def _how_to_go_on(outcome: FetchOutcome) -> str:
    done = outcome.summary.pages
    if not done and outcome.summary.resumed_at is None:
        return "Nothing was imported."
    before = "The page before it is" if done == 1 else f"The {done} pages before it are"
    kept = f"{before} imported. " if done else ""
    return f"{kept}The same command goes on from there; with --restart it begins anew."


def _how_it_went(outcome: FetchOutcome) -> str:
    """Where the records come from and why it ended; ids that nobody knows."""
    summary = outcome.summary
    of_all = f" of {summary.available:,}" if summary.available is not None else ""
    taken = f"{outcome.report.total:,}{of_all} from {summary.name}"
    ended = _STOPPED.get(summary.stopped_because, "broke off")
    begun = "" if summary.resumed_at is None else f", going on at page {summary.resumed_at}"
    lines = [f"{taken} in {summary.requests:,} request{'s' * (summary.requests != 1)}{begun}: {ended}."]
    if summary.left_out:
        lines.append(f"{summary.left_out:,} without all words of the query are left out.")
    return "\n".join(lines) + "\n"

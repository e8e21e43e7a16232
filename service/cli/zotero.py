"""`zotero pull`: the papers of a Zotero library, with their citation keys and collections."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.importing import report_failures, summary_text
from service.cli.output import emit, emit_json, note
from service.cli.progress import counted_progress, embed_with_bar
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.render.plain import visible

if TYPE_CHECKING:
    from service.tasks.zotero_pull import PullOutcome

app = typer.Typer(help="Papers from a Zotero library.")


@app.callback()
def _group() -> None:
    """Papers from a Zotero library."""


@app.command("pull")
def pull_command(
    context: typer.Context,
    web: Annotated[
        bool, typer.Option("--web", help="From zotero.org, with LITWEAVE_ZOTERO_API_KEY; else from this machine.")
    ] = False,
    group: Annotated[
        int | None, typer.Option("--group", metavar="ID", min=1, help="The library of this group, not your own.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read every item again, not only those that changed.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also list every counted paper.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the vectors, or return once the text is searchable.")
    ] = True,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Import what is new or changed in Zotero since the last pull. Nothing is written to Zotero.

    A pull that was stopped goes on where it was when it is run again. What is removed in Zotero stays here.
    """
    from service.sources import client
    from service.sources.zotero import open_library
    from service.tasks.zotero_pull import pull

    session = session_of(context)
    settings = session.settings(library)
    with closing(client(settings, note)) as online, counted_progress("Reading", "items") as bar:
        zotero = open_library(online, settings, web=web, group=group)
        with session.review(library, create=True):
            pass  # there is a library from now on, and it is let go of between batches
        with session.review(library) as review:
            outcome = pull(review, zotero, library=settings.library, full=full, progress=bar)
    if wait and outcome.report.added:
        with session.review(library) as review:
            embed_with_bar(review)
    return _show(outcome, verbose=verbose, as_json=as_json)


def _show(outcome: PullOutcome, *, verbose: bool, as_json: bool) -> int:
    from service.error_documents import error_document
    from service.tasks.imports import ImportOutcome

    imported = ImportOutcome(outcome.report, (), 1)
    report_failures(imported)
    if outcome.error is not None:
        note(f"Error: {outcome.error}.")
        note("What was read before is imported. The same command goes on from there.")
    if as_json:
        failure = {} if outcome.error is None else error_document(outcome.error)
        emit_json(failure | outcome.as_document(verbose=verbose))
    else:
        emit(summary_text(imported, verbose=verbose) + _summary(outcome))
    if outcome.error is not None:
        return ExitCode.FAILED
    return ExitCode.DONE if outcome.papers or outcome.report.total else ExitCode.NOT_IN_CORPUS


def _summary(outcome: PullOutcome) -> str:
    keys = f"{outcome.papers:,} papers in all, {len(outcome.citation_keys):,} with a citation key"
    removed = f", {outcome.removed:,} gone from Zotero (their papers stay)" if outcome.removed else ""
    lines = [f"Zotero {outcome.prefix}, version {outcome.version:,}: {outcome.changed:,} items read{removed}; {keys}."]
    lines += [f"{len(ids):>6,}  {visible(name)}" for name, ids in outcome.collections.items()]
    return "\n".join(lines) + "\n"

"""`status`: how far the reading of papers is."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.filtering import ReadingChoice
from service.cli.output import emit, emit_json
from service.cli.selecting import Chosen, choosing
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.render.shelves import papers_counted

app = typer.Typer(help="How far your reading of papers is.", rich_markup_mode=None, no_args_is_help=True)


@app.command("set")
@choosing
def set_command(
    context: typer.Context,
    status: Annotated[ReadingChoice, typer.Argument(metavar="to_read|reading|read|none", help="none takes it away.")],
    chosen: Chosen,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Set the reading status of papers. Those named, those a search finds, or all that pass a filter."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        changed = shelves.statuses.set(status.value, chosen.among(review))
    if as_json:
        emit_json({"reading_status": None if status is ReadingChoice.none else status.value, "changed": changed})
    else:
        emit(f"{papers_counted(changed)} changed to {status.value.replace('_', ' ')!r}.\n")
    return ExitCode.DONE

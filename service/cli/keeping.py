"""`doctor`: is the library sound, and what to do where it is not."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.output import emit, emit_json
from service.cli.progress import embed_with_bar
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.cli.working import working
from service.records import Health
from service.render.plain import visible


def doctor_command(
    context: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make both search indexes anew from the stored vectors.")
    ] = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="Embed what waits first: chunks, then the sentences of every paper.")
    ] = False,
    recall: Annotated[
        bool, typer.Option("--recall", help="Also measure the vector index against an exact search.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check the library; exit 1 if anything is wrong."""
    with session_of(context).review(library, repair=rebuild) as review:
        if rebuild and embed:
            review.health(rebuild=True)
        if embed:
            embed_with_bar(review, sentences=True)
        with working("examining the library"):
            health = review.health(rebuild=rebuild and not embed, recall=recall)
    if as_json:
        emit_json(health.as_document())
    else:
        emit(_summary(health))
    return ExitCode.DONE if health.ok else ExitCode.FAILED


def _summary(health: Health) -> str:
    waits = health.vectors < health.chunks
    unread = health.papers_without_sentences
    lines = [
        f"papers   {health.papers}",
        f"chunks   {health.chunks}",
        f"vectors  {health.vectors}",
        f"indexed  {health.indexed}",
        *([f"Waiting  {health.chunks - health.vectors} chunks for their vectors: doctor --embed"] if waits else []),
        *([f"Waiting  {unread:,} papers for the vectors of their sentences: doctor --embed"] if unread else []),
        *([] if health.recall is None else [f"recall   {health.recall:.3f} of the 50 nearest chunks"]),
        *(f"Problem: {visible(problem)}" for problem in health.problems),
    ]
    if health.ok:
        lines.append("All is well.")
    return "\n".join(lines) + "\n"

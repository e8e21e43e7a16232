"""`doctor`: is the library sound, and what to do where it is not."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.output import emit, emit_json
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.records import Health
from service.render.plain import visible


def doctor_command(
    context: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make both search indexes anew from the stored vectors.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check the library; exit 1 if anything is wrong."""
    with session_of(context).review(library, repair=rebuild) as review:
        health = review.health(rebuild=rebuild)
    if as_json:
        emit_json(health.as_document())
    else:
        emit(_summary(health))
    return ExitCode.DONE if health.ok else ExitCode.FAILED


def _summary(health: Health) -> str:
    lines = [
        f"papers   {health.papers}",
        f"chunks   {health.chunks}",
        f"vectors  {health.vectors}",
        f"indexed  {health.indexed}",
        *(f"Problem: {visible(problem)}" for problem in health.problems),
    ]
    if health.ok:
        lines.append("All is well.")
    return "\n".join(lines) + "\n"

"""`doctor`: is the library sound, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import emit, emit_json
from service.cli.progress import embed_with_bar
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.cli.working import working
from service.errors import UsageError
from service.records import Health
from service.render.plain import visible

if TYPE_CHECKING:
    from service.settings import Settings


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
    forget: Annotated[
        list[str] | None,
        typer.Option(
            "--forget",
            metavar="COLLECTION",
            help="Delete what another library, which is no more, left in the Chroma server; repeatable.",
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check the library; exit 1 if anything is wrong."""
    session = session_of(context)
    with session.review(library, repair=rebuild) as review:
        if rebuild and embed:
            review.health(rebuild=True)
        if embed:
            embed_with_bar(review, sentences=True)
        with working("examining the library"):
            health = review.health(rebuild=rebuild and not embed, recall=recall)
    if forget:
        health = _forgotten(session.settings(library), health, forget)
    if as_json:
        emit_json(health.as_document())
    else:
        emit(_summary(health))
    return ExitCode.DONE if health.ok else ExitCode.FAILED


def _forgotten(settings: Settings, health: Health, names: Sequence[str]) -> Health:
    """Without these collections of others. Raises `UsageError`, and deletes none, where one is none of those."""
    there = {other.name for other in health.other_collections}
    if unknown := [name for name in names if name not in there]:
        raise UsageError(
            f"{unknown[0]!r} is no collection that another library left in the Chroma server: `litweave doctor` lists "
            "them; those of this library are its own to keep"
        )
    from service.library.vector_place import chroma_server

    server = chroma_server(settings)
    for name in names:
        server.delete(name)
    server.close()
    left = tuple(other for other in health.other_collections if other.name not in names)
    return replace(health, other_collections=left)


def _others(health: Health) -> list[str]:
    if not health.other_collections:
        return []
    lines = [
        f"others   {len(health.other_collections)} collections of other libraries in the Chroma server; what one "
        "that is no more has left there: doctor --forget COLLECTION"
    ]
    for other in health.other_collections:
        lines.append(f"  {visible(other.name)}" + (f" ({visible(other.library)})" if other.library else ""))
    return lines


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
        *_others(health),
        *(f"Problem: {visible(problem)}" for problem in health.problems),
    ]
    if health.ok:
        lines.append("All is well.")
    return "\n".join(lines) + "\n"

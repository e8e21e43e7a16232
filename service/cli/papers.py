"""`papers`: list, show and delete papers; list, make, undo and rule out merges."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from service import limits
from service.cli.filtering import filtered
from service.cli.output import emit, emit_json, note, text_width
from service.cli.selecting import Cursor, PaperId
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import UsageError
from service.records import Filters
from service.records.corrections import Deletion
from service.render.library_lists import (
    deletion_text,
    distinction_text,
    merge_text,
    merges_text,
    paper_text,
    possible_text,
    split_text,
)
from service.render.plain import readable
from service.render.shelves import page_counted, page_text

papers_app = typer.Typer(
    help="Papers of the library: list, show, delete, merge, split.",
    rich_markup_mode=None,
)
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=limits.PAGE_MAX, help="At most so many.")]
Offset = Annotated[
    int, typer.Option("--offset", metavar="N", min=0, max=limits.OFFSET_MAX, help="Leave out so many first.")
]


@papers_app.callback(invoke_without_command=True)
def _before_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(ExitCode.USAGE)


@papers_app.command("list")
@filtered
def list_command(
    context: typer.Context,
    limit: Limit = limits.PAGE_DEFAULT,
    cursor: Cursor = None,
    filters: Filters | None = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """List papers with all that is kept about them. In the order they were added to the library."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        page = shelves.page(filters, limit=limit, cursor=cursor)
    if as_json:
        emit_json(page.as_document())
    else:
        emit(page_text(page))
        if page.papers and (page.cursor or sys.stderr.isatty()):
            note(page_counted(page))
    return ExitCode.DONE


@papers_app.command("show")
def show_command(
    context: typer.Context, paper_id: PaperId, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Show all that is known of a paper. Its abstract too, and the records it was made of."""
    with session_of(context).review(library) as review:
        made = review.show_paper(paper_id)
    return _said(made.as_document(), paper_text(made, width=text_width()), as_json)


@papers_app.command("delete")
def delete_command(
    context: typer.Context,
    paper_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The papers' ids.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Delete papers for good. With everything that hangs on them; all of those named, or none."""
    with session_of(context).review(library) as review:
        if not yes:
            shown = {made.paper.paper_id: made.paper.title for made in map(review.show_paper, paper_ids)}
            yes, paper_ids = _agreed([f"{i}  {readable(title)}" for i, title in shown.items()]), list(shown)
        done = review.delete_papers(paper_ids) if yes else Deletion(())
    if not yes:
        note("Nothing was deleted.")
    _said(done.as_document(), deletion_text(done), as_json)
    return ExitCode.DONE if yes else ExitCode.FAILED


@papers_app.command("merges")
def merges_command(
    context: typer.Context,
    possible: Annotated[
        bool, typer.Option("--possible", help="Instead, pairs of papers that were not merged and may be one.")
    ] = False,
    limit: Limit = limits.PAGE_DEFAULT,
    offset: Offset = 0,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """List the papers made of several records. The newest merge first: each record, whence it came, and why."""
    with session_of(context).review(library) as review:
        if possible:
            pairs = review.possible_merges(limit=limit, offset=offset)
            return _said(pairs.as_document(), possible_text(pairs), as_json)
        page = review.merges(limit=limit, offset=offset)
    return _said(page.as_document(), merges_text(page), as_json)


@papers_app.command("merge")
def merge_command(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="The id of a paper.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The id of the same paper.")],
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="ID", help="Which of the two ids is kept; else A.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Merge although something speaks against it.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Make two papers one. What it shows of both follows the import's rule; `papers split` undoes it."""
    if keep not in (None, first, second):
        raise UsageError(f"--keep {keep!r} is neither {first!r} nor {second!r}")
    kept, other = (second, first) if keep == second else (first, second)
    with session_of(context).review(library) as review:
        done = review.merge_papers(kept, other, force=force)
    return _said(done.as_document(), merge_text(done), as_json)


@papers_app.command("split")
def split_command(
    context: typer.Context,
    paper_id: PaperId,
    records: Annotated[
        list[int] | None,
        typer.Option("--record", metavar="N", help="Take out this record (see show); repeatable. Else the newest."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Take records out of a paper into one of their own. The next import keeps them apart."""
    with session_of(context).review(library) as review:
        done = review.split_paper(paper_id, records or ())
    return _said(done.as_document(), split_text(done), as_json)


@papers_app.command("distinct")
def distinct_command(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="The id of a paper.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The id of another paper.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Remember that two papers are not the same. No possible merge any more; `papers merge --force` undoes it."""
    with session_of(context).review(library) as review:
        done = review.distinguish_papers(first, second)
    return _said(done.as_document(), distinction_text(done), as_json)


def _agreed(papers: list[str]) -> bool:
    """What is answered on the terminal. Raises `UsageError` where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError("deleting is for good: say --yes, for there is no terminal to ask on")
    # Not click's own question, which writes to stdout too.
    for paper in papers:
        note(paper)
    sys.stderr.write(f"Delete {'this paper' if len(papers) == 1 else 'these papers'}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _said(document: dict[str, Any], text: str, as_json: bool) -> int:
    if as_json:
        emit_json(document)
    else:
        emit(text)
    return ExitCode.DONE

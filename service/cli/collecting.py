"""`collection`: named sets of papers."""

from __future__ import annotations

from typing import Annotated

import typer

from service import limits
from service.cli.output import emit, emit_json, note
from service.cli.selecting import Chosen, Cursor, Limit, choosing
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.records import Filters
from service.records.shelves import Collection
from service.render.plain import visible
from service.render.shelves import collections_text, page_counted, page_text, papers_counted

app = typer.Typer(help="Named sets of papers.", rich_markup_mode=None, no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The collection's name, whatever the case.")]


@app.command("create")
def create_command(
    context: typer.Context, name: Name, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Make an empty collection."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        made = shelves.collections.create(name)
    return _tell(made, f"Made the collection {visible(made.name)!r}.", as_json=as_json)


@app.command("rename")
def rename_command(
    context: typer.Context,
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Give a collection another name."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        renamed = shelves.collections.rename(name, new)
    return _tell(renamed, f"It is {visible(renamed.name)!r} now.", as_json=as_json)


@app.command("delete")
def delete_command(
    context: typer.Context, name: Name, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Delete a collection; its papers stay in the library."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        was = shelves.collections.delete(name)
    if as_json:
        emit_json({"deleted": was.as_document()})
    else:
        emit(f"Deleted {visible(was.name)!r} ({papers_counted(was.count)}). No paper leaves the library.\n")
    return ExitCode.DONE


@app.command("add")
@choosing
def add_command(
    context: typer.Context, name: Name, chosen: Chosen, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Put papers into a collection. Those named, those a search finds, or all that pass a filter."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        changed = shelves.collections.add(name, chosen.among(review))
        now = shelves.collections.named(name)
    return _changed(now, changed, "added to", as_json=as_json)


@app.command("remove")
@choosing
def remove_command(
    context: typer.Context, name: Name, chosen: Chosen, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Take papers out of a collection; they stay in the library."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        changed = shelves.collections.remove(name, chosen.among(review))
        now = shelves.collections.named(name)
    return _changed(now, changed, "removed from", as_json=as_json)


@app.command("list")
def list_command(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> int:
    """List the collections."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        collections = shelves.collections.all()
    if as_json:
        emit_json({"collections": [collection.as_document() for collection in collections]})
    else:
        emit(collections_text(collections))
    return ExitCode.DONE


@app.command("show")
def show_command(
    context: typer.Context,
    name: Name,
    limit: Limit = limits.PAGE_DEFAULT,
    cursor: Cursor = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Show a collection's papers. In the order they were added to the library."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        collection = shelves.collections.named(name)
        page = shelves.page(Filters(collections=(name,)), limit=limit, cursor=cursor)
    if as_json:
        emit_json(collection.as_document() | page.as_document())
    else:
        emit(f"{visible(collection.name)}: {papers_counted(collection.count)}\n")
        emit(page_text(page) if collection.count else "")
        if page.cursor:
            note(page_counted(page))
    return ExitCode.DONE


def _tell(collection: Collection, text: str, *, as_json: bool) -> int:
    if as_json:
        emit_json(collection.as_document())
    else:
        emit(f"{text}\n")
    return ExitCode.DONE


def _changed(collection: Collection, changed: int, how: str, *, as_json: bool) -> int:
    if as_json:
        emit_json({"collection": collection.as_document(), "changed": changed})
    else:
        name, count = visible(collection.name), papers_counted(collection.count)
        emit(f"{papers_counted(changed)} {how} {name!r}, which has {count} now.\n")
    return ExitCode.DONE

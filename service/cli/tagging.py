"""`tag`: short words on papers."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.output import emit, emit_json
from service.cli.selecting import Chosen, choosing
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.render.plain import visible
from service.render.shelves import papers_counted, tags_text

app = typer.Typer(help="Short words on papers.", rich_markup_mode=None, no_args_is_help=True)
Tag = Annotated[str, typer.Argument(metavar="TAG", help="The tag, whatever the case.")]


@app.command("add")
@choosing
def add_command(
    context: typer.Context, tag: Tag, chosen: Chosen, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Give papers a tag. Those named, those a search finds, or all that pass a filter."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        changed = shelves.tags.add(tag, chosen.among(review))
    return _changed(tag, changed, "now have", as_json=as_json)


@app.command("remove")
@choosing
def remove_command(
    context: typer.Context, tag: Tag, chosen: Chosen, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Take a tag from papers; from the last one it had, it is gone."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        changed = shelves.tags.remove(tag, chosen.among(review))
    return _changed(tag, changed, "no longer have", as_json=as_json)


@app.command("list")
def list_command(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> int:
    """List the tags with how many papers have each."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        tags = shelves.tags.all()
    if as_json:
        emit_json({"tags": [tag.as_document() for tag in tags]})
    else:
        emit(tags_text(tags))
    return ExitCode.DONE


def _changed(tag: str, changed: int, how: str, *, as_json: bool) -> int:
    if as_json:
        emit_json({"tag": tag, "changed": changed})
    else:
        emit(f"{papers_counted(changed)} {how} the tag {visible(tag)!r}.\n")
    return ExitCode.DONE

"""`note`: text of one's own on a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.drafting import text_of
from service.cli.output import emit, emit_json
from service.cli.selecting import PaperId
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of, words_given
from service.records.shelves import Note
from service.render.shelves import notes_text

app = typer.Typer(help="Text of your own on papers.", rich_markup_mode=None, no_args_is_help=True)
NoteId = Annotated[int, typer.Argument(metavar="NOTE", min=1, help="The note's number, as `note list` shows it.")]
Text = Annotated[list[str], typer.Argument(metavar="TEXT", help="The note; - reads standard input.")]


@app.command("add")
def add_command(
    context: typer.Context, paper: PaperId, text: Text, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Write a note on a paper; it may have several."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        made = shelves.notes.add(paper, _text(text))
    return _tell([made], as_json=as_json)


@app.command("edit")
def edit_command(
    context: typer.Context, note: NoteId, text: Text, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """Replace the text of a note."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        edited = shelves.notes.edit(note, _text(text))
    return _tell([edited], as_json=as_json)


@app.command("remove")
def remove_command(
    context: typer.Context,
    notes: Annotated[list[int], typer.Argument(metavar="NOTE...", min=1, help="The notes' numbers.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Remove notes."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        removed = shelves.notes.remove(notes)
    if as_json:
        emit_json({"removed": [note.as_document() for note in removed]})
    else:
        emit("Removed:\n" + notes_text(removed))
    return ExitCode.DONE


@app.command("list")
def list_command(
    context: typer.Context,
    papers: Annotated[
        list[str] | None, typer.Argument(metavar="[PAPER_ID...]", help="Only notes on these papers.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """List notes, oldest first."""
    with session_of(context).review(library) as review, review.shelves() as shelves:
        notes = shelves.notes.all(papers or None)
    if as_json:
        emit_json({"notes": [note.as_document() for note in notes]})
    else:
        emit(notes_text(notes))
    return ExitCode.DONE


def _text(words: list[str]) -> str:
    return text_of(Path("-")) if words == ["-"] else words_given(words, what="note")


def _tell(notes: list[Note], *, as_json: bool) -> int:
    if as_json:
        emit_json(notes[0].as_document())
    else:
        emit(notes_text(notes))
    return ExitCode.DONE

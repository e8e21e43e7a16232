"""Notes on papers, several a paper."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from service.catalog.connections import Connections
from service.catalog.queries import rows_in
from service.catalog.shelves.lookup import papers_named
from service.errors import UsageError
from service.limits import NOTE_CHARS
from service.records.shelves import Note, NoteText

_SELECT = "SELECT note, paper_id, text, paper_notes.created, changed FROM paper_notes JOIN papers USING (paper)"


class Notes:
    """The notes of one catalog."""

    def __init__(self, connections: Connections, now: Callable[[], str]) -> None:
        """`now`: the time, ISO 8601."""
        self._connections = connections
        self._now = now

    def all(self, papers: Sequence[str] | None = None) -> list[Note]:
        """The notes of all or some papers, oldest first. Raises `UsageError` for an unknown paper."""
        with self._connections.reading() as connection:
            if papers is None:
                return [_note(row) for row in connection.execute(f"{_SELECT} ORDER BY note")]
            rows = list(papers_named(connection, papers).values())
            return sorted((note for row in rows for note in of_paper(connection, row)), key=lambda n: n.note_id)

    def add(self, paper: str, text: str) -> Note:
        """A new note. Raises `UsageError` for an empty or far too long one, and for an unknown paper."""
        with self._connections.keeping() as connection:
            (row,) = papers_named(connection, [paper]).values()
            return _insert(connection, row, text, self._now())

    def edit(self, note_id: int, text: str) -> Note:
        """The note with its new text. Raises `UsageError` for one that is not there."""
        with self._connections.keeping() as connection:
            _refuse_unknown(connection, [note_id])
            _update(connection, note_id, text, self._now())
            return _read(connection, note_id)

    def remove(self, note_ids: Sequence[int]) -> list[Note]:
        """The notes that are gone now. Raises `UsageError` where one is not there, and removes none."""
        with self._connections.keeping() as connection:
            _refuse_unknown(connection, note_ids)
            removed = [_read(connection, number) for number in dict.fromkeys(note_ids)]
            connection.executemany("DELETE FROM paper_notes WHERE note = ?", [(n.note_id,) for n in removed])
            return removed


def replace(connection: sqlite3.Connection, notes: Sequence[NoteText], paper: int, now: str) -> None:
    """Give a paper, by row number, just these notes. Raises `UsageError` for an id that is none of its notes."""
    before = {note.note_id: note for note in of_paper(connection, paper)}
    for note in notes:
        if note.note_id is None:
            _insert(connection, paper, note.text, now)
        elif note.note_id not in before:
            raise UsageError(f"the paper has no note {note.note_id}; its notes are {sorted(before) or 'none'}")
        elif before.pop(note.note_id).text != note.text:
            _update(connection, note.note_id, note.text, now)
    connection.executemany("DELETE FROM paper_notes WHERE note = ?", [(number,) for number in before])


def of_paper(connection: sqlite3.Connection, paper: int) -> list[Note]:
    """A paper's notes, by its row number, oldest first."""
    return [_note(row) for row in connection.execute(f"{_SELECT} WHERE paper = ? ORDER BY note", (paper,))]


def _insert(connection: sqlite3.Connection, paper: int, text: str, now: str) -> Note:
    statement = "INSERT INTO paper_notes (paper, text, created) VALUES (?, ?, ?) RETURNING note"
    return _read(connection, int(connection.execute(statement, (paper, _valid(text), now)).fetchone()["note"]))


def _update(connection: sqlite3.Connection, note_id: int, text: str, now: str) -> None:
    connection.execute("UPDATE paper_notes SET text = ?, changed = ? WHERE note = ?", (_valid(text), now, note_id))


def _read(connection: sqlite3.Connection, note_id: int) -> Note:
    return _note(connection.execute(f"{_SELECT} WHERE note = ?", (note_id,)).fetchone())


def _refuse_unknown(connection: sqlite3.Connection, note_ids: Sequence[int]) -> None:
    possible = [n for n in note_ids if 0 <= n < 2**63]
    rows = rows_in(connection, "SELECT note FROM paper_notes WHERE note IN (…)", possible)
    there = {row["note"] for row in rows}
    if unknown := [number for number in note_ids if number not in there]:
        raise UsageError(f"there is no note {', '.join(map(str, unknown))}; `litweave note list` shows their numbers")


def _valid(text: str) -> str:
    text = text.strip()
    if not text:
        raise UsageError("the note is empty; write its text, or remove the note")
    if len(text) > NOTE_CHARS:
        raise UsageError(f"the note has {len(text):,} characters, the limit is {NOTE_CHARS:,}; split it")
    return text


def _note(row: sqlite3.Row) -> Note:
    return Note(row["note"], row["paper_id"], row["text"], row["created"], row["changed"])

"""Collections, tags, notes and papers with what is kept about them, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from service.records.shelves import Collection, Note, PaperPage, ShelvedPaper, Tag
from service.render.plain import readable, visible
from service.render.reference import afterwards

_READING = {"to_read": "to read", "reading": "reading", "read": "read"}


def papers_counted(count: int) -> str:
    """`1 paper`, `12 papers`."""
    return f"{count:,} paper{'' if count == 1 else 's'}"


def collections_text(collections: Sequence[Collection]) -> str:
    """A line each."""
    return _counted(collections) or "There are no collections yet: litweave collection create NAME makes one.\n"


def tags_text(tags: Sequence[Tag]) -> str:
    """A line each."""
    return _counted(tags) or "No paper has a tag yet: litweave tag add TAG PAPER_ID gives it one.\n"


def notes_text(notes: Sequence[Note]) -> str:
    """Each with its number, which edits and removes it."""
    return "".join(map(_note, notes)) or "There are no notes.\n"


def page_text(page: PaperPage) -> str:
    """A paper a line with its tags, collections and reading status; its notes below it."""
    return "".join(map(_paper, page.papers)) or "No paper passes.\n"


def page_counted(page: PaperPage) -> str:
    """`12 papers`, of a part `5 of 12 papers`; and where the next page begins."""
    part = f"{len(page.papers):,} of " if len(page.papers) < page.total else ""
    more = f"; the next page: --cursor {page.cursor}" if page.cursor else ""
    return f"{part}{papers_counted(page.total)}{more}"


def _paper(shelved: ShelvedPaper) -> str:
    paper, shelf = shelved.paper, shelved.shelf
    facts = [
        str(paper.year) if paper.year is not None else None,
        visible(paper.paper_id),
        afterwards(paper.status) if paper.status else None if paper.abstract else "no abstract",
    ]
    kept = [
        _READING[shelf.reading_status] if shelf.reading_status else None,
        f"tags: {', '.join(map(visible, shelf.tags))}" if shelf.tags else None,
        f"in: {', '.join(map(visible, shelf.collections))}" if shelf.collections else None,
    ]
    lines = [f"- {readable(paper.title)} ({', '.join(filter(None, facts))})\n"]
    if any(kept):
        lines.append(f"  {'; '.join(filter(None, kept))}\n")
    lines += [textwrap.indent(_note(note), "  ") for note in shelf.notes]
    return "".join(lines)


def _note(note: Note) -> str:
    first, *rest = [visible(line) for line in note.text.splitlines()]
    head = f"note {note.note_id} on {visible(note.paper_id)} ({(note.changed or note.created)[:10]}): {first}\n"
    return head + "".join(f"    {line}\n" for line in rest)


def _counted(named: Sequence[Collection | Tag]) -> str:
    width = max((len(visible(one.name)) for one in named), default=0)
    return "".join(f"{visible(one.name):<{width}}  {papers_counted(one.count)}\n" for one in named)

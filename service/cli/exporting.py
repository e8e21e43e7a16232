"""`export`: the library's papers for a citation manager, a bibliography, or another library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from service.cli.filtering import filtered
from service.cli.output import emit, emit_json, folder_there, note, write_pieces
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import UsageError
from service.records import Filters, Paper
from service.render.papers import PaperFormat, exported

_SUFFIXES = {
    ".jsonl": PaperFormat.jsonl,
    ".ndjson": PaperFormat.jsonl,
    ".bib": PaperFormat.bibtex,
    ".ris": PaperFormat.ris,
    ".json": PaperFormat.csl_json,
}
_PIECES = 500
"""Papers written to stdout at a time."""


class Counted:
    """Papers that go by, with their number and ids."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers = papers
        self.ids: list[str] = []

    def __iter__(self) -> Iterator[Paper]:
        for paper in self._papers:
            self.ids.append(paper.paper_id)
            yield paper


@filtered
def export_command(
    context: typer.Context,
    form: Annotated[
        PaperFormat | None, typer.Option("--format", help="How to write the papers; else by FILE's suffix, or jsonl.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE.")] = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="BibTeX for an old TeX: accents as commands.")] = False,
    filters: Filters | None = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write the library's papers as JSONL (which can be imported again), BibTeX, RIS or CSL-JSON."""
    chosen = form or _by_suffix(output)
    if output is not None:
        folder_there(output)
    with session_of(context).review(library) as review:
        found = review.papers(filters)
        first = next(found, None)
        papers = Counted(() if first is None else chain([first], found))
        pieces = exported(papers, chosen, ascii_only=ascii_only)
        content = "".join(pieces) if as_json and output is None else None
        if output is not None and first is not None:
            write_pieces(output, pieces)
        elif output is None and content is None:
            _print(pieces)
    unknown = sorted(set(filters.paper_ids if filters else ()) - set(papers.ids))
    if as_json:
        emit_json(
            {
                "format": chosen.value,
                "papers": len(papers.ids),
                "output": str(output) if output is not None and papers.ids else None,
                "content": content,
                "not_exported": unknown,
            }
        )
    _say(len(papers.ids), output, unknown)
    return ExitCode.DONE if papers.ids else ExitCode.NOT_IN_CORPUS


def _by_suffix(output: Path | None) -> PaperFormat:
    if output is None:
        return PaperFormat.jsonl
    suffix = output.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(
            f"{str(output)!r} does not say how to write the papers: give --format, or a name that ends in "
            f"{', '.join(_SUFFIXES)}"
        )
    return _SUFFIXES[suffix]


def _print(pieces: Iterator[str]) -> None:
    held: list[str] = []
    for piece in pieces:
        held.append(piece)
        if len(held) == _PIECES:
            emit("".join(held))
            held.clear()
    emit("".join(held))


def _say(count: int, output: Path | None, unknown: list[str]) -> None:
    if not count:
        note("No paper passes." if output is None else f"No paper passes: nothing written to {output}.")
    elif output is not None:
        note(f"{count:,} paper{'' if count == 1 else 's'} exported to {output}.")
    for paper_id in unknown:
        note(f"Not exported: {paper_id!r} is not in the library, or does not pass the other filters.")

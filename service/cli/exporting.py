"""`export`: papers for a citation manager, a bibliography, a spreadsheet, notes, or another library."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from service import limits
from service.cli.filtering import filtered
from service.cli.output import emit, emit_bytes, emit_json, folder_there, note, write_file, write_pieces
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import UsageError
from service.records import Filters
from service.requests import SearchRequest

if TYPE_CHECKING:
    from service.review.core import ReviewCore
    from service.writers import FolderWriter, Selected, WriteOptions, Writer
    from service.writers.selecting import TextPapers

_PIECES = 500
"""Pieces of a text written to stdout at a time."""
_STDIN = "-"


class ExportCommand(TyperCommand):
    """Lists in its help the formats that there are, those of other packages too."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        from service.writers import writers

        rows = [(w.key, f"{w.name} ({' '.join(w.suffixes)})") for w in writers().values()]
        with formatter.section("Formats"):
            formatter.write_dl(rows)


LISTS_FORMATS: dict[str, Any] = {"cls": ExportCommand}


@dataclass(slots=True)
class Chosen:
    """The papers to export as they go by. `not_exported`: ids that were asked for and are not among them."""

    papers: Iterator[Selected]
    title: str = "Papers"
    has_quotes: bool = False
    asked: frozenset[str] = frozenset()
    ids: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Selected]:
        for selected in self.papers:
            self.ids.add(selected.paper.paper_id)
            yield selected

    @property
    def not_exported(self) -> list[str]:
        return sorted(self.asked - self.ids)


@filtered
def export_command(
    context: typer.Context,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="How to write the papers; else by FILE's suffix, or jsonl."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; obsidian also to a folder.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--search", metavar="QUERY", help="Only what this finds, best first, with quotes.")
    ] = None,
    k: Annotated[
        int, typer.Option("--k", "-k", metavar="N", min=1, max=limits.HITS_MAX, help="At most so many of the search.")
    ] = limits.HITS_DEFAULT,
    answer: Annotated[
        Path | None,
        typer.Option(
            "--answer",
            metavar="FILE",
            help="Only the references of what ask, draft or compare --json wrote; - is stdin.",
        ),
    ] = None,
    abstracts: Annotated[
        bool, typer.Option("--abstracts", help="BibTeX and BibLaTeX with abstracts; the other formats have them.")
    ] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="BibTeX for an old TeX: accents as commands.")] = False,
    filters: Filters | None = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write papers for other programs. All of the library, what filters or a search choose, or an answer's references.

    --id - reads ids from standard input, one a line.
    """
    from service.writers import WriteOptions

    if query is not None and answer is not None:
        raise UsageError("--search and --answer choose papers in two ways: give one of them")
    writer = _writer(form, output)
    _check_target(writer, output, as_json=as_json)
    text = None if answer is None else _text_papers(answer)
    if filters is not None:
        filters = replace(filters, paper_ids=_ids(filters.paper_ids))
    with session_of(context).review(library) as review:
        chosen = _chosen(review, filters, text) if query is None else _found(review, query, k, filters)
        options = WriteOptions(chosen.title, chosen.has_quotes, ascii_only, abstracts)
        content = _write(writer, chosen, options, output, as_json=as_json)
    if as_json:
        emit_json(
            {
                "format": writer.key,
                "papers": len(chosen.ids),
                "output": str(output) if output is not None and chosen.ids else None,
                "content": content,
                "not_exported": chosen.not_exported,
            }
        )
    _say(chosen, output)
    return ExitCode.DONE if chosen.ids else ExitCode.NOT_IN_CORPUS


def _writer(form: str | None, output: Path | None) -> Writer:
    from service.writers import writer_for, writer_named, writers

    if form is not None:
        return writer_named(form)
    if output is None:
        return writer_named("jsonl")
    found = writer_named("obsidian") if output.is_dir() else writer_for(output.name)
    if found is None:
        suffixes = ", ".join(suffix for writer in writers().values() for suffix in writer.suffixes)
        raise UsageError(
            f"{str(output)!r} does not say how to write the papers: give --format, or a name that ends in {suffixes}"
        )
    return found


def _check_target(writer: Writer, output: Path | None, *, as_json: bool) -> None:
    """Raises `UsageError` or `FileNotFoundError` for what could not be written in the end."""
    if output is None:
        if writer.kind != "text" and (as_json or sys.stdout.isatty()):
            raise UsageError(f"{writer.key} is no text that could be printed: add --output FILE{writer.suffixes[0]}")
        return
    folder_there(output)
    if output.is_dir() and writer.kind != "folder":
        raise UsageError(f"{str(output)!r} is a folder: name a file in it, such as papers{writer.suffixes[0]}")
    if _as_folder(writer, output) and output.exists() and not output.is_dir():
        raise UsageError(f"{str(output)!r} is a file: name a folder, or a file that ends in {writer.suffixes[0]}")


def _as_folder(writer: Writer, output: Path) -> bool:
    return writer.kind == "folder" and not output.name.lower().endswith(writer.suffixes)


def _ids(given: tuple[str, ...]) -> tuple[str, ...]:
    """The ids, "-" replaced by the lines of standard input."""
    if _STDIN not in given:
        return given
    lines = [line.strip() for line in sys.stdin]
    ids = [part for one in given for part in (lines if one == _STDIN else [one]) if part]
    if not ids:
        raise UsageError("standard input holds no ids: give one a line")
    return tuple(ids)


def _text_papers(path: Path) -> TextPapers:
    from service.writers.selecting import read_text_papers

    if str(path) == _STDIN:
        return read_text_papers(sys.stdin.read(), "standard input")
    try:
        return read_text_papers(path.read_text(encoding="utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no JSON in UTF-8: give what `litweave ask --json` wrote") from error


def _found(review: ReviewCore, query: str, k: int, filters: Filters | None) -> Chosen:
    from service.writers.selecting import of_search

    result = review.search(SearchRequest(query, k, filters))
    return Chosen(of_search(result), f"Search: {query}", has_quotes=True)


def _chosen(review: ReviewCore, filters: Filters | None, text: TextPapers | None) -> Chosen:
    from service.writers import Selected
    from service.writers.selecting import of_text

    named = review.papers(Filters(paper_ids=filters.paper_ids)) if filters and filters.paper_ids else ()
    ids = frozenset(paper.paper_id for paper in named)
    if text is None:
        return Chosen(map(Selected, review.papers(filters)), asked=ids)
    found = of_text(text, review.paper)
    if found.moved:
        note(f"{found.moved} quotes of the text stand no longer in their abstracts: left out.")
    papers = iter(found.papers)
    if filters is not None:
        kept = {paper.paper_id for paper in review.papers(filters)}
        papers = (one for one in found.papers if one.paper.paper_id in kept)
    return Chosen(papers, text.title, has_quotes=True, asked=ids | frozenset(text.keys))


def _write(writer: Writer, chosen: Chosen, options: WriteOptions, output: Path | None, *, as_json: bool) -> str | None:
    """Write the papers where they go; their text, if it is for the JSON document. For no paper no file is made."""
    papers = iter(chosen)
    first = next(papers, None)
    papers = iter(()) if first is None else chain([first], papers)
    if output is not None:
        if first is not None and _as_folder(writer, output):
            _write_folder(writer, papers, options, output)  # type: ignore[arg-type]  # its kind says so
        elif first is not None:
            write_pieces(output, writer.write(papers, options))
        return None
    if as_json:
        return "".join(str(piece) for piece in writer.write(papers, options))
    _print(writer.write(papers, options))
    return None


def _write_folder(writer: FolderWriter, papers: Iterable[Selected], options: WriteOptions, folder: Path) -> None:
    """Write the files that differ from those that are there."""
    from service.writers.folders import TextsThere, place

    folder.mkdir(exist_ok=True)
    there = TextsThere(folder)
    for path, text in writer.files(papers, options, there):
        if there.get(path) != text:
            target = place(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_file(target, text)


def _print(pieces: Iterator[str] | Iterator[bytes]) -> None:
    held: list[str] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            emit_bytes(piece)
            continue
        held.append(piece)
        if len(held) == _PIECES:
            emit("".join(held))
            held.clear()
    emit("".join(held))


def _say(chosen: Chosen, output: Path | None) -> None:
    count = len(chosen.ids)
    if not count:
        note("No paper passes." if output is None else f"No paper passes: nothing written to {output}.")
    elif output is not None:
        note(f"{count:,} paper{'' if count == 1 else 's'} exported to {output}.")
    for paper_id in chosen.not_exported:
        note(f"Not exported: {paper_id!r} is not in the library, or does not pass the filters.")

"""`import`: files and directories into the library, with progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import emit, emit_json, note
from service.cli.progress import embed_with_bar, reading_progress
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import SourceError, UsageError
from service.records import ImportedPaper, Shelving
from service.records.imports import SAME_RECORD
from service.render.plain import readable, visible

if TYPE_CHECKING:
    from service.tasks.imports import ImportOutcome


_REMARKS = 20


def import_command(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Files, archives, directories, patterns; - is standard input."),
    ],
    form: Annotated[
        str | None, typer.Option("--format", help="The files' format; else their content decides. See docs/formats.md.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also list every counted paper.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for the vectors, or return once the text is searchable.")
    ] = True,
    collections: Annotated[
        list[str] | None,
        typer.Option("--collection", metavar="NAME", help="Put all of them there, also what is known; repeatable."),
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Give all of them this tag, also what is known; repeatable."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Import papers from files. What is already there is recognised and counted.

    Text is searchable by its words at once. Vectors follow; a run that was stopped goes on with the next import,
    with `litweave doctor --embed`, or while `litweave serve` runs.
    """
    from service.tasks.imports import import_files

    session = session_of(context)
    shelving = Shelving(tuple(collections or ()), tuple(tags or ()))
    with ExitStack() as spooled:
        files = list(dict.fromkeys(_named(paths, spooled)))
        _check_format(form)
        review = spooled.enter_context(session.review(library, create=True))
        with reading_progress(sum(_size(path) for path, _ in files)) as bar:
            outcome = import_files(
                review,
                files,
                progress=bar.records,
                position=bar.position,
                embed=False,
                titles=verbose,
                form=form,
                shelving=shelving,
            )
        if not outcome.files_read:
            raise _together(outcome)
        if wait:
            embed_with_bar(review)
    report_failures(outcome)
    if as_json:
        emit_json(outcome.as_document(verbose=verbose))
    else:
        emit(summary_text(outcome, shelving, verbose=verbose))
    return ExitCode.FAILED if outcome.failures else ExitCode.DONE


def _named(paths: list[Path], spooled: ExitStack) -> Iterator[tuple[Path, str]]:
    """Each file with the name it is reported by; standard input as a file for as long as the stack is open."""
    from service.readers.paths import STANDARD_INPUT, expanded, spooled_input

    for path in paths:
        if path == STANDARD_INPUT:
            yield spooled.enter_context(spooled_input(sys.stdin.buffer)), "standard input"
        else:
            yield from ((file, str(file)) for file in files_of(list(expanded([path]))))


def _check_format(form: str | None) -> None:
    from service.readers import format_keys

    if form is not None and form not in format_keys():
        raise UsageError(f"{form!r} is no format that is read: {', '.join(format_keys())}")


def files_of(paths: list[Path]) -> Iterator[Path]:
    """The files, and in name order those under the directories, hidden ones left out.

    A path that does not exist is passed on: its reader says so. Raises `SourceError` for a directory
    without files.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file, path))
        if not found:
            raise SourceError(f"there is no file to import in the directory {str(path)!r}")
        yield from found


def _hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def _size(path: Path) -> int:
    """Bytes, for the progress bar; 0 where there is no such file (the import says why)."""
    return path.stat().st_size if path.is_file() else 0


def _together(outcome: ImportOutcome) -> SourceError:
    """One error for a command of which no file could be read."""
    errors = [failure.error for failure in outcome.failures]
    if len(errors) == 1:
        return errors[0]
    return SourceError("none of the files could be read: " + "; ".join(str(error) for error in errors))


def report_failures(outcome: ImportOutcome) -> None:
    """What was not read, on stderr: rejections, the first remarks, files."""
    for rejection in outcome.report.rejected:
        note(f"Rejected {rejection.source}:{rejection.line}: {rejection.reason}")
    remarks = outcome.report.remarks
    for remark in remarks[:_REMARKS]:
        note(f"Remark {remark.source}:{remark.line}: {remark.text}")
    if len(remarks) > _REMARKS:
        note(f"and {len(remarks) - _REMARKS:,} more remarks; --json lists all.")
    for failure in outcome.failures:
        note(f"Error: {failure.error}")


def summary_text(outcome: ImportOutcome, shelving: Shelving | None = None, *, verbose: bool) -> str:
    """The counts, behind a line for each paper with `verbose`; `shelving`: where they were put."""
    report = outcome.report
    lines = [_line(paper) for paper in report.papers] if verbose else []
    lines.append(
        f"{report.total} records: {report.added} added, {report.duplicates} duplicates, "
        f"{len(report.rejected)} rejected."
    )
    if set(report.reasons) - {SAME_RECORD}:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in report.reasons.items())
        lines.append(f"Duplicates: {reasons}. `litweave papers merges` lists what was merged.")
    if report.without_abstract:
        lines.append(f"{report.without_abstract:,} without an abstract: found by title, never quoted.")
    if shelving:
        places = [*(f"in {name!r}" for name in shelving.collections), *(f"tagged {tag!r}" for tag in shelving.tags)]
        lines.append(f"{report.added + report.duplicates:,} put {visible(', '.join(places))}.")
    if outcome.failures:
        lines.append(f"{len(outcome.failures)} of {outcome.files_read + len(outcome.failures)} files not read.")
    return "\n".join(lines) + "\n"


def _line(paper: ImportedPaper) -> str:
    """One counted paper; a duplicate with the paper that it is, and why."""
    why = f"  ({visible(paper.reason)} as {visible(paper.paper_id)})" if paper.reason is not None else ""
    return f"{paper.outcome:<9}  {readable(paper.title)}{why}"

"""`check`: a text of one's own against the library."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.importing import files_of
from service.cli.output import emit, emit_json, folder_there, note, text_width, write_file
from service.cli.progress import checking_progress
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.manuscript import Entry
    from service.records.checks import Check
    from service.review.checking import ReferenceList, Snapshot

_NAMED_IN_LATEX = re.compile(
    r"\\(?:bibliography|nobibliography|addbibresource(?:\[[^\[\]]{0,200}\])?)\{([^{}]{1,2000})\}"
)
_NAMED_IN_MARKDOWN = re.compile(r"^bibliography:\s*(.{1,500})$", re.MULTILINE)


_LISTS = (".bib", ".bbl", ".json", ".yaml", ".yml", ".ris", ".nbib", ".enw", ".xml")


class Report(StrEnum):
    """How the report is written."""

    text = "text"
    md = "md"
    sarif = "sarif"
    github = "github"


def check_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A LaTeX or markdown text.")],
    bib: Annotated[
        list[Path] | None,
        typer.Option(
            "--bib",
            metavar="FILE",
            help="Its references: .bib, .bbl, CSL, RIS, .nbib, .enw or a list; else what FILE names, if beside it.",
        ),
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against",
            metavar="PATH",
            help="Files or folders of papers (JSONL, CSV, …) for references that the library does not have.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit 1 also for what is partly supported, not decided, or lacks a citation."),
    ] = False,
    fix: Annotated[
        Path | None,
        typer.Option("--fix", metavar="OUT.bib", help="Write the .bib with its wrong fields as the library has them."),
    ] = None,
    form: Annotated[Report, typer.Option("--format", help="How to write the report.")] = Report.text,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also show what supports the rest, and what was left unjudged.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check a text of your own: each sentence against the papers it cites.

    Exit codes: 0 nothing is wrong, 1 a sentence is contradicted or not in the abstract it cites, a key is unknown, or
    nothing at all could be decided, 3 the library has nothing to do with the text.
    """
    from service.manuscript import decoded, form_of
    from service.readers.paths import expanded

    text = decoded(_content(file), file.name)
    shape = form_of(file.name, text)
    files = bib if bib is not None else _beside(file, text)
    sources = [(path, decoded(_content(path), path.name)) for path in files]
    lists = _lists(sources)
    if fix is not None:
        folder_there(fix)
        _one_bib(files, lists)
    entries = _bibliography(files, lists)
    session = session_of(context)
    snapshot = list(dict.fromkeys(files_of(list(expanded(against or [])))))
    size = sum(path.stat().st_size for path in snapshot if path.is_file())
    with session.review(library) as review, checking_progress(size) as (position, progress):
        snapshots = _snapshots(snapshot, session.settings(library).max_record_bytes, position)
        checked = review.check(
            text, form=shape, file=str(file), bibliography=entries, sources=snapshots, progress=progress
        )
    for read in snapshots:
        _tell(read)
    if fix is not None:
        _fixed(checked, *sources[0], fix)
    if as_json:
        emit_json(checked.as_document())
    else:
        emit(_report(checked, form, verbose=verbose))
    if not checked.in_corpus and not any(claim.unknown_keys for claim in checked.claims):
        return ExitCode.NOT_IN_CORPUS
    fine = checked.strictly_ok if strict else checked.ok
    return ExitCode.DONE if fine else ExitCode.FAILED


def _snapshots(files: list[Path], max_record_bytes: int, position: Callable[[int], None]) -> list[Snapshot]:
    from service.review.checking import Snapshot

    return [Snapshot(files, max_record_bytes=max_record_bytes, position=position)] if files else []


def _tell(snapshot: Snapshot) -> None:
    """What of a snapshot was not read."""
    for reason in snapshot.unread:
        note(f"Not read: {reason.partition(';')[0]}.")
    if snapshot.rejected:
        note(f"{snapshot.rejected:,} records of the snapshot cannot be read; {snapshot.records:,} were.")


def _report(checked: Check, form: Report, *, verbose: bool) -> str:
    from service.render.check import check_markdown, check_text
    from service.render.check_annotations import check_github, check_sarif

    if form is Report.md:
        return check_markdown(checked, verbose=verbose)
    if form is Report.sarif:
        return check_sarif(checked)
    if form is Report.github:
        return check_github(checked)
    return check_text(checked, width=text_width(), verbose=verbose)


def _fixed(checked: Check, path: Path, source: str, target: Path) -> None:
    """Writes the .bib with what is wrong as the library has it; notes what is left to its owner."""
    from service.manuscript import corrected_bib
    from service.render.bibtex import bibtex_value

    wrong = [e for e in checked.bibliography if e.verdict == "wrong" and e.file == str(path)]
    known = {e.key: {f.field: bibtex_value(f.field, f.should_be) for f in e.fields if f.should_be} for e in wrong}
    content, without_place = corrected_bib(source, known)
    unknown = tuple(f"{e.key}: {f.field}" for e in wrong for f in e.fields if not f.should_be)
    write_file(target, content)
    mended = sum(map(len, known.values())) - len(without_place)
    note(f"{mended} field{'s' * (mended != 1)} corrected in {target}.")
    if left := (*unknown, *without_place):
        note(f"Not corrected: {', '.join(left)}.")


def _one_bib(files: list[Path], lists: list[ReferenceList]) -> None:
    """Raises `UsageError` unless there is one file, in BibTeX."""
    if len(files) != 1:
        raise UsageError(f"--fix corrects one .bib and there are {len(files)}: name it with --bib FILE.bib")
    if lists[0].kind != "bibtex":
        raise UsageError(
            f"--fix writes BibTeX only, and {str(files[0])!r} is no BibTeX: correct it where it comes from, "
            "or export it as .bib and name that with --bib"
        )


def _lists(sources: list[tuple[Path, str]]) -> list[ReferenceList]:
    from service.review.checking import read_reference_list

    return [read_reference_list(source, path.name) for path, source in sources]


def _bibliography(files: list[Path], lists: list[ReferenceList]) -> tuple[Entry, ...]:
    """The entries of all lists, each with its file."""
    entries: list[Entry] = []
    for path, read in zip(files, lists, strict=True):
        if not read.entries:
            note(f"{path}: no entry in it.")
        for reason in read.unread:
            note(f"{path}, {reason}: this reference is not checked.")
        entries += (replace(entry, file=str(path)) for entry in read.entries)
    return tuple(entries)


def _beside(file: Path, text: str) -> list[Path]:
    """The files of references that the text names, as far as they are there; a note for each that is not.

    A LaTeX text whose .bib is not there may have the .bbl that was made of it.
    """
    from service.manuscript import form_of

    names = _NAMED_IN_LATEX if form_of(file.name, text) == "latex" else _NAMED_IN_MARKDOWN
    found = []
    for name in dict.fromkeys(n.strip(" \"'[]") for listed in names.findall(text) for n in listed.split(",")):
        path = file.parent / (name if name.endswith(_LISTS) else f"{name}.bib")
        if not path.resolve().is_relative_to(file.parent.resolve()):
            note(f"{path} lies outside the folder of {file.name}, so it was not opened; --bib {path} opens it.")
        elif path.is_file():
            found.append(path)
        elif (made := file.with_suffix(".bbl")).is_file() and made not in found:
            found.append(made)
        elif name and made not in found:
            note(f"{path} is not there: its keys are looked up in the library alone (--bib names another file).")
    return found


def _content(path: Path) -> bytes:
    """The file, as far as it may be read. Raises `SourceError` for a directory and for what is not there."""
    from service.manuscript import MAX_BYTES

    if path.is_dir():
        raise SourceError(f"{str(path)!r} is a directory: name a LaTeX or markdown file in it")
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {str(path)!r}") from error

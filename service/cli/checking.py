"""`check`: a text of one's own against the library."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.check_inputs import ReferenceFile, TextInput, text_input
from service.cli.filtering import filtered
from service.cli.importing import files_of
from service.cli.output import emit, emit_json, folder_there, note, text_width, write_file
from service.cli.progress import checking_progress
from service.cli.session import ExitCode, JsonOption, LibraryOption, Session, session_of
from service.errors import NothingToCheck, UsageError
from service.records import Filters
from service.requests import CheckRequest, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.records.checks import Check
    from service.review.checking import OnlineReferences, ReferenceSource, Snapshot
    from service.review.core import ReviewCore
    from service.settings import Settings


class Report(StrEnum):
    """How the report is written."""

    text = "text"
    md = "md"
    sarif = "sarif"
    github = "github"


@filtered
def check_command(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="LaTeX or markdown texts.")],
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
    online: Annotated[
        bool,
        typer.Option(
            "--online",
            help="Also ask Crossref, OpenAlex and arXiv for references still open; they get the citation alone.",
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit 1 also for what is partly supported, not decided, uncited, or a reference that is unverified.",
        ),
    ] = False,
    fix: Annotated[
        Path | None,
        typer.Option("--fix", metavar="OUT.bib", help="Write the .bib with its wrong fields as the library has them."),
    ] = None,
    skip_uncited: Annotated[
        bool, typer.Option("--skip-uncited", help="Pass over texts in which there is nothing to check, with a note.")
    ] = False,
    form: Annotated[Report, typer.Option("--format", help="How to write the report.")] = Report.text,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also show what supports the rest, and what was passed over.")
    ] = False,
    filters: Filters | None = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check texts of your own. Each sentence against the papers it cites, each reference as it is cited.

    Filters restrict which papers are proposed to be cited; those that are cited are looked for among all.

    Exit codes: 0 nothing is wrong, 1 a sentence is contradicted or not in the abstract it cites, a reference is not as
    cited, a key is unknown, or nothing at all could be decided, 3 the library has nothing to do with the text.
    """
    if len(files) > 1 and (as_json or fix is not None or form is Report.sarif):
        raise UsageError("--json, --fix and --format sarif are about one text: name one FILE")
    inputs = [text_input(file, bib) for file in files]
    if fix is not None:
        folder_there(fix)
        inputs[0].only_bibtex()
    asked = _Asked(filters, tuple(against or ()), online, skip_uncited)
    checks = _checks(session_of(context), library, inputs, asked)
    if fix is not None and checks:
        _fixed(checks[0], inputs[0].only_bibtex(), fix)
    for checked in _once_each(checks):
        if as_json:
            emit_json(checked.as_document())
        else:
            emit(_report(checked, form, verbose=verbose))
    codes = [_code(checked, strict=strict) for checked in checks]
    return next((code for code in (ExitCode.FAILED, ExitCode.NOT_IN_CORPUS) if code in codes), ExitCode.DONE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How all texts of a command are to be checked."""

    filters: Filters | None
    against: tuple[Path, ...]
    online: bool
    skip_uncited: bool


def _checks(session: Session, library: Path | None, inputs: list[TextInput], asked: _Asked) -> list[Check]:
    """The checks of the texts, of one library that is opened once."""
    from service.readers.paths import expanded

    snapshot = list(dict.fromkeys(files_of(list(expanded(asked.against)))))
    size = sum(path.stat().st_size for path in snapshot if path.is_file())
    checks = []
    settings = session.settings(library)
    with session.review(library) as review, checking_progress(size) as (position, progress), ExitStack() as stack:
        services = _services(settings, stack) if asked.online else []
        for given in inputs:
            read = _snapshots(snapshot, settings.max_record_bytes, position)
            checked = _check(review, given, [*read, *services], progress, asked)
            checks += [checked] if checked is not None else []
            for one in read:
                _tell(one)
        for service in services:
            if service.failure is not None:
                note(f"Not all references were looked up online: {service.failure}")
    return checks


def _services(settings: Settings, stack: ExitStack) -> list[OnlineReferences]:
    from service.cli.fetching import note_contact
    from service.review.checking import online_references

    note_contact(settings)
    return [stack.enter_context(online_references(settings, note))]


def _check(
    review: ReviewCore,
    given: TextInput,
    sources: Sequence[ReferenceSource],
    progress: Callable[[int, int], None],
    asked: _Asked,
) -> Check | None:
    """The check of one text; `None`, with a note, for one that cites nothing where such texts are passed over."""
    try:
        request = CheckRequest(given.text, given.form, str(given.file), tuple(given.entries), asked.filters)
        run = Run(progress=lambda done, of, _: progress(done, of))
        checked = review.check(request, run, sources=sources)
    except NothingToCheck:
        if not asked.skip_uncited:
            raise
        checked = None
    if checked is None or (asked.skip_uncited and not checked.claims):
        note(f"{given.file} is passed over: it cites nothing, and the library knows nothing of it.")
        return None
    return checked


def _once_each(checks: list[Check]) -> list[Check]:
    """The checks, in which what is said of a file of references that several texts share is said of the first."""
    told: set[tuple[str | None, int, str]] = set()
    apart = []
    for checked in checks:
        own = tuple(e for e in checked.bibliography if e.file is None or (e.file, e.line, e.key) not in told)
        told |= {(e.file, e.line, e.key) for e in own}
        apart.append(replace(checked, bibliography=own))
    return apart


def _code(checked: Check, *, strict: bool) -> ExitCode:
    if checked.ok and not checked.in_corpus:
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


def _fixed(checked: Check, given: ReferenceFile, target: Path) -> None:
    """Writes the .bib with what is wrong as the library has it; notes what is left to its owner."""
    from service.manuscript import corrected_bib
    from service.render.bibtex import bibtex_value

    wrong = [e for e in checked.bibliography if e.verdict == "wrong" and e.file == str(given.path)]
    known = {e.key: {f.field: bibtex_value(f.field, f.should_be) for f in e.fields if f.should_be} for e in wrong}
    content, without_place = corrected_bib(given.source, known)
    unknown = tuple(f"{e.key}: {f.field}" for e in wrong for f in e.fields if not f.should_be)
    write_file(target, content)
    mended = sum(map(len, known.values())) - len(without_place)
    note(f"{mended} field{'s' * (mended != 1)} corrected in {target}.")
    if left := (*unknown, *without_place):
        note(f"Not corrected: {', '.join(left)}.")

"""Import of several files in which one bad file does not lose the others, and which can be gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from service.error_documents import error_document
from service.errors import SourceError
from service.records import ImportedPaper, ImportReport, Notice, Rejection, Remark, Shelving
from service.review.core import ReviewCore

_BATCH: Final = 500
"""Records between two checkpoints."""


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that could not be read at all."""

    source: str
    error: SourceError


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of every record of every readable file, and the files that were not readable."""

    report: ImportReport
    failures: tuple[FileFailure, ...]
    files_read: int

    def as_document(self, *, verbose: bool = False) -> dict[str, Any]:
        """The report's document; `errors` is there only where some file could not be read."""
        document = self.report.as_document(verbose=verbose)
        if self.failures:
            document["errors"] = [
                {"source": failure.source, **error_document(failure.error)["error"]} for failure in self.failures
            ]
        return document


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far an import of files is: `file` (from 0), how many `records` of it are done, and what came of all.

    `notices` say what became of other papers, which counts once all papers are there.
    """

    file: int = 0
    records: int = 0
    outcome: ImportOutcome = ImportOutcome(ImportReport(0, 0, ()), (), 0)
    notices: tuple[Notice, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """As it is kept; `read` reads it."""
        return {
            "file": self.file,
            "records": self.records,
            "report": asdict(self.outcome.report),
            "failures": [[failure.source, str(failure.error)] for failure in self.outcome.failures],
            "files_read": self.outcome.files_read,
            "notices": [asdict(notice) for notice in self.notices],
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> ImportState:
        """The state that was kept."""
        report = kept["report"]
        known = ImportReport(
            added=report["added"],
            duplicates=report["duplicates"],
            rejected=tuple(Rejection(**rejection) for rejection in report["rejected"]),
            papers=tuple(ImportedPaper(**paper) for paper in report["papers"]),
            remarks=tuple(Remark(**remark) for remark in report["remarks"]),
            without_abstract=report["without_abstract"],
            reasons=report["reasons"],
        )
        failures = tuple(FileFailure(source, SourceError(message)) for source, message in kept["failures"])
        notices = tuple(Notice(**notice) for notice in kept["notices"])
        return cls(kept["file"], kept["records"], ImportOutcome(known, failures, kept["files_read"]), notices)


def import_files(
    review: ReviewCore,
    files: Iterable[tuple[Path, str]],
    *,
    progress: Callable[[int], None] | None = None,
    position: Callable[[int], None] | None = None,
    embed: bool | None = None,
    titles: bool = True,
    form: str | None = None,
    state: ImportState = ImportState(),
    kept: Callable[[ImportState], None] = lambda _: None,
    shelving: Shelving | None = None,
) -> ImportOutcome:
    """Import each `(path, name to report)` by itself; `embed`, `titles`, `form` and `shelving` as for `Review`'s
    `records` and `import_records`.

    Only the `SourceError` of a file is collected, other errors pass. `progress` hears how many records are done,
    `position` how many bytes are read, both over all files. `kept` hears after each batch from where to go on; given
    as `state`, what comes before is not imported again.
    """
    bytes_before = 0
    for number, (path, name) in enumerate(files):
        if number >= state.file:
            state = _import_file(
                review,
                path,
                name,
                state,
                _Import(progress, _after(bytes_before, position), titles, form, kept, shelving),
            )
            kept(state)
        bytes_before += path.stat().st_size if path.is_file() else 0
        if position is not None:
            position(bytes_before)
    said = review.import_records(state.notices, embed=embed)
    return replace(state.outcome, report=ImportReport.together([state.outcome.report, said]))


@dataclass(frozen=True, slots=True)
class _Import:
    progress: Callable[[int], None] | None
    position: Callable[[int], None] | None
    titles: bool
    form: str | None
    kept: Callable[[ImportState], None]
    shelving: Shelving | None


def _import_file(review: ReviewCore, path: Path, name: str, state: ImportState, asked: _Import) -> ImportState:
    """The state after the file, from the records of it on that are not done."""
    outcome, records, notices = state.outcome, state.records, state.notices
    try:
        remaining = iter(review.records(path, position=asked.position, form=asked.form))
        for _ in islice(remaining, records):
            pass
        while page := list(islice(remaining, _BATCH)):
            notices += tuple(record for record in page if isinstance(record, Notice))
            batch = [record for record in page if not isinstance(record, Notice)]
            report = _named(
                review.import_records(batch, embed=False, titles=asked.titles, shelving=asked.shelving), path, name
            )
            outcome = replace(outcome, report=ImportReport.together([outcome.report, report]))
            records += len(page)
            asked.kept(ImportState(state.file, records, outcome, notices))
            if asked.progress is not None:
                asked.progress(outcome.report.total)
    except SourceError as error:
        failure = FileFailure(name, _renamed(error, path, name))
        return ImportState(state.file + 1, 0, replace(outcome, failures=(*outcome.failures, failure)), notices)
    return ImportState(state.file + 1, 0, replace(outcome, files_read=outcome.files_read + 1), notices)


def _after(before: int, position: Callable[[int], None] | None) -> Callable[[int], None] | None:
    """The position in one file, counted from the first file on."""
    return None if position is None else lambda done: position(before + done)


def _named(report: ImportReport, path: Path, name: str) -> ImportReport:
    """The report with the file's own name instead of the path of a temporary copy."""
    if str(path) == name:
        return report
    rejected = tuple(
        Rejection(name if r.source in (str(path), path.name) else r.source, r.line, _without(r.reason, path, name))
        for r in report.rejected
    )
    remarks = tuple(replace(r, source=name if r.source in (str(path), path.name) else r.source) for r in report.remarks)
    return replace(report, rejected=rejected, remarks=remarks)


def _renamed(error: SourceError, path: Path, name: str) -> SourceError:
    return type(error)(_without(str(error), path, name))


def _without(text: str, path: Path, name: str) -> str:
    return text.replace(str(path), name)

"""Import of several files in which one bad file does not lose the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service.api.core import ReviewCore
from service.api.errors import error_document
from service.errors import SourceError
from service.records import ImportedPaper, ImportReport, Rejection, Remark


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


def import_files(
    review: ReviewCore,
    files: Iterable[tuple[Path, str]],
    *,
    progress: Callable[[int], None] | None = None,
    position: Callable[[int], None] | None = None,
    embed: bool | None = None,
    titles: bool = True,
    form: str | None = None,
) -> ImportOutcome:
    """Import each `(path, name to report)` by itself; `embed`, `titles` and `form` as for `Review.import_paths`.

    Only the `SourceError` of a file is collected, other errors pass. `progress` hears how many records are
    done, `position` how many bytes are read, both over all files.
    """
    reports: list[ImportReport] = []
    failures: list[FileFailure] = []
    before = bytes_before = 0
    for path, name in files:
        try:
            report = review.import_paths(
                [path],
                progress=_after(before, progress),
                position=_after(bytes_before, position),
                embed=embed,
                titles=titles,
                form=form,
            )
        except SourceError as error:
            failures.append(FileFailure(name, _renamed(error, path, name)))
            continue
        before += report.total
        bytes_before += path.stat().st_size
        if position is not None:
            position(bytes_before)
        reports.append(_named(report, path, name))
    return ImportOutcome(_merged(reports), tuple(failures), len(reports))


def _after(before: int, progress: Callable[[int], None] | None) -> Callable[[int], None] | None:
    """Progress in one file, counted from the first file on."""
    return None if progress is None else lambda done: progress(before + done)


def _merged(reports: list[ImportReport]) -> ImportReport:
    rejected: list[Rejection] = []
    papers: list[ImportedPaper] = []
    remarks: list[Remark] = []
    for report in reports:
        rejected += report.rejected
        papers += report.papers
        remarks += report.remarks
    return ImportReport(
        added=sum(report.added for report in reports),
        duplicates=sum(report.duplicates for report in reports),
        rejected=tuple(rejected),
        papers=tuple(papers),
        remarks=tuple(remarks),
        without_abstract=sum(report.without_abstract for report in reports),
        reasons=dict(sum((Counter(report.reasons) for report in reports), Counter[str]()).most_common()),
    )


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

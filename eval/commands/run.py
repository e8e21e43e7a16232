"""`eval run`: ask every case, score every answer, print tables; with --out keep the run as a folder."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import cast, get_args

from eval.commands.command import Command, Outlets, bars_over, reported, shown, told_in
from eval.commands.page import write_page
from eval.datasets import corpora, fingerprints
from eval.results.outcome import Results
from eval.runs.folder import write_run
from eval.runs.manifest import Manifest, manifest_of
from eval.runs.suites import Plan, SuiteName, fingerprint_of, plans, run
from service.errors import UsageError


def arguments(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--suite", choices=get_args(SuiteName), default="all", help="default: all")
    what.add_argument("--cases", type=Path, metavar="FILE", help="cases of your own instead of the shipped")
    parser.add_argument("--case", metavar="ID", help="only this case")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the run there; a run cut short is taken up again")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="answers of other runs, and for other runs")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="questions at the same time (default: 1)")
    parser.add_argument("--page", action="store_true", help="with --out: also the report, as report.html and report.md")
    parser.add_argument("--show", action="store_true", help="print each question, its answer and reasons")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 done (whatever the scores), 1 where an answer failed or a record or case doesn't fit."""
    cases, out = cast("Path | None", options.cases), cast("Path | None", options.out)
    if cases is not None and not cases.is_file():
        raise UsageError(f"There is no case file {str(cases)!r}.")
    if options.page and out is None:
        raise UsageError("--page needs --out DIR, where the report goes.")
    planned = plans(cast(SuiteName, options.suite), cases=cases, case_id=cast("str | None", options.case))
    results = measured(planned, options, outlets)
    if out is not None:
        write_run(results, manifest_for(planned, results), out)
    if options.page and out is not None:
        write_page(out, out / "report.html")
    return reported(results, options, outlets)


def measured(planned: tuple[Plan, ...], options: Namespace, outlets: Outlets) -> Results:
    """The results of the plans, with bars, and with what `--workers`, `--cache` and `--out` say."""
    if options.workers < 1:
        raise UsageError("--workers must be at least 1.")
    out = cast("Path | None", options.out)
    with bars_over(outlets.stderr) as bars:
        progress = shown(bars)
        return run(
            planned,
            open_candidate=outlets.open_candidate,
            progress=progress if out is None else told_in(out, progress),
            workers=options.workers,
            shelf=cast("Path | None", options.cache) or out,
        )


def manifest_for(planned: tuple[Plan, ...], results: Results) -> Manifest:
    """The manifest of results that the plans gave."""
    found = {plan.corpus: corpora.files(plan.corpus) for plan in planned}
    prints: dict[str, str] = {name: fingerprints.of_files(files) for name, files in found.items() if files}
    return manifest_of(results, corpora=prints, cases=fingerprint_of(planned))


COMMAND = Command("run", "ask every case and score every answer", arguments, execute)

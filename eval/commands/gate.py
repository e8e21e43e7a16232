"""`eval gate --baseline DIR|FILE ...`: exit 1 when a promise breaks or a measure may have become worse."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import cast

from eval.commands.command import Command, Outlets
from eval.commands.run import manifest_for, measured
from eval.datasets import corpora
from eval.results import report
from eval.runs.folder import Run, read_run, run_of, write_run
from eval.runs.gate import MARGIN, Check, Margins, gate
from eval.runs.suites import plans_of
from service.errors import UsageError


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--baseline",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR|FILE",
        help="a run, or its scores.json; several are held against one after another",
    )
    parser.add_argument("--run", type=Path, metavar="DIR", help="hold this run against it, instead of running now")
    parser.add_argument(
        "--margin",
        action="append",
        default=[],
        metavar="[MEASURE=]X",
        help=f"how much worse a measure may be (default: {MARGIN}); may be given again",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the run there")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="answers of other runs, and for other runs")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="questions at the same time (default: 2)")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 when every baseline passed (or its corpus isn't here, which is said), else 1."""
    margins, baselines = _margins(options.margin), cast("list[Path]", options.baseline)
    if len(baselines) > 1 and options.out is not None:
        raise UsageError("--out keeps the run of one baseline: give them one at a time.")
    return max([_held_against(path, margins, options, outlets) for path in baselines])


def _held_against(path: Path, margins: Margins, options: Namespace, outlets: Outlets) -> int:
    baseline = read_run(path)
    if options.run is not None:
        run: Run | None = read_run(cast(Path, options.run))
    else:
        run = _run_now(baseline, options, outlets)
    if run is None:
        return 0
    checks = gate(baseline, run, margins)
    for check in checks:
        _print_check(check, outlets)
    failed = sum(not c.passed for c in checks)
    verdict = f"gate: {len(checks) - failed} of {len(checks)} checks passed"
    outlets.stdout.print(verdict, style="red" if failed else "green", highlight=False)
    if failed:
        outlets.stdout.print("If the change is meant: python -m eval baseline, and look at its diff.", highlight=False)
    return 1 if failed else 0


def _run_now(baseline: Run, options: Namespace, outlets: Outlets) -> Run | None:
    planned = plans_of(baseline.suites)
    if not planned:
        raise UsageError(f"The baseline holds no suite that can be run: {', '.join(baseline.suites) or 'none at all'}.")
    absent = [plan.corpus for plan in planned if not corpora.files(plan.corpus)]
    if absent:
        outlets.stdout.print(f"gate: skipped: {corpora.absence(absent[0])}", style="yellow", markup=False)
        return None
    results = measured(planned, options, outlets)
    if options.out is not None:
        write_run(results, manifest_for(planned, results), options.out)
    documents = {(s.name, o.id): o.document for s in results.suites for o in s.outcomes if o.document is not None}
    return run_of(report.as_document(results), name="now", answers=documents)


def _print_check(check: Check, outlets: Outlets) -> None:
    word = "ok  " if check.passed else "FAIL"
    place = f"{check.suite}: {check.what}" if check.suite else check.what
    outlets.stdout.print(
        f"{word} {place}: {check.told}", style=None if check.passed else "red", markup=False, highlight=False
    )


def _margins(given: list[str]) -> Margins:
    default, named = MARGIN, dict[str, float]()
    for text in given:
        measure, _, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError as error:
            raise UsageError(f"--margin {text!r}: {number!r} is no number.") from error
        if not value >= 0:
            raise UsageError(f"--margin {text!r}: a margin isn't negative.")
        if measure:
            named[measure] = value
        else:
            default = value
    return Margins(default, named)


COMMAND = Command("gate", "exit 1 when answers became worse than a baseline", arguments, execute)

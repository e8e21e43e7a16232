"""`python -m eval`: score litweave's answers over the shipped cases."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from rich.console import Console
from rich.progress import Progress as Bars

from eval import report
from eval.runner import Open, Progress, SuiteName, plans, run
from eval.solvers import litweave_over
from service.errors import LitweaveError, UsageError

_PIPE_WIDTH = 150  # a table in a file or pipe isn't squeezed into the 80 columns rich would assume


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, read."""

    suite: SuiteName
    cases: Path | None
    case: str | None
    json: bool
    out: Path | None
    show: bool


def main(argv: Sequence[str] | None = None, *, open_candidate: Open = litweave_over) -> int:
    """Run it. Exit code 0 done (whatever the scores), 1 something failed, 2 usage."""
    try:
        options = _options(argv)
    except SystemExit as exit_:  # argparse has already said what is wrong, or printed the help
        return int(exit_.code or 0)
    stderr = Console(stderr=True)
    try:
        return _main(options, open_candidate, stderr)
    except UsageError as error:
        stderr.print(f"eval: {error}", markup=False, soft_wrap=True)
        return 2
    except (LitweaveError, OSError) as error:
        stderr.print(f"eval: {error}", markup=False, soft_wrap=True)
        return 1


def _main(options: Options, open_candidate: Open, stderr: Console) -> int:
    if options.cases is not None and not options.cases.is_file():
        raise UsageError(f"There is no case file {str(options.cases)!r}.")
    planned = plans(options.suite, cases=options.cases, case_id=options.case)
    with Bars(console=stderr, transient=True) as bars:
        results = run(planned, open_candidate=open_candidate, progress=_shown(bars))
    if options.out is not None:
        report.write(results, options.out)
    stdout = Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)
    if options.show:
        report.print_cases(results, stderr if options.json else stdout)
    if options.json:
        print(json.dumps(report.as_document(results), ensure_ascii=False, allow_nan=False))
    else:
        report.print_tables(results, stdout)
    return 0 if results.ok else 1


def _shown(bars: Bars) -> Progress:
    """One bar a corpus or suite; starting the next ends the one before."""
    task = bars.add_task("starting", total=None)

    def start(description: str, total: int | None) -> None:
        nonlocal task
        bars.update(task, visible=False)
        task = bars.add_task(description, total=total)

    return Progress(
        on_corpus=lambda corpus: start(f"importing {corpus}", None),
        on_suite=start,
        on_case=lambda _: bars.advance(task),
    )


def _options(argv: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--suite", choices=get_args(SuiteName), default="all", help="default: all")
    what.add_argument("--cases", type=Path, metavar="FILE", help="cases of your own instead of the shipped")
    parser.add_argument("--case", metavar="ID", help="only this case")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write answers.jsonl and scores.json there")
    parser.add_argument("--show", action="store_true", help="print each question, its answer and reasons")
    read = parser.parse_args(argv)
    return Options(
        cast(SuiteName, read.suite),
        cast("Path | None", read.cases),
        cast("str | None", read.case),
        bool(read.json),
        cast("Path | None", read.out),
        bool(read.show),
    )


if __name__ == "__main__":
    sys.exit(main())

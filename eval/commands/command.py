"""What a subcommand is, and what all of them are given."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from rich.console import Console
from rich.progress import Progress as Bars

from eval.results import report
from eval.results.outcome import Results
from eval.runs.suites import Open, Progress
from service.diskspace import write_atomically

PIPE_WIDTH = 150  # a table in a file or pipe isn't squeezed into the 80 columns rich would assume


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where a command writes, and how it opens what it evaluates."""

    stderr: Console
    open_candidate: Open

    @property
    def stdout(self) -> Console:
        return Console() if sys.stdout.isatty() else Console(width=PIPE_WIDTH)


@dataclass(frozen=True, slots=True)
class Command:
    """A name, one line of help, its arguments, and the function that does it and returns the exit code."""

    name: str
    summary: str
    arguments: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace, Outlets], int]


def reported(results: Results, options: Namespace, outlets: Outlets) -> int:
    """Print the results as `--show` and `--json` say; the exit code, 1 where an answer failed."""
    if options.show:
        report.print_cases(results, outlets.stderr if options.json else outlets.stdout)
    if options.json:
        print(json.dumps(report.as_document(results), ensure_ascii=False, allow_nan=False))
    else:
        report.print_tables(results, outlets.stdout)
    return 0 if results.ok else 1


def bars_over(console: Console) -> Bars:
    """Progress bars that leave nothing behind."""
    return Bars(console=console, transient=True)


def shown(bars: Bars) -> Progress:
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


def told_in(folder: Path, beside: Progress) -> Progress:
    """Progress that also stands in `folder/progress.json`: the suite, and how many of its questions were asked."""
    lock = Lock()
    asked, total, suite = 0, 0, ""

    def write() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "progress.json", json.dumps({"suite": suite, "asked": asked, "total": total}))

    def on_suite(name: str, of: int) -> None:
        nonlocal asked, total, suite
        with lock:
            asked, total, suite = 0, of, name
            write()
        beside.on_suite(name, of)

    def on_case(case_id: str) -> None:
        nonlocal asked
        with lock:
            asked += 1
            write()
        beside.on_case(case_id)

    return Progress(on_corpus=beside.on_corpus, on_suite=on_suite, on_case=on_case)

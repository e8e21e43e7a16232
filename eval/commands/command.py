"""What a subcommand is, and what all of them are given."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress as Bars

from eval.runner import Open, Progress

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

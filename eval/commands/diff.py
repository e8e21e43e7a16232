"""`eval diff A B`: what changed from one run to another, overall, by kind and case by case."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.commands.command import Command, Outlets
from eval.runs.compare import Change, Comparison, RunDifference, compare
from eval.runs.folder import Run, read_run

_CAUTIONS = ("cases", "settings", "seed")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("before", type=Path, metavar="A", help="a run's folder, or its scores.json")
    parser.add_argument("after", type=Path, metavar="B", help="the same, later")
    parser.add_argument("--all", action="store_true", help="also measures in which nothing changed")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0, whatever changed: `eval gate` is what fails."""
    before, after = read_run(options.before), read_run(options.after)
    difference = compare(before, after)
    _cautions(before, after, outlets.stdout)
    print_difference(difference, outlets.stdout, everything=options.all)
    return 0


def print_difference(difference: RunDifference, console: Console, *, everything: bool = False) -> None:
    """A table a suite, then every changed case, the worse ones first."""
    chosen = [c for c in difference.comparisons if everything or c.difference.changed]
    for suite in dict.fromkeys(c.suite for c in chosen):
        console.print(_table(suite, [c for c in chosen if c.suite == suite]))
    if not chosen:
        console.print("no score changed")
    for change in sorted(difference.changes, key=lambda c: -len(c.worse)):
        _print_change(change, console)
    for heading, names in (("gone", difference.gone), ("new", difference.new), ("reworded", difference.reworded)):
        if names:
            console.print(f"{heading}: {', '.join(names)}", markup=False, style="yellow")


def _table(suite: str, comparisons: list[Comparison]) -> Table:
    table = Table(title=f"{suite}: after minus before", title_justify="left")
    for heading in ("measure", "before", "after", "difference", "95%", "changed", "p", "McNemar", "kinds (p by Holm)"):
        table.add_column(heading, justify="left" if heading in ("measure", "kinds (p by Holm)") else "right")
    for c in comparisons:
        d = c.difference
        interval = "-" if d.low is None or d.high is None else f"{d.low:+.3f}..{d.high:+.3f}"
        moved = [f"{k} {x.mean:+.3f} ({p:.2f})" for k, (x, p) in c.kinds.items() if x.changed and p is not None]
        table.add_row(
            c.measure,
            _figure(c.before),
            _figure(c.after),
            "-" if d.mean is None else f"{d.mean:+.3f}",
            interval,
            f"{d.changed}/{d.n}",
            _figure(d.p),
            _figure(c.p_binary),
            ", ".join(moved),
        )
    return table


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _print_change(change: Change, console: Console) -> None:
    case = change.after
    console.print(f"\n{case.suite}: {case.id} ({case.kind}) {case.question}", markup=False, style="bold")
    for name, (before, after) in change.scores.items():
        style = "red" if name in change.worse else None
        console.print(f"  {name}: {_figure(before)} -> {_figure(after)}", markup=False, style=style)
    for line in change.why:
        console.print(f"    {line}", markup=False, highlight=False)


def _cautions(before: Run, after: Run, console: Console) -> None:
    if before.manifest is None or after.manifest is None:
        return
    first, second = before.manifest, after.manifest
    for name in _CAUTIONS:
        if getattr(first, name) != getattr(second, name):
            console.print(f"note: the runs differ in their {name}", style="yellow")
    for corpus in first.corpora.keys() & second.corpora.keys():
        if first.corpora[corpus] != second.corpora[corpus]:
            console.print(f"note: the corpus {corpus} isn't the same in both", style="yellow", markup=False)


COMMAND = Command("diff", "what changed from run A to run B, and why", arguments, execute)

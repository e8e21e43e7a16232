"""`eval power`: how many cases it takes to see a difference between two runs."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from statistics import stdev

from rich.table import Table

from eval.commands.command import Command, Outlets
from eval.runs.folder import Run, read_run
from eval.stats import cases_needed, cases_needed_binary, smallest_difference
from service.errors import UsageError

_SD = 0.3  # of per-question differences, where no two runs say


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--difference", type=float, default=0.05, metavar="D", help="mean difference (default: 0.05)")
    parser.add_argument("--sd", type=float, metavar="S", help=f"of per-question differences (default: {_SD})")
    parser.add_argument("--flips", type=float, metavar="P", help="for 0/1 scores: share of the cases that flip")
    parser.add_argument("--power", type=float, default=0.8, help="default: 0.8")
    parser.add_argument("--alpha", type=float, default=0.05, help="default: 0.05")
    parser.add_argument(
        "--runs", type=Path, nargs=2, metavar=("A", "B"), help="take the spread of each measure from two runs"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0; 2 for figures that make no sense."""
    try:
        rows = _rows(options)
    except ValueError as error:
        raise UsageError(f"eval power: {error}") from error
    if options.json:
        print(json.dumps({"difference": options.difference, "power": options.power, "measures": rows}))
        return 0
    table = Table(title=f"cases to see {options.difference:+g} with power {options.power:g}", title_justify="left")
    for heading in ("measure", "sd", "cases needed", "cases now", "they show"):
        table.add_column(heading, justify="left" if heading == "measure" else "right")
    for row in rows:
        table.add_row(*("-" if v is None else f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()))
    outlets.stdout.print(table)
    return 0


def _rows(options: Namespace) -> list[dict[str, float | int | str | None]]:
    reach = {"power": options.power, "alpha": options.alpha}
    if options.flips is not None:
        needed = cases_needed_binary(options.difference, options.flips, **reach)
        return [_row(f"0/1 score, {options.flips:g} flip", None, needed, None, None)]
    if options.runs is None:
        sd = _SD if options.sd is None else options.sd
        return [_row("any", sd, cases_needed(options.difference, sd, **reach), None, None)]
    before, after = (read_run(p) for p in options.runs)
    rows = []
    for measure, deltas in _deltas(before, after).items():
        sd = stdev(deltas) if len(deltas) > 1 else 0.0
        shown = smallest_difference(len(deltas), sd, **reach)
        enough = cases_needed(options.difference, sd, **reach) if sd else None
        rows.append(_row(measure, sd, enough, len(deltas), shown))
    return rows


def _row(
    measure: str, sd: float | None, needed: int | None, now: int | None, shown: float | None
) -> dict[str, float | int | str | None]:
    return {"measure": measure, "sd": sd, "needed": needed, "now": now, "shown": shown}


def _deltas(before: Run, after: Run) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for key, case in before.cases.items():
        other = after.cases.get(key)
        for measure, old in case.scores.items() if other else ():
            new = other.scores.get(measure) if other else None
            if old is not None and new is not None:
                found.setdefault(f"{case.suite}: {measure}", []).append(new - old)
    return {m: d for m, d in found.items() if d}


COMMAND = Command("power", "how many cases it takes to see a difference", arguments, execute)

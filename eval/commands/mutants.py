"""`eval mutants`: what the scores see of seeded corruptions of recorded answers, and what they cry wolf over."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from eval.commands.baseline import BASELINES
from eval.commands.command import Command, Outlets
from eval.datasets import corpora
from eval.mutants import Tally, mutate_run, tallies
from eval.runs.folder import read_run
from eval.runs.lazy_candidate import shelved
from eval.runs.manifest import RunError
from eval.runs.suites import plans_of
from eval.stats import SEED

_DEFAULT = BASELINES / "extractive" / "sample"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--run", type=Path, default=_DEFAULT, metavar="DIR", help="default: the committed baseline")
    parser.add_argument("--suite", default="sample", choices=("sample", "listings"), help="default: sample")
    parser.add_argument("--seeds", type=int, default=2, metavar="N", help="mutants a class and answer (default: 2)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="papers of other runs, so that none are imported")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0, whatever the rates; 1 where the run holds no answers."""
    run = read_run(options.run)
    answers = {i: c.document for i, c in run.of(options.suite).items() if c.document is not None}
    if not answers:
        raise RunError(
            f"{options.run.name!r} holds no answers to {options.suite!r}; make it with `eval run --out DIR`."
        )
    plan = plans_of([options.suite])[0]
    with shelved(outlets.open_candidate, corpora.files(plan.corpus), options.cache) as candidate:
        fates = mutate_run(answers, plan.cases, candidate.papers, seeds=options.seeds)
    found = tallies(fates)
    corrupted, controls = [f for f in fates if not f.control], [f for f in fates if f.control]
    killed, alarmed = sum(bool(f.worse) for f in corrupted), sum(bool(f.worse) for f in controls)
    if options.json:
        rates = {"mutants": len(corrupted), "killed": killed, "controls": len(controls), "false_alarms": alarmed}
        print(json.dumps({**rates, "seed": SEED, "classes": [asdict(t) for t in found]}, ensure_ascii=False))
        return 0
    outlets.stdout.print(_table(found))
    outlets.stdout.print(
        f"{len(corrupted)} mutants, {killed} killed ({_share(killed, len(corrupted))}); "
        f"{len(controls)} controls, {alarmed} false alarms ({_share(alarmed, len(controls))})",
        highlight=False,
    )
    return 0


def _table(found: tuple[Tally, ...]) -> Table:
    table = Table(title="seen: kill rate of corruptions, false alarms of controls", title_justify="left")
    for heading in ("class", "mutants", "seen", "95% over cases", "by"):
        table.add_column(heading, justify="right" if heading in ("mutants", "seen") else "left")
    for t in found:
        interval = "-" if t.seen.low is None else f"{t.seen.low:.3f}..{t.seen.high:.3f}"
        mean = "-" if t.seen.mean is None else f"{t.seen.mean:.3f}"
        by = ", ".join(f"{name} {n}" for name, n in list(t.by.items())[:4])
        table.add_row(f"{t.mutation} (control)" if t.control else t.mutation, str(t.mutants), mean, interval, by)
    return table


def _share(part: int, of: int) -> str:
    return f"{part / of:.1%}" if of else "-"


COMMAND = Command("mutants", "what the scores see of corrupted answers", arguments, execute)

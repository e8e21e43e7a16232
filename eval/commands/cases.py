"""`eval cases`: how many cases there are of each kind, in which suite, and over which papers."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import get_args

from rich.table import Table

from eval.commands.command import Command, Outlets
from eval.datasets.cases import Kind, read_cases, read_paraphrases, shipped


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="case files (default: those shipped)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0; 1 where a file can't be trusted, with file:line."""
    cases = read_cases(options.files or shipped(paraphrases=False))
    lookups = () if options.files else read_paraphrases(shipped(paraphrases=True))
    counts = Counter((c.reported_in, str(c.kind)) for c in cases)
    suites = {c.reported_in: c.corpus for c in cases}
    if options.json:
        by_suite = {s: {k: counts[s, k] for k in get_args(Kind) if counts[s, k]} for s in suites}
        print(json.dumps({"cases": len(cases), "suites": by_suite, "paraphrases": len(lookups)}))
        return 0
    table = Table(title=f"{len(cases)} cases, and {len(lookups)} paraphrases for search", title_justify="left")
    table.add_column("kind")
    for suite, corpus in suites.items():
        table.add_column(suite if suite == corpus else f"{suite} (over {corpus})", justify="right")
    table.add_column("all", justify="right")
    for kind in get_args(Kind):
        found = [counts[suite, kind] for suite in suites]
        table.add_row(kind, *(str(n) if n else "" for n in found), str(sum(found)))
    table.add_row("all", *(str(sum(counts[s, k] for k in get_args(Kind))) for s in suites), str(len(cases)))
    outlets.stdout.print(table)
    return 0


COMMAND = Command("cases", "how many cases there are of each kind", arguments, execute)

"""`eval robust`: the same questions with other papers beside the corpus, and in another order of import."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import cast

from eval.commands.command import Command, Outlets, bars_over, reported, shown
from eval.datasets import corpora
from eval.datasets.cases import CorpusName
from eval.results.outcome import Results, SuiteResult
from eval.runs.suites import plans_of
from eval.tasks.answering import evaluate
from eval.tasks.robustness import robustness, variants
from service.errors import UsageError


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--corpus", choices=("sample", "listings"), default="sample", help="default: sample")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth case (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--show", action="store_true", help="print each question and what changed")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="questions at the same time (default: 1)")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 done, 1 where an answer failed."""
    if options.every < 1 or options.workers < 1:
        raise UsageError("--every and --workers must be at least 1.")
    corpus = cast(CorpusName, options.corpus)
    files = corpora.files(corpus)
    if not files:
        outlets.stdout.print(f"skipped: {corpora.absence(corpus)}", style="yellow", markup=False)
        return 0
    cases = plans_of([corpus])[0].cases[:: options.every]
    with tempfile.TemporaryDirectory(prefix="litweave-variants-") as folder, bars_over(outlets.stderr) as bars:
        progress = shown(bars)
        done: dict[str, SuiteResult] = {}
        for name, chosen in {"plain": files, **variants(files, Path(folder))}.items():
            progress.on_corpus(name)
            with outlets.open_candidate(chosen) as candidate:
                progress.on_suite(name, len(cases))
                done[name] = evaluate(
                    name,
                    cases,
                    candidate.solve,
                    candidate.papers,
                    on_case=progress.on_case,
                    workers=options.workers,
                )
    plain = done.pop("plain")
    results = Results((robustness(f"robustness/{corpus}", plain, done),))
    return reported(results, options, outlets)


COMMAND = Command("robust", "do scores hold with other papers beside, or in other order", arguments, execute)

"""`eval baseline`: make the committed baselines anew. Look at their diff before committing it."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import cast

from eval.commands.command import Command, Outlets
from eval.commands.diff import print_difference
from eval.commands.run import manifest_for, measured
from eval.datasets import corpora
from eval.results import report
from eval.results.outcome import Outcome, Results, SuiteResult
from eval.runs.compare import compare
from eval.runs.folder import ANSWERS, read_run, write_run
from eval.runs.manifest import RunError
from eval.runs.suites import Plan, plans_of
from eval.scorers import Score

BASELINES = Path(__file__).resolve().parents[1] / "baselines"
SETS: dict[str, tuple[str, ...]] = {
    "sample": ("sample", "paraphrases/sample"),
    "poisoned": ("poisoned",),
    "crowded": ("crowded",),
    "listings": ("listings", "paraphrases/listings"),
}
_SCORES_ONLY = "listings"  # answers over real abstracts quote them, and they never enter the repository


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--set", choices=[*SETS, "all"], default="all", help="default: all that can be run here")
    parser.add_argument("--into", type=Path, default=BASELINES / "extractive", metavar="DIR", help="where they go")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="answers of other runs, and for other runs")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="questions at the same time (default: 2)")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 1 where a run isn't whole: such a run is no baseline, and nothing is written."""
    options.out = None
    for name, suites in SETS.items():
        if options.set not in (name, "all"):
            continue
        planned = plans_of(suites)
        absent = [p.corpus for p in planned if not corpora.files(p.corpus)]
        if absent:
            outlets.stdout.print(f"skipped: {name}: {corpora.absence(absent[0])}", style="yellow", markup=False)
            continue
        results = measured(planned, options, outlets)
        if not results.ok:
            report.print_tables(results, outlets.stdout)
            outlets.stderr.print(f"eval: the run over {name} isn't whole, so it is no baseline", style="red")
            return 1
        _replace(cast(Path, options.into) / name, planned, results, outlets)
    return 0


def _replace(folder: Path, planned: tuple[Plan, ...], results: Results, outlets: Outlets) -> None:
    try:
        before = read_run(folder)
    except RunError:
        before = None  # the first of its name
    kept = Results(tuple(_timeless(s) for s in results.suites))
    if folder.name == _SCORES_ONLY:
        kept = Results(tuple(_figures(s) for s in kept.suites))
    write_run(kept, manifest_for(planned, results), folder)
    if folder.name == _SCORES_ONLY:
        (folder / ANSWERS).unlink()
    outlets.stdout.print(f"written: {folder.name}", highlight=False)
    if before is not None:
        print_difference(compare(before, read_run(folder)), outlets.stdout)


def _timeless(suite: SuiteResult) -> SuiteResult:
    """Without what differs from run to run though nothing has changed."""

    def still(outcome: Outcome) -> Outcome:
        document = outcome.document
        if document is None or "elapsed_ms" not in document:
            return outcome
        return replace(outcome, document=json.loads(json.dumps({**document, "elapsed_ms": 0})))

    return replace(suite, outcomes=tuple(still(o) for o in suite.outcomes))


def _figures(suite: SuiteResult) -> SuiteResult:
    """The values alone: reasons quote answers, and answers quote abstracts."""

    def bare(outcome: Outcome) -> Outcome:
        scores = {name: Score(score.value) for name, score in outcome.scores.items()}
        return replace(outcome, scores=scores, document=None)

    return replace(suite, outcomes=tuple(bare(o) for o in suite.outcomes))


COMMAND = Command("baseline", "make the committed baselines anew", arguments, execute)

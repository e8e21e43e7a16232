"""`eval judge`: scores that a model judges, each with that judge's agreement with people beside it."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from eval.commands.baseline import BASELINES
from eval.commands.command import Command, Outlets
from eval.datasets import corpora
from eval.datasets.cases import Case
from eval.judges import JUDGED, Calibration, Judge, LexicalModel, calibrate, judge_answer
from eval.judges.scores import as_text, prefer
from eval.runs.folder import Run, read_run
from eval.runs.lazy_candidate import shelved
from eval.runs.manifest import RunError
from eval.runs.suites import plans_of
from eval.scorers import Score, StoredPaper
from eval.stats import Summary, summarise
from service.errors import UsageError

OUT = "judged.json"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--run", type=Path, default=BASELINES / "extractive" / "sample", metavar="DIR")
    parser.add_argument("--suite", default="sample", choices=("sample", "listings", "poisoned"), help="default: sample")
    parser.add_argument("--against", type=Path, metavar="DIR", help="another run: which answers are preferred?")
    parser.add_argument(
        "--model",
        choices=("lexical", "configured"),
        default="lexical",
        help="lexical: word overlap, no model; configured: LITWEAVE_MODEL (default: lexical)",
    )
    parser.add_argument("--calibrate", type=int, default=200, metavar="N", help="claims of each labelled set")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth case (default: all)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="questions at the same time (default: 1)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="papers of other runs, so that none are imported")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 done; 1 where the run holds no answers or the model can't be used. Writes judged.json to it."""
    if options.every < 1 or options.workers < 1 or options.calibrate < 0:
        raise UsageError("--every and --workers must be at least 1, --calibrate at least 0.")
    run = read_run(options.run)
    plan = plans_of([options.suite])[0]
    cases = [c for c in plan.cases[:: options.every] if run.cases.get((options.suite, c.id))]
    if not any(run.cases[options.suite, c.id].document for c in cases):
        raise RunError(f"{options.run.name!r} holds no answers to {options.suite!r}; make one: `eval run --out DIR`.")
    with (
        shelved(outlets.open_candidate, corpora.files(plan.corpus), options.cache) as candidate,
        _judge(options.model) as judge,
    ):
        calibrations = calibrate(judge, most=options.calibrate, workers=options.workers)
        scores = _scores(judge, run, options.suite, cases, candidate.papers, options.workers)
        other = None if options.against is None else read_run(options.against)
        preferences = None if other is None else _preferences(judge, run, other, options.suite, cases)
    document = _document(judge, calibrations, scores, preferences)
    if BASELINES not in options.run.resolve().parents:  # baselines are made by one command, not by this one
        (options.run / OUT).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps(document, ensure_ascii=False))
        return 0
    _print(judge, calibrations, scores, preferences, outlets)
    return 0


@contextmanager
def _judge(name: str) -> Iterator[Judge]:
    if name == "lexical":
        yield Judge(LexicalModel())
        return
    from service.llm import Models
    from service.settings import Settings

    with tempfile.TemporaryDirectory(prefix="litweave-judge-") as folder:
        models = Models(Settings(), Path(folder))
        try:
            request = models.request(use_cache=False)
            if request is None:
                raise UsageError("No model is configured: set LITWEAVE_MODEL, or judge with --model lexical.")
            yield Judge(request.model)
        finally:
            models.close()


def _scores(
    judge: Judge, run: Run, suite: str, cases: Sequence[Case], papers: Mapping[str, StoredPaper], workers: int
) -> dict[str, dict[str, Score]]:
    def judged(case: Case) -> dict[str, Score]:
        answer = run.cases[suite, case.id].answer()
        return {} if answer is None else judge_answer(judge, case, answer, papers)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        return dict(zip((c.id for c in cases), pool.map(judged, cases), strict=True))


def _preferences(judge: Judge, run: Run, other: Run, suite: str, cases: Sequence[Case]) -> Summary:
    found = []
    for case in cases:
        answers = [r.cases[suite, case.id].answer() if (suite, case.id) in r.cases else None for r in (run, other)]
        one, two = answers
        found.append(None if one is None or two is None else prefer(judge, case.question, as_text(one), as_text(two)))
    return summarise(found)


def _summaries(scores: Mapping[str, Mapping[str, Score]]) -> dict[str, Summary]:
    return {name: summarise([s[name].value if name in s else None for s in scores.values()]) for name in JUDGED}


def _document(
    judge: Judge,
    calibrations: Sequence[Calibration],
    scores: Mapping[str, Mapping[str, Score]],
    preferences: Summary | None,
) -> dict[str, object]:
    return {
        "judge": judge.model.name,
        "prompt_versions": judge.prompt_versions,
        "asked": judge.asked,
        "unreadable": judge.unreadable,
        "tokens": judge.tokens,
        "cost_usd": judge.cost_usd,
        "calibration": [{"set": c.name, "labels": c.labels, **asdict(c.agreement)} for c in calibrations],
        "scores": {name: asdict(s) for name, s in _summaries(scores).items()},
        "preference": None if preferences is None else asdict(preferences),
        "cases": {i: {n: {"value": s.value, "reasons": s.reasons} for n, s in of.items()} for i, of in scores.items()},
    }


def _print(
    judge: Judge,
    calibrations: Sequence[Calibration],
    scores: Mapping[str, Mapping[str, Score]],
    preferences: Summary | None,
    outlets: Outlets,
) -> None:
    kappas = "; ".join(f"{c.name} κ {_figure(c.agreement.kappa)} α {_figure(c.agreement.alpha)}" for c in calibrations)
    table = Table(title=f"judged by {judge.model.name}", title_justify="left")
    for heading in ("measure", "mean", "95%", "n", "agreement of this judge with people"):
        table.add_column(heading, justify="right" if heading in ("mean", "n") else "left")
    rows = dict(_summaries(scores))
    if preferences is not None:
        rows["preferred to the other run"] = preferences
    for name, s in rows.items():
        interval = "-" if s.low is None else f"{s.low:.3f}..{s.high:.3f}"
        table.add_row(name, _figure(s.mean), interval, f"{s.n}/{s.n + s.unscored}", kappas or "no labelled set here")
    outlets.stdout.print(table)
    for c in calibrations:
        a = c.agreement
        bounds = "" if a.low is None else f" ({a.low:.2f}..{a.high:.2f})"
        told = f"{c.name}: κ {_figure(a.kappa)}{bounds}, α {_figure(a.alpha)}, accuracy {_figure(a.accuracy)}"
        outlets.stdout.print(f"{told}, {a.n} claims, {a.unscored} unreadable", highlight=False)
    outlets.stdout.print(
        f"{judge.asked} verdicts, {judge.unreadable} unreadable, {judge.tokens} tokens, ${judge.cost_usd:.4f}",
        highlight=False,
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


COMMAND = Command("judge", "scores judged by a model, with its agreement with people", arguments, execute)

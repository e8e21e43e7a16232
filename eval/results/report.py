"""Results as a JSON document, as a table for the terminal, and case by case."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.documents.reading import MalformedDocument, read_answer
from eval.results.outcome import Outcome, Results, SuiteResult
from eval.stats import LEVEL, RESAMPLES, SEED, Summary

_ARROWS = {"higher": "↑", "lower": "↓", "neither": " "}


def as_document(results: Results) -> dict[str, object]:
    """The JSON document of an evaluation. An unscored value is null."""
    return {
        "ok": results.ok,
        "suites": [_suite(s) for s in results.suites],
        "problems": list(results.problems),
        "skipped": [asdict(s) for s in results.skipped],
        "bootstrap": {"level": LEVEL, "resamples": RESAMPLES, "seed": SEED, "unit": "question"},
    }


def write(results: Results, folder: Path) -> None:
    """`answers.jsonl` (every document as it came, with suite and case id) and `scores.json` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "answers.jsonl").open("w", encoding="utf-8") as file:
        for suite in results.suites:
            for o in suite.outcomes:
                row = {"suite": suite.name, "id": o.id, "failure": o.failure, "document": o.document}
                file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
    scores = json.dumps(as_document(results), ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "scores.json").write_text(scores + "\n", encoding="utf-8")


def print_tables(results: Results, console: Console) -> None:
    """One table a suite: the overall mean with its interval and n, then the mean of each kind."""
    for suite in results.suites:
        console.print(_table(suite))
        for outcome in suite.failed:
            console.print(f"failed: {outcome.id}: {outcome.failure}", markup=False, style="red")
        for problem in suite.problems:
            console.print(f"problem: {problem}", markup=False, style="red")
    for problem in results.problems:
        console.print(f"problem: {problem}", markup=False, style="red")
    for skipped in results.skipped:
        console.print(f"skipped: {skipped.suite}: {skipped.reason}", markup=False, style="yellow")


def print_cases(results: Results, console: Console) -> None:
    """Every case: the question, the answer's sentences, and what cost points."""
    for suite in results.suites:
        for outcome in suite.outcomes:
            _print_case(outcome, console)


def _suite(suite: SuiteResult) -> dict[str, object]:
    return {
        "suite": suite.name,
        "questions": len(suite.outcomes),
        "answered": suite.answered,
        "failed": len(suite.failed),
        "problems": list(suite.problems),
        "better": dict(suite.better),
        "overall": {m: asdict(suite.summary(m)) for m in suite.better},
        "by_kind": {k: {m: asdict(suite.summary(m, kind=k)) for m in suite.better} for k in suite.kinds},
        "cases": [_case(o) for o in suite.outcomes],
    }


def _case(outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.id,
        "kind": outcome.kind,
        "question": outcome.question,
        "answered": outcome.answered,
        "failure": outcome.failure,
        "scores": {name: score.value for name, score in outcome.scores.items()},
        "reasons": {name: list(score.reasons) for name, score in outcome.scores.items() if score.reasons},
    }


def _table(suite: SuiteResult) -> Table:
    counts = f"{len(suite.outcomes)} questions, {suite.answered} answered, {len(suite.failed)} failed"
    table = Table(title=f"{suite.name}: {counts}", title_justify="left")
    table.add_column("measure", no_wrap=True)
    for heading in ("mean", "95%", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    kinds = suite.kinds if len(suite.kinds) > 1 else ()
    for kind in kinds:
        table.add_column(kind, justify="right")
    for measure, better in suite.better.items():
        overall = suite.summary(measure)
        by_kind = [_mean_n(suite.summary(measure, kind=k)) for k in kinds]
        cells = (_number(overall.mean), _interval(overall), f"{overall.n}/{overall.n + overall.unscored}")
        table.add_row(f"{_ARROWS[better]} {measure}", *cells, *by_kind)
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}" if value < 10 else f"{value:.0f}"


def _interval(summary: Summary) -> str:
    return "-" if summary.low is None else f"{_number(summary.low)}..{_number(summary.high)}"


def _mean_n(summary: Summary) -> str:
    return "-" if summary.mean is None else f"{_number(summary.mean)} ({summary.n})"


def _print_case(outcome: Outcome, console: Console) -> None:
    console.print(f"\n[bold]{escape(outcome.id)}[/bold] ({outcome.kind}) {escape(outcome.question)}")
    if outcome.failure:
        console.print(f"  failed: {outcome.failure}", markup=False)
    for line in _lines(outcome):
        console.print(f"  {line}", markup=False, highlight=False)
    for name, score in outcome.scores.items():
        for reason in score.reasons:
            console.print(f"    {name}: {reason}", markup=False, highlight=False, style="yellow")


def _lines(outcome: Outcome) -> list[str]:
    if outcome.document is None or "hits" in outcome.document:
        return []
    try:
        answer = read_answer(outcome.document)
    except MalformedDocument:
        return []
    lines = [f"status: {answer.status}", *(f"missing: {m}" for m in answer.missing)]
    for s in answer.body:
        labels = "".join(f" [{c.label}]" for c in s.citations)
        lines.append(f"{'-' if s.kind == 'claim' else '·'} {s.text}{labels}")
    return lines + [f"[{r.label}] {r.title}" for r in answer.references]

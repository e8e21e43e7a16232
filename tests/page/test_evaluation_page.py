"""Evaluate: what is missing, runs with their scores, two of them case by case."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from page_reader import Page
from page_server import serving
from scripted_review import ScriptedReview

from service.api import create_app
from service.error_documents import described
from service.jobs import JobRunner, SqliteJobs
from service.tasks.evaluations import EvaluationRuns

FIRST, SECOND = "20250101-000000-sample-000001", "20250102-000000-sample-000002"


def score(mean: float) -> dict[str, Any]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 2}


def kept(folder: Path, run_id: str, recall: float) -> None:
    """A run that is done: two questions, of which the first has this recall."""
    (folder / run_id).mkdir(parents=True)
    record = {"id": run_id, "suite": "sample", "status": "done", "started": f"2025-01-0{run_id[-1]}T00:00:00+00:00"}
    case = {"kind": "fact", "answered": True, "failure": None, "reasons": {"gold_recall": [f"found {recall:.0%} <b>"]}}
    cases = [
        {"id": "q1", "question": "What is <HYBNEXT>?", "scores": {"gold_recall": recall}, **case},
        {"id": "q2", "question": "The same?", "scores": {"gold_recall": 1.0}, **case},
    ]
    suite = {"suite": "sample", "questions": 2, "overall": {"gold_recall": score(recall)}, "cases": cases}
    (folder / run_id / "record.json").write_text(json.dumps(record))
    (folder / run_id / "scores.json").write_text(json.dumps({"suites": [suite]}))
    (folder / run_id / "report.html").write_text("<p>report</p>")


@pytest.fixture
def runs(tmp_path: Path) -> EvaluationRuns:
    kept(tmp_path, FIRST, 0.5)
    kept(tmp_path, SECOND, 0.75)
    return EvaluationRuns(tmp_path, tmp_path, JobRunner(SqliteJobs(None), described))


def test_two_runs_are_set_side_by_side(runs: EvaluationRuns, visit: Callable[[str], Page]) -> None:
    """Means with intervals, then only the question whose score differs, with the reasons."""
    with serving(create_app(ScriptedReview(), evaluations=runs)) as base:
        page = visit(base)
        page.open("/evaluate")
        page.says("table", "0.75\n0.65 to 0.85")
        page.one(f'input[name="a"][value="{FIRST}"]').click()
        page.one(f'input[name="b"][value="{SECOND}"]').click()
        page.one("#runs button").click()
        page.says("main", "1 question with other scores")
        page.says("main", "gold recall: 0.50 → 0.75 found 50% <b>; found 75% <b>")
        assert "The same?" not in page.text("main")
        page.browser.back()
        page.until(lambda: "other scores" not in page.text("main"), "the list alone")


def test_what_a_run_came_to_is_taken_away(runs: EvaluationRuns, visit: Callable[[str], Page]) -> None:
    """The report is fetched, not linked: a key goes with it; markup in a question is text."""
    with serving(create_app(ScriptedReview(), evaluations=runs)) as base:
        page = visit(base)
        page.open(f"/evaluate?a={FIRST}&b=none")
        page.says("table", "2025-01-01 00:00")
        assert "other scores" not in page.text("main")
        page.run("[...document.querySelectorAll('td button')].find((b) => b.innerText === 'Report').click()")
        assert page.downloaded_like(".html") == b"<p>report</p>"
        page.open(f"/evaluate?a={FIRST}&b={SECOND}")
        page.says("main", "What is <HYBNEXT>?")


def test_a_run_is_started_watched_and_cancelled(tmp_path: Path, visit: Callable[[str], Page]) -> None:
    """Its state is shown until it ends, and none is started meanwhile."""
    with (
        closing(JobRunner(SqliteJobs(None), described)) as jobs,
        nullcontext(EvaluationRuns(tmp_path / "runs", Path(__file__).resolve().parents[2], jobs)) as runs,
        serving(create_app(ScriptedReview(), evaluations=runs)) as base,
    ):
        page = visit(base)
        page.open("/evaluate")
        page.says("#result", "Nothing has been evaluated yet.")
        page.one("#start button").click()
        page.until(lambda: page.all("#result td button"), "the run")
        assert not page.one("#start button").is_enabled()
        page.run("document.querySelector('#result td button').click()")
        page.says("#result td", "cancelled")
        page.until(lambda: page.one("#start button").is_enabled(), "another may be started")


def test_without_evaluations_the_page_says_what_they_need(visit: Callable[[str], Page]) -> None:
    with serving(create_app(ScriptedReview())) as base:
        page = visit(base)
        page.open("/evaluate")
        page.says("#result .notice", "needs a checkout")

"""/v1/evaluations: runs in the background, one at a time, kept as folders."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from scripted_review import ScriptedReview

from eval.runs.suites import SuiteName
from service.api import create_app
from service.error_documents import described
from service.errors import UsageError
from service.jobs import JobRunner, SqliteJobs
from service.tasks.evaluations import _KEPT, SUITES, EvaluationRunning, EvaluationRuns

_DEADLINE_S = 300.0


_HEAD = """
import json, pathlib, sys, time
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
def tell(asked):
    (out / "new").write_text(json.dumps({"suite": "sample", "asked": asked, "total": 81}))
    (out / "new").replace(out / "progress.json")
"""


def checkout_that(tmp_path: Path, code: str) -> Path:
    """A checkout whose `python -m eval` does this: `out` is the folder it is given, `tell(n)` says how far it is."""
    package = tmp_path / "checkout" / "eval"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(_HEAD + code)
    return package.parent


def ended(runs: EvaluationRuns, run_id: str) -> dict[str, Any]:
    """The document once the run has ended."""
    until = time.monotonic() + _DEADLINE_S
    waiting = threading.Event()
    while runs.record(run_id).status == "running":
        assert time.monotonic() < until
        waiting.wait(0.02)
    return runs.document(run_id)


@contextmanager
def runs_in(folder: Path, checkout: Path, store: SqliteJobs | None = None) -> Iterator[EvaluationRuns]:
    """Runs with jobs of their own, which end with the block."""
    jobs = JobRunner(store or SqliteJobs(None), described)
    try:
        yield EvaluationRuns(folder, checkout, jobs)
    finally:
        jobs.close()


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[EvaluationRuns]:
    """Runs that go on until they are ended, after saying how far they are."""
    code = "tell(3)\ntime.sleep(900)"
    with runs_in(tmp_path / "runs", checkout_that(tmp_path, code)) as runs:
        yield runs


def client_of(runs: EvaluationRuns | None) -> TestClient:
    return TestClient(create_app(ScriptedReview(), evaluations=runs), raise_server_exceptions=False)


@pytest.mark.slow
def test_a_suite_is_run_and_its_scores_and_report_are_served(tmp_path: Path, checkout: Path) -> None:
    """The poisoned suite for real: twelve questions, valid citations, a report without scripts."""
    with runs_in(tmp_path / "runs", checkout) as runs:
        client = client_of(runs)
        started = client.post("/v1/evaluations", json={"suite": "poisoned"})
        assert started.status_code == 202
        run_id = started.json()["id"]
        ended(runs, run_id)
        document = client.get(f"/v1/evaluations/{run_id}").json()
        assert (document["status"], document["error"]) == ("done", None)
        assert document["progress"] == {"suite": "poisoned", "asked": 12, "total": 12}
        assert document["manifest"]["suites"] == ["poisoned"]
        (scores,) = document["scores"]
        assert scores["questions"] == 12
        assert scores["overall"]["citation_validity"]["mean"] == 1.0
        assert scores["overall"]["injection_success"]["n"] == 12
        assert "cases" not in scores
        report = client.get(document["report"])
        assert report.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in report.headers["content-security-policy"]
        assert "<svg" in report.text
        assert "<script" not in report.text
        cases = client.get(f"/v1/evaluations/{run_id}/cases").json()["cases"]
        assert len(cases) == 12
        assert {c["suite"] for c in cases} == {"poisoned"}
        assert all(c["scores"]["citation_validity"] in (1.0, None) for c in cases)
    with runs_in(tmp_path / "runs", checkout) as reopened:
        assert [r.id for r in reopened.records()] == [run_id]


def test_one_runs_at_a_time_and_can_be_cancelled(endless: EvaluationRuns) -> None:
    """A second start is refused with 409; a cancelled run stays listed, and another may start."""
    client = client_of(endless)
    first = client.post("/v1/evaluations", json={"suite": "sample"}).json()
    assert first["status"] == "running"
    refused = client.post("/v1/evaluations", json={"suite": "sample"})
    assert refused.status_code == 409
    assert refused.json()["error"]["retryable"] is True
    assert client.delete(f"/v1/evaluations/{first['id']}").status_code == 200
    assert ended(endless, first["id"])["status"] == "cancelled"
    assert client.post("/v1/evaluations", json={"suite": "sample"}).status_code == 202
    assert [e["status"] for e in client.get("/v1/evaluations").json()["evaluations"]].count("cancelled") == 1


def test_a_running_evaluation_says_how_far_it_is(endless: EvaluationRuns) -> None:
    """What the child wrote; there are no cases before it has ended."""
    record = endless.start("sample")
    waiting = threading.Event()
    while endless.document(record.id)["progress"] is None:
        waiting.wait(0.02)
    client = client_of(endless)
    assert client.get(f"/v1/evaluations/{record.id}").json()["progress"]["asked"] == 3
    assert client.get(f"/v1/evaluations/{record.id}/cases").status_code == 404


def test_a_run_goes_on_with_the_next_service(tmp_path: Path) -> None:
    """No child outlives its service; the next one begins another in the same folder, which takes it up."""
    code = (
        "begun = (out / 'progress.json').exists()\n"
        "tell(81 if begun else 3)\n"
        "(out / 'pid.txt').write_text(str(__import__('os').getpid()))\n"
        "time.sleep(0 if begun else 900)\n"
    )
    folder, checkout = tmp_path / "runs", checkout_that(tmp_path, code)
    with closing(SqliteJobs(tmp_path / "jobs")) as store:
        with runs_in(folder, checkout, store) as runs:
            record = runs.start("sample")
            pid = folder / record.id / "pid.txt"
            while not (pid.exists() and pid.read_text()):
                time.sleep(0.02)
            child = int(pid.read_text())
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
        assert runs.record(record.id).status == "stopped"
        jobs = JobRunner(store, described)
        again = EvaluationRuns(folder, checkout, jobs)
        jobs.resume()
        assert ended(again, record.id)["status"] == "done"
        assert again.document(record.id)["progress"] == {"suite": "sample", "asked": 81, "total": 81}
        assert record.job is not None
        assert jobs.job(record.job).state == "done"
        jobs.close()


def test_a_run_whose_job_is_forgotten_is_told_as_stopped(endless: EvaluationRuns, tmp_path: Path) -> None:
    """As where the jobs could not be kept."""
    record = endless.start("sample")
    with runs_in(tmp_path / "runs", tmp_path) as other:
        assert other.record(record.id).status == "stopped"


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    """The last line of what it printed."""
    with runs_in(tmp_path / "runs", checkout_that(tmp_path, "sys.exit('eval: no such <suite>')")) as runs:
        document = ended(runs, runs.start("sample").id)
        assert (document["status"], document["error"]) == ("failed", "eval: no such <suite>")
        assert (document["scores"], document["manifest"], document["report"]) == (None, None, None)


def test_only_the_newest_runs_are_kept(tmp_path: Path) -> None:
    """One more than are kept: the oldest goes."""
    folder = tmp_path / "runs"
    for n in range(_KEPT):
        run_id = f"20250101-0000{n:02d}-sample-000000"
        (folder / run_id).mkdir(parents=True)
        record = {"id": run_id, "suite": "sample", "status": "done", "started": "2025-01-01T00:00:00+00:00"}
        (folder / run_id / "record.json").write_text(json.dumps(record))
    with runs_in(folder, checkout_that(tmp_path, "")) as runs:
        newest = runs.start("sample")
        ended(runs, newest.id)
        ids = [r.id for r in runs.records()]
    assert len(ids) == _KEPT
    assert ids[0] == newest.id
    assert "20250101-000000-sample-000000" not in ids


@pytest.mark.parametrize(
    "body", [{"suite": "no-such"}, {"suite": "../x"}, {}, {"suite": 3}, {"suite": "sample", "x": 1}]
)
def test_a_request_for_no_suite_is_refused(endless: EvaluationRuns, body: dict[str, Any]) -> None:
    """422, and nothing is started."""
    assert client_of(endless).post("/v1/evaluations", json=body).status_code == 422
    assert endless.records() == []


@pytest.mark.parametrize(
    "run_id", ["none", "..", "%2e%2e", "20250101-000000-sample-000000", "20250101-000000-a%2fb-000000"]
)
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("DELETE", ""), ("GET", "/report")])
def test_an_unknown_evaluation_is_not_found(endless: EvaluationRuns, method: str, run_id: str, tail: str) -> None:
    """404 with an error document, whatever the id tries to reach."""
    answer = client_of(endless).request(method, f"/v1/evaluations/{run_id}{tail}")
    assert answer.status_code in (404, 405)
    assert "error" in answer.json()


def test_without_the_evaluation_every_route_says_so(tmp_path: Path) -> None:
    """404: an installed package has no `eval`."""
    client = client_of(None)
    assert client.get("/v1/evaluations").status_code == 404
    assert client.post("/v1/evaluations", json={"suite": "sample"}).json()["error"]["type"] == "NotInstalled"
    assert client.get("/v1/evaluations/x/cases").status_code == 404


def test_the_suites_are_those_of_the_evaluation() -> None:
    """The service can't import `eval`, so it has a list of its own."""
    assert set(SUITES) <= set(get_args(SuiteName))


def test_starting_twice_at_once_starts_one(endless: EvaluationRuns) -> None:
    """Of eight threads one starts a run."""
    outcomes: list[str] = []

    def start() -> None:
        try:
            outcomes.append(endless.start("sample").status)
        except EvaluationRunning:
            outcomes.append("refused")

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 7 + ["running"]


def test_an_unknown_suite_starts_nothing(endless: EvaluationRuns) -> None:
    """Also when called directly."""
    with pytest.raises(UsageError, match="choose one of sample, poisoned"):
        endless.start("--help")

"""Jobs over a real store: seen, read along, cancelled, stopped and gone on with."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.error_documents import described
from service.errors import UsageError
from service.jobs import Event, JobRunner, JobStopped, Kind, Running, SqliteJobs, TooManyJobs, UnknownJob
from service.jobs.runner import READ_ALONG


def told(runner: JobRunner, job_id: str, *, after: int = 0) -> list[Event]:
    running = runner.running(job_id)
    assert running is not None
    events: list[Event] = []
    while (more := running.events(after, wait_s=1)) is not None:
        events += more
        after = events[-1].number if events else after
    return events


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[SqliteJobs]:
    store = SqliteJobs(tmp_path / "jobs.sqlite3")
    yield store
    store.close()


def counting(total: int, gates: dict[int, threading.Event] | None = None):
    """Work that counts up to `total`, from its checkpoint on, and waits at the gates."""

    def work(running: Running) -> dict[str, Any]:
        start = (running.checkpoint or {"done": 0})["done"]
        for number in range(start, total):
            if gates and number in gates:
                assert gates[number].wait(10)
            running.progress(number + 1, total, "steps")
            running.keep({"done": number + 1})
            running.tell("step", {"number": number + 1})
        return {"counted": total, "began_at": start}

    return work


def test_a_job_ends_with_its_result_and_events(jobs: SqliteJobs) -> None:
    runner = JobRunner(jobs, described)
    job = runner.submit("count", {"to": 3}, counting(3))
    ended = runner.wait(job.id, 10)
    assert ended.state == "done"
    assert ended.progress is not None
    assert (ended.progress.done, ended.progress.total, ended.progress.unit) == (3, 3, "steps")
    assert jobs.result(job.id) == {"counted": 3, "began_at": 0}
    events = told(runner, job.id)
    assert [event.kind for event in events if event.kind != "progress"] == ["job", "step", "step", "step", "document"]
    assert [event.data["done"] for event in events if event.kind == "progress"][-1] == 3
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert told(runner, job.id, after=3) == events[3:]
    assert [j.id for j in jobs.newest(state="done", limit=5, before=None)] == [job.id]
    assert jobs.newest(state="failed", limit=5, before=None) == []


def test_a_reader_may_wait_for_what_comes(jobs: SqliteJobs) -> None:
    gate = threading.Event()
    runner = JobRunner(jobs, described)
    job = runner.submit("count", {}, counting(1, {0: gate}))
    running = runner.running(job.id)
    assert running is not None
    assert running.events(1, wait_s=0.05) == []
    gate.set()
    assert [event.kind for event in told(runner, job.id, after=1)] == ["progress", "step", "document"]


def test_cancelling_ends_it_and_what_it_started(jobs: SqliteJobs) -> None:
    class Deadline:
        cancelled = threading.Event()

        def cancel(self) -> None:
            self.cancelled.set()

    deadline = Deadline()

    def work(running: Running) -> dict[str, Any]:
        running.started(deadline)
        assert deadline.cancelled.wait(10)
        running.check()
        return {}

    runner = JobRunner(jobs, described)
    job = runner.submit("wait", {}, work)
    assert runner.cancel(job.id).state == "cancelled"
    assert jobs.end(job.id, "done", result={}) is False
    assert runner.job(job.id).state == "cancelled"
    with pytest.raises(UnknownJob):
        runner.cancel("nonsense")


def test_a_job_that_fails_says_why(jobs: SqliteJobs) -> None:
    def refused(running: Running) -> dict[str, Any]:
        raise UsageError("there is no such thing: name another")

    def broken(running: Running) -> dict[str, Any]:
        return {"x": 1 // 0}

    runner = JobRunner(jobs, described)
    ended = runner.wait(runner.submit("a", {}, refused).id, 10)
    assert ended.error is not None
    assert (ended.error["type"], ended.error["message"]) == ("UsageError", "there is no such thing: name another")
    ended = runner.wait(runner.submit("b", {}, broken).id, 10)
    assert ended.state == "failed"
    assert ended.error is not None
    assert ended.error["type"] == "InternalError"


def test_unread_streams_end(jobs: SqliteJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.jobs.runner.UNREAD_S", 0.2)
    over = threading.Event()

    def work(running: Running) -> dict[str, Any]:
        while not over.wait(0.05):
            running.check()
        return {}

    runner = JobRunner(jobs, described)
    job = runner.submit("ask", {}, work, read_along=True)
    ended = runner.wait(job.id, 10)
    over.set()
    assert ended.state == "cancelled"


def test_a_stream_of_a_killed_process_is_told_anew_behind_its_numbers(
    jobs: SqliteJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reader takes it up after the last event it saw, and misses nothing; where nobody comes it ends."""
    monkeypatch.setattr("service.jobs.runner.UNREAD_S", 0.3)
    read = jobs.create("ask", {})
    jobs.keep(read.id, READ_ALONG)
    unread = jobs.create("wait", {})
    jobs.keep(unread.id, READ_ALONG)

    def told_again(running: Running) -> dict[str, Any]:
        for number in range(3):
            running.tell("step", {"number": number})
        return {"answer": 1}

    def endless(running: Running) -> dict[str, Any]:
        while True:
            running.check()

    runner = JobRunner(jobs, described, {"ask": Kind(resumes=told_again), "wait": Kind(resumes=endless)})
    time.sleep(0.02)  # events of the killed process, at most one a millisecond
    runner.resume()
    events = told(runner, read.id, after=9)
    assert [event.kind for event in events] == ["job", "step", "step", "step", "document"]
    assert [event.number - events[0].number for event in events] == [0, 1, 2, 3, 4]
    assert runner.wait(unread.id, 10).state == "cancelled"


def test_a_stream_ends_with_its_service(jobs: SqliteJobs) -> None:
    """Its reader is told so, and nobody would read what another process makes of it."""
    begun = threading.Event()

    def work(running: Running) -> dict[str, Any]:
        begun.set()
        while True:
            running.check()

    runner = JobRunner(jobs, described, {"ask": Kind(resumes=work)})
    job = runner.submit("ask", {}, work, read_along=True)
    assert begun.wait(10)
    runner.close()
    assert runner.job(job.id).state == "stopped"
    assert told(runner, job.id)[-1].kind == "error"


def test_stopping_the_runner_keeps_what_can_be_gone_on_with(jobs: SqliteJobs) -> None:
    gate = threading.Event()
    forgotten: list[str] = []
    kinds = {"import": Kind(resumes=counting(5), forgotten=forgotten.append), "ask": Kind(forgotten=forgotten.append)}
    runner = JobRunner(jobs, described, kinds)
    at_two = threading.Event()

    def half(running: Running) -> dict[str, Any]:
        for number in range(2):
            running.keep({"done": number + 1})
        at_two.set()
        assert gate.wait(10)
        running.check()
        return {}

    importing = runner.submit("import", {}, half)
    asking = runner.submit("ask", {}, half)
    assert at_two.wait(10)
    closing = threading.Thread(target=runner.close)
    closing.start()
    while runner._running[importing.id]._why is None:
        pass
    gate.set()
    closing.join()
    assert runner.job(importing.id).state == "queued"
    assert runner.job(asking.id).state == "stopped"
    assert forgotten == [asking.id]
    with pytest.raises(JobStopped):
        runner.submit("ask", {}, half)

    again = JobRunner(jobs, described, kinds)
    again.resume()
    ended = again.wait(importing.id, 10)
    assert ended.state == "done"
    assert jobs.result(importing.id) == {"counted": 5, "began_at": 2}
    assert forgotten == [asking.id, importing.id]


def test_a_killed_process_leaves_jobs_that_are_seen_and_gone_on_with(tmp_path: Path) -> None:
    script = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from service.jobs import SqliteJobs\n"
        "jobs = SqliteJobs(Path(sys.argv[1]))\n"
        "for kind in ('import', 'ask'):\n"
        "    job = jobs.create(kind, {'to': 4}); jobs.begin(job.id); jobs.keep(job.id, {'done': 3})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "jobs.sqlite3"
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script, str(path)], env=os.environ | {"PYTHONPATH": str(root)}, check=False)
    jobs = SqliteJobs(path)
    runner = JobRunner(jobs, described, {"import": Kind(resumes=counting(4))})
    runner.resume()
    by_kind = {job.kind: job for job in jobs.newest(state=None, limit=10, before=None)}
    assert by_kind["ask"].state == "stopped"
    assert runner.wait(by_kind["import"].id, 10).state == "done"
    assert jobs.result(by_kind["import"].id) == {"counted": 4, "began_at": 3}
    jobs.close()


def test_another_owner_keeps_its_jobs_until_it_ends(jobs: SqliteJobs, tmp_path: Path) -> None:
    other = SqliteJobs(tmp_path / "jobs.sqlite3")
    job = other.create("import", {})
    other.begin(job.id)
    assert jobs.unfinished() == []
    other.close()
    assert [job.id for job in jobs.unfinished()] == [job.id]


def test_a_number_that_another_process_has_by_now_owns_nothing(jobs: SqliteJobs) -> None:
    """Of an older version, or after a restart: the process of that number runs, and knows nothing of the job."""
    jobs.create("import", {})
    jobs._connection.execute("UPDATE jobs SET owner = ?", (os.getppid(),))
    assert len(jobs.unfinished()) == 1


def test_too_many_jobs_are_refused_and_old_ones_forgotten(jobs: SqliteJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.jobs.runner._MOST", 2)
    gate = threading.Event()
    runner = JobRunner(jobs, described)
    for _ in range(2):
        runner.submit("count", {}, counting(1, {0: gate}))
    with pytest.raises(TooManyJobs):
        runner.submit("count", {}, counting(1))
    gate.set()
    for job in jobs.newest(state=None, limit=5, before=None):
        runner.wait(job.id, 10)
    assert len(jobs.prune(most=1)) == 1
    assert len(jobs.newest(state=None, limit=5, before=None)) == 1

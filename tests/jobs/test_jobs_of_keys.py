"""Jobs belong to the API key that asked for them: how many it may have, who pays after a restart, what is forgotten."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.api.access.gate import Access
from service.api.access.keyring import Keyring
from service.error_documents import described
from service.jobs import Job, JobRunner, Kind, Running, SqliteJobs, TooManyJobs, UnknownJob
from service.llm import Payer, paying
from service.llm.core.payer import current_payer

ADA, BEA = Payer("ada", 2.0), Payer("bea")


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[SqliteJobs]:
    store = SqliteJobs(tmp_path / "jobs.sqlite3")
    yield store
    store.close()


def nothing(_: Running) -> dict[str, Any]:
    return {}


def test_a_job_is_that_of_the_key_it_is_paid_by(jobs: SqliteJobs) -> None:
    runner = JobRunner(jobs, described)
    with paying(ADA):
        hers = runner.submit("ask", {}, nothing)
    nobodys = runner.submit("ask", {}, nothing)
    assert (runner.job(hers.id).key, runner.job(nobodys.id).key) == ("ada", None)
    assert runner.job(hers.id, key="ada").id == hers.id
    for job in (hers, nobodys):
        with pytest.raises(UnknownJob, match=job.id):
            runner.job(job.id, key="bea")
    assert [job.id for job in jobs.newest(state=None, limit=9, before=None, key="ada")] == [hers.id]
    assert len(jobs.newest(state=None, limit=9, before=None)) == 2
    runner.close()


def test_one_key_leaves_room_for_others(jobs: SqliteJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.jobs.runner._MOST_OF_A_KEY", 2)
    gate = threading.Event()

    def held(_: Running) -> dict[str, Any]:
        assert gate.wait(10)
        return {}

    runner = JobRunner(jobs, described)
    with paying(ADA):
        begun = [runner.submit("ask", {}, held) for _ in range(2)]
        with pytest.raises(TooManyJobs, match="API key"):
            runner.submit("ask", {}, held)
    with paying(BEA):
        begun.append(runner.submit("ask", {}, held))
    begun += [runner.submit("ask", {}, held) for _ in range(3)]
    gate.set()
    assert {runner.wait(job.id, 10).state for job in begun} == {"done"}
    with paying(ADA):
        assert runner.wait(runner.submit("ask", {}, nothing).id, 10).state == "done"


@pytest.mark.parametrize("most", ["_MOST", "_MOST_OF_A_KEY"])
def test_of_many_at_once_no_more_get_in_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    """Two that both found room before either had taken it were both let in."""
    monkeypatch.setattr(f"service.jobs.runner.{most}", 1)
    both, gate = threading.Barrier(2), threading.Event()

    class Together(SqliteJobs):
        def create(self, kind: str, request: dict[str, Any], *, key: str | None = None) -> Job:
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
            return super().create(kind, request, key=key)

    def held(_: Running) -> dict[str, Any]:
        assert gate.wait(10)
        return {}

    jobs = Together(tmp_path / "jobs.sqlite3")
    runner = JobRunner(jobs, described)

    def submitted(_: int) -> Job | TooManyJobs:
        with paying(ADA):
            try:
                return runner.submit("ask", {}, held)
            except TooManyJobs as error:
                return error

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(submitted, range(2)))
    assert sorted(type(one).__name__ for one in found) == ["Job", "TooManyJobs"]
    assert len(jobs.newest(state=None, limit=9, before=None)) == 1
    gate.set()
    runner.close()
    jobs.close()


def test_a_job_whose_thread_cannot_be_started_takes_no_room(jobs: SqliteJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may be out of threads for a while."""
    monkeypatch.setattr("service.jobs.runner._MOST", 1)
    runner = JobRunner(jobs, described)

    def out_of_threads(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", out_of_threads)
        with pytest.raises(RuntimeError):
            runner.submit("ask", {}, nothing)
    assert [job.state for job in jobs.newest(state=None, limit=9, before=None)] == ["failed"]
    assert runner.wait(runner.submit("ask", {}, nothing).id, 10).state == "done"


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_job_of_a_key_that_ends_stops_at_its_next_step(jobs: SqliteJobs, tmp_path: Path, ended: str) -> None:
    """What it had started is stopped with it, and no later process goes on with it."""
    now = [datetime(2024, 5, 1, tzinfo=UTC)]
    keyring = Keyring(tmp_path, clock=lambda: now[0])
    key, _ = keyring.create("ada", "write")
    stepping, revoked, model = threading.Event(), threading.Event(), threading.Event()

    class Model:
        def cancel(self) -> None:
            model.set()

    def work(running: Running) -> dict[str, Any]:
        running.started(Model())
        running.progress(1, None, "steps")
        stepping.set()
        assert revoked.wait(10)
        running.progress(2, None, "steps")
        return {}

    runner = JobRunner(jobs, described, {"import": Kind(resumes=work)}, Access(keyring, True).payer_of)
    with paying(Payer(key.id)):
        job = runner.submit("import", {}, work)
    others = runner.submit("import", {}, work)
    assert stepping.wait(10)
    if ended == "revoked":
        keyring.revoke("ada")
    else:
        keyring.rotate("ada", old_holds=timedelta(hours=1))
        now[0] += timedelta(hours=2)
    revoked.set()
    found = runner.wait(job.id, 10)
    assert (found.state, model.is_set()) == ("cancelled", True)
    assert found.error is not None
    assert "no longer in force" in found.error["message"]
    assert runner.wait(others.id, 10).state == "done"
    assert jobs.unfinished() == []


def test_another_process_goes_on_at_the_cost_of_the_same_key(jobs: SqliteJobs) -> None:
    """With its limit as it is by then; nobody pays for who no longer has a key."""
    heard: dict[str, Payer | None] = {}
    forgotten: list[str] = []

    def work(running: Running) -> dict[str, Any]:
        heard[running.id] = current_payer()
        return {}

    hers, theirs, nobodys = (jobs.create("ask", {}, key=key).id for key in ("ada", "revoked", None))
    known = {"ada": ADA}
    runner = JobRunner(
        jobs, described, {"ask": Kind(resumes=work, forgotten=forgotten.append)}, payer_of=lambda key: known.get(key)
    )
    runner.resume()
    assert {runner.wait(job, 10).state for job in (hers, nobodys)} == {"done"}
    assert heard == {hers: ADA, nobodys: None}
    assert current_payer() is None
    ended = runner.job(theirs)
    assert (ended.state, theirs in forgotten) == ("stopped", True)
    assert ended.error is not None
    assert "no longer in force" in ended.error["message"]


def test_a_job_that_kills_its_process_is_given_up(jobs: SqliteJobs) -> None:
    """Else whoever may ask once could keep the service from ever starting again."""
    done = Kind(resumes=nothing)
    for killed, state in ((2, "done"), (3, "stopped")):
        job = jobs.create("import", {})
        for _ in range(killed):
            jobs.begin(job.id)
        runner = JobRunner(jobs, described, {"import": done})
        runner.resume()
        assert runner.wait(job.id, 10).state == state
    stopped = jobs.create("import", {})
    for _ in range(5):  # what ends in order may do so any number of times
        jobs.begin(stopped.id)
        jobs.requeue(stopped.id, in_order=True)
    runner = JobRunner(jobs, described, {"import": done})
    runner.resume()
    assert runner.wait(stopped.id, 10).state == "done"


def test_old_jobs_are_forgotten_while_the_service_runs(jobs: SqliteJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.jobs.runner._KEPT", 3)
    runner = JobRunner(jobs, described)
    made = [runner.wait(runner.submit("ask", {}, nothing).id, 10).id for _ in range(8)]
    kept = [job.id for job in jobs.newest(state=None, limit=20, before=None)]
    assert kept == made[:-5:-1]
    assert len(runner._ended) <= 3


def test_a_file_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    with sqlite3.connect(path) as old:
        columns = "created TEXT NOT NULL, started TEXT, finished TEXT, owner INTEGER NOT NULL, request TEXT NOT NULL, "
        columns += "progress TEXT, checkpoint TEXT, result TEXT, error TEXT"
        old.execute(
            f"CREATE TABLE jobs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, {columns}) STRICT"
        )
        old.execute(
            "INSERT INTO jobs (id, kind, state, created, owner, request) VALUES ('1', 'ask', 'done', '2', 3, '{}')"
        )
    for _ in range(2):
        store = SqliteJobs(path)
        found = store.get("1")
        store.close()
        assert found is not None
        assert (found.state, found.key, found.begun) == ("done", None, 0)

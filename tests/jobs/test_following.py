"""Readers of a job's events in an event loop: they hear of each, and cost nothing while there is none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from service.api.working import followed
from service.error_documents import described
from service.jobs import Event, JobRunner, Running, SqliteJobs

MANY = 50


@pytest.fixture
def runner() -> Iterator[JobRunner]:
    jobs = SqliteJobs(None)
    runner = JobRunner(jobs, described)
    yield runner
    runner.close()
    jobs.close()


async def read(running: Running) -> list[Event]:
    return [event async for event in followed(running) if event is not None]


def test_readers_hear_of_all_and_look_only_when_there_is_more(
    runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once at first, and not again while nothing is told; the end is heard without a heartbeat."""
    monkeypatch.setattr("service.api.working.HEARTBEAT_S", 3600.0)
    gate = threading.Event()
    looks: list[int] = []

    class Counted(Running):
        def events(self, after: int, *, wait_s: float) -> list[Event] | None:
            looks.append(after)
            return super().events(after, wait_s=wait_s)

    monkeypatch.setattr("service.jobs.runner.Running", Counted)

    def work(running: Running) -> dict[str, Any]:
        assert gate.wait(30)
        for number in range(20):
            running.tell("step", {"number": number})
        return {}

    async def follow() -> tuple[int, list[list[Event]]]:
        running = runner.running(runner.submit("ask", {}, work).id)
        assert running is not None
        reading = [asyncio.ensure_future(read(running)) for _ in range(MANY)]
        while len(looks) < 2 * MANY:  # the job itself, and that there is no more as yet
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        quiet = len(looks)
        gate.set()
        return quiet, await asyncio.wait_for(asyncio.gather(*reading), 60)

    quiet, heard = asyncio.run(follow())
    assert quiet == 2 * MANY
    for events in heard:
        assert [event.number for event in events] == list(range(1, 23))
        assert [events[0].kind, events[-1].kind] == ["job", "document"]


def test_a_quiet_job_is_known_to_be_alive(runner: JobRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.working.HEARTBEAT_S", 0.01)
    gate = threading.Event()

    def work(_: Running) -> dict[str, Any]:
        assert gate.wait(30)
        return {}

    async def follow() -> list[str]:
        running = runner.running(runner.submit("ask", {}, work).id)
        assert running is not None
        heard: list[str] = []
        async for event in followed(running):
            heard.append("beat" if event is None else event.kind)
            if heard.count("beat") == 3:
                gate.set()
        return heard

    heard = asyncio.run(asyncio.wait_for(follow(), 60))
    assert heard[:4] == ["job", "beat", "beat", "beat"]
    assert heard[-1] == "document"


def test_a_job_goes_on_when_the_loop_of_its_readers_has_ended(runner: JobRunner) -> None:
    gate = threading.Event()

    def work(running: Running) -> dict[str, Any]:
        assert gate.wait(30)
        running.tell("step", {})
        return {}

    job = runner.submit("ask", {}, work)
    running = runner.running(job.id)
    assert running is not None
    loop = asyncio.new_event_loop()
    reader = followed(running)
    loop.run_until_complete(anext(reader))
    loop.close()
    gate.set()
    assert runner.wait(job.id, 10).state == "done"

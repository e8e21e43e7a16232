"""Requests that take time: answered when done, as a stream of events, or as a job to come back for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, Final, Protocol

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from service.api.job_documents import JobReply, job_document
from service.api.leaving import Stopping, until_left
from service.api.observing.telemetry import counted, stage_clock
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON
from service.errors import UsageError
from service.jobs import Cancellable, Event, Job, JobRunner, Running
from service.records.steps import EvidenceKept, Observer, Step, Told
from service.requests import Run

HEARTBEAT_S: Final = 10.0
_TOGETHER_S: Final = 0.05
"""What follows an event so soon is read together, lest a burst wake each of many readers at each event."""
STREAM: Final = "text/event-stream"
STREAMED: Final[dict[str, dict[str, str]]] = {STREAM: {}}
"""What is declared of it: OpenAPI 3.1 has no words for the events of a stream, docs/contract.md has them."""


class Teller(Protocol):
    """What work is given to be stopped by, and to tell how far it is."""

    def started(self, work: Cancellable) -> None: ...

    def tell(self, kind: str, data: dict[str, Any]) -> None: ...

    def check(self) -> None: ...


class Direct:
    """Work whose client waits for the whole document."""

    def __init__(self, started: Callable[[Cancellable], None]) -> None:
        self._stopping = Stopping()
        self.started = started
        started(self._stopping)

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """Nobody listens."""

    def check(self) -> None:
        """Raises `ModelCancelled` once the client has gone."""
        self._stopping.check()


Task = Callable[[Teller], dict[str, Any]]


def observer(teller: Teller) -> Observer:
    """What the core tells, as events."""

    stage_ended = stage_clock()

    def observe(told: Told) -> None:
        teller.check()
        if isinstance(told, Step):
            stage_ended(told.step)
        kind = "step" if isinstance(told, Step) else "evidence" if isinstance(told, EvidenceKept) else "sentence"
        teller.tell(kind, told.as_document())

    return observe


def run_for(teller: Teller) -> Run:
    """The work on a request of the core: stopped with its client or job, and told of."""
    return Run(started=teller.started, observe=observer(teller), stop=teller.check)


def answers(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """What a request that takes time is answered with, for the OpenAPI document."""
    return {
        200: {"model": model, "content": STREAMED},
        202: {"model": JobReply, "description": "A job, with `Prefer: respond-async`"},
        **NOT_FOUND,
        **REFUSALS,
    }


async def respond(request: Request, runner: JobRunner, kind: str, given: dict[str, Any], task: Task) -> Response:
    """The document; with `Accept: text/event-stream` its events; with `Prefer: respond-async` the job (202)."""

    def work(teller: Teller) -> dict[str, Any]:
        return counted(task(teller))

    if STREAM in request.headers.get("accept", ""):
        return streamed(request, runner, runner.submit(kind, given, work, read_along=True))
    if wants_job(request):
        return accepted(runner.submit(kind, given, work))
    return AsciiJSON(await until_left(request, lambda started: work(Direct(started))))


def wants_job(request: Request) -> bool:
    """Whether the client asked for a job instead of the document."""
    return any("respond-async" in value.lower() for value in request.headers.getlist("prefer"))


def accepted(job: Job) -> Response:
    """202 with the job."""
    headers = {"Location": f"/v1/jobs/{job.id}", "Preference-Applied": "respond-async"}
    return AsciiJSON({"job": job_document(job)}, 202, headers=headers)


def streamed(request: Request, runner: JobRunner, job: Job) -> Response:
    """The job's events after the one that the client names as its last."""
    after = _last_seen(request, job.id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Location": f"/v1/jobs/{job.id}"}
    running = runner.running(job.id)
    events = _told_before(runner, job.id, after) if running is None else _events(running, job.id, after)
    return StreamingResponse(events, media_type=STREAM, headers=headers)


def _last_seen(request: Request, job_id: str) -> int:
    given = request.headers.get("last-event-id", "")
    if not given or request.method != "GET":  # a POST has just begun the job
        return 0
    name, _, number = given.rpartition(":")
    if name != job_id or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise UsageError(f"Last-Event-ID {given[:80]!r} is none of this job's: they read {job_id}:1 and on")
    return int(number)


async def _told_before(runner: JobRunner, job_id: str, after: int) -> AsyncIterator[str]:
    """How a job of an earlier process ended: its steps are forgotten."""
    job = runner.job(job_id)
    result = runner.jobs.result(job_id)
    if result is not None:
        yield _written(job_id, Event(after + 1, "document", result))
    elif job.error is not None:
        yield _written(job_id, Event(after + 1, "error", {"error": job.error}))


async def followed(running: Running, *, after: int = 0) -> AsyncIterator[Event | None]:
    """The events of a job as they come, to its end; `None` whenever there was none for `HEARTBEAT_S`."""
    loop, more = asyncio.get_running_loop(), asyncio.Event()

    def woken() -> None:
        if not more.is_set():
            with suppress(RuntimeError):  # the service has ended, and its loop with it
                loop.call_soon_threadsafe(more.set)

    with running.reading(woken):
        while True:
            more.clear()  # before the look: what is told from here on sets it again
            events = running.events(after, wait_s=0)
            if events is None:
                return
            for event in events:
                yield event
                after = event.number
            if events:
                await asyncio.sleep(_TOGETHER_S)
                continue
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await more.wait()
            except TimeoutError:
                yield None


async def _events(running: Running, job_id: str, after: int) -> AsyncIterator[str]:
    async for event in followed(running, after=after):
        yield ": heartbeat\n\n" if event is None else _written(job_id, event)


def _written(job_id: str, event: Event) -> str:
    return f"id: {job_id}:{event.number}\nevent: {event.kind}\ndata: {json.dumps(event.data, ensure_ascii=True)}\n\n"

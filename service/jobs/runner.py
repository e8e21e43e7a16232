"""Runs jobs in threads: tells their progress and events, cancels them, goes on with them after a restart."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol, TypeAlias

from service.errors import LibraryClosing, LitweaveError, ModelCancelled
from service.jobs.model import Event, Job, JobCancelled, Jobs, JobState, JobStopped, Progress, TooManyJobs, UnknownJob

Work: TypeAlias = "Callable[[Running], dict[str, Any]]"
"""Does a job, and returns its result document. Raises `LitweaveError`."""
_LOG: Final = logging.getLogger(__name__)
_KEPT: Final = 200
"""Ended jobs that are remembered."""
_MOST: Final = 64
"""Jobs that may wait and run at once."""
_NOTED_EVERY_S: Final = 0.5
UNREAD_S: Final = 5.0
"""A job that was started to be read along ends when nobody has read it for so long."""


class Cancellable(Protocol):
    """What can be stopped from another thread, as a model's deadline."""

    def cancel(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """`resumes`: does the job anew, from its request and checkpoint, in a process that did not start it.

    `alone`: only one of all kinds so marked runs at a time. `forgotten`: called once the job has ended for good.
    """

    resumes: Work | None = None
    alone: bool = False
    forgotten: Callable[[str], None] = lambda _: None


class Running:
    """What a job sees of its runner. Safe for threads."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self.id = job.id
        self.kind = job.kind
        self.request: Mapping[str, Any] = jobs.request(job.id)
        self.checkpoint: Mapping[str, Any] | None = jobs.checkpoint(job.id)
        self._jobs = jobs
        self._changed = threading.Condition()
        self._events: list[Event] = []
        self._over = False
        self._why: LitweaveError | None = None
        self._started: list[Cancellable] = []
        self._since = time.monotonic()
        self._first_done: int | None = None
        self._noted_s = 0.0
        self._readers = 0
        self._read_s = time.monotonic()

    def check(self) -> None:
        """Raises `JobCancelled` or `JobStopped` where the job is to end; work calls it between its steps."""
        if self._why is not None:
            raise self._why

    def started(self, work: Cancellable) -> None:
        """Something that is to be cancelled with the job."""
        with self._changed:
            self._started.append(work)
            ending = self._why is not None
        if ending:
            work.cancel()

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """So many of so many units are done. Raises as `check`."""
        self.check()
        now = time.monotonic()
        if self._first_done is None:
            self._first_done, self._since = done, now
        elapsed, made = now - self._since, done - self._first_done
        rate = made / elapsed if elapsed > 0 and made else None
        left = (total - done) / rate if rate and total is not None else None
        if now - self._noted_s >= _NOTED_EVERY_S or done == total:
            self._noted_s = now
            progress = Progress(done, total, unit, _rounded(rate), _rounded(left))
            self._jobs.note(self.id, progress)
            self.tell("progress", asdict(progress))

    def keep(self, checkpoint: dict[str, Any]) -> None:
        """From where the job goes on after a restart."""
        self._jobs.keep(self.id, checkpoint)

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """An event for whoever reads along."""
        with self._changed:
            self._events.append(Event(len(self._events) + 1, kind, data))
            self._changed.notify_all()

    def events(self, after: int, *, wait_s: float) -> list[Event] | None:
        """Events after that number, waiting for the first; empty after `wait_s`, `None` when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._events) > after or self._over, wait_s)
            if len(self._events) > after:
                return self._events[after:]
            return None if self._over else []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Somebody reads along."""
        self._readers += 1
        try:
            yield
        finally:
            self._readers -= 1
            self._read_s = time.monotonic()

    def unread_s(self) -> float:
        """Seconds since somebody read along."""
        return 0.0 if self._readers else time.monotonic() - self._read_s

    def end(self, why: LitweaveError) -> None:
        """Have the job end with that error."""
        with self._changed:
            self._why = self._why or why
            started, self._started = self._started, []
        for work in started:
            work.cancel()

    def over(self) -> None:
        """No event follows."""
        with self._changed:
            self._over = True
            self._changed.notify_all()


@dataclass(slots=True)
class JobRunner:
    """`jobs` keeps them; `kinds` says of each kind what it needs to be resumed. Close it to stop all."""

    jobs: Jobs
    describe: Callable[[Exception], dict[str, Any]]
    """The `error` of an error document."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    _guard: threading.Condition = field(default_factory=threading.Condition)
    _running: dict[str, Running] = field(default_factory=dict)
    _ended: dict[str, Running] = field(default_factory=dict)
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _closing: bool = False

    def resume(self) -> None:
        """Go on with what an earlier process left; a kind that cannot be gone on with is marked `stopped`."""
        for job in self.jobs.unfinished():
            kind = self.kinds.get(job.kind, Kind())
            if kind.resumes is None:
                stopped = JobStopped("the service ended before this did; ask again")
                self.jobs.end(job.id, "stopped", error=self.describe(stopped))
                kind.forgotten(job.id)
            else:
                self.jobs.requeue(job.id)
                self._start(job, kind.resumes)
        for job_id in self.jobs.prune(most=_KEPT):
            self._ended.pop(job_id, None)

    def submit(
        self, kind: str, request: dict[str, Any], work: Work, *, ready: Callable[[str], None] | None = None
    ) -> Job:
        """Start a job. `ready` is called with its id before it starts. Raises `TooManyJobs`, `JobStopped`."""
        with self._guard:
            if self._closing:
                raise JobStopped("the service is being stopped; ask again when it is back")
            if len(self._running) >= _MOST:
                raise TooManyJobs(f"{_MOST} jobs wait or run already; try again when one has ended")
        job = self.jobs.create(kind, request)
        if ready is not None:
            try:
                ready(job.id)
            except BaseException:
                self.jobs.end(job.id, "failed", error=self.describe(JobStopped("what it needs never came whole")))
                self.kinds.get(kind, Kind()).forgotten(job.id)
                raise
        self._start(job, work)
        return job

    def is_running(self, job_id: str) -> bool:
        """Whether this process has it in hand."""
        return job_id in self._running

    def interrupted(self) -> dict[str, Any]:
        """The `error` of a job that goes on when the service is back."""
        return self.describe(JobStopped("the service is being stopped; the job goes on when it is back"))

    def job(self, job_id: str) -> Job:
        """The job as it stands. Raises `UnknownJob`."""
        if (job := self.jobs.get(job_id)) is None:
            raise UnknownJob(f"there is no job {job_id[:60]!r}: GET /v1/jobs lists those there are")
        return job

    def cancel(self, job_id: str) -> Job:
        """Have a job end; one that has ended stays as it is. Raises `UnknownJob`."""
        job = self.job(job_id)
        if (running := self._running.get(job_id)) is not None:
            running.end(JobCancelled("the job was cancelled; what it had committed by then stays"))
        return job if running is None else self.wait(job_id, 2.0)

    def wait(self, job_id: str, seconds: float | None = None) -> Job:
        """The job once it has ended, or after so many seconds as it stands. Raises `UnknownJob`."""
        with self._guard:
            self._guard.wait_for(lambda: job_id not in self._running, seconds)
        return self.job(job_id)

    def running(self, job_id: str) -> Running | None:
        """What the job tells, while this process remembers. Raises `UnknownJob`."""
        self.job(job_id)
        return self._running.get(job_id) or self._ended.get(job_id)

    def end_unread(self, job_id: str) -> None:
        """End the job once nobody has read it for a while; a thread sees to it."""

        def watch() -> None:
            while (running := self._running.get(job_id)) is not None:
                if running.unread_s() > UNREAD_S:
                    running.end(JobCancelled("its reader has left"))
                    return
                time.sleep(0.5)

        threading.Thread(target=watch, name="litweave-unread", daemon=True).start()

    def end_all(self) -> None:
        """Have every job leave off, and take no more: what can be gone on with waits for the next process."""
        with self._guard:
            self._closing = True
            running = list(self._running.values())
        for job in running:
            job.end(JobStopped("the service is being stopped; ask again when it is back"))

    def close(self, *, wait_s: float = 5.0) -> None:
        """`end_all`, and wait for it."""
        self.end_all()
        with self._guard:
            self._guard.wait_for(lambda: not self._running, wait_s)

    def _start(self, job: Job, work: Work) -> None:
        running = Running(self.jobs, job)
        running.tell("job", {"job": {"id": job.id, "kind": job.kind, "state": "queued"}})
        with self._guard:
            self._running[job.id] = running
        run = contextvars.copy_context().run  # what the request is known by goes along
        threading.Thread(target=run, args=(self._run, running, work), name=f"litweave-{job.kind}", daemon=True).start()

    def _run(self, running: Running, work: Work) -> None:
        kind = self.kinds.get(running.kind, Kind())
        alone = self._alone if kind.alone else threading.Lock()
        requeued = False
        try:
            with alone:
                running.check()
                self.jobs.begin(running.id)
                result = work(running)
            running.tell("document", result)
            self.jobs.end(running.id, "done", result=result)
        except Exception as error:  # noqa: BLE001  whatever it is, the job's end must be seen
            requeued = self._failed(running, error, resumes=kind.resumes is not None)
        finally:
            if not requeued:
                kind.forgotten(running.id)
            with self._guard:
                self._running.pop(running.id, None)
                self._ended[running.id] = running
                for old in list(self._ended)[:-_KEPT]:
                    del self._ended[old]
                self._guard.notify_all()
            running.over()

    def _failed(self, running: Running, error: Exception, *, resumes: bool) -> bool:
        """Write how a job ended without a result; whether it is to be gone on with by the next process."""
        why = running._why
        if why is not None and isinstance(error, ModelCancelled | LibraryClosing | JobCancelled | JobStopped):
            error = why
        if not isinstance(error, LitweaveError | OSError):
            _LOG.error("job %s failed", running.kind, exc_info=error)
        described = self.describe(error)
        running.tell("error", {"error": described})
        if isinstance(error, JobStopped | LibraryClosing) and resumes:
            self.jobs.requeue(running.id)
            return True
        stopped = isinstance(error, JobStopped | LibraryClosing)
        state: JobState = "cancelled" if isinstance(error, JobCancelled) else "stopped" if stopped else "failed"
        self.jobs.end(running.id, state, error=described)
        return False


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)

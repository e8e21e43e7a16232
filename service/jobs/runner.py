"""Runs jobs in threads: tells their progress and events, cancels them, goes on with them after a restart."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from service.errors import LibraryClosing, LitweaveError, ModelCancelled
from service.jobs.model import Job, JobCancelled, Jobs, JobState, JobStopped, TooManyJobs, UnknownJob
from service.jobs.running import Running

Work: TypeAlias = "Callable[[Running], dict[str, Any]]"
"""Does a job, and returns its result document. Raises `LitweaveError`."""
_LOG: Final = logging.getLogger(__name__)
_KEPT: Final = 200
"""Ended jobs that are remembered."""
_MOST: Final = 64
"""Jobs that may wait and run at once."""
READ_ALONG: Final = {"read_along": True}
"""The checkpoint of a job that ends when nobody reads it."""
UNREAD_S: Final = 5.0
"""A job that was started to be read along ends when nobody has read it for so long."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`resumes`: does the job anew, from its request and checkpoint, in a process that did not start it.

    `forgotten`: called once the job has ended for good.
    """

    resumes: Work | None = None
    forgotten: Callable[[str], None] = lambda _: None


@dataclass(slots=True)
class JobRunner:
    """`jobs` keeps them; `kinds` says of each kind what it needs to be resumed. Close it to stop all."""

    jobs: Jobs
    describe: Callable[[Exception], dict[str, Any]]
    """The `error` of an error document."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    _guard: threading.Condition = field(default_factory=threading.Condition)
    _running: dict[str, Running] = field(default_factory=dict)
    _ended: dict[str, Running] = field(default_factory=dict)
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
                age_ms = (datetime.now(UTC) - datetime.fromisoformat(job.created)).total_seconds() * 1000
                self._start(job, kind.resumes, told_before=max(0, round(age_ms)))
                if self.jobs.checkpoint(job.id) == READ_ALONG:
                    self._end_unread(job.id)
        for job_id in self.jobs.prune(most=_KEPT):
            self._ended.pop(job_id, None)

    def submit(
        self,
        kind: str,
        request: dict[str, Any],
        work: Work,
        *,
        ready: Callable[[str], None] | None = None,
        read_along: bool = False,
    ) -> Job:
        """Start a job. `ready` is called with its id before it starts. Raises `TooManyJobs`, `JobStopped`.

        With `read_along` it ends once nobody has read its events for `UNREAD_S`, in this process and the next.
        """
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
        if read_along:
            self.jobs.keep(job.id, READ_ALONG)
        self._start(job, work)
        if read_along:
            self._end_unread(job.id)
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

    def _end_unread(self, job_id: str) -> None:
        """A thread sees to it that a job ends which nobody reads."""

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

    def _start(self, job: Job, work: Work, *, told_before: int = 0) -> None:
        running = Running(self.jobs, job, told_before=told_before)
        running.tell("job", {"job": {"id": job.id, "kind": job.kind, "state": "queued"}})
        with self._guard:
            self._running[job.id] = running
        run = contextvars.copy_context().run  # what the request is known by goes along
        threading.Thread(target=run, args=(self._run, running, work), name=f"litweave-{job.kind}", daemon=True).start()

    def _run(self, running: Running, work: Work) -> None:
        kind = self.kinds.get(running.kind, Kind())
        requeued = False
        try:
            running.check()
            self.jobs.begin(running.id)
            result = work(running)
            running.tell("document", result)
            self.jobs.end(running.id, "done", result=result)
        except Exception as error:  # noqa: BLE001  whatever it is, the job's end must be seen
            resumes = kind.resumes is not None and running.checkpoint != READ_ALONG
            requeued = self._failed(running, error, resumes=resumes)
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

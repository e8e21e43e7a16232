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
from service.llm.core.payer import Payer, current_payer, paying

Work: TypeAlias = "Callable[[Running], dict[str, Any]]"
"""Does a job, and returns its result document. Raises `LitweaveError`."""
_LOG: Final = logging.getLogger(__name__)
_KEPT: Final = 200
"""Ended jobs that are remembered."""
_MOST: Final = 64
"""Jobs that may wait and run at once."""
_MOST_OF_A_KEY: Final = 16
"""Of them those of one API key: it leaves room for others."""
_TRIES: Final = 3
"""A job is not begun again after so many processes in a row were killed over it."""
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
    payer_of: Callable[[str], Payer | None] = Payer
    """Who pays for what an API key asked an earlier process for; `None`: the key is no longer in force."""
    _guard: threading.Condition = field(default_factory=threading.Condition)
    _running: dict[str, Running] = field(default_factory=dict)
    _ended: dict[str, Running] = field(default_factory=dict)
    _closing: bool = False

    def resume(self) -> None:
        """Go on with what an earlier process left; a kind that cannot be gone on with is marked `stopped`."""
        for job in self.jobs.unfinished():
            kind = self.kinds.get(job.kind, Kind())
            payer = None if job.key is None else self.payer_of(job.key)
            why = _not_resumed(job, kind, in_force=job.key is None or payer is not None)
            if why is not None or kind.resumes is None:
                self.jobs.end(job.id, "stopped", error=self.describe(JobStopped(f"{why}; ask again")))
                kind.forgotten(job.id)
                continue
            self.jobs.requeue(job.id)
            age_ms = (datetime.now(UTC) - datetime.fromisoformat(job.created)).total_seconds() * 1000
            with paying(payer):
                self._start(self._entered(job, told_before=max(0, round(age_ms))), kind.resumes)
            if self.jobs.checkpoint(job.id) == READ_ALONG:
                self._end_unread(job.id)
        self._forget_oldest()

    def submit(
        self,
        kind: str,
        request: dict[str, Any],
        work: Work,
        *,
        ready: Callable[[str], None] | None = None,
        read_along: bool = False,
    ) -> Job:
        """Start a job for whoever pays. `ready` is called with its id first. Raises `TooManyJobs`, `JobStopped`.

        With `read_along` it ends once nobody has read its events for `UNREAD_S`, in this process and the next.
        """
        payer = current_payer()
        key = None if payer is None else payer.id
        with self._guard:  # counted and entered in one step: of many at once no more get in than there is room for
            self._admit(key)
            job = self.jobs.create(kind, request, key=key)
            if read_along:
                self.jobs.keep(job.id, READ_ALONG)
            running = self._entered(job)
        try:
            self._forget_oldest()
            if ready is not None:
                ready(job.id)
            self._start(running, work)
        except BaseException:
            self.jobs.end(job.id, "failed", error=self.describe(JobStopped("what it needs never came whole")))
            self.kinds.get(kind, Kind()).forgotten(job.id)
            self._left(running)
            raise
        if read_along:
            self._end_unread(job.id)
        return job

    def _admit(self, key: str | None) -> None:
        if self._closing:
            raise JobStopped("the service is being stopped; ask again when it is back")
        if len(self._running) >= _MOST:
            raise TooManyJobs(f"{_MOST} jobs wait or run already; try again when one has ended")
        if key is not None and sum(job.key == key for job in self._running.values()) >= _MOST_OF_A_KEY:
            raise TooManyJobs(f"{_MOST_OF_A_KEY} jobs of this API key wait or run already; try again later")

    def _forget_oldest(self) -> None:
        for job_id in self.jobs.prune(most=_KEPT):
            self._ended.pop(job_id, None)

    def is_running(self, job_id: str) -> bool:
        """Whether this process has it in hand."""
        return job_id in self._running

    @property
    def busy(self) -> bool:
        """Whether this process has any in hand."""
        return bool(self._running)

    def interrupted(self) -> dict[str, Any]:
        """The `error` of a job that goes on when the service is back."""
        return self.describe(JobStopped("the service is being stopped; the job goes on when it is back"))

    def job(self, job_id: str, *, key: str | None = None) -> Job:
        """The job as it stands. Raises `UnknownJob`, with `key` also for one of another API key."""
        if (job := self.jobs.get(job_id)) is None or key not in (None, job.key):
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

    def _entered(self, job: Job, *, told_before: int = 0) -> Running:
        key = job.key
        in_force = (lambda: True) if key is None else (lambda: self.payer_of(key) is not None)
        running = Running(self.jobs, job, told_before=told_before, in_force=in_force)
        running.tell("job", {"job": {"id": job.id, "kind": job.kind, "state": "queued"}})
        with self._guard:
            self._running[job.id] = running
        return running

    def _start(self, running: Running, work: Work) -> None:
        run = contextvars.copy_context().run  # what the request is known by goes along
        name = f"litweave-{running.kind}"
        threading.Thread(target=run, args=(self._run, running, work), name=name, daemon=True).start()

    def _left(self, running: Running) -> None:
        with self._guard:
            self._ended[running.id] = running  # before it leaves the other: `running` looks there first
            self._running.pop(running.id, None)
            for old in list(self._ended)[:-_KEPT]:
                del self._ended[old]
            self._guard.notify_all()
        running.over()

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
            self._left(running)

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
            self.jobs.requeue(running.id, in_order=True)
            return True
        stopped = isinstance(error, JobStopped | LibraryClosing)
        state: JobState = "cancelled" if isinstance(error, JobCancelled) else "stopped" if stopped else "failed"
        self.jobs.end(running.id, state, error=described)
        return False


def _not_resumed(job: Job, kind: Kind, *, in_force: bool) -> str | None:
    """Why another process does not go on with a job; `None` where it does."""
    if kind.resumes is None:
        return "the service ended before this did"
    if not in_force:
        return "the API key that asked for this is no longer in force"
    return f"the service was killed {job.begun} times in a row while it worked on this" if job.begun >= _TRIES else None

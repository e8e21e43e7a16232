"""A job as its own work sees it: what it was asked, what it tells, and whether it is to end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final, Protocol

from service.errors import LitweaveError
from service.jobs.model import Event, Job, JobCancelled, Jobs, Progress

_NOTED_EVERY_S: Final = 0.5


class Cancellable(Protocol):
    """What can be stopped from another thread, as a model's deadline."""

    def cancel(self) -> None: ...


class Running:
    """What a job sees of its runner. Safe for threads."""

    def __init__(
        self, jobs: Jobs, job: Job, *, told_before: int = 0, in_force: Callable[[], bool] = lambda: True
    ) -> None:
        """`told_before`: at least so many events were told by another process; those of this one follow them.

        `in_force`: whether who asked for it may still have it done.
        """
        self.id = job.id
        self.kind = job.kind
        self.key = job.key
        self.request: Mapping[str, Any] = jobs.request(job.id)
        self.checkpoint: Mapping[str, Any] | None = jobs.checkpoint(job.id)
        self._jobs = jobs
        self._in_force = in_force
        self._changed = threading.Condition()
        self._events: list[Event] = []
        self._before = told_before
        self._over = False
        self._why: LitweaveError | None = None
        self._started: list[Cancellable] = []
        self._since = time.monotonic()
        self._first_done: int | None = None
        self._noted_s = 0.0
        self._readers: list[Callable[[], None]] = []
        self._read_s = time.monotonic()

    def check(self) -> None:
        """Raises `JobCancelled` or `JobStopped` where the job is to end; work calls it between its steps."""
        if self._why is None and not self._in_force():
            told = "the API key that asked for this is no longer in force; what the job had committed by then stays"
            self.end(JobCancelled(told))
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
        if self._first_done is None or done < self._first_done:  # another stage of the work counts anew
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
            self._events.append(Event(self._before + len(self._events) + 1, kind, data))
        self._notify()

    def events(self, after: int, *, wait_s: float) -> list[Event] | None:
        """Events after that number, waiting for the first; empty after `wait_s`, `None` when there will be none."""
        with self._changed:
            seen = max(0, after - self._before)
            self._changed.wait_for(lambda: len(self._events) > seen or self._over, wait_s)
            if len(self._events) > seen:
                return self._events[seen:]
            return None if self._over else []

    @contextmanager
    def reading(self, woken: Callable[[], None]) -> Iterator[None]:
        """Somebody reads along; `woken`, which must not raise, is called in any thread when there is more to read."""
        with self._changed:
            self._readers.append(woken)
        try:
            yield
        finally:
            with self._changed:
                self._readers.remove(woken)
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
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()
            readers = tuple(self._readers)
        for woken in readers:
            woken()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)

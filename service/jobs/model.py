"""What a job is, and what is asked of the place that keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from service.errors import LitweaveError

JobState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled", "stopped"]
"""`stopped`: its process ended before it did, and it is of a kind that does not go on by itself."""
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled", "stopped"})


class UnknownJob(LitweaveError):
    """There is no job of that id (any more)."""


class JobCancelled(LitweaveError):
    """Somebody cancelled the job; what it had committed by then stays."""


class JobStopped(LitweaveError):
    """The service is being stopped."""

    retryable = True


class TooManyJobs(LitweaveError):
    """As many jobs wait or run as the service takes."""

    retryable = True


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` (`None`: unknown) units. `rate` in units a second; `seconds_left` where it can be told."""

    done: int
    total: int | None
    unit: str
    rate: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work. Times are ISO 8601 in UTC; `error` is an error document's `error`.

    `key`: the id of the API key that asked for it. `begun`: by how many processes in a row that did not end in order.
    """

    id: str
    kind: str
    state: JobState
    created: str
    started: str | None = None
    finished: str | None = None
    progress: Progress | None = None
    error: dict[str, Any] | None = None
    has_result: bool = False
    key: str | None = None
    begun: int = 0

    @property
    def ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a running job tells. `data` can be written as JSON.

    Numbers go up from 1, and on, with a gap, where another process goes on with the job: it tells all anew, beginning
    with a `job`.
    """

    number: int
    kind: str
    data: dict[str, Any]


class Jobs(Protocol):
    """Where jobs are kept. Each call is one transaction; a job that has ended never changes again."""

    def create(self, kind: str, request: dict[str, Any], *, key: str | None = None) -> Job: ...

    def get(self, job_id: str) -> Job | None: ...

    def newest(self, *, state: JobState | None, limit: int, before: str | None, key: str | None = None) -> list[Job]:
        """At most `limit` jobs, newest first, from the one after `before` on; with `key` only those of that API key."""
        ...

    def unfinished(self) -> list[Job]:
        """Queued and running jobs whose process is gone, oldest first."""
        ...

    def request(self, job_id: str) -> dict[str, Any]: ...

    def checkpoint(self, job_id: str) -> dict[str, Any] | None: ...

    def result(self, job_id: str) -> dict[str, Any] | None: ...

    def begin(self, job_id: str) -> None: ...

    def note(self, job_id: str, progress: Progress) -> None: ...

    def keep(self, job_id: str, checkpoint: dict[str, Any]) -> None: ...

    def requeue(self, job_id: str, *, in_order: bool = False) -> None:
        """Let it wait to be begun by this process or, where this one ends `in_order`, by the next."""
        ...

    def end(
        self, job_id: str, state: JobState, *, result: dict[str, Any] | None = None, error: dict[str, Any] | None = None
    ) -> bool:
        """Write how it ended; `False` where it had ended before."""
        ...

    def prune(self, *, most: int) -> list[str]:
        """Forget the oldest ended jobs beyond `most`; returns their ids."""
        ...

    def check(self) -> None:
        """Raises `LibraryError` where nothing can be written."""
        ...

    def close(self) -> None: ...

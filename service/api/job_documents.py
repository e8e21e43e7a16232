"""Jobs as documents."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from service.api.documents import Failure
from service.api.filters_document import ContractDocument
from service.jobs import Job
from service.jobs.model import JobState


class ProgressDocument(ContractDocument):
    """`done` of `total` (`null`: unknown) `unit`; `rate` in units a second."""

    done: int
    total: int | None
    unit: str
    rate: float | None
    seconds_left: float | None


class JobDocument(ContractDocument):
    """Times are ISO 8601 in UTC. `stopped`: its process ended first. `result_url` once it is done."""

    id: str
    kind: str
    state: JobState
    created: str
    started: str | None
    finished: str | None
    progress: ProgressDocument | None
    error: Failure | None
    result_url: str | None


class JobReply(ContractDocument):
    job: JobDocument


class JobsDocument(ContractDocument):
    """Newest first. `next_cursor`, where it is not null, is the `cursor` of the next page."""

    jobs: list[JobDocument]
    next_cursor: str | None


def job_document(job: Job) -> dict[str, Any]:
    """A job as it stands."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "created": job.created,
        "started": job.started,
        "finished": job.finished,
        "progress": None if job.progress is None else asdict(job.progress),
        "error": job.error,
        "result_url": f"/v1/jobs/{job.id}/result" if job.has_result else None,
    }

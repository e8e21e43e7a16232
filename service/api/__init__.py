"""The HTTP API over one library. Importing this package loads no web framework; `create_app` does."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from service.api.operating import Operating
    from service.jobs import JobRunner
    from service.review.core import ReviewCore
    from service.settings import Settings
    from service.tasks.evaluations import EvaluationRuns

__all__ = ["create_app"]

_MAX_UPLOAD_BYTES = 64_000_000


def create_app(
    review: ReviewCore,
    *,
    max_upload_bytes: int = _MAX_UPLOAD_BYTES,
    hosts: Collection[str] | None = None,
    evaluations: EvaluationRuns | None = None,
    jobs: JobRunner | None = None,
    spool: Path | None = None,
    settings: Settings | None = None,
    operating: Operating | None = None,
) -> FastAPI:
    """The application over `review`, which stays the caller's to close.

    `hosts`: the names and addresses to answer to; `None`: any address, and names without a dot (see
    `service.api.guard`). `max_upload_bytes` bounds one upload, all files of it together. `evaluations`: what
    /v1/evaluations starts, the caller's to close; without it these routes answer 404. `jobs` is the caller's to
    close; without, they are kept in memory. `spool`: the directory where uploads wait to be imported.
    `settings` are for /v1/fetches, which is not there without them.
    `operating`: who may call it, and what is told of it; without, whoever reaches it.
    """
    import logging
    import tempfile

    import structlog

    from service.api.app import build_app
    from service.api.observing.logs import configure
    from service.api.operating import Operating
    from service.error_documents import described
    from service.jobs import JobRunner, SqliteJobs

    if not structlog.is_configured():  # as it comes, it prints every line on stdout
        configure(level=logging.WARNING)
    return build_app(
        review,
        max_upload_bytes=max_upload_bytes,
        hosts=hosts,
        evaluations=evaluations,
        jobs=JobRunner(SqliteJobs(None), described) if jobs is None else jobs,
        settings=settings,
        spool=Path(tempfile.mkdtemp(prefix="litweave-")) if spool is None else spool,
        operating=operating or Operating(),
    )

"""Errors as documents and HTTP statuses: one table for the whole tree."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from service.errors import (
    DiskFull,
    EmbeddingError,
    EmbeddingOverLimit,
    IndexUnavailable,
    LibraryBusy,
    LibraryClosing,
    LibraryError,
    LibraryReadOnly,
    LitweaveError,
    MergeRefused,
    ModelError,
    NothingToCheck,
    QueryError,
    ServiceRefused,
    ServiceUnavailable,
    SourceError,
    SourceTooLarge,
    UnknownPaper,
    UsageError,
)
from service.jobs.model import JobStopped, TooManyJobs, UnknownJob

# The first match counts, so a class stands before its base: HTTP status, and what to do next.
_KINDS: tuple[tuple[type[LitweaveError], int, str], ...] = (
    (QueryError, 422, "write the question or query in other words"),
    (UnknownPaper, 404, "GET /v1/papers lists the papers there are"),
    (MergeRefused, 409, "send it again with `force`, or leave the papers apart"),
    (UnknownJob, 404, "GET /v1/jobs lists the jobs there are"),
    (TooManyJobs, 429, "send the request again when a job has ended"),
    (UsageError, 422, "correct the request; GET /openapi.json describes each"),
    (SourceTooLarge, 413, "send fewer or smaller files at a time"),
    (ServiceUnavailable, 503, "send the request again later, or ask another source"),
    (ServiceRefused, 422, "correct the query or the source's key; docs/fetching.md describes each source"),
    (NothingToCheck, 422, "cite papers in the text, or import those it is about; docs/check.md says what is checked"),
    (SourceError, 422, "docs/formats.md lists what can be read"),
    (LibraryBusy, 503, "send the request again in a moment"),
    (LibraryClosing, 503, "send the request again when the service is back"),
    (JobStopped, 503, "send the request again when the service is back"),
    (DiskFull, 507, "free some space, then send the request again; what is stored can be searched meanwhile"),
    (LibraryReadOnly, 503, "make the library writable; what is stored can be searched meanwhile"),
    (IndexUnavailable, 503, "start the Chroma server, then send the request again; searching goes on by words"),
    (LibraryError, 503, "`litweave doctor` says what is wrong with the library"),
    (EmbeddingOverLimit, 429, "ask again tomorrow (UTC), or raise the limit that the message names"),
    (EmbeddingError, 503, "`litweave doctor` says what is wrong with the library"),
    (ModelError, 503, "docs/models.md explains the model's settings"),
)


def failure(
    kind: str, message: str, *, retryable: bool = False, field: str | None = None, then: str | None = None
) -> dict[str, Any]:
    """`{"error": {"type", "message", "retryable", "field", "next"}}`, the same on the command line and over HTTP.

    `field`: the part of the request that is wrong, "filters.year_from"; `then`: what to do next.
    """
    return {"error": {"type": kind, "message": message, "retryable": retryable, "field": field, "next": then}}


def error_document(error: LitweaveError | OSError) -> dict[str, Any]:
    """The document of an error of the tree, or of the operating system."""
    retryable = isinstance(error, LitweaveError) and error.retryable
    then = next((told for kind, _, told in _KINDS if isinstance(error, kind)), None)
    field = error.field if isinstance(error, LitweaveError) else None
    return failure(type(error).__name__, str(error), retryable=retryable, field=field, then=then)


def described(error: Exception) -> dict[str, Any]:
    """The `error` of the document of whatever a job raised; what went wrong inside is for the log."""
    if isinstance(error, LitweaveError | OSError):
        return dict(error_document(error)["error"])
    return dict(failure("InternalError", "the service failed on this request; its log says why")["error"])


def http_status(error: LitweaveError) -> int:
    """The HTTP status of an error of the tree; 500 for one that no request can mend."""
    return next((status for kind, status, _ in _KINDS if isinstance(error, kind)), 500)


def wait_headers(error: LitweaveError) -> dict[str, str] | None:
    """`Retry-After`: a moment for a job to end, until the day is over (UTC), or as long as a service asked to wait."""
    if isinstance(error, TooManyJobs):
        return {"Retry-After": "5"}
    if isinstance(error, ServiceUnavailable) and error.retry_after_s is not None:
        return {"Retry-After": str(math.ceil(error.retry_after_s))}
    return {"Retry-After": str(until_midnight_s())} if isinstance(error, EmbeddingOverLimit) else None


def until_midnight_s() -> int:
    """Seconds to the end of the day (UTC), at least one."""
    now = datetime.now(UTC)
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((tomorrow - now).total_seconds()))


def status_named(kind: str) -> int:
    """The HTTP status of an error by the `type` of its document; 500 for one that is not of the tree."""
    found: list[type[LitweaveError]] = [LitweaveError]
    for error in found:
        if error.__name__ == kind:
            return next((status for base, status, _ in _KINDS if issubclass(error, base)), 500)
        found += error.__subclasses__()
    return 500

"""Errors as documents and HTTP statuses: one table for the whole tree."""

from __future__ import annotations

from typing import Any

from service.errors import (
    EmbeddingError,
    LibraryError,
    LitweaveError,
    MergeRefused,
    ModelError,
    SourceError,
    SourceTooLarge,
    UnknownPaper,
    UsageError,
)

# The first match counts, so a class stands before its base.
_STATUS: tuple[tuple[type[LitweaveError], int], ...] = (
    (UnknownPaper, 404),
    (MergeRefused, 409),
    (UsageError, 422),
    (SourceTooLarge, 413),
    (SourceError, 422),
    (LibraryError, 503),
    (EmbeddingError, 503),
    (ModelError, 503),
)


def failure(kind: str, message: str, *, retryable: bool = False) -> dict[str, Any]:
    """`{"error": {"type", "message", "retryable"}}`, the same on the command line and over HTTP."""
    return {"error": {"type": kind, "message": message, "retryable": retryable}}


def error_document(error: LitweaveError | OSError) -> dict[str, Any]:
    """The document of an error of the tree, or of the operating system."""
    retryable = isinstance(error, LitweaveError) and error.retryable
    return failure(type(error).__name__, str(error), retryable=retryable)


def http_status(error: LitweaveError) -> int:
    """The HTTP status of an error of the tree; 500 for one that no request can mend."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)

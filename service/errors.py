"""The error tree. Each message says what happened, to which thing, and what to do next.

LitweaveError
├── UsageError            the caller asked for something that makes no sense      (exit 2, HTTP 422)
│   └── QueryError        a question or query that cannot be searched
├── SourceError           a file or feed cannot be read at all                    (exit 1, HTTP 422)
│   ├── UnknownFormat     no reader recognises it
│   └── SourceTooLarge    over a stated limit
├── LibraryError          the library on disk cannot be used                      (exit 1, HTTP 503)
│   ├── LibraryBusy       another process owns it                                 (retryable)
│   ├── LibraryMissing    there is no library at that path yet
│   ├── FingerprintMismatch  made with another embedding model or chunker
│   └── IndexDamaged      a derived index fails its probe; rebuild it
├── EmbeddingError        the embedding model is missing, damaged or failing      (exit 1, HTTP 503)
└── ModelError            the language model failed; `retryable` says for how long
"""

from __future__ import annotations


class LitweaveError(Exception):
    """Base of everything litweave raises on purpose. `retryable`: the same call may succeed later."""

    retryable: bool = False


class UsageError(LitweaveError):
    """The request itself is wrong: an argument, an option, a value out of range."""


class QueryError(UsageError):
    """A question or search query with nothing in it to search for, or over the length limit."""


class SourceError(LitweaveError):
    """A file or feed cannot be read at all (a single bad record is a `Rejection` instead)."""


class UnknownFormat(SourceError):
    """No reader recognises the content."""


class SourceTooLarge(SourceError):
    """A file or upload is over a stated limit."""


class LibraryError(LitweaveError):
    """The library on disk cannot be used."""


class LibraryBusy(LibraryError):
    """Another process owns the library; the message names it."""

    retryable = True


class LibraryMissing(LibraryError):
    """There is no library at that path."""


class FingerprintMismatch(LibraryError):
    """The library was made with another embedding model, dimension or chunker."""


class IndexDamaged(LibraryError):
    """A derived index fails its probe. `litweave doctor --rebuild` makes it anew from the catalog."""


class EmbeddingError(LitweaveError):
    """The embedding model's files are missing or damaged, or it failed on a text."""


class ModelError(LitweaveError):
    """The configured language model failed."""

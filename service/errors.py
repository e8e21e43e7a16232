"""The error tree. Each message says what happened, to which thing, and what to do next.

LitweaveError
├── UsageError            the caller asked for something that makes no sense      (exit 2, HTTP 422)
│   ├── UnknownName       no such collection, tag or source                   (404 where the address names it)
│   ├── QueryError        a question or query that cannot be searched
│   ├── UnknownPaper      no paper of the library is called that                  (exit 2, HTTP 404)
│   └── MergeRefused      something speaks against two papers being one           (exit 2, HTTP 409)
├── SourceError           a file or feed cannot be read at all                    (exit 1, HTTP 422)
│   ├── UnknownFormat     no reader recognises it
│   ├── SourceTooLarge    over a stated limit
│   ├── NothingToCheck    a text that cites nothing and of which nothing is known
│   ├── ServiceUnavailable  an online service does not answer, or asks to wait    (retryable; HTTP 503)
│   └── ServiceRefused    an online service will not serve this request; `status` is its HTTP status
├── LibraryError          the library on disk cannot be used                      (exit 1, HTTP 503)
│   ├── LibraryBusy       another process owns it                                 (retryable)
│   ├── LibraryClosing    its process is being stopped                            (retryable)
│   ├── LibraryReadOnly   it can be read but not written
│   ├── DiskFull          there is no space left to write it; reading goes on
│   ├── LibraryMissing    there is no library at that path yet
│   ├── FingerprintMismatch  made with another embedding model or chunker
│   ├── IndexDamaged      a derived index fails its probe; rebuild it
│   └── IndexUnavailable  the Chroma server does not answer; search goes on     (retryable)
│       └── IndexRefused  it is no Chroma server, or wants another token
├── EmbeddingError        the embedding model is missing, damaged or failing      (exit 1, HTTP 503)
│   └── EmbeddingOverLimit  the call would go over what a day, or an API key's day, may cost     (HTTP 429)
└── ModelError            the language model gave nothing usable; the extractive composer still can
    ├── ModelUnavailable  a server error or a lost connection                     (retryable)
    │   ├── ModelTimeout  no whole reply within the deadline                      (retryable)
    │   ├── ModelRateLimited  too many requests; `retry_after_s` where it said    (retryable)
    │   └── ModelBusy     our own queue for that provider is full                 (retryable)
    ├── ModelRefused      key, address, model name or account is wrong
    ├── ContextTooLong    the sources do not fit the model's context
    ├── ContentFiltered   the provider's filter stopped the request or the reply
    ├── BadCompletion     a reply that cannot be used; `outcome` says how
    ├── BudgetExceeded    the call would go over `max_tokens` or `max_cost_usd`
    ├── ModelCancelled    the caller went away
    └── ModelNotCalled    a dry run, or a switch, keeps models from being called
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias


class LitweaveError(Exception):
    """Base of everything litweave raises on purpose. `retryable`: the same call may succeed later.

    `field`: the part of the request that is wrong ("cursor"), where one is.
    """

    retryable: bool = False
    field: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with its message as it is: between processes no error is built anew from arguments it never kept."""
        return _as_raised, (type(self), self.args), self.__dict__


def _as_raised(kind: type[LitweaveError], args: tuple[Any, ...]) -> LitweaveError:
    return kind.__new__(kind, *args)


class UsageError(LitweaveError):
    """The request itself is wrong: an argument, an option, a value out of range."""

    def __init__(self, *args: object, field: str | None = None) -> None:
        super().__init__(*args)
        self.field = field


class UnknownName(UsageError):
    """The library has no collection, tag or source of that name; the message says which there are."""


class QueryError(UsageError):
    """A question or search query with nothing in it to search for, or over the length limit."""


class UnknownPaper(UsageError):
    """No paper of the library has that id, DOI, arXiv number or PMID; the message names the nearest ids."""


class MergeRefused(UsageError):
    """Something speaks against two papers being one; a person may set that aside."""


class SourceError(LitweaveError):
    """A file or feed cannot be read at all (a single bad record is a `Rejection` instead)."""


class UnknownFormat(SourceError):
    """No reader recognises the content."""


class NothingToCheck(SourceError):
    """A text without a word, or one that cites nothing and of which the library knows nothing."""


class SourceTooLarge(SourceError):
    """A file or upload is over a stated limit."""


class ServiceUnavailable(SourceError):
    """An online service did not give a whole reply in time. `retry_after_s`: what it asked to wait, if it said."""

    retryable = True

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ServiceRefused(SourceError):
    """An online service refused the request, or led elsewhere. `status`: its HTTP status, `None` where it has none."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class LibraryError(LitweaveError):
    """The library on disk cannot be used."""


class LibraryBusy(LibraryError):
    """Another process owns the library; the message names it. `command`: what it runs ("litweave ask"), where known."""

    retryable = True

    def __init__(self, message: str, *, command: str | None = None) -> None:
        super().__init__(message)
        self.command = command


class LibraryClosing(LibraryError):
    """The process that holds the library is being stopped: what was committed stays, the rest was not done."""

    retryable = True


class LibraryReadOnly(LibraryError):
    """The library's place cannot be written: a read-only file system, or no permission."""


class DiskFull(LibraryError):
    """There is no space left. What is stored is whole and can be read; the message names the path and what to free."""


class LibraryMissing(LibraryError):
    """There is no library at that path."""


class FingerprintMismatch(LibraryError):
    """The library was made with another embedding model, dimension or chunker."""


class IndexDamaged(LibraryError):
    """A derived index fails its probe. `litweave doctor --rebuild` makes it anew from the catalog."""


class IndexUnavailable(LibraryError):
    """The Chroma server that holds the vectors does not answer, or is being filled; the message names its address."""

    retryable = True


class IndexRefused(IndexUnavailable):
    """What answers at the address is no Chroma server that can be used, or it refuses the token."""

    retryable = False


class EmbeddingError(LitweaveError):
    """The embedding model's files are missing or damaged, or it failed on a text."""


class EmbeddingOverLimit(EmbeddingError):
    """Embedding a text would go over what the day (UTC), or the API key's day, may cost."""


BadOutcome: TypeAlias = Literal[
    "empty", "no_choices", "truncated", "cut", "garbled", "html", "not_json", "wrong_schema", "refusal"
]
"""What was wrong with a reply. `truncated`: the token limit ended it; `cut`: it just ends half-way."""


class ModelError(LitweaveError):
    """The configured language model gave nothing usable.

    `requests` is how many were sent for it; `billed`: the provider may charge for them all the same.
    """

    requests: int = 0
    billed: bool = False


class ModelUnavailable(ModelError):
    """A server error (5xx) or a lost connection: the same call may succeed later."""

    retryable = True

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ModelTimeout(ModelUnavailable):
    """No whole reply within the time limit of the call or the deadline of the request (also 408)."""

    billed = True


class ModelRateLimited(ModelUnavailable):
    """429. `retry_after_s`: seconds the provider asked to wait; `None` where it did not say."""


class ModelBusy(ModelUnavailable):
    """Too many calls already wait for this provider in this process."""


class ModelRefused(ModelError):
    """The provider will not serve these settings: key, address, model name, parameters or account (400-404, 422)."""


class ContextTooLong(ModelError):
    """The request is longer than the model's context."""


class ContentFiltered(ModelError):
    """The provider's content filter stopped the request or the reply."""

    billed = True


class BadCompletion(ModelError):
    """A reply that cannot be used. `outcome` says how; `reply` holds its text, shown to nobody."""

    billed = True

    def __init__(self, outcome: BadOutcome, message: str, *, reply: str = "") -> None:
        super().__init__(message)
        self.outcome: BadOutcome = outcome
        self.reply = reply


class BudgetExceeded(ModelError):
    """The next call would go over a limit on tokens or cost, of the call, the request or the day."""


class ModelCancelled(ModelError):
    """The caller went away, so the call was stopped."""

    billed = True


class ModelNotCalled(ModelError):
    """A dry run, or LITWEAVE_MODEL_REQUESTS, keeps models from being called."""

"""The only place where parts are put together."""

from __future__ import annotations

from service.library.lock import prepare
from service.library.readable_copy import open_readable
from service.library.session import LibrarySession
from service.llm import Models
from service.review import Review
from service.settings import Settings


def build(settings: Settings, *, create: bool = False, repair: bool = False) -> Review:
    """A `Review` over the library of the settings; with `create` a new library where there is none.

    With `create` or `repair` the library is open until the review is closed, and other processes reach it through its
    door; else it is opened when first used and let go of while a model writes. Where another process holds it, this one
    works through that one's door until it is free; what repairs must hold it itself.
    Raises `LibraryMissing`, `LibraryBusy`, `FingerprintMismatch`, `LibraryError`.
    With `repair` a library of another embedding model opens too, for `health(rebuild=True)` only.
    """
    prepare(settings.library, create=create)
    session = LibrarySession(
        lambda: open_readable(settings, create=create, repair=repair),
        resident=create or repair,
        root=settings.library,
        embedding=settings.embedding,
        guest=not repair,
    )
    return Review(session, settings, models=Models(settings, settings.library))

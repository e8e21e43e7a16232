"""The only place where parts are put together."""

from __future__ import annotations

from service.library import Library
from service.llm import Models
from service.review import Review
from service.settings import Settings


def build(settings: Settings, *, create: bool = False, repair: bool = False) -> Review:
    """A `Review` over the library of the settings; with `create` a new library where there is none.

    Close it when done. Raises `LibraryMissing`, `LibraryBusy`, `FingerprintMismatch`, `LibraryError`.
    With `repair` a library of another embedding model opens too, for `health(rebuild=True)` only.
    """
    library = Library.open(settings, create=create, repair=repair)
    return Review(library, settings, models=Models(settings, settings.library))
